"""The pilot with pictures: it sees what is before the lens, and is the pilot in all else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from camera.families import make
from camera.families.asking import request
from camera.policy import write_safetensors
from camera.policy.images import ImagePilot, load_images, looks, save_images
from camera.policy.images.network import WIDTH, patches
from camera.policy.images.train import image_loss
from camera.policy.pilot import State, fly
from camera.policy.pilot.config import PilotConfig
from camera.policy.pilot.network import Cache
from camera.policy.pilot.observation import WIDTHS
from camera.policy.pilot.pilot import Memory
from camera.policy.pilot.wishing import wished

TINY = PilotConfig(width=16, heads=2, looks=2, thoughts=1, memory=6)


def tokens(*lead: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    sizes = {"wish": (1, WIDTHS["wish"]), "self": (1, WIDTHS["self"]), "image": (45, WIDTH)}
    return {k: torch.randn(*lead, *size, generator=generator) for k, size in sizes.items()}


def test_a_patch_is_four_pixels_by_four_and_says_who_is_in_each_quarter():
    near = torch.arange(720.0).reshape(1, 20, 36)
    people = torch.zeros(1, 20, 36, dtype=torch.uint8)
    people[0, 0:2, 6:8] = 2  # the upper right quarter of the second patch
    found = patches(near, people)
    assert found.shape == (1, 45, WIDTH)
    assert found[0, 9, :4].tolist() == near[0, 4, :4].tolist(), "the tenth begins the second row"
    assert found[0, 1, :4].tolist() == [4, 5, 6, 7]
    quarters = found[0, :, 16:].reshape(45, 3, 2, 2)
    assert quarters[1, 1, 0, 1] == 1.0 and float(quarters.sum()) == 1.0


def test_it_sees_its_subject_where_they_are():
    case = make("room", 2, seconds=1.0)
    w = wished(request(case), case.witness.positions[0])
    args = (case.witness.times, case.witness.positions, case.witness.quaternions)
    state = State.along(*args, np.array([0]))
    seen = looks(w, np.array([0]), state)
    assert set(seen) == {"wish", "self", "image"} and seen["image"].shape == (1, 45, WIDTH)
    first = seen["image"][0, :, 16:20].mean(axis=1).reshape(5, 9)
    where = np.unravel_index(np.argmax(first.sum(axis=0)), (9,))[0]
    x, _ = w.screen[0]
    wanted = (x / case.lens.aspect + 0.5) * 9
    assert abs(where + 0.5 - wanted) < 1.5 and first.max() > 0.3


def test_step_by_step_it_decides_as_over_the_whole_flight():
    torch.manual_seed(0)
    network = ImagePilot(TINY).eval()
    torch.nn.init.normal_(network.head.weight)
    seen = tokens(2, 9)
    with torch.no_grad():
        mean, scale = network(seen)
        cache: Cache = []
        for turn in range(9):
            one, unsure = network.step({k: v[:, turn] for k, v in seen.items()}, cache)
            torch.testing.assert_close(one, mean[:, turn], atol=1e-5, rtol=1e-5)
            torch.testing.assert_close(unsure, scale[:, turn], atol=1e-5, rtol=1e-5)
        other = {**seen, "image": seen["image"].flip(2)}
        assert not torch.allclose(network(other)[0], mean), "what it sees matters"


def test_it_learns_only_from_what_it_is_shown():
    generator = torch.Generator().manual_seed(0)
    lessons = {
        "seen.wish": torch.randn(2, 12, 1, WIDTHS["wish"], generator=generator),
        "seen.self": torch.randn(2, 12, 1, WIDTHS["self"], generator=generator),
        "near": torch.rand(2, 12, 20, 36, generator=generator).half(),
        "people": torch.randint(0, 4, (2, 12, 20, 36), generator=generator).byte(),
        "decided": torch.randn(2, 12, 5, generator=generator),
        "weight": torch.ones(2, 12),
    }
    torch.manual_seed(0)
    network = ImagePilot(TINY)
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    losses = []
    for step in range(15):
        value = image_loss(network, lessons, 4, 6, torch.Generator().manual_seed(step % 3))
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        losses.append(float(value.detach()))
    assert np.mean(losses[-3:]) < np.mean(losses[:3]) - 0.1


def test_it_flies_the_pilots_loop(tmp_path):
    torch.manual_seed(0)
    path = tmp_path / "one.safetensors"
    save_images(path, ImagePilot(TINY), {"lessons": "0"})
    network = load_images(path)
    case = make("pillars", 3, seconds=1.0)
    args = (case.witness.times, case.witness.positions, case.witness.quaternions)
    start = State.along(*args, np.array([0]))
    (flown,) = fly(Memory(network), [request(case)], [start], 6.0, look=looks)
    assert len(flown.trajectory) == len(case.times) and flown.seen["image"].shape[1:] == (45, WIDTH)
    assert case.world.clearance(flown.trajectory.positions).min() > 0.25


def test_what_is_none_of_its_weights_is_refused(tmp_path):
    write_safetensors(tmp_path / "no.safetensors", {"a": torch.zeros(1)}, {})
    with pytest.raises(ValueError, match="its format is None"):
        load_images(tmp_path / "no.safetensors")
    metadata = {"format": "camera image pilot 1", "config": TINY.to_json()}
    write_safetensors(tmp_path / "few.safetensors", {"query": torch.zeros(16)}, metadata)
    with pytest.raises(ValueError, match=r"few.safetensors: .*"):
        load_images(tmp_path / "few.safetensors")
