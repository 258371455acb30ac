"""A scheduled scene is whole, breathes, keeps people apart, and changes only where it must."""

from __future__ import annotations

import math
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filmagent.documents import ActorTiming, SceneTiming
from filmagent.library import sets
from filmagent.stage.clock import TICKS
from filmagent.stage.navigation import wrapped

sys.path.insert(0, str(Path(__file__).parent))
from short_scenes import CAST, JONAS, LENA, MARA, film, played

MEETING = film(
    """
    MARA sits alone at a table by the window with a cup of coffee.
    The door opens. JONAS enters and walks to her table.
    JONAS: You kept the table.
    MARA (coldly): You kept me waiting.
    Jonas sits down across from her.
    JONAS: I almost didn't come.
    ...
    MARA: I know. I saw you walk past the window. Twice.
    Mara puts a key on the table. Jonas looks at it.
    JONAS (surprised): Is that hers?
    MARA: The spare. She left the house to both of us.
    JONAS: She always did like trouble.
    MARA (angry): Don't laugh. You left her alone for nine --
    JONAS: Nine years. I counted them too.
    Mara stands up and walks out of the door.
    """,
    MARA,
    JONAS,
    props=("cup", "key"),
)


def actor(timing: SceneTiming, name: str) -> ActorTiming:
    return next(a for a in timing.actors if a.actor == name)


def state(person: ActorTiming, second: float) -> tuple[str, tuple[float, float], float]:
    """Kind, point and heading of a body at a time."""
    for s in person.segments:
        if s.start <= second < s.end:
            share = (second - s.start) / (s.end - s.start)
            if s.kind == "walk":
                path = np.array(s.path)
                at = share * (len(path) - 1)
                point = [float(np.interp(at, np.arange(len(path)), path[:, k])) for k in (0, 1)]
                return s.kind, (point[0], point[1]), s.heading
            heading = s.heading + share * wrapped(s.end_heading - s.heading)
            return s.kind, (s.position[0], s.position[1]), heading
    raise AssertionError(f"{person.actor} has no segment at {second}")


def check_whole(timing: SceneTiming) -> None:
    """What every timing must be, whatever the scene."""
    # documents keep 1e-6; a sum of two of them need not
    begin, end = -timing.handle, round(timing.duration + timing.handle, 6)
    for person in timing.actors:
        tracks = [person.segments, person.gazes, *([person.moods] if not person.extra else [])]
        for parts in tracks:
            assert parts[0].start == pytest.approx(begin) and parts[-1].end == pytest.approx(end)
            for one, two in pairwise(parts):
                assert one.end == two.start and one.end > one.start, (person.actor, one, two)
        for s in person.segments:
            assert abs(s.start * TICKS - round(s.start * TICKS)) < 1e-3
            if s.kind == "walk":
                path = np.array(s.path)
                assert np.hypot(*np.diff(path, axis=0).T).max() <= 0.1
                assert path[0] == pytest.approx(s.position[:2], abs=2e-6)
            if s.kind == "sit":
                assert s.seat_height is not None
        for one, two in pairwise(person.segments):
            there = one.path[-1] if one.kind == "walk" else one.position[:2]
            if one.kind in ("stand", "turn", "walk") and two.kind != "offstage":
                assert there == pytest.approx(two.position[:2], abs=2e-6), (one, two)
        for gesture in person.gestures:
            assert begin <= gesture.start < gesture.end <= end
    for line in timing.lines:
        assert line.end == pytest.approx(line.start + line.seconds)
    for thing in timing.props:
        for one, two in pairwise(sorted(thing.holds, key=lambda h: h.start)):
            assert one.end <= two.start


def closest(timing: SceneTiming, kinds: tuple[str, ...]) -> float:
    nearest = math.inf
    for second in np.arange(-1.0, timing.duration + 1.0, 0.1):
        still = [state(a, second) for a in timing.actors]
        points = [p for kind, p, _ in still if kind in kinds]
        for i, one in enumerate(points):
            nearest = min([nearest, *(math.dist(one, two) for two in points[i + 1 :])])
    return nearest


def test_everybody_is_somewhere_from_handle_to_handle():
    check_whole(played(MEETING))


def test_gaps_between_lines_breathe_within_limits_and_are_never_constant():
    talk = "\n".join(
        f"{n}: Words for the number {i}." for i in range(10) for n in ("MARA", "JONAS")
    )
    lines = played(film(f"MARA and JONAS stand at the counter.\n{talk}", MARA, JONAS)).lines
    gaps = [two.start - one.end for one, two in pairwise(lines)]
    assert min(gaps) >= -0.3 and max(gaps) <= 1.2
    assert np.std(gaps) > 0.08 and len({round(g, 2) for g in gaps}) > 12


