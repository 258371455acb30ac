"""Learning: repeatable, resumable, and weights that are read safely."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from camera.families import make
from camera.families.asking import request as asked
from camera.policy import write_safetensors
from camera.policy.pilot import State, fly, load_pilot, save_pilot, servo
from camera.policy.pilot.begin import begin
from camera.policy.pilot.config import PilotConfig
from camera.policy.pilot.expert import corrected, from_planner, good, in_wind, task
from camera.policy.pilot.motion import SCALE, limited
from camera.policy.pilot.network import Cache, PilotNetwork
from camera.policy.pilot.observation import COUNTS, SELF, WIDTHS
from camera.policy.pilot.shards import read_shards, start_of, write_shard
from camera.policy.pilot.training import Recipe, loss_of, train
from camera.policy.train import main

TINY = PilotConfig(width=32, heads=2, looks=1, thoughts=2, memory=6)


@pytest.fixture(scope="module")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, torch.Tensor]:
    folder = tmp_path_factory.mktemp("lessons")
    flights = from_planner([task(seed) for seed in range(4)], 6.0)
    write_shard(
        folder / "0.safetensors",
        [lesson for lesson, _, _ in flights],
        range(len(flights)),
        [start for _, _, start in flights],
    )
    return read_shards(folder)


def tokens(*lead: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    made = {k: torch.randn(*lead, COUNTS[k], w, generator=generator) for k, w in WIDTHS.items()}
    for kind in ("actor", "other"):
        made[kind][..., 0] = (made[kind][..., 0] > 0).float()
    return made


def test_step_by_step_it_decides_as_over_the_whole_flight() -> None:
    torch.manual_seed(0)
    network = PilotNetwork(TINY).eval()
    seen = tokens(3, 15)
    with torch.no_grad():
        mean, scale = network(seen)
        cache: Cache = []
        for turn in range(15):
            now = {kind: value[:, turn] for kind, value in seen.items()}
            one, unsure = network.step(now, cache)
            torch.testing.assert_close(one, mean[:, turn], atol=1e-5, rtol=1e-5)
            torch.testing.assert_close(unsure, scale[:, turn], atol=1e-5, rtol=1e-5)
    assert cache[0][0].shape[2] == TINY.memory, "it remembers no more than it may"


def test_who_is_not_there_changes_nothing() -> None:
    torch.manual_seed(0)
    network = PilotNetwork(TINY).eval()
    seen = tokens(2, 4)
    ghost = {kind: value.clone() for kind, value in seen.items()}
    absent = ghost["other"][..., 0] == 0
    ghost["other"][..., 1:][absent] += 5.0
    with torch.no_grad():
        torch.testing.assert_close(network(seen)[0], network(ghost)[0])


def test_before_it_has_learnt_it_flies_as_the_servo_and_never_sees_its_own_speed() -> None:
    torch.manual_seed(0)
    network = PilotNetwork(TINY).eval()
    seen = tokens(3, 5)
    flat = {kind: value.flatten(0, 1).numpy() for kind, value in seen.items()}
    with torch.no_grad():
        mean = network(seen)[0].flatten(0, 1).numpy()
        np.testing.assert_allclose(mean, limited(servo(flat)[0]) / SCALE, atol=1e-5)
        torch.nn.init.normal_(network.head.weight)
        other = {kind: value.clone() for kind, value in seen.items()}
        other["self"][..., SELF["decided"]] += 1.0
        torch.testing.assert_close(network(seen)[0], network(other)[0], rtol=0, atol=0)
        other["self"][..., SELF["gap"]] += 1.0
        assert (network(seen)[0] - network(other)[0]).abs().max() > 1e-3


def test_a_wind_blows_as_hard_at_any_time_and_keeps_its_direction_for_a_while() -> None:
    still = {"self": np.zeros((400, 1, 1))}
    blown = in_wind(
        lambda seen: (np.zeros((400, 5)), np.ones((400, 5))), np.random.default_rng(0), 6.0
    )
    gusts = np.stack([blown(still)[0] for _ in range(20)])
    np.testing.assert_allclose(gusts.std(axis=(0, 1)), [0.35, 0.35, 0.3, 0.15, 0.12], rtol=0.1)
    together = (gusts[1:] * gusts[:-1]).mean(axis=(0, 1)) / gusts.var(axis=(0, 1))
    assert (together > 0.75).all() and (together < 0.95).all()


def test_a_move_that_is_only_named_is_corrected_too_and_no_lesson_is_near_the_end() -> None:
    """Its direction is the move's own: what is left of it is asked for by its course."""
    seed = next(s for s in range(30) if task(s).picture.azimuth is None)
    request = task(seed)
    flown = fly(servo, [request], [begin(request)], 6.0)
    lesson = corrected(flown, np.random.default_rng(0))[0]
    told = np.flatnonzero(lesson.weight)
    assert len(told) >= 8
    assert (flown[0].wished.times[flown[0].rows[told]] < 9.1).all()
    path = flown[0].trajectory.positions[flown[0].rows]
    np.testing.assert_allclose(lesson.states.position, path)


