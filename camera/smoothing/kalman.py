"""The error-state Kalman smoother, and its noise by the likelihood of its innovations.

Forward it is the live `Filter`, sample for sample. Rolled out into flat space (see
`camera.pose.unrolled`) the filter's rotations are three more linear channels, so one pass back
serves all six: G. Bierman, "Fixed interval smoothing with discrete measurements", Int. J. Control
18, 1973, which equals Rauch, Tung and Striebel's smoother (AIAA J. 3, 1965) and inverts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg.blas import dtbsv

from camera.pose import Array, exp, multiply
from camera.smoothing.gating import GATE
from camera.smoothing.live import Filter, Quaternion, Record, transition, white_jerk
from camera.smoothing.noise import lowest

_LIVELY = np.linspace(-24.0, 4.0, 29)
"""Logarithms of jerk density × dt⁵ / σ² that are tried."""
_STEADY = 1e-9


def smoothed(
    times: Array,
    positions: Array,
    quaternions: Array,
    placed: Array,
    turned: Array,
    jerk: Array,
    noise: Array,
) -> tuple[Array, Array]:
    """Positions (F, 3) and quaternions (F, 4) given all samples; the first is always believed.

    Parameters
    ----------
    placed, turned : (F,) bool
        Whose positions and rotations are known.
    jerk : (6,)
        Standard deviations of the channels' white jerk.
    noise : (6,) or (F, 6)
        Standard deviations of the samples.
    """
    samples = (times, positions, [tuple(q) for q in quaternions.tolist()], placed, turned)
    gates = np.full((len(times), 2), GATE)
    values, records, start = _forward(*samples, jerk, noise, gates)
    change = _backward(records, start)
    lasting = _lasting(records, change, placed, turned)
    if lasting.any():
        values, records, start = _forward(*samples, jerk, noise, np.where(lasting, np.inf, gates))
        change = _backward(records, start)
    filtered = np.array([samples[2][0], *(r.quaternion for r in records)])
    return values[:, :3] + change[:, :3], multiply(filtered, exp(change[:, 3:]))


def _forward(
    times: Array,
    positions: Array,
    turns: Sequence[Quaternion],
    placed: Array,
    turned: Array,
    jerk: Array,
    noise: Array,
    gates: Array,
) -> tuple[Array, list[Record], Array]:
    """Filtered values (F, 6), what each step did, and the first covariances' upper rows (6, 3)."""
    one = noise if noise.ndim == 1 else noise[0]
    live = Filter(noise=(one[:3], one[3:]), jerk=(jerk[:3], jerk[3:]))
    variances = [None] * len(times) if noise.ndim == 1 else list(noise**2)
    live.advance(float(times[0]), positions[0], turns[0], variances[0])
    start = live.covariance[:, 0]
    records = []
    values = np.empty((len(times), 6))
    values[0] = live.state[0]
    allowed = gates.tolist()
    has = list(zip(placed.tolist(), turned.tolist(), strict=True))
    for k, time in enumerate(times.tolist()[1:], start=1):
        record = live.advance(
            time,
            positions[k] if has[k][0] else None,
            turns[k] if has[k][1] else None,
            variances[k],
            allowed[k],
        )
        assert record is not None
        records.append(record)
        values[k] = live.state[0]
    return values, records, start


def _backward(records: Sequence[Record], start: Array) -> Array:
    """What later samples change in the filtered values, (F, 6)."""
    covariances = np.array([start, *(r.corrected[:, 0] for r in records)])
    return np.asarray(-np.einsum("kci,cki->kc", covariances, _adjoint(records)))


def _lasting(records: Sequence[Record], change: Array, placed: Array, turned: Array) -> Array:
    """(F, 2): gated samples of a new motion, not of a mistake.

    They have a gated neighbour, and are where the path is that later samples have told.
    """
    used = np.array([(r.gain[0, 0] > 0.0, r.gain[3, 0] > 0.0) for r in records])
    gated = np.zeros((len(records) + 2, 2), bool)
    gated[1:-1] = ~used & np.stack([placed, turned], axis=1)[1:]
    runs = (gated[1:-1] & (gated[:-2] | gated[2:])).nonzero()
    lasting = np.zeros((len(records) + 1, 2), bool)
    for k, group in zip(*runs, strict=True):
        part = slice(3 * group, 3 * group + 3)
        left = records[k].innovation[part] - change[k + 1, part]
        lasting[k + 1, group] = (left**2 / records[k].variance[part]).sum() < GATE
    return lasting


