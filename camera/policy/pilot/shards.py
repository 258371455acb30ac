"""Lessons on disk: shards of safetensors, with the seeds they came from.

A shard of N flights of D decisions (60 in 10 s):

======================  ==========  ==============================================================
``seen.<kind>``         float16     (N, D, tokens, width) of each kind of token; see
                                    `camera.policy.pilot.observation`
``decided``             float32     (N, D, 5) what the planner would have decided, in units of
                                    `camera.policy.pilot.motion.SCALE`
``weight``              float32     (N, D) 1 where it was asked, 0 where not: no lesson there
``seeds``               int64       (N,) `camera.policy.pilot.expert.task` makes the request again
``at.position``         float64     (N, D, 3) metres, where the camera was when it saw and decided
``at.yaw``, ``.pitch``  float64     (N, D) radians, where it looked; horizon level
``at.velocity``         float64     (N, D, 3) m/s, in the world
``at.turning``          float64     (N, D, 2) rad/s of yaw and pitch
``start.<field>``       float64     (N, ...) the same five where the planner's own flight began
======================  ==========  ==============================================================

The frame of decision d is ``camera.policy.pilot.flight.decision_rows(times, 6.0)[d]`` of the
request's times. So whatever else can be seen from there, a depth image for one, can be made of
(seed, position, yaw, pitch).
"""

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
        along = np.stack([getattr(one.states, name) for one in lessons])
        tensors[f"at.{name}"] = torch.from_numpy(along)
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
        raise ValueError(f"{folder} has no lessons; make some with `python -m camera.policy.train`")
    parts = []
    for file in files:
        tensors, _ = read_safetensors(file)
        wanted = {f"seen.{kind}" for kind in WIDTHS} | {"decided", "weight", "seeds"}
        wanted |= {f"{when}.{name}" for when in ("at", "start") for name in _STATE}
        for kind, width in WIDTHS.items():
            there = tensors.get(f"seen.{kind}")
            if there is None or there.shape[-1] != width or not wanted <= set(tensors):
                missing = ", ".join(sorted(wanted - set(tensors))[:3])
                raise ValueError(
                    f"{file} is no shard of lessons of this version: seen.{kind} is "
                    f"{None if there is None else tuple(there.shape)}"
                    f"{f', it has no {missing}' if missing else ''}; make it anew"
                )
        parts.append(tensors)
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}


def start_of(lessons: dict[str, Tensor], number: int) -> State:
    """Where a lesson begins."""
    each = (lessons[f"start.{name}"][number : number + 1].numpy() for name in _STATE)
    return State(*each)
