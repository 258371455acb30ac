"""Split edits: what is heard over a cut, and that picture and sound stay together under it."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from staging import COVERAGE, FPS, SIZE, breakdown, place, timing

from filmagent.documents import Line, Phone, Scene, Span, Word
from filmagent.shoot import Before, cut, shoot
from filmagent.shoot.rushes import spoken
from filmagent.shoot.splits import straight

SPAN = Span(first=1, end=2)


@pytest.fixture(scope="module")
def material():
    made = shoot(COVERAGE, timing(), {}, fps=FPS, size=SIZE, set_piece=place())
    return {t.report.setup: t.report for t in made}, {t.report.setup: t.arrays for t in made}


def starts(edit):
    return list(accumulate((c.frames for c in edit.cuts), initial=0))


def twice(material, *, elsewhere=True, apart=False, before=None, style="classical", **scene):
    """The scene twice, the second on another set or not; ``apart``: one speaks in each."""
    reports, takes = dict(material[0]), dict(material[1])
    told, clocks, covers = breakdown(), {}, {}
    beats = told.scenes[0].beats
    told.scenes = []
    for name, who in (("1", "ann"), ("2", "bob")):
        clock = timing().model_copy(update={"scene": name})
        clock.set = "yard" if name == "2" and elsewhere else "bare"
        if apart:
            clock.lines = [x.model_copy(update={"to": ""}) for x in clock.lines if x.actor == who]
        said = {x.beat for x in clock.lines}
        kept = [b for b in beats if not apart or b.id in said]
        told.scenes.append(
            Scene(id=name, slugline="INT. ROOM", span=SPAN, beats=kept,
                  **(scene if name == "2" else {}))
        )  # fmt: skip
        setups = []
        for setup in COVERAGE.setups:
            new = setup.id.replace("1", name)
            reports[new] = reports[setup.id].model_copy(
                update={"setup": new, "scene": name, "take": f"{new}_t01"}
            )
            takes[new] = takes[setup.id]
            pair = setup.pair.replace("1", name)
            setups.append(setup.model_copy(update={"id": new, "pair": pair}))
        clocks[name] = clock
        covers[name] = COVERAGE.model_copy(update={"scene": name, "setups": setups})
    made = cut(told, clocks, covers, reports, takes, fps=FPS, style=style, before=before)
    return made, clocks


def change(edit):
    """The first cut of the second scene."""
    return next(c for c in edit.cuts if c.scene == "2")


def test_a_line_that_goes_over_a_cut_is_written_with_its_speaker_and_its_seconds(material):
    edit, clocks = twice(material)
    heard = {(h.scene, h.beat): h.film_seconds for h in edit.heard}
    over = 0
    for shot, start in zip(edit.cuts, starts(edit), strict=False):
        if not shot.sound.speaker:
            continue
        over += 1
        line = next(
            x
            for x in clocks[shot.scene].lines
            if heard[shot.scene, x.beat] < start / 24 < heard[shot.scene, x.beat] + x.seconds
        )
        began = heard[shot.scene, line.beat]
        assert line.actor == shot.sound.speaker
        left = began + line.seconds - start / 24 if shot.sound.kind == "L" else start / 24 - began
        assert shot.sound.seconds == pytest.approx(left, abs=1e-5)
    assert over >= 4


def test_another_place_is_heard_before_it_is_seen_and_the_same_place_is_not(material):
    moved = change(twice(material)[0]).sound
    assert (moved.kind, moved.speaker) == ("J", "") and 0.2 < moved.seconds <= 0.5
    assert change(twice(material, elsewhere=False)[0]).sound.kind == "straight"
    lasting = change(twice(material, style="contemplative")[0]).sound
    assert (lasting.kind, lasting.speaker) == ("L", "") and lasting.seconds > moved.seconds


@pytest.mark.parametrize("join", ["later", "flashback"])
def test_a_dissolve_has_its_own_sound(material, join):
    assert change(twice(material, join=join)[0]).sound.kind == "straight"


def test_who_telephones_is_seen_to_listen_and_no_lips_move_without_a_voice(material):
    edit, clocks = twice(material, apart=True, join="intercut", intercut_with="1")
    moved = [c for c in edit.cuts if c.sound.picture]
    assert len(moved) >= 3 and all(c.sound.speaker for c in moved)
    heard = {(h.scene, h.beat): h.film_seconds for h in edit.heard}
    for shot, start in zip(edit.cuts, starts(edit), strict=False):
        for line in clocks[shot.scene].lines if shot.kind == "shot" else ():
            for frame in range(shot.source_in, shot.source_out):
                if line.start + 0.1 < frame / 24 < line.end - 0.1:
                    film = (start + frame - shot.source_in) / 24
                    assert film - heard[shot.scene, line.beat] == pytest.approx(
                        frame / 24 - line.start, abs=1e-4
                    ), "picture and sound together"
    assert min(c.frames for c in edit.cuts if c.kind == "shot") >= 24


def test_an_intercut_that_is_cut_again_stays_as_it_is(material):
    edit, clocks = twice(material, apart=True, join="intercut", intercut_with="1")
    again, _ = twice(
        material, apart=True, before=Before(edit, clocks), join="intercut", intercut_with="1"
    )
    shown = [
        [(c.id, c.source_in, c.source_out, c.sound.picture) for c in e.cuts] for e in (edit, again)
    ]
    assert shown[0] == shown[1]
    back = [[c for c in e.cuts if c.scene == "1"] for e in (edit, straight(edit))]
    gaps = [sum(a.source_out != b.source_in for a, b in pairwise(cuts)) for cuts in back]
    assert gaps[0] > 0 == gaps[1], "each place goes on where it was left, the pictures put back"


def test_a_script_without_spaces_has_words_wherever_its_voice_is_silent():
    line = Line(
        beat="1.1",
        actor="li",
        text="没有。请坐。",
        wav="",
        seconds=1.7,
        start=2.0,
        end=3.7,
        words=[Word(text="没有。请坐。", start=0.0, end=1.7)],
        phones=[
            Phone(phone="ei", start=0.0, end=0.56),
            Phone(phone="pau", start=0.56, end=0.95),
            Phone(phone="o", start=0.95, end=1.7),
        ],
    )
    assert spoken(line) == [(0.0, 0.56), (0.95, 1.7)]


def test_time_that_is_left_out_near_the_end_leaves_no_shot_under_a_second(material):
    reports, takes = material
    late = timing()
    late.duration = 45.0
    late.handle = 1.0
    for actor in late.actors:
        actor.segments = [s.model_copy(update={"end": 46.0}) for s in actor.segments]
    held = {k: r.model_copy(update={"end": 46 * 24, "ranges": []}) for k, r in reports.items()}
    edit = cut(breakdown(), {"1": late}, {"1": COVERAGE}, held, takes, fps=FPS)
    shots = [c for c in edit.cuts if c.kind == "shot"]
    assert sum(c.frames for c in shots) < 40 * 24, "time is left out"
    assert min(c.frames for c in shots) >= 24
    assert all(a.source_out <= b.source_in for a, b in pairwise(shots))
