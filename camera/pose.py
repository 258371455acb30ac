"""Camera poses: quaternions, aiming, and the conversions between the world's conventions.

A pose is ``world_from_camera``: a position (3,) in metres and a unit quaternion ``wxyz``. A camera
looks along its −Z with +Y up (Blender, OpenGL); OpenCV and COLMAP look along +Z with +Y down. The
world is right-handed with Z up. All functions are vectorised over leading axes.

Formulas: J. Solà, "Quaternion kinematics for the error-state Kalman filter", 2017 (equation
numbers below are of its arXiv version 1711.02508).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

# A turn of π about the camera's X: what separates the OpenGL camera from the OpenCV one
_FLIP = np.array([0.0, 1.0, 0.0, 0.0])


def normalised(quaternions: ArrayLike) -> Array:
    """Unit quaternions (..., 4) from any that are not zero.

    Raises
    ------
    ValueError
        If one is zero or not finite.
    """
    q = np.asarray(quaternions, np.float64)
    norm = np.sqrt(np.einsum("...i,...i->...", q, q))[..., None]
    if not np.all((norm >= 1e-9) & (norm < np.inf)):
        at = int(np.argmax(~(np.isfinite(norm) & (norm >= 1e-9)).ravel()))
        raise ValueError(
            f"quaternion {at}, {q.reshape(-1, 4)[at].tolist()}, has no direction; give w, x, y, z "
            "of a rotation"
        )
    return np.asarray(q / norm)


def multiply(a: ArrayLike, b: ArrayLike) -> Array:
    """Hamilton product a ⊗ b (..., 4): first turn by b, then by a (Solà eq. 12)."""
    aw, ax, ay, az = np.moveaxis(np.asarray(a, np.float64), -1, 0)
    bw, bx, by, bz = np.moveaxis(np.asarray(b, np.float64), -1, 0)
    return _components(
        aw * bw - ax * bx - ay * by - az * bz,
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
    )


def _components(*parts: Array) -> Array:
    """Parts (...,), all of one shape, side by side: (..., K)."""
    out = np.empty((*np.shape(parts[0]), len(parts)))
    for i, part in enumerate(parts):
        out[..., i] = part
    return out


def conjugate(q: ArrayLike) -> Array:
    """The inverse of unit quaternions (..., 4)."""
    return np.asarray(np.asarray(q, np.float64) * np.array([1.0, -1.0, -1.0, -1.0]))


def rotate(q: ArrayLike, vectors: ArrayLike) -> Array:
    """Vectors (..., 3) turned by unit quaternions (..., 4)."""
    q = np.asarray(q, np.float64)
    v = np.asarray(vectors, np.float64)
    w, u = q[..., :1], q[..., 1:]
    t = 2.0 * np.cross(u, v)
    return np.asarray(v + w * t + np.cross(u, t))


def exp(rotation_vectors: ArrayLike) -> Array:
    """Quaternions (..., 4) of rotation vectors (..., 3) in radians (Solà eq. 101)."""
    v = np.asarray(rotation_vectors, np.float64)
    angle = np.sqrt(np.einsum("...i,...i->...", v, v))
    # where the angle is zero so is the vector: what it is scaled by does not matter
    scale = np.sin(angle / 2) / np.maximum(angle, 1e-300)
    return _components(np.cos(angle / 2), *(scale * v[..., i] for i in range(3)))


def log(q: ArrayLike) -> Array:
    """Rotation vectors (..., 3), |v| ≤ π, of unit quaternions (..., 4) (Solà eq. 105)."""
    q = np.asarray(q, np.float64)
    w, v = q[..., 0], q[..., 1:]
    n = np.sqrt(np.einsum("...i,...i->...", v, v))
    angle = 2.0 * np.arctan2(n, np.abs(w))
    scale = np.copysign(angle / np.maximum(n, 1e-300), w)
    return _components(*(scale * v[..., i] for i in range(3)))


def slerp(a: ArrayLike, b: ArrayLike, t: ArrayLike) -> Array:
    """The rotation a fraction ``t`` (...,) of the shortest way from ``a`` to ``b``."""
    step = log(multiply(conjugate(a), b))
    return multiply(a, exp(np.asarray(t, np.float64)[..., None] * step))


def unrolled(quaternions: ArrayLike) -> Array:
    """The path of rotations (F, 4) rolled out into flat space: (F, 3) radians, from zero.

    Its steps are the body-frame steps log(q_i⁻¹ q_{i+1}), so its derivative is the angular velocity
    (P. Jupp, J. Kent, "Fitting smooth paths to spherical data", 1987, §2).
    """
    q = np.asarray(quaternions, np.float64)
    out = np.zeros((len(q), 3))
    np.cumsum(log(multiply(conjugate(q[:-1]), q[1:])), axis=0, out=out[1:])
    return out


def continuous(quaternions: ArrayLike) -> Array:
    """The same rotations (F, 4) with signs chosen so that neighbours are close."""
    q = np.array(quaternions, np.float64)
    if len(q) > 1:
        apart = np.einsum("ij,ij->i", q[1:], q[:-1]) < 0
        if apart.any():
            q[1:] *= np.cumprod(np.where(apart, -1.0, 1.0))[:, None]
    return q


def canonical(quaternions: ArrayLike) -> Array:
    """The same rotations with w ≥ 0 (x, then y, then z positive where w is 0)."""
    q = np.array(quaternions, np.float64)
    flat = q.reshape(-1, 4)
    first = np.argmax(np.abs(flat) > 1e-12, axis=1)
    flat[flat[np.arange(len(flat)), first] < 0] *= -1
    return flat.reshape(q.shape)


def matrix(q: ArrayLike) -> Array:
    """Rotation matrices (..., 3, 3) of unit quaternions (Solà eq. 115)."""
    w, x, y, z = np.moveaxis(np.asarray(q, np.float64), -1, 0)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    out = np.empty((*np.shape(w), 3, 3))
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            out[..., i, j] = value
    return out


def from_matrix(matrices: ArrayLike) -> Array:
    """Unit quaternions (..., 4), w ≥ 0, of rotation matrices (..., 3, 3).

    S. W. Shepperd, "Quaternion from rotation matrix", 1978: the largest component is divided by.
    """
    m = np.asarray(matrices, np.float64)
    t = np.trace(m, axis1=-2, axis2=-1)
    d = np.stack([t, m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]], axis=-1)
    squares = np.maximum(1 + 2 * d - t[..., None], 0.0)
    squares[..., 0] = np.maximum(1 + t, 0.0)
    a = m[..., 2, 1] - m[..., 1, 2]
    b = m[..., 0, 2] - m[..., 2, 0]
    c = m[..., 1, 0] - m[..., 0, 1]
    xy, xz, yz = (
        m[..., 0, 1] + m[..., 1, 0],
        m[..., 0, 2] + m[..., 2, 0],
        m[..., 1, 2] + m[..., 2, 1],
    )
    table = np.stack(
        [
            np.stack([squares[..., 0], a, b, c], -1),
            np.stack([a, squares[..., 1], xy, xz], -1),
            np.stack([b, xy, squares[..., 2], yz], -1),
            np.stack([c, xz, yz, squares[..., 3]], -1),
        ],
        axis=-2,
    )
    pick = np.argmax(squares, axis=-1)
    return canonical(normalised(np.take_along_axis(table, pick[..., None, None], -2)[..., 0, :]))


def look(forward: ArrayLike, roll: float = 0.0) -> Array:
    """Quaternions (..., 4) that look along ``forward`` (..., 3), horizon level, then rolled.

    A straight-down or straight-up view has no level horizon: the frame's top then points at +Y.

    Raises
    ------
    ValueError
        If a direction has no length.
    """
    f = np.asarray(forward, np.float64)
    length = np.linalg.norm(f, axis=-1, keepdims=True)
    if np.any(~(length > 1e-9)):
        raise ValueError("the camera and what it looks at are the same point; move one of them")
    f = f / length
    right = np.stack([f[..., 1], -f[..., 0], np.zeros_like(f[..., 0])], axis=-1)
    flat = np.linalg.norm(right, axis=-1, keepdims=True)
    right = np.where(flat > 1e-9, right / np.maximum(flat, 1e-300), np.array([1.0, 0.0, 0.0]))
    up = np.cross(right, f)
    q = from_matrix(np.stack([right, up, -f], axis=-1))
    if roll:
        q = multiply(q, exp(np.array([0.0, 0.0, roll])))
    return canonical(q)


def look_at(position: ArrayLike, target: ArrayLike, roll: float = 0.0) -> Array:
    """Quaternions (..., 4) of cameras at ``position`` with ``target`` in mid frame."""
    return look(np.asarray(target, np.float64) - np.asarray(position, np.float64), roll)


def forward(q: ArrayLike) -> Array:
    """Where cameras look (..., 3)."""
    return rotate(q, np.array([0.0, 0.0, -1.0]))


def opencv_from_blender(position: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    """world_from_camera of an OpenCV camera (+Z forward, +Y down) that sees the same picture."""
    return np.asarray(position, np.float64), multiply(q, _FLIP)


def blender_from_opencv(position: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    """The inverse of `opencv_from_blender`."""
    return np.asarray(position, np.float64), multiply(q, conjugate(_FLIP))


def colmap_from_blender(position: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    """COLMAP's (translation, quaternion) of camera_from_world: x_camera = R x_world + t."""
    p, world = opencv_from_blender(position, q)
    camera = conjugate(world)
    return -rotate(camera, p), camera


