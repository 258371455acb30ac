"""Which voxels of the world a latent's cells stand for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from filmagent.refine.noise.gaussian import Keys, joined
from filmagent.refine.noise.octree import COARSEST, FINEST, Ints, Voxels

Doubles = NDArray[np.float64]
Points = NDArray[np.float32] | Doubles

_GROUPS = 4
"""Every so many levels there are voxels whose content changes level as one."""
_UNKNOWN = -8.0
"""Size, log₂ metres, of the pixels of an object that shows too few to tell."""


def voxels_of(
    ids: NDArray[np.uint8], keys: Keys, rest: Points, scale: int, width: float
) -> tuple[Voxels, sparse.csr_array]:
    """The voxels that a frame shows, and how much of each every cell takes.

    Parameters
    ----------
    ids : (H, W)
        What each pixel shows.
    keys
        Of every id.
    rest : (H, W, 3)
        Which point of it, in metres.
    scale
        Pixels of a cell's side. Cells begin at the top left; the last may be partly filled.
    width
        Pixels that a voxel is wide, about.

    Returns
    -------
    Voxels
        Each once.
    csr_array : (cells, voxels)
        The pixels of a voxel in the one cell that shows most of it: no two cells share a voxel, so
        that their noise is independent. Cells that own none, where voxels are larger, share.
    """
    rows, columns = (-(-n // scale) for n in ids.shape)
    cell = (np.arange(ids.shape[0]) // scale * columns)[:, None]
    cell = cell + np.arange(ids.shape[1]) // scale
    objects = np.flatnonzero(np.bincount(ids.ravel()))
    number = np.zeros(int(objects[-1]) + 1, np.int64)
    number[objects] = np.arange(len(objects))
    level = _levels(number[ids], keys[objects], rest, cell, scale, width)
    owner, place = keys[ids], _places(rest, level)
    pixel = _names(owner, level, place)
    # neighbours in a row mostly show one voxel: it is looked up once
    first = np.ones(ids.shape, bool)
    first[:, 1:] = pixel[:, 1:] != pixel[:, :-1]
    first[:, ::scale] = True
    run = np.flatnonzero(first)
    length = np.diff(run, append=ids.size).astype(np.float32)
    _, shown, voxel = np.unique(pixel.ravel()[run], return_index=True, return_inverse=True)
    at = run[shown]
    found = Voxels(owner.ravel()[at], level.ravel()[at], place.reshape(-1, 3)[at])
    seen = sparse.coo_array((length, (cell.ravel()[run], voxel)), (rows * columns, len(at)))
    return found, _owned(seen.tocsr())


def _owned(seen: sparse.csr_array) -> sparse.csr_array:
    """Each voxel in the cell that shows most of it alone."""
    cell = np.repeat(np.arange(seen.shape[0]), np.diff(seen.indptr))
    order = np.lexsort((cell, -seen.data, seen.indices))
    best = np.zeros(len(order), bool)
    best[order[np.diff(seen.indices[order], prepend=-1) != 0]] = True
    without = np.bincount(cell[best], minlength=seen.shape[0]) == 0
    kept = seen.copy()
    kept.data = np.where(best | without[cell], seen.data, np.float32(0))
    kept.eliminate_zeros()
    return kept


def _levels(kind: Ints, keys: Keys, rest: Points, cell: Ints, scale: int, width: float) -> Ints:
    """The level of each pixel's voxel, (H, W).

    An object's pixels in a cell want one size, mostly between two levels. Coarse voxels choose,
    each once for all how near it must be: nobody's noise changes all at once when they come nearer.
    """
    size = _sizes(kind, len(keys), rest, cell, scale) + np.log2(width)
    coarse = -(-(np.rint(size).astype(np.int64) + 2) // _GROUPS) * _GROUPS
    chance = _names(keys[kind], coarse, _places(rest, coarse)) >> np.uint64(40)
    level = np.floor(size + chance.astype(np.float64) / (1 << 24)).astype(np.int64)
    return np.asarray(np.clip(level, FINEST, COARSEST))


def _sizes(kind: Ints, kinds: int, rest: Points, cell: Ints, scale: int) -> Doubles:
    """Metres across a pixel of a surface, log₂: the mean over an object's pixels in a cell.

    It is the root of the area that a pixel covers in rest space.
    """
    # over some pixels: positions may be stored in half precision
    step = max(scale // 4, 1)
    few, where = kind[::step, ::step], rest[::step, ::step].astype(np.float64)
    area = np.linalg.norm(np.cross(_steps(few, where, 1), _steps(few, where, 0)), axis=-1)
    known = area > 0
    size = 0.5 * np.log2(area[known]) - np.log2(step)
    usual = np.full(kinds, _UNKNOWN)
    for number in np.unique(few[known]):
        usual[number] = np.median(size[few[known] == number])
    groups = (int(cell[-1, -1]) + 1) * kinds
    group = (cell * kinds + kind)[::step, ::step][known]
    count = np.bincount(group, minlength=groups)
    mean = np.bincount(group, size, minlength=groups) / np.maximum(count, 1)
    return np.asarray(np.where(count > 0, mean, np.resize(usual, groups))[cell * kinds + kind])


def _steps(kind: Ints, rest: Doubles, axis: int) -> Doubles:
    """From each point to the nearer of its two neighbours on the same object; 0 without one."""
    step = np.diff(rest, axis=axis)
    length = np.square(step).sum(-1)
    length[np.diff(kind, axis=axis) != 0] = np.inf
    step[np.isinf(length)] = 0.0
    after = [(0, int(a == axis)) for a in range(3)]
    before = [(int(a == axis), 0) for a in range(3)]
    ahead = np.pad(length, after[:2], constant_values=np.inf)
    behind = np.pad(length, before[:2], constant_values=np.inf)
    return np.where((ahead <= behind)[..., None], np.pad(step, after), np.pad(step, before))


def _places(rest: Points, level: Ints) -> Ints:
    # a product by a power of two is exact
    scale = np.exp2(-level.astype(np.float64))
    return np.asarray(np.floor(rest * scale[..., None]), np.int64)


def _names(keys: Keys, level: Ints, place: Ints) -> Keys:
    name = joined(keys, level)
    for axis in range(3):
        name = joined(name, place[..., axis])
    return name
