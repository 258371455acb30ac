"""Metrics: each has the value that theory gives it, and refuses the camera built to fool it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from camera import Lens, Trajectory, World, pose, score
from camera.editing import View
from camera.families import POINTS, Case, make
from camera.framing import POINTS as POINTS_OF_A_BODY
from camera.framing import Body, Camera
from camera.metrics import framing, motion, safety, samples, score_cuts
from camera.metrics.cuts import length_distance, shot_lengths
from camera.metrics.faces import faced, shoulder, shoulder_share
from camera.world import Bodies

RATE = 24


@pytest.fixture(scope="module")
def case() -> Case:
    """Somebody who walks down a corridor, and the camera that goes with them."""
    return make("corridor", 4, action="walk", seconds=6)


@pytest.fixture(scope="module")
def pair() -> Case:
    """Two people, one round the other, and their line of action."""
    return next(
        c
        for c in (make("room", n, action="circle", seconds=5) for n in range(30))
        if c.line is not None
    )


def points_of(case: Case, who: int) -> np.ndarray:
    """Eyes, crown, and the other ten."""
    p = case.points[:, who]
    crown = POINTS.index("crown")
    rest = [n for n in range(2, 12) if n != crown]
    return np.concatenate([case.eyes[:, who, None], p[:, [crown]], p[:, rest]], axis=1)


def table(case: Case, track: Trajectory) -> dict[str, float]:
    who = case.wish.subjects[0]
    return score(
        track,
        case.lens,
        points_of(case, who),
        wished=case.wish.screen[0],
        size=case.shot.size,
        look=case.heading[:, who],
        azimuth=case.wish.azimuth,
        elevation=case.wish.elevation,
        line=case.line,
        world=case.world,
        bodies=case.bodies,
        owner=who,
    )


def moved(case: Case, positions: np.ndarray) -> Trajectory:
    """The witness's aim from elsewhere."""
    target = case.eyes[:, case.wish.subjects[0]]
    return Trajectory(case.times, positions, pose.look_at(positions, target))


def test_the_witness_of_a_wish_fails_nothing(case, pair):
    for one in (case, pair):
        figures = table(one, one.witness)
        assert figures["crash"] == 0 and figures["clearance"] >= 0.3
        assert figures["visible"] > 0.97 and figures["hidden_longest"] == 0
        assert figures["framing_error"] < 0.12 and figures["size_right"] > 0.95
        assert figures["size_error"] < 0.06 and figures["head_clipped"] == 0
        assert figures["view_error"] < 0.3 and figures["angle_error"] < 0.1
        assert figures["roll"] < 1e-6
        assert figures.get("line_crossed", 0.0) == 0
    assert abs(table(case, case.witness)["lag"]) < 0.3


def test_a_frozen_camera_is_safe_but_frames_nothing_and_has_no_smoothness(case):
    w = case.witness
    frozen = Trajectory.still(case.times, w.positions[0], w.quaternions[0])
    good, bad = table(case, w), table(case, frozen)
    assert bad["framing_error"] > 5 * good["framing_error"]
    assert bad["size_right"] < 0.6 < good["size_right"]
    assert np.isnan(bad["ldlj"]) and np.isnan(bad["sparc"]) and np.isnan(bad["turn_ldlj"])
    assert bad["path_length"] == 0 and np.isnan(bad["crashes_per_metre"])
    assert np.isnan(bad["lag"])


def test_a_random_camera_crashes_and_is_rough(case):
    rng = np.random.default_rng(0)
    p = case.witness.positions + rng.normal(0, 0.8, case.witness.positions.shape)
    good, bad = table(case, case.witness), table(case, moved(case, p))
    assert bad["crash"] == 1 and bad["clearance_p5"] < good["clearance_p5"]
    assert bad["ldlj"] < good["ldlj"] - 5 and bad["sparc"] < good["sparc"] - 1
    assert bad["turn_ldlj"] < good["turn_ldlj"] - 3 and bad["turn_sparc"] < good["turn_sparc"] - 1
    assert bad["jerk"] > 50 * good["jerk"]
    assert bad["size_error"] > good["size_error"] + 0.3 and bad["view_error"] > good["view_error"]


