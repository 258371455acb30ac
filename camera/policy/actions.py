"""Poses to DVGFormer's states and actions, and back.

Hou et al. 2024 (see `camera.policy.tokens`), §3 and §4. A state is where the camera is, relative to
the flight's first frame; an action is how it moves until the next frame, 15 a second, in its own
axes, which look along +Z with +Y down (OpenCV, COLMAP):

============  =====  ==============================================================
state (7)     0:3    R₀ᵀ(p − p₀), metres
              3:7    q₀* ⊗ q, a unit quaternion wxyz, w ≥ 0
action (6)    0:3    v = Rᵀ(p′ − p), metres a frame
              3:6    ω = log(q* ⊗ q′), radians a frame; so q′ = exp(Rω) ⊗ q
============  =====  ==============================================================

`actions_between`, `fly_actions` and `relative_states` take OpenCV poses; ``camera.pose`` converts
the rest of this package's. Everything is float64 and vectorised over leading axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array, canonical, conjugate, exp, log, multiply, normalised, rotate

STATE_MEAN = np.array([0.0, 0.0, 0.0, 0.8, 0.0, 0.0, 0.0])
STATE_STD = np.array([30.0, 30.0, 30.0, 0.3, 0.3, 0.3, 0.3])
ACTION_STD = np.array([0.5, 0.5, 0.5, 0.01, 0.02, 0.01])
"""Published normalisation; actions' mean is zero."""


def relative_states(positions: ArrayLike, quaternions: ArrayLike) -> Array:
    """States (..., F, 7) of poses (..., F, 3) and (..., F, 4), relative to the first frame.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a quaternion has no direction.
    """
    p, q = _poses(positions, quaternions, 1)
    home = conjugate(q[..., :1, :])
    turned = canonical(multiply(home, q))
    return np.concatenate([rotate(home, p - p[..., :1, :]), turned], axis=-1)


def actions_between(positions: ArrayLike, quaternions: ArrayLike) -> Array:
    """Actions (..., F−1, 6) that lead from each pose to the next.

    Raises
    ------
    ValueError
        If there are fewer than two poses, the shapes do not fit, or a quaternion has no direction.
    """
    p, q = _poses(positions, quaternions, 2)
    back = conjugate(q[..., :-1, :])
    moved = rotate(back, np.diff(p, axis=-2))
    return np.concatenate([moved, log(multiply(back, q[..., 1:, :]))], axis=-1)


def fly_actions(
    position: ArrayLike, quaternion: ArrayLike, actions: ArrayLike
) -> tuple[Array, Array]:
    """The path (..., F+1, 3) and (..., F+1, 4) that actions (..., F, 6) lead along.

    Parameters
    ----------
    position : (..., 3)
        Where the path begins, metres.
    quaternion : (..., 4)
        Its camera's rotation there.
    actions : (..., F, 6)
        Not normalised.

    Raises
    ------
    ValueError
        If the shapes do not fit, or the quaternion has no direction.
    """
    a = np.asarray(actions, np.float64)
    if a.ndim < 2 or a.shape[-1] != 6 or not np.all(np.isfinite(a)):
        raise ValueError(f"actions have shape {a.shape}; expected finite numbers of (..., F, 6)")
    p, q = _poses(np.asarray(position)[..., None, :], np.asarray(quaternion)[..., None, :], 1)
    lead = np.broadcast_shapes(p.shape[:-2], a.shape[:-2])
    turns = exp(a[..., 3:])
    rotations = np.empty((*lead, a.shape[-2] + 1, 4))
    rotations[..., 0, :] = q[..., 0, :]
    for i in range(a.shape[-2]):
        rotations[..., i + 1, :] = multiply(rotations[..., i, :], turns[..., i, :])
    # Rounding grows by one unit a frame; a path of hours would drift off the sphere
    rotations = normalised(rotations)
    path = np.empty((*lead, a.shape[-2] + 1, 3))
    path[..., 0, :] = p[..., 0, :]
    steps = rotate(rotations[..., :-1, :], np.broadcast_to(a[..., :3], (*lead, *a.shape[-2:-1], 3)))
    path[..., 1:, :] = path[..., :1, :] + np.cumsum(steps, axis=-2)
    return path, rotations


def normalise_states(states: ArrayLike) -> Array:
    """States (..., 7) as the network reads them."""
    return np.asarray((np.asarray(states, np.float64) - STATE_MEAN) / STATE_STD)


def restore_states(states: ArrayLike) -> Array:
    """The inverse of `normalise_states`."""
    return np.asarray(np.asarray(states, np.float64) * STATE_STD + STATE_MEAN)


def normalise_actions(actions: ArrayLike) -> Array:
    """Actions (..., 6) as the network reads and writes them."""
    return np.asarray(np.asarray(actions, np.float64) / ACTION_STD)


def restore_actions(actions: ArrayLike) -> Array:
    """The inverse of `normalise_actions`."""
    return np.asarray(np.asarray(actions, np.float64) * ACTION_STD)


def _poses(positions: ArrayLike, quaternions: ArrayLike, least: int) -> tuple[Array, Array]:
    """Poses of fitting shapes, the quaternions unit."""
    p = np.asarray(positions, np.float64)
    q = np.asarray(quaternions, np.float64)
    if p.ndim < 2 or p.shape[-1] != 3 or q.shape != (*p.shape[:-1], 4) or p.shape[-2] < least:
        raise ValueError(
            f"positions and quaternions have shapes {p.shape} and {q.shape}; expected "
            f"(..., F, 3) and (..., F, 4) with F ≥ {least}"
        )
    if not np.all(np.isfinite(p)):
        raise ValueError("positions hold a value that is not finite; fill the gaps first")
    return p, normalised(q)
