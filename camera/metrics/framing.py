"""Where a subject is on the screen, how large, and from which side it is seen.

Screen: x right, y up, origin in the middle, frame height = 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import HEAD, SIZES, VIEWS, size_of
from camera.lens import Lens
from camera.pose import Array, facing, heading_of, rotate
from camera.trajectory import Trajectory

_ACROSS = 0.35  # less than this of a look goes across the frame: no side is ahead
SIDES = ("front", "three_quarter", "profile", "back")
"""The views that say from which side somebody is seen."""


def screen_track(trajectory: Trajectory, lens: Lens, points: ArrayLike) -> tuple[Array, Array]:
    """Points (F, ..., 3) on the screen, (F, ..., 2), and their depths, with zooms followed."""
    p = np.asarray(points, np.float64)
    shape = (len(trajectory), *([1] * (p.ndim - 2)))
    screen, depth = lens.project(
        p, trajectory.positions.reshape(*shape, 3), trajectory.quaternions.reshape(*shape, 4)
    )
    if trajectory.focal_lengths is not None:
        screen = screen * (trajectory.focal_lengths / lens.focal_mm).reshape(*shape, 1)
    return screen, depth


def framing_error(screen: ArrayLike, wished: ArrayLike) -> float:
    """Root mean square distance of (F, 2) from where it should be, frame heights.

    A subject behind the camera (NaN) counts as a whole frame off, and nothing counts for more.
    """
    off = np.linalg.norm(np.asarray(screen, np.float64) - np.asarray(wished, np.float64), axis=-1)
    return float(np.sqrt(np.mean(np.minimum(np.nan_to_num(off, nan=1.0), 1.0) ** 2)))


def contained(screen: ArrayLike, aspect: float) -> Array:
    """Whether each of (..., 2) is inside the frame; NaN is not."""
    s = np.asarray(screen, np.float64)
    return np.asarray((np.abs(s[..., 0]) <= aspect / 2) & (np.abs(s[..., 1]) <= 0.5))


def head_fraction(depth: ArrayLike, focal_heights: ArrayLike) -> Array:
    """How much of the frame's height a head takes at a depth."""
    d = np.asarray(depth, np.float64)
    return np.asarray(HEAD * np.asarray(focal_heights, np.float64) / np.maximum(d, 1e-6))


def head_clipped(head: ArrayLike, aspect: float, size: str | None = None) -> float:
    """Share of frames in which the frame cuts the head off.

    Parameters
    ----------
    head : (F, P, 2)
        Points of the head on the screen, the crown last.
    size
        The wished size: where its headroom is negative the crown is meant to be cut.
    """
    inside = contained(head, aspect)
    if size is not None and SIZES[size].headroom < 0:
        inside = inside[:, :-1]
    return float(1.0 - inside.all(axis=1).mean())


def lead_room(
    trajectory: Trajectory, eyes_screen: ArrayLike, look: ArrayLike, aspect: float
) -> float:
    """Share of the frame's width that is ahead of the face: 0.5 in the middle, more is air.

    Mean over the frames in which the look goes across the frame; NaN where it never does.

    Parameters
    ----------
    eyes_screen : (F, 2)
    look : (F,) radians
    """
    right = rotate(trajectory.quaternions, np.array([1.0, 0.0, 0.0]))
    across = np.einsum("fi,fi->f", right, facing(look))
    x = np.asarray(eyes_screen, np.float64)[:, 0]
    counts = (np.abs(across) > _ACROSS) & np.isfinite(x)
    if not counts.any():
        return float("nan")
    ahead = 0.5 - np.sign(across[counts]) * x[counts] / aspect
    return float(np.clip(ahead, 0.0, 1.0).mean())


def sizes_shown(fractions: ArrayLike) -> list[str]:
    """The size class of each head fraction (F,); what is behind the camera is the widest."""
    tiny = HEAD / (10 * max(size.shows for size in SIZES.values()))
    return [size_of(max(float(f), tiny)) for f in np.nan_to_num(np.asarray(fractions), nan=tiny)]


def size_scores(wished: Sequence[str], shown: Sequence[str]) -> tuple[float, float]:
    """Macro-F1 over the classes that were wished, and mean ordinal distance in classes.

    Raises
    ------
    ValueError
        If they are not as many, or none.
    """
    if len(wished) != len(shown) or not len(wished):
        raise ValueError(f"{len(wished)} wished sizes do not compare with {len(shown)} shown")
    names = list(SIZES)
    w = np.array([names.index(name) for name in wished])
    s = np.array([names.index(name) for name in shown])
    scores = []
    for label in np.unique(w):
        hit = np.sum((w == label) & (s == label))
        scores.append(2 * hit / (np.sum(w == label) + np.sum(s == label)))
    return float(np.mean(scores)), float(np.abs(w - s).mean())


def azimuth_elevation_of(
    positions: ArrayLike, eyes: ArrayLike, heading: ArrayLike
) -> tuple[Array, Array]:
    """Radians (F,) from where a subject faces to the camera, and of the camera above their eyes."""
    away = np.asarray(positions, np.float64) - np.asarray(eyes, np.float64)
    azimuth = heading_of(away) - np.asarray(heading, np.float64)
    flat = np.hypot(away[:, 0], away[:, 1])
    return _wrapped(azimuth), np.arctan2(away[:, 2], flat)


def turned(azimuth: ArrayLike, wished: ArrayLike) -> Array:
    """Radians (F,) from 0 to π between two azimuths."""
    return np.abs(_wrapped(np.asarray(azimuth, np.float64) - np.asarray(wished, np.float64)))


def view_of(azimuth: ArrayLike) -> Array:
    """Names (...,) of the view (front, three_quarter, profile, back) nearest to each azimuth."""
    best = np.array([VIEWS[name][1] for name in SIDES])
    away = np.abs(_wrapped(np.asarray(azimuth, np.float64)))
    return np.asarray(np.array(SIDES)[np.argmin(np.abs(away[..., None] - best), axis=-1)])


def _wrapped(radians: Array) -> Array:
    return np.asarray((radians + np.pi) % (2 * np.pi) - np.pi)