def fitted(
    times: Array, values: Array, known: Array, jerk: Array | None = None
) -> tuple[Array, Array]:
    """(jerk (C,), σ (C,)) of linear channels (F, C), each by maximum innovation likelihood.

    Minus twice the log likelihood is Σ log S + ν²/S over innovations ν of variance S (F. Schweppe,
    "Evaluation of likelihood functions for Gaussian signals", 1965). Filters for a whole table of
    jerk-to-noise ratios run side by side; each has its best σ in closed form, and a parabola
    through the best three ratios is the answer.

    Parameters
    ----------
    jerk : (C,), optional
        Where it is given only σ is looked for.
    """
    step = float(np.median(np.diff(times)))
    count, logs, squares = _innovations(times, values, known, np.exp(_LIVELY) / step**5)
    squares = np.maximum(squares, 1e-24)
    variance = squares / count
    if jerk is not None:
        variance = jerk**2 * step**5 / np.exp(_LIVELY)[:, None]
    cost = count * np.log(variance) + logs[:, None] + squares / variance
    lively = lowest(_LIVELY, cost)
    if jerk is not None:
        return jerk, np.sqrt(jerk**2 * step**5 / np.exp(lively))
    sigma = np.sqrt([np.interp(x, _LIVELY, v) for x, v in zip(lively, variance.T, strict=True)])
    return sigma * np.sqrt(np.exp(lively) / step**5), np.asarray(sigma)


def _innovations(
    times: Array, values: Array, known: Array, densities: Array
) -> tuple[int, Array, Array]:
    """(count, Σ log S (G,), Σ ν²/S (G, C)) at unit sample variance, after the first three."""
    steps = np.diff(times)
    first = int(np.argmax(known))
    state = np.zeros((len(densities), 3, values.shape[1]))
    state[:, 0] = values[first]
    step = float(np.median(steps))
    # a motion that could be anything: the first samples fix it, and do not count
    covariance = np.diag([1.0, 1e4 / step**2, 1e4 / step**4]) * np.ones((len(densities), 1, 1))
    seen, count, dt, settled = 1, 0, -1.0, False
    logs, squares = np.zeros(len(densities)), np.zeros((len(densities), values.shape[1]))
    for k in range(first + 1, len(times)):
        if abs(steps[k - 1] - dt) > 1e-9 * dt:
            dt, settled = float(steps[k - 1]), False
            f, drive = transition(dt), densities[:, None, None] * white_jerk(dt)
        state = f @ state
        if not known[k]:
            covariance, settled = f @ covariance @ f.T + drive, False
            continue
        if not settled:
            predicted = f @ covariance @ f.T + drive
            s = predicted[:, 0, 0] + 1.0
            gain = predicted[:, 0] / s[:, None]
            after = predicted - gain[:, :, None] * predicted[:, :1]
            settled = bool(np.all(np.abs(after - covariance) <= _STEADY * np.abs(after)))
            covariance, log_s = after, np.log(s)
        innovation = values[k] - state[:, 0]
        state += gain[:, :, None] * innovation[:, None]
        seen += 1
        if seen > 4:
            count += 1
            logs += log_s
            squares += innovation * innovation / s[:, None]
    return max(count, 1), logs, squares


def _adjoint(records: Sequence[Record]) -> Array:
    """λ̂ (6, F, 3) of Bierman's backward pass: what later samples say about each corrected state.

    λ̂ before = Fᵀ ((I − KH)ᵀ λ̂ after − Hᵀ S⁻¹ y), from zero after the last, is back-substitution:
    all steps and channels are one triangular band.
    """
    gains = np.array([r.gain for r in records]).swapaxes(0, 1)
    weighted = np.array([r.weighted for r in records]).T
    f = np.array([r.transition for r in records])
    kept = f - gains[..., None] * f[:, :1]
    bands = np.zeros((6, len(records) + 1, 3, 6))
    for j in range(3):
        bands[:, 1:, j, 2 - j : 5 - j] = -kept[:, :, j]
    out = np.zeros((6, len(records) + 1, 3))
    out[:, :-1] = -weighted[..., None] * f[:, 0]
    return np.asarray(
        dtbsv(5, bands.reshape(-1, 6).T, out.ravel(), diag=1, overwrite_x=1).reshape(out.shape)
    )
