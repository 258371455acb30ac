"""Training that can be stopped and gone on with: one loop for every image policy.

Each step draws by its own number, so going on from a step is as never having stopped.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from camera.policy.checkpoint import read_safetensors, write_safetensors


@dataclass(frozen=True)
class Recipe:
    """How an image policy is trained.

    Parameters
    ----------
    steps, batch
        Of the optimiser; pieces of flights in each.
    rate, warm
        Peak learning rate (AdamW), the share of steps that it rises in before a cosine.
    decay
        Weight decay.
    seed
        Of weights, of the order of flights, and of the noise.
    """

    steps: int = 1500
    batch: int = 8
    rate: float = 6e-4
    warm: float = 0.03
    decay: float = 0.02
    seed: int = 0


def fit(
    network: nn.Module,
    loss: Callable[[torch.Generator], Tensor],
    recipe: Recipe,
    half: Path,
    *,
    minutes: float = math.inf,
    saved: int = 100,
) -> bool:
    """Train in place; whether it came to its end.

    Parameters
    ----------
    loss
        Of a batch that is drawn from a generator.
    half
        Where weights and moments are written on the way, and read if they are there.
    minutes
        After which it stops, to be gone on with later.
    """
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    begin = _resumed(half, network, optimiser) if half.exists() else 0
    network.train()
    clock, mean = time.monotonic(), math.nan
    log = half.with_suffix(".jsonl").open("a", encoding="utf-8")
    for step in range(begin, recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * share(step, recipe)
        value = loss(torch.Generator().manual_seed(recipe.seed * 1_000_003 + step))
        optimiser.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        number = float(value.detach())
        mean = number if math.isnan(mean) else 0.98 * mean + 0.02 * number
        spent = time.monotonic() - clock
        done, stops = step + 1, spent > 60 * minutes
        if done % 20 == 0:
            left = spent / (done - begin) * (recipe.steps - done) / 60
            sys.stderr.write(f"\rstep {done}, loss {mean:.4f}, {left:.0f} min left   ")
            log.write(json.dumps({"step": done, "loss": round(mean, 5)}) + "\n")
            log.flush()
        if done % saved == 0 or stops:
            _save(half, network, optimiser, done)
        if stops and done < recipe.steps:
            return False
    log.close()
    network.eval()
    return True


def share(step: int, recipe: Recipe) -> float:
    """Of the peak learning rate at a step."""
    warm = max(1, int(recipe.warm * recipe.steps))
    if step < warm:
        return (step + 1) / warm
    gone = (step - warm) / max(1, recipe.steps - warm)
    return 0.5 * (1 + math.cos(math.pi * gone)) * 0.98 + 0.02


def _save(path: Path, network: nn.Module, optimiser: torch.optim.Optimizer, step: int) -> None:
    tensors = {f"weight.{name}": value for name, value in network.state_dict().items()}
    for number, values in optimiser.state_dict()["state"].items():
        for name, value in values.items():
            tensors[f"moment.{number}.{name}"] = torch.as_tensor(value)
    part = path.with_suffix(".part")
    write_safetensors(part, tensors, {"step": str(step)})
    part.rename(path)


def _resumed(path: Path, network: nn.Module, optimiser: torch.optim.Optimizer) -> int:
    tensors, metadata = read_safetensors(path)
    prefix = "weight."
    weights = {n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)}
    network.load_state_dict(weights)
    moments: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("moment."):
            _, number, what = name.split(".")
            moments.setdefault(int(number), {})[what] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": moments})
    return int(metadata["step"])
