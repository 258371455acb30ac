"""What a static camera is asked for, in numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import ANGLES, AZIMUTHS, SIZES
from camera.pose import Array

Clearance = Callable[[Array], tuple[Array, Array]]
"""Points (K, 3) → metres (K,) to whatever is nearest, and the gradient (K, 3) of that."""

APART = 1e-3
"""Metres within which two subjects are one point."""


@dataclass(frozen=True)
class Line:
    """The line of action, and the side of it to keep to.

    Parameters
    ----------
    a, b : (2,) or (3,) metres
        Two points of the line; only x and y count.
    side
        +1 keeps to the left of a→b, −1 to the right.
    margin
        Metres to stay away from the line.
    """

    a: Array
    b: Array
    side: int
    margin: float = 0.1

    def __post_init__(self) -> None:
        a, b = (np.asarray(p, np.float64)[:2] for p in (self.a, self.b))
        if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b)) and np.hypot(*(b - a)) > APART):
            raise ValueError(
                f"a line needs two points apart on the floor, not {a.tolist()} and {b.tolist()}"
            )
        if self.side not in (1, -1):
            raise ValueError(f"a line's side is +1 (left) or −1 (right), not {self.side}")
        object.__setattr__(self, "a", a)
        object.__setattr__(self, "b", b)

    @property
    def normal(self) -> Array:
        """Unit direction (2,) into the allowed side."""
        d = self.b - self.a
        return np.asarray(self.side * np.array([-d[1], d[0]]) / np.hypot(*d))


@dataclass(frozen=True)
class Wish:
    """Wishes for one static camera, or for many of the same number of subjects at once.

    NaN is no wish. The first subject is whom the shot is about: in pairs and groups a wished size,
    angle or view of the shot is theirs.

    Parameters
    ----------
    eyes : (..., N, 3) metres
    screen : (..., N, 2)
        Where the eyes shall be, frame heights.
    shows : (..., N) metres
        Height of the picture at each subject, measured along the lens's axis: the size.
    elevation : (..., N) radians
        Of the camera above the level of each subject's eyes.
    heading : (..., N) radians
        World heading from each subject's eyes to the camera: the view.
    roll
        Radians, counter-clockwise seen from behind the camera.

    Raises
    ------
    ValueError
        If shapes disagree, a value cannot be wished, or two subjects are one point.
    """

    eyes: Array
    screen: Array
    shows: Array
    elevation: Array
    heading: Array
    roll: float = 0.0

    def __post_init__(self) -> None:
        eyes = np.asarray(self.eyes, np.float64)
        if eyes.ndim < 2 or eyes.shape[-1] != 3 or not eyes.size:
            raise ValueError(f"eyes have shape {eyes.shape}, expected (..., N, 3), none of them 0")
        object.__setattr__(self, "eyes", eyes)
        for name, shape in (
            ("screen", (*eyes.shape[:-1], 2)),
            ("shows", eyes.shape[:-1]),
            ("elevation", eyes.shape[:-1]),
            ("heading", eyes.shape[:-1]),
        ):
            value = np.asarray(getattr(self, name), np.float64)
            if value.shape != shape:
                raise ValueError(f"{name} has shape {value.shape}, expected {shape} as the eyes")
            if np.any(np.isinf(value)):
                raise ValueError(f"a wished {name} is infinite; NaN means no wish")
            object.__setattr__(self, name, value)
        _check(self)

    @classmethod
    def of(
        cls,
        eyes: ArrayLike,
        screen: ArrayLike,
        *,
        size: str | None = None,
        angle: str | float | None = None,
        look: ArrayLike = 0.0,
        azimuth: str | ArrayLike | None = None,
        roll: float = 0.0,
    ) -> Self:
        """Wishes in the words of a shot.

        Parameters
        ----------
        size
            A name of `grammar.SIZES`, for the first subject.
        angle
            A name of `grammar.ANGLES` or radians, seen from the first subject's eyes.
        look : (...,) radians
            Heading the first subject looks along.
        azimuth : (...,) radians
            From that look to the camera, counter-clockwise from above; or one of the eight names
            of `grammar.AZIMUTHS`.

        Raises
        ------
        ValueError
            If a name is not known, or as the class.
        """
        e = np.asarray(eyes, np.float64)
        lead = e.shape[:-1]
        if not lead:
            raise ValueError(f"eyes have shape {e.shape}, expected (..., N, 3) with N ≥ 1")
        metres, rise, turn = (np.full(lead, np.nan) for _ in range(3))
        if size is not None:
            if size not in SIZES:
                raise ValueError(f"size {size!r} is not known; there are {', '.join(SIZES)}")
            metres[..., 0] = SIZES[size].shows
        if isinstance(angle, str):
            if angle not in ANGLES:
                raise ValueError(f"angle {angle!r} is not known; there are {', '.join(ANGLES)}")
            rise[..., 0] = ANGLES[angle]
        elif angle is not None:
            rise[..., 0] = angle
        if isinstance(azimuth, str):
            if azimuth not in AZIMUTHS:
                raise ValueError(f"view {azimuth!r} is not known; there are {', '.join(AZIMUTHS)}")
            azimuth = AZIMUTHS[azimuth]
        if azimuth is not None:
            turn[..., 0] = np.asarray(look, np.float64) + np.asarray(azimuth, np.float64)
        at = np.broadcast_to(np.asarray(screen, np.float64), (*lead, 2))
        return cls(e, at, metres, rise, turn, roll)


def _check(wish: Wish) -> None:
    if not np.all(np.isfinite(wish.eyes)):
        row = int(np.argwhere(~np.isfinite(wish.eyes).all(-1))[0][-1])
        raise ValueError(
            f"the eyes of subject {row} are not finite; leave out whoever is not there"
        )
    if np.any(wish.shows <= 0):
        raise ValueError(f"a picture cannot show {np.nanmin(wish.shows)} m; give a height above 0")
    if np.any(np.abs(wish.elevation) > np.pi / 2):
        bad = wish.elevation[np.abs(wish.elevation) > np.pi / 2][0]
        raise ValueError(f"an elevation is at most π/2 up or down, not {bad}")
    if not np.isfinite(wish.roll):
        raise ValueError(f"a roll must be finite, not {wish.roll}")
    if wish.roll and np.any(np.isnan(wish.screen).sum(-1) == 1):
        raise ValueError("a rolled camera needs both coordinates of a screen point, or neither")
    count = wish.eyes.shape[-2]
    for i in range(count):
        for j in range(i):
            gap = np.linalg.norm(wish.eyes[..., i, :] - wish.eyes[..., j, :], axis=-1)
            if np.any(gap < APART):
                raise ValueError(
                    f"subjects {j} and {i} are at one point; no camera can show them apart"
                )
