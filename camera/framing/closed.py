"""Static cameras in closed form: one subject, and two seen by a camera without roll.

A screen point (x, y) of a camera with pitch p sees along x·right + g·ahead + v·up, where ahead is
level, g = f cos p − y sin p and v = y cos p + f sin p. A subject seen there at depth f·λ is λ of
these away; λ is the height of the picture at the subject, its size. For two subjects A and B that
are D apart on the floor and h in height, and k = f / cos p,

    (λb xb − λa xa)² + (k (λb − λa) − h tan p)² = D²        (their distance on the floor)
    λb vb − λa va = h                                       (their heights; gives yb if not wished)

so that every case below is a quadratic or linear equation. Everything is batched: arrays (...,)
broadcast; positions are (..., 3), and quadratics answer with both roots on a last axis.

Where both points and A's size are wished the pitch need not be known: the distance from A to B is
the same in the camera's axes as in the world's (C. Lino & M. Christie, "Intuitive and efficient
camera control with the toric space", ACM Trans. Graph. 34(4), 2015, sec. 4: two points fix α, a
distance θ), and the height between them then gives φ, here as the pitch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camera.pose import Array, heading_of


@dataclass(frozen=True)
class Stand:
    """Level cameras: positions (..., 3), yaw and pitch (...,) radians; NaN where there is none."""

    position: Array
    yaw: Array
    pitch: Array


@dataclass(frozen=True)
class Two:
    """Two subjects: from A to B ``heading`` (...,), ``floor`` (...,) and ``height`` (...,)."""

    a: Array
    heading: Array
    floor: Array
    height: Array

    @classmethod
    def of(cls, a: Array, b: Array) -> Two:
        """Two points (..., 3)."""
        ab = b - a
        return cls(a, np.asarray(heading_of(ab)), np.hypot(ab[..., 0], ab[..., 1]), ab[..., 2])


def pitch_for(elevation: Array, x: Array, y: Array, f: Array) -> Array:
    """Pitch of a camera ``elevation`` radians above a subject it shows at (x, y).

    The same equation as `aim`'s: the ray through (x, y) falls by what the camera is higher.
    """
    ray = np.sqrt(x * x + y * y + f * f)
    return np.asarray(
        np.arcsin(np.clip(-np.sin(elevation) * ray / np.hypot(y, f), -1.0, 1.0)) - np.arctan2(y, f)
    )


def one(
    eyes: Array, x: Array, y: Array, size: Array, elevation: Array, heading: Array, f: Array
) -> Stand:
    """The camera that shows one subject at (x, y), ``size`` metres high, from a direction."""
    pitch = pitch_for(elevation, x, y, f)
    _, g = _ray(y, pitch, f)
    return _standing(eyes, size, heading + np.pi + np.arctan2(x, g), x, y, pitch, f)


def by_points(
    two: Two, xa: Array, ya: Array, xb: Array, yb: Array, pitch: Array, f: Array
) -> Stand:
    """Both screen points and the pitch: on the toric surface of their angle, where it is level.

    None where both points are on the horizon, as with equal heights at eye level: every place on
    the toric arc shows them alike there, and a size or a view has to choose.
    """
    (va, ga), (vb, gb) = _ray(ya, pitch, f), _ray(yb, pitch, f)
    # all (λa, λb) with the right height are on a line: nearest point, and direction
    norm = va * va + vb * vb
    safe = np.where(norm > 1e-9 * f * f, norm, np.nan)
    base_a, base_b = -va * two.height / safe, vb * two.height / safe
    to_a, to_b = vb / np.sqrt(safe), va / np.sqrt(safe)
    p, dp = base_b * xb - base_a * xa, to_b * xb - to_a * xa
    q, dq = base_b * gb - base_a * ga, to_b * gb - to_a * ga
    t = _roots(dp * dp + dq * dq, p * dp + q * dq, p * p + q * q - two.floor**2)
    la, lb = base_a[..., None] + t * to_a[..., None], base_b[..., None] + t * to_b[..., None]
    ahead = lb * gb[..., None] - la * ga[..., None]
    return _paired(two, la, lb, xa, ya, xb, ahead, pitch, f)


def by_points_and_size(
    two: Two, xa: Array, ya: Array, xb: Array, yb: Array, size: Array, f: Array
) -> Stand:
    """Both screen points and A's size, at whatever pitch: four cameras on the last axis."""
    reach = two.floor**2 + two.height**2
    lb = _roots(
        xb * xb + yb * yb + f * f,
        -size * (xa * xb + ya * yb + f * f),
        size * size * (xa * xa + ya * ya + f * f) - reach,
    )
    la, x, y, k = (v[..., None] for v in (size, xa, ya, f))
    # A→B in the camera's axes; pitched by p its height is up·cos p + deep·sin p
    up, deep = lb * yb[..., None] - la * y, k * (lb - la)
    lean = np.arccos(np.clip(two.height[..., None] / np.hypot(up, deep), -1.0, 1.0))
    pitch = np.arctan2(deep, up)
    pitch = np.concatenate([pitch - lean, pitch + lean], axis=-1)
    pitch = (pitch + np.pi) % (2 * np.pi) - np.pi
    lb, up, deep = (np.concatenate([v, v], axis=-1) for v in (lb, up, deep))
    ahead = deep * np.cos(pitch) - up * np.sin(pitch)
    yaw = two.heading[..., None] - np.arctan2(la * x - lb * xb[..., None], ahead)
    return _standing(two.a[..., None, :], np.where(lb > 0, la, np.nan), yaw, x, y, pitch, k)


