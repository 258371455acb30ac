"""The stage document holds everything a renderer needs, in the scene's own frames."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from filmagent.documents import (
    Character,
    Cut,
    Edit,
    Heard,
    Line,
    PropTiming,
    Scene,
    SceneStage,
    Span,
    TakeReport,
)
from filmagent.stage.assemble import assemble

sys.path.insert(0, str(Path(__file__).parent))
import lit_room


def resolved(**changes: object) -> SceneStage:
    timing = lit_room.timing()
    timing.lines = [
        Line(
            beat="1.1",
            actor="mara",
            text="No.",
            wav="performance/1/1.1.wav",
            seconds=0.8,
            start=1.0,
            end=1.8,
        ),
        Line(beat="1.2", actor="jonas", text="…", wav="", seconds=1, start=2, end=3),
    ]
    timing.props = [PropTiming(prop="key", model="key", position=(0, 1, 0.75))]
    timing.actors.append(
        timing.actors[0].model_copy(update={"actor": "a_waiter", "extra": True, "segments": []})
    )
    reports = [
        TakeReport(
            take=f"{s}_t01", setup=s, scene=scene, lens_mm=50, first=-24, end=216, static=True
        )
        for s, scene in (("1B", "1"), ("1A", "1"), ("2A", "2"))
    ]
    edit = Edit(
        cuts=[
            Cut(id="t", kind="card", source_out=48),
            Cut(id="1", scene="1", setup="1A", take="1A_t01", source_in=0, source_out=30),
            Cut(id="2", scene="2", setup="2A", take="2A_t01", source_in=5, source_out=15),
            Cut(id="3", scene="1", setup="1B", take="1B_t01", source_in=30, source_out=60),
        ],
        heard=[
            Heard(scene="1", beat="1.1", film_seconds=3.0),
            Heard(scene="2", beat="1.1", film_seconds=9.0),
        ],
    )
    arguments: dict[str, object] = {
        "fps": (24, 1),
        "size": (640, 360),
        "set_piece": lit_room.room(),
        "bake_paths": {
            "room": "b/room.npz",
            "ines": "b/ines.npz",
            "walter": "b/walter.npz",
            "key": "b/key.npz",
        },
        "performance_paths": {a: f"p/{a}.npz" for a in ("mara", "jonas", "a_waiter")},
        "prop_motion_paths": {"key": "p/key.npz"},
        "seed": 3,
        **changes,
    }
    scene = Scene(id="1", slugline="INT. ROOM - DAY", span=Span(first=1, end=9))
    return assemble(
        scene,
        timing,
        lit_room.coverage(),
        reports,
        edit,
        [Character(id="mara", name="MARA")],
        **arguments,
    )  # type: ignore[arg-type]


def test_cuts_know_their_film_frame_though_scenes_intercut_and_a_card_opens() -> None:
    assert [(c.setup, c.source_in, c.film_in) for c in resolved().cuts] == [
        ("1A", 0, 48),
        ("1B", 30, 88),
    ]


def test_frames_cover_the_handles() -> None:
    stage = resolved()
    assert (stage.first, stage.end) == (-24, 216)
    assert resolved(fps=(24000, 1001)).first == -24


def test_every_body_and_prop_has_an_id_of_its_own_and_extras_come_last() -> None:
    stage = resolved()
    ids = [thing.object_id for thing in (*stage.actors, *stage.props)]
    assert ids == [2, 3, 4, 5]
    assert [a.id for a in stage.actors] == ["jonas", "mara", "a_waiter"]
    assert stage.actors[1].name == "MARA"


def test_cameras_are_this_scenes_and_say_their_size_and_lens() -> None:
    assert [c.label for c in resolved().cameras] == ["1A MCU 50mm", "1B MCU 50mm"]


def test_lines_without_a_voice_lay_no_sound_and_the_others_know_when_the_film_hears_them() -> None:
    sounds = resolved().sounds
    assert [(s.beat, s.start, s.film_start) for s in sounds] == [("1.1", 1.0, 3.0)]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert resolved().to_json() == resolved().to_json()


@pytest.mark.parametrize(("wished", "time"), [("night", "night"), ("", "day"), ("noon", "day")])
def test_a_light_plan_that_the_set_lacks_gives_way_to_the_time_of_day(
    wished: str,
    time: str,
) -> None:
    assert resolved(light_plan=wished).light_plan == time
