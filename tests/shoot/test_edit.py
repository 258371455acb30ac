"""The edit: rhythm, listeners, the rules of cutting, cards, and where every line is heard."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from staging import COVERAGE, FPS, SIZE, breakdown, place, timing

from filmagent.documents import Beat, Scene, Segment, Span
from filmagent.errors import InputError
from filmagent.shoot import cut, shoot

SPAN = Span(first=1, end=2)


@pytest.fixture(scope="module")
def material():
    made = shoot(COVERAGE, timing(), {}, fps=FPS, size=SIZE, set_piece=place())
    return {t.report.setup: t.report for t in made}, {t.report.setup: t.arrays for t in made}


def edited(material, told=None, timings=None, **more):
    reports, takes = material
    return cut(
        told or breakdown(),
        timings or {"1": timing()},
        {"1": COVERAGE},
        reports,
        takes,
        fps=FPS,
        **more,
    )


@pytest.fixture(scope="module")
def shots(material):
    return [c for c in edited(material).cuts if c.kind == "shot"]


KIND = {s.id: s for s in COVERAGE.setups}


def test_a_talk_of_half_a_minute_has_a_lively_number_of_shots_none_under_a_second(shots):
    assert 7 <= len(shots) <= 20
    assert min(c.frames for c in shots) >= 24


def test_the_shots_tile_the_scene(shots):
    assert shots[0].source_in == 0
    for a, b in pairwise(shots):
        assert a.source_out == b.source_in
        assert a.setup != b.setup


def test_most_cuts_are_off_the_ends_of_lines_and_none_is_inside_a_word(shots):
    edges = np.array([x * 24 for line in timing().lines for x in (line.start, line.end)])
    cuts = [c.source_in for c in shots[1:]]
    near = [c for c in cuts if np.abs(edges - c).min() <= 3]
    assert len(near) <= 0.4 * len(cuts)
    words = [
        (line.start + w.start, line.start + w.end) for line in timing().lines for w in line.words
    ]
    inside = [c for c in cuts if any(a + 0.05 < c / 24 < b - 0.05 for a, b in words)]
    assert len(inside) <= 1


def test_listeners_have_a_fifth_of_the_words(shots):
    heard = on_listener = 0
    for line in timing().lines:
        for frame in range(int(line.start * 24), int(line.end * 24)):
            setup = next(KIND[c.setup] for c in shots if c.source_in <= frame < c.source_out)
            heard += 1
            on_listener += setup.kind in ("single", "ots") and setup.subjects[0] != line.actor
    assert on_listener / heard >= 0.2


def test_the_scene_opens_wide_and_the_key_is_seen_when_it_changes_hands(shots):
    assert KIND[shots[0].setup].kind in ("master", "two_shot")
    insert = [c for c in shots if c.setup == "1F"]
    assert insert and abs(insert[0].source_in / 24 - 21.5) < 1.5


def test_every_cut_has_a_stable_name_and_a_reason(shots):
    assert len({c.id for c in shots}) == len(shots)
    assert all(c.id.rsplit("-", 1)[0] == c.setup and c.why for c in shots)


def test_every_cut_inside_a_scene_says_how_it_joins_and_breaks_no_rule(shots):
    assert shots[0].joins == {}
    for shot in shots[1:]:
        assert shot.joins["line"] == shot.joins["jump"] == 0
        assert shot.joins["angle"] <= 0.5


def test_every_line_is_heard_where_its_picture_puts_it(material):
    edit = edited(material)
    assert {h.beat for h in edit.heard} == {x.beat for x in timing().lines}
    # the title card is the only thing before the scene, and no time is left out
    for heard in edit.heard:
        line = next(x for x in timing().lines if x.beat == heard.beat)
        assert heard.film_seconds == pytest.approx(2.5 + line.start, abs=1e-5)


def test_the_title_comes_first_and_the_film_fades_out(material):
    cuts = edited(material).cuts
    assert cuts[0].kind == "card" and cuts[0].text == "A Film\nby nobody"
    assert cuts[-1].fade_out_frames > 0


def test_cards_supers_and_fades_are_where_the_script_has_them(material):
    told = breakdown()
    told.scenes[0].beats.insert(
        0, Beat(id="1.0", kind="transition", transition="fade_in", span=SPAN)
    )
    told.scenes[0].beats.insert(3, Beat(id="1.2c", kind="card", text="LATER THAT DAY", span=SPAN))
    told.scenes[0].beats.insert(
        4, Beat(id="1.2s", kind="card", text="Paris", over_picture=True, span=SPAN)
    )
    times = timing()
    beat = times.beats[3]
    times.beats += [
        beat.model_copy(update={"beat": b, "end": beat.start}) for b in ("1.2c", "1.2s")
    ]
    cuts = edited(material, told, {"1": times}).cuts
    assert next(c for c in cuts if c.kind == "shot").transition == "fade_in"
    card = next(c for c in cuts if c.id == "card-1.2c")
    assert card.text == "LATER THAT DAY" and card.kind == "card" and cuts.index(card) > 1
    super_ = next(c for c in cuts if c.kind == "shot" and c.text)
    assert super_.text == "Paris" and 0 < super_.super_frames <= super_.frames


def second_scene(material, **scene):
    """The same scene twice, the second joined as asked."""
    reports, takes = dict(material[0]), dict(material[1])
    again = timing().model_copy(update={"scene": "2"})
    for setup in COVERAGE.setups:
        name = setup.id.replace("1", "2")
        reports[name] = reports[setup.id].model_copy(
            update={"setup": name, "scene": "2", "take": f"{name}_t01"}
        )
        takes[name] = takes[setup.id]
    over = COVERAGE.model_copy(
        update={
            "scene": "2",
            "setups": [
                s.model_copy(
                    update={"id": s.id.replace("1", "2"), "pair": s.pair.replace("1", "2")}
                )
                for s in COVERAGE.setups
            ],
        }
    )
    told = breakdown()
    told.scenes.append(
        Scene(
            id="2",
            slugline="INT. ROOM",
            span=SPAN,
            beats=[Beat(id="2.1", kind="action", span=Span(first=2, end=40))],
            **scene,
        )
    )
    return cut(
        told, {"1": timing(), "2": again}, {"1": COVERAGE, "2": over}, reports, takes, fps=FPS
    )


@pytest.mark.parametrize(
    ("join", "transition"),
    [("continuous", "cut"), ("later", "dissolve"), ("flashback", "dissolve"), (None, "cut")],
)
def test_scenes_join_as_the_slugline_says(material, join, transition):
    first = next(c for c in second_scene(material, join=join).cuts if c.scene == "2")
    assert first.transition == transition
    assert (first.transition_frames > 0) == (transition == "dissolve")


def test_an_intercut_goes_back_and_forth_and_keeps_lines_in_order(material):
    edit = second_scene(material, join="intercut", intercut_with="1")
    scenes = [c.scene for c in edit.cuts if c.kind == "shot"]
    changes = sum(a != b for a, b in pairwise(scenes))
    assert changes >= 6
    for scene in ("1", "2"):
        order = [h.film_seconds for h in edit.heard if h.scene == scene]
        assert order == sorted(order)


def telephoned(material, *, overlapped=(), named_by="2"):
    """Ann and Bob say their lines in two places, in turn; a line each, as they are written."""
    reports, takes = dict(material[0]), dict(material[1])
    told, clocks, covers = breakdown(), {}, {}
    first = told.scenes[0]
    both = {"1": "ann", "2": "bob"}
    told.scenes = []
    for scene, who in both.items():
        clock = timing().model_copy(update={"scene": scene})
        clock.lines = [x.model_copy(update={"to": ""}) for x in clock.lines if x.actor == who]
        said = {x.beat for x in clock.lines}
        clock.beats = [b for b in clock.beats if b.beat in said]
        beats = [b.model_copy() for b in first.beats if b.id in said]
        for beat in beats:
            beat.overlapped = beat.id in overlapped
        other = "1" if scene == "2" else "2"
        joined = {"join": "intercut", "intercut_with": other} if scene == named_by else {}
        told.scenes.append(Scene(id=scene, slugline="INT. ROOM", span=SPAN, beats=beats, **joined))
        clocks[scene] = clock
        setups = []
        for setup in COVERAGE.setups:
            name = setup.id.replace("1", scene)
            reports[name] = reports[setup.id].model_copy(
                update={"setup": name, "scene": scene, "take": f"{name}_t01"}
            )
            takes[name] = takes[setup.id]
            pair = setup.pair.replace("1", scene)
            setups.append(setup.model_copy(update={"id": name, "pair": pair}))
        covers[scene] = COVERAGE.model_copy(update={"scene": scene, "setups": setups})
    edit = cut(told, clocks, covers, reports, takes, fps=FPS)
    ends = {
        h.beat: h.film_seconds + next(x for c in clocks.values() for x in c.lines
                                      if x.beat == h.beat).seconds
        for h in edit.heard
    }  # fmt: skip
    return edit, {h.beat: h.film_seconds for h in edit.heard}, ends


@pytest.mark.parametrize("named_by", ["1", "2"])
def test_an_intercut_alternates_whichever_of_its_scenes_says_so(material, named_by):
    edit, starts, _ = telephoned(material, named_by=named_by)
    scenes = [c.scene for c in edit.cuts if c.kind == "shot"]
    assert sum(a != b for a, b in pairwise(scenes)) >= 5
    order = sorted(starts, key=lambda b: starts[b])
    assert order == sorted(order, key=lambda b: int(b.split(".")[1]))


def test_a_line_that_breaks_off_is_interrupted_from_the_other_place_of_an_intercut(material):
    _, plain, plain_ends = telephoned(material)
    assert plain["1.5"] >= plain_ends["1.4"]
    edit, starts, ends = telephoned(material, overlapped=("1.4",))
    assert 0.1 < ends["1.4"] - starts["1.5"] < 0.35
    for one, two in pairwise(["1.2", "1.3", "1.4"]):
        assert starts[two] >= ends[one], "the others are let finish"
    at = 0
    for shot in edit.cuts:
        if at <= starts["1.5"] * 24 < at + shot.frames:
            assert shot.scene == "2", "who interrupts is seen"
        at += shot.frames


def test_a_montage_is_cut_shorter(material):
    montage = [c for c in second_scene(material, join="montage").cuts if c.scene == "2"]
    plain = [c for c in second_scene(material).cuts if c.scene == "2"]
    assert len(montage) > 1.3 * len(plain)


def test_styles_differ_and_an_unknown_one_is_refused_by_name(material):
    tense, calm = (len(edited(material, style=s).cuts) for s in ("tense", "contemplative"))
    assert tense > calm
    with pytest.raises(InputError, match="dogma"):
        edited(material, style="dogma")


def test_the_same_film_is_cut_the_same_way(material):
    assert edited(material).to_json() == edited(material).to_json()


def test_who_stays_is_held_on_after_who_talked_with_them_has_gone():
    leaving = timing()
    path = [(0.75 - 0.9 * u, 1.0 + 1.4 * u) for u in np.linspace(0, 1, 20)]
    bob = next(a for a in leaving.actors if a.actor == "bob")
    sat = bob.segments[0]
    rest = {"heading": 0.5, "end_heading": 0.5, "position": (0.75, 1.0, 0)}
    bob.segments = [
        sat.model_copy(update={"end": 31.2}),
        Segment(kind="stand_up", start=31.2, end=31.6, **rest),
        Segment(kind="walk", start=31.6, end=sat.end, path=path, **rest),
    ]
    takes = shoot(COVERAGE, leaving, {}, fps=FPS, size=SIZE, set_piece=place())
    made = {t.report.setup: t.report for t in takes}
    assert max(end for _, end in made["1D"].ranges) >= 32 * 24
    assert max(end for _, end in made["1E"].ranges) <= 31.2 * 24 + 1
