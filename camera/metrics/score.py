"""The figures of one track on one subject."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import HEAD, SIZES
from camera.lens import Lens
from camera.metrics.cuts import line_crossed
from camera.metrics.framing import (
    azimuth_elevation_of,
    contained,
    framing_error,
    head_fraction,
    lead_room,
    screen_track,
    size_scores,
    sizes_shown,
    turned,
)
from camera.metrics.motion import kinetics, lag
from camera.metrics.safety import RADIUS, crashes, expected, seen, visibility
from camera.pose import Array, forward
from camera.trajectory import Trajectory
from camera.world import Bodies, World


def score(
    trajectory: Trajectory,
    lens: Lens,
    heads: ArrayLike,
    *,
    wished: ArrayLike = (0.0, 0.15),
    size: str | None = None,
    look: ArrayLike | None = None,
    azimuth: float | None = None,
    elevation: float | None = None,
    line: tuple[ArrayLike, ArrayLike] | None = None,
    world: World | None = None,
    bodies: Bodies | None = None,
    owner: int = -1,
    radius: float = RADIUS,
) -> dict[str, float]:
    """The figures of one track on one subject; what is not given is not measured.

    Parameters
    ----------
    heads : (F, P, 3) metres
        Points of the subject's head and body, the eyes first, the crown second.
    wished : (2,) or (F, 2)
        Where the eyes should be on the screen.
    size
        The size wished.
    look : (F,) radians
        Where the subject faces.
    azimuth, elevation : radians
        Wished, from where the subject faces to the camera, and of the camera above the eyes.
    line : (points (F, 2), normals (F, 2))
        The line of action: the camera should stay where (p − point)·normal > 0.
    world, bodies, owner
        What is in the way; the subject's number among the bodies.
    radius
        Metres round the camera that must be free.

    Returns
    -------
    dict
        Always: ``framing_error`` (RMS, frame heights), ``contained`` (share of the points),
        ``headroom``, ``head_fraction`` (medians, frame heights), ``lag``, ``aim_lag`` (s, of going
        and of aiming), and `motion.kinetics`. With a size: ``size_right`` (share of frames),
        ``size_error`` (classes), ``headroom_error``, ``head_clipped``. With look: ``lead_room``;
        with azimuth and elevation: ``view_error``, ``angle_error`` (medians, radians). With a
        line: ``line_crossed``. With a world: `safety.crashes`, `safety.visibility`.

    Raises
    ------
    ValueError
        If shapes do not fit the track.
    """
    h = np.asarray(heads, np.float64)
    if h.ndim != 3 or h.shape[0] != len(trajectory) or h.shape[2] != 3:
        raise ValueError(f"heads have shape {h.shape}, expected ({len(trajectory)}, P, 3)")
    if size is not None and size not in SIZES:
        raise ValueError(f"size {size!r} is not known; there are {', '.join(SIZES)}")
    screen, depth = screen_track(trajectory, lens, h)
    focal = lens.focal_heights * (
        1.0 if trajectory.focal_lengths is None else trajectory.focal_lengths / lens.focal_mm
    )
    fraction = head_fraction(np.where(depth[:, 0] > 0, depth[:, 0], np.inf), focal)
    crown = min(1, h.shape[1] - 1)
    air = 0.5 - screen[:, crown, 1]
    figures = {
        "framing_error": framing_error(screen[:, 0], wished),
        "contained": float(contained(screen, lens.aspect).mean()),
        "headroom": _median(air),
        "head_fraction": float(np.median(fraction)),
        "lag": lag(trajectory.times, trajectory.positions, h[:, 0]),
        "aim_lag": _aim_lag(trajectory, h[:, 0]),
        **kinetics(trajectory),
    }
    if size is not None:
        figures |= _sizes(size, fraction, screen[:, [0, crown]], air, lens.aspect)
    if look is not None:
        figures["lead_room"] = lead_room(trajectory, screen[:, 0], look, lens.aspect)
    if look is not None and azimuth is not None:
        shown, raised = azimuth_elevation_of(trajectory.positions, h[:, 0], look)
        figures["view_error"] = float(np.median(turned(shown, azimuth)))
        if elevation is not None:
            figures["angle_error"] = float(np.median(np.abs(raised - elevation)))
    if line is not None:
        figures["line_crossed"] = line_crossed(trajectory.positions, *line)
    if world is not None:
        figures |= crashes(trajectory, world, bodies, radius)
        figures |= sight(trajectory, lens, h, world, bodies, owner, wished=wished, size=size)
    return figures


def sight(
    trajectory: Trajectory,
    lens: Lens,
    heads: Array,
    world: World,
    bodies: Bodies | None = None,
    owner: int = -1,
    *,
    wished: ArrayLike = (0.0, 0.15),
    size: str | None = None,
) -> dict[str, float]:
    """`safety.visibility` of what a shot of this size shows; parameters as those of `score`."""
    wanted = np.ones(heads.shape[:2], bool)
    if size is not None:
        eyes_y = float(np.mean(np.asarray(wished, np.float64)[..., 1]))
        wanted = expected(heads, heads[:, 0], SIZES[size].head_fraction, eyes_y, HEAD)
    clear = seen(trajectory, lens, heads, world, bodies, owner)
    return visibility(trajectory.times, clear, wanted)


def _sizes(size: str, fraction: Array, head: Array, air: Array, aspect: float) -> dict[str, float]:
    shown = sizes_shown(fraction)
    wanted = [size] * len(shown)
    room = SIZES[size].headroom
    inside = contained(head if room >= 0 else head[:, :1], aspect).all(axis=1)
    return {
        "size_right": float(np.mean([name == size for name in shown])),
        "size_error": size_scores(wanted, shown)[1],
        "headroom_error": abs(_median(air) - room),
        "head_clipped": float(1.0 - inside.mean()),
    }


def _aim_lag(trajectory: Trajectory, eyes: Array) -> float:
    """Seconds by which the way the camera looks is behind the way to its subject."""
    way = eyes - trajectory.positions
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    return lag(trajectory.times, forward(trajectory.quaternions), way)


def _median(values: Array) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(np.nanmedian(values))