def test_it_learns_what_it_is_shown(lessons: dict[str, torch.Tensor]) -> None:
    torch.manual_seed(0)
    network = PilotNetwork(TINY)
    seen = {kind: lessons[f"seen.{kind}"].float() for kind in WIDTHS}

    def off() -> float:
        with torch.no_grad():
            return float((network(seen)[0] - lessons["decided"]).abs().mean())

    before = off()
    train(network, lessons, Recipe(steps=60, batch=4, rate=3e-3))
    assert off() < 0.8 * before, "it flies as the servo before it has learnt"


def test_half_precision_learns_from_nearly_the_same_loss() -> None:
    torch.manual_seed(0)
    network, seen = PilotNetwork(TINY), tokens(4, 10)
    torch.nn.init.normal_(network.head.weight, std=0.1)
    decided, weight = torch.randn(4, 10, 5), torch.ones(4, 10)
    whole = loss_of(network, seen, decided, weight)
    # what a GPU trains in
    with torch.autocast("cpu", torch.bfloat16):
        half = loss_of(network, seen, decided, weight)
    assert half.dtype == torch.float32
    assert float(half.detach()) == pytest.approx(float(whole.detach()), rel=0.01)
    half.backward()  # type: ignore[no-untyped-call]
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


def test_stopped_and_begun_again_it_comes_out_the_same(lessons: dict[str, torch.Tensor]) -> None:
    recipe = Recipe(steps=8, batch=2)
    torch.manual_seed(0)
    whole = PilotNetwork(TINY)
    torch.manual_seed(0)
    parts = PilotNetwork(TINY)
    train(whole, lessons, recipe)

    class Stop(Exception):
        pass

    saved: list[dict[str, object]] = []

    def stop(step: int, loss: float, optimiser: torch.optim.Optimizer) -> None:
        if step == 5:
            saved.append(optimiser.state_dict())
            raise Stop

    with pytest.raises(Stop):
        train(parts, lessons, recipe, told=stop)
    train(parts, lessons, recipe, begin=5, state=saved[0])
    for one, other in zip(whole.parameters(), parts.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_a_task_is_the_same_for_the_same_seed() -> None:
    one, other = task(5), task(5)
    assert one.shot == other.shot
    np.testing.assert_array_equal(one.scene.eyes, other.scene.eyes)
    assert len({task(seed).shot.move for seed in range(8)}) >= 4


def test_poor_plans_are_no_lessons() -> None:
    case = make("room", 0)
    from camera.planner import plan_batch

    made = plan_batch([asked(case)])[0]
    assert good(made)
    made.costs["visibility"] = 0.5
    assert not good(made)


def test_corrections_lead_back_to_the_wish(lessons: dict[str, torch.Tensor]) -> None:
    """A camera that drifts aside is told to come back."""
    case = make("street", 1, seconds=5.0)
    w = case.witness
    begin = State.along(w.times, w.positions, w.quaternions, np.array([0]))

    def drift(seen: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        # follow, but 0.6 m/s too fast to the right
        decided, unsure = servo(seen)
        decided[:, 0] = seen["self"][:, 0, SELF["drift"]][:, 0] + 0.6
        return decided, unsure

    flown = fly(drift, [asked(case)], [begin], 6.0)
    lesson = corrected(flown, np.random.default_rng(0))[0]
    told = lesson.weight > 0
    assert told.sum() >= 5
    late = told & (np.arange(len(told)) > 10)
    right = lesson.decided[late, 0] - flown[0].decided[late, 0]
    assert np.median(right) < -0.2


def test_a_pilot_is_saved_and_read_back(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = PilotNetwork(TINY)
    path = tmp_path / "pilot.safetensors"
    save_pilot(path, network, {"lessons": "6"})
    pilot = load_pilot(path)
    assert pilot.rate == TINY.rate
    seen = {kind: value[:, 0].numpy() for kind, value in tokens(2, 1).items()}
    decided, unsure = pilot.remembering()(seen)
    with torch.no_grad():
        mean, _ = network.eval()({k: v for k, v in tokens(2, 1).items()})
    # half precision
    np.testing.assert_allclose(decided, mean[:, 0].numpy(), atol=5e-3)
    assert (unsure > 0).all()


def test_what_is_no_pilot_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "pilot.safetensors"
    network = PilotNetwork(TINY)
    save_pilot(path, network, {})
    whole = path.read_bytes()
    path.write_bytes(whole[:-50])
    with pytest.raises(ValueError, match="cut short"):
        load_pilot(path)
    path.write_bytes(pickle.dumps({"weights": 1}))
    with pytest.raises(ValueError, match="pickled code"):
        load_pilot(path)
    write_safetensors(path, {"a": torch.zeros(2)}, {"format": "other"})
    with pytest.raises(ValueError, match="holds 'other'"):
        load_pilot(path)
    weights = network.state_dict()
    meta = {"format": "camera pilot 2", "config": TINY.to_json()}
    write_safetensors(path, {**weights, "query": torch.zeros(7)}, meta)
    with pytest.raises(ValueError, match=r"'query' is \(7,\), not \(32,\)"):
        load_pilot(path)
    write_safetensors(path, {k: v for k, v in weights.items() if k != "query"}, meta)
    with pytest.raises(ValueError, match="'query' is missing"):
        load_pilot(path)
    write_safetensors(path, weights, {**meta, "config": json.dumps({"width": -1})})
    with pytest.raises(ValueError, match="sizes are"):
        load_pilot(path)
    with pytest.raises(FileNotFoundError):
        load_pilot(tmp_path / "none.safetensors")


@pytest.mark.parametrize(
    ("name", "value"), [("width", 0), ("heads", 3), ("rate", 0.0), ("memory", 1.5)]
)
def test_sizes_that_no_network_has_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match="times a second" if name == "rate" else name):
        PilotConfig(**{"width": 32, name: value})  # type: ignore[arg-type]


def test_lessons_come_back_from_disk_with_where_they_begin(
    lessons: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    assert lessons["decided"].shape[1:] == (60, 5)
    begin = start_of(lessons, 0)
    assert begin.position.shape == (1, 3)
    with pytest.raises(ValueError, match="no lessons"):
        read_shards(tmp_path)
    write_safetensors(tmp_path / "x.safetensors", {"decided": torch.zeros(1)}, {})
    with pytest.raises(ValueError, match="no shard"):
        read_shards(tmp_path)


def test_the_command_trains_corrects_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    arguments = [
        str(tmp_path), "--flights", "2", "--rounds", "1", "--corrections", "1", "--steps", "3",
        "--validate", "1", "--batch", "2", "--width", "16", "--layers", "1", "--device", "cpu",
    ]  # fmt: skip
    assert main(arguments) == 0
    pilot = tmp_path / "pilot.safetensors"
    first = pilot.read_bytes()
    load_pilot(pilot)
    (tmp_path / "round-1.safetensors").unlink()
    assert main(arguments) == 0
    assert pilot.read_bytes() == first, "the same lessons and seed give the same weights"
