"""A DVGFormer here computes what the published one does, of any length, in any batch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from camera.policy import DVGFormer, DVGFormerConfig, load_dvgformer
from camera.policy.network import Block, Network, whole_sequence
from camera.policy.tokens import LOOK, STEP

ORACLES = Path(__file__).parent / "oracles"
WEIGHTS = ORACLES / "dvgformer_h48_l3.safetensors"


@pytest.fixture(scope="module")
def published() -> DVGFormer:
    return load_dvgformer(WEIGHTS)


@pytest.fixture(scope="module")
def flight() -> dict[str, np.ndarray]:
    with np.load(ORACLES / "dvgformer_h48_l3.npz", allow_pickle=False) as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def small() -> DVGFormer:
    """Positions for six steps, so that flights that slide are quick."""
    torch.manual_seed(3)
    network = Network(DVGFormerConfig(hidden_size=24, n_layer=2, n_head=3, steps=6))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return DVGFormer(network.eval().requires_grad_(False))


def journey(model: DVGFormer, steps: int, batch: int = 1, seed: int = 0) -> dict[str, Tensor]:
    g = torch.Generator().manual_seed(seed)
    h = model.config.hidden_size
    return {
        "image_tokens": torch.randn(batch, steps, 45, h, generator=g),
        "states": torch.randn(batch, steps, 5, 7, generator=g),
        "noise": torch.randn(batch, h, generator=g),
        "drone_type": torch.arange(batch) % 2,
    }


def test_teacher_forced_actions_are_the_published_ones(
    published: DVGFormer, flight: dict[str, np.ndarray]
) -> None:
    got = published.teacher_forced(
        flight["image_tokens"],
        flight["states"],
        flight["actions"],
        flight["noise"],
        flight["drone_type"],
    )
    assert got.shape == flight["teacher_forced"].shape
    np.testing.assert_allclose(got, flight["teacher_forced"], atol=1e-6, rtol=0)


@pytest.mark.parametrize("slide", ["overlap", "forget"])
def test_autoregressive_actions_are_the_published_ones(
    published: DVGFormer, flight: dict[str, np.ndarray], slide: str
) -> None:
    got = published.autoregressive(
        flight["image_tokens"],
        flight["states"],
        flight["noise"],
        flight["drone_type"],
        slide=slide,
    )
    np.testing.assert_allclose(got, flight["autoregressive"], atol=1e-5, rtol=0)


def test_the_drone_type_asked_for_is_the_one_flown(
    published: DVGFormer, flight: dict[str, np.ndarray]
) -> None:
    given = flight["image_tokens"], flight["states"], flight["noise"]
    assert not torch.allclose(
        published.autoregressive(*given, 0), published.autoregressive(*given, 1)
    )


def test_half_precision_flies_nearly_the_same_way(flight: dict[str, np.ndarray]) -> None:
    model = load_dvgformer(WEIGHTS, dtype=torch.bfloat16)
    got = model.teacher_forced(
        flight["image_tokens"],
        flight["states"],
        flight["actions"],
        flight["noise"],
        flight["drone_type"],
    )
    assert got.dtype == torch.bfloat16
    np.testing.assert_allclose(got.float(), flight["teacher_forced"], atol=0.06)


def test_an_overlapping_flight_is_what_a_fresh_network_says_of_its_window(
    small: DVGFormer,
) -> None:
    steps, window = 17, small.config.steps
    given = journey(small, steps, batch=2)
    flown = small.autoregressive(**given, slide="overlap")
    for t in range(steps):
        first = max(0, (t // 3 - 1) * 3)
        assert t - first < window
        seen = slice(first, t + 1)
        fresh = small.teacher_forced(
            given["image_tokens"][:, seen],
            given["states"][:, seen],
            flown[:, seen],
            given["noise"],
            given["drone_type"],
        )
        torch.testing.assert_close(flown[:, t], fresh[:, -1], atol=1e-5, rtol=0)


def test_a_forgetting_flight_sees_the_last_window_and_no_more(small: DVGFormer) -> None:
    # Long enough for the strip to be moved back to its beginning several times
    steps, window = 40, small.config.steps
    given = journey(small, steps)
    flown = small.autoregressive(**given, slide="forget")
    network = small.network
    positions = network.positions()[[min(t, window - 1) for t in range(steps)]]
    look = network.look(given["image_tokens"], given["states"][:, :, 0], positions)
    tokens = torch.cat([look, network.act(flown, positions)], dim=2).flatten(1, 2)
    tokens = torch.cat([network.prefix(given["noise"], given["drone_type"]), tokens], dim=1)
    # A step's last action is read with the next step, and sees what that step sees
    place = torch.arange(steps * STEP)
    read_in = (place + 1) // STEP
    visible = place[None] <= place[:, None]
    visible &= place[None] // STEP > read_in[:, None] - window
    mask = torch.ones(len(place) + 2, len(place) + 2, dtype=torch.bool).tril()
    mask[2:, 2:] = visible

    def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        scores = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5
        return torch.softmax(scores.masked_fill(~mask, -torch.inf), -1) @ v

    hidden = network.body(tokens, attend)[:, 2:].reshape(1, steps, STEP, -1)
    expected = network.predict_action(hidden[:, :, LOOK - 1 : LOOK + 4])
    torch.testing.assert_close(flown, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("slide", ["overlap", "forget"])
def test_a_flight_does_not_depend_on_its_neighbours(small: DVGFormer, slide: str) -> None:
    together = journey(small, 9, batch=3)
    flown = small.autoregressive(**together, slide=slide)
    for b in range(3):
        alone = {name: value[b : b + 1] for name, value in together.items()}
        got = small.autoregressive(**alone, slide=slide)
        torch.testing.assert_close(got[0], flown[b], atol=1e-5, rtol=0)


@pytest.mark.parametrize("slide", ["overlap", "forget"])
def test_the_same_flight_twice_is_the_same_to_the_byte(small: DVGFormer, slide: str) -> None:
    given = journey(small, 14)
    first = small.autoregressive(**given, slide=slide)
    assert torch.equal(first, small.autoregressive(**given, slide=slide))


@pytest.mark.parametrize("slide", ["overlap", "forget"])
def test_a_step_knows_nothing_of_how_long_the_flight_will_be(small: DVGFormer, slide: str) -> None:
    given = journey(small, 14)
    flown = small.autoregressive(**given, slide=slide)
    rollout = small.rollout(given["noise"], given["drone_type"], slide=slide)
    for t in range(14):
        got = rollout.step(given["image_tokens"][:, t], given["states"][:, t, 0])
        assert torch.equal(got, flown[:, t])


def test_a_flight_begun_for_some_steps_takes_no_more(small: DVGFormer) -> None:
    given = journey(small, 3)
    rollout = small.rollout(given["noise"], given["drone_type"], steps=2)
    for t in range(2):
        rollout.step(given["image_tokens"][:, t], given["states"][:, t, 0])
    with pytest.raises(ValueError, match="begun for fewer steps"):
        rollout.step(given["image_tokens"][:, 2], given["states"][:, 2, 0])


@pytest.mark.parametrize("window", [1, 2, 3])
def test_the_shortest_windows_slide_too(window: int) -> None:
    torch.manual_seed(4)
    network = Network(DVGFormerConfig(hidden_size=12, n_layer=2, n_head=3, steps=window))
    model = DVGFormer(network.eval().requires_grad_(False))
    given = journey(model, 8)
    alone = {name: value[:, 7:] for name, value in given.items() if value.ndim > 2}
    for slide in ("overlap", "forget"):
        flown = model.autoregressive(**given, slide=slide)
        assert torch.isfinite(flown).all()
        if window == 1 and slide == "overlap":
            fresh = model.autoregressive(**{**given, **alone})
            torch.testing.assert_close(flown[:, 7:], fresh, atol=1e-6, rtol=0)


@pytest.mark.parametrize("slide", ["overlap", "forget"])
def test_a_step_allocates_no_more_the_longer_the_flight(small: DVGFormer, slide: str) -> None:
    given = journey(small, 40)
    rollout = small.rollout(given["noise"], given["drone_type"], slide=slide)
    grown: list[int] = []
    for t in range(40):
        counted = Allocated()
        with counted:
            rollout.step(given["image_tokens"][:, t], given["states"][:, t, 0])
        grown.append(counted.bytes)
    # An overlapping flight hands over every three of its six steps, and reads the prefix anew
    period = 3 if slide == "overlap" else 1
    assert grown[9:-period] == grown[9 + period :]
    assert max(grown[9:]) < 3 * min(grown[1:3])


class Allocated(torch.utils._python_dispatch.TorchDispatchMode):
    """Bytes of all results that are not views or changes of what was there."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        known = {a.untyped_storage().data_ptr() for a in args if isinstance(a, Tensor)}
        out = func(*args, **(kwargs or {}))
        for result in out if isinstance(out, tuple | list) else [out]:
            if isinstance(result, Tensor) and result.untyped_storage().data_ptr() not in known:
                self.bytes += result.untyped_storage().nbytes()
        return out


