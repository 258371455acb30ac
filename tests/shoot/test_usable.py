"""What finished takes show: frames in which nobody is seen are not offered for the cut."""

from __future__ import annotations

import numpy as np
import pytest
from staging import FPS, place, timing

from camera.framing import aim
from camera.metrics.faces import shoulder_share
from camera.trajectory import Trajectory
from camera.world import to_bodies
from filmagent.documents import Setup
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Candidates, Frame
from filmagent.shoot.faces import body, faces, filmed
from filmagent.shoot.judgement import figures_of
from filmagent.shoot.moving import Move, Mover, walking_figure
from filmagent.shoot.people import POINTS, Figure, canonical, capsules, turned_head
from filmagent.shoot.stretches import shoot_moving
from filmagent.shoot.usable import shown, usable

FRAME = Frame(36.0, 16 / 9)


@pytest.fixture(scope="module")
def company():
    return Company(timing(walk=True), FPS)


@pytest.fixture(scope="module")
def acted(company):
    """Everybody as the blocking has them, frame by frame."""
    frames = np.arange(company.first, company.end)
    figures = {}
    for actor in company.actors:
        each = [walking_figure(company, actor, n / 24) for n in frames]
        figures[actor] = Figure(actor, {p: np.stack([f.points[p] for f in each]) for p in POINTS})
    return figures


def looking(company, position, target, focal=35.0):
    """A camera that stands at a place and holds a point, over the whole scene."""
    count = company.end - company.first
    p = np.array(position, np.float64)
    q = aim(p, np.array(target), np.zeros(2), FRAME.focal_heights(np.array(focal)))
    return {
        "frames": np.arange(company.first, company.end),
        "positions": np.tile(p, (count, 1)),
        "quaternions": np.tile(q, (count, 1)),
        "focal_mm": np.full(count, focal),
    }


def single(subject="ann", **more):
    return Setup(id="1D", kind="single", size="MCU", subjects=[subject], **more)


def track(arrays, frames):
    rows = np.asarray(frames) - arrays["frames"][0]
    return filmed(arrays, rows, FRAME)


def at(acted, company, frames):
    rows = np.asarray(frames) - company.first
    return [Figure(f.actor, {k: v[rows] for k, v in f.points.items()}) for f in acted.values()]


def test_a_face_is_seen_from_before_and_not_from_behind(company, acted):
    people = at(acted, company, [200])
    front = looking(company, (0.6, 0.4, 1.3), (-0.75, 0.0, 1.2))
    behind = looking(company, (-2.6, 0.4, 1.3), (-0.75, 0.0, 1.2))
    assert faces(track(front, [200]), people, 0, place()).seen.all()
    seen = faces(track(behind, [200]), people, 0, place())
    assert seen.framed.all() and not seen.seen.any() and np.degrees(seen.turned[0]) > 120
    assert body(track(behind, [200]), people, 0, place())[0] == 1.0


def test_a_face_behind_a_pillar_or_out_of_the_frame_is_not_seen(company, acted):
    people = at(acted, company, [200])
    front = looking(company, (1.0, 0.5, 1.3), (-0.75, 0.0, 1.2))
    hidden = faces(track(front, [200]), people, 0, place((0.1, 0.25)))
    assert hidden.framed.all() and not hidden.clear.any()
    aside = looking(company, (1.0, 0.5, 1.3), (1.5, 2.9, 1.2))
    assert not faces(track(aside, [200]), people, 0, place()).framed.any()


def test_who_is_away_is_seen_in_no_frame(company, acted):
    gone = {n: Figure(f.actor, dict(f.points)) for n, f in acted.items()}
    gone["ann"] = Figure(
        "ann", {k: np.full_like(v, np.nan) for k, v in acted["ann"].points.items()}
    )
    front = looking(company, (0.6, 0.4, 1.3), (-0.75, 0.0, 1.2))
    seen = faces(track(front, [200]), at(gone, company, [200]), 0, place())
    assert not seen.there.any() and not seen.seen.any()


def test_a_take_is_offered_only_while_its_subject_is_seen_and_says_when_not(company, acted):
    # bob walks in from the left and sits: the camera holds his chair
    arrays = looking(company, (-1.2, -0.5, 1.3), (0.9, 0.1, 1.2))
    whole = [(0, 240)]
    kept, said = usable(single("bob"), arrays, whole, company, acted, FRAME, place())
    assert kept[0][0] >= 2.0 * 24 and kept[-1][1] == 240
    good = shown(single("bob"), arrays, np.arange(*kept[0]), company, acted, FRAME, place())
    assert good.mean() > 0.9
    assert len(said) == 1 and f"to {kept[0][0] / 24:.1f} s" in said[0]


def test_a_take_that_never_shows_its_subject_keeps_its_time_and_says_so(company, acted):
    arrays = looking(company, (-1.2, -0.5, 1.3), (-3.0, -2.0, 1.2))
    kept, said = usable(single(), arrays, [(120, 240)], company, acted, FRAME, place())
    assert kept == [(120, 240)]
    assert said and "hidden" in said[0]


