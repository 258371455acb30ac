"""Lenses and filmbacks: fields of view, projection, intrinsics, depth of field.

Screen coordinates: x right, y up, origin at the centre of the frame, frame height = 1.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array, conjugate, rotate

PRIMES: tuple[float, ...] = (18.0, 24.0, 35.0, 50.0, 85.0, 135.0)
"""Focal lengths in mm of the prime lenses in the bag."""

FILMBACKS: dict[str, float] = {
    "full frame": 36.0,
    "super 35": 24.89,
    "academy 35": 21.95,
    "aps-c": 23.6,
    "alexa lf": 36.7,
    "alexa 65": 54.12,
    "vistavision": 37.72,
    "65 mm": 52.63,
    "imax": 70.41,
    "micro four thirds": 17.3,
    "16 mm": 10.26,
    "super 16": 12.52,
}
"""Sensor widths in mm by name."""

Across = Literal["horizontal", "vertical", "diagonal"]


@dataclass(frozen=True)
class Lens:
    """A lens on a sensor, horizontal fit: the frame's height is the sensor's width / aspect.

    Parameters
    ----------
    focal_mm : float
        Focal length in millimetres.
    sensor_mm : float
        Sensor width in millimetres.
    aspect : float
        Frame width over height.

    Raises
    ------
    ValueError
        If a value is not positive and finite.
    """

    focal_mm: float
    sensor_mm: float = 36.0
    aspect: float = 16 / 9

    def __post_init__(self) -> None:
        for name in ("focal_mm", "sensor_mm", "aspect"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"a lens's {name} must be positive and finite, not {value}")

    @classmethod
    def on_filmback(cls, focal_mm: float, filmback: str, aspect: float = 16 / 9) -> Self:
        """A lens on a sensor of `FILMBACKS`.

        Raises
        ------
        ValueError
            On an unknown filmback, naming the nearest.
        """
        if filmback not in FILMBACKS:
            near = difflib.get_close_matches(filmback, FILMBACKS, n=1, cutoff=0.0)[0]
            raise ValueError(f"filmback {filmback!r} is not known; the nearest name is {near!r}")
        return cls(focal_mm, FILMBACKS[filmback], aspect)

    @classmethod
    def from_fov(
        cls,
        radians: float,
        across: Across = "horizontal",
        sensor_mm: float = 36.0,
        aspect: float = 16 / 9,
    ) -> Self:
        """The lens that sees an angle ``across`` the frame.

        Raises
        ------
        ValueError
            If the angle is not between 0 and π.
        """
        if not 0 < radians < np.pi:
            raise ValueError(f"a field of view is between 0 and π radians, not {radians}")
        extent = sensor_mm * _extent(across, aspect)
        return cls(float(extent / (2 * np.tan(radians / 2))), sensor_mm, aspect)

    @classmethod
    def from_intrinsics(
        cls, matrix: ArrayLike, width: float, height: float, sensor_mm: float = 36.0
    ) -> Self:
        """The lens of an intrinsic matrix (3, 3) in pixels of a picture ``width`` × ``height``.

        Raises
        ------
        ValueError
            If the pixels are not square or the principal point is off the centre, each by more
            than a hundredth: a `Lens` has neither.
        """
        k = np.asarray(matrix, np.float64)
        if k.shape != (3, 3) or not np.all(np.isfinite(k)):
            raise ValueError(f"intrinsics must be a finite (3, 3) matrix, not {k.tolist()}")
        if abs(k[0, 0] - k[1, 1]) > 0.01 * abs(k[0, 0]):
            raise ValueError(
                f"focal lengths {k[0, 0]} and {k[1, 1]} pixels differ; make the pixels square first"
            )
        off = max(abs(k[0, 2] - width / 2) / width, abs(k[1, 2] - height / 2) / height)
        if off > 0.01:
            raise ValueError(
                f"the principal point {k[0, 2]}, {k[1, 2]} is not the centre of {width} × {height} "
                "pixels; crop the picture about it first"
            )
        return cls(float(k[0, 0] / width * sensor_mm), sensor_mm, width / height)

    def intrinsics(self, width: float) -> Array:
        """OpenCV's matrix (3, 3) in pixels of a picture ``width`` wide and width / aspect high.

        Pixel coordinates run from the picture's upper left corner, x right, y down; the centre of
        the first pixel is (½, ½).
        """
        f = self.focal_pixels(width)
        return np.array([[f, 0.0, width / 2], [0.0, f, width / self.aspect / 2], [0.0, 0.0, 1.0]])

    def focal_pixels(self, width: float) -> float:
        """Focal length in pixels of a picture ``width`` pixels wide."""
        return self.focal_mm / self.sensor_mm * width

    @property
    def focal_heights(self) -> float:
        """Focal length in frame heights: what a point's y/−z is multiplied by."""
        return self.focal_mm * self.aspect / self.sensor_mm

    @property
    def horizontal_view(self) -> float:
        """Horizontal field of view in radians."""
        return self.view("horizontal")

    @property
    def vertical_view(self) -> float:
        """Vertical field of view in radians."""
        return self.view("vertical")

    def view(self, across: Across) -> float:
        """Field of view in radians."""
        extent = self.sensor_mm * _extent(across, self.aspect)
        return float(2 * np.arctan(extent / (2 * self.focal_mm)))

    def project(
        self, points: ArrayLike, position: ArrayLike, quaternion: ArrayLike
    ) -> tuple[Array, Array]:
        """Points (..., 3) on the screen of a camera: (..., 2) and depth (...,) along the axis.

        Points behind the camera have depth ≤ 0 and NaN screen coordinates.
        """
        offset = np.asarray(points, np.float64) - np.asarray(position, np.float64)
        local = rotate(conjugate(quaternion), offset)
        depth = -local[..., 2]
        safe = np.where(depth > 1e-9, depth, np.nan)
        return self.focal_heights * local[..., :2] / safe[..., None], depth

    def rays(self, screen: ArrayLike) -> Array:
        """Unit directions (..., 3) in camera axes through screen points (..., 2)."""
        s = np.asarray(screen, np.float64)
        d = np.concatenate([s, np.full((*s.shape[:-1], 1), -self.focal_heights)], axis=-1)
        return np.asarray(d / np.linalg.norm(d, axis=-1, keepdims=True))

    def distance_showing(self, metres: float) -> float:
        """How far an upright thing ``metres`` high must be to fill the frame's height."""
        return metres * self.focal_heights

    def hyperfocal(self, fstop: float) -> float:
        """Metres at which to focus so that all from half of it to infinity is sharp.

        H = f² / (N c) + f; the circle of confusion c is 1/1500 of the sensor's diagonal
        (S. F. Ray, "Applied Photographic Optics", 2002, ch. 22).

        Raises
        ------
        ValueError
            If the f-stop is not positive.
        """
        if not fstop > 0:
            raise ValueError(f"an f-stop is positive, not {fstop}")
        f = self.focal_mm / 1000
        diagonal = self.sensor_mm / 1000 * _extent("diagonal", self.aspect)
        return float(f * f / (fstop * diagonal / 1500) + f)

    def depth_of_field(self, focus_m: float, fstop: float) -> tuple[float, float]:
        """Nearest and farthest sharp distance in metres (far may be infinite).

        Thin-lens formulas as in S. F. Ray, "Applied Photographic Optics", 2002, ch. 22.

        Raises
        ------
        ValueError
            If the focus is not beyond the focal length, or the f-stop is not positive.
        """
        f = self.focal_mm / 1000
        if not focus_m > f:
            raise ValueError(
                f"a {self.focal_mm} mm lens cannot focus at {focus_m} m; give more than {f} m"
            )
        hyperfocal = self.hyperfocal(fstop)
        near = focus_m * (hyperfocal - f) / (hyperfocal + focus_m - 2 * f)
        if focus_m >= hyperfocal:
            return near, float("inf")
        return near, focus_m * (hyperfocal - f) / (hyperfocal - focus_m)


def _extent(across: Across, aspect: float) -> float:
    """What is measured across the frame, in sensor widths."""
    return {"horizontal": 1.0, "vertical": 1 / aspect, "diagonal": float(np.hypot(1, 1 / aspect))}[
        across
    ]