def test_a_flight_without_a_batch_axis_comes_back_without_one(
    published: DVGFormer, flight: dict[str, np.ndarray]
) -> None:
    got = published.autoregressive(
        flight["image_tokens"], flight["states"][0], flight["noise"][0], 1
    )
    np.testing.assert_allclose(got, flight["autoregressive"][0], atol=1e-5, rtol=0)


def test_training_reaches_every_weight_that_flying_reads() -> None:
    torch.manual_seed(0)
    network = Network(DVGFormerConfig(hidden_size=12, n_layer=2, n_head=2, steps=4))
    out = network(
        torch.randn(2, 4, 45, 12),
        torch.randn(2, 4, 7),
        torch.randn(2, 4, 5, 6),
        torch.randn(2, 12),
        torch.tensor([0, 1]),
    )
    out.abs().mean().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None and parameter.grad.any(), name


def test_a_blocks_perceptron_is_gpt2s_written_out() -> None:
    # The oracle's weights are too small to tell one GELU from another
    torch.manual_seed(0)
    block = Block(8, 2).double().requires_grad_(False)
    for parameter in block.parameters():
        torch.nn.init.normal_(parameter)
    x, seen = torch.randn(1, 3, 8).double(), torch.randn(1, 2, 3, 4).double()

    def dense(name: str, x: np.ndarray) -> np.ndarray:
        weights = dict(block.named_parameters())
        return x @ weights[f"{name}.weight"].numpy() + weights[f"{name}.bias"].numpy()

    heads = seen[0].numpy().transpose(1, 0, 2).reshape(3, 8)
    after = x[0].numpy() + dense("attn.c_proj", heads)
    normed = after - after.mean(1, keepdims=True)
    normed /= np.sqrt((normed**2).mean(1, keepdims=True) + 1e-5)
    inner = dense("mlp.c_fc", normed * block.ln_2.weight.numpy() + block.ln_2.bias.numpy())
    inner *= 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (inner + 0.044715 * inner**3)))
    expected = after + dense("mlp.c_proj", inner)
    np.testing.assert_allclose(block.digest(x, seen)[0], expected, atol=1e-10)


