"""Points around people at which a set's light is known from all sides."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from filmagent.documents import StageWorld
from filmagent.render.lamps import sky
from filmagent.render.lighting import BANDS, harmonics
from filmagent.render.rays import Rays, hammersley

Array = NDArray[Any]


def grid(roaming: tuple[Array, Array]) -> tuple[Array, Array, Array, Array]:
    """The grid over where people may be: corner, spacing, numbers (3,) each; points (P, 3)."""
    low, high = roaming
    low = np.append(low[:2] - 0.5, low[2] + 0.15)
    high = np.append(high[:2] + 0.5, high[2])
    size = np.maximum(high - low, 0.5)
    counts = np.clip(np.ceil(size / np.array([0.7, 0.7, 0.6])).astype(int) + 1, 2, [40, 40, 6])
    step = size / (counts - 1)
    axes = [low[k] + step[k] * np.arange(counts[k]) for k in range(3)]
    where = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    return low, step, counts, where


def probes(where: Array, rays: Rays, leaving: Array, world: StageWorld) -> Array:
    """Irradiance harmonics of what surfaces and sky send to points, (P, 9, 3)."""
    u, v = hammersley(192)
    z = 1 - 2 * u
    ring = np.sqrt(1 - z * z)
    directions = np.stack([ring * np.cos(2 * np.pi * v), ring * np.sin(2 * np.pi * v), z], -1)
    count = len(directions)
    every = np.tile(directions, (len(where), 1))
    hit = rays.first(np.repeat(where, count, 0), every)
    met = hit["face"] >= 0
    radiance = np.where(
        met[:, None],
        leaving[np.maximum(hit["face"], 0)],
        np.tile(sky(world, directions), (len(where), 1)),
    )
    behind = met & (np.einsum("nc,nc->n", hit["normal"], every) > 0)
    inside = (behind & (hit["distance"] < 0.6)).reshape(len(where), count).mean(1) > 0.3
    spread = radiance.reshape(len(where), count, 3)
    found = 4 * np.pi / count * np.einsum("dk,pdc->pkc", harmonics(directions), spread)
    if inside.any() and not inside.all():
        _, nearest = cKDTree(where[~inside]).query(where[inside])
        found[inside] = found[~inside][nearest]
    return np.asarray(found * BANDS[:, None])
