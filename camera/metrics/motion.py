"""How a camera moves: smoothness, speeds, horizon, lag."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import trapezoid

from camera.pose import Array, azimuth_elevation
from camera.trajectory import Trajectory

_TOGETHER = 0.5  # the least correlation of two movements of which one follows the other
_STILL = 1e-6  # a peak speed below which there is no movement to judge


def log_dimensionless_jerk(times: ArrayLike, velocities: ArrayLike) -> float:
    """LDLJ = −ln(T³/v_peak² ∫‖v̈‖² dt) of velocities (F, D); less negative is smoother.

    Linear velocities give the smoothness of going, angular ones that of turning. NaN where there
    is no movement, or fewer than 5 samples. S. Balasubramanian et al., "On the analysis of
    movement smoothness", J. NeuroEng. Rehab. 12:112, 2015, eq. 4; for a minimum-jerk movement
    −ln 204.8.
    """
    t, v = np.asarray(times, np.float64), np.asarray(velocities, np.float64)
    if len(t) < 5:
        return float("nan")
    peak = float(np.linalg.norm(v, axis=1).max())
    if peak < _STILL:
        return float("nan")
    jerk = np.gradient(np.gradient(v, t, axis=0, edge_order=2), t, axis=0, edge_order=2)
    power = float(trapezoid((jerk**2).sum(1), t))
    return -float(np.log(max((t[-1] - t[0]) ** 3 / peak**2 * power, 1e-12)))


def sparc(times: ArrayLike, velocities: ArrayLike, cutoff: float = 10.0) -> float:
    """Spectral arc length of the speed of velocities (F, D): less negative is smoother.

    Same source, eq. 8–9, with its amplitude threshold 0.05; about −1.4 for a single smooth
    movement. NaN where there is no movement. ``cutoff`` in Hz; samples should be evenly spaced.
    """
    t, v = np.asarray(times, np.float64), np.asarray(velocities, np.float64)
    if len(t) < 5:
        return float("nan")
    speed = np.linalg.norm(v, axis=1)
    if speed.max() < _STILL:
        return float("nan")
    size = int(2 ** (np.ceil(np.log2(len(speed))) + 4))
    hertz = np.fft.rfftfreq(size, float(np.median(np.diff(t))))
    spectrum = np.abs(np.fft.rfft(speed, size))
    spectrum = spectrum / spectrum.max()
    keep = hertz <= cutoff
    strong = np.flatnonzero(keep & (spectrum >= 0.05))
    h, s = hertz[: strong[-1] + 1], spectrum[: strong[-1] + 1]
    if len(h) < 2:
        return float("nan")
    return -float(np.sum(np.hypot(np.diff(h) / (h[-1] - h[0]), np.diff(s))))


def kinetics(trajectory: Trajectory) -> dict[str, float]:
    """Smoothness and speeds of going and turning.

    Returns
    -------
    dict
        ``path_length`` (m), ``ldlj``, ``sparc``, ``turn_ldlj``, ``turn_sparc``, ``jerk`` (RMS,
        m/s³), ``speed_p99``, ``acceleration_p99``, ``turn_p99`` (m/s, m/s², rad/s),
        ``peak_speed``, ``peak_turn``, ``roll`` (99th percentile of the horizon's tilt, radians).
    """
    t, v, w = trajectory.times, trajectory.velocities(), trajectory.angular_velocities()
    speed, turn = np.linalg.norm(v, axis=1), np.linalg.norm(w, axis=1)
    hard = np.linalg.norm(trajectory.accelerations(), axis=1)
    return {
        "path_length": trajectory.path_length(),
        "ldlj": log_dimensionless_jerk(t, v),
        "sparc": sparc(t, v),
        "turn_ldlj": log_dimensionless_jerk(t, w),
        "turn_sparc": sparc(t, w),
        "jerk": float(np.sqrt((trajectory.jerks() ** 2).sum(1).mean())),
        "speed_p99": float(np.percentile(speed, 99)),
        "acceleration_p99": float(np.percentile(hard, 99)),
        "turn_p99": float(np.percentile(turn, 99)),
        "peak_speed": float(speed.max()),
        "peak_turn": float(turn.max()),
        "roll": horizon_roll(trajectory.quaternions),
    }


def horizon_roll(quaternions: ArrayLike) -> float:
    """99th percentile of the horizon's tilt in radians, 0 to π."""
    return float(np.percentile(np.abs(azimuth_elevation(quaternions)[2]), 99))


def lag(times: ArrayLike, following: ArrayLike, leading: ArrayLike, most: float = 2.0) -> float:
    """Seconds by which one movement is behind another; negative if it is ahead.

    The shift at which the velocities correlate best (their cross-correlation's greatest value,
    by a parabola between samples), at most ``most`` either way. NaN where one does not move, or
    where they never go together (no correlation of 0.5 or more).

    Parameters
    ----------
    times : (F,) seconds, evenly spaced
    following, leading : (F, D)
        Positions, or directions looked in and wanted.
    """
    t = np.asarray(times, np.float64)
    if len(t) < 8:
        return float("nan")
    dt = float(np.median(np.diff(t)))
    velocities = []
    for track in (following, leading):
        v = np.gradient(np.asarray(track, np.float64), t, axis=0)
        velocities.append(v - v.mean(axis=0))
    a, b = velocities
    if min(np.abs(a).max(), np.abs(b).max()) < 1e-4:
        return float("nan")
    reach = min(round(most / dt), len(t) // 2)
    shifts = np.arange(-reach, reach + 1)
    match = np.array([_correlation(a, b, int(s)) for s in shifts])
    best = int(np.argmax(match))
    if match[best] < _TOGETHER:
        return float("nan")
    at = float(shifts[best])
    if 0 < best < len(shifts) - 1:
        low, mid, high = match[best - 1 : best + 2]
        bend = low - 2 * mid + high
        at += 0.5 * (low - high) / bend if bend < 0 else 0.0
    return at * dt


def _correlation(a: Array, b: Array, shift: int) -> float:
    x, y = (a[shift:], b[: len(b) - shift]) if shift >= 0 else (a[:shift], b[-shift:])
    size = np.sqrt((x * x).sum() * (y * y).sum())
    return float((x * y).sum() / max(size, 1e-300))


def trimmed(trajectory: Trajectory, metres: float) -> Trajectory | None:
    """The track until it has gone so many metres: None if it never does.

    To compare cameras at equal path length: standing still avoids every crash.

    Raises
    ------
    ValueError
        If the length is not positive.
    """
    if not metres > 0:
        raise ValueError(f"a path length to compare at must be positive, not {metres}")
    steps = np.linalg.norm(np.diff(trajectory.positions, axis=0), axis=1)
    gone = np.append(0.0, np.cumsum(steps))
    if gone[-1] < metres:
        return None
    count = max(int(np.searchsorted(gone, metres)) + 1, 2)

    def first(values: Array | None) -> Array | None:
        return None if values is None else values[:count]

    return replace(
        trajectory,
        times=trajectory.times[:count],
        positions=trajectory.positions[:count],
        quaternions=trajectory.quaternions[:count],
        focal_lengths=first(trajectory.focal_lengths),
        focus_distances=first(trajectory.focus_distances),
    )