def test_anger_answers_faster_than_sorrow():
    def mean_gap(manner: str) -> float:
        talk = "\n".join(
            f"{n} ({manner}): Word {i} of it." for i in range(8) for n in ("MARA", "JONAS")
        )
        lines = played(film(f"MARA and JONAS wait.\n{talk}", MARA, JONAS)).lines
        return float(np.mean([two.start - one.end for one, two in pairwise(lines)]))

    assert mean_gap("angry") < mean_gap("sadly") - 0.4


def test_an_interrupted_line_is_overlapped_and_a_beat_is_silence():
    timing = played(MEETING)
    lines = {line.beat: line for line in timing.lines}
    assert -0.35 <= lines["1.14"].start - lines["1.13"].end < 0
    assert 0.8 <= lines["1.8"].start - lines["1.6"].end <= 1.9


def test_dual_dialogue_is_said_at_the_same_time():
    breakdown = film("MARA and JONAS wait.\nMARA: Stop!\nJONAS: Go!\nMARA: Fine.", MARA, JONAS)
    breakdown.scenes[0].beats[2].dual_with = "1.2"
    one, two, three = played(breakdown).lines
    assert one.start == two.start and three.start >= max(one.end, two.end) - 0.35


def test_nothing_is_still_for_long():
    timing = played(MEETING)
    ends = -math.inf
    for beat in sorted(timing.beats, key=lambda b: b.start):
        assert beat.start - max(ends, 0.0) <= 1.4
        ends = max(ends, beat.end)


def test_who_enters_comes_from_out_of_sight_and_who_leaves_goes_there():
    timing = played(MEETING)
    doors = sets.load("cafe").spec.doors.values()
    outside = [d.outside[:2] for d in doors]
    jonas, mara = actor(timing, "jonas"), actor(timing, "mara")
    assert jonas.segments[0].kind in ("offstage", "walk")
    assert min(math.dist(jonas.segments[0].position[:2], o) for o in outside) < 0.01
    last = next(s for s in reversed(mara.segments) if s.kind == "walk")
    inside = [d.position[:2] for d in doors]
    ways = [math.dist(p, i) for p in last.path for i in inside]
    assert min(ways) < 0.3, "she does not go through the door"


def test_a_line_spoken_on_arrival_waits_for_the_walk():
    timing = played(MEETING)
    line = next(x for x in timing.lines if x.beat == "1.3")
    walk = next(s for s in actor(timing, "jonas").segments if s.kind == "walk")
    assert line.start >= walk.end - 0.3


def test_sitting_down_happens_in_front_of_the_seat_and_ends_on_it():
    segments = actor(played(MEETING), "jonas").segments
    down = next(i for i, s in enumerate(segments) if s.kind == "sit_down")
    sit = segments[down + 1]
    mark = sets.load("cafe").spec.marks[sit.mark]
    assert sit.kind == "sit" and sit.position == pytest.approx(mark.position)
    assert segments[down].end_heading == pytest.approx(mark.heading, abs=1e-5)
    assert 0.25 < math.dist(segments[down].position[:2], mark.position[:2]) < 0.7


def test_talkers_stand_at_talking_distance_facing_each_other_opened_to_one_side():
    timing = played(
        film(
            """
        MARA stands at the counter.
        JONAS enters and walks to her.
        JONAS: There you are.
        MARA: Here I am.
        """,
            MARA,
            JONAS,
        )
    )
    second = timing.lines[-1].end - 0.1
    _, one, face_one = state(actor(timing, "jonas"), second)
    _, two, face_two = state(actor(timing, "mara"), second)
    assert 0.6 <= math.dist(one, two) <= 2.0
    line = math.atan2(-(two[0] - one[0]), two[1] - one[1])
    opened = [wrapped(face_one - line), wrapped(face_two - line - math.pi)]
    assert all(math.radians(15) <= abs(o) <= math.radians(60) for o in opened)
    assert opened[0] * opened[1] < 0, "they open to opposite sides of their line"


def test_who_stops_somebody_stands_within_arms_length_and_a_half():
    timing = played(
        film(
            """
        MARA walks along the pavement. JONAS comes out and follows her.
        JONAS: Mara! Wait.
        She stops and turns to him.
        JONAS (quietly): I don't want the house. I want to see the garden once. With you.
        """,
            MARA,
            JONAS,
            place="street",
        )
    )
    second = timing.lines[-1].end
    _, one, _ = state(actor(timing, "jonas"), second)
    _, two, _ = state(actor(timing, "mara"), second)
    assert 0.9 <= math.dist(one, two) <= 1.6
    line = timing.lines[0]
    assert state(actor(timing, "mara"), line.start)[0] == "walk", "she had stopped before"


