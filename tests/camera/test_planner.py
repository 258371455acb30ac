"""Planned cameras: clear of everything, on their subject, the same alone and in company."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from camera import Lens, Shot, World, pose
from camera.bench import measure
from camera.bench.baselines import request as request_of
from camera.families import FAMILIES, make
from camera.grammar import DUTCH, MOVES
from camera.planner import Picture, Plan, Request, Scene, plan, plan_batch
from camera.planner.arrays import Device
from camera.planner.arrays import device as found_device
from camera.planner.asked import asked as wished
from camera.planner.batch import Row, begin, improve
from camera.planner.scene import cast
from camera.world import Bodies

RATE = 24
LENS = Lens(35.0)


def request(family: str, seed: int) -> Request:
    return request_of(make(family, seed, seconds=6.0))


def person(seconds: float = 4.0, speed: float = 0.0, height: float = 1.6) -> Scene:
    """Somebody at the origin who faces +Y, or walks along +X."""
    times = np.arange(0, seconds, 1 / RATE)
    eyes = np.stack([speed * times, 0 * times, 0 * times + height], axis=1)
    return Scene(times, eyes, np.full(len(times), -np.pi / 2 if speed else 0.0))


@pytest.fixture(scope="module")
def room() -> World:
    return World.of_boxes(
        [[0, 0, -0.05], [0, 4, 1.5], [0, -4, 1.5], [4, 0, 1.5], [-4, 0, 1.5]],
        [[4, 4, 0.05], [4, 0.1, 1.5], [4, 0.1, 1.5], [0.1, 4, 1.5], [0.1, 4, 1.5]],
        inside=[np.array([[-3.9, -3.9], [3.9, -3.9], [3.9, 3.9], [-3.9, 3.9]])],
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_is_hit_or_hidden_where_a_camera_can_do_without(family):
    case = make(family, 7, seconds=6.0)
    (made,) = plan_batch([request(family, 7)])
    figures = measure(made.trajectory, case)
    assert figures["crash"] == 0
    assert figures["visible"] > 0.97
    assert figures["framing_error"] < 0.06
    assert figures["size_right"] > 0.95
    assert not made.given_up


def test_a_plan_is_the_same_alone_and_among_others_to_the_last_bit(monkeypatch):
    requests = [request(family, seed) for family in ("room", "crowd") for seed in (1, 2)]
    together = plan_batch(requests)
    monkeypatch.setattr("camera.planner.planning.found_device", lambda *_: Device(rows=5))
    backwards = plan_batch(requests[::-1])[::-1]
    for one, other, asked in zip(together, backwards, requests, strict=True):
        alone = plan_batch([asked])[0]
        for plan_ in (other, alone):
            assert np.array_equal(one.trajectory.positions, plan_.trajectory.positions)
            assert np.array_equal(one.trajectory.quaternions, plan_.trajectory.quaternions)
        assert alone.costs == one.costs


def test_somebody_who_walks_into_the_way_is_not_run_over(room):
    scene = person(4.0)
    shot = Shot(size="MS", move="arc", rig="dolly")
    heedless = plan(shot, scene, room, LENS).trajectory
    # somebody comes to where the camera would be half way, and stops there
    feet = heedless.positions[len(scene.times) // 2] * np.array([1.0, 1.0, 0.0]) + [0, 0, 0.3]
    here = feet + np.linspace(0.8, 0.0, len(scene.times))[:, None] * np.array([1.0, 0.0, 0.0])
    walker = np.stack([here, here + np.array([0, 0, 1.2])], axis=1)[:, None]
    subject = np.broadcast_to([[0, 0, 0.3], [0, 0, 1.5]], (len(here), 1, 2, 3))
    bodies = Bodies(
        np.concatenate([subject, walker], axis=1), np.array([0.2, 0.25]), np.array([0, 1])
    )
    assert room.swept_clearance(heedless.positions, bodies).min() < 0
    heeding = Scene(scene.times, scene.eyes, scene.look, bodies=bodies, owners=(0,))
    made = plan(shot, heeding, room, LENS)
    assert room.swept_clearance(made.trajectory.positions, bodies).min() >= 0.3
    assert made.costs["visibility"] > 0.95


@pytest.mark.parametrize("move", ["pan", "tilt", "zoom"])
def test_a_camera_that_pans_tilts_or_zooms_never_leaves_its_place(room, move):
    made = plan(Shot(move=move, rig="tripod"), person(3.0, speed=0.4), room, LENS)
    p = made.trajectory.positions
    assert np.all(p == p[0])
    focal = made.trajectory.focal_lengths
    assert (np.ptp(focal) > 5) == (move == "zoom")


def test_a_dutch_angle_is_tilted_with_its_subject_where_they_were_wished():
    shot = Shot(size="MCU", move="push_in", rig="dolly", dutch=True)
    made = plan(shot, person(), World.empty(), LENS, picture=Picture(screen=[[0.3, 0.1]]))
    assert made.costs["framing"] < 0.02
    roll = pose.azimuth_elevation(made.trajectory.quaternions)[2]
    np.testing.assert_allclose(roll, DUTCH, atol=1e-9)


@pytest.mark.parametrize("move", MOVES)
def test_every_move_of_the_grammar_can_be_planned(move):
    made = plan(Shot(move=move, rig="steadicam"), person(2.0), World.empty(), LENS)
    assert made.costs["visibility"] == 1.0
    assert made.costs["framing"] < 0.06


def test_a_dolly_zoom_keeps_the_size_and_changes_the_lens():
    made = plan(Shot(move="dolly_zoom", rig="dolly"), person(6.0), World.empty(), LENS)
    assert np.ptp(made.trajectory.focal_lengths) > 10
    assert made.trajectory.path_length() > 0.5
    assert made.costs["size"] < 0.05


def test_an_arc_goes_round_as_far_as_is_said():
    shot = Shot(size="MS", view="right", move="arc", rig="steadicam", sweep=120.0)
    track = plan(shot, person(8.0), World.empty(), LENS).trajectory
    heading = np.unwrap(pose.heading_of(track.positions))
    assert abs(np.degrees(heading[-1] - heading[0])) == pytest.approx(120, abs=12)


def test_a_static_camera_is_still_to_the_last_bit(room):
    assert plan(Shot(move="static", rig="tripod"), person(), room, LENS).trajectory.is_still


def test_moves_start_and_end_at_rest(room):
    for move in ("push_in", "arc", "truck", "crane"):
        track = plan(Shot(size="MCU", move=move, rig="dolly"), person(6.0), room, LENS).trajectory
        speed = np.linalg.norm(track.velocities(), axis=1)
        assert speed.max() > 0.1
        assert max(speed[0], speed[-1]) < 0.35 * speed.max(), move


def test_two_people_are_shown_where_they_are_wished_from_their_side_of_the_line():
    times = np.arange(0, 4, 1 / RATE)
    eyes = np.tile([[-0.6, 0, 1.6], [0.6, 0, 1.7]], (len(times), 1, 1))
    look = np.tile([-np.pi / 2, np.pi / 2], (len(times), 1))
    for sign in (1.0, -1.0):
        side = (np.zeros(2), np.array([0.0, sign]))
        scene = Scene(times, eyes, look, side=side)
        shot = Shot(size="MLS", move="truck", speed="slow", rig="dolly")
        made = plan(shot, scene, World.empty(), LENS)
        assert np.all(sign * made.trajectory.positions[:, 1] > 0)
        assert made.costs["framing"] < 0.06
        assert made.costs["line"] == 0


def test_a_camera_whose_place_is_in_a_wall_comes_out_of_it():
    # a wall through every place at the wished distance in front
    wall = World.of_boxes([[0, 1.9, 1.5]], [[6, 0.6, 1.5]])
    made = plan(Shot(size="MS", move="push_in", rig="dolly"), person(), wall, LENS)
    assert made.costs["clearance"] >= 0.3
    assert made.costs["visibility"] > 0.98


def test_what_cannot_be_had_is_given_up_in_words_and_the_nearest_is_filmed():
    # a cell of 1.6 m: no camera can be 4 m away
    cell = World.of_boxes(
        [[0, 0.9, 1.5], [0, -0.9, 1.5], [0.9, 0, 1.5], [-0.9, 0, 1.5], [0, 0, -0.1], [0, 0, 2.6]],
        [[1, 0.1, 1.5], [1, 0.1, 1.5], [0.1, 1, 1.5], [0.1, 1, 1.5], [1, 1, 0.1], [1, 1, 0.1]],
    )
    made = plan(Shot(size="LS", move="arc", rig="dolly"), person(3.0), cell, Lens(50.0))
    assert any("size LS is not kept" in line for line in made.given_up)
    assert np.isfinite(made.trajectory.positions).all()
    free = plan(Shot(size="LS", move="arc", rig="dolly"), person(3.0), World.empty(), Lens(50.0))
    assert not free.given_up


def test_a_rig_is_not_asked_for_more_than_it_does_without_saying_so():
    # nobody runs at 6 m/s with a dolly
    made = plan(Shot(move="follow", rig="dolly"), person(4.0, speed=6.0), World.empty(), LENS)
    too_fast = made.trajectory.path_length() / made.trajectory.duration > 1.6
    assert too_fast == any("as fast as it can" in line for line in made.given_up)
    easy = plan(Shot(move="follow", rig="dolly"), person(4.0, speed=1.0), World.empty(), LENS)
    assert not easy.given_up


@pytest.mark.parametrize("seconds", [2 / RATE, 0.5, 25.0])
def test_shots_of_any_length_are_planned(seconds):
    made = plan(Shot(move="lead", rig="steadicam"), person(seconds, 1.0), World.empty(), LENS)
    assert len(made.trajectory) == len(person(seconds).times)
    assert made.costs["visibility"] == 1.0


def test_a_camera_goes_on_from_what_it_did_before_without_a_jump(room):
    scene, shot = person(6.0, speed=0.5), Shot(size="MS", move="lead", rig="dolly")
    first = plan(shot, scene, room, LENS).trajectory
    rest = slice(72, None)
    later = Scene(scene.times[rest], scene.eyes[rest], scene.look[rest])
    # the same camera, knocked off its way
    before = first.slice(0.0, 3.0)
    knocked = replace(before, positions=before.positions + np.array([0.0, 0.3, 0.1]))
    made = plan(shot, later, room, LENS, after=knocked)
    both = knocked.joined(made.trajectory)
    assert np.linalg.norm(np.diff(both.positions, axis=0), axis=1).max() < 0.05
    assert np.linalg.norm(both.accelerations()[60:84], axis=1).max() < 2.0
    assert made.costs["visibility"] > 0.98
    with pytest.raises(ValueError, match="after the shot begins"):
        plan(shot, later, room, LENS, after=first)


def test_who_is_nowhere_is_refused_by_the_second():
    scene = person()
    eyes = scene.eyes.copy()
    eyes[24] = np.nan
    with pytest.raises(ValueError, match=r"eyes are not finite at 1 s \(frame 24\)"):
        plan(
            Shot(move="arc", rig="dolly"), Scene(scene.times, eyes, scene.look), World.empty(), LENS
        )


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (Picture(head_fraction=0.0), "a head cannot take 0.0"),
        (Picture(screen=[[0, 0], [0, 0]]), "are not x, y of 1 subjects"),
        (Picture(azimuth=float("inf")), "azimuth must be finite"),
    ],
)
def test_a_picture_that_cannot_be_is_refused_by_its_value(picture, message):
    with pytest.raises(ValueError, match=message):
        plan(Shot(), person(), World.empty(), LENS, picture=picture)


def test_arrays_that_disagree_are_refused():
    scene = person()
    with pytest.raises(ValueError, match="do not fit"):
        plan(Shot(), Scene(scene.times, scene.eyes[:-1], scene.look), World.empty(), LENS)
    with pytest.raises(ValueError, match="radius"):
        plan(Shot(), scene, World.empty(), LENS, radius=-1.0)


TORCH = ["cpu-torch", pytest.param("cuda", marks=pytest.mark.gpu)]


def farthest_apart(plans: list[Plan], others: list[Plan]) -> float:
    """Between their positions, metres, and quaternions."""
    tracks = [(a.trajectory, b.trajectory) for a, b in zip(plans, others, strict=True)]
    far = max(np.abs(a.positions - b.positions).max() for a, b in tracks)
    return max(far, *(np.abs(a.quaternions - b.quaternions).max() for a, b in tracks))


@pytest.mark.parametrize("device", TORCH)
def test_torch_plans_the_tracks_that_numpy_does(device):
    requests = [request(family, 3) for family in FAMILIES]
    # with nothing in the way mirrored starts are as good, and are taken in their order
    requests += [Request(Shot(move=move), person(1.0), World.empty(), LENS) for move in MOVES]
    ours, theirs = plan_batch(requests), plan_batch(requests, device=device)
    assert farthest_apart(ours, theirs) < 1e-6
    assert [p.given_up for p in ours] == [p.given_up for p in theirs]


@pytest.mark.parametrize("device", [None, *TORCH])
def test_single_precision_is_off_by_millimetres(device):
    requests = [request(family, 3) for family in FAMILIES]
    ours, theirs = plan_batch(requests), plan_batch(requests, device=device, dtype="float32")
    assert 0 < farthest_apart(ours, theirs) < 5e-3


def test_a_track_on_torch_does_not_depend_on_what_descends_beside_it():
    on = found_device("cpu-torch")
    one = request("room", 1)
    both = (one, replace(one, lens=Lens(1.3 * one.lens.focal_mm)))
    works = [wished(r, cast(r.scene, 0.3)) for r in both]
    assert works[0].kind == works[1].kind
    rows = [Row(a, start) for a in works for start in range(a.starts)]
    together = improve(rows, [begin(r) for r in rows], 8, on)
    backwards = improve(rows[::-1], [begin(r) for r in rows[::-1]], 8, on)[::-1]
    for row, one, other in zip(rows, together, backwards, strict=True):
        (alone,) = improve([row], [begin(row)], 8, on)
        for found in (other, alone):
            assert np.array_equal(one.place, found.place)
            assert np.array_equal(one.turn, found.turn)
            assert one.cost == found.cost


def test_a_device_that_is_not_there_is_refused_by_its_name():
    asked = Request(Shot(), person(), World.empty(), LENS)
    with pytest.raises(ValueError, match="no device 'abacus'"):
        plan_batch([asked], device="abacus")
    with pytest.raises(ValueError, match="not 'float16'"):
        plan_batch([asked], dtype="float16")


def test_planning_without_a_device_loads_no_torch():
    code = """
import sys
import numpy as np
from camera import Lens, Shot, World, plan
from camera.planner import Scene
scene = Scene(np.arange(9) / 24, np.tile([0, 0, 1.6], (9, 1)), np.zeros(9))
plan(Shot(), scene, World.empty(), Lens(35.0))
sys.exit("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