def test_a_glance_away_cuts_no_take_in_two(company, acted):
    away = {n: Figure(f.actor, dict(f.points)) for n, f in acted.items()}
    points = {k: v.copy() for k, v in acted["ann"].points.items()}
    rows = slice(200 - company.first, 220 - company.first)
    middle = points["head_top"][rows]
    for name in ("eye.L", "eye.R", "mouth", "chin", "ear.L", "ear.R"):
        points[name][rows, :2] = 2 * middle[:, :2] - points[name][rows, :2]
    away["ann"] = Figure("ann", points)
    arrays = looking(company, (0.6, 0.4, 1.3), (-0.75, 0.0, 1.2))
    kept, said = usable(single(), arrays, [(120, 300)], company, away, FRAME, place())
    assert kept == [(120, 300)] and not said


def test_glances_at_a_face_make_no_piece(company, acted):
    gone = {
        n: Figure(f.actor, {k: v.copy() for k, v in f.points.items()}) for n, f in acted.items()
    }
    for start in range(120, 300, 40):
        rows = slice(start - company.first, start + 28 - company.first)
        for values in gone["ann"].points.values():
            values[rows, 1] -= 4.0
    arrays = looking(company, (0.6, 0.4, 1.3), (-0.75, 0.0, 1.2))
    kept, said = usable(single(), arrays, [(120, 300)], company, gone, FRAME, place())
    assert kept == [(120, 300)] and said and "most of the time" in said[0]


def test_people_without_a_performance_are_taken_to_be_seen(company):
    arrays = looking(company, (-1.2, -0.5, 1.3), (-3.0, -2.0, 1.2))
    assert usable(single(), arrays, [(0, 99)], company, {}, FRAME, place()) == ([(0, 99)], [])


