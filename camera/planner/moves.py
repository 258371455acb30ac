"""What each move of the grammar does over a shot's time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import SIZES, SPEEDS, Shot, wider
from camera.pose import Array


@dataclass(frozen=True)
class Motion:
    """A move, instant by instant, (T,) each, and what of the camera it moves.

    Parameters
    ----------
    size
        Factor on what the picture shows.
    zoom
        Factor on the focal length.
    turn
        Radians round the subject, to be added to the azimuth.
    rise
        Radians above the subject, to be added to the elevation.
    travels, turns
        Whether the camera leaves its place; whether it pans or tilts.
    accompanies
        Whether the azimuth is kept to where the subject looks as they turn.
    """

    size: Array
    zoom: Array
    turn: Array
    rise: Array
    travels: bool = True
    turns: bool = True
    accompanies: bool = False


def ease(u: ArrayLike) -> Array:
    """0→1 with no speed and no acceleration at both ends (Perlin's quintic)."""
    x = np.clip(np.asarray(u, np.float64), 0.0, 1.0)
    return np.asarray(x**3 * (x * (6 * x - 15) + 10))


def motion(shot: Shot, u: Array, seconds: float, distance: float, azimuth: float) -> Motion:
    """The move of a shot at fractions ``u`` (T,) of its time, from ``distance`` metres away."""
    still = Motion(np.ones_like(u), np.ones_like(u), np.zeros_like(u), np.zeros_like(u))
    travel = SPEEDS[shot.speed] * seconds
    return _MOVES[shot.move](still, _Terms(shot, ease(u), travel, distance, azimuth))


def travels(shot: Shot) -> bool:
    """Whether a shot's camera goes anywhere, rather than turning or zooming where it stands."""
    return motion(shot, np.zeros(1), 1.0, 1.0, 0.0).travels


@dataclass(frozen=True)
class _Terms:
    shot: Shot
    gone: Array
    travel: float
    distance: float
    azimuth: float


def _push(still: Motion, t: _Terms, gone: Array) -> Motion:
    """From a size wider, or to it, but no farther than the speed allows."""
    size = SIZES[t.shot.size].shows
    far = min(t.travel / t.distance, SIZES[wider(t.shot.size, 1)].shows / size - 1, 0.6)
    return replace(still, size=1 + far * gone)


def _zoom(still: Motion, t: _Terms) -> Motion:
    zoom = 1.35**t.gone
    return replace(still, size=1 / zoom, zoom=zoom, travels=False)


def _dolly_zoom(still: Motion, t: _Terms) -> Motion:
    """Away, or no farther than the speed allows, while the lens keeps the size."""
    zoom = min(1 + t.travel / t.distance, 1.6) ** t.gone
    return replace(still, zoom=zoom)


def _drone(still: Motion, t: _Terms) -> Motion:
    """Up and a little round, with whoever goes."""
    rise = np.arctan2(min(t.travel, 4.0) * t.gone, t.distance)
    return replace(_arc(still, t), rise=rise, accompanies=True)


def _arc(still: Motion, t: _Terms) -> Motion:
    sweep = np.sign(t.azimuth or 1.0) * min(t.travel / t.distance, np.radians(50))
    if t.shot.sweep is not None:
        sweep = np.radians(t.shot.sweep)
    return replace(still, turn=sweep * (t.gone - 0.5))


def _truck(still: Motion, t: _Terms) -> Motion:
    return replace(still, turn=np.arctan2(t.travel * (t.gone - 0.5), t.distance))


def _lift(still: Motion, t: _Terms, most: float) -> Motion:
    rise = min(t.travel, most)
    return replace(still, rise=np.arctan2(rise * (1 - t.gone), t.distance))


_MOVES: dict[str, Callable[[Motion, _Terms], Motion]] = {
    "static": lambda s, t: replace(s, travels=False, turns=False),
    "pan": lambda s, t: replace(s, travels=False),
    "tilt": lambda s, t: replace(s, travels=False),
    "handheld": lambda s, t: replace(s, travels=False),
    "push_in": lambda s, t: _push(s, t, 1 - t.gone),
    "pull_out": lambda s, t: _push(s, t, t.gone),
    "truck": _truck,
    "pedestal": lambda s, t: _lift(s, t, 0.6),
    "arc": _arc,
    "crane": lambda s, t: _lift(s, t, 1.4),
    "zoom": _zoom,
    "dolly_zoom": _dolly_zoom,
    "drone": _drone,
    "follow": lambda s, t: replace(s, accompanies=True),
    "lead": lambda s, t: replace(s, accompanies=True),
}
