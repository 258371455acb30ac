"""The causal filter: one sample in, one steady pose out, for live use.

The state of each of six channels (three of position, three of rotation in the camera's axes) is
value, rate and second rate, driven by white jerk. Rotation is an error state: the value lives in
the quaternion, what is estimated is the small turn from it, and after each sample the turn is put
into the quaternion and reset (J. Solà 2017, sect. 6.1–6.3, with the reset's Jacobian taken as one,
which the isotropic noise of a turn well under a radian allows).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, sin, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array, normalised
from camera.rigs import motion
from camera.smoothing.gating import GATE

Quaternion = tuple[float, float, float, float]

NOISE = (0.05, 0.01)
"""Standard deviations, metres and radians, of a live sample of unknown quality."""
_RATES = np.array([1.0, 2.0, 5.0])  # of a camera whose motion is not known yet: rate, second rate
_STEADY = 1e-10
"""Relative change of a covariance below which the gains no longer change."""


@dataclass
class Record:
    """What one step of a `Filter` did, for the smoother's way back."""

    transition: Array  # (3, 3)
    predicted: Array  # (6, 3, 3) covariance before the sample
    corrected: Array  # (6, 3, 3) and after
    gain: Array  # (6, 3), zero for channels without a sample
    innovation: Array  # (6,) zero where there is no sample
    variance: Array  # (6,) of the innovation
    weighted: Array  # (6,) innovation over its variance, zero for channels without a sample
    quaternion: Quaternion


class Filter:
    """A camera operator's arm: smooths poses as they arrive, in constant time and memory.

    Parameters
    ----------
    rig
        A rig of ``camera/rigs.toml``; it says how freely the camera may change its motion.
    noise
        Standard deviations of position (m) and rotation (rad) of a sample: each one number, or one
        for each axis (3,).
    jerk
        Standard deviations of jerk (m/s³) and angular jerk (rad/s³) instead of the rig's, each a
        number or (3,).

    Raises
    ------
    ValueError
        On an unknown rig, or deviations that are not positive.

    Examples
    --------
    >>> live = Filter("steadicam", noise=(0.02, 0.005))
    >>> position, quaternion = live.step(0.0, [0, 0, 1.6], [1, 0, 0, 0])
    >>> position.tolist()
    [0.0, 0.0, 1.6]
    """

    def __init__(
        self,
        rig: str = "steadicam",
        noise: tuple[ArrayLike, ArrayLike] = NOISE,
        jerk: tuple[ArrayLike, ArrayLike] | None = None,
    ) -> None:
        found = motion(rig)
        if found.still and jerk is None:
            raise ValueError(f"a {rig} does not move; hold its first pose instead of filtering")
        self._density: Array = _six(jerk or (found.jerk, found.angular_jerk), "jerk") ** 2
        self._variance = _six(noise, "noise") ** 2
        self._time: float | None = None
        self._state = np.zeros((6, 3))
        self._quaternion: Quaternion = (1.0, 0.0, 0.0, 0.0)
        self._covariance = np.zeros((6, 3, 3))
        self._dt = -1.0
        self._transition = np.eye(3)
        self._drive = np.zeros((6, 3, 3))
        self._steady: tuple[Array, Array, Array, Array] | None = None

    def step(
        self,
        time: float,
        position: ArrayLike | None = None,
        quaternion: ArrayLike | None = None,
        noise: tuple[ArrayLike, ArrayLike] | None = None,
    ) -> tuple[Array, Array]:
        """The pose (3,), (4,) at ``time``, given its sample and all before.

        Parameters
        ----------
        position, quaternion
            The sample, world_from_camera; None or NaN where it is missing. Outliers beyond the χ²
            gate are treated as missing.
        noise
            The sample's own standard deviations, where they are known.

        Raises
        ------
        ValueError
            If the time does not increase, or no first sample is given.
        """
        p, q = _sample(position, 3), _sample(quaternion, 4)
        turn = None if q is None else _tuple(normalised(q))
        variance = None if noise is None else _six(noise, "noise") ** 2
        self.advance(float(time), p, turn, variance)
        return self._state[:3, 0].copy(), np.array(self._quaternion)

    @property
    def state(self) -> Array:
        """(3, 6): values, rates and second rates of the six channels.

        Values of rotation are the unrolled angles since the first sample, see
        `camera.pose.unrolled`.
        """
        return self._state.T

    @property
    def covariance(self) -> Array:
        """(6, 3, 3): of the channels' states."""
        return self._covariance

    def advance(
        self,
        time: float,
        position: Array | None,
        q: Quaternion | None,
        variance: Array | None,
        gate: tuple[float, float] = (GATE, GATE),
    ) -> Record | None:
        """One step on checked values; what it did, or None for the first."""
        if self._time is None:
            self._begin(time, position, q, variance)
            return None
        dt = time - self._time
        if not dt > 0:
            raise ValueError(f"time {time} s does not follow {self._time} s; feed samples in order")
        self._time = time
        if abs(dt - self._dt) > 1e-9 * dt:
            self._dt = dt
            self._transition = transition(dt)
            self._drive = np.asarray(self._density[:, None, None] * white_jerk(dt))
            self._steady = None
        r = self._variance if variance is None else variance
        whole = position is not None and q is not None and variance is None
        if self._steady is not None and whole:
            predicted, corrected, gain, s = self._steady
        else:
            f, start = self._transition, self._covariance
            predicted = f @ start @ f.T + self._drive
            s = predicted[:, 0, 0] + r
            gain = predicted[:, :, 0] / s[:, None]
            corrected = _joseph(predicted, gain, r)
            self._steady = None
            if whole and bool((np.abs(corrected - start) <= _STEADY * np.abs(corrected)).all()):
                self._steady = (predicted, corrected, gain, s)
        state = self._state.dot(self._transition.T)
        # a few plain floats are added sooner than numpy is called
        x, y, z, *now = state[:, 0].tolist()
        was = self._state[3:, 0].tolist()
        step = exponential(now[0] - was[0], now[1] - was[1], now[2] - was[2])
        ahead = multiplied(self._quaternion, step)
        px, py, pz = (x, y, z) if position is None else position.tolist()
        turn = (0.0, 0.0, 0.0) if q is None else turned(ahead, q)
        innovation = np.array((px - x, py - y, pz - z, *turn))
        weighted = innovation / s
        a, b, c, d, e, g = (innovation * weighted).tolist()
        good = (position is not None and a + b + c < gate[0], q is not None and d + e + g < gate[1])
        if not (good[0] and good[1]):
            self._steady = None
            use = np.repeat(good, 3)
            gain = gain * use[:, None]
            weighted = weighted * use
            corrected = np.where(use[:, None, None], corrected, predicted)
        shift = gain * innovation[:, None]
        self._state = state + shift
        self._covariance = corrected
        if good[1]:
            ahead = multiplied(ahead, exponential(*shift[3:, 0].tolist()))
        self._quaternion = ahead
        return Record(self._transition, predicted, corrected, gain, innovation, s, weighted, ahead)

    def _begin(
        self, time: float, position: Array | None, q: Quaternion | None, variance: Array | None
    ) -> None:
        if position is None or q is None:
            raise ValueError("the first sample has no pose; start the filter with a whole one")
        r = self._variance if variance is None else variance
        self._time = time
        self._state[:3, 0] = position
        self._quaternion = q
        self._covariance = np.zeros((6, 3, 3))
        self._covariance[:, 0, 0] = r
        self._covariance[:, 1, 1] = _RATES[1] ** 2
        self._covariance[:, 2, 2] = _RATES[2] ** 2


