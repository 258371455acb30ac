"""White noise in the space of an object, at every size of voxel at once.

A voxel's value is a standard normal number. The eight halves of a voxel are white among themselves,
and their sum is √8 times its own value: seen from afar, the noise is the sum of what is seen from
near, as light is. They are the Haar transform of the voxel's value and of seven numbers of its own
(S. Mallat, "A Wavelet Tour of Signal Processing", 2009, section 7.7): orthonormal, hence exactly
Gaussian and white at every level. Only voxels on the way to those asked for are made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.noise.gaussian import Floats, Keys, joined, normals

Ints = NDArray[np.int64]

COARSEST, FINEST = 3, -14
"""Levels of the voxels at the top (8 m wide) and at the bottom: a level's are 2^level m wide."""


@dataclass(frozen=True)
class Voxels:
    """Voxels of objects, each once."""

    objects: Keys
    """(N,) whose."""
    levels: Ints
    """(N,) from `FINEST` to `COARSEST`."""
    places: Ints
    """(N, 3) which: a point at ``rest`` is in floor(rest / 2^level)."""


@dataclass(frozen=True)
class _Floor:
    """Voxels of one level on the way to those asked for."""

    keys: Keys
    asked: Ints
    """Which of those asked for are of this level, and in `at`, where they are among the keys."""
    at: Ints
    above: Ints
    """For each voxel of the level below, its parent among the keys, and which eighth it is."""
    eighth: Ints


def values(voxels: Voxels, seed: int, channels: int) -> Floats:
    """The numbers of voxels, (N, channels) float32."""
    found = np.empty((len(voxels.levels), channels), np.float32)
    floors = _floors(voxels, seed)
    value = normals(joined(floors[-1].keys, 0), channels)
    for floor in reversed(floors):
        found[floor.asked] = value[floor.at]
        if len(floor.above):
            value = _eighths(value, floor.keys)[floor.eighth, floor.above]
    return found


def _floors(voxels: Voxels, seed: int) -> list[_Floor]:
    """From the finest level asked for up to the coarsest."""
    floors = []
    objects, places = voxels.objects[:0], voxels.places[:0]
    for level in range(int(voxels.levels.min()), COARSEST + 1):
        asked = np.flatnonzero(voxels.levels == level)
        eighth = (places & 1) @ np.array([4, 2, 1])
        objects = np.concatenate([voxels.objects[asked], objects])
        places = np.concatenate([voxels.places[asked], places >> 1])
        keys = joined(joined(objects, seed), level)
        for axis in range(3):
            keys = joined(keys, places[:, axis])
        unique, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        floors.append(_Floor(unique, asked, inverse[: len(asked)], inverse[len(asked) :], eighth))
        objects, places = objects[first], places[first]
    return floors


def _eighths(value: Floats, keys: Keys) -> Floats:
    """The eight halves of voxels, (8, N, C), by the fast Walsh–Hadamard transform."""
    block = np.empty((8, *value.shape), np.float32)
    block[0] = value
    for detail in range(1, 8):
        block[detail] = normals(joined(keys, detail), value.shape[1])
    # sums in an order of their own, so that a voxel never depends on its neighbours
    for half in (4, 2, 1):
        pairs = block.reshape(4 // half, 2, half, *value.shape)
        block = np.stack([pairs[:, 0] + pairs[:, 1], pairs[:, 0] - pairs[:, 1]], 1)
    return block.reshape(8, *value.shape) * np.float32(8**-0.5)
