"""The search for a static camera: closed forms first, descent where they do not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from camera.framing.descent import descend
from camera.framing.problem import KINDS, TOLERANCE, Problem, off, price
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
    starts = _carried(problem, near(problem, begin), begin)
    x = starts[:, 0].copy()
    gaps = off(problem, x)
    todo = np.flatnonzero(~(worst(gaps) <= _EXACT))
    for round_, given in enumerate([(), (), *(ORDER[: n + 1] for n in range(len(ORDER)))]):
        if not len(todo):
            break
        rows, carried = problem.rows(todo), starts[todo]
        place = None if begin is None else begin[todo]
        if round_:
            rows = _lighter(rows, given)
            ring = around(rows, place)
            carried = _carried(
                rows, np.concatenate([x[todo, None], carried, ring], axis=1), place, _RINGED
            )
        found = _descended(rows, carried, place)
        there = off(rows, found)
        x[todo] = found
        for kind, value in there.items():
            gaps[kind][todo] = value
        todo = todo[~(worst(there, [k for k in there if k not in given]) <= 1.0)]
    return x, gaps


def _descended(problem: Problem, starts: Array, begin: Array | None) -> Array:
    """Where the starts (M, K, 6) of each row lead: the cheapest (M, 6)."""
    count, each, _ = starts.shape
    group = np.repeat(np.arange(count), each)
    found, costs = descend(problem.rows(group), starts.reshape(-1, 6), group)
    return _cheapest(problem, found.reshape(count, each, 6), costs, begin, 1)[:, 0]


def _carried(problem: Problem, starts: Array, begin: Array | None, most: int = _CARRIED) -> Array:
    """The cheapest few (M, K, 6) of each row's starts (M, S, 6), in order."""
    group = np.repeat(np.arange(len(starts)), starts.shape[1])
    costs = price(problem.rows(group), starts.reshape(-1, 6))
    return _cheapest(problem, starts, costs, begin, most)


def _cheapest(
    problem: Problem, starts: Array, costs: Array, begin: Array | None, most: int
) -> Array:
    """The few (M, K, 6) of (M, S, 6) that cost least, in order.

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
    order = np.argsort(costs, axis=1, kind="stable")[:, :most]
    return np.take_along_axis(starts, order[..., None], axis=1)


def _lighter(problem: Problem, kinds: Sequence[str]) -> Problem:
    """The same with some kinds of wishes hardly counting."""
    factor = np.array([_LIGHT if kind in kinds else 1.0 for kind in KINDS])
    return replace(problem, weight=problem.weight * factor)


def worst(gaps: Mapping[str, Array], kinds: Sequence[str] | None = None) -> Array:
    """How far off the worst wish of each row is (M,), in tolerances."""
    chosen = list(gaps) if kinds is None else [k for k in kinds if k in gaps]
    return np.asarray(np.max([np.abs(gaps[k]) / TOLERANCE[k] for k in chosen], axis=0))