def test_a_key_is_in_the_hand_until_it_lies_on_the_table():
    timing = played(MEETING)
    key = next(p for p in timing.props if p.prop == "key")
    (hold,) = key.holds
    (rest,) = key.rests
    assert hold.start == -1.0 and hold.actor == "mara" and rest[0] == hold.end
    surfaces = [m.surface for m in sets.load("cafe").spec.marks.values() if m.surface]
    assert min(math.dist(rest[1], s) for s in surfaces) < 0.35
    cup = next(p for p in timing.props if p.prop == "cup")
    assert math.dist(rest[1], cup.position) > 0.1, "the key lies in the cup"


def test_listeners_look_at_who_speaks_and_speakers_mostly_at_whom_they_speak_to():
    timing = played(MEETING)
    shares = []
    for line in timing.lines:
        for name in ("mara", "jonas"):
            other = "jonas" if name == "mara" else "mara"
            looked = sum(
                max(0.0, min(g.end, line.end) - max(g.start, line.start))
                for g in actor(timing, name).gazes
                if g.target == other
            )
            shares.append((name == line.actor, looked / line.seconds))
    speaking = [share for speaks, share in shares if speaks]
    listening = [share for speaks, share in shares if not speaks]
    assert 0.6 <= np.mean(speaking) <= 0.95 and np.mean(listening) >= 0.6
    assert min(speaking) < 0.95, "nobody ever looks away"


def test_speakers_hand_the_word_over_with_their_eyes():
    back = []
    for seed in range(6):
        timing = played(MEETING, seed)
        for line in timing.lines:
            person = actor(timing, line.actor)
            busy = any(g.start - 0.3 < line.end < g.end + 0.3 for g in person.gestures)
            gaze = next(g for g in person.gazes if g.start <= line.end - 0.1 < g.end)
            if not busy:
                back.append(gaze.target == line.to)
    assert np.mean(back) > 0.9


def test_voice_over_has_no_body():
    timing = played(film("MARA sits at a table.\nJONAS (V.O.): Dear Mara.", MARA, JONAS))
    assert [a.actor for a in timing.actors if not a.extra] == ["mara"]
    assert timing.lines[0].delivery == "vo"


def test_one_changed_word_moves_only_its_neighbourhood():
    before = played(MEETING)
    changed = MEETING.model_copy(deep=True)
    changed.scenes[0].beats[7].text = "I know. I saw you run past the window. Twice."
    after = played(changed, seconds={"1.8": 3.4}, previous=before)
    old = {b.beat: b.start for b in before.beats}
    assert old["1.8"] == next(b.start for b in after.beats if b.beat == "1.8")
    moved = [b.beat for b in after.beats if b.start != old[b.beat]]
    assert moved == [] and after.duration == before.duration
    for one, two in zip(before.actors, after.actors, strict=True):
        assert one.segments == two.segments and one.gestures == two.gestures
        far = [g for g in one.gazes if g.end < old["1.8"] or g.start > old["1.9"]]
        assert all(g in two.gazes for g in far if g.start > -1)


def test_a_long_insertion_pushes_what_follows_but_nothing_before():
    before = played(MEETING)
    after = played(MEETING, seconds={"1.8": 9.0}, previous=before)
    old = {b.beat: b.start for b in before.beats}
    new = {b.beat: b.start for b in after.beats}
    assert all(new[f"1.{i}"] == old[f"1.{i}"] for i in range(1, 9))
    assert new["1.10"] > old["1.10"] + 3


def test_scheduling_again_changes_nothing():
    before = played(MEETING)
    assert played(MEETING, previous=before).to_json() == before.to_json()


def test_forty_people_stand_apart():
    crowd = [(f"P{i}", "unknown", list(CAST)[i % 6]) for i in range(40)]
    script = "\n".join(f"{n}: I am number {i}." for i, (n, _, _) in enumerate(crowd))
    timing = played(film(script, *crowd))
    check_whole(timing)
    assert len([a for a in timing.actors if not a.extra]) == 40
    points = [a.segments[0].position[:2] for a in timing.actors]
    assert min(math.dist(a, b) for i, a in enumerate(points) for b in points[i + 1 :]) >= 0.45


def test_nobody_walks_through_furniture():
    timing = played(MEETING)
    free = sets.load("cafe").free.buffer(0.02)
    spec = sets.load("cafe").spec
    near_seats = [m.position[:2] for m in spec.marks.values() if m.kind == "seat"]
    import shapely

    for person in timing.actors:
        for s in person.segments:
            for x, y in s.path:
                by_a_seat = min(math.dist((x, y), seat) for seat in near_seats) < 0.75
                outside = not spec.stage.contains(shapely.Point(x, y))
                assert by_a_seat or outside or free.contains(shapely.Point(x, y)), (x, y)