def blender_from_colmap(translation: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    """The inverse of `colmap_from_blender`."""
    world = conjugate(q)
    return blender_from_opencv(-rotate(world, np.asarray(translation, np.float64)), world)


def from_azimuth_elevation(
    azimuth: ArrayLike, elevation: ArrayLike, roll: ArrayLike = 0.0
) -> Array:
    """Quaternions of cameras that look towards a heading and up by ``elevation``, all in radians.

    Azimuth is counter-clockwise from above, 0 looks along +Y; roll is counter-clockwise seen from
    behind the camera.
    """
    a, e, r = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in (azimuth, elevation, roll)))
    zero = np.zeros_like(a)
    yaw = exp(np.stack([zero, zero, a], -1))
    pitch = exp(np.stack([e + np.pi / 2, zero, zero], -1))
    return canonical(multiply(multiply(yaw, pitch), exp(np.stack([zero, zero, r], -1))))


def azimuth_elevation(q: ArrayLike) -> tuple[Array, Array, Array]:
    """(azimuth, elevation, roll) in radians: the inverse of `from_azimuth_elevation`."""
    m = matrix(q)
    f = -m[..., :, 2]
    azimuth = np.arctan2(-f[..., 0], f[..., 1])
    elevation = np.arctan2(f[..., 2], np.hypot(f[..., 0], f[..., 1]))
    # the level right-hand direction, seen in the camera's own axes
    right = np.stack([np.cos(azimuth), np.sin(azimuth), np.zeros_like(azimuth)], -1)
    roll = -np.arctan2(
        np.einsum("...i,...i->...", right, m[..., :, 1]),
        np.einsum("...i,...i->...", right, m[..., :, 0]),
    )
    return azimuth, elevation, roll


