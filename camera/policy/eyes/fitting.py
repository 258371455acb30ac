"""One loop, and one command line, for the training of every image policy.

Each step draws by its own number, so going on from a step is as never having stopped.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from camera.policy.course import resume, save_half, say, share


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
    begin = resume(half, network, optimiser) if half.exists() else 0
    network.train()
    clock, mean = time.monotonic(), math.nan
    with half.with_suffix(".jsonl").open("a", encoding="utf-8") as log:
        for step in range(begin, recipe.steps):
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate * share(step, recipe.steps, recipe.warm)
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
                say(f"step {done}, loss {mean:.4f}, {left:.0f} min left")
                log.write(json.dumps({"step": done, "loss": round(mean, 5)}) + "\n")
                log.flush()
            if done % saved == 0 or stops:
                save_half(half, network, optimiser, done)
            if stops and done < recipe.steps:
                return False
    network.eval()
    return True


def parser(module: str, about: str, *, steps: int, batch: int) -> argparse.ArgumentParser:
    """The options of a command that trains on lessons."""
    options = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    options.add_argument("out", type=Path, help="folder of pictures, logs and weights")
    options.add_argument("--lessons", type=Path, required=True, help="folder of shards")
    options.add_argument("--steps", type=int, default=steps, help="of the optimiser")
    options.add_argument("--batch", type=int, default=batch, help="pieces of flights a step")
    options.add_argument("--minutes", type=float, default=math.inf, help="stop after so many")
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--seed", type=int, default=0)
    return options