def test_a_teleporting_camera_is_caught_by_speed_and_by_what_lies_on_its_way(case):
    p = case.witness.positions.copy()
    half = len(p) // 2
    # there and back within a frame, through the wall
    p[half] += [0, 30, 0]
    good, bad = table(case, case.witness), table(case, moved(case, p))
    assert bad["speed_p99"] > 10 * good["speed_p99"]
    assert bad["acceleration_p99"] > 10 * good["acceleration_p99"]
    assert bad["crash"] == 1 and bad["clearance"] < 0


def test_a_camera_that_passes_through_a_wall_between_samples_crashes():
    wall = World.of_boxes([[0, 0, 1]], [[0.02, 3, 1.5]])
    t = np.arange(3.0)
    p = np.array([[-1.2, 0, 1.5], [1.2, 0, 1.5], [1.2, 0, 1.5]])
    track = Trajectory(t, p, pose.look_at(p, [0.0, 9, 1.5]))
    assert wall.clearance(p).min() > 1
    assert safety.crashes(track, wall)["crash"] == 1
    inside = Trajectory.still(t, [0, 0, 1], pose.look_at([0, 0, 1], [0.0, 9, 1.5]))
    block = World.of_boxes([[0, 0, 1]], [[3, 3, 3]])
    assert safety.crashes(inside, block)["crash"] == 1
    assert safety.crashes(inside, block)["clearance"] < 0


def test_a_camera_that_somebody_runs_through_crashes_though_it_never_moves():
    t = np.arange(0, 1, 1 / RATE)
    x = np.linspace(-6, 6, len(t))
    low = np.stack([x, 0 * x, 0 * x + 0.5], axis=1)
    runner = Bodies(
        np.stack([low, low + np.array([0, 0, 1.0])], axis=1)[:, None], np.ones(1) * 0.2, [0]
    )
    track = Trajectory.still(t, [0, 0, 1.2], [1, 0, 0, 0])
    assert safety.crashes(track, World.empty())["crash"] == 0
    figures = safety.crashes(track, World.empty(), runner)
    assert figures["crash"] == 1 and 0.02 < figures["crash_share"] < 0.3


def test_a_camera_behind_the_wall_is_blind_and_for_how_long_is_told():
    wall = World.of_boxes([[0, 1, 1.5]], [[2, 0.1, 1.5]])
    t = np.arange(0, 4, 0.5)
    eyes = np.tile([0.0, 3.0, 1.6], (8, 1))
    body = eyes[:, None] + np.array([[0, 0, 0], [0, 0, 0.12], [0, 0, -0.3]])
    x = np.array([0, 0, 0, 0, 6.0, 6, 0, 0])
    p = np.stack([x, np.full(8, -2.0), np.full(8, 1.6)], axis=1)
    track = Trajectory(t, p, pose.look_at(p, eyes))
    figures = score(track, Lens(35.0), body, world=wall)
    assert figures["visible"] == pytest.approx(2 / 8)
    assert figures["hidden_longest"] == pytest.approx(2.0)


def test_a_close_up_misses_no_knees_and_a_long_shot_does():
    t = np.arange(4) / RATE
    eyes = np.tile([0.0, 0.0, 1.6], (4, 1))
    body = eyes[:, None] + np.array([[0, 0, 0.0], [0, 0, 0.12], [0, 0, -1.1]])
    p = np.tile([0.0, -0.9, 1.6], (4, 1))
    track = Trajectory(t, p, pose.look_at(p, eyes))
    world = World.empty()
    close = score(track, Lens(35.0), body, size="CU", world=world)
    long = score(track, Lens(35.0), body, size="LS", world=world)
    assert close["visible"] == 1.0 and long["visible"] == pytest.approx(2 / 3)


