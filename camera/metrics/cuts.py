"""What is wrong with cuts, and how long shots are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from camera.editing import View, cut_faults
from camera.pose import Array


def score_cuts(cuts: Sequence[tuple[View, View]]) -> dict[str, float]:
    """Faults a cut, by the rules that `camera.editing` cuts by.

    Parameters
    ----------
    cuts
        The last view before each cut, and the first after it.

    Returns
    -------
    dict
        ``line_crossings`` (180°), ``close_angles`` (30°), ``jump_cuts`` (and the size the same),
        ``turns`` (of screen direction): shares; ``gaze_jump`` (mean, frame heights).

    Raises
    ------
    ValueError
        If there are no cuts, or a size is not known.
    """
    if not cuts:
        raise ValueError("there are no cuts to score")
    found = [cut_faults(before, after) for before, after in cuts]
    return {
        "line_crossings": float(np.mean([f["line"] > 0 for f in found])),
        "close_angles": float(np.mean([f["angle"] > 0.5 for f in found])),
        "jump_cuts": float(np.mean([f["jump"] > 0 for f in found])),
        "turns": float(np.mean([f["direction"] > 0 for f in found])),
        "gaze_jump": float(np.mean([f["gaze"] for f in found])),
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
