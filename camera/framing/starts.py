"""Where a search for a static camera begins: closed forms of parts of the wish, then all round."""

from __future__ import annotations

import numpy as np

from camera.framing.closed import Stand, Two, by_heading, by_points, by_size, one, pitch_for
from camera.framing.problem import STEEPEST, Problem
from camera.grammar import SIZES
from camera.pose import Array, heading_of

_HIGHEST = 1.3
"""Elevation up to which cameras are tried unless it is wished, radians."""
_LIFTS = np.array(
    [0.05 * step * sign for step in range(27) for sign in (1, -1) if step or sign > 0]
)
"""Elevations tried where none is wished, level first."""
_FEW = np.array([0.0, 0.3, -0.25, 0.8, -0.6])
"""The same for a ring."""
_ZOOMS = np.array([0.0, 0.5, 1.0])
_RING = np.arange(12) * (2 * np.pi / 12)
_APART = 0.01
"""Frame heights from which two wished positions are apart."""
_FACES = SIZES["MS"].shows


def near(problem: Problem, begin: Array | None) -> Array:
    """Cameras (M, K, 6) that meet as much of a wish as a closed form can; NaN where none.

    ``begin`` (M, 3) are places to prefer where the wish leaves a choice.
    """
    f, lift = _tried(problem, begin, _LIFTS)
    eyes, screen = problem.eyes, np.where(np.isnan(problem.screen), 0.0, problem.screen)
    first, heading = eyes[:, 0], _headings(problem, begin)
    size = np.exp(problem.size[:, 0])
    xa, ya = screen[:, :1, 0], screen[:, :1, 1]
    if eyes.shape[1] == 1:
        if begin is not None:
            size = np.where(np.isnan(size), _away(first, begin) / f[:, 0], size)
        size, turn = np.where(np.isnan(size), _FACES, size), np.nan_to_num(heading)
        return rows_of(one(first[:, None], xa, ya, size[:, None], lift, turn[:, None], f), f)
    second = other(problem)
    rows = np.arange(len(eyes))
    two = Two.of(eyes[:, :1], eyes[rows, second, None])
    xb, yb = screen[rows, second, :1], problem.screen[rows, second, 1:]
    pitch = pitch_for(lift, xa, ya, f)
    with np.errstate(divide="ignore", invalid="ignore"):
        if np.isnan(size).any():
            apart = np.abs(xb[:, 0] - xa[:, 0])
            equal = np.where(apart > _APART, two.floor[:, 0] / np.maximum(apart, _APART), np.nan)
            size = np.where(np.isnan(size), equal, size)
        found = [rows_of(by_size(two, xa, ya, xb, size[:, None], pitch, f), f)]
        if np.isfinite(yb).any():
            found.append(rows_of(by_points(two, xa, ya, xb, yb, pitch, f), f))
        if np.isfinite(heading).any():
            found.append(rows_of(by_heading(two, xa, ya, xb, heading[:, None], pitch, f), f))
    return np.concatenate(found, axis=1)