def test_a_mirrored_camera_is_on_the_wrong_side_of_the_line_with_no_lead_room(pair):
    points, normals = pair.line
    p = pair.witness.positions.copy()
    across = ((p[:, :2] - points) * normals).sum(axis=1)
    p[:, :2] -= 2 * across[:, None] * normals
    good, bad = table(pair, pair.witness), table(pair, moved(pair, p))
    assert good["line_crossed"] == 0 and bad["line_crossed"] == 1
    assert bad["view_error"] > good["view_error"] + 0.5


def test_a_picture_flipped_left_to_right_has_its_air_behind_the_head():
    t = np.arange(6) / RATE
    eyes = np.tile([0.0, 0.0, 1.6], (6, 1))
    p = np.tile([0.0, -3.0, 1.6], (6, 1))
    looks_left = np.full(6, np.pi / 2)  # along −X: to the left of this frame
    for x, room in ((0.4, 0.5 + 0.4 * 9 / 16), (-0.4, 0.5 - 0.4 * 9 / 16)):
        q = pose.look_at(p, eyes - [x * 3 / Lens(35.0).focal_heights, 0, 0])
        track = Trajectory(t, p, q)
        figures = score(track, Lens(35.0), eyes[:, None], look=looks_left)
        assert figures["lead_room"] == pytest.approx(room, abs=0.02)
        away = score(track, Lens(35.0), eyes[:, None], look=np.zeros(6))
        assert np.isnan(away["lead_room"])


def test_a_cropped_head_and_a_dutch_horizon_are_noticed(case):
    w = case.witness
    low = pose.multiply(w.quaternions, pose.exp(np.array([-0.35, 0, 0])))
    assert table(case, Trajectory(case.times, w.positions, low))["head_clipped"] > 0.9
    tilted = pose.multiply(w.quaternions, pose.exp(np.array([0, 0, 0.3])))
    assert table(case, Trajectory(case.times, w.positions, tilted))["roll"] == pytest.approx(0.3)


def test_a_subject_behind_the_camera_is_a_whole_frame_off_and_of_no_size(case):
    q = pose.multiply(case.witness.quaternions, pose.exp(np.array([0, np.pi, 0])))
    bad = table(case, Trajectory(case.times, case.witness.positions, q))
    assert bad["framing_error"] == pytest.approx(1.0, abs=1e-6)
    assert bad["contained"] == 0 and bad["visible"] == 0 and bad["size_right"] == 0


def test_a_minimum_jerk_movement_has_the_smoothness_that_theory_gives_it():
    t = np.linspace(0, 2, 2001)
    u = t / 2
    v = 30 * (u**2 - 2 * u**3 + u**4)[:, None] * [[0.6, 0.8, 0]]
    assert motion.log_dimensionless_jerk(t, v) == pytest.approx(-np.log(204.8), abs=0.02)
    coarse = slice(None, None, 40)
    assert motion.sparc(t[coarse], v[coarse]) == pytest.approx(-1.4, abs=0.06)


def test_smoothness_does_not_depend_on_scale_and_falls_with_every_stop():
    t = np.linspace(0, 4, 400)

    def bells(count: int) -> np.ndarray:
        u = (t * count / 4) % 1
        return (30 * (u**2 - 2 * u**3 + u**4))[:, None] * [[1.0, 0, 0]]

    for measure in (motion.log_dimensionless_jerk, motion.sparc):
        values = [measure(t, bells(n)) for n in (1, 2, 4)]
        assert values[0] > values[1] > values[2]
        assert measure(t, 7 * bells(2)) == pytest.approx(values[1])


@pytest.mark.parametrize("behind", [-0.4, 0.0, 0.25, 1.0])
def test_a_camera_that_comes_late_is_late_by_as_much(behind):
    t = np.arange(0, 8, 1 / RATE)

    def way(at: np.ndarray) -> np.ndarray:
        return np.stack([np.sin(1.3 * at), np.cos(0.7 * at) + 0.2 * np.sin(3 * at)], axis=1)

    assert motion.lag(t, way(t - behind), way(t)) == pytest.approx(behind, abs=0.03)
    assert np.isnan(motion.lag(t, 0 * way(t), way(t)))
    elsewhere = np.random.default_rng(0).normal(size=(len(t), 2)).cumsum(axis=0)
    assert np.isnan(motion.lag(t, elsewhere, way(t)))


