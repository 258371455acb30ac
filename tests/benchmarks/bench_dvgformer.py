"""Steps per second of a DVGFormer of the published size, picture features given.

``python tests/benchmarks/bench_dvgformer.py [steps]``, on two threads. Three ways to fly the same
random network, all at float32, in one run:

- ``plain``: a cache that grows by concatenation; when its 30 steps are full, the oldest three (15
  frames) are dropped and the other 27 are read again at their new positions.
- ``overlap`` and ``forget``: `camera.policy.rollout`, whose cache is allocated once.

Within the first 30 steps nothing slides and all three predict the same; beyond, `plain` pays for
its slides. The figures say both.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from camera.policy.dvgformer import DVGFormer
from camera.policy.network import Network
from camera.policy.rollout import Slide
from camera.policy.tokens import ACTIONS, DVGFormerConfig

DROP = 3


class Plain:
    """Keys and values that grow by concatenation."""

    def __init__(self, layers: int) -> None:
        self.past: list[tuple[Tensor, Tensor] | None] = [None] * layers

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        if (past := self.past[layer]) is not None:
            k, v = torch.cat([past[0], k], dim=2), torch.cat([past[1], v], dim=2)
        self.past[layer] = (k, v)
        new, seen = q.shape[2], k.shape[2]
        mask = torch.ones(new, seen, dtype=torch.bool).tril(seen - new)
        return functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def plain(network: Network, pictures: Tensor, states: Tensor, prefix: Tensor) -> Tensor:
    """Fly (B, T) steps: the actions (B, T, 5, 6)."""
    positions, out = network.positions(), []
    flown: list[Tensor] = []
    cache, t = Plain(network.config.n_layer), 0
    network.body(prefix, cache.attend)
    for s in range(states.shape[1]):
        if t == network.config.steps:
            t -= DROP
            cache = Plain(network.config.n_layer)
            recent = slice(s - t, s)
            look = network.look(pictures[:, recent], states[:, recent], positions[:t])
            acted = network.act(torch.stack(flown[-t:], dim=1), positions[:t])
            again = torch.cat([look, acted], dim=2).flatten(1, 2)
            network.body(torch.cat([prefix, again], dim=1), cache.attend)
        hidden = network.body(
            network.look(pictures[:, s], states[:, s], positions[t]), cache.attend
        )
        actions = []
        for k in range(ACTIONS):
            action = network.predict_action(hidden[:, -1])
            hidden = network.body(network.act(action[:, None], positions[t], k), cache.attend)
            actions.append(action)
        flown.append(torch.stack(actions, dim=1))
        out.append(flown[-1])
        t += 1
    return torch.stack(out, dim=1)


def seconds(fly: Callable[[], Tensor], times: int = 1) -> tuple[float, Tensor]:
    """The best of some runs."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        flown = fly()
        best = min(best, time.perf_counter() - start)
    return best, flown


@torch.inference_mode()
def main() -> None:
    """Print steps per second, and how many times faster than `plain`."""
    torch.set_num_threads(2)
    torch.manual_seed(0)
    config = DVGFormerConfig()
    model = DVGFormer(Network(config).eval().requires_grad_(False))
    longest = int(sys.argv[1]) if len(sys.argv) > 1 else 90
    batches = 1, 8
    noise = model.noise(0, max(batches))
    pictures = torch.randn(max(batches), longest, 45, config.hidden_size)
    states = torch.randn(max(batches), longest, ACTIONS, 7)

    def one(name: str, steps: int, batch: int) -> Callable[[], Tensor]:
        if name == "plain":
            prefix = model.network.prefix(noise[:batch], torch.zeros(batch, dtype=torch.long))
            return lambda: plain(
                model.network, pictures[:batch, :steps], states[:batch, :steps, 0], prefix
            )
        slide: Slide = "overlap" if name == "overlap" else "forget"
        return lambda: model.autoregressive(
            pictures[:batch, :steps], states[:batch, :steps], noise[:batch], 0, slide=slide
        )

    one("forget", 5, 1)(), one("plain", 5, 1)()
    print(f"{config.hidden_size}/{config.n_layer}/{config.n_head}, float32, 2 threads")
    for batch, steps in ((1, 30), (1, longest), (8, 30)):
        base = 0.0
        for name in ("plain", "overlap", "forget"):
            took, flown = seconds(one(name, steps, batch), 3 if steps <= 30 and batch == 1 else 1)
            speed = batch * steps / took
            base = base or speed
            if name == "plain":
                reference = flown
            gap = float((flown - reference)[:, :30].abs().max())
            print(
                f"{batch} × {steps:3} steps  {name:8} {speed:7.2f} steps/s  {speed / base:5.2f} ×"
                f"  (first 30 steps differ from plain by {gap:.1e})"
            )


if __name__ == "__main__":
    main()
