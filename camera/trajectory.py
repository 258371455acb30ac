"""A camera's path in time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import factorial
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.spatial.transform import Rotation, RotationSpline

from camera.pose import (
    Array,
    conjugate,
    continuous,
    exp,
    log,
    multiply,
    normalised,
    rotate,
    slerp,
    unrolled,
)

_UNIT = 1e-3
"""How far from one a quaternion's length may be: far above the rounding of any file format."""


@dataclass(frozen=True)
class Trajectory:
    """Poses over time, world_from_camera, with the lens where it matters.

    A sample is missing when its whole pose is NaN; `camera.smooth` fills it.

    Parameters
    ----------
    times : (F,) float
        Seconds, strictly increasing.
    positions : (F, 3) float
        Metres, world frame.
    quaternions : (F, 4) float
        Unit, wxyz; rounding is normalised away on construction, signs are made continuous.
    focal_lengths : (F,) float, optional
        Millimetres.
    focus_distances : (F,) float, optional
        Metres.

    Raises
    ------
    ValueError
        On no samples, wrong shapes, times that do not increase, values that are not finite, or
        quaternions that are not unit, naming the sample and the value.
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
        _check_times(times)
        values = {"times": times}
        for name, width in (("positions", 3), ("quaternions", 4)):
            value = np.array(getattr(self, name), np.float64)
            if value.shape != (len(times), width):
                raise ValueError(f"{name} have shape {value.shape}, expected {(len(times), width)}")
            values[name] = value
        _check_poses(values["positions"], values["quaternions"])
        known: Any = np.isfinite(values["quaternions"][:, 0])
        known = slice(None) if known.all() else known
        values["quaternions"][known] = continuous(normalised(values["quaternions"][known]))
        for name in ("focal_lengths", "focus_distances"):
            if (value := getattr(self, name)) is None:
                continue
            value = np.array(np.broadcast_to(np.asarray(value, np.float64), times.shape))
            if not np.all((value > 0) & np.isfinite(value)):
                at = int(np.argmin((value > 0) & np.isfinite(value)))
                raise ValueError(f"{name} must be positive and finite; sample {at} has {value[at]}")
            values[name] = value
        for name, value in values.items():
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

    @classmethod
    def integrated(
        cls, times: ArrayLike, position: ArrayLike, quaternion: ArrayLike, steps: ArrayLike
    ) -> Self:
        """The path from a first pose along relative ``steps`` (F − 1, 6): undoes `steps`."""
        s = np.asarray(steps, np.float64).reshape(-1, 6)
        positions = [np.asarray(position, np.float64)]
        quaternions = [np.asarray(quaternion, np.float64)]
        for shift, turn in zip(s[:, :3], exp(s[:, 3:]), strict=True):
            positions.append(positions[-1] + rotate(quaternions[-1], shift))
            quaternions.append(normalised(multiply(quaternions[-1], turn)))
        return cls(np.asarray(times, np.float64), np.array(positions), np.array(quaternions))

    @property
    def known(self) -> Array:
        """(F,) bool: which samples are not missing."""
        return np.asarray(np.isfinite(self.positions[:, 0]))

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
        return self.picked(keep)

    def picked(self, keep: ArrayLike) -> Self:
        """The samples of a mask (F,) or of rising indices."""
        k = np.asarray(keep)

        def take(a: Array | None) -> Array | None:
            return None if a is None else a[k]

        return replace(
            self,
            times=self.times[k],
            positions=self.positions[k],
            quaternions=self.quaternions[k],
            focal_lengths=take(self.focal_lengths),
            focus_distances=take(self.focus_distances),
        )

    def resampled(self, times: ArrayLike, how: Literal["linear", "smooth"] = "linear") -> Self:
        """Poses at other times; the ends are held, missing samples are bridged.

        Parameters
        ----------
        how
            ``linear``: positions and lens linear, rotations by slerp. ``smooth``: twice
            continuously differentiable splines, the lens monotone between samples.

        Raises
        ------
        ValueError
            If every sample is missing, or on an unknown ``how``.
        """
        if how not in ("linear", "smooth"):
            raise ValueError(f"cannot resample {how!r}; there are linear, smooth")
        known = self.known
        if not known.any():
            raise ValueError("every sample of the trajectory is missing; nothing can be resampled")
        t = np.asarray(times, np.float64)
        here, p, q = self.times[known], self.positions[known], self.quaternions[known]
        at = np.clip(t, here[0], here[-1])
        if how == "smooth" and len(here) > 2:
            positions = CubicSpline(here, p, axis=0)(at)
            turn = RotationSpline(here, Rotation.from_quat(q[:, [1, 2, 3, 0]]))(at)
            quaternions = turn.as_quat()[:, [3, 0, 1, 2]]
        else:
            positions = np.stack([np.interp(at, here, p[:, i]) for i in range(3)], axis=1)
            index = np.clip(np.searchsorted(here, at, side="right") - 1, 0, max(len(here) - 2, 0))
            after = np.minimum(index + 1, len(here) - 1)
            span = np.where(after > index, here[after] - here[index], 1.0)
            quaternions = slerp(q[index], q[after], (at - here[index]) / span)
        return replace(
            self,
            times=t,
            positions=positions,
            quaternions=quaternions,
            focal_lengths=_lens_at(t, self.times, self.focal_lengths, how),
            focus_distances=_lens_at(t, self.times, self.focus_distances, how),
        )

    def shifted(self, seconds: float) -> Self:
        """The same path, later by ``seconds``."""
        return replace(self, times=self.times + seconds)

    def joined(self, other: Trajectory) -> Self:
        """This trajectory followed by ``other``, whose times must all be later.

        Raises
        ------
        ValueError
            If ``other`` begins before this one has ended, or only one has a lens.
        """
        if other.times[0] <= self.times[-1]:
            raise ValueError(
                f"the joined trajectory begins at {other.times[0]} s, before this one ends at "
                f"{self.times[-1]} s; shift it by its `shifted`"
            )

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
        """(F, 3) m/s. Exact, as accelerations and jerks are, where the path is a quartic."""
        return _derivative(self.positions, self.times, 1)

    def accelerations(self) -> Array:
        """(F, 3) m/s²."""
        return _derivative(self.positions, self.times, 2)

    def jerks(self) -> Array:
        """(F, 3) m/s³."""
        return _derivative(self.positions, self.times, 3)

    def angular_velocities(self) -> Array:
        """(F, 3) rad/s in the camera's own axes."""
        return _derivative(unrolled(self.quaternions), self.times, 1)

    def angular_accelerations(self) -> Array:
        """(F, 3) rad/s² in the camera's own axes."""
        return _derivative(unrolled(self.quaternions), self.times, 2)

    def angular_jerks(self) -> Array:
        """(F, 3) rad/s³ in the camera's own axes."""
        return _derivative(unrolled(self.quaternions), self.times, 3)

    def steps(self) -> Array:
        """(F − 1, 6): shift (metres) and turn (rotation vector), both in the camera's own axes."""
        shift = rotate(conjugate(self.quaternions[:-1]), np.diff(self.positions, axis=0))
        turn = log(multiply(conjugate(self.quaternions[:-1]), self.quaternions[1:]))
        return np.concatenate([shift, turn], axis=1)

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