def test_tracks_are_compared_over_as_many_metres():
    t = np.arange(0, 10, 0.1)
    fast, slow = (
        Trajectory(t, np.outer(t * v, [1.0, 0, 0]), np.tile([1.0, 0, 0, 0], (100, 1)))
        for v in (2.0, 0.5)
    )
    lengths = [motion.trimmed(track, 3.0).path_length() for track in (fast, slow)]
    assert lengths == pytest.approx([3.0, 3.0], abs=0.2)
    assert motion.trimmed(Trajectory.still(t, [0, 0, 0], [1, 0, 0, 0]), 3.0) is None
    with pytest.raises(ValueError, match="must be positive, not 0"):
        motion.trimmed(fast, 0)


def test_sizes_are_scored_by_class_and_by_how_many_classes_they_are_off():
    assert framing.size_scores(["CU", "LS"], ["CU", "LS"]) == (1.0, 0.0)
    # always answering with the commonest class is right mostly, but not by class
    wished = ["MS"] * 8 + ["CU", "LS"]
    f1, off = framing.size_scores(wished, ["MS"] * 10)
    assert f1 == pytest.approx((16 / 18) / 3)
    assert off == pytest.approx((2 + 3) / 10)
    with pytest.raises(ValueError, match="0 wished sizes"):
        framing.size_scores([], [])


def still_on(eyes: np.ndarray, position: list[float], frames: int = 4) -> Trajectory:
    t = np.arange(frames) / RATE
    return Trajectory.still(t, position, pose.look_at(position, eyes))


def test_a_face_is_seen_from_before_and_not_from_behind_beside_or_through_somebody():
    face = np.tile([[-0.03, 0.09, 1.62], [0.03, 0.09, 1.62], [0, 0.1, 1.54]], (4, 1, 1))
    world = World.empty()

    def seen(position: list[float], bodies: Bodies | None = None) -> float:
        track = still_on(np.array([0, 0.1, 1.6]), position)
        return float(faced(Camera.along(track, Lens(50.0)), face, world, bodies, 0).seen.mean())

    assert seen([0.5, 2, 1.6]) == 1
    assert seen([0.5, -2, 1.6]) == 0
    assert seen([2, 0.4, 1.6]) == 0
    assert seen([0, 0.6, 4.0]) == 0
    other = Bodies(np.array([[[[0.25, 1, 1.0], [0.25, 1, 1.7]]]]), np.array([0.1]), np.array([1]))
    assert seen([0.5, 2, 1.6], other) == 0
    cropped = still_on(np.array([0.9, 0.1, 1.6]), [0.5, 2, 1.6])
    assert not faced(Camera.along(cropped, Lens(50.0)), face, world, None, 0).seen.any()


def test_a_shoulder_in_the_foreground_is_measured_and_must_leave_the_face_free():
    lens = Lens(35.0)
    camera = Camera.along(still_on(np.array([0.0, 0, 1.6]), [0.0, 3.0, 1.6]), lens)
    face = np.tile([[-0.03, 0.0, 1.62], [0.03, 0.0, 1.62], [0, 0, 1.54]], (4, 1, 1))

    def somebody(x: float, y: float) -> Body:
        points = {"eyes": [x, y, 1.55], "chin": [x, y, 1.45]}
        points |= {"shoulder.L": [x - 0.2, y, 1.4], "shoulder.R": [x + 0.2, y, 1.4]}
        return Body.of({k: np.tile(p, (4, 1)) for k, p in points.items()}, 0.0)

    def stands(x: float, y: float) -> dict[str, float]:
        ends = np.tile(np.array([[x - 0.2, y, 1.4], [x + 0.2, y, 1.4]]), (4, 1, 1, 1))
        return shoulder(camera, somebody(x, y), Bodies(ends, np.array([0.08]), np.zeros(1)), face)

    beside = stands(0.6, 2.0)
    # the nearer shoulder ends 0.4 m from the axis, 1 m away, in 0.09 m of clothes
    left = lens.focal_heights * 0.31
    assert beside["shoulder_share"] == pytest.approx((lens.aspect / 2 - left) / lens.aspect, 0.01)
    assert beside["shoulder_right"] == 1 and beside["face_covered"] == 0
    assert stands(0.0, 1.0)["face_covered"] == 0  # below the way to the face
    before = np.tile(np.array([[0, 1.5, 1.3], [0, 1.5, 1.7]]), (4, 1, 1, 1))
    bodies = Bodies(before, np.array([0.1]), np.zeros(1))
    covers = shoulder(camera, somebody(0.6, 2.0), bodies, face)
    assert covers["face_covered"] == 1 and covers["shoulder_right"] == 0
    assert stands(3.0, 2.0)["shoulder_share"] == 0
    assert shoulder_share(camera, somebody(0.0, 4.0)).max() == 0