VERBS = [
    "sits down",
    "stands up",
    "walks to the counter",
    "enters",
    "leaves",
    "walks to {other}",
    "turns to {other}",
    "takes the cup",
    "puts the cup on the table",
    "drinks",
    "nods",
    "follows {other}",
    "stops",
    "points at the window",
    "sits at a table",
    "comes back in",
    "walks to the door",
    "crosses to the bench",
    "walks away",
    "reads a newspaper",
]
NAMES = ["MARA", "JONAS", "LENA"]


@st.composite
def scripts(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        who = draw(st.sampled_from(NAMES))
        other = draw(st.sampled_from([n for n in NAMES if n != who]))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            lines.append(f"{who}: {draw(st.sampled_from(['Yes.', 'No!', 'Why? Tell me --']))}")
        elif kind == 1:
            lines.append("...")
        else:
            verb = draw(st.sampled_from(VERBS)).format(other=other.title())
            lines.append(f"{who.title()} {verb}.")
    return "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(scripts(), st.sampled_from(["cafe", "street"]), st.integers(0, 3))
def test_any_scene_is_whole_and_nobody_stands_in_anybody(script, place, seed):
    timing = played(film(script, MARA, JONAS, LENA, place=place, props=("cup",)), seed)
    check_whole(timing)
    assert closest(timing, ("stand", "turn", "sit")) >= 0.45


def gap(timing: SceneTiming, second: float) -> float:
    one, other = (state(a, second)[1] for a in timing.actors if not a.extra)
    return math.dist(one, other)


def test_two_come_near_to_embrace_and_step_back_to_talk():
    timing = played(film("Mara hugs Jonas.\nMARA: You came.", MARA, JONAS))
    held = next(g for a in timing.actors for g in a.gestures if g.action == "hug")
    assert gap(timing, held.start + 0.1) < 0.6
    assert gap(timing, min(held.end + 2.0, timing.duration)) > 0.8
    back = [s for a in timing.actors for s in a.segments if s.manner == "back"]
    assert len(back) == 1 and abs(back[0].heading - back[0].end_heading) < 0.1


def test_one_shaking_of_hands_is_enough_for_two():
    timing = played(film("Mara looks at Jonas. They shake hands.", MARA, JONAS))
    assert len([g for a in timing.actors for g in a.gestures if g.action == "handshake"]) == 1


def test_what_is_given_goes_from_hand_to_hand():
    timing = played(film("Mara picks up the key. She gives Jonas the key.\nJONAS: Thanks.",
                         MARA, JONAS, props=("key",)))  # fmt: skip
    holds = next(p.holds for p in timing.props if p.prop == "key")
    assert [h.actor for h in holds][-2:] == ["mara", "jonas"]
    assert holds[-2].end == holds[-1].start


@pytest.mark.parametrize(("words", "manner", "faster"), [("runs", "run", True),
                                                         ("sneaks", "sneak", False)])  # fmt: skip
def test_ways_of_walking_have_their_own_pace(words, manner, faster):
    def pace(verb: str) -> tuple[float, str]:
        timing = played(film(f"Mara {verb} to the window.", MARA))
        walk = max((s for s in timing.actors[0].segments if s.kind == "walk"),
                   key=lambda s: len(s.path))  # fmt: skip
        far = sum(math.dist(a, b) for a, b in pairwise(walk.path))
        return far / (walk.end - walk.start), walk.manner

    plain, fast = pace("walks"), pace(words)
    assert fast[1] == manner and (fast[0] > 1.3 * plain[0] if faster else fast[0] < 0.8 * plain[0])


def test_a_child_walks_as_fast_as_its_legs_are_long_and_is_looked_at_in_the_face():
    script = "Mara walks to the window.\nMara points at Jonas."

    def told(heights: dict[str, float] | None) -> tuple[float, float]:
        timing = played(film(script, MARA, JONAS), heights=heights)
        walk = max((s for a in timing.actors if a.actor == "mara" for s in a.segments
                    if s.kind == "walk"), key=lambda s: len(s.path))  # fmt: skip
        far = sum(math.dist(a, b) for a, b in pairwise(walk.path))
        point = next(g for a in timing.actors for g in a.gestures if g.action == "point")
        return far / (walk.end - walk.start), point.target_position[2]

    grown, face = told(None)
    assert told({"ines": 1.2})[0] < 0.9 * grown
    assert told({"walter": 1.2})[1] == pytest.approx(face * 1.2 / 1.7, abs=1e-5)
