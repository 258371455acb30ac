"""DVGFormer's layout on the pilot's lessons: spelt right, trained again the same, flown safely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from camera.families import Case, make
from camera.families.asking import request
from camera.planner import plan_batch
from camera.policy import write_safetensors
from camera.policy.actions import fly_actions
from camera.policy.eyes.fitting import Recipe, fit
from camera.policy.eyes.lessons import make_pictures, read_lessons
from camera.policy.layout import LayoutNetwork, fly_layout, load_layout, save_layout
from camera.policy.layout.samples import ACTION_STD, normalised_states, respelt
from camera.policy.layout.train import _NAMES, loss_of, main, moves_of
from camera.policy.network import Network
from camera.policy.pilot import State
from camera.policy.pilot.expert import lesson, task
from camera.policy.pilot.shards import write_shard
from camera.policy.tokens import DVGFormerConfig
from camera.pose import forward, from_azimuth_elevation, matrix, opencv_from_blender

TINY = DVGFormerConfig(hidden_size=16, n_layer=1, n_head=2, steps=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shard of two flights, as if the planner's; its tasks' people stand before the cameras."""
    folder = tmp_path_factory.mktemp("lessons")
    lessons, starts, seeds = [], [], []
    for seed in (4, 9):
        asked = task(seed)
        track = plan_batch([asked])[0].trajectory
        lessons.append(lesson(asked, track, 6.0))
        args = (track.times, track.positions, track.quaternions)
        starts.append(State.along(*args, np.array([0])))
        seeds.append(seed)
    write_shard(folder / "round-0" / "000000.safetensors", lessons, seeds, starts)
    return folder


@pytest.fixture(scope="module")
def lessons(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, torch.Tensor]:
    return read_lessons(make_pictures(folder, tmp_path_factory.mktemp("pictures"), 6.0), _NAMES)


def test_actions_at_fifteen_a_second_fly_the_lesson_again(lessons):
    samples = respelt(lessons)
    assert samples.states.shape == (2, 29, 7) and samples.actions.shape == (2, 29, 5, 6)
    for n in range(2):
        yaw, pitch = (lessons[f"at.{name}"][n].numpy() for name in ("yaw", "pitch"))
        p, q = opencv_from_blender(
            lessons["at.position"][n].numpy(), from_azimuth_elevation(yaw, pitch)
        )
        actions = samples.actions[n].double().reshape(-1, 6).numpy() * ACTION_STD
        path, _ = fly_actions(p[0], q[0], actions)
        # every fifth frame is every second decision
        assert np.allclose(path[::5], p[::2][: len(path[::5])], atol=1e-4)


def test_what_is_wanted_of_the_planners_own_flights_is_what_they_did(lessons):
    samples = respelt(lessons)
    off = (samples.wanted - samples.actions).abs()
    assert float(off.mean()) < 0.05 * float(samples.actions.abs().mean()) + 0.01
    assert bool((samples.weight == 1).all())


def test_only_actions_whose_decision_was_asked_for_count(lessons):
    asked = {name: value.clone() for name, value in lessons.items()}
    asked["weight"][:] = 0.0
    asked["weight"][0, 5] = 1.0
    weight = respelt(asked).weight
    assert weight[0, 2].tolist() == [0, 0, 0, 1, 1] and float(weight.sum()) == 2
    other = {**asked, "decided": asked["decided"].clone()}
    other["decided"][0, 5] += 1.0
    gone = (respelt(other).wanted - respelt(asked).wanted).abs().sum(-1)
    assert bool((gone[0, 2, 3:] > 0).all()) and float(gone.sum()) == float(gone[0, 2, 3:].sum())


def test_its_tokens_are_the_published_ones():
    torch.manual_seed(0)
    published, ours = Network(TINY).eval(), LayoutNetwork(TINY).eval()
    weights = published.state_dict()
    types = weights.pop("embed_drone_type.weight")
    ours.load_state_dict(weights, strict=False)
    with torch.no_grad():
        ours.embed_drone_type.weight[:2] = types
        near = torch.rand(2, 4, 20, 36)
        pictures = ours.stem(near)
        given = torch.randn(2, 4, 7), torch.randn(2, 4, 5, 6), torch.randn(2, 16)
        kinds = torch.tensor([0, 1])
        theirs = published(pictures, *given, kinds)
        assert torch.equal(theirs, ours(pictures, *given, kinds))
    assert pictures.shape == (2, 4, 45, 16)


def test_training_learns_and_goes_on_as_if_never_stopped(lessons, tmp_path):
    samples, moves = respelt(lessons), moves_of(lessons["seen.wish"])
    near = lessons["near"][:, ::2][:, :29]
    recipe = Recipe(steps=12, batch=2, rate=4e-3)

    def begun(seed: int) -> tuple[LayoutNetwork, Callable[[torch.Generator], torch.Tensor]]:
        torch.manual_seed(seed)
        network = LayoutNetwork(TINY)
        return network, lambda random: loss_of(network, samples, near, moves, 2, random)

    whole, loss = begun(1)
    before = measured(loss)
    assert fit(whole, loss, recipe, tmp_path / "whole.safetensors")
    assert measured(loss) < 0.9 * before
    first, loss = begun(1)
    half = tmp_path / "half.safetensors"
    assert not fit(first, loss, recipe, half, minutes=0.0) and half.exists()
    second, loss = begun(2)
    assert fit(second, loss, recipe, half)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, second.state_dict()[name]), name


