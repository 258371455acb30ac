"""Whether a camera hits something, and whether it sees its subject."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from camera.lens import Lens
from camera.metrics.framing import contained, screen_track
from camera.pose import Array
from camera.trajectory import Trajectory
from camera.world import Bodies, World

RADIUS = 0.3
"""Metres round a camera that must be free."""
_EDGE = 0.08  # what a shot of some size may or may not show, frame heights


def crashes(
    trajectory: Trajectory, world: World, bodies: Bodies | None = None, radius: float = RADIUS
) -> dict[str, float]:
    """What a camera's ball of ``radius`` hits, between samples too, moving bodies included.

    Returns
    -------
    dict
        ``crash`` (1 if ever), ``crash_share`` (of the time), ``crashes_per_metre`` (times that it
        runs into something, over the metres gone; NaN for a still camera), ``clearance`` (least)
        and ``clearance_p5`` (metres, signed: negative inside of what is solid).
    """
    at, between = world.sweep(trajectory.positions, bodies, near=max(0.5, radius + 0.1))
    hit = between < radius
    starts = int(hit[0]) + int(np.sum(hit[1:] & ~hit[:-1]))
    length = trajectory.path_length()
    return {
        "crash": float(hit.any()),
        "crash_share": float(hit.mean()),
        "crashes_per_metre": starts / length if length > 1e-6 else float("nan"),
        "clearance": float(between.min()),
        "clearance_p5": float(np.percentile(at, 5, method="lower")),
    }


def seen(
    trajectory: Trajectory,
    lens: Lens,
    points: ArrayLike,
    world: World,
    bodies: Bodies | None = None,
    owner: int = -1,
) -> Array:
    """Whether each point (F, P, 3) of somebody is in the frame and unoccluded: (F, P)."""
    p = np.asarray(points, np.float64)
    screen, _ = screen_track(trajectory, lens, p)
    clear = contained(screen, lens.aspect)
    row, point = np.nonzero(clear)
    clear[row, point] = world.visible(
        trajectory.positions[row],
        p[row, point],
        bodies,
        np.full(len(row), owner),
        rows=row if bodies is not None and len(bodies.ends) > 1 else np.zeros_like(row),
    )
    return clear


def expected(
    points: ArrayLike, eyes: ArrayLike, head_fraction: float, eyes_y: float, head: float
) -> Array:
    """Which points (F, P, 3) a shot of this size shows: (F, P).

    A close-up has no knees: what is below its lower edge, or just above, is not missed. ``head``
    is the height of a head in metres, so that the frame is ``head / head_fraction`` high.
    """
    below = np.asarray(points, np.float64)[..., 2] - np.asarray(eyes, np.float64)[:, None, 2]
    return np.asarray(np.abs(eyes_y + below * head_fraction / head) <= 0.5 - _EDGE)


def visibility(times: ArrayLike, clear: ArrayLike, wanted: ArrayLike) -> dict[str, float]:
    """How much is seen of what is wanted.

    Parameters
    ----------
    times : (F,) seconds
    clear, wanted : (F, P) bool
        What is seen, and what should be; frames that want nothing do not count.

    Returns
    -------
    dict
        ``visible`` (share of all points and frames), ``hidden_longest`` (seconds of the longest
        run of frames with less than half of the wanted points).
    """
    t, c, w = np.asarray(times, np.float64), np.asarray(clear, bool), np.asarray(wanted, bool)
    count = w.sum(axis=1)
    share = np.where(count > 0, (c & w).sum(axis=1) / np.maximum(count, 1), 1.0)
    visible = float((c & w).sum() / max(w.sum(), 1)) if w.any() else float("nan")
    return {"visible": visible, "hidden_longest": longest_run(t, share < 0.5)}


def longest_run(times: ArrayLike, which: ArrayLike) -> float:
    """Seconds of the longest run of True among (F,); each sample lasts until the next."""
    t, lost = np.asarray(times, np.float64), np.asarray(which, bool)
    if len(t) < 2 or not lost.any():
        return 0.0
    step = np.append(np.diff(t), np.median(np.diff(t)))
    edges = np.diff(np.concatenate([[0], lost.astype(int), [0]]))
    total = np.append(0.0, np.cumsum(step))
    return float(np.max(total[np.flatnonzero(edges == -1)] - total[np.flatnonzero(edges == 1)]))