@pytest.mark.slow
def test_a_compiled_network_flies_the_same(flight: dict[str, np.ndarray]) -> None:
    model = load_dvgformer(WEIGHTS, compile=True)
    got = model.autoregressive(
        flight["image_tokens"], flight["states"], flight["noise"], flight["drone_type"]
    )
    np.testing.assert_allclose(got, flight["autoregressive"], atol=1e-5, rtol=0)


def test_whole_sequences_see_only_what_came_before() -> None:
    q, k, v = torch.randn(3, 1, 2, 5, 4)
    before = whole_sequence(0, q, k, v)
    k[:, :, 3:], v[:, :, 3:] = 7.0, 7.0
    after = whole_sequence(0, q, k, v)
    assert torch.equal(before[:, :, :3], after[:, :, :3])
    assert not torch.allclose(before[:, :, 3:], after[:, :, 3:])


def test_noise_is_the_seeds(published: DVGFormer) -> None:
    assert torch.equal(published.noise(5, 2), published.noise(5, 2))
    assert not torch.equal(published.noise(5), published.noise(6))
    assert published.noise(5, 2).shape == (2, 48)


def test_wrong_inputs_are_named(published: DVGFormer, flight: dict[str, np.ndarray]) -> None:
    good = {k: flight[k] for k in ("image_tokens", "states", "noise", "drone_type")}
    for name, value, message in (
        ("image_tokens", flight["image_tokens"][:5], r"image_tokens have shape \(5, 45, 48\)"),
        ("states", flight["states"][:, :, 0], r"states have shape \(1, 8, 7\)"),
        ("states", np.full((1, 8, 5, 7), np.nan), "states hold a value that is not finite"),
        ("noise", flight["noise"][:, :9], r"noise have shape \(1, 9\)"),
        ("drone_type", [2], r"drone_type is \[2\]; give 0 \(camera\), 1 \(fpv\)"),
        ("slide", "jump", "slide is 'jump'; give 'overlap' or 'forget'"),
    ):
        with pytest.raises(ValueError, match=message):
            published.autoregressive(**{**good, name: value})
    long = np.repeat(flight["states"], 4, axis=1)
    with pytest.raises(ValueError, match="32 steps are more than the network's 30"):
        published.teacher_forced(flight["image_tokens"], long, 0, flight["noise"], 0)


def test_importing_loads_no_torch_and_loading_asks_no_network() -> None:
    code = (
        "import sys\n"
        "def listen(event, arguments):\n"
        "    assert event not in ('socket.connect', 'socket.getaddrinfo'), arguments\n"
        "sys.addaudithook(listen)\n"
        "import camera.policy\n"
        "assert 'torch' not in sys.modules\n"
        f"camera.policy.load_dvgformer({str(WEIGHTS)!r})\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