def measured(loss: Callable[[torch.Generator], torch.Tensor]) -> float:
    """The mean loss of some batches."""
    with torch.no_grad():
        return float(np.mean([loss(torch.Generator().manual_seed(n)) for n in range(8)]))


def test_the_command_makes_pictures_and_weights_that_load(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("camera.policy.layout.train.SMALL", TINY)
    out = tmp_path / "out"
    command = [str(out), "--lessons", str(folder), "--steps", "2", "--batch", "2"]
    assert main([*command, "--minutes", "0"]) == 3
    assert main(command) == 0
    network = load_layout(out / "dvg_layout.safetensors")
    assert network.config == TINY
    assert (out / "pictures" / "round-0" / "000000.safetensors").is_file()
    with pytest.raises(ValueError, match="has no lessons"):
        main([str(out), "--lessons", str(tmp_path / "none")])


def start(case: Case) -> State:
    w = case.witness
    return State.along(w.times, w.positions, w.quaternions, np.array([0]))


@pytest.fixture(scope="module")
def headlong() -> LayoutNetwork:
    """Whatever it sees: ahead at 3 m/s, turning."""
    torch.manual_seed(0)
    network = LayoutNetwork(TINY).eval().requires_grad_(False)
    network.predict_action.weight.zero_()
    network.predict_action.bias.copy_(torch.tensor([0.0, 0.0, 3.0, 0.0, 0.3, 0.0]))
    return network


def test_its_actions_are_speeds_in_the_cameras_own_axes(headlong):
    case = make("crowd", 1, seconds=3.0)
    flown = fly_layout(headlong, request(case), start(case), guarded=False)
    track = flown.trajectory
    gone = np.linalg.norm(np.diff(track.positions, axis=0), axis=1) * 24
    assert np.allclose(gone, 3.0, atol=1e-6) and not flown.held_back.any()
    ahead = forward(track.quaternions[:-1])
    along = np.diff(track.positions, axis=0) * 24 / 3.0
    assert (ahead * along).sum(axis=1).min() > 0.99
    assert len(track) == len(case.times)


def test_it_flies_its_actions_as_published():
    said = torch.tensor([0.7, -0.3, 1.0, 0.2, 0.6, 0.1])
    network = LayoutNetwork(TINY).eval().requires_grad_(False)
    network.predict_action.weight.zero_()
    network.predict_action.bias.copy_(said)
    case = make("crowd", 1, seconds=2.0)
    begun = start(case)
    track = fly_layout(network, request(case), begun, guarded=False).trajectory
    first = (a[0] for a in opencv_from_blender(begun.position, begun.quaternion))
    path, turned = fly_actions(*first, np.tile(said.double().numpy() * ACTION_STD, (30, 1)))
    p, q = opencv_from_blender(track.positions, track.quaternions)
    # eight frames are five actions; within them the way is a little rounder
    assert np.allclose(p[::8], path[::5][: len(p[::8])], atol=0.01)
    assert np.allclose(matrix(q[::8]), matrix(turned[::5][: len(q[::8])]), atol=1e-9)


def test_guarded_it_touches_nothing(headlong):
    for family in ("room", "doorways"):
        case = make(family, 2, seconds=4.0)
        flown = fly_layout(headlong, request(case), start(case), guarded=True)
        gap = case.world.sweep(flown.trajectory.positions, case.bodies)[1].min()
        assert gap > 0.28 and flown.held_back.max() > 0.5


def test_the_same_seed_flies_the_same_and_another_has_other_noise():
    torch.manual_seed(0)
    network = LayoutNetwork(TINY).eval().requires_grad_(False)
    case = make("street", 1, seconds=1.0)
    asked, begun = request(case), start(case)
    one, again, other = (
        fly_layout(network, asked, begun, guarded=False, seed=s).trajectory.positions
        for s in (1, 1, 2)
    )
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_weights_are_kept_in_half_and_what_is_not_theirs_is_refused(tmp_path):
    torch.manual_seed(0)
    network = LayoutNetwork(TINY)
    path = tmp_path / "one.safetensors"
    save_layout(path, network, {"lessons": "2"})
    back = load_layout(path)
    for name, value in network.state_dict().items():
        assert torch.allclose(back.state_dict()[name], value, rtol=2e-3, atol=1e-5), name
    write_safetensors(tmp_path / "no.safetensors", {"a": torch.zeros(1)}, {})
    with pytest.raises(ValueError, match="its format is None"):
        load_layout(tmp_path / "no.safetensors")
    wrong = replace(TINY, hidden_size=32)
    sizes = {name: str(value) for name, value in vars(wrong).items()}
    write_safetensors(path, network.state_dict(), {**sizes, "format": "camera layout 1"})
    with pytest.raises(ValueError, match="size mismatch"):
        load_layout(path)


def test_states_are_normalised_by_what_filming_people_spans():
    assert np.allclose(normalised_states(np.array([3.0, 0, -3.0, 0.8, 0, 0, 0.3])),
                       [1, 0, -1, 0, 0, 0, 1])  # fmt: skip