def test_an_arm_before_the_lens_is_no_shoulder():
    camera = Camera.along(still_on(np.array([0.0, 0, 1.6]), [0.0, 3.0, 1.6]), Lens(35.0))
    body = Body.standing([0.6, 2.0, 0.0], 0.0)
    points = body.points.copy()
    points[[POINTS_OF_A_BODY.index(n) for n in ("elbow.L", "hand.L")]] = [-0.4, 2.0, 1.3]
    reaches = Body(points, 0.0)
    assert shoulder_share(camera, reaches) == pytest.approx(shoulder_share(camera, body))


def test_who_is_away_has_no_face():
    face = np.tile([[-0.03, 0.09, 1.62], [0.03, 0.09, 1.62], [0, 0.1, 1.54]], (4, 1, 1))
    face[2] = np.nan
    camera = Camera.along(still_on(np.array([0, 0.1, 1.6]), [0.5, 2, 1.6]), Lens(50.0))
    found = faced(camera, face, World.empty())
    assert found.there.tolist() == found.seen.tolist() == [True, True, False, True]
    assert np.isnan(found.turned[2]) and found.turned[0] < 0.4


def view(position, size="MS", who="a", **more) -> View:
    return View(np.array(position, float), size, (who,), np.array([0, 0, 1.6]), **more)


def test_a_cut_over_the_line_and_a_jump_cut_are_faults_and_an_axial_cut_in_is_not():
    def scored(before, after):
        return score_cuts([(before, after)])

    over = view([1, 3, 1.6], side=1, line="ab"), view([1, -3, 1.6], side=-1, line="ab")
    assert scored(*over)["line_crossings"] == 1
    assert scored(over[0], view([-1, 2, 1.6], side=1, line="ab"))["line_crossings"] == 0
    assert scored(view([1, 3, 1.6]), view([1, -3, 1.6]))["line_crossings"] == 0
    assert scored(view([0, 3, 1.6]), view([0.5, 3, 1.6]))["jump_cuts"] == 1
    assert scored(view([0, 3, 1.6]), view([0.5, 3, 1.6], "cowboy"))["close_angles"] == 1
    assert scored(view([0, 3, 1.6]), view([3, 0, 1.6]))["close_angles"] == 0
    assert scored(view([0, 3, 1.6], "MLS"), view([0, 1.5, 1.6], "MCU"))["close_angles"] == 0
    assert scored(view([0, 3, 1.6]), view([0.5, 3, 1.6], who="b"))["jump_cuts"] == 0
    turned = view([0, 3, 1.6], motion=0.3), view([3, 0, 1.6], motion=-0.3)
    assert scored(*turned)["turns"] == 1
    far = view([0, 3, 1.6], screen=(-0.3, 0.1)), view([3, 0, 1.6], screen=(0.3, 0.1))
    figures = score_cuts([over, far])
    assert figures["line_crossings"] == 0.5 and figures["gaze_jump"] == pytest.approx(0.3)
    with pytest.raises(ValueError, match="no cuts"):
        score_cuts([])
    with pytest.raises(ValueError, match="size 'huge'"):
        scored(view([0, 0, 1], "huge"), view([0, 1, 1]))


