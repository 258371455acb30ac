"""Static setups: pairs match, faces are seen, nothing is hit, and only what must moves."""

from __future__ import annotations

import numpy as np
import pytest
from staging import COVERAGE, FPS, SIZE, place, timing

from camera import Lens
from camera.framing import CROWN, aim
from camera.lens import PRIMES
from camera.metrics.faces import shoulder_share
from camera.pose import heading_of
from camera.world import World
from filmagent.documents import Gaze, SceneCoverage, Setup
from filmagent.shoot import shoot
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Candidates, Frame, clutter, obstructed
from filmagent.shoot.people import capsules
from filmagent.shoot.place import Place

FRAME = Frame(36.0, SIZE[0] / SIZE[1])


def taken(where=None, when=None, coverage=COVERAGE, **more):
    made = shoot(
        coverage, when or timing(), {}, fps=FPS, size=SIZE, set_piece=where or place(), **more
    )
    return {take.report.setup: take for take in made}


@pytest.fixture(scope="module")
def takes():
    return taken()


@pytest.fixture(scope="module")
def people():
    company = Company(timing(), FPS)
    return {a: company.figure(company.stance(a, 15.0)) for a in ("ann", "bob")}


def camera(take):
    lens = Lens(float(take.arrays["focal_mm"][0]), 36.0, FRAME.aspect)
    return take.arrays["positions"][0], take.arrays["quaternions"][0], lens


def test_a_static_take_is_one_pose_to_the_last_digit_over_the_whole_scene(takes):
    for take in takes.values():
        assert take.report.static
        assert (take.report.first, take.report.end) == (-24, int(np.ceil(33.5 * 24)))
        for key in ("positions", "quaternions", "focal_mm", "focus_m"):
            assert np.all(take.arrays[key] == take.arrays[key][0])


def test_every_camera_stands_clear_in_the_room_on_a_prime(takes):
    world = place().world
    for take in takes.values():
        position, _, lens = camera(take)
        assert world.clearance([position])[0] >= 0.25
        assert world.contains(position)
        assert lens.focal_mm in PRIMES


@pytest.mark.parametrize(("one", "two"), [("1B", "1C"), ("1D", "1E")])
def test_opposing_shots_match_and_look_to_opposite_sides(takes, people, one, two):
    found = []
    for setup, subject, partner in ((one, "ann", "bob"), (two, "bob", "ann")):
        position, q, lens = camera(takes[setup])
        eyes = people[subject].eyes
        away, look = position - eyes, people[partner].eyes - eyes
        off = np.degrees(np.angle(np.exp(1j * (heading_of(away) - heading_of(look)))))
        screen, _ = lens.project(np.stack([eyes, eyes + 0.2 * look]), position, q)
        found.append((lens.focal_mm, np.linalg.norm(away), off, screen[1, 0] - screen[0, 0]))
        if setup in ("1D", "1E"):
            assert abs(position[2] - eyes[2]) <= 0.1
    (mm1, d1, off1, look1), (mm2, d2, off2, look2) = found
    assert mm1 == mm2
    assert d1 == pytest.approx(d2, rel=0.1)
    assert 15 <= abs(off1) <= 40 and 15 <= abs(off2) <= 40
    assert off1 * off2 < 0, "both cameras are on one side of the line"
    assert look1 * look2 < 0, "the looks go to opposite sides of the screen"


def test_all_cameras_of_a_scene_keep_to_one_side_of_the_line(takes):
    sides = {
        np.sign(takes[s].arrays["positions"][0][1]) for s in ("1A", "1B", "1C", "1D", "1E", "1G")
    }
    assert len(sides) == 1


def test_close_faces_are_on_long_lenses_from_a_metre_or_more(takes, people):
    for setup, subject in (("1D", "ann"), ("1E", "bob")):
        position, _, lens = camera(takes[setup])
        assert lens.focal_mm >= 50
        assert np.linalg.norm(position - people[subject].eyes) >= 1.0


def test_heads_are_whole_with_air_over_them_and_faces_are_seen(takes, people):
    bodies = capsules(list(people.values()))
    world = place().world
    for setup, subject in (("1B", "ann"), ("1C", "bob"), ("1D", "ann"), ("1E", "bob")):
        position, q, lens = camera(takes[setup])
        head = people[subject].stack(("head_top", "chin", "eye.L", "eye.R", "mouth"))
        screen, _ = lens.project(head, position, q)
        assert 0.02 < 0.5 - screen[0, 1] < 0.15
        assert np.abs(screen[:, 0]).max() < FRAME.aspect / 2
        owner = list(people).index(subject)
        assert world.visible(np.tile(position, (5, 1)), head, bodies, np.full(5, owner), 0.06).all()


