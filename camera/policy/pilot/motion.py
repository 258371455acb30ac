"""How a pilot's decisions move a camera.

A decision says how fast the camera shall be when the next one is made: v = (right, ahead, up) in
metres a second, in the level axes of where it looks, and how fast it turns and tilts, radians a
second. In between, speed changes evenly; so a path has no corners, whatever is decided. That is
DVGFormer's action (`camera.policy.actions`), without its roll: horizons stay level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from camera.pose import Array, azimuth_elevation, facing, from_azimuth_elevation

WIDTH = 5
"""Numbers in a decision."""
SCALE = np.array([1.0, 1.0, 0.5, 0.5, 0.25])
"""What a decision of 1 means: m/s right, ahead and up, rad/s round and up."""
FASTEST = np.array([4.5, 4.5, 2.0, 2.5, 1.2])
"""What no camera does more of."""
STEEPEST = 1.35
"""Radians that it looks up or down at most."""


@dataclass(frozen=True)
class State:
    """K cameras in flight.

    Parameters
    ----------
    position, velocity : (K, 3) metres and m/s, in the world
    yaw, pitch : (K,) radians
    turning : (K, 2) rad/s, of yaw and pitch
    """

    position: Array
    velocity: Array
    yaw: Array
    pitch: Array
    turning: Array

    def __getitem__(self, rows: Array) -> State:
        return State(*(getattr(self, n)[rows] for n in self.__dataclass_fields__))

    @property
    def quaternion(self) -> Array:
        """(K, 4), wxyz, horizon level."""
        return from_azimuth_elevation(self.yaw, self.pitch)

    @property
    def decided(self) -> Array:
        """(K, 5) the decision that it has just carried out, in units of `SCALE`."""
        speed = to_level(self.velocity, self.yaw)
        return np.asarray(np.concatenate([speed, self.turning], axis=1) / SCALE)

    @classmethod
    def still(cls, position: Array, quaternion: Array) -> State:
        """Cameras at rest, (K, 3) and (K, 4)."""
        yaw, pitch, _ = azimuth_elevation(np.atleast_2d(quaternion))
        p = np.atleast_2d(np.asarray(position, np.float64))
        return cls(p, np.zeros_like(p), yaw, pitch, np.zeros((len(p), 2)))

    @classmethod
    def along(cls, times: Array, positions: Array, quaternions: Array, rows: Array) -> State:
        """A track's states at some of its frames."""
        yaw, pitch, _ = azimuth_elevation(quaternions)
        angles = np.stack([np.unwrap(yaw), pitch], axis=1)
        velocity = np.gradient(positions, times, axis=0)
        turning = np.gradient(angles, times, axis=0)
        yaw, pitch = angles[rows].T
        return cls(positions[rows], velocity[rows], yaw, pitch, turning[rows])


def level_axes(yaw: Array) -> tuple[Array, Array]:
    """Directions (..., 3) to the right of and ahead of cameras, along the ground."""
    ahead = facing(yaw)
    right = np.stack([ahead[..., 1], -ahead[..., 0], np.zeros_like(ahead[..., 0])], axis=-1)
    return right, ahead


def to_level(vectors: Array, yaw: Array) -> Array:
    """World vectors (K, ..., 3) as (right, ahead, up) of cameras (K,)."""
    right, ahead = level_axes(yaw.reshape(-1, *[1] * (vectors.ndim - 2)))
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    return np.stack(
        [
            x * right[..., 0] + y * right[..., 1],
            x * ahead[..., 0] + y * ahead[..., 1],
            z,
        ],
        axis=-1,
    )


def from_level(vectors: Array, yaw: Array) -> Array:
    """The inverse of `to_level`, for (K, 3)."""
    right, ahead = level_axes(yaw)
    out = vectors[:, :1] * right + vectors[:, 1:2] * ahead
    out[:, 2] += vectors[:, 2]
    return np.asarray(out)


def limited(decisions: Array) -> Array:
    """Decisions (..., 5) in SI units, no faster than a camera can be."""
    return np.asarray(np.clip(np.asarray(decisions, np.float64) * SCALE, -FASTEST, FASTEST))


def decision_between(now: State, then: State) -> Array:
    """The decisions (K, 5), in units of `SCALE`, that a track made between two of its states."""
    speed = to_level(then.velocity, now.yaw)
    return np.asarray(np.concatenate([speed, then.turning], axis=1) / SCALE)


def advanced(state: State, velocity: Array, turning: Array, dt: float) -> State:
    """Cameras after ``dt`` seconds in which speeds change evenly to those given (world, rad/s)."""
    angles = np.stack([state.yaw, state.pitch], axis=1) + (state.turning + turning) / 2 * dt
    pitch = np.clip(angles[:, 1], -STEEPEST, STEEPEST)
    return replace(
        state,
        position=state.position + (state.velocity + velocity) / 2 * dt,
        velocity=velocity,
        yaw=angles[:, 0],
        pitch=pitch,
        turning=turning,
    )
