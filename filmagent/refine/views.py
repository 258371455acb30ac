"""The camera of a frame, as it is written beside the frame's passes.

``camera.%04d.json`` holds ``size`` (pixels, width and height), ``position`` (metres),
``quaternion`` (wxyz, world_from_camera: the camera looks along −Z, up is +Y), ``focal_mm``,
``sensor_mm`` (horizontal fit), ``shift`` (pixels right and up; none where it is not named),
``focus_m``, ``fstop``; and, for who reads no code of ours, ``intrinsics`` (OpenCV's) and
``world_from_camera`` (4, 4). The last two follow from the others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from camera.lens import Lens
from camera.pose import matrix
from filmagent.errors import RenderError

Array = NDArray[Any]


@dataclass(frozen=True)
class View:
    """A camera at one frame, and the size of its picture.

    Pixel coordinates here are columns and rows: x right, y down, the first pixel's centre is 0, 0.
    """

    lens: Lens
    position: tuple[float, float, float]
    """Metres, in the world."""
    quaternion: tuple[float, float, float, float]
    """wxyz, world_from_camera."""
    size: tuple[int, int]
    """Pixels, width and height."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Pixels right and up by which the lens is shifted: rarely any, and only by hand."""

    @cached_property
    def focal(self) -> float:
        """Focal length in pixels: metres across a pixel at distance z are z / focal."""
        return self.lens.focal_pixels(self.size[0])

    @cached_property
    def intrinsics(self) -> Array:
        """OpenCV's matrix (3, 3); its first pixel's centre is ½, ½ (`camera.lens`)."""
        found = self.lens.intrinsics(self.size[0])
        found[:2, 2] += (-self.shift[0], self.shift[1])
        return found

    @property
    def middle(self) -> tuple[float, float]:
        """Column and row that the lens's axis goes through."""
        width, height = self.size
        return (width - 1) / 2 - self.shift[0], (height - 1) / 2 + self.shift[1]

    @cached_property
    def world_from_camera(self) -> Array:
        """(4, 4)."""
        found = np.eye(4)
        found[:3, :3] = matrix(self.quaternion)
        found[:3, 3] = self.position
        return found

    def rays(self, columns: ArrayLike | None = None, rows: ArrayLike | None = None) -> Array:
        """What leads from the camera to pixels, (…, 3) in world axes, 1 long along its axis.

        Every pixel's, (H, W, 3), by default.
        """
        width, height = self.size
        if columns is None or rows is None:
            columns, rows = np.meshgrid(np.arange(width), np.arange(height))
        x = (np.asarray(columns, np.float64) - self.middle[0]) / self.focal
        y = (self.middle[1] - np.asarray(rows, np.float64)) / self.focal
        local = np.stack([x, y, np.full_like(x, -1.0)], -1)
        return np.asarray(local @ self.world_from_camera[:3, :3].T)

    def points(self, depth: Array) -> Array:
        """World places (H, W, 3) of a picture's points by their depth (H, W) along the axis."""
        return np.asarray(self.rays() * depth[..., None] + np.asarray(self.position))

    def pixels(self, points: ArrayLike) -> tuple[Array, Array, Array]:
        """Columns, rows and depth (…) of world places (…, 3); NaN behind the camera."""
        offset = np.asarray(points, np.float64) - np.asarray(self.position)
        return self.bearing(offset)

    def bearing(self, directions: ArrayLike) -> tuple[Array, Array, Array]:
        """Columns, rows and length along the axis (…) of what leads away from the camera."""
        local = np.asarray(directions, np.float64) @ self.world_from_camera[:3, :3]
        depth = -local[..., 2]
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = np.where(depth > 1e-9, self.focal / depth, np.nan)
        column, row = self.middle
        return column + scale * local[..., 0], row - scale * local[..., 1], depth


def read(path: Path) -> View:
    """Read the camera of a frame.

    Raises
    ------
    RenderError
        If it is missing, or not what is written there.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        width, height = (int(n) for n in found["size"])
        x, y, z = (float(n) for n in found["position"])
        q = tuple(float(n) for n in found["quaternion"])
        if len(q) != 4 or not np.isfinite([x, y, z, *q]).all() or not np.linalg.norm(q) > 0:
            raise ValueError("its position or quaternion is none")
        lens = Lens(float(found["focal_mm"]), float(found["sensor_mm"]), width / height)
        right, up = (float(n) for n in found.get("shift", (0.0, 0.0)))
        return View(lens, (x, y, z), (q[0], q[1], q[2], q[3]), (width, height), (right, up))
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise RenderError(
            f"{path} is missing or damaged ({type(error).__name__}: {error}); render the frame "
            "again."
        ) from None
