"""People as the camera sees them: named points of a body, flesh round them, and limbs between.

A `Body` holds one person, or many poses of one: every array has the same leading axes. Points that
are not known are NaN and are left out wherever they are not needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from camera.framing.aiming import CROWN
from camera.pose import Array, facing

POINTS: tuple[str, ...] = (
    "crown",
    "eyes",
    "mouth",
    "chin",
    "shoulder.L",
    "shoulder.R",
    "elbow.L",
    "elbow.R",
    "hand.L",
    "hand.R",
    "hip.L",
    "hip.R",
    "knee.L",
    "knee.R",
    "foot.L",
    "foot.R",
)
"""What a body's points are, in the order of `Body.points`."""

FLESH = np.array(
    [0.01, 0.06, 0.04, 0.02, 0.09, 0.09, 0.06, 0.06, 0.09, 0.09, 0.13, 0.13, 0.08, 0.08, 0.1, 0.1]
)
"""Metres from each point to the outside of the body round it, clothes included."""

LIMBS: tuple[tuple[str, str], ...] = (
    ("crown", "eyes"),
    ("eyes", "mouth"),
    ("mouth", "chin"),
    ("chin", "shoulder.L"),
    ("chin", "shoulder.R"),
    ("shoulder.L", "shoulder.R"),
    ("shoulder.L", "elbow.L"),
    ("shoulder.R", "elbow.R"),
    ("elbow.L", "hand.L"),
    ("elbow.R", "hand.R"),
    ("shoulder.L", "hip.L"),
    ("shoulder.R", "hip.R"),
    ("hip.L", "hip.R"),
    ("hip.L", "knee.L"),
    ("hip.R", "knee.R"),
    ("knee.L", "foot.L"),
    ("knee.R", "foot.R"),
)

# A standing adult 1.72 m tall, from the floor: x right, y front, z up
_ADULT = np.array(
    [
        (0.0, 0.0, 1.72),
        (0.0, 0.085, 1.605),
        (0.0, 0.095, 1.53),
        (0.0, 0.085, 1.49),
        (-0.18, -0.01, 1.41),
        (0.18, -0.01, 1.41),
        (-0.23, 0.0, 1.1),
        (0.23, 0.0, 1.1),
        (-0.24, 0.06, 0.8),
        (0.24, 0.06, 0.8),
        (-0.095, 0.0, 0.9),
        (0.095, 0.0, 0.9),
        (-0.095, 0.0, 0.49),
        (0.095, 0.0, 0.49),
        (-0.095, 0.05, 0.04),
        (0.095, 0.05, 0.04),
    ]
)
_ADULT_HEIGHT = 1.72


@dataclass(frozen=True)
class Body:
    """Somebody's points and where they look.

    Parameters
    ----------
    points : (..., 16, 3) metres
        In the order of `POINTS`; NaN where a point is not known. The eyes must be.
    look : (...,) radians
        Heading of the face.
    """

    points: Array
    look: Array

    def __post_init__(self) -> None:
        p, look = np.asarray(self.points, np.float64), np.asarray(self.look, np.float64)
        if p.shape[-2:] != (len(POINTS), 3):
            raise ValueError(
                f"a body's points have shape {p.shape}, expected (..., {len(POINTS)}, 3)"
            )
        if np.any(np.isinf(p)):
            raise ValueError("a body's point is infinite; leave what is not known NaN")
        try:
            look = np.broadcast_to(look, p.shape[:-2])
        except ValueError:
            raise ValueError(
                f"a body's look has shape {look.shape}, expected {p.shape[:-2]} as its points"
            ) from None
        object.__setattr__(self, "points", p)
        object.__setattr__(self, "look", look)

    @classmethod
    def of(cls, points: Mapping[str, ArrayLike], look: ArrayLike) -> Self:
        """A body from what is known of it: name of a point → (..., 3) metres.

        A crown that is not given is `CROWN` above the eyes.

        Raises
        ------
        ValueError
            If a name is not in `POINTS`, or the eyes are missing.
        """
        for name in points:
            if name not in POINTS:
                raise ValueError(f"a body has no point {name!r}; there are {', '.join(POINTS)}")
        if "eyes" not in points:
            raise ValueError("a body needs its eyes; give at least the point 'eyes'")
        eyes = np.asarray(points["eyes"], np.float64)
        known = {"crown": eyes + np.array([0.0, 0.0, CROWN]), **points}
        lacking = np.full_like(eyes, np.nan)
        rows = [np.asarray(known.get(name, lacking), np.float64) for name in POINTS]
        return cls(np.stack(np.broadcast_arrays(*rows), axis=-2), np.asarray(look, np.float64))

    @classmethod
    def standing(cls, place: ArrayLike, look: ArrayLike, height: ArrayLike = 1.72) -> Self:
        """An average adult's proportions, standing at ease.

        Parameters
        ----------
        place : (..., 3) metres, on the floor between the feet
        look : (...,) radians
        height : (...,) metres

        Raises
        ------
        ValueError
            If a height is not positive.
        """
        at, turn = np.asarray(place, np.float64), np.asarray(look, np.float64)
        tall = np.asarray(height, np.float64)
        if not np.all(np.isfinite(tall) & (tall > 0)):
            raise ValueError(f"a body's height must be positive, not {np.min(tall)} m")
        scaled = _ADULT * (tall / _ADULT_HEIGHT)[..., None, None]
        front = facing(turn)[..., None, :]
        right = np.stack([front[..., 1], -front[..., 0], np.zeros_like(front[..., 0])], axis=-1)
        up = np.array([0.0, 0.0, 1.0])
        posed = scaled[..., :1] * right + scaled[..., 1:2] * front + scaled[..., 2:] * up
        return cls(at[..., None, :] + posed, turn)

    def point(self, name: str) -> Array:
        """One point (..., 3) by name."""
        return np.asarray(self.points[..., POINTS.index(name), :])

    @property
    def eyes(self) -> Array:
        """The eyes (..., 3)."""
        return self.point("eyes")

    def __getitem__(self, rows: Any) -> Body:
        """Some of the poses: an index into the leading axes."""
        return Body(self.points[rows], self.look[rows])
