"""Smoothing on R³ × SO(3): banded least squares (fast, offline) and an error-state Kalman smoother.

``banded`` minimises Σ w‖x − y‖² + λ‖D³x‖² (Whittaker 1923; P. Eilers, "A perfect smoother", Anal.
Chem. 75, 2003). λ comes from the rig's cut-off frequency, or, without a rig, from generalised cross
validation in the cosine basis, where the smoother is diagonal (D. Garcia, Comput. Stat. Data Anal.
54, 2010). ``kalman`` is a constant-acceleration model with white jerk: Rauch–Tung–Striebel on error
states, rotations in the tangent space at the nominal orientation (J. Solà 2017, ch. 5–6), outliers
gated by χ², missing samples skipped, noise by innovation likelihood when no rig gives it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from scipy.fft import dct
from scipy.linalg import solveh_banded
from scipy.optimize import minimize, minimize_scalar

from camera.grammar import RIGS, SHAKES
from camera.pose import Array, conjugate, continuous, exp, log, multiply, normalised
from camera.trajectory import Trajectory

Method = Literal["banded", "kalman"]
_GATE = 16.27  # χ² with 3 degrees of freedom at 0.1 %


def smooth(
    trajectory: Trajectory,
    rig: str | None = None,
    method: Method = "banded",
    noise: tuple[float, float] | None = None,
) -> Trajectory:
    """The path a rig would have travelled through noisy or incomplete poses.

    Parameters
    ----------
    trajectory
        NaN rows are missing samples; they are filled.
    rig
        A name of `camera.grammar.RIGS`. None fits its own noise. ``tripod`` is exactly still.
    noise
        Standard deviations of position (m) and rotation (rad) for ``kalman``; None fits them.

    Raises
    ------
    ValueError
        On an unknown rig or method, or when no sample is known.
    """
    if rig is not None and rig not in RIGS:
        raise ValueError(f"rig {rig!r} is not known; there are {', '.join(RIGS)}")
    if method not in ("banded", "kalman"):
        raise ValueError(f"method {method!r} is not known; there are banded, kalman")
    known = np.isfinite(trajectory.positions).all(1) & np.isfinite(trajectory.quaternions).all(1)
    if not known.any():
        raise ValueError("no sample of the trajectory is known; at least one must be finite")
    if rig == "tripod":
        return _tripod(trajectory, known)
    if len(trajectory) < 4:
        return _filled(trajectory, known)
    if method == "kalman":
        moved = _kalman(trajectory, known, rig, noise)
    else:
        moved = _banded(trajectory, known, rig)
    return replace(
        moved,
        focal_lengths=_smooth_lens(trajectory.focal_lengths, trajectory.times, rig),
        focus_distances=_smooth_lens(trajectory.focus_distances, trajectory.times, rig),
    )


def _smooth_lens(values: Array | None, times: Array, rig: str | None) -> Array | None:
    """Focal lengths or focus distances smoothed by ratio, so that they stay positive."""
    if values is None:
        return None
    return np.asarray(np.exp(_whittaker(np.log(values), times, np.ones(len(values), bool), rig)))


def shake(trajectory: Trajectory, rig: str, seed: int) -> Trajectory:
    """The small life a rig adds: band-limited noise of its amplitude, the same for the same seed.

    Noise is a sum of sinusoids keyed by absolute time, so two overlapping pieces of one shot agree.
    Rigs without a spectrum are returned as they are.
    """
    if rig not in SHAKES:
        return trajectory
    spectrum = SHAKES[rig]
    rng = np.random.default_rng(seed)
    count = 14
    hertz = np.geomspace(spectrum["low"], spectrum["high"], count)
    # hand tremor falls with frequency; the amplitudes' squares sum to one
    amplitude = (1 / hertz) / np.sqrt(np.sum(1 / hertz**2) / 2)
    phase = rng.uniform(0, 2 * np.pi, (6, count))
    wave = np.einsum(
        "k,fck->fc", amplitude, np.sin(2 * np.pi * trajectory.times[:, None, None] * hertz + phase)
    )
    shift = spectrum["position"] * wave[:, :3]
    turn = spectrum["rotation"] * wave[:, 3:] * np.array([1.0, 1.0, 0.4])
    return replace(
        trajectory,
        positions=trajectory.positions + shift,
        quaternions=multiply(trajectory.quaternions, exp(turn)),
    )


def _tripod(trajectory: Trajectory, known: Array) -> Trajectory:
    position = np.median(trajectory.positions[known], axis=0)
    q = continuous(trajectory.quaternions[known])
    middle = normalised(q.mean(axis=0))
    middle = multiply(middle, exp(np.median(log(multiply(conjugate(middle), q)), axis=0)))
    focal = trajectory.focal_lengths
    return (
        Trajectory.still(
            trajectory.times,
            position,
            middle,
            None if focal is None else float(np.median(focal)),
            None,
        )
        if trajectory.focus_distances is None
        else Trajectory.still(
            trajectory.times,
            position,
            middle,
            None if focal is None else float(np.median(focal)),
            float(np.median(trajectory.focus_distances)),
        )
    )


def _filled(trajectory: Trajectory, known: Array) -> Trajectory:
    if known.all():
        return trajectory
    good = Trajectory(
        trajectory.times[known], trajectory.positions[known], trajectory.quaternions[known]
    )
    whole = good.resampled(trajectory.times)
    return replace(trajectory, positions=whole.positions, quaternions=whole.quaternions)


def _banded(trajectory: Trajectory, known: Array, rig: str | None) -> Trajectory:
    times = trajectory.times
    filled = _filled(trajectory, known)
    positions = _whittaker(
        np.where(known[:, None], filled.positions, 0.0), times, known, rig, guess=filled.positions
    )
    chord = _whittaker(filled.quaternions, times, known, rig)
    base = continuous(normalised(chord))
    # one step in the tangent space takes the chordal mean back to the manifold's own
    rest = _whittaker(log(multiply(conjugate(base), filled.quaternions)), times, known, rig)
    return replace(trajectory, positions=positions, quaternions=multiply(base, exp(rest)))


def _whittaker(
    y: Array, times: Array, known: Array, rig: str | None, guess: Array | None = None
) -> Array:
    """Jerk-penalised least squares of (F,) or (F, C) samples."""
    flat = y.reshape(len(y), -1)
    dt = float(np.median(np.diff(times)))
    if rig is None:
        lam = _fitted_lambda(flat if guess is None else guess)
    else:
        # half the amplitude is left at the cut-off: λ (2 sin(πf dt))⁶ = 1
        lam = (2 * np.sin(np.pi * min(RIGS[rig].cutoff * dt, 0.5))) ** -6.0
    bands = _penalty(times, lam)
    bands[0] += known
    if not known.any() or int(known.sum()) < 3:
        return y
    solved: Array = solveh_banded(bands, flat * known[:, None], lower=True)
    return solved.reshape(y.shape)


def _penalty(times: Array, lam: float) -> Array:
    """Lower banded λ DᵀD + ε of third divided differences on the median step."""
    n = len(times)
    t = (times - times[0]) / np.median(np.diff(times))
    rows = np.stack([t[i : n - 3 + i] for i in range(4)], axis=1)
    coefficients = np.empty_like(rows)
    for i in range(4):
        others = [j for j in range(4) if j != i]
        coefficients[:, i] = 6.0 / np.prod([rows[:, i] - rows[:, j] for j in others], axis=0)
    bands = np.zeros((4, n))
    for i in range(4):
        for j in range(i, 4):
            bands[j - i, i : n - 3 + i] += lam * coefficients[:, i] * coefficients[:, j]
    bands[0] += 1e-9
    return bands


def _fitted_lambda(y: Array) -> float:
    n = len(y)
    trend = np.linspace(0, 1, n)[:, None]
    # the cosine basis wants flat ends: take the line between them away
    spectrum = dct(y - (1 - trend) * y[:1] - trend * y[-1:], axis=0, norm="ortho")
    power = (spectrum**2).sum(axis=1)
    eigen = (2 - 2 * np.cos(np.pi * np.arange(n) / n)) ** 3

    def validation(log_lambda: float) -> float:
        keep = 1 / (1 + np.exp(log_lambda) * eigen)
        return float(np.sum((1 - keep) ** 2 * power) / (1 - keep.mean()) ** 2)

    found = minimize_scalar(validation, bounds=(-4.0, 22.0), method="bounded")
    return float(np.exp(found.x))


def _kalman(
    trajectory: Trajectory, known: Array, rig: str | None, noise: tuple[float, float] | None
) -> Trajectory:
    filled = _filled(trajectory, known)
    results = []
    for channel in (0, 1):
        jerk = None if rig is None else (RIGS[rig].jerk, RIGS[rig].angular_jerk)[channel]
        sigma = None if noise is None else noise[channel]
        q, r = _fitted_noise(filled, known, channel, jerk, sigma)
        results.append(_rts(filled, known, channel, q, r)[0])
    return replace(trajectory, positions=results[0], quaternions=normalised(results[1]))


def _fitted_noise(
    t: Trajectory, known: Array, channel: int, jerk: float | None, sigma: float | None
) -> tuple[float, float]:
    """Jerk and measurement deviation, the missing ones by maximum innovation likelihood."""
    if jerk is not None and sigma is not None:
        return jerk, sigma
    values = t.positions if channel == 0 else continuous(t.quaternions)
    rough = float(np.median(np.abs(np.diff(values, 3, axis=0)))) / 0.6745 / np.sqrt(20) + 1e-7
    if jerk is not None:
        found = minimize_scalar(
            lambda x: -_rts(t, known, channel, jerk, float(np.exp(x)), forward_only=True)[1],
            bounds=(np.log(rough) - 4, np.log(rough) + 4),
            method="bounded",
            options={"maxiter": 14},
        )
        return jerk, float(np.exp(found.x))
    fixed = None if sigma is None else float(np.log(sigma))
    start = np.array([np.log(2.0)] if fixed is not None else [np.log(2.0), np.log(rough)])
    both = minimize(
        lambda x: (
            -_rts(
                t,
                known,
                channel,
                float(np.exp(x[0])),
                float(np.exp(x[1] if fixed is None else fixed)),
                forward_only=True,
            )[1]
        ),
        start,
        method="Nelder-Mead",
        options={"maxiter": 40, "xatol": 0.05, "fatol": 0.5},
    ).x
    return float(np.exp(both[0])), float(np.exp(both[1] if fixed is None else fixed))


def _rts(
    t: Trajectory,
    known: Array,
    channel: int,
    jerk: float,
    sigma: float,
    *,
    forward_only: bool = False,
) -> tuple[Array, float]:
    """Smoothed values and the log likelihood. One 3×3 covariance serves a channel's three axes."""
    turning = channel == 1
    n = len(t)
    measured = t.quaternions if turning else t.positions
    x = measured[int(np.argmax(known))].copy()
    rate, rate2 = np.zeros(3), np.zeros(3)
    covariance = np.diag([sigma**2 + 1e-12, 4.0, 25.0])
    r = sigma**2
    dts = np.diff(t.times, prepend=t.times[0])
    states, before = [], []
    likelihood = 0.0
    for k in range(n):
        dt = dts[k]
        f = np.array([[1, dt, dt * dt / 2], [0, 1, dt], [0, 0, 1]])
        if k:
            step = dt * rate + dt * dt / 2 * rate2
            x = multiply(x, exp(step)) if turning else x + step
            rate = rate + dt * rate2
            covariance = f @ covariance @ f.T + jerk**2 * _white_jerk(dt)
        before.append((x, rate, rate2, covariance, f))
        if known[k]:
            innovation = log(multiply(conjugate(x), measured[k])) if turning else measured[k] - x
            s = covariance[0, 0] + r
            distance = float(innovation @ innovation) / s
            if distance < _GATE or k == 0:
                gain = covariance[:, 0] / s
                shift = gain[:, None] * innovation
                x = multiply(x, exp(shift[0])) if turning else x + shift[0]
                rate, rate2 = rate + shift[1], rate2 + shift[2]
                # Joseph form keeps the covariance symmetric and positive
                keep = np.eye(3) - np.outer(gain, [1.0, 0.0, 0.0])
                covariance = keep @ covariance @ keep.T + r * np.outer(gain, gain)
            # a gated sample counts as if it lay on the gate, so that gating all never pays
            likelihood -= 0.5 * (min(distance, _GATE) + 3 * np.log(2 * np.pi * s))
        states.append((x, rate, rate2, covariance))
    if forward_only:
        return measured, likelihood
    out = [states[-1][0]]
    xs, vs, accs = states[-1][:3]
    for k in range(n - 2, -1, -1):
        xk, vk, ak, pk = states[k]
        xp, vp, ap, pp, f = before[k + 1]
        c = pk @ f.T @ np.linalg.inv(pp)
        first = log(multiply(conjugate(xp), xs)) if turning else xs - xp
        delta = c @ np.stack([first, vs - vp, accs - ap])
        xs = multiply(xk, exp(delta[0])) if turning else xk + delta[0]
        vs, accs = vk + delta[1], ak + delta[2]
        out.append(xs)
    values = np.array(out[::-1])
    return (continuous(values) if turning else values), likelihood


def _white_jerk(dt: float) -> Array:
    """Covariance a constant-acceleration state gains in dt of white jerk (Bar-Shalom 6.2.3)."""
    return np.array(
        [
            [dt**5 / 20, dt**4 / 8, dt**3 / 6],
            [dt**4 / 8, dt**3 / 3, dt**2 / 2],
            [dt**3 / 6, dt**2 / 2, dt],
        ]
    )
