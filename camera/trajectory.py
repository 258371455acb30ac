"""A camera's path in time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array, conjugate, continuous, log, multiply, normalised, rotate, slerp


@dataclass(frozen=True)
class Trajectory:
    """Poses over time, world_from_camera, with the lens where it matters.

    Parameters
    ----------
    times : (F,) float
        Seconds, strictly increasing.
    positions : (F, 3) float
        Metres, world frame. NaN rows are missing samples, which `camera.smooth` fills.
    quaternions : (F, 4) float
        wxyz; normalised on construction, signs made continuous.
    focal_lengths : (F,) float, optional
        Millimetres.
    focus_distances : (F,) float, optional
        Metres.

    Raises
    ------
    ValueError
        On no samples, wrong shapes, unsorted times, or zero quaternions, naming the value.
    """

    times: Array
    positions: Array
    quaternions: Array
    focal_lengths: Array | None = None
    focus_distances: Array | None = None

    def __post_init__(self) -> None:
        times = np.array(self.times, np.float64)
        if times.ndim != 1 or not len(times):
            raise ValueError(f"times have shape {times.shape}; a trajectory needs (F,) with F ≥ 1")
        steps = np.diff(times)
        if not np.all(np.isfinite(times)) or np.any(steps <= 0):
            at = int(np.argmin(np.nan_to_num(steps, nan=-np.inf))) if len(steps) else 0
            raise ValueError(f"times must increase and be finite; they do not after sample {at}")
        object.__setattr__(self, "times", times)
        for name, width in (("positions", 3), ("quaternions", 4)):
            value = np.array(getattr(self, name), np.float64)
            if value.shape != (len(times), width):
                raise ValueError(f"{name} have shape {value.shape}, expected {(len(times), width)}")
            object.__setattr__(self, name, value)
        known = np.all(np.isfinite(self.quaternions), axis=1)
        quaternions = self.quaternions.copy()
        quaternions[known] = continuous(normalised(quaternions[known]))
        object.__setattr__(self, "quaternions", quaternions)
        for name in ("focal_lengths", "focus_distances"):
            value = getattr(self, name)
            if value is None:
                continue
            value = np.array(np.broadcast_to(np.asarray(value, np.float64), times.shape))
            if not np.all(value > 0):
                raise ValueError(f"{name} must be positive; {float(np.min(value))} is not")
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.times)

    @classmethod
    def still(
        cls,
        times: ArrayLike,
        position: ArrayLike,
        quaternion: ArrayLike,
        focal_length: float | None = None,
        focus_distance: float | None = None,
    ) -> Self:
        """A camera that does not move: every sample equal to the last bit."""
        t = np.asarray(times, np.float64)
        n = len(t)
        return cls(
            t,
            np.tile(np.asarray(position, np.float64), (n, 1)),
            np.tile(np.asarray(quaternion, np.float64), (n, 1)),
            None if focal_length is None else np.full(n, float(focal_length)),
            None if focus_distance is None else np.full(n, float(focus_distance)),
        )

    @property
    def duration(self) -> float:
        """Seconds from the first sample to the last."""
        return float(self.times[-1] - self.times[0])

    @property
    def is_still(self) -> bool:
        """Whether every pose and focal length equals the first to the last bit."""
        arrays = [self.positions, self.quaternions]
        if self.focal_lengths is not None:
            arrays.append(self.focal_lengths)
        return all(bool(np.all(a == a[0])) for a in arrays)

    def slice(self, start: float, end: float) -> Self:
        """The samples with start ≤ time < end.

        Raises
        ------
        ValueError
            If there is none.
        """
        keep = (self.times >= start) & (self.times < end)
        if not np.any(keep):
            raise ValueError(
                f"no samples in [{start}, {end}) s; the trajectory covers "
                f"[{self.times[0]}, {self.times[-1]}] s"
            )
        return self._pick(keep)

    def resampled(self, times: ArrayLike) -> Self:
        """Poses at other times: positions and lens linear, rotations by slerp; ends are held."""
        t = np.asarray(times, np.float64)
        clipped = np.clip(t, self.times[0], self.times[-1])
        index = np.clip(
            np.searchsorted(self.times, clipped, side="right") - 1, 0, max(len(self) - 2, 0)
        )
        after = np.minimum(index + 1, len(self) - 1)
        span = np.where(after > index, self.times[after] - self.times[index], 1.0)
        f = (clipped - self.times[index]) / span
        return replace(
            self,
            times=t,
            positions=(1 - f)[:, None] * self.positions[index] + f[:, None] * self.positions[after],
            quaternions=slerp(self.quaternions[index], self.quaternions[after], f),
            focal_lengths=_linear(clipped, self.times, self.focal_lengths),
            focus_distances=_linear(clipped, self.times, self.focus_distances),
        )

    def joined(self, other: Trajectory) -> Self:
        """This trajectory followed by ``other``, whose times must all be later."""

        def both(a: Array | None, b: Array | None, name: str) -> Array | None:
            if (a is None) != (b is None):
                raise ValueError(f"only one of the joined trajectories has {name}")
            return None if a is None or b is None else np.concatenate([a, b])

        return replace(
            self,
            times=np.concatenate([self.times, other.times]),
            positions=np.concatenate([self.positions, other.positions]),
            quaternions=np.concatenate([self.quaternions, other.quaternions]),
            focal_lengths=both(self.focal_lengths, other.focal_lengths, "focal lengths"),
            focus_distances=both(self.focus_distances, other.focus_distances, "focus distances"),
        )

    def velocities(self) -> Array:
        """(F, 3) m/s, second-order differences (zeros for one sample)."""
        return _derivative(self.positions, self.times)

    def accelerations(self) -> Array:
        """(F, 3) m/s²."""
        return _derivative(self.velocities(), self.times)

    def jerks(self) -> Array:
        """(F, 3) m/s³."""
        return _derivative(self.accelerations(), self.times)

    def angular_velocities(self) -> Array:
        """(F, 3) rad/s in the camera's own axes: log(q_i⁻¹ q_{i+1}) / dt, averaged on samples."""
        if len(self) < 2:
            return np.zeros((len(self), 3))
        step = log(multiply(conjugate(self.quaternions[:-1]), self.quaternions[1:]))
        rate = step / np.diff(self.times)[:, None]
        return np.concatenate([rate[:1], (rate[1:] + rate[:-1]) / 2, rate[-1:]])

    def relative_to_first(self) -> Self:
        """The same motion with the first pose at the origin, looking along −Z."""
        inverse = conjugate(self.quaternions[0])
        return replace(
            self,
            positions=rotate(inverse, self.positions - self.positions[0]),
            quaternions=multiply(inverse, self.quaternions),
        )

    def path_length(self) -> float:
        """Metres travelled."""
        return float(np.linalg.norm(np.diff(self.positions, axis=0), axis=1).sum())

    def _pick(self, keep: Array) -> Self:
        def take(a: Array | None) -> Array | None:
            return None if a is None else a[keep]

        return replace(
            self,
            times=self.times[keep],
            positions=self.positions[keep],
            quaternions=self.quaternions[keep],
            focal_lengths=take(self.focal_lengths),
            focus_distances=take(self.focus_distances),
        )


def _linear(at: Array, times: Array, values: Array | None) -> Array | None:
    return None if values is None else np.interp(at, times, values)


def _derivative(values: Array, times: Array) -> Array:
    if len(times) < 2:
        return np.zeros_like(values)
    return np.asarray(np.gradient(values, times, axis=0, edge_order=2 if len(times) > 2 else 1))
