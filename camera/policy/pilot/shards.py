"""Lessons on disk: shards of safetensors, half precision, with the seeds they came from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from camera.policy.checkpoint import read_safetensors, write_safetensors
from camera.policy.pilot.expert import Lesson
from camera.policy.pilot.motion import State
from camera.policy.pilot.observation import WIDTHS

_STATE = ("position", "velocity", "yaw", "pitch", "turning")


def write_shard(
    path: Path, lessons: Sequence[Lesson], seeds: Sequence[int], starts: Sequence[State]
) -> None:
    """Write lessons of equal length; the seeds of their tasks and where they begin go with them."""
    tensors = {
        f"seen.{kind}": torch.from_numpy(np.stack([one.seen[kind] for one in lessons])).half()
        for kind in WIDTHS
    }
    tensors["decided"] = torch.from_numpy(np.stack([one.decided for one in lessons])).float()
    tensors["weight"] = torch.from_numpy(np.stack([one.weight for one in lessons])).float()
    tensors["seeds"] = torch.tensor(list(seeds), dtype=torch.int64)
    for name in _STATE:
        values = np.concatenate([getattr(start, name) for start in starts])
        tensors[f"start.{name}"] = torch.from_numpy(values)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_safetensors(path, tensors, {"lessons": str(len(lessons))})


def read_shards(folder: Path) -> dict[str, Tensor]:
    """All lessons of a folder, in the order of the files' names.

    Raises
    ------
    ValueError
        If there are none, or a file is no shard.
    """
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ValueError(f"{folder} has no lessons; make some with `data` first")
    parts = []
    for file in files:
        tensors, _ = read_safetensors(file)
        wanted = {f"seen.{kind}" for kind in WIDTHS} | {"decided", "weight", "seeds"}
        for kind, width in WIDTHS.items():
            there = tensors.get(f"seen.{kind}")
            if there is None or there.shape[-1] != width or not wanted <= set(tensors):
                raise ValueError(
                    f"{file} is no shard of lessons of this version: seen.{kind} is "
                    f"{None if there is None else tuple(there.shape)}; make it anew"
                )
        parts.append(tensors)
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}


def start_of(lessons: dict[str, Tensor], number: int) -> State:
    """Where a lesson begins."""
    each = (lessons[f"start.{name}"][number : number + 1].numpy() for name in _STATE)
    return State(*each)
