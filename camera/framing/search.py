"""The search for a static camera: closed forms first, descent where they do not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from camera.framing.crossings import fixed
from camera.framing.descent import descend
from camera.framing.problem import (
    KINDS,
    TOLERANCE,
    Problem,
    missed,
    off,
    price,
    signed_worst,
)
from camera.framing.starts import around, near
from camera.pose import Array

ORDER: tuple[str, ...] = ("heights", "view", "angle", "size")
"""What is given up first, second …; the screen positions, the line and the air are kept longest."""

_LIGHT = 0.02
"""Weight that a wish keeps after it has been given up: what is nearest to it still wins."""
_EXACT = 1e-3
"""Tolerances within which a closed form is taken as it is."""
_CARRIED, _RINGED = 4, 12
"""Starting points of a wish that are carried through; the same when closed forms led nowhere."""


def searched(problem: Problem, begin: Array | None) -> tuple[Array, dict[str, Array]]:
    """The best camera (M, 6) for each row, and how far it is from each kind of wish (M,).

    Closed forms, then descent from them, then from all round; then with more and more of the wish
    taken lightly, until the rest of it is met. Rows leave as soon as they have what they need.
    """
    x, todo = np.empty((len(problem.eyes), 6)), np.arange(len(problem.eyes))
    gaps: dict[str, Array] = {}
    exact = fixed(problem)
    if exact.shape[1]:
        starts, gaps = _carried(problem, exact, begin)
        x, todo = starts[:, 0], np.flatnonzero(~(worst(gaps) <= _EXACT))
        if not len(todo):
            return x, gaps
    rows, place = _picked(problem, begin, todo)
    starts, there = _carried(rows, np.concatenate([near(rows, place), exact[todo]], axis=1), place)
    _noted(x, gaps, todo, starts[:, 0], there)
    left = ~(worst(there) <= _EXACT)
    todo, starts = todo[left], starts[left]
    for round_, given in enumerate([(), (), *(ORDER[: n + 1] for n in range(len(ORDER)))]):
        if not len(todo):
            break
        rows, place = _picked(problem, begin, todo)
        carried = starts
        if round_:
            rows = _lighter(rows, given)
            ring = around(rows, place)
            carried, _ = _carried(
                rows, np.concatenate([x[todo, None], starts, ring], axis=1), place, _RINGED
            )
        found = _descended(rows, carried, place)
        there = off(rows, found)
        _noted(x, gaps, todo, found, there)
        left = ~(worst(there, [k for k in there if k not in given]) <= 1.0)
        todo, starts = todo[left], starts[left]
    return x, gaps


def _picked(problem: Problem, begin: Array | None, rows: Array) -> tuple[Problem, Array | None]:
    """Some of the rows, and where they begin."""
    if len(rows) == len(problem.eyes):
        return problem, begin
    return problem.rows(rows), None if begin is None else begin[rows]


def _noted(
    x: Array, gaps: dict[str, Array], rows: Array, found: Array, there: Mapping[str, Array]
) -> None:
    """Write what was found for some rows among all."""
    x[rows] = found
    for kind, value in there.items():
        gaps.setdefault(kind, np.empty(len(x)))[rows] = value


def _descended(problem: Problem, starts: Array, begin: Array | None) -> Array:
    """Where the starts (M, K, 6) of each row lead: the cheapest (M, 6)."""
    count, each, _ = starts.shape
    group = np.repeat(np.arange(count), each)
    found, costs = descend(problem.rows(group), starts.reshape(-1, 6), group)
    found = found.reshape(count, each, 6)
    return np.asarray(found[np.arange(count), _order(problem, found, costs, begin)[:, 0]])


def _carried(
    problem: Problem, starts: Array, begin: Array | None, most: int = _CARRIED
) -> tuple[Array, dict[str, Array]]:
    """The cheapest few (M, K, 6) of each row's starts (M, S, 6), in order; how far the first is."""
    count, each, _ = starts.shape
    rows = problem.rows(np.repeat(np.arange(count), each))
    gaps = missed(rows, starts.reshape(-1, 6))
    order = _order(problem, starts, price(rows, gaps), begin)[:, :most]
    first = np.arange(count) * each + order[:, 0]
    there = {kind: signed_worst(gap[first]) for kind, gap in gaps.items()}
    return np.take_along_axis(starts, order[..., None], axis=1), there


def _order(problem: Problem, starts: Array, costs: Array, begin: Array | None) -> Array:
    """Which (M, S) of the cameras (M, S, 6) cost least, then less ….

    Of cameras that meet a wish alike the one nearest to ``begin`` comes first, or else the one
    that tilts and zooms least and sees everybody at like distances.
    """
    if begin is None:
        like = np.abs(starts[..., 4]) + np.abs(starts[..., 5] - problem.focal[:, 2:])
        away = np.linalg.norm(starts[:, :, None, :3] - problem.eyes[:, None], axis=-1)
        like = like + np.log(away.max(axis=-1) / np.maximum(away.min(axis=-1), 1e-6))
    else:
        like = np.linalg.norm(starts[..., :3] - begin[:, None], axis=-1)
    costs = costs.reshape(starts.shape[:2]) + 1e-6 * np.where(np.isnan(like), 0.0, like)
    return np.argsort(costs, axis=1, kind="stable")


def _lighter(problem: Problem, kinds: Sequence[str]) -> Problem:
    """The same with some kinds of wishes hardly counting."""
    factor = np.array([_LIGHT if kind in kinds else 1.0 for kind in KINDS])
    return replace(problem, weight=problem.weight * factor)


def worst(gaps: Mapping[str, Array], kinds: Sequence[str] | None = None) -> Array:
    """How far off the worst wish of each row is (M,), in tolerances."""
    chosen = list(gaps) if kinds is None else [k for k in kinds if k in gaps]
    return np.asarray(np.max([np.abs(gaps[k]) / TOLERANCE[k] for k in chosen], axis=0))