def around(problem: Problem, begin: Array | None) -> Array:
    """Cameras (M, K, 6) in a ring round all subjects, near and far, that look at their middle."""
    f, lift = _tried(problem, begin, _FEW)
    lift = np.clip(lift, -_HIGHEST, _HIGHEST)
    middle = problem.eyes.mean(axis=1)
    spread = np.linalg.norm(problem.eyes - middle[:, None], axis=-1).max(axis=1)[:, None]
    x, y = (np.nan_to_num(problem.screen[..., axis]) for axis in (0, 1))
    wide = np.maximum(np.ptp(x, axis=1), 0.3)[:, None]
    wished = np.exp(np.nan_to_num(problem.size[:, :1]))
    size = np.maximum(np.maximum(wished, 2 * spread / wide), 1.5 * spread / f)
    # at the middle of the frame where what is wished would turn the camera past the zenith
    level = np.abs(pitch_for(lift, x.mean(axis=1)[:, None], y.mean(axis=1)[:, None], f)) < STEEPEST
    centre_x, centre_y = (np.where(level, v.mean(axis=1)[:, None], 0.0) for v in (x, y))
    shape = (len(f), len(_RING), f.shape[1], 2)

    def spun(values: Array) -> Array:
        return np.broadcast_to(values[:, None, :, None], shape).reshape(len(f), -1)

    turn = np.broadcast_to(_RING[None, :, None, None], shape).reshape(len(f), -1)
    metres = np.maximum(
        spun(size) * np.tile([1.0, 0.45], turn.shape[1] // 2), 1.5 * spread / spun(f)
    )
    stand = one(middle[:, None], spun(centre_x), spun(centre_y), metres, spun(lift), turn, spun(f))
    return rows_of(stand, spun(f))


def _tried(problem: Problem, begin: Array | None, lifts: Array) -> tuple[Array, Array]:
    """Focal lengths in frame heights and elevations tried, (M, C) each: all combinations."""
    low, high, lens = problem.focal.T
    wished = problem.elevation[:, 0]
    zooming = bool(np.any(high - low > 1e-9))
    log_f = lens[:, None]
    if not (zooming or np.isnan(wished).any()):
        return np.exp(log_f), wished[:, None]
    if zooming:
        log_f = np.concatenate([log_f, low[:, None] + (high - low)[:, None] * _ZOOMS], axis=1)
    lift = wished[:, None]
    if np.isnan(wished).any():
        tried = np.broadcast_to(lifts, (len(wished), len(lifts)))
        if begin is not None:
            d = begin - problem.eyes[:, 0]
            own = np.arctan2(d[:, 2], np.hypot(d[:, 0], d[:, 1]))
            tried = np.concatenate([own[:, None], tried], axis=1)
        # where it is wished, once is enough: the others are no cameras
        known = np.full(tried.shape, np.nan)
        known[:, 0] = wished
        lift = np.where(np.isnan(wished)[:, None], tried, known)
    shape = (len(wished), log_f.shape[1], lift.shape[1])
    f = np.broadcast_to(np.exp(log_f)[:, :, None], shape).reshape(len(wished), -1)
    return f, np.broadcast_to(lift[:, None, :], shape).reshape(len(wished), -1)


def _headings(problem: Problem, begin: Array | None) -> Array:
    """Headings (M,) from the first subject to the camera: wished, or to where to begin, or NaN."""
    heading = problem.heading[:, 0]
    if begin is None:
        return heading
    return np.where(np.isnan(heading), heading_of(begin - problem.eyes[:, 0]), heading)


def other(problem: Problem) -> Array:
    """For each row the subject (M,) that is wished farthest across from the first."""
    x = problem.screen[..., 0]
    if x.shape[1] == 2:
        return np.ones(len(x), np.int64)
    apart = np.nan_to_num(np.abs(x[:, 1:] - np.nan_to_num(x[:, :1])), nan=-1.0)
    return np.asarray(1 + np.argmax(apart, axis=1))


def _away(eyes: Array, begin: Array) -> Array:
    return np.asarray(np.maximum(np.linalg.norm(begin - eyes, axis=-1), 0.3))


def rows_of(stand: Stand, f: Array) -> Array:
    """Cameras (M, K, 6) of stands (M, C) or (M, C, 2) with their focal lengths (M, C or 1)."""
    row = np.empty((*stand.position.shape[:-1], 6))
    row[..., :3] = stand.position
    row[..., 3] = stand.yaw
    # past the zenith a camera would be upside down
    row[..., 4] = np.where(np.abs(stand.pitch) < STEEPEST, stand.pitch, np.nan)
    row[..., 5] = np.log(f)[..., None] if row.ndim == 4 else np.log(f)
    return row.reshape(len(row), -1, 6)