def test_the_shoulder_in_the_foreground_fills_its_share(takes, people):
    for setup, over in (("1B", "bob"), ("1C", "ann")):
        position, q, lens = camera(takes[setup])
        one = Candidates(position[None], q[None], np.array([lens.focal_mm]), np.zeros(1))
        assert 0.15 <= shoulder_share(one.through(FRAME), people[over].body)[0] <= 0.35


def test_the_master_is_wide_and_holds_everybody(takes, people):
    position, q, lens = camera(takes["1A"])
    assert lens.focal_mm <= 35
    for figure in people.values():
        screen, depth = lens.project(figure.stack(("head_top", "chin")), position, q)
        assert (depth > 0).all() and (np.abs(screen[:, 0]) < FRAME.aspect / 2).all()
        assert (np.abs(screen[:, 1]) < 0.5).all()


def test_wide_pictures_have_their_people_in_the_middle_with_air_over_the_highest(takes, people):
    crowns = np.stack([f.eyes + np.array([0.0, 0.0, CROWN]) for f in people.values()])
    for setup in ("1A", "1G"):
        screen, _ = camera(takes[setup])[2].project(crowns, *camera(takes[setup])[:2])
        assert abs(screen[:, 0].min() + screen[:, 0].max()) < 1e-3
        assert 0.03 < 0.5 - screen[:, 1].max() < 0.2


def test_the_insert_is_near_and_long_and_sees_the_thing(takes):
    position, q, lens = camera(takes["1F"])
    spot = np.array([0.1, 0.05, 0.76])
    screen, _ = lens.project(spot, position, q)
    assert 0.35 <= np.linalg.norm(position - spot) <= 1.6 and lens.focal_mm >= 50
    assert np.abs(screen).max() < 0.2
    assert place().world.visible([position], [spot])[0]


@pytest.mark.parametrize("y", [-1.2, 1.2])
def test_pillars_on_one_side_send_the_cameras_to_the_other(y, people):
    where = place((-1.0, y), (0.0, y), (1.0, y), (-0.5, y), (0.5, y))
    for setup, take in taken(where).items():
        position, _, _ = camera(take)
        assert where.world.clearance([position])[0] >= 0.25
        if setup in ("1D", "1E"):
            eyes = people[(take.report.setup == "1D" and "ann") or "bob"].eyes
            assert where.world.visible([position], [eyes])[0]
            assert position[1] * y < 0 or abs(position[1]) < abs(y) - 0.2


def test_a_longer_line_leaves_every_static_camera_where_it_was(takes):
    later = taken(when=timing(longer=0.7))
    for setup, take in takes.items():
        for key in ("positions", "quaternions", "focal_mm", "focus_m"):
            assert take.arrays[key][0].tobytes() == later[setup].arrays[key][0].tobytes()


def test_a_shot_of_somebody_who_moved_is_set_anew_and_says_so():
    made = taken(when=timing(walk=True))
    assert all(make.report.ranges for make in made.values())
    single = made["1E"].report
    assert single.ranges[0][0] >= 4.4 * 24, "nobody is filmed in close-up while sitting down"


def test_a_walker_is_followed_at_one_size_without_hitting_anything():
    follow = SceneCoverage(
        scene="1",
        setups=[
            Setup(
                id="1A",
                kind="follow",
                size="MS",
                subjects=["bob"],
                move="follow",
                rig="steadicam",
                beats=["1.1"],
            )
        ],
    )
    take = taken(when=timing(walk=True), coverage=follow)["1A"]
    assert not take.report.static
    assert place().world.swept_clearance(take.arrays["positions"]).min() > 0.2
    assert np.ptp(take.arrays["focus_m"]) < 0.5 * np.median(take.arrays["focus_m"])


def test_a_wish_the_room_cannot_grant_is_said_in_a_sentence():
    wish = SceneCoverage(
        scene="1",
        setups=[
            Setup(id="1A", kind="single", size="ELS", subjects=["ann"], lens_mm=135, beats=BEATS_)
        ],
    )
    report = taken(coverage=wish)["1A"].report
    assert report.given_up and all(len(s) > 20 for s in report.given_up)
    assert report.scores["clearance"] >= 0.25


BEATS_ = ["1.2"]


def test_locked_setups_are_left_alone():
    assert "1B" not in taken(keep={"1B"})


def test_past_somebody_standing_the_seated_are_filmed_alone_at_the_angle_of_their_look():
    standing = timing()
    for segment in standing.actors[1].segments:
        segment.kind, segment.seat_height = "stand", None
    made = taken(when=standing, coverage=COVERAGE.model_copy(update={"setups": COVERAGE.setups}))
    company = Company(standing, FPS)
    figures = {a: company.figure(company.stance(a, 15.0)) for a in ("ann", "bob")}
    assert figures["bob"].eyes[2] - figures["ann"].eyes[2] > 0.35
    for setup, subject, partner, sign in (("1B", "ann", "bob", 1), ("1C", "bob", "ann", -1)):
        position, q, lens = camera(made[setup])
        one = Candidates(position[None], q[None], np.array([lens.focal_mm]), np.zeros(1))
        hips = figures[partner].stack(("hip.L", "hip.R", "elbow.L", "elbow.R"))
        screen, depth = lens.project(hips, position, q)
        inside = (depth > 0.05) & (np.abs(screen) < [FRAME.aspect / 2, 0.5]).all(axis=1)
        before = depth < np.linalg.norm(position - figures[subject].eyes)
        assert not (inside & before).any(), "no headless torso before the lens"
        assert shoulder_share(one.through(FRAME), figures[partner].body)[0] < 0.1
        assert 0.05 < sign * (position[2] - figures[subject].eyes[2]) < 0.5


