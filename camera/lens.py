"""Lenses and filmbacks: fields of view, projection, depth of field.

Screen coordinates: x right, y up, origin at the centre of the frame, frame height = 1.
"""

from __future__ import annotations

from dataclasses import dataclass

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

    @property
    def focal_heights(self) -> float:
        """Focal length in frame heights: what a point's y/−z is multiplied by."""
        return self.focal_mm * self.aspect / self.sensor_mm

    @property
    def horizontal_view(self) -> float:
        """Horizontal field of view in radians."""
        return float(2 * np.arctan(self.sensor_mm / (2 * self.focal_mm)))

    @property
    def vertical_view(self) -> float:
        """Vertical field of view in radians."""
        return float(2 * np.arctan(0.5 / self.focal_heights))

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

    def depth_of_field(self, focus_m: float, fstop: float) -> tuple[float, float]:
        """Nearest and farthest sharp distance in metres (far may be infinite).

        The circle of confusion is 1/1500 of the sensor's diagonal; thin-lens formulas as in
        S. F. Ray, "Applied Photographic Optics", 2002, ch. 22.
        """
        f = self.focal_mm / 1000
        diagonal = self.sensor_mm / 1000 * float(np.hypot(1.0, 1.0 / self.aspect))
        hyperfocal = f * f / (fstop * diagonal / 1500) + f
        near = focus_m * (hyperfocal - f) / (hyperfocal + focus_m - 2 * f)
        if focus_m >= hyperfocal:
            return near, float("inf")
        return near, focus_m * (hyperfocal - f) / (hyperfocal - focus_m)
