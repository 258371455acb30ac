"""Which camera when: semi-Markov dynamic programming over shots and cut points.

A cut list's cost is the sum of how well each camera shows each moment, how well each shot's length
suits its moment, how good each cut point is, and how well each pair of neighbours cuts together
(Galvane et al., "Continuity editing for 3D animation", AAAI 2015). The best list is exact: no
list on the same grid is cheaper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import size_steps
from camera.pose import Array


@dataclass(frozen=True)
class Piece:
    """One shot of a cut list: camera ``shot`` over grid steps [start, end)."""

    shot: int
    start: int
    end: int


def choose_cuts(
    costs: ArrayLike,
    cut_costs: ArrayLike,
    *,
    lengths: ArrayLike,
    least: int,
    most: int,
    point_costs: ArrayLike | None = None,
    rhythm_weight: float = 1.0,
    first_costs: ArrayLike | None = None,
    breaks: Sequence[int] = (),
) -> list[Piece]:
    """The cheapest cut list.

    Parameters
    ----------
    costs : (S, T) float
        Cost of showing each of S cameras at each of T steps; inf where it must not be shown.
    cut_costs : (S, S) or (T, S, S) float
        Cost of cutting from camera i to camera j (at a step); the diagonal is taken as inf.
    lengths : (T,) float
        Shot length, in steps, that suits each moment.
    least, most
        Allowed shot lengths in steps (the first and last shot may be shorter than ``least`` only
        where the whole time is).
    point_costs : (T,) float, optional
        Cost of cutting at each step.
    rhythm_weight
        Of the squared log ratio between a shot's length and what suits.
    first_costs : (S,) float, optional
        Cost of beginning with each camera.
    breaks
        Steps at which there must be a cut: time is left out there.

    Raises
    ------
    ValueError
        If no list is possible, naming the first step that no camera can show.
    """
    show = np.asarray(costs, np.float64)
    count, steps = show.shape
    unseen = ~np.any(np.isfinite(show), axis=0)
    if unseen.any():
        raise ValueError(f"no camera may show step {int(np.argmax(unseen))}")
    least = min(least, steps)
    most = max(most, least)
    cut = np.array(np.broadcast_to(np.asarray(cut_costs, np.float64), (steps, count, count)))
    if count > 1:
        cut[:, np.arange(count), np.arange(count)] = np.inf
    point = np.zeros(steps) if point_costs is None else np.asarray(point_costs, np.float64)
    finite = np.where(np.isfinite(show), show, 0.0)
    total = np.concatenate([np.zeros((1, count)), np.cumsum(finite.T, axis=0)])
    barred = np.concatenate([np.zeros((1, count)), np.cumsum(~np.isfinite(show.T), axis=0)])
    broken = np.zeros(steps + 1, np.int64)
    inner = [b for b in breaks if least <= b <= steps - least]
    broken[inner] = 1
    broken = np.cumsum(broken)
    suits = np.log(np.maximum(np.asarray(lengths, np.float64), 1e-3))
    entry = np.full((steps + 1, count), np.inf)
    entry[0] = 0.0 if first_costs is None else np.asarray(first_costs, np.float64)
    before = np.zeros((steps + 1, count), np.int64)
    begun = np.zeros((steps + 1, count), np.int64)
    best = np.full((steps + 1, count), np.inf)
    for end in range(least, steps + 1):
        starts = np.arange(max(0, end - most), end - least + 1)
        middle = suits[np.minimum((starts + end) // 2, steps - 1)]
        rhythm = rhythm_weight * (np.log(end - starts) - middle) ** 2
        options = entry[starts] + (total[end] - total[starts]) + rhythm[:, None]
        options[barred[end] - barred[starts] > 0] = np.inf
        options[broken[end - 1] > broken[starts]] = np.inf
        choice = np.argmin(options, axis=0)
        begun[end] = starts[choice]
        best[end] = options[choice, np.arange(count)]
        if end < steps:
            joined = best[end][:, None] + cut[end]
            before[end] = np.argmin(joined, axis=0)
            entry[end] = joined[before[end], np.arange(count)] + point[end]
    shot = int(np.argmin(best[steps]))
    if not np.isfinite(best[steps, shot]):
        raise ValueError("no cut list keeps the shot lengths; allow longer or shorter shots")
    pieces = []
    end = steps
    while end > 0:
        start = int(begun[end, shot])
        pieces.append(Piece(shot, start, end))
        shot, end = int(before[start, shot]), start
    return pieces[::-1]


def list_cost(
    pieces: list[Piece],
    costs: ArrayLike,
    cut_costs: ArrayLike,
    *,
    lengths: ArrayLike,
    point_costs: ArrayLike | None = None,
    rhythm_weight: float = 1.0,
) -> float:
    """What `choose_cuts` minimises, for a given list."""
    show = np.asarray(costs, np.float64)
    count, steps = show.shape
    cut = np.broadcast_to(np.asarray(cut_costs, np.float64), (steps, count, count))
    point = np.zeros(steps) if point_costs is None else np.asarray(point_costs, np.float64)
    suits = np.asarray(lengths, np.float64)
    total = 0.0
    for number, piece in enumerate(pieces):
        total += float(show[piece.shot, piece.start : piece.end].sum())
        suit = max(suits[min((piece.start + piece.end) // 2, steps - 1)], 1e-3)
        total += rhythm_weight * float(np.log((piece.end - piece.start) / suit)) ** 2
        if number:
            total += float(
                cut[piece.start, pieces[number - 1].shot, piece.shot] + point[piece.start]
            )
    return total


@dataclass(frozen=True)
class View:
    """What a cut depends on: a camera at a cut point, seen from the subjects it shows."""

    position: Array
    """(3,) metres."""
    size: str
    subjects: tuple[str, ...]
    """Most important first."""
    target: Array
    """(3,) what it looks at."""
    side: int
    """+1 or −1: the side of the line of action; 0 on the line, or where there is none."""
    screen: tuple[float, float] = (0.0, 0.0)
    """Where its first subject is."""


def cut_faults(before: View, after: View) -> dict[str, float]:
    """What is wrong with a cut: ``line`` (180°), ``angle`` (30°), ``jump``, ``gaze``; 0 for none.

    The 30° rule counts where the same subject is shown and the size changes by less than two
    classes: an axial cut-in is legal.
    """
    faults = {"line": 0.0, "angle": 0.0, "jump": 0.0, "gaze": 0.0}
    if before.side * after.side < 0:
        faults["line"] = 1.0
    steps = size_steps(before.size, after.size)
    same = bool(before.subjects) and before.subjects[:1] == after.subjects[:1]
    if same and steps < 2:
        a, b = before.position - before.target, after.position - after.target
        cosine = float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9))
        angle = float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
        if angle < 30.0:
            faults["angle"] = 1.0 - angle / 60.0
        if steps == 0 and set(before.subjects) == set(after.subjects):
            faults["jump"] = 1.0
    faults["gaze"] = float(np.hypot(*np.subtract(before.screen, after.screen)))
    return faults
