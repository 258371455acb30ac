"""Pictures of lessons: what an image policy would have seen where each decision was made.

A shard of lessons (`camera.policy.pilot.shards`) says by seed and state where the camera was; a
shard of pictures of the same name lies beside the weights that are trained on it. N flights of D
decisions:

===========  =========  =====================================================================
``near``     float16    (N, D, 20, 36) 1 / (1 + metres along the view)
``people``   uint8      (N, D, 20, 36) 0 nobody, 1 the first subject, 2 the second, 3 anybody
===========  =========  =====================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from camera.planner.scene import Request
from camera.policy.checkpoint import read_safetensors, write_safetensors
from camera.policy.eyes.rays import see
from camera.policy.pilot.expert import task
from camera.policy.pilot.flight import decision_rows
from camera.policy.pilot.wishing import Wished, wished
from camera.pose import Array, from_azimuth_elevation

_PEOPLE = 3
_AT_ONCE = 12


def sight(
    w: Wished, rows: Array, positions: Array, yaw: Array, pitch: Array
) -> tuple[Array, Array]:
    """``near`` and ``people`` (K, 20, 36) of cameras (K, 3) at frames (K,) of a scene."""
    return sight_of(w, rows, positions, from_azimuth_elevation(yaw, pitch))


def sight_of(w: Wished, rows: Array, positions: Array, quaternions: Array) -> tuple[Array, Array]:
    """The same for cameras that may roll, quaternions (K, 4)."""
    lens, bodies = w.request.lens, w.cast.bodies
    picture = see(
        w.request.world, bodies, rows, positions, quaternions, w.focal[rows], aspect=lens.aspect
    )
    people = np.where(picture.whom >= 0, _PEOPLE, 0)
    if len(bodies.radii):
        # what is not a body cannot be seen: a landmark has owners, too
        for number, owner in enumerate(w.cast.owners[:2]):
            people[picture.whom == owner] = number + 1
    near = 1.0 / (1.0 + np.maximum(picture.depth, 0.0))
    return near.astype(np.float16), people.astype(np.uint8)


def make_pictures(
    lessons: Path, out: Path, rate: float, told: Callable[[str], None] = lambda text: None
) -> list[tuple[Path, Path]]:
    """Shards of lessons below a folder and their pictures, which are made where they are missing.

    Parameters
    ----------
    lessons
        A folder of shards, or of folders of shards.
    out
        Where pictures lie, by the lessons' own names.
    rate
        Decisions a second of the lessons.

    Raises
    ------
    ValueError
        If there are no lessons, or a file is none.
    """
    files = sorted(lessons.rglob("*.safetensors"))
    if not files:
        raise ValueError(
            f"{lessons} has no lessons; make some with `python -m camera.policy.train`"
        )
    pairs = []
    for number, file in enumerate(files, 1):
        seen = out / file.relative_to(lessons)
        if not seen.exists():
            _write(file, seen, rate)
        pairs.append((file, seen))
        told(f"pictures of {number} of {len(files)} shards")
    return pairs


def _write(file: Path, seen: Path, rate: float) -> None:
    tensors, _ = read_safetensors(file)
    if not {"seeds", "at.position", "at.yaw", "at.pitch"} <= set(tensors):
        raise ValueError(f"{file} does not say where its cameras were; make it anew")
    near, people = [], []
    for flight, seed in enumerate(tensors["seeds"].tolist()):
        place, yaw, pitch = (
            tensors[f"at.{name}"][flight].numpy() for name in ("position", "yaw", "pitch")
        )
        seen_near, seen_people = _flight(task(seed), place, yaw, pitch, rate)
        near.append(seen_near)
        people.append(seen_people)
    seen.parent.mkdir(parents=True, exist_ok=True)
    pictures = {"near": np.stack(near), "people": np.stack(people)}
    # a shard that is there is whole
    half = seen.with_suffix(".part")
    write_safetensors(half, {name: torch.from_numpy(a) for name, a in pictures.items()}, {})
    half.rename(seen)


def _flight(
    request: Request, place: Array, yaw: Array, pitch: Array, rate: float
) -> tuple[Array, Array]:
    w = wished(request, place[0])
    rows = decision_rows(w.times, rate)
    parts = [
        sight(w, rows[i : i + _AT_ONCE], *(a[i : i + _AT_ONCE] for a in (place, yaw, pitch)))
        for i in range(0, len(rows), _AT_ONCE)
    ]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def read_lessons(pairs: list[tuple[Path, Path]], names: tuple[str, ...]) -> dict[str, Tensor]:
    """The lessons' tensors of these names and their pictures, all flights after one another."""
    parts = []
    for file, seen in pairs:
        lessons, _ = read_safetensors(file)
        pictures, _ = read_safetensors(seen)
        parts.append({**{name: lessons[name] for name in names}, **pictures})
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
