"""Bodies on the screen: points, limbs cut by the frame's edges, boxes. Batched over poses.

Limbs are clipped in the camera's own space, where the frame's edges are planes through the lens:
what is half behind the camera is cut where it leaves the view, and never mirrored onto the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from camera.framing.body import FLESH, LIMBS, POINTS, Body
from camera.lens import Lens
from camera.pose import Array, conjugate, normalised, rotate
from camera.trajectory import Trajectory

NEAR = 0.05
"""Metres before the lens from which things are on the screen."""

_FIRST = np.array([POINTS.index(a) for a, _ in LIMBS])
_LAST = np.array([POINTS.index(b) for _, b in LIMBS])


@dataclass(frozen=True)
class Camera:
    """Cameras that look at once, or one over time.

    Parameters
    ----------
    positions : (..., 3) metres
    quaternions : (..., 4) world_from_camera
    focal_heights : (...,) focal length in frame heights
    aspect
        Frame width over height.

    Raises
    ------
    ValueError
        If something is not finite, or a focal length or the aspect is not positive.
    """

    positions: Array
    quaternions: Array
    focal_heights: Array
    aspect: float = 16 / 9

    def __post_init__(self) -> None:
        p = np.asarray(self.positions, np.float64)
        f = np.asarray(self.focal_heights, np.float64)
        if not np.all(np.isfinite(p)):
            raise ValueError("a camera is not at a finite place; give its position in metres")
        if not np.all(np.isfinite(f) & (f > 0)):
            raise ValueError(
                f"focal lengths must be positive and finite, not {np.min(f)} frame heights"
            )
        if not (np.isfinite(self.aspect) and self.aspect > 0):
            raise ValueError(f"a frame's aspect must be positive and finite, not {self.aspect}")
        object.__setattr__(self, "positions", p)
        object.__setattr__(self, "quaternions", normalised(self.quaternions))
        object.__setattr__(self, "focal_heights", f)

    @classmethod
    def through(cls, lens: Lens, positions: ArrayLike, quaternions: ArrayLike) -> Self:
        """Cameras that share a lens."""
        return cls(
            np.asarray(positions, np.float64),
            np.asarray(quaternions, np.float64),
            np.asarray(lens.focal_heights),
            lens.aspect,
        )

    @classmethod
    def along(cls, trajectory: Trajectory, lens: Lens) -> Self:
        """A camera that moves, zooms followed: (F,) poses."""
        f = np.full(len(trajectory), lens.focal_heights)
        if trajectory.focal_lengths is not None:
            f = f * trajectory.focal_lengths / lens.focal_mm
        return cls(trajectory.positions, trajectory.quaternions, f, lens.aspect)

    def local(self, points: ArrayLike) -> Array:
        """World points (..., P, 3) in camera axes: right, up, and depth along the lens's axis."""
        offset = np.asarray(points, np.float64) - self.positions[..., None, :]
        turned = rotate(conjugate(self.quaternions)[..., None, :], offset)
        return np.asarray(turned * np.array([1.0, 1.0, -1.0]))

    def project(self, points: ArrayLike) -> tuple[Array, Array]:
        """Points (..., P, 3) on the screen (..., P, 2), NaN behind the lens; depths (..., P)."""
        return self.screen(self.local(points))

    def screen(self, local: Array) -> tuple[Array, Array]:
        """The same for points in camera axes (`local`)."""
        depth = local[..., 2]
        safe = np.where(depth >= NEAR, depth, np.nan)
        return self.focal_heights[..., None, None] * local[..., :2] / safe[..., None], depth

    @property
    def half(self) -> Array:
        """Half the frame (2,), frame heights."""
        return np.array([self.aspect / 2, 0.5])


