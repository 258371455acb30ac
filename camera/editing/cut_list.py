"""The cheapest cut list, exactly: semi-Markov dynamic programming over shots and cut points.

A cut list's cost is the sum of how well each camera shows each moment, how well each shot's length
suits its moment, how good each cut point is, and how well each pair of neighbours cuts together
(Galvane et al., "Continuity editing for 3D animation", AAAI 2015, section 4). The best list is
exact: no list on the same grid is cheaper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array


@dataclass(frozen=True)
class Piece:
    """One shot of a cut list: camera ``shot`` over grid steps [start, end)."""

    shot: int
    start: int
    end: int


@dataclass(frozen=True)
class Problem:
    """What a cut list is chosen from, checked: S cameras, T steps.

    Parameters
    ----------
    costs : (S, T) float
        Cost of showing each camera at each step; inf where it must not be shown.
    cut_costs : (S, S) or (T, S, S) float
        Cost of cutting from camera i to camera j (at a step); inf where there must be no cut. The
        diagonal is taken as inf.
    lengths : (T,) float
        Shot length that suits each moment, in the unit of ``widths``.
    point_costs : (T,) float, optional
        Cost of cutting at each step's start; inf where there must be none.
    rhythm_weight
        Of the squared log ratio between a shot's length and what suits its middle.
    first_costs : (S,) float, optional
        Cost of beginning with each camera.
    widths : (T,) float, optional
        How long each step lasts; 1 each, if not given.

    Raises
    ------
    ValueError
        If shapes disagree, a cost is NaN or −inf, a width or length is not positive, or no camera
        may show some step.
    """

    costs: Array
    cut_costs: Array
    lengths: Array
    point_costs: Array
    rhythm_weight: float
    first_costs: Array
    widths: Array

    @classmethod
    def of(
        cls,
        costs: ArrayLike,
        cut_costs: ArrayLike,
        *,
        lengths: ArrayLike,
        point_costs: ArrayLike | None = None,
        rhythm_weight: float = 1.0,
        first_costs: ArrayLike | None = None,
        widths: ArrayLike | None = None,
    ) -> Problem:
        """Check and shape what is given."""
        show = np.asarray(costs, np.float64)
        if show.ndim != 2 or not show.size:
            raise ValueError(f"costs must be (cameras, steps), both above 0, not {show.shape}")
        count, steps = show.shape
        cut = _checked("cut_costs", cut_costs, (steps, count, count)).copy()
        cut[:, np.arange(count), np.arange(count)] = np.inf
        problem = cls(
            _checked("costs", show, show.shape),
            cut,
            _positive("lengths", lengths, steps),
            _checked("point_costs", 0.0 if point_costs is None else point_costs, (steps,)),
            float(rhythm_weight),
            _checked("first_costs", 0.0 if first_costs is None else first_costs, (count,)),
            _positive("widths", 1.0 if widths is None else widths, steps),
        )
        unseen = ~np.any(np.isfinite(show), axis=0)
        if unseen.any():
            raise ValueError(f"no camera may show step {int(np.argmax(unseen))}")
        return problem

    @property
    def edges(self) -> Array:
        """(T + 1,) when each step begins, and the end."""
        return np.concatenate([[0.0], np.cumsum(self.widths)])

    def price(self, pieces: Sequence[Piece]) -> float:
        """The cost of a list; inf for one that must not be.

        Raises
        ------
        ValueError
            If the pieces do not tile the steps.
        """
        self._tiles(pieces)
        edges, steps = self.edges, len(self.widths)
        total = float(self.first_costs[pieces[0].shot])
        for number, piece in enumerate(pieces):
            total += float(self.costs[piece.shot, piece.start : piece.end].sum())
            suit = self.lengths[min((piece.start + piece.end) // 2, steps - 1)]
            span = edges[piece.end] - edges[piece.start]
            total += self.rhythm_weight * float(np.log(span / suit)) ** 2
            if number:
                before = pieces[number - 1].shot
                total += float(self.cut_costs[piece.start, before, piece.shot])
                total += float(self.point_costs[piece.start])
        return total

    def _tiles(self, pieces: Sequence[Piece]) -> None:
        reached = 0
        for piece in pieces:
            if piece.start != reached or piece.end <= piece.start:
                raise ValueError(f"{piece} does not begin where the list has come to, {reached}")
            if not 0 <= piece.shot < len(self.costs):
                raise ValueError(f"{piece} shows a camera that is not among {len(self.costs)}")
            reached = piece.end
        if reached != len(self.widths):
            raise ValueError(f"the list ends at step {reached}, not {len(self.widths)}")


def choose_cuts(
    costs: ArrayLike,
    cut_costs: ArrayLike,
    *,
    lengths: ArrayLike,
    least: float,
    most: float,
    point_costs: ArrayLike | None = None,
    rhythm_weight: float = 1.0,
    first_costs: ArrayLike | None = None,
    breaks: Sequence[int] = (),
    widths: ArrayLike | None = None,
) -> list[Piece]:
    """The cheapest cut list of a `Problem`, whose parameters these are.

    Parameters
    ----------
    least, most
        Allowed shot lengths, in the unit of ``widths`` (a shot may be shorter than ``least`` only
        where the whole time is).
    breaks
        Steps at which there must be a cut: time is left out there. One that is nearer than
        ``least`` to an end or to the break before it is not heeded.

    Raises
    ------
    ValueError
        As for `Problem`; or if no list is possible.
    """
    problem = Problem.of(
        costs,
        cut_costs,
        lengths=lengths,
        point_costs=point_costs,
        rhythm_weight=rhythm_weight,
        first_costs=first_costs,
        widths=widths,
    )
    return solve(problem, least=least, most=most, breaks=breaks)


def solve(
    problem: Problem, *, least: float, most: float, breaks: Sequence[int] = ()
) -> list[Piece]:
    """`choose_cuts` for a problem that is already checked."""
    if not 0.0 <= least <= most:
        raise ValueError(f"shots of {least} to {most}: give 0 ≤ least ≤ most")
    count, steps = problem.costs.shape
    edges = problem.edges
    least = min(least, float(edges[-1]))
    most = max(most, least)
    finite = np.where(np.isfinite(problem.costs), problem.costs, 0.0)
    total = np.concatenate([np.zeros((1, count)), np.cumsum(finite.T, axis=0)])
    barred = np.isinf(problem.costs).T
    # the last step before each at which a camera must not be shown, or that a cut must follow
    wall = np.zeros((steps + 1, count), np.int64)
    wall[1:] = np.maximum.accumulate(np.where(barred, np.arange(1, steps + 1)[:, None], 0))
    stop = np.zeros(steps + 1, np.int64)
    for b in _heeded(breaks, edges, least):
        stop[b + 1 :] = b
    wall = np.maximum(wall, stop[:, None])
    suits = np.log(problem.lengths)
    entry = np.full((steps + 1, count), np.inf)
    entry[0] = problem.first_costs
    before = np.zeros((steps + 1, count), np.int64)
    begun = np.zeros((steps + 1, count), np.int64)
    best = np.full((steps + 1, count), np.inf)
    earliest = np.searchsorted(edges, edges - most - 1e-9)
    latest = np.searchsorted(edges, edges - least + 1e-9, side="right")
    cameras = np.arange(count)
    for end in range(1, steps + 1):
        starts = np.arange(earliest[end], min(latest[end], end))
        if not len(starts):
            continue
        middle = suits[np.minimum((starts + end) // 2, steps - 1)]
        rhythm = problem.rhythm_weight * (np.log(edges[end] - edges[starts]) - middle) ** 2
        options = entry[starts] - total[starts] + rhythm[:, None]
        options[starts[:, None] < wall[end]] = np.inf
        choice = np.argmin(options, axis=0)
        begun[end] = starts[choice]
        best[end] = options[choice, cameras] + total[end]
        if end < steps and np.isfinite(problem.point_costs[end]):
            joined = best[end][:, None] + problem.cut_costs[end]
            before[end] = np.argmin(joined, axis=0)
            entry[end] = joined[before[end], cameras] + problem.point_costs[end]
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
    pieces: Sequence[Piece],
    costs: ArrayLike,
    cut_costs: ArrayLike,
    *,
    lengths: ArrayLike,
    point_costs: ArrayLike | None = None,
    rhythm_weight: float = 1.0,
    first_costs: ArrayLike | None = None,
    widths: ArrayLike | None = None,
) -> float:
    """What `choose_cuts` minimises, for a given list; see `Problem.price`."""
    return Problem.of(
        costs,
        cut_costs,
        lengths=lengths,
        point_costs=point_costs,
        rhythm_weight=rhythm_weight,
        first_costs=first_costs,
        widths=widths,
    ).price(pieces)


def _heeded(breaks: Sequence[int], edges: Array, least: float) -> list[int]:
    heeded: list[int] = []
    reached = 0.0
    for b in sorted(breaks):
        inside = 0 < b < len(edges) - 1
        if inside and min(edges[b] - reached, edges[-1] - edges[b]) >= least - 1e-9:
            heeded.append(b)
            reached = float(edges[b])
    return heeded


def _checked(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Array:
    given = np.asarray(values, np.float64)
    try:
        array = np.broadcast_to(given, shape)
    except ValueError:
        raise ValueError(f"{name} must be {shape}, not {given.shape}") from None
    if np.isnan(array).any() or np.isneginf(array).any():
        raise ValueError(f"{name} has a value that is no cost (NaN or −inf); give numbers or inf")
    return array


def _positive(name: str, values: ArrayLike, steps: int) -> Array:
    array = _checked(name, values, (steps,))
    if not (array > 0).all() or not np.isfinite(array).all():
        bad = float(array[~((array > 0) & np.isfinite(array))][0])
        raise ValueError(f"{name} must be positive and finite, not {bad}")
    return array
