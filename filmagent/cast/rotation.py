"""Rotations and timing curves over many frames at once: arrays (F, 3, 3), radians, seconds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import correlate1d

Array = NDArray[Any]


def about_x(angle: ArrayLike) -> Array:
    """Rotation about X by ``angle`` (…,) → (…, 3, 3)."""
    return _about(angle, 1, 2)


def about_y(angle: ArrayLike) -> Array:
    """Rotation about Y."""
    return _about(angle, 2, 0)


def about_z(angle: ArrayLike) -> Array:
    """Rotation about Z: a heading."""
    return _about(angle, 0, 1)


def _about(angle: ArrayLike, i: int, j: int) -> Array:
    angle = np.asarray(angle, float)
    out = np.zeros((*angle.shape, 3, 3))
    out[..., range(3), range(3)] = 1.0
    c, s = np.cos(angle), np.sin(angle)
    out[..., i, i], out[..., j, j] = c, c
    out[..., i, j], out[..., j, i] = -s, s
    return out


def euler(pitch: ArrayLike, roll: ArrayLike, yaw: ArrayLike) -> Array:
    """Yaw about Z, then pitch about X, then roll about Y (of the turned body): R = Z·X·Y.

    For a body that faces +Y, positive pitch leans back, positive roll leans to its right.
    """
    out: Array = about_z(yaw) @ about_x(pitch) @ about_y(roll)
    return out


def unit(vectors: Array) -> Array:
    """Vectors (…, 3) of length 1; a null vector stays null."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    out: Array = vectors / np.maximum(length, 1e-12)
    return out


def frame(primary: Array, secondary: Array) -> Array:
    """The frame (…, 3, 3) whose Y is ``primary`` and whose X is nearest to ``secondary``."""
    y = unit(primary)
    x = unit(secondary - y * np.sum(secondary * y, axis=-1, keepdims=True))
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def carry(rest_primary: Array, rest_secondary: Array, primary: Array, secondary: Array) -> Array:
    """The rotation that takes one pair of directions to another."""
    out: Array = frame(primary, secondary) @ np.swapaxes(
        frame(rest_primary, rest_secondary), -1, -2
    )
    return out


def apply(rotation: Array, vectors: Array) -> Array:
    """Rotate vectors, broadcast over frames."""
    out: Array = np.einsum("...ij,...j->...i", rotation, vectors)
    return out


def quaternions(matrices: Array) -> Array:
    """Unit quaternions wxyz (…, 4) of rotations (…, 3, 3), w ≥ 0.

    Shepperd, "Quaternion from rotation matrix", 1978, by the largest component.
    """
    m = np.asarray(matrices).reshape(-1, 3, 3)
    trace = m[:, 0, 0] + m[:, 1, 1] + m[:, 2, 2]
    s = np.empty((len(m), 4))
    s[:, 0] = 1 + trace
    for k in range(3):
        s[:, k + 1] = 1 + 2 * m[:, k, k] - trace
    best = s.argmax(axis=-1)
    q = np.empty_like(s)
    for largest in range(4):
        rows = np.flatnonzero(best == largest)
        if len(rows):
            q[rows] = _by_largest(m[rows], s[rows], largest)
    q = q.reshape(*np.shape(matrices)[:-2], 4)
    q = q / np.linalg.norm(q, axis=-1, keepdims=True)
    return np.where(q[..., :1] < 0, -q, q)


def _by_largest(m: Array, s: Array, largest: int) -> Array:
    """Quaternions (N, 4), not yet of length 1, where this component is the largest."""
    if largest == 0:
        parts = [s[:, 0]] + [m[:, j, i] - m[:, i, j] for i, j in ((1, 2), (2, 0), (0, 1))]
        return np.stack(parts, axis=-1)
    i = largest - 1
    j, k = (i + 1) % 3, (i + 2) % 3
    out = np.empty((len(m), 4))
    out[:, 0] = m[:, k, j] - m[:, j, k]
    out[:, 1 + i] = s[:, largest]
    out[:, 1 + j] = m[:, i, j] + m[:, j, i]
    out[:, 1 + k] = m[:, i, k] + m[:, k, i]
    return out


