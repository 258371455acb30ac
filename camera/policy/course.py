"""A course of training: a rate that rises and falls, a file to go on from, a line that tells.

All policies here are trained so. A course that is stopped goes on from its half-way file as if it
never had been.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

from camera.policy.checkpoint import read_safetensors, write_safetensors

_LAST = 0.02
"""Of the peak learning rate, what is left at the end."""


def share(step: int, steps: int, warm: float) -> float:
    """Of the peak learning rate at a step: a straight rise over ``warm`` of all, then a cosine."""
    rise = max(1, int(warm * steps))
    if step < rise:
        return (step + 1) / rise
    gone = (step - rise) / max(1, steps - rise)
    return 0.5 * (1 + math.cos(math.pi * gone)) * (1 - _LAST) + _LAST


def save_half(path: Path, network: nn.Module, optimiser: torch.optim.Optimizer, step: int) -> None:
    """Weights and moments after so many steps, for `resume`."""
    tensors = {f"weight.{name}": value for name, value in network.state_dict().items()}
    for number, values in optimiser.state_dict()["state"].items():
        for name, value in values.items():
            tensors[f"moment.{number}.{name}"] = torch.as_tensor(value)
    write_safetensors(path, tensors, {"step": str(step)})


def resume(path: Path, network: nn.Module, optimiser: torch.optim.Optimizer) -> int:
    """Set weights and moments to those of a file; the step to go on from."""
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


def say(text: str) -> None:
    """How far it is, in place of what was said before."""
    sys.stderr.write(f"\r{text:<70}")
    sys.stderr.flush()