def test_a_wide_camera_keeps_things_away_from_its_lens():
    where = place((-1.6, -2.2), (1.6, -2.2), (0.0, 2.2))
    made = taken(where)
    for setup in ("1A", "1G"):
        position, q, lens = camera(made[setup])
        one = Candidates(position[None], q[None], np.array([lens.focal_mm]), np.zeros(1))
        assert obstructed(one, FRAME, where, np.array([3.0]))[1][0] <= 0.1


def test_what_stands_before_a_subject_makes_a_place_dear_and_what_is_behind_does_not():
    position, eyes = np.array([0.0, -2.0, 1.6]), np.array([0.0, 0.0, 1.6])
    q = aim(position, eyes, np.zeros(2), FRAME.focal_heights(np.array(50.0)))
    one = Candidates(position[None], q[None], np.array([50.0]), np.zeros(1))

    def cost(y):
        case = Place(World.of_boxes([[0.0, y, 1.3]], [[1.5, 0.1, 0.25]]))
        return clutter(one, FRAME, case, np.array([2.0]))[0]

    assert cost(-1.0) > 50, "a third of the frame is the edge of a case"
    assert cost(0.5) == 0


def beside(heading):
    """Ann and Bob stand side by side, both facing one way, and Ann talks to Bob."""
    when = timing()
    for actor in when.actors:
        segment = actor.segments[0]
        segment.kind, segment.seat_height = "stand", None
        segment.heading = segment.end_heading = heading
    return when


@pytest.mark.parametrize("heading", [0.0, np.pi])
def test_people_side_by_side_are_filmed_from_where_their_faces_are(heading):
    made = taken(when=beside(heading))
    ahead = 1 if heading == 0.0 else -1
    for setup in ("1D", "1E"):
        position, _, _ = camera(made[setup])
        assert position[1] * ahead > 0, "the back of a head is no single"


def test_where_little_room_is_before_the_faces_they_are_still_seen_within_sixty_degrees():
    where = place(*((x, 1.0) for x in np.arange(-3.6, 3.7, 0.4)))
    coverage = COVERAGE.model_copy(
        update={
            "setups": [
                s.model_copy(update={"view": "three_quarter"})
                for s in COVERAGE.setups
                if s.kind == "single"
            ]
        }
    )
    when = beside(0.0)
    made = taken(where, when, coverage)
    company = Company(when, FPS)
    for setup, subject, face in (("1D", "ann", -54.0), ("1E", "bob", 54.0)):
        position, _, _ = camera(made[setup])
        eyes = company.figure(company.stance(subject, 15.0)).eyes
        off = np.degrees(heading_of(position - eyes)) - face
        assert abs((off + 180) % 360 - 180) <= 62


def test_who_has_turned_their_back_is_filmed_from_the_front():
    when = timing()
    ann = when.actors[0].segments[0]
    ann.heading = ann.end_heading = np.pi / 2  # away from Bob, across the room
    made = taken(when=when)
    figure = Company(when, FPS).figure(Company(when, FPS).stance("ann", 15.0))
    for setup in ("1B", "1D"):
        position, _, _ = camera(made[setup])
        off = np.degrees(np.angle(np.exp(1j * (heading_of(position - figure.eyes) - figure.look))))
        assert abs(off) <= 60


def test_somebody_who_looks_at_nobody_is_not_filmed_for_who_comes_later():
    when = timing(walk=True)
    ann = when.actors[0]
    ann.gazes = [Gaze(start=-1, end=33, target="", position=(-3.0, 0.0, 1.2))]
    ann.segments[0].heading = ann.segments[0].end_heading = np.pi / 2
    alone = SceneCoverage(
        scene="1", setups=[Setup(id="1D", kind="single", size="MS", subjects=["ann"])]
    )
    take = taken(when=when, coverage=alone)["1D"]
    figure = Company(when, FPS).figure(Company(when, FPS).stance("ann", 15.0))
    position, _, _ = camera(take)
    off = np.degrees(np.angle(np.exp(1j * (heading_of(position - figure.eyes) - figure.look))))
    assert abs(off) <= 47
    assert take.report.ranges[0][0] == 0, "nobody waits for a partner who is not looked at"
