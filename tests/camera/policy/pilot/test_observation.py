"""What a pilot sees: true, causal, the same in the mirror."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from camera import Lens, Shot, World
from camera.families import make
from camera.families.asking import request as asked
from camera.planner import Picture, Request, Scene
from camera.policy.pilot.expert import task
from camera.policy.pilot.mirror import mirrored
from camera.policy.pilot.motion import State
from camera.policy.pilot.observation import COUNTS, WIDTHS, observe
from camera.policy.pilot.wishing import followed, wished
from camera.pose import Array, from_azimuth_elevation
from camera.world import Bodies, Shapes

TIMES = np.arange(72) / 24


def scene(sign: float) -> Request:
    """Somebody walks past a box, somebody else stands about; ``sign`` −1 is the mirror image."""
    eyes = np.stack([sign * (0.3 + 0.8 * TIMES), 0.2 * TIMES, np.full(72, 1.6)], axis=1)
    ends = np.zeros((72, 2, 2, 3))
    ends[:, 0, :, :2], ends[:, 0, :, 2] = eyes[:, None, :2], (0.2, 1.5)
    ends[:, 1, :, 0], ends[:, 1, :, 1], ends[:, 1, :, 2] = sign * -1.2, 1.0, (0.2, 1.5)
    box = Shapes(np.array([[sign * 1.5, 1.8, 1.0]]), np.array([[0.3, 0.4, 1.0]]), np.zeros(1))
    ring = np.array([[-6.0, -6.0], [6.0, -6.0], [6.0, 6.0], [-6.0, 6.0]])
    side = (np.array([0.0, 0.0]), np.array([sign * 0.6, -0.8]))
    return Request(
        Shot(size="MS", move="follow", rig="steadicam"),
        Scene(
            TIMES,
            eyes,
            np.full(72, sign * -1.3),
            bodies=Bodies(ends, np.array([0.25, 0.22]), np.array([0, 1])),
            owners=(0,),
            side=side,
        ),
        World.of_shapes(box, inside=[ring]),
        Lens(35.0),
        Picture(np.array([[sign * 0.2, 0.1]]), 0.15, sign * 0.7, 0.1),
    )


def camera_at(sign: float) -> State:
    return State(
        np.array([[sign * 0.4, -3.0, 1.7]]),
        np.array([[sign * 0.5, 0.2, 0.1]]),
        np.array([sign * -0.2]),
        np.array([-0.05]),
        np.array([[sign * 0.3, 0.02]]),
    )


@pytest.mark.parametrize("row", [0, 24, 60])
def test_a_pilot_sees_a_mirrored_scene_in_the_mirror(row: int) -> None:
    seen = [
        observe(wished(scene(sign), camera_at(sign).position[0]), np.array([row]), camera_at(sign))
        for sign in (1.0, -1.0)
    ]
    plain = {kind: torch.from_numpy(value) for kind, value in seen[0].items()}
    turned, decided = mirrored(plain, torch.tensor([[1.0, 2.0, 3.0, 4.0, 5.0]]))
    for kind, values in turned.items():
        np.testing.assert_allclose(values.numpy(), seen[1][kind], atol=2e-5, err_msg=kind)
    assert decided.tolist() == [[-1.0, 2.0, 3.0, -4.0, 5.0]]


def test_nothing_of_the_future_is_seen() -> None:
    plain = scene(1.0)
    row = 30
    eyes = np.array(plain.scene.eyes)
    eyes[row + 1 :] += 3.0
    assert plain.scene.bodies is not None
    ends = np.array(plain.scene.bodies.ends)
    ends[row + 1 :] -= 2.0
    bodies = replace(plain.scene.bodies, ends=ends)
    later = replace(plain, scene=replace(plain.scene, eyes=eyes, bodies=bodies))
    at = camera_at(1.0)
    first, second = (
        observe(wished(r, at.position[0]), np.array([row]), at) for r in (plain, later)
    )
    for kind in WIDTHS:
        np.testing.assert_allclose(first[kind], second[kind], atol=1e-6, err_msg=kind)


def test_intrinsics_move_and_rig_are_seen() -> None:
    plain = scene(1.0)
    at = camera_at(1.0)
    row = np.array([20])
    base = observe(wished(plain, at.position[0]), row, at)["wish"]
    for other in (
        replace(plain, lens=Lens(85.0)),
        replace(plain, shot=replace(plain.shot, rig="drone")),
        replace(plain, shot=replace(plain.shot, move="lead")),
        replace(plain, picture=replace(plain.picture, head_fraction=0.3)),
    ):
        assert np.abs(observe(wished(other, at.position[0]), row, at)["wish"] - base).max() > 0.05


def test_tokens_have_the_shapes_that_are_stated_and_are_finite_for_any_task() -> None:
    for seed in range(6):
        request = task(seed)
        place = np.asarray(request.scene.eyes).reshape(len(request.scene.times), -1, 3)[0, 0]
        start = place + np.array([1.0, -1.5, 0.2])
        q = from_azimuth_elevation(np.zeros(1), np.zeros(1))
        tokens = observe(wished(request, start), np.array([0]), State.still(start, q))
        for kind, value in tokens.items():
            assert value.shape == (1, COUNTS[kind], WIDTHS[kind]), kind
            assert np.isfinite(value).all(), kind


def test_a_place_without_anybody_is_seen_too() -> None:
    seed = next(s for s in range(60) if not len(task(s).scene.bodies.radii))  # type: ignore[union-attr]
    request = task(seed)
    start = np.asarray(request.scene.eyes)[0] + np.array([0.0, -4.0, 1.0])
    w = wished(request, start)
    at = State.still(start, from_azimuth_elevation(np.zeros(1), np.zeros(1)))
    tokens = observe(w, np.array([5]), at)
    assert not tokens["other"].any()
    assert tokens["actor"][0, 0, 0] == 1.0 and not tokens["actor"][0, 1].any()


def test_who_walks_straight_on_is_followed_without_lag() -> None:
    walk = np.stack([1.3 * TIMES, -0.4 * TIMES, np.full(72, 1.6)], axis=1)
    level, trend = followed(TIMES, walk, 0.3)
    np.testing.assert_allclose(level, walk, atol=1e-9)
    np.testing.assert_allclose(trend[:, 0], 1.3, atol=1e-9)


def test_the_wished_place_is_the_witness_s_own_within_a_step() -> None:
    case = make("room", 3)
    w = wished(asked(case), case.witness.positions[0])
    off: Array = np.linalg.norm(w.place - case.witness.positions, axis=1)
    assert np.median(off) < 0.35


def test_a_start_in_the_subject_s_eyes_is_refused() -> None:
    request = scene(1.0)
    with pytest.raises(ValueError, match="eyes"):
        wished(request, np.asarray(request.scene.eyes)[0])
    with pytest.raises(ValueError, match="three finite"):
        wished(request, np.array([np.nan, 0.0, 0.0]))