def by_size(
    two: Two, xa: Array, ya: Array, xb: Array, size: Array, pitch: Array, f: Array
) -> Stand:
    """A's screen point and size, B's screen x, and the pitch."""
    k, slope = f / np.cos(pitch), two.height * np.tan(pitch)
    near = k * size + slope
    lb = _roots(
        xb * xb + k * k,
        -(xa * xb * size + k * near),
        (xa * size) ** 2 + near * near - two.floor**2,
    )
    la = size[..., None]
    ahead = k[..., None] * (lb - la) - slope[..., None]
    return _paired(two, la, lb, xa, ya, xb, ahead, pitch, f)


def by_heading(
    two: Two, xa: Array, ya: Array, xb: Array, heading: Array, pitch: Array, f: Array
) -> Stand:
    """A's screen point, B's screen x, the heading from A to the camera, and the pitch: linear."""
    _, ga = _ray(ya, pitch, f)
    yaw = heading + np.pi + np.arctan2(xa, ga)
    # A→B in the camera's level axes
    turn = two.heading - yaw
    right, ahead = -two.floor * np.sin(turn), two.floor * np.cos(turn)
    deeper = (ahead + two.height * np.tan(pitch)) * np.cos(pitch) / f
    apart = xb - xa
    la = (right - xb * deeper) / np.where(np.abs(apart) > 1e-9, apart, np.nan)
    la = np.where((la > 0) & (la + deeper > 0), la, np.nan)
    return _standing(two.a, la, yaw, xa, ya, pitch, f)


def _paired(
    two: Two,
    la: Array,
    lb: Array,
    xa: Array,
    ya: Array,
    xb: Array,
    ahead: Array,
    pitch: Array,
    f: Array,
) -> Stand:
    right = lb * xb[..., None] - la * xa[..., None]
    yaw = two.heading[..., None] - np.arctan2(-right, ahead)
    pitch = np.broadcast_to(pitch[..., None], yaw.shape)
    a, x, y, k = two.a[..., None, :], xa[..., None], ya[..., None], f[..., None]
    return _standing(a, np.where((la > 0) & (lb > 0), la, np.nan), yaw, x, y, pitch, k)


def _standing(
    a: Array, size: Array, yaw: Array, x: Array, y: Array, pitch: Array, f: Array
) -> Stand:
    """The camera with this yaw and pitch that sees A at (x, y), ``size`` metres high."""
    v, g = _ray(y, pitch, f)
    cosine, sine = np.cos(yaw), np.sin(yaw)
    east = a[..., 0] - size * (x * cosine - g * sine)
    position = np.empty((*east.shape, 3))
    position[..., 0] = east
    position[..., 1] = a[..., 1] - size * (x * sine + g * cosine)
    position[..., 2] = a[..., 2] - size * v
    return Stand(position, yaw, pitch)


def _ray(y: Array, pitch: Array, f: Array) -> tuple[Array, Array]:
    """How far the ray at height y goes up and ahead."""
    cosine, sine = np.cos(pitch), np.sin(pitch)
    return y * cosine + f * sine, f * cosine - y * sine


def _roots(a: Array, b: Array, c: Array) -> Array:
    """Both roots (..., 2) of a t² + 2 b t + c; where there are none, its lowest point."""
    middle = -b / a
    reach = np.sqrt(np.maximum(middle * middle - c / a, 0.0))
    both = np.empty((*middle.shape, 2))
    both[..., 0] = middle - reach
    both[..., 1] = middle + reach
    return both