@dataclass(frozen=True)
class Seen:
    """A body on a screen; every array has the leading axes of camera and body, broadcast.

    ``screen`` (..., 16, 2) and ``depth`` (..., 16) of its points. Points that are not known or
    behind the lens are NaN on the screen.
    """

    camera: Camera
    body: Body
    local: Array
    screen: Array
    depth: Array

    @cached_property
    def inside(self) -> Array:
        """Which points (..., 16) are in the frame."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.all(np.abs(self.screen) <= self.camera.half, axis=-1))

    @cached_property
    def limbs(self) -> tuple[Array, Array]:
        """Where each limb (..., 17) enters and leaves the frame, 0–1 along it; NaN if it does not.

        M. Cyrus & J. Beck, "Generalized two- and three-dimensional clipping", 1978, with the
        planes of the view.
        """
        return self._within(0.0)

    @cached_property
    def box(self) -> Array:
        """Left, bottom, right, top (..., 4) of the body with its flesh, frame heights.

        It may reach past the frame's edges. What is behind the lens is cut off; NaN where the
        whole body is.
        """
        ahead = self.local[None, ..., 2] - NEAR
        return self._extent(*_clipped(ahead[..., _FIRST], ahead[..., _LAST]))

    @cached_property
    def shown(self) -> Array:
        """The box (..., 4) of what of the body is in the frame; NaN where nothing is."""
        return self.shown_of(*POINTS)

    def shown_of(self, *names: str) -> Array:
        """The same of a part of it: of the limbs between these `POINTS`.

        ``shown_of("crown", "eyes", "chin", "shoulder.L", "shoulder.R")`` is how much of the
        picture somebody's head and shoulders take.

        Raises
        ------
        ValueError
            If no limb is between these points.
        """
        part = np.array([set(limb) <= set(names) for limb in LIMBS])
        if not part.any():
            raise ValueError(f"there is no limb between {', '.join(names)}; see LIMBS")
        wide, tall = self.camera.half
        edge = np.array([wide, tall, wide, tall])
        enter, leave = self._within(FLESH)
        extent = self._extent(np.where(part, enter, np.nan), np.where(part, leave, np.nan))
        cut = np.clip(extent, -edge, edge)
        with np.errstate(invalid="ignore"):
            empty = (cut[..., 0] >= cut[..., 2]) | (cut[..., 1] >= cut[..., 3])
        return np.asarray(np.where(empty[..., None], np.nan, cut))

    def _within(self, flesh: Array | float) -> tuple[Array, Array]:
        """Where limbs (..., 17) that are so thick enter and leave the frame."""
        f = self.camera.focal_heights[..., None]
        right, up, depth = self.local[..., 0], self.local[..., 1], self.local[..., 2]
        wide, tall = self.camera.half
        # how far inside of each plane, up to a scale
        planes = np.stack(
            [
                depth - NEAR,
                wide * depth - f * (right - flesh),
                wide * depth + f * (right + flesh),
                tall * depth - f * (up - flesh),
                tall * depth + f * (up + flesh),
            ]
        )
        return _clipped(planes[..., _FIRST], planes[..., _LAST])

    def _extent(self, enter: Array, leave: Array) -> Array:
        """The box (..., 4) round the parts of limbs between two places along them."""
        first, last = self.local[..., _FIRST, :], self.local[..., _LAST, :]
        f = self.camera.focal_heights[..., None, None]
        corners = []
        for t in (enter, leave):
            end = first + t[..., None] * (last - first)
            flesh = FLESH[_FIRST] + t * (FLESH[_LAST] - FLESH[_FIRST])
            depth = np.maximum(end[..., 2:], NEAR)
            at, pad = f * end[..., :2] / depth, f * flesh[..., None] / depth
            corners += [at - pad, at + pad]
        every = np.concatenate(corners, axis=-2)
        gone = np.isnan(every)
        low = np.where(gone, np.inf, every).min(axis=-2)
        high = np.where(gone, -np.inf, every).max(axis=-2)
        both = np.concatenate([low, high], axis=-1)
        return np.asarray(np.where(np.isfinite(both), both, np.nan))

    @property
    def eyes(self) -> Array:
        """The eyes on the screen (..., 2)."""
        return np.asarray(self.screen[..., POINTS.index("eyes"), :])

    @property
    def eyes_depth(self) -> Array:
        """Metres (...,) along the lens's axis to the eyes; negative behind the camera."""
        return np.asarray(self.depth[..., POINTS.index("eyes")])

    @property
    def face_inside(self) -> Array:
        """Whether eyes and mouth, or the eyes alone if no mouth is known, are in the frame."""
        mouth = POINTS.index("mouth")
        unknown = np.isnan(self.body.points[..., mouth, 0])
        eyes = self.inside[..., POINTS.index("eyes")]
        return np.asarray(eyes & (self.inside[..., mouth] | unknown))


def see(camera: Camera, body: Body) -> Seen:
    """A body as cameras see it; their leading axes broadcast.

    Raises
    ------
    ValueError
        If the leading axes do not fit each other.
    """
    try:
        np.broadcast_shapes(
            camera.positions.shape[:-1],
            camera.quaternions.shape[:-1],
            camera.focal_heights.shape,
            body.points.shape[:-2],
        )
    except ValueError:
        raise ValueError(
            f"cameras {camera.positions.shape[:-1]} and bodies {body.points.shape[:-2]} do not fit "
            "each other; give one, or as many of both"
        ) from None
    local = camera.local(body.points)
    screen, depth = camera.screen(local)
    return Seen(camera, body, local, screen, depth)


def _clipped(first: Array, last: Array) -> tuple[Array, Array]:
    """Where segments are inside of all planes: enter and leave, 0–1; NaN if nowhere.

    ``first`` and ``last`` (K, ...) are how far inside of each of K planes the ends are.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = first / (first - last)
    comes = np.where(first < 0, np.where(last < 0, np.inf, crossing), 0.0)
    goes = np.where(last < 0, np.where(first < 0, -np.inf, crossing), 1.0)
    enter, leave = comes.max(axis=0), goes.min(axis=0)
    out = (enter > leave) | np.isnan(first + last).any(axis=0)
    return np.where(out, np.nan, enter), np.where(out, np.nan, leave)
