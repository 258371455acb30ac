"""What is wrong with cuts, and how long shots are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import SIZES, size_steps
from camera.pose import Array

_LEAST_ANGLE = float(np.radians(30.0))


@dataclass(frozen=True)
class Cut:
    """A cut: the last frame before and the first after.

    Parameters
    ----------
    before, after : (3,) metres, the cameras
    target : (3,) metres, what both look at, or the middle of the two subjects
    sizes : of the two shots
    subjects : who is in each, the most important first
    screens : (2,) each, where the viewer looks: the first subject's eyes, in frame heights
    line : ((2,), (2,)) metres, optional
        The two subjects of the line of action, seen from above.
    """

    before: ArrayLike
    after: ArrayLike
    target: ArrayLike
    sizes: tuple[str, str]
    subjects: tuple[tuple[str, ...], tuple[str, ...]]
    screens: tuple[ArrayLike, ArrayLike] = ((0.0, 0.0), (0.0, 0.0))
    line: tuple[ArrayLike, ArrayLike] | None = None

    def __post_init__(self) -> None:
        for size in self.sizes:
            if size not in SIZES:
                raise ValueError(f"size {size!r} is not known; there are {', '.join(SIZES)}")

    @property
    def crosses(self) -> bool:
        """Whether the cameras are on different sides of the line of action (the 180° rule)."""
        if self.line is None:
            return False
        a, b = (np.asarray(end, np.float64)[:2] for end in self.line)
        normal = np.array([a[1] - b[1], b[0] - a[0]])
        first, second = (
            float(normal @ (np.asarray(at, np.float64)[:2] - a)) for at in (self.before, self.after)
        )
        return first * second < 0

    @property
    def angle(self) -> float:
        """Radians between the two views, seen from the target."""
        target = np.asarray(self.target, np.float64)
        a, b = (np.asarray(at, np.float64) - target for at in (self.before, self.after))
        return float(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b))

    @property
    def jumps(self) -> bool:
        """Whether the same people are seen from less than 30° and two sizes apart: a jump cut."""
        same = set(self.subjects[0]) == set(self.subjects[1]) and bool(self.subjects[0])
        return same and size_steps(*self.sizes) < 2 and self.angle < _LEAST_ANGLE

    @property
    def gaze_jump(self) -> float:
        """How far over the screen the viewer's gaze must go, frame heights."""
        a, b = (np.asarray(s, np.float64) for s in self.screens)
        return float(np.hypot(*(b - a)))


def score_cuts(cuts: Sequence[Cut]) -> dict[str, float]:
    """Faults a cut: ``line_crossings``, ``jump_cuts`` (shares), ``gaze_jump`` (mean heights).

    Raises
    ------
    ValueError
        If there are no cuts.
    """
    if not cuts:
        raise ValueError("there are no cuts to score")
    return {
        "line_crossings": float(np.mean([cut.crosses for cut in cuts])),
        "jump_cuts": float(np.mean([cut.jumps for cut in cuts])),
        "gaze_jump": float(np.mean([cut.gaze_jump for cut in cuts])),
    }


def line_crossed(positions: ArrayLike, points: ArrayLike, normals: ArrayLike) -> float:
    """Share of frames in which a camera (F, 3) is on the wrong side of a line (F, 2), (F, 2)."""
    p = np.asarray(positions, np.float64)[:, :2]
    side = np.einsum("fi,fi->f", p - np.asarray(points, np.float64), np.asarray(normals))
    return float((side <= 0).mean())


def shot_lengths(seconds: ArrayLike) -> dict[str, float]:
    """The distribution of shot lengths (N,), which is log-normal in films.

    J. E. Cutting et al., "Attention and the evolution of Hollywood film", Psych. Sci. 2010.

    Returns
    -------
    dict
        ``shots``, ``length_mean``, ``length_median`` (s), ``length_spread`` (standard deviation
        of the logarithm: 0 is a metronome).
    """
    s = _lengths(seconds)
    return {
        "shots": float(len(s)),
        "length_mean": float(s.mean()),
        "length_median": float(np.median(s)),
        "length_spread": float(np.log(s).std()),
    }


def length_distance(seconds: ArrayLike, reference: ArrayLike) -> float:
    """Wasserstein distance between the logarithms of shot lengths: 0 for the same rhythm."""
    from scipy.stats import wasserstein_distance

    a, b = np.log(_lengths(seconds)), np.log(_lengths(reference))
    return float(wasserstein_distance(a, b))


def _lengths(seconds: ArrayLike) -> Array:
    s = np.asarray(seconds, np.float64).ravel()
    if not len(s) or np.any(~(s > 0)):
        bad = s[~(s > 0)][0] if len(s) else "nothing"
        raise ValueError(f"shot lengths must be positive seconds; {bad} is not")
    return s
