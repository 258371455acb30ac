"""How good a camera track is: framing, containment, visibility, clearance, smoothness.

All weight-free, in physical or frame units, so that figures of different cameras compare.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import trapezoid

from camera.grammar import HEAD
from camera.lens import Lens
from camera.pose import Array
from camera.trajectory import Trajectory
from camera.world import Bodies, World


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

    A subject behind the camera (NaN) counts as a whole frame off.
    """
    off = np.linalg.norm(np.asarray(screen, np.float64) - np.asarray(wished, np.float64), axis=-1)
    return float(np.sqrt(np.mean(np.nan_to_num(off, nan=1.0) ** 2)))


def contained(screen: ArrayLike, aspect: float) -> Array:
    """Whether each of (..., 2) is inside the frame; NaN is not."""
    s = np.asarray(screen, np.float64)
    return np.asarray((np.abs(s[..., 0]) <= aspect / 2) & (np.abs(s[..., 1]) <= 0.5))


def head_fraction(depth: ArrayLike, focal_heights: ArrayLike) -> Array:
    """How much of the frame's height a head takes at a depth."""
    d = np.asarray(depth, np.float64)
    return np.asarray(HEAD * np.asarray(focal_heights, np.float64) / np.maximum(d, 1e-6))


def log_dimensionless_jerk(times: ArrayLike, positions: ArrayLike) -> float:
    """LDLJ = −ln(T³/v_peak² ∫‖jerk‖² dt); less negative is smoother; 0 for a camera that is still.

    Balasubramanian et al., "On the analysis of movement smoothness", J. NeuroEng. Rehab. 2015.
    """
    t, p = np.asarray(times, np.float64), np.asarray(positions, np.float64)
    if len(t) < 5:
        return 0.0
    track = Trajectory(t, p, np.tile([1.0, 0, 0, 0], (len(t), 1)))
    peak = float(np.linalg.norm(track.velocities(), axis=1).max())
    if peak < 1e-9:
        return 0.0
    power = float(trapezoid((track.jerks() ** 2).sum(1), t))
    return -float(np.log(max(track.duration**3 / peak**2 * power, 1e-12)))


def sparc(times: ArrayLike, positions: ArrayLike, cutoff: float = 10.0) -> float:
    """Spectral arc length of the speed (same source): less negative is smoother; 0 for still."""
    t, p = np.asarray(times, np.float64), np.asarray(positions, np.float64)
    if len(t) < 5:
        return 0.0
    speed = np.linalg.norm(np.gradient(p, t, axis=0), axis=1)
    if speed.max() < 1e-9:
        return 0.0
    size = int(2 ** (np.ceil(np.log2(len(speed))) + 4))
    hertz = np.fft.rfftfreq(size, float(np.median(np.diff(t))))
    spectrum = np.abs(np.fft.rfft(speed, size))
    spectrum = spectrum / spectrum[0]
    keep = hertz <= cutoff
    strong = np.flatnonzero(keep & (spectrum >= 0.05))
    h, s = hertz[: strong[-1] + 1], spectrum[: strong[-1] + 1]
    if len(h) < 2:
        return 0.0
    return -float(np.sum(np.hypot(np.diff(h) / (h[-1] - h[0]), np.diff(s))))


def score(
    trajectory: Trajectory,
    lens: Lens,
    heads: ArrayLike,
    *,
    wished: ArrayLike = (0.0, 0.15),
    world: World | None = None,
    bodies: Bodies | None = None,
    owner: int = -1,
) -> dict[str, float]:
    """The figures of one track on one subject.

    Parameters
    ----------
    heads : (F, P, 3) metres
        Points of the subject's head and body, the eyes first, the crown second.
    wished : (2,) or (F, 2)
        Where the eyes should be on the screen.
    owner
        The subject's number among ``bodies``.

    Returns
    -------
    dict
        ``framing_error`` (frame heights), ``contained``, ``visible`` (fractions), ``headroom``,
        ``head_fraction`` (medians, frame heights), ``clearance`` (least, metres), ``jerk`` (RMS,
        m/s³), ``ldlj``, ``sparc``, ``peak_speed`` (m/s), ``peak_turn`` (rad/s).
    """
    h = np.asarray(heads, np.float64)
    if h.ndim != 3 or h.shape[0] != len(trajectory):
        raise ValueError(f"heads have shape {h.shape}, expected ({len(trajectory)}, P, 3)")
    screen, depth = screen_track(trajectory, lens, h)
    focal = lens.focal_heights * (
        1.0 if trajectory.focal_lengths is None else trajectory.focal_lengths / lens.focal_mm
    )
    inside = contained(screen, lens.aspect)
    figures = {
        "framing_error": framing_error(screen[:, 0], wished),
        "contained": float(inside.mean()),
        "headroom": float(np.nanmedian(0.5 - screen[:, min(1, h.shape[1] - 1), 1]))
        if np.isfinite(screen[:, :2, 1]).any()
        else -1.0,
        "head_fraction": float(np.median(head_fraction(depth[:, 0], focal))),
        "jerk": float(np.sqrt((trajectory.jerks() ** 2).sum(1).mean())),
        "ldlj": log_dimensionless_jerk(trajectory.times, trajectory.positions),
        "sparc": sparc(trajectory.times, trajectory.positions),
        "peak_speed": float(np.linalg.norm(trajectory.velocities(), axis=1).max()),
        "peak_turn": float(np.linalg.norm(trajectory.angular_velocities(), axis=1).max()),
    }
    if world is not None:
        figures["clearance"] = float(world.swept_clearance(trajectory.positions, None).min())
        points = h.shape[1]
        origins = np.repeat(trajectory.positions, points, axis=0)
        them = None if bodies is None else bodies.at(np.repeat(np.arange(len(trajectory)), points))
        clear = world.visible(origins, h.reshape(-1, 3), them, np.full(len(origins), owner))
        figures["visible"] = float((clear.reshape(inside.shape) & inside).mean())
    return figures
