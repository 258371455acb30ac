"""Lips on the mesh itself: how far apart they are, and how near the lower one is to the teeth."""

from __future__ import annotations

import numpy as np

from filmagent.library.bake import ARKIT, MeshPart
from filmagent.library.cast import Member

_SHARE = np.linspace(0, 1, 9, endpoint=False)
_BIN, _BINS = 0.001, 36
_HALF = 0.004


class Lips:
    """The middle of a member's lips, as dense points on the edges of the skin's mesh."""

    def __init__(self, member: Member, name: str = "skin") -> None:
        part = next(p for p in member.bake.parts if p.name == name)
        rest, moves = part.vertices.astype(float), _moves(part)
        mouth, down = member.point("mouth"), moves[ARKIT.index("jawOpen")][:, 2]
        near = (np.abs(rest[:, 0]) < 0.007) & (np.abs(rest[:, 2] - mouth[2]) < 0.012)
        near &= np.abs(rest[:, 1] - mouth[1]) < 0.024
        edges = np.concatenate([part.faces[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
        edges = np.unique(np.sort(edges, axis=1), axis=0)
        edges = edges[near[edges].all(axis=1)]
        lower = down < 0.5 * down[near].min()
        self.sides = []
        for mask in (lower, ~lower):
            a, b = np.repeat(edges[mask[edges].all(axis=1)], len(_SHARE), axis=0).T
            s = np.tile(_SHARE, len(a) // len(_SHARE))[:, None]
            self.sides.append(
                (rest[a] * (1 - s) + rest[b] * s, moves[:, a] * (1 - s) + moves[:, b] * s)
            )
        self._front = mouth[1] + 0.018
        upper = next(p for p in member.bake.parts if p.name == "teeth_upper").vertices
        middle = upper[np.abs(upper[:, 0]) < 0.006]
        front = middle[middle[:, 1] > middle[:, 1].max() - 0.006]
        self.teeth = front[front[:, 2] < front[:, 2].min() + 0.002]

    def gap(self, face: np.ndarray) -> np.ndarray:
        """The narrowest opening between the lips, (F,) metres; negative: they press.

        ``face`` is (F, 52). At each depth the opening is the height from the top of the lower
        lip to the bottom of the upper one.
        """
        lower = self._profile(0, face, np.maximum, -np.inf)
        upper = self._profile(1, face, np.minimum, np.inf)
        narrow = (upper - lower).min(axis=1)
        # a dropped jaw goes back until no depth has both: then the nearest heights count
        apart = upper.min(axis=1) - lower.max(axis=1)
        return np.where(np.isfinite(narrow), narrow, apart)

    def to_teeth(self, face: np.ndarray) -> np.ndarray:
        """Distance of the lower lip from the edge of the upper teeth, (F,) metres."""
        lip = self._points(0, face)
        lip = lip[:, np.abs(self.sides[0][0][:, 0]) < _HALF]
        away = np.linalg.norm(lip[:, ::2, None] - self.teeth[None, None], axis=-1)
        return away.min(axis=(1, 2))

    def _points(self, side: int, face: np.ndarray) -> np.ndarray:
        base, moves = self.sides[side]
        used = np.flatnonzero(np.any(face, axis=0))
        return base + np.tensordot(np.asarray(face, float)[:, used], moves[used], 1)

    def _profile(self, side: int, face: np.ndarray, pick: np.ufunc, empty: float) -> np.ndarray:
        points = self._points(side, face)
        depth = ((self._front - points[..., 1]) / _BIN).astype(int)
        kept = (np.abs(points[..., 0]) < _HALF) & (depth >= 0) & (depth < _BINS)
        rows = np.broadcast_to(np.arange(len(face))[:, None], depth.shape)
        out = np.full((len(face), _BINS), empty)
        pick.at(out, (rows[kept], depth[kept]), points[..., 2][kept])
        return out


def _moves(part: MeshPart) -> np.ndarray:
    """(52, V, 3) metres."""
    out = np.zeros((len(ARKIT), len(part.vertices), 3))
    for shape in range(len(ARKIT)):
        a, b = part.shape_index[shape : shape + 2]
        out[shape, part.shape_vertices[a:b]] = part.shape_deltas[a:b]
    return out