def _check_times(times: Array) -> None:
    bad = ~np.isfinite(times)
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(f"times must be finite; sample {at} is at {times[at]}")
    steps = np.diff(times)
    if np.any(steps <= 0):
        at = int(np.argmax(steps <= 0)) + 1
        raise ValueError(
            f"times must increase; sample {at} is at {times[at]} s, after {times[at - 1]} s"
        )


def _check_poses(positions: Array, quaternions: Array) -> None:
    if not (np.isfinite(positions).all() and np.isfinite(quaternions).all()):
        poses = np.concatenate([positions, quaternions], axis=1)
        bad = ~np.isfinite(poses).all(axis=1) & ~np.isnan(poses).all(axis=1)
        at = int(np.argmax(bad))
        if bad[at]:
            raise ValueError(
                f"sample {at} has position {positions[at].tolist()} and quaternion "
                f"{quaternions[at].tolist()}; a pose is finite, or all NaN where the sample is "
                "missing"
            )
    off = np.abs(np.einsum("ij,ij->i", quaternions, quaternions) - 1.0) > 2.0 * _UNIT
    if off.any():
        at = int(np.argmax(off))
        raise ValueError(
            f"quaternion {at}, {quaternions[at].tolist()}, is not unit; "
            "`camera.pose.normalised` makes it so"
        )


def _lens_at(at: Array, times: Array, values: Array | None, how: str) -> Array | None:
    if values is None:
        return None
    if how == "smooth" and len(times) > 1:
        return np.asarray(PchipInterpolator(times, values)(np.clip(at, times[0], times[-1])))
    return np.interp(at, times, values)


def _derivative(values: Array, times: Array, order: int) -> Array:
    """Derivatives on any grid, from the polynomial through the five nearest samples.

    The weights solve the moment equations Σ wᵢ (tᵢ − t)ᵏ = k! [k = order] (B. Fornberg,
    "Generation of finite difference formulas on arbitrarily spaced grids", 1988, §1).
    """
    n = len(times)
    width = min(5, n)
    if width <= order:
        return np.zeros_like(values)
    first = np.clip(np.arange(n) - width // 2, 0, n - width)
    index = first[:, None] + np.arange(width)
    offset = times[index] - times[:, None]
    scale = np.abs(offset).max(axis=1)
    moments = (offset / scale[:, None])[:, None, :] ** np.arange(width)[:, None]
    wanted = np.zeros((width, 1))
    wanted[order] = factorial(order)
    weights = np.linalg.solve(moments, np.broadcast_to(wanted, (n, width, 1)))[..., 0]
    return np.asarray(np.einsum("nk,nkc->nc", weights, values[index]) / scale[:, None] ** order)
