"""Setups: static cameras that meet a wish, and say what of it they had to give up.

`solve` answers one wish and `solve_all` many at once. What a closed form meets (`closed`) needs no
search; everything else starts from closed forms and descends (`descent`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from camera.framing.aiming import aim, eyes_height, oriented
from camera.framing.problem import TOLERANCE, posed
from camera.framing.screen import Camera
from camera.framing.search import searched, worst
from camera.framing.wish import Clearance, Line, Wish
from camera.grammar import SIZES
from camera.lens import Lens
from camera.pose import Array, canonical, exp, facing, multiply

_WORDS = {
    "screen": "the screen position is {:.2f} frame heights off",
    "heights": "the eyes of the others are {:.2f} frame heights off their height on the screen",
    "size": "the size is {:.2f} times what was wished",
    "angle": "the vertical angle is {:.0f}° off",
    "view": "the view is {:.0f}° off",
    "line": "the camera is {:.2f} m too far over the line",
    "clearance": "the camera or its way to the subject lacks {:.2f} m of air",
}


@dataclass(frozen=True)
class Setup:
    """A static camera: position (3,), quaternion (4,) and lens."""

    position: Array
    quaternion: Array
    lens: Lens

    @property
    def camera(self) -> Camera:
        """The same for `camera.framing.see`."""
        return Camera.through(self.lens, self.position, self.quaternion)


@dataclass(frozen=True)
class Solution:
    """A setup, how far it is from each kind of wish, and what it gave up in words.

    ``error`` is the largest distance across the screen from a wished position, frame heights;
    ``off`` has frame heights, the logarithm of the size, radians, and metres. Where left and right
    are exchanged to keep to a line, both are measured from the exchanged positions.
    """

    setup: Setup
    error: float
    off: dict[str, float]
    given_up: tuple[str, ...]


@dataclass(frozen=True)
class Solutions:
    """Many setups: positions (M, 3), quaternions (M, 4), focal lengths (M,) in mm.

    ``error`` (M,) and ``off``, kind → (M,), are as in `Solution`; ``mirrored`` (M,) tells where
    left and right are exchanged.
    """

    positions: Array
    quaternions: Array
    focal_mm: Array
    error: Array
    off: dict[str, Array]
    lens: Lens
    mirrored: Array

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, row: int) -> Solution:
        """One of them."""
        focal = float(self.focal_mm[row])
        lens = self.lens if focal == self.lens.focal_mm else replace(self.lens, focal_mm=focal)
        setup = Setup(self.positions[row], self.quaternions[row], lens)
        gaps = {kind: float(value[row]) for kind, value in self.off.items()}
        return Solution(setup, float(self.error[row]), gaps, _given_up(gaps, self.mirrored[row]))

    @property
    def met(self) -> Array:
        """Which of them (M,) meet every wish."""
        return np.asarray(
            np.all([np.abs(v) <= TOLERANCE[k] for k, v in self.off.items()], axis=0)
            & ~self.mirrored
        )


def single(
    eyes: ArrayLike,
    look: float,
    lens: Lens,
    *,
    size: str,
    azimuth: float = 0.0,
    elevation: float = 0.0,
    screen_x: float = 0.0,
) -> Setup:
    """A camera on one subject, in closed form, with the headroom of the size.

    The distance is measured from the eyes, whatever the angle; `solve` measures it along the
    lens's axis.

    Parameters
    ----------
    eyes : (3,) metres
    look
        Heading the subject looks along, radians.
    azimuth
        Radians from the subject's look to the camera, counter-clockwise from above.
    elevation
        Radians of the camera above the subject's eyes.
    screen_x
        Where the eyes are across the frame, frame heights.

    Raises
    ------
    ValueError
        If the size is not known or the eyes are not finite.
    """
    y = eyes_height(size)
    e = np.asarray(eyes, np.float64)
    away = facing(look + azimuth) * np.cos(elevation) + np.array([0.0, 0.0, np.sin(elevation)])
    position = e + lens.distance_showing(SIZES[size].shows) * away
    q = aim(position, e, np.array([screen_x, y]), lens.focal_heights)
    return Setup(position, q, lens)


def solve(
    wish: Wish,
    lens: Lens,
    *,
    zoom: tuple[float, float] | None = None,
    line: Line | None = None,
    clearance: Clearance | None = None,
    margin: float = 0.3,
    start: ArrayLike | None = None,
) -> Solution:
    """The static camera that meets a wish, or comes nearest.

    Parameters
    ----------
    wish
        For one camera: eyes (N, 3).
    lens
        Its focal length is used, or is where a zoom begins.
    zoom
        Least and most focal length in mm.
    line
        The line of action: the camera keeps to its side.
    clearance
        Metres to the nearest thing and the gradient of that, for points (K, 3): for a
        `camera.World`, ``world.signed_distance``, or its `field`, which is faster.
    margin
        Metres of air the camera wants.
    start : (3,) metres, optional
        A place to look near by: chooses among cameras that meet the wish alike.

    Raises
    ------
    ValueError
        If the wish is for many cameras, or a value makes no sense.
    """
    if wish.eyes.ndim != 2:
        raise ValueError(f"one wish has eyes (N, 3), not {wish.eyes.shape}; use solve_all for many")
    return _solved(wish, lens, zoom, line, clearance, margin, start)[0]


def solve_all(
    wish: Wish,
    lens: Lens,
    *,
    zoom: tuple[float, float] | None = None,
    line: Line | None = None,
    clearance: Clearance | None = None,
    margin: float = 0.3,
    start: ArrayLike | None = None,
) -> Solutions:
    """`solve` for many wishes (M, N, …) at once, with the same lens, line and world.

    Each answer is what `solve` gives for its wish alone.
    """
    if wish.eyes.ndim != 3:
        raise ValueError(f"many wishes have eyes (M, N, 3), not {wish.eyes.shape}")
    return _solved(wish, lens, zoom, line, clearance, margin, start)


def _solved(
    wish: Wish,
    lens: Lens,
    zoom: tuple[float, float] | None,
    line: Line | None,
    clearance: Clearance | None,
    margin: float,
    start: ArrayLike | None,
) -> Solutions:
    problem = posed(wish, lens, zoom, line, clearance, margin)
    begin = None
    if start is not None:
        begin = np.broadcast_to(np.asarray(start, np.float64), (len(problem.eyes), 3))
        if not np.all(np.isfinite(begin)):
            raise ValueError("the place to start from is not finite; give it in metres")
    x, gaps = searched(problem, begin)
    mirrored = np.zeros(len(x), bool)
    if line is not None and problem.eyes.shape[1] > 1:
        # from the other side left and right change: only then can a wished order be the trouble
        strict = ("screen", "line", "size", "angle")
        wrong = np.flatnonzero(worst(gaps, strict) > 1.0)
        if len(wrong):
            flipped = problem.rows(wrong)
            flipped = replace(flipped, screen=flipped.screen * np.array([-1.0, 1.0]))
            other, other_gaps = searched(flipped, None if begin is None else begin[wrong])
            better = worst(other_gaps, strict) < worst(gaps, strict)[wrong]
            rows = wrong[better]
            x[rows], mirrored[rows] = other[better], True
            for kind, gap in other_gaps.items():
                gaps[kind][rows] = gap[better]
    q = oriented(x[:, 3], x[:, 4])
    if wish.roll:
        q = canonical(multiply(q, exp(np.array([0.0, 0.0, wish.roll]))))
    focal = np.exp(x[:, 5]) * lens.sensor_mm / lens.aspect
    if zoom is None:
        focal = np.full(len(x), lens.focal_mm)
    return Solutions(x[:, :3], q, focal, np.abs(gaps["screen"]), gaps, lens, mirrored)


def _given_up(gaps: Mapping[str, float], mirrored: bool) -> tuple[str, ...]:
    """In words, what is farther off than its tolerance."""
    said = []
    if mirrored:
        said.append("left and right are exchanged: from the allowed side the line runs that way")
    for kind, gap in gaps.items():
        if abs(gap) > TOLERANCE[kind]:
            said.append(_WORDS[kind].format(_SPOKEN.get(kind, abs)(gap)))
    return tuple(said)


def _times(gap: float) -> float:
    return float(np.exp(gap))


def _degrees(gap: float) -> float:
    return float(np.degrees(abs(gap)))


_SPOKEN = {"size": _times, "angle": _degrees, "view": _degrees}