def test_a_metronome_has_no_spread_and_another_rhythm_is_far():
    rng = np.random.default_rng(0)
    film = np.exp(rng.normal(1.2, 0.6, 300))
    assert shot_lengths(np.full(9, 4.0))["length_spread"] == 0
    assert shot_lengths(film)["length_spread"] == pytest.approx(0.6, abs=0.06)
    same = np.exp(rng.normal(1.2, 0.6, 300))
    assert length_distance(same, film) < 0.15 < length_distance(np.full(300, 4.0), film)
    with pytest.raises(ValueError, match="must be positive"):
        shot_lengths([1.0, 0.0])


def walks(seed: int, rough: float = 0.0, count: int = 24) -> list[Trajectory]:
    rng = np.random.default_rng(seed)
    t = np.arange(60) / RATE
    tracks = []
    for _ in range(count):
        v = rng.normal(0.8, 0.2)
        p = np.stack([v * t, 0.3 * np.sin(rng.uniform(0.5, 1.5) * t), 1.6 + 0 * t], axis=1)
        p += rng.normal(0, rough, p.shape) if rough else 0
        tracks.append(Trajectory(t, p, pose.look_at(p, [3.0, 4, 1.5])))
    return tracks


def test_tracks_of_the_same_kind_are_near_and_those_of_another_far():
    reference = samples.kinetic_features(walks(0))
    same, shaky = (samples.kinetic_features(walks(1, rough)) for rough in (0.0, 0.02))
    still = samples.kinetic_features(
        [Trajectory.still(t.times, t.positions[0], t.quaternions[0]) for t in walks(2)]
    )
    for distance in (samples.frechet_distance, samples.energy_distance):
        near = distance(same, reference)
        assert distance(shaky, reference) > 10 * near
        assert distance(still, reference) > 10 * near
        assert distance(reference, reference) == pytest.approx(0, abs=1e-3)
    a, b = np.random.default_rng(0).normal([[0.0], [3.0]], 1.0, (2, 4000))
    expected = ((a.mean() - b.mean()) ** 2 + (a.std() - b.std()) ** 2) / b.var()
    assert samples.frechet_distance(a[:, None], b[:, None]) == pytest.approx(expected, rel=0.01)


def test_an_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(4)
    inside = 0
    for n in range(80):
        value, low, high = samples.bootstrap(rng.normal(2.0, 1.0, 40), draws=200, seed=n)
        assert low < value < high
        inside += low < 2.0 < high
    assert inside >= 70
    again = samples.bootstrap(np.arange(9.0), seed=3)
    assert again == samples.bootstrap(np.arange(9.0), seed=3)
    with pytest.raises(ValueError, match="nothing"):
        samples.bootstrap([])


def test_what_does_not_fit_the_track_is_refused():
    track = still_on(np.array([0.0, 0, 1.6]), [0.0, 3.0, 1.6])
    with pytest.raises(ValueError, match=r"heads have shape \(3, 2, 3\), expected \(4, P, 3\)"):
        score(track, Lens(35.0), np.zeros((3, 2, 3)))
    with pytest.raises(ValueError, match="'tiny' is not known"):
        score(track, Lens(35.0), np.zeros((4, 2, 3)), size="tiny")
    with pytest.raises(ValueError, match="a face has shape"):
        faced(Camera.along(track, Lens(35.0)), np.zeros((4, 2, 3)), World.empty())


def test_a_zoom_counts_for_the_size():
    t = np.arange(4) / RATE
    eyes = np.tile([0.0, 0.0, 1.6], (4, 1))
    track = replace(still_on(eyes[0], [0.0, -2.0, 1.6]), focal_lengths=np.full(4, 70.0))
    wide = replace(track, focal_lengths=None)
    fractions = [score(x, Lens(35.0), eyes[:, None])["head_fraction"] for x in (track, wide)]
    assert fractions[0] == pytest.approx(2 * fractions[1])
    assert len(t) == len(track)