class Rehearsed(Mover):
    """For a long time it looks elsewhere in the first half; otherwise at the subject."""

    def way(self, frames):
        eyes = self.acted["bob"].eyes[frames - self.company.first]
        spot = np.array([1.5, -1.0, 1.5])
        target = eyes.copy()
        if len(frames) > 80:
            target[: len(frames) // 2] = [3.0, -2.5, 1.5]
        positions = np.tile(spot, (len(frames), 1))
        f = FRAME.focal_heights(np.full(len(frames), 35.0))
        arrays = {
            "frames": frames,
            "positions": positions,
            "quaternions": aim(positions, target, np.zeros((len(frames), 2)), f),
            "focal_mm": np.full(len(frames), 35.0),
        }
        track = Trajectory(frames / 24, positions, arrays["quaternions"])
        return Move(arrays, 35.0, [], [], self.request(frames), track)


def mover(company, acted, kind=Rehearsed, move="follow"):
    setup = Setup(id="1A", kind="follow", size="MS", subjects=["bob"], move=move, rig="steadicam")
    return kind(setup, company, acted, FRAME, place(), 3)


def test_a_follow_goes_for_the_time_in_which_its_subject_is_seen(company, acted):
    rehearsed = mover(company, acted)
    asked = np.arange(0, 72, 3)
    seen = {}
    for name, made in (
        ("first", rehearsed.way(np.arange(-24, 96))),
        ("chosen", shoot_moving(rehearsed, [(0, 72)])),
    ):
        good = shown(rehearsed.setup, made.arrays, asked, company, acted, FRAME, place())
        seen[name] = good.mean()
    assert seen["first"] < 0.7 < 0.95 <= seen["chosen"]


def test_a_planned_follow_keeps_its_subject_seen_and_clear_of_walls(company, acted):
    planned = mover(company, acted, Mover)
    made = shoot_moving(planned, [(0, 72)])
    frames = made.arrays["frames"]
    inside = np.arange(max(frames[0], 0), min(frames[-1], 72), 3)
    good = shown(planned.setup, made.arrays, inside, company, acted, FRAME, place())
    assert good.mean() >= 0.9 and len(inside) >= 12
    assert place().world.clearance(made.arrays["positions"]).min() > 0.15


def bystander(company, acted, position):
    """The same people, and one who stands at a place all the time."""
    stature = company.bodies["ann"]
    figure = canonical("cat", stature, np.array([*position, 0.0]), 0.0, None)
    count = company.end - company.first
    return {**acted, "cat": Figure("cat", {k: np.tile(p, (count, 1)) for k, p in
                                           figure.points.items()})}  # fmt: skip


@pytest.mark.parametrize("move", ["follow", "lead"])
def test_a_moving_camera_keeps_clear_of_people_and_sees_past_them(company, acted, move):
    alone = shoot_moving(mover(company, acted, Mover, move=move), [(0, 72)]).arrays
    middle = alone["positions"][len(alone["positions"]) // 2]
    # somebody stands where the camera would go
    three = timing(walk=True)
    three.actors.append(three.actors[0].model_copy(update={"actor": "cat"}))
    crowded = Company(three, FPS)
    people = bystander(company, acted, middle[:2])
    made = shoot_moving(mover(crowded, people, Mover, move=move), [(0, 72)]).arrays
    rows = made["frames"] - company.first
    near = to_bodies(made["positions"], capsules(list(people.values())).at(rows))
    assert near.min() >= 0.29
    inside = made["frames"][(made["frames"] >= 0) & (made["frames"] < 72)][::3]
    setup = mover(crowded, people, Mover, move=move).setup
    assert shown(setup, made, inside, crowded, people, FRAME, place()).mean() >= 0.9


def test_a_lead_goes_before_the_face_not_only_before_the_feet(company, acted):
    # bob looks 70° to his left as he walks
    turned = {k: v.copy() for k, v in acted["bob"].points.items()}
    middle, side = turned["head_top"], np.radians(70.0)
    for name in ("eye.L", "eye.R", "mouth", "chin", "ear.L", "ear.R"):
        x, y = (turned[name] - middle)[:, :2].T
        turned[name][:, 0] = middle[:, 0] + np.cos(side) * x - np.sin(side) * y
        turned[name][:, 1] = middle[:, 1] + np.sin(side) * x + np.cos(side) * y
    people = {**acted, "bob": Figure("bob", turned)}
    leading = mover(company, people, Mover, move="lead")
    made = shoot_moving(leading, [(0, 72)])
    inside = np.arange(max(made.arrays["frames"][0], 0), 72, 3)
    good = shown(leading.setup, made.arrays, inside, company, people, FRAME, place())
    assert good.mean() >= 0.9


@pytest.mark.parametrize("move", ["follow", "lead"])
def test_two_who_walk_together_are_both_held_in_the_frame(company, acted, move):
    three = timing(walk=True)
    three.actors.append(three.actors[1].model_copy(update={"actor": "cat"}))
    abreast = {k: p + np.array([-0.25, -0.75, 0.0]) for k, p in acted["bob"].points.items()}
    people = {**acted, "cat": Figure("cat", abreast)}
    setup = Setup(
        id="1A", kind="follow", size="MS", subjects=["bob", "cat"], move=move, rig="steadicam"
    )
    made = Mover(setup, Company(three, FPS), people, FRAME, place(), 3).way(np.arange(0, 72))
    rows = made.arrays["frames"] - company.first
    eyes = np.stack([people[a].eyes[rows] for a in ("bob", "cat")], axis=1)
    screen, depth = track(made.arrays, made.arrays["frames"]).project(eyes)
    assert (depth > 0.5).all()
    # each to their side, as far from the middle, and the same who walks on the left
    assert np.median(np.abs(screen[..., 0].mean(axis=1))) < 0.12
    assert (np.abs(screen[..., 0]) < FRAME.aspect / 2 - 0.1).mean() > 0.95
    assert len(set(np.sign(screen[:, 0, 0] - screen[:, 1, 0]))) == 1


def test_heads_turn_to_what_is_aside_but_not_to_what_is_behind():
    degrees = np.array([0, 3, 30, 90, 120, 170, 180])
    turned = np.degrees(turned_head(np.radians(degrees)))
    assert turned[0] == turned[1] == 0
    assert 15 < turned[2] < 30 < turned[3] < 64
    assert turned[-1] == turned[-2] == 0
    np.testing.assert_allclose(turned_head(np.radians(-degrees[:-1])), -np.radians(turned[:-1]))


def test_a_body_on_the_screen_is_the_figure_that_acts(acted):
    figure = acted["ann"]
    body_of = figure.body
    assert len(body_of.points) == len(figure.eyes) and np.isfinite(body_of.points).all()
    for point, name in (("crown", "head_top"), ("hand.L", "grip.L"), ("foot.R", "ankle.R")):
        np.testing.assert_array_equal(body_of.point(point), figure.points[name])
    np.testing.assert_array_equal(body_of.eyes, figure.eyes)
    np.testing.assert_array_equal(body_of.look, figure.look)


def test_a_shoulder_is_judged_by_the_share_it_is_solved_for(company, acted):
    row = 40 - company.first
    ann, bob = (figure.eyes[row] for figure in acted.values())
    line = (bob - ann) / np.linalg.norm(bob - ann)
    across = np.cross(line, [0.0, 0.0, 1.0])
    arrays = looking(company, bob + 0.8 * line + 0.35 * across, ann, focal=50.0)
    setup = Setup(id="1B", kind="ots", size="MS", subjects=["ann"], over="bob")
    scores = figures_of(setup, "MS", arrays, [(40, 41)], company, acted, FRAME, place())
    one = Candidates(
        *(arrays[k][:1] for k in ("positions", "quaternions", "focal_mm")), np.zeros(1)
    )
    there = Figure("bob", {k: v[row] for k, v in acted["bob"].points.items()})
    share = shoulder_share(one.through(FRAME), there.body)[0]
    assert 0.05 < share < 0.9
    assert scores["shoulder_share"] == pytest.approx(share, abs=1e-6)
    assert "composition" not in scores, "past a shoulder the room before a face is the shoulder's"
    alone = setup.model_copy(update={"kind": "single", "over": ""})
    scores = figures_of(alone, "MS", arrays, [(40, 41)], company, acted, FRAME, place())
    assert 0 < scores["composition"] <= 1
