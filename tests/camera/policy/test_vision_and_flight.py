"""What a policy sees with can be exchanged; where it flies is what its actions say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from camera import pose
from camera.policy import (
    DVGFormer,
    DVGFormerConfig,
    Tower,
    actions,
    fly,
    load_dvgformer,
    load_tower,
    read_safetensors,
    write_safetensors,
)
from camera.policy.network import Network
from camera.policy.tokens import DRONE_TYPES
from camera.policy.vision import disparity

WEIGHTS = Path(__file__).parent / "oracles" / "dvgformer_h48_l3.safetensors"


def steady(action: list[float], steps: int = 6) -> DVGFormer:
    """A network that wants one normalised action, whatever it sees."""
    torch.manual_seed(0)
    network = Network(DVGFormerConfig(hidden_size=12, n_layer=1, n_head=2, steps=steps))
    with torch.no_grad():
        network.predict_action.weight.zero_()
        network.predict_action.bias.copy_(torch.tensor(action))
    return DVGFormer(network.eval().requires_grad_(False))


class Blind:
    """Sees nothing, remembers where it looked from."""

    def __init__(self, width: int = 12) -> None:
        self.width = width
        self.stood: list[tuple[np.ndarray, np.ndarray]] = []

    def __call__(self, positions: np.ndarray, quaternions: np.ndarray) -> Tensor:
        self.stood.append((positions, quaternions))
        return torch.zeros(len(positions), 45, self.width)


def test_a_policy_that_wants_ahead_flies_along_its_view() -> None:
    # 0.5 m a frame along the OpenCV camera's +Z: 7.5 m/s where it looks
    model, eyes = steady([0, 0, 1, 0, 0, 0]), Blind()
    begin = np.array([[0.0, 0, 2], [5.0, 5, 3]])
    views = pose.look(np.array([[1.0, 0, 0], [0.0, 1, 0]]))
    paths = fly(model, eyes, begin, views, 8, noise=model.noise(0, 2))
    assert [len(p.times) for p in paths] == [41, 41]
    np.testing.assert_allclose(paths[0].times[-1], 8 / 3)
    np.testing.assert_allclose(paths[0].positions[-1], [20, 0, 2], atol=1e-5)
    np.testing.assert_allclose(paths[1].positions[-1], [5, 25, 3], atol=1e-5)
    for flown, view in zip(paths, views, strict=True):
        np.testing.assert_allclose(pose.canonical(flown.quaternions), [view] * 41, atol=1e-9)


def test_a_policy_that_wants_to_yaw_turns_to_its_right() -> None:
    # +Y of an OpenCV camera points down: turning about it is clockwise from above
    model = steady([0, 0, 0, 0, 1, 0])
    level = pose.look(np.array([[0.0, 1, 0]]))
    (flown,) = fly(model, Blind(), [[0.0, 0, 1]], level, 3, noise=model.noise(0))
    azimuth, elevation, roll = pose.azimuth_elevation(flown.quaternions)
    np.testing.assert_allclose(azimuth, -0.02 * np.arange(16), atol=1e-6)
    np.testing.assert_allclose([elevation, roll], 0, atol=1e-6)
    np.testing.assert_allclose(flown.positions, [[0, 0, 1]] * 16)


def test_a_policy_looks_from_every_fifth_frame_of_its_path() -> None:
    model, eyes = steady([0.3, -0.2, 1, 0.4, 1, -0.5]), Blind()
    (flown,) = fly(model, eyes, [[0.0, 0, 2]], [[1.0, 0, 0, 0]], 7, noise=model.noise(1))
    assert len(eyes.stood) == 7
    for step, (position, quaternion) in enumerate(eyes.stood):
        np.testing.assert_allclose(position[0], flown.positions[5 * step], atol=1e-9)
        same = abs(quaternion[0] @ flown.quaternions[5 * step])
        assert same == pytest.approx(1)


def test_a_policy_is_told_where_it_is_since_its_first_frame() -> None:
    model = steady([0.0] * 6)
    for parameter in model.network.parameters():  # such that states matter
        torch.nn.init.normal_(parameter, std=0.3)
    begin = np.array([[3.0, -4, 2]]), pose.look(np.array([[1.0, 2, -0.3]]))
    (flown,) = fly(model, Blind(), *begin, 6, noise=model.noise(3))
    path = pose.opencv_from_blender(flown.positions, flown.quaternions)
    states = actions.normalise_states(actions.relative_states(*path))[:-1].reshape(1, 6, 5, 7)
    again = model.autoregressive(torch.zeros(1, 6, 45, 12), states, model.noise(3), 0)
    wanted = actions.normalise_actions(actions.actions_between(*path)).reshape(1, 6, 5, 6)
    np.testing.assert_allclose(again, wanted, atol=1e-5)
    # Told something else, it would fly otherwise
    still = model.autoregressive(torch.zeros(1, 6, 45, 12), 0 * states, model.noise(3), 0)
    assert np.abs(still.numpy() - wanted).max() > 1e-3


@pytest.mark.parametrize("slide", ["overlap", "forget"])
def test_a_flight_may_last_longer_than_the_positions(slide: str) -> None:
    model = load_dvgformer(WEIGHTS)
    paths = fly(
        model,
        Blind(48),
        np.zeros((2, 3)),
        np.array([[1.0, 0, 0, 0]] * 2),
        33,
        noise=model.noise(2, 2),
        drone_type=range(len(DRONE_TYPES)),
        slide=slide,
    )
    assert all(np.isfinite(p.positions).all() and len(p.times) == 166 for p in paths)
    assert not np.allclose(paths[0].positions, paths[1].positions)


def test_flights_of_no_length_are_refused() -> None:
    model = steady([0.0] * 6)
    with pytest.raises(ValueError, match="steps is 0"):
        fly(model, Blind(), [[0.0, 0, 0]], [[1.0, 0, 0, 0]], 0, noise=model.noise(0))


def test_a_tower_reads_the_grid_row_by_row() -> None:
    torch.manual_seed(0)
    tower = Tower(8, features=3).requires_grad_(False)
    features = torch.zeros(3, 10, 18)
    flat = torch.zeros(20, 36)
    calm = tower(features, flat)
    assert calm.shape == (45, 8)
    # One patch of the second row and fourth column: only its own token changes
    features[:, 2:4, 6:8] = 1.0
    differs = (tower(features, flat) != calm).any(-1).nonzero().flatten().tolist()
    assert differs == [1 * 9 + 3]
    # Depth's 3 × 3 convolutions, three of them, reach three tokens each way
    near = flat.clone()
    near[0:4, 0:4] = 1.0
    reached = (tower(torch.zeros(3, 10, 18), near) != calm).any(-1).view(5, 9)
    assert reached[:4, :4].all() and not reached[4].any() and not reached[:, 4:].any()


def test_a_tower_takes_batches_of_any_size_of_picture() -> None:
    tower = Tower(8, features=3).requires_grad_(False)
    features, far = torch.randn(2, 4, 3, 12, 21), torch.rand(2, 4, 84, 147)
    together = tower(features, far)
    assert together.shape == (2, 4, 45, 8)
    torch.testing.assert_close(together[1, 2], tower(features[1, 2], far[1, 2]))
    with pytest.raises(ValueError, match=r"shapes \(2, 4, 3, 12, 21\) and \(84, 147\)"):
        tower(features, far[0, 0])


def test_a_tower_comes_out_of_the_checkpoint_or_is_named_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"'embed_img.bottleneck.1.weight' is missing"):
        load_tower(WEIGHTS)
    torch.manual_seed(1)
    tower = Tower(48, features=6)
    tensors, metadata = read_safetensors(WEIGHTS)
    named = {f"embed_img.{name}": w for name, w in tower.state_dict().items()}
    backbone = {"embed_img.backbone.patch_embed.proj.weight": torch.ones(6, 3, 14, 14)}
    path = tmp_path / "full.safetensors"
    write_safetensors(path, {**tensors, **named, **backbone}, metadata)
    load_dvgformer(path)
    loaded = load_tower(path)
    features, far = torch.randn(2, 6, 12, 21), torch.rand(2, 12, 21)
    assert torch.equal(loaded(features, far), tower(features, far))
    named["embed_img.depth_feat.3.weight"] = torch.ones(48, 48, 1, 1)
    write_safetensors(path, {**tensors, **named})
    with pytest.raises(ValueError, match=r"full.*'embed_img.depth_feat.3.weight' is of shape"):
        load_tower(path)


def test_sky_has_no_disparity_and_near_things_most() -> None:
    depth = torch.tensor([[0.5, 2.0], [10.0, torch.inf]])
    torch.testing.assert_close(
        disparity(depth, nearest=3.0), torch.tensor([[6.0, 1.5], [0.3, 0.0]])
    )
    for bad in (0.0, -1.0, torch.nan):
        with pytest.raises(ValueError, match="depth is not positive"):
            disparity(torch.tensor([[bad]]), nearest=1.0)
    with pytest.raises(ValueError, match="nearest is 0"):
        disparity(depth, nearest=0.0)
