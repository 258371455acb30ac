"""The figures of dialogue: edges of lines, listeners, L and J cuts, the shortest shot."""

from __future__ import annotations

import opentimelineio as otio
import pytest

from filmagent.cut import talk, timeline
from filmagent.documents import Cut, Edit, Heard, Line, SceneTiming, Setup
from filmagent.documents.edit import Crossing


def line(beat: str, actor: str, start: float, end: float) -> Line:
    return Line(
        beat=beat, actor=actor, text="Word.", wav="a.wav", seconds=end - start, start=start, end=end
    )


TIMINGS = {
    "1": SceneTiming(
        scene="1", set="cafe", duration=12.0, lines=[line("1.1", "ann", 1.0, 5.0),
                                                     line("1.2", "bob", 6.0, 8.0)]
    ),
    "2": SceneTiming(scene="2", set="street", duration=4.0),
}  # fmt: skip
SETUPS = {
    name: Setup(id=name, kind=kind, size="MS", subjects=who)
    for name, kind, who in (
        ("1A", "two_shot", ["ann", "bob"]),
        ("1B", "single", ["ann"]),
        ("1C", "ots", ["bob"]),
        ("2A", "establishing", []),
    )
}


def edit(*shots: tuple[str, int, Crossing]) -> Edit:
    cuts, at = [], 0
    for number, (setup, frames, sound) in enumerate(shots):
        first = at if setup[0] == "1" else 0
        cuts.append(
            Cut(id=f"{setup}-{number}", scene=setup[0], setup=setup, source_in=first,
                source_out=first + frames, sound=sound)
        )  # fmt: skip
        at += frames
    heard = [Heard(scene="1", beat=x.beat, film_seconds=x.start) for x in TIMINGS["1"].lines]
    return Edit(cuts=cuts, heard=heard)


PLAIN = Crossing()
OVER = Crossing(kind="L", speaker="ann", seconds=2.0)
LEAD = Crossing(kind="J", seconds=0.5)


def test_cuts_at_edges_words_on_listeners_and_sounds_that_go_over_are_counted():
    made = talk(
        edit(("1B", 72, PLAIN), ("1C", 48, OVER), ("1A", 120, PLAIN), ("2A", 20, LEAD)),
        TIMINGS,
        SETUPS,
    )
    # the cut at 5.0 s is just where ann's line ends; the one at 10.0 s is far from any
    assert (made.cuts, made.edges) == (2, 1)
    assert (made.spoken, made.listened) == pytest.approx((6.0, 2.0))
    assert (made.lines_over, made.places_over) == (1, 1)
    assert made.shortest == pytest.approx(20 / 24)
    assert "33% of the words on who listens" in made.sentence


def test_a_silent_film_has_no_figures_of_dialogue():
    silent = Edit(cuts=[Cut(id="a", scene="2", setup="2A", source_out=48)])
    assert talk(silent, TIMINGS, SETUPS).sentence == ""


def test_the_timeline_has_lines_where_they_are_heard_and_places_where_their_sound_is_cut():
    made = timeline(
        edit(("1B", 72, PLAIN), ("1C", 168, OVER), ("2A", 48, LEAD)), "Film", "../frames", SETUPS,
        {}, TIMINGS,
    )  # fmt: skip
    tracks = {t.name: t for t in made.tracks}

    def placed(name: str) -> list[tuple[str, float, float]]:
        spans = [(c.name, c.range_in_parent()) for c in tracks[name].find_clips()]
        return [(n, r.start_time.to_seconds(), r.duration.to_seconds()) for n, r in spans]

    assert placed("ann") == [("Word.", pytest.approx(1.0), pytest.approx(4.0))]
    assert placed("bob") == [("Word.", pytest.approx(6.0), pytest.approx(2.0))]
    picture = placed("picture")
    assert [start for _, start, _ in picture] == pytest.approx([0.0, 3.0, 10.0])
    assert placed("ambience") == [
        ("scene 1", 0.0, pytest.approx(9.5)),
        ("scene 2", pytest.approx(9.5), pytest.approx(2.5)),
    ], "heard half a second before it is seen"
    for clip in tracks["ambience"].find_clips():
        assert clip.source_range == clip.range_in_parent()
    text = otio.adapters.write_to_string(made, "otio_json")
    assert '"kind": "L"' in text
