"""States and actions are the published ones, and lead back to the poses they came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camera import pose
from camera.policy import actions

ORACLE = Path(__file__).parent / "oracles" / "dvgformer_actions.npz"


@pytest.fixture(scope="module")
def published() -> dict[str, np.ndarray]:
    with np.load(ORACLE, allow_pickle=False) as arrays:
        return dict(arrays)


def path(seed: int, frames: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """A path of steps of any size and turns of up to a half."""
    rng = np.random.default_rng(seed)
    positions = np.cumsum(rng.normal(0, 10 ** rng.uniform(-6, 3), (frames, 3)), axis=0)
    axis = rng.normal(size=(frames, 3))
    axis *= rng.uniform(0, 3.1, (frames, 1)) / np.linalg.norm(axis, axis=1, keepdims=True)
    quaternions = [pose.normalised(rng.normal(size=4))]
    for turn in pose.exp(axis[1:]):
        quaternions.append(pose.multiply(quaternions[-1], turn))
    return positions, np.array(quaternions)


def test_actions_are_the_published_ones(published: dict[str, np.ndarray]) -> None:
    got = actions.actions_between(published["positions"], published["quaternions_wxyz"])
    np.testing.assert_allclose(got, published["actions"], atol=1e-9)


def test_actions_lead_where_the_published_ones_do(published: dict[str, np.ndarray]) -> None:
    states = published["states"]
    ahead, turned = actions.fly_actions(
        states[:, :3], states[:, 3:], published["actions"][:, None, :]
    )
    np.testing.assert_allclose(ahead[:, 1], published["next_positions"], atol=1e-9)
    same = pose.canonical(turned[:, 1])
    np.testing.assert_allclose(same, pose.canonical(published["next_quaternions"]), atol=1e-9)


def test_a_whole_path_of_published_actions_ends_where_theirs_does(
    published: dict[str, np.ndarray],
) -> None:
    begin = published["positions"][0], published["quaternions_wxyz"][0]
    ahead, turned = actions.fly_actions(*begin, published["actions"])
    np.testing.assert_allclose(ahead, published["positions"], atol=1e-9)
    same = pose.canonical(published["quaternions_wxyz"])
    np.testing.assert_allclose(pose.canonical(turned), same, atol=1e-9)


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_actions_of_a_path_lead_along_it(seed: int) -> None:
    positions, quaternions = path(seed)
    steps = actions.actions_between(positions, quaternions)
    flown, turned = actions.fly_actions(positions[0], quaternions[0], steps)
    np.testing.assert_allclose(flown, positions, atol=1e-9 * (1 + np.abs(positions).max()))
    same = np.abs(np.einsum("ij,ij->i", turned, quaternions))
    np.testing.assert_allclose(same, 1.0, atol=1e-9)


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_states_and_actions_do_not_depend_on_where_the_world_has_its_origin(
    seed: int, other: int
) -> None:
    positions, quaternions = path(seed)
    rng = np.random.default_rng(other)
    shift, turn = rng.normal(0, 50, 3), pose.normalised(rng.normal(size=4))
    moved = pose.rotate(turn, positions) + shift, pose.multiply(turn, quaternions)
    size = 1e-9 * (1 + np.abs(positions).max())
    for convert in (actions.relative_states, actions.actions_between):
        expected = convert(positions, quaternions)
        got = convert(*moved)
        same = np.minimum(np.abs(got - expected), np.abs(got + expected))
        assert np.max(same) <= size, convert.__name__


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_normalising_and_restoring_are_inverse(seed: int) -> None:
    positions, quaternions = path(seed)
    states = actions.relative_states(positions, quaternions)
    back = actions.restore_states(actions.normalise_states(states))
    np.testing.assert_allclose(back, states, atol=1e-9 * (1 + np.abs(positions).max()))
    moves = actions.actions_between(positions, quaternions)
    back = actions.restore_actions(actions.normalise_actions(moves))
    np.testing.assert_allclose(back, moves, atol=1e-9 * (1 + np.abs(positions).max()))


def test_a_state_starts_at_home_and_an_action_is_in_the_cameras_axes() -> None:
    # Looks along the world's +X with the picture's down along −Z; moves 2 m ahead, 1 m up
    _, right = pose.opencv_from_blender(np.zeros(3), pose.look(np.array([1.0, 0, 0])))
    moved, turned = np.array([[0.0, 0, 0], [2.0, 0, 1.0]]), np.stack([right, right])
    states = actions.relative_states(moved, turned)
    np.testing.assert_allclose(states[0], [0, 0, 0, 1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(states[1, :3], [0, -1, 2], atol=1e-12)
    step = actions.actions_between(moved, turned)
    np.testing.assert_allclose(step[0], [0, -1, 2, 0, 0, 0], atol=1e-12)


def test_the_published_normalisation_is_kept() -> None:
    home = actions.normalise_states([30.0, 0, -30, 1.1, 0.3, 0, -0.3])
    np.testing.assert_allclose(home, [1, 0, -1, 1, 1, 0, -1])
    np.testing.assert_allclose(
        actions.restore_actions(np.ones(6)), [0.5, 0.5, 0.5, 0.01, 0.02, 0.01]
    )


def test_batches_are_flown_as_one_by_one() -> None:
    paths = [path(seed) for seed in range(4)]
    positions, quaternions = (np.array(x).reshape(2, 2, 20, -1) for x in zip(*paths, strict=True))
    steps = actions.actions_between(positions, quaternions)
    flown, turned = actions.fly_actions(positions[..., 0, :], quaternions[..., 0, :], steps)
    for i in range(4):
        alone = actions.fly_actions(paths[i][0][0], paths[i][1][0], steps.reshape(4, 19, 6)[i])
        np.testing.assert_array_equal(flown.reshape(4, 20, 3)[i], alone[0])
        np.testing.assert_array_equal(turned.reshape(4, 20, 4)[i], alone[1])


def test_poses_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"shapes \(3, 3\) and \(2, 4\)"):
        actions.relative_states(np.zeros((3, 3)), np.ones((2, 4)))
    with pytest.raises(ValueError, match="F ≥ 2"):
        actions.actions_between(np.zeros((1, 3)), np.ones((1, 4)))
    with pytest.raises(ValueError, match="not finite"):
        actions.relative_states(np.full((2, 3), np.nan), np.ones((2, 4)))
    with pytest.raises(ValueError, match="has no direction"):
        actions.relative_states(np.zeros((2, 3)), np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"actions have shape \(6,\)"):
        actions.fly_actions(np.zeros(3), np.array([1.0, 0, 0, 0]), np.zeros(6))
