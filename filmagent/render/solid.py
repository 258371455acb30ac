"""Which shapes are closed: the far side of a closed shape's skin is never seen, nor drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import MeshPart
from filmagent.render.people import Span

Array = NDArray[Any]

_WELD = 1e5
"""Corners nearer than a hundredth of a millimetre are one."""
_UNSEEN = {"eye", "teeth", "tongue", "lash", "brow"}
"""Kinds of a body's parts that throw no shadow to speak of."""


def closed(parts: Sequence[MeshPart]) -> Array:
    """Which parts are closed surfaces that face outwards, (P,) bool.

    Every directed edge has its reverse as often as itself, and the signed volume (the sum of
    a · (b × c) / 6 over the faces) is positive; a room seen from within has a negative one.
    """
    if not parts:
        return np.zeros(0, bool)
    owner = np.repeat(np.arange(len(parts)), [len(part.faces) for part in parts])
    corners = np.concatenate([part.vertices[part.faces] for part in parts]).astype(np.float64)
    keys = np.empty((3 * len(corners), 4), np.int64)
    keys[:, :3] = np.round(corners.reshape(-1, 3) * _WELD)
    keys[:, 3] = np.repeat(owner, 3)
    welded = _numbered(keys).reshape(-1, 3)
    ends = welded[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    of = np.repeat(owner, 3)
    proper = ends[:, 0] != ends[:, 1]
    ends, of = ends[proper], of[proper]
    forward = ends[:, 0] < ends[:, 1]
    low, high = ends.min(1), ends.max(1)
    _, edge = np.unique(low * (welded.max() + 1) + high, return_inverse=True)
    balance = np.bincount(edge, np.where(forward, 1.0, -1.0))
    gaps = np.bincount(of, balance[edge] != 0, len(parts))
    middle = np.array([part.vertices.mean(0) for part in parts])[owner]
    a, b, c = np.moveaxis(corners - middle[:, None], 1, 0)
    volume = np.bincount(owner, np.einsum("fc,fc->f", a, np.cross(b, c)), len(parts))
    return np.asarray((gaps == 0) & (volume > 0))


def _numbered(keys: Array) -> Array:
    """The same number for the same row, (N,)."""
    low = keys.min(0)
    code = np.zeros(len(keys), np.uint64)
    for column, least in zip(keys.T, low, strict=True):
        # a multiplicative hash: rows of one set do not meet in 64 bits
        code = code * np.uint64(0x9E3779B97F4A7C15) + (column - least).astype(np.uint64)
        code ^= code >> np.uint64(29)
    return np.unique(code, return_inverse=True)[1]


def runs(spans: Sequence[Span], thin: dict[str, bool], *, shadow: bool) -> list[tuple[bool, Span]]:
    """Neighbouring spans of a body joined for drawing without materials: (open, indices).

    ``thin`` says which materials are seen from both sides; ``shadow`` leaves out what throws none.
    """
    found: list[tuple[bool, Span]] = []
    for span in spans:
        if shadow and span.kind in _UNSEEN:
            continue
        both = thin.get(span.material, False)
        if found and found[-1][0] == both and found[-1][1].first + found[-1][1].count == span.first:
            last = found[-1][1]
            found[-1] = both, Span(last.material, last.kind, last.first, last.count + span.count)
        else:
            found.append((both, span))
    return found