def from_orbit(
    target: ArrayLike, distance: ArrayLike, azimuth: ArrayLike, elevation: ArrayLike
) -> tuple[Array, Array]:
    """(position, quaternion) of cameras around ``target`` (..., 3) that have it in mid frame.

    Parameters
    ----------
    distance
        Metres, positive.
    azimuth
        Heading in radians from the target to the camera: 0 stands on its +Y side.
    elevation
        Radians by which the camera is above the target's level, seen from the target.

    Raises
    ------
    ValueError
        If a distance is not positive.
    """
    d = np.asarray(distance, np.float64)
    if not np.all(d > 0):
        raise ValueError(
            f"distance {float(np.min(d))} m is not positive; a camera cannot stand in its subject"
        )
    e = np.asarray(elevation, np.float64)
    out = facing(azimuth) * np.cos(e)[..., None]
    out[..., 2] = out[..., 2] + np.sin(e)
    position = np.asarray(target, np.float64) + d[..., None] * out
    return position, from_azimuth_elevation(np.asarray(azimuth, np.float64) + np.pi, -e)


def orbit_of(position: ArrayLike, target: ArrayLike) -> tuple[Array, Array, Array]:
    """(distance, azimuth, elevation) of cameras around ``target``: undoes `from_orbit`."""
    away = np.asarray(position, np.float64) - np.asarray(target, np.float64)
    level = np.hypot(away[..., 0], away[..., 1])
    return (
        np.linalg.norm(away, axis=-1),
        np.asarray(heading_of(away)),
        np.arctan2(away[..., 2], level),
    )


def heading_of(direction: ArrayLike) -> Any:
    """Heading in radians (counter-clockwise from above, 0 faces +Y) of directions (..., 2 or 3)."""
    d = np.asarray(direction, np.float64)
    return np.arctan2(-d[..., 0], d[..., 1])


def facing(heading: ArrayLike) -> Array:
    """Unit direction (..., 3) on the floor of a heading in radians."""
    h = np.asarray(heading, np.float64)
    return np.stack([-np.sin(h), np.cos(h), np.zeros_like(h)], axis=-1)
