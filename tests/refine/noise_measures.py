"""What noise is measured by: its moments, its neighbours, and itself where its points went."""

from __future__ import annotations

import numpy as np
import turning_world as world
from numpy.typing import NDArray

from filmagent.refine import noise

Floats = NDArray[np.float32]


def surface(shot: str, number: float, size: tuple[int, int]) -> noise.Surface:
    """A frame of the turning world."""
    seen = world.frame(shot, number, size)
    return noise.Surface(seen.ids, seen.rest)


def kurtosis(values: Floats) -> float:
    """3 for a normal distribution."""
    centred = values - values.mean()
    return float((centred**4).mean() / (centred**2).mean() ** 2)


def correlation(first: Floats, second: Floats) -> float:
    """Of two arrays of zero mean."""
    return float((first * second).mean() / np.sqrt((first**2).mean() * (second**2).mean()))


def neighbours(cells: Floats) -> float:
    """The larger correlation of cells (C, h, w) with those beside and below them."""
    beside = correlation(cells[:, :, 1:], cells[:, :, :-1])
    return max(abs(beside), abs(correlation(cells[:, 1:], cells[:, :-1])))


def along(
    cells: tuple[Floats, Floats],
    shots: tuple[str, str],
    numbers: tuple[float, float],
    size: tuple[int, int],
    scale: int = 8,
    only: int | None = None,
) -> float:
    """Correlation of a frame's cells (C, h, w) with the cells where their middles are in another.

    ``only``: of one object. For shifts of random parts of a cell nothing can reach more than .56:
    cells are squares that do not move.
    """
    now = world.frame(shots[0], numbers[0], size)
    x, y, visible = world.moved(now, shots[1], numbers[1], world.frame(shots[1], numbers[1], size))
    middle = (slice(scale // 2, None, scale), slice(scale // 2, None, scale))
    counted = visible[middle] if only is None else (visible & (now.ids == only))[middle]
    column = np.rint(x[middle][counted]).astype(int) // scale
    row = np.rint(y[middle][counted]).astype(int) // scale
    return correlation(cells[0][:, counted], cells[1][:, row, column])
