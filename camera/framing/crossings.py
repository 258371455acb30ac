"""Static cameras whose elevation nobody wished, but which the rest of the wish fixes.

Two screen points and a size fix a camera in closed form. Otherwise closed forms give a camera for
each pitch, and one more wish says which: where it is missed one way at a pitch and the other way at
the next, inverse quadratic interpolation (R. Brent, "Algorithms for Minimization without
Derivatives", 1973, sec. 4.2) finds the pitch between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from camera.framing import closed
from camera.framing.closed import Stand, Two
from camera.framing.problem import Problem
from camera.framing.screen import NEAR
from camera.framing.starts import other, rows_of
from camera.pose import Array

_TRIED = np.linspace(-1.3, 1.3, 131)
"""Radians of elevation between which crossings are looked for."""
_MOST = 4
"""Crossings that are followed."""


def fixed(problem: Problem) -> Array:
    """Cameras (M, K, 6) that the wishes of two or three subjects leave; NaN where there are none.

    Rows that wish an elevation, or another focal length, or too little, have none.
    """
    cameras = np.empty((len(problem.eyes), 0, 6))
    todo = np.isnan(problem.elevation[:, 0])
    zooms = np.any(problem.focal[:, 1] - problem.focal[:, 0] > 1e-9)
    if problem.eyes.shape[1] < 2 or zooms or not todo.any():
        return cameras
    pair = _Pair.of(problem)
    with np.errstate(divide="ignore", invalid="ignore"):
        todo = todo & np.isfinite(pair.xa + pair.ya + pair.xb)[:, 0]
        known = {name: np.isfinite(getattr(pair, name)[:, 0]) for name in _KNOWN}
        for one, another, find in _CASES:
            these = todo & known[one] & known[another]
            if these.any():
                found = np.where(these[:, None, None], find(pair), np.nan)
                cameras = np.concatenate([cameras, found], axis=1)
                todo = todo & ~these
    return cameras


@dataclass(frozen=True)
class _Pair:
    """The first subject, the one farthest across from them, and perhaps a third: columns (M, 1)."""

    two: Two
    b: Array  # (M, 1, 3)
    c: Array  # (M, 1, 3), of the third
    xa: Array
    ya: Array
    xb: Array
    yb: Array
    xc: Array
    size: Array
    heading: Array
    f: Array

    @classmethod
    def of(cls, problem: Problem) -> _Pair:
        rows, second = np.arange(len(problem.eyes)), other(problem)
        # whoever comes after the second in the order of the eyes, or before them
        third = np.where(second > 1, 1, 2) if problem.eyes.shape[1] > 2 else second
        a, b, c = (problem.eyes[rows, who, None] for who in (0, second, third))
        (xa, ya), (xb, yb), (xc, _) = (
            problem.screen[rows, who].T[..., None] for who in (0, second, third)
        )
        if problem.eyes.shape[1] == 2:
            xc = np.full_like(xb, np.nan)
        size, heading = np.exp(problem.size[:, :1]), problem.heading[:, :1]
        f = np.exp(problem.focal[:, 2:])
        return cls(Two.of(a, b), b, c, xa, ya, xb, yb, xc, size, heading, f)

    def turned(self, pitch: Array) -> Stand:
        """From the wished heading: cameras (M, C, 1)."""
        stand = closed.by_heading(self.two, self.xa, self.ya, self.xb, self.heading, pitch, self.f)
        return Stand(stand.position[..., None, :], stand.yaw[..., None], stand.pitch[..., None])

    def sized(self, pitch: Array) -> Stand:
        """At the wished size: cameras (M, C, 2)."""
        return closed.by_size(self.two, self.xa, self.ya, self.xb, self.size, pitch, self.f)

    def placed(self, pitch: Array) -> Stand:
        """With the second at their height too: cameras (M, C, 2)."""
        return closed.by_points(self.two, self.xa, self.ya, self.xb, self.yb, pitch, self.f)

    def both(self) -> Array:
        """Both points and the size: cameras (M, 4, 6)."""
        stand = closed.by_points_and_size(
            self.two, self.xa, self.ya, self.xb, self.yb, self.size, self.f
        )
        return rows_of(stand, self.f)

    def missed_size(self, stand: Stand) -> Array:
        """Logarithm of how much too small the first is."""
        ray = self.xa * self.xa + self.ya * self.ya + self.f * self.f
        away = stand.position - self.two.a[:, :, None]
        wished = self.size * self.size * ray
        return np.asarray(np.log((away * away).sum(axis=-1) / wished[..., None]))

    def missed_height(self, stand: Stand) -> Array:
        """Frame heights by which the second is too high."""
        return np.asarray(_seen(self.b, stand, self.f)[1] - self.yb[..., None])

    def missed_third(self, stand: Stand) -> Array:
        """Frame heights by which the third is too far right."""
        return np.asarray(_seen(self.c, stand, self.f)[0] - self.xc[..., None])


def _seen(point: Array, stand: Stand, f: Array) -> tuple[Array, Array]:
    """Screen x and y of points (M, 1, 3) from stands (M, C, R); NaN behind them."""
    d = point[:, :, None] - stand.position
    cy, sy, cp, sp = np.cos(stand.yaw), np.sin(stand.yaw), np.cos(stand.pitch), np.sin(stand.pitch)
    ahead = d[..., 1] * cy - d[..., 0] * sy
    depth = ahead * cp + d[..., 2] * sp
    scale = f[..., None] / np.where(depth > NEAR, depth, np.nan)
    return (d[..., 0] * cy + d[..., 1] * sy) * scale, (d[..., 2] * cp - ahead * sp) * scale


def _crossed(
    pair: _Pair, family: Callable[[_Pair, Array], Stand], missed: Callable[[_Pair, Stand], Array]
) -> Array:
    """Cameras (M, K, 6) of a family where what it leaves to wish is missed by nothing."""
    pitch = closed.pitch_for(_TRIED, pair.xa, pair.ya, pair.f)
    off = np.moveaxis(missed(pair, family(pair, pitch)), 2, 1)
    change = (off[..., :-1] * off[..., 1:] <= 0.0).reshape(len(off), -1)
    count = min(int(change.sum(axis=1).max()), _MOST)
    pick = np.argsort(~change, axis=1, kind="stable")[:, :count]
    root, step = np.divmod(pick, len(_TRIED) - 1)
    rows = np.arange(len(off))[:, None]
    there = change[rows, pick]
    x0, x1 = pitch[rows, step], pitch[rows, step + 1]
    y0, y1 = off[rows, root, step], off[rows, root, step + 1]
    x2 = x0 - y0 * (x1 - x0) / (y1 - y0)
    column = np.arange(count)
    y2 = missed(pair, family(pair, x2))[rows, column, root]
    at = _inverse((x0, x1, x2), (y0, y1, y2))
    stand = family(pair, np.where(there, at, np.nan))
    one = Stand(*(part[rows, column, root] for part in (stand.position, stand.yaw, stand.pitch)))
    return rows_of(one, pair.f)


def _inverse(x: tuple[Array, Array, Array], y: tuple[Array, Array, Array]) -> Array:
    """Where the parabola x(y) through three points crosses y = 0; the last, if it is met there."""
    (x0, x1, x2), (y0, y1, y2) = x, y
    a, b, c = y0 - y1, y0 - y2, y1 - y2
    at = x0 * y1 * y2 / (a * b) - x1 * y0 * y2 / (a * c) + x2 * y0 * y1 / (b * c)
    return np.asarray(np.where(np.isfinite(at), at, x2))


def _case(
    family: Callable[[_Pair, Array], Stand], missed: Callable[[_Pair, Stand], Array]
) -> Callable[[_Pair], Array]:
    return lambda pair: _crossed(pair, family, missed)


_KNOWN = ("size", "heading", "yb", "xc")
_CASES: tuple[tuple[str, str, Callable[[_Pair], Array]], ...] = (
    ("size", "yb", _Pair.both),
    ("heading", "size", _case(_Pair.turned, _Pair.missed_size)),
    ("heading", "yb", _case(_Pair.turned, _Pair.missed_height)),
    ("heading", "xc", _case(_Pair.turned, _Pair.missed_third)),
    ("size", "xc", _case(_Pair.sized, _Pair.missed_third)),
    ("yb", "xc", _case(_Pair.placed, _Pair.missed_third)),
)
"""What is wished besides the first two's places, and who finds the cameras: the first that fits."""