def matrices(q: Array) -> Array:
    """Rotations (…, 3, 3) of unit quaternions wxyz (…, 4)."""
    w, x, y, z = np.moveaxis(q, -1, 0)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    out = np.empty((*np.shape(q)[:-1], 3, 3))
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            out[..., i, j] = value
    return out


def blend(a: Array, b: Array, share: Array) -> Array:
    """From rotation ``a`` (share 0) to ``b`` (share 1) on the shorter way, (F, 3, 3)."""
    p, q = np.broadcast_arrays(quaternions(a), quaternions(b))
    sign = np.where(np.sum(p * q, axis=-1, keepdims=True) < 0, -1.0, 1.0)
    dot = np.clip(np.sum(p * q * sign, axis=-1), -1, 1)
    angle = np.arccos(dot)
    small = angle < 1e-4
    sine = np.where(small, 1.0, np.sin(angle))
    u = np.where(small, 1 - share, np.sin((1 - share) * angle) / sine)
    v = np.where(small, share, np.sin(share * angle) / sine)
    mixed = u[..., None] * p + v[..., None] * q * sign
    return matrices(mixed / np.linalg.norm(mixed, axis=-1, keepdims=True))


def scaled(rotation: Array, share: float | Array) -> Array:
    """A part of a rotation: 0.5 turns half as far."""
    part = np.broadcast_to(np.asarray(share, float), rotation.shape[:-2])
    return blend(np.broadcast_to(np.eye(3), rotation.shape), rotation, part)


def continuous(q: Array) -> Array:
    """Quaternions (F, …, 4) whose signs never jump from frame to frame."""
    q = q.copy()
    flips = np.sum(q[1:] * q[:-1], axis=-1) < 0
    q[1:][np.cumsum(flips, axis=0) % 2 == 1] *= -1
    return q


def wrap(angle: ArrayLike) -> Array:
    """An angle in −π…π."""
    out: Array = (np.asarray(angle, float) + np.pi) % (2 * np.pi) - np.pi
    return out


def ease(x: ArrayLike) -> Array:
    """Minimum jerk from 0 to 1 (Flash and Hogan, 1985): 10x³ − 15x⁴ + 6x⁵, clamped."""
    x = np.clip(np.asarray(x, float), 0.0, 1.0)
    out: Array = x * x * x * (10 + x * (6 * x - 15))
    return out


def window(t: Array, start: float, end: float, rise: float, fall: float) -> Array:
    """1 between ``start + rise`` and ``end − fall``, 0 outside, minimum jerk between."""
    out: Array = ease((t - start) / max(rise, 1e-6)) * ease((end - t) / max(fall, 1e-6))
    return out


def smooth(values: Array, sigma: float) -> Array:
    """Gaussian smoothing along the frames with a finite kernel; ``sigma`` in frames."""
    if sigma < 0.2:
        return values
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    out: Array = correlate1d(values, kernel / kernel.sum(), axis=0, mode="nearest")
    return out


def noise(t: Array, rate: float, seed: int) -> Array:
    """Smooth noise in about −1…1 with ``rate`` values a second, (F,).

    A value depends on its second and the seed alone, so that a longer scene keeps what it had.
    """
    x = t * rate
    whole = np.floor(x).astype(np.int64)
    part = x - whole
    values = [hashed(whole + k, seed) for k in (-1, 0, 1, 2)]
    # Catmull and Rom, 1974
    a, b, c, d = values
    out: Array = 0.5 * (
        2 * b
        + (c - a) * part
        + (2 * a - 5 * b + 4 * c - d) * part**2
        + (3 * b - a - 3 * c + d) * part**3
    )
    return out


def hashed(index: NDArray[np.int64], seed: int) -> Array:
    """A number in −1…1 for each integer and seed."""
    # splitmix64 (Steele, Lea and Flood, 2014)
    with np.errstate(over="ignore"):
        z = index.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed % 2**64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / 2**52 - 1.0