def transition(dt: float) -> Array:
    """Value, rate and second rate after ``dt`` seconds of constant second rate, (3, 3)."""
    return np.array([[1.0, dt, dt * dt / 2.0], [0.0, 1.0, dt], [0.0, 0.0, 1.0]])


def white_jerk(dt: float) -> Array:
    """Covariance (3, 3) gained in ``dt`` seconds of unit white jerk.

    Y. Bar-Shalom, X. Li, T. Kirubarajan, "Estimation with Applications to Tracking and
    Navigation", 2001, eq. 6.2.3-5.
    """
    return np.array(
        [
            [dt**5 / 20.0, dt**4 / 8.0, dt**3 / 6.0],
            [dt**4 / 8.0, dt**3 / 3.0, dt**2 / 2.0],
            [dt**3 / 6.0, dt**2 / 2.0, dt],
        ]
    )


def _joseph(covariance: Array, gain: Array, variance: Array) -> Array:
    """(I − KH) P (I − KH)ᵀ + K R Kᵀ, which stays symmetric and positive."""
    # H takes the first row or column, so no matrices need be multiplied
    kept = covariance - gain[:, :, None] * covariance[:, :1]
    left = kept[:, :, 0] - variance[:, None] * gain
    return np.asarray(kept - left[:, :, None] * gain[:, None])


def _six(pair: Sequence[Any], what: str) -> Array:
    """Position's and rotation's deviations, each a number or (3,), as one (6,)."""
    six = np.concatenate([np.broadcast_to(np.asarray(x, np.float64), 3) for x in pair])
    if not np.all((six > 0) & np.isfinite(six)):
        raise ValueError(
            f"{what} {six.tolist()} must be positive and finite: metres, then radians, by axis"
        )
    return np.asarray(six)


def _sample(value: ArrayLike | None, width: int) -> Array | None:
    if value is None:
        return None
    v = np.asarray(value, np.float64).reshape(width)
    return None if np.isnan(v).any() else v


def _tuple(q: Array) -> Quaternion:
    w, x, y, z = q.tolist()
    return w, x, y, z


# The pose module's quaternion functions on plain floats: a numpy call costs more than a product


def multiplied(a: Quaternion, b: Quaternion) -> Quaternion:
    """Unit product a ⊗ b."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    w = aw * bw - ax * bx - ay * by - az * bz
    x = aw * bx + ax * bw + ay * bz - az * by
    y = aw * by - ax * bz + ay * bw + az * bx
    z = aw * bz + ax * by - ay * bx + az * bw
    scale = 1.0 / sqrt(w * w + x * x + y * y + z * z)
    return w * scale, x * scale, y * scale, z * scale


def exponential(x: float, y: float, z: float) -> Quaternion:
    """The quaternion of a rotation vector."""
    angle = sqrt(x * x + y * y + z * z)
    scale = sin(angle / 2.0) / angle if angle > 1e-12 else 0.5
    return cos(angle / 2.0), x * scale, y * scale, z * scale


def turned(a: Quaternion, b: Quaternion) -> tuple[float, float, float]:
    """The rotation vector from ``a`` to ``b`` in a's axes, at most π long."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    w = aw * bw + ax * bx + ay * by + az * bz
    x = aw * bx - ax * bw - ay * bz + az * by
    y = aw * by + ax * bz - ay * bw - az * bx
    z = aw * bz - ax * by + ay * bx - az * bw
    if w < 0.0:
        w, x, y, z = -w, -x, -y, -z
    n = sqrt(x * x + y * y + z * z)
    scale = 2.0 * atan2(n, w) / n if n > 1e-12 else 2.0
    return x * scale, y * scale, z * scale
