"""Steps per second of a DVGFormer of the published size, picture features given.

``python tests/benchmarks/bench_dvgformer.py [steps [repeats]]``, float32 on two threads. Three ways
to fly the same random network:

- ``plain``: a cache that grows by concatenation; when its 30 steps are full, the oldest three (15
  frames) are dropped and the other 27 are read again at their new positions, as published.
- ``overlap`` and ``forget``: `camera.policy.rollout`, whose cache is allocated once.

They fly side by side, a step of each in turn, so that whatever else the machine does hits all
alike; each step counts with the least time of all repeats. Within the first 30 steps nothing
slides and all three predict the same; the figures say that part, the rest, and the whole. Once
flights slide, `overlap` is to be at least `FLOOR` times as fast as ``plain``.
"""

from __future__ import annotations

import sys
import time
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from camera.policy.dvgformer import DVGFormer
from camera.policy.network import Network
from camera.policy.tokens import ACTIONS, DVGFormerConfig

DROP = 3
FLOOR = 4.0


class Flyer(Protocol):
    """Anything that flies step by step."""

    def step(self, image_tokens: Tensor, states: Tensor) -> Tensor:
        """Actions (B, 5, 6) of tokens (B, 45, h) and states (B, 7)."""
        ...


class Growing:
    """Keys and values that grow by concatenation."""

    def __init__(self, layers: int) -> None:
        self.past: list[tuple[Tensor, Tensor] | None] = [None] * layers

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Attention to all there was."""
        if (past := self.past[layer]) is not None:
            k, v = torch.cat([past[0], k], dim=2), torch.cat([past[1], v], dim=2)
        self.past[layer] = (k, v)
        new, seen = q.shape[2], k.shape[2]
        mask = torch.ones(new, seen, dtype=torch.bool).tril(seen - new) if new > 1 else None
        return functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)


class Plain:
    """A flight with a growing cache that is read again when it slides."""

    def __init__(self, network: Network, prefix: Tensor) -> None:
        self.network, self.prefix = network, prefix
        self.positions = network.positions()
        self.flown: list[tuple[Tensor, Tensor, Tensor]] = []
        self.restart()

    def restart(self) -> None:
        """Read the prefix and what was flown into a new cache."""
        self.cache = Growing(self.network.config.n_layer)
        tokens = [self.prefix]
        if self.flown:
            pictures, states, actions = (torch.stack(x, 1) for x in zip(*self.flown, strict=True))
            at = self.positions[: len(self.flown)]
            look = self.network.look(pictures, states, at)
            tokens.append(torch.cat([look, self.network.act(actions, at)], dim=2).flatten(1, 2))
        self.network.body(torch.cat(tokens, dim=1), self.cache.attend)

    def step(self, image_tokens: Tensor, states: Tensor) -> Tensor:
        """The next five actions."""
        network = self.network
        if len(self.flown) == network.config.steps:
            self.flown = self.flown[DROP:]
            self.restart()
        at = self.positions[len(self.flown)]
        hidden = network.body(network.look(image_tokens, states, at), self.cache.attend)
        actions = []
        for k in range(ACTIONS):
            action = network.predict_action(hidden[:, -1])
            hidden = network.body(network.act(action[:, None], at, k), self.cache.attend)
            actions.append(action)
        self.flown.append((image_tokens, states, torch.stack(actions, dim=1)))
        return self.flown[-1][2]


def flyers(model: DVGFormer, batch: int, steps: int) -> dict[str, Flyer]:
    """The three at the beginning of the same flights."""
    noise = model.noise(0, batch)
    # A flight that slides goes on: knowing its end would spare `overlap` its second reading
    known = steps if steps <= model.config.steps else None
    prefix = model.network.prefix(noise, torch.zeros(batch, dtype=torch.long))
    return {
        "plain": Plain(model.network, prefix),
        "overlap": model.rollout(noise, 0, batch, steps=known, slide="overlap"),
        "forget": model.rollout(noise, 0, batch, steps=known, slide="forget"),
    }


def race(model: DVGFormer, batch: int, steps: int, repeats: int) -> None:
    """Print steps per second of each, and how many times faster than `plain`."""
    generator = torch.Generator().manual_seed(1)
    pictures = torch.randn(steps, batch, 45, model.config.hidden_size, generator=generator)
    states = torch.randn(steps, batch, 7, generator=generator)
    least = {name: np.full(steps, np.inf) for name in flyers(model, batch, steps)}
    gap = 0.0
    for _ in range(repeats):
        flights = flyers(model, batch, steps)
        for t in range(steps):
            said = {}
            for name, flyer in flights.items():
                start = time.perf_counter()
                said[name] = flyer.step(pictures[t], states[t])
                least[name][t] = min(least[name][t], time.perf_counter() - start)
            if t < model.config.steps:
                gap = max(gap, *(float((a - said["plain"]).abs().max()) for a in said.values()))
    print(f"{batch} at a time; the first {model.config.steps} steps differ by at most {gap:.1e}")
    parts = {"1–30": slice(0, 30), "31–": slice(30, None), "all": slice(None)}
    for name, part in parts.items():
        if not len(least["plain"][part]):
            continue
        speeds = {n: batch * len(s[part]) / s[part].sum() for n, s in least.items()}
        text = [f"{n} {v:6.2f} steps/s ({v / speeds['plain']:5.2f} ×)" for n, v in speeds.items()]
        print(f"  steps {name:5}", " · ".join(text), flush=True)
        if name == "31–":
            times = speeds["overlap"] / speeds["plain"]
            verdict = "holds" if times >= FLOOR else "is missed"
            print(f"  sliding, overlap against plain: {times:.2f} ×; {FLOOR:g} × {verdict}")


@torch.inference_mode()
def main() -> None:
    """Race one flight at a time, then eight."""
    given = [int(argument) for argument in sys.argv[1:3]]
    steps, repeats = [*given, *(60, 2)[len(given) :]]
    torch.set_num_threads(2)
    torch.manual_seed(0)
    model = DVGFormer(Network(DVGFormerConfig()).eval().requires_grad_(False))
    for flyer in flyers(model, 1, 2).values():
        flyer.step(torch.zeros(1, 45, model.config.hidden_size), torch.zeros(1, 7))
    race(model, 1, steps, repeats)
    race(model, 8, 30, 1)


if __name__ == "__main__":
    main()
