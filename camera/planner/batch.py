"""Many requests as one tensor: every start of every request is a row, those alike side by side.

Rows are reckoned in the order of their requests, a fixed number at a time, and no row's numbers
depend on another's.

numpy, not torch: on two cores it looks distances up in half the time, solves as quickly, and a
planning process need not import torch for a second or two. Nothing here runs on a GPU.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camera.planner.asked import Asked
from camera.planner.descent import Descent, Outsets, Stiffness, Tracks
from camera.planner.grids import Packed
from camera.planner.spline import curve
from camera.planner.wishes import Columns, Wishes
from camera.pose import Array
from camera.rigs import motion

_ROWS = 48
_LOOSE = 0.5
"""Cut-off, Hz, of the rig that the prices of moving are given for."""


@dataclass(frozen=True)
class Row:
    """One start of one request, and how strictly it is to be kept clear.

    Parameters
    ----------
    pull
        What the prices of clearance, sight and line are multiplied by.
    berth
        Metres kept free around sightlines.
    spare
        Metres kept clear beyond the request's radius.
    drag
        What speed costs, per (m/s)² and (rad/s)².
    stride
        Every how many instants costs are measured.
    """

    asked: Asked
    start: int
    pull: float = 1.0
    berth: float = 0.15
    spare: float = 0.0
    drag: float = 0.0
    stride: int = 1


@dataclass(frozen=True)
class Found:
    """Control points (3, K) and (2, L) of one track, and its cost."""

    place: Array
    turn: Array
    cost: float


def begin(row: Row) -> Found:
    """The curve nearest to where a row begins."""
    move, count = row.asked.motion, len(row.asked.u)
    place, turn = (b[row.start] for b in row.asked.begin)
    way, gaze = curve(count, moves=move.travels), curve(count, moves=move.turns)
    return Found((way.fit @ place).T, (gaze.fit @ turn).T, np.inf)


def improve(rows: list[Row], tracks: list[Found], steps: int) -> list[Found]:
    """Every track after so many steps of descent."""
    kinds: dict[tuple[int, ...], list[int]] = {}
    for number, row in enumerate(rows):
        kinds.setdefault((*row.asked.kind, row.stride), []).append(number)
    found: list[Found | None] = [None] * len(rows)
    for numbers in kinds.values():
        for at in range(0, len(numbers), _ROWS):
            some = numbers[at : at + _ROWS]
            made = _descended([rows[n] for n in some], [tracks[n] for n in some], steps)
            for n, track in zip(some, made, strict=True):
                found[n] = track
    return [f for f in found if f is not None]


def _descended(rows: list[Row], tracks: list[Found], steps: int) -> list[Found]:
    first = rows[0].asked
    count = len(first.u)
    way = curve(count, moves=first.motion.travels).thinned(rows[0].stride)
    gaze = curve(count, moves=first.motion.turns).thinned(rows[0].stride)
    durations = np.array([r.asked.seconds for r in rows])
    descent = Descent(wishes(rows), way, gaze, durations, _stiffness(rows), _outsets(rows))
    start = Tracks(np.stack([t.place for t in tracks]), np.stack([t.turn for t in tracks]))
    done, cost = descent.run(start, steps)
    return [Found(done.place[i], done.turn[i], float(cost[i])) for i in range(len(rows))]


def wishes(rows: list[Row]) -> Wishes:
    """What rows of one kind and stride ask for, side by side."""
    a, n = [r.asked for r in rows], rows[0].stride
    side = np.zeros((len(rows), len(a[0].u[::n]), 5))
    for i, one in enumerate(a):
        if one.brief.side is not None:
            point, normal = (s[::n] for s in one.brief.side)
            side[i] = np.concatenate([point, normal, np.ones((len(point), 1))], axis=1)

    def instants(name: str) -> Array:
        return np.stack([getattr(one, name)[::n] for one in a])

    return Wishes(
        focal=instants("focal"),
        eyes=instants("eyes"),
        screen=np.stack([r.asked.screen[r.start, ::n] for r in rows]),
        share=np.stack([one.share for one in a]),
        depth=instants("depth"),
        anchor=instants("anchor"),
        direction=np.stack([r.asked.direction[r.start, ::n] for r in rows]),
        sight=instants("sight"),
        others=np.stack([one.hides for one in a]),
        columns=Columns(*np.stack([one.columns[:, ::n] for one in a], axis=1)),
        solid=Packed.of([one.grid for one in a]),
        free=Packed.of([one.grid for one in a], limited=True),
        side=side,
        floor=np.array([one.floor for one in a]),
        radius=np.array([r.asked.request.radius + r.spare for r in rows]),
        berth=np.array([r.berth for r in rows]),
        pull=np.array([r.pull for r in rows]),
    )


def _outsets(rows: list[Row]) -> Outsets:
    poses = np.zeros((len(rows), 2, 5))
    bound = np.zeros(len(rows))
    for i, row in enumerate(rows):
        if row.asked.outset is not None:
            poses[i], bound[i] = row.asked.outset, 1.0
    return Outsets(poses, bound)


def _stiffness(rows: list[Row]) -> Stiffness:
    """A rig that answers slowly is dear to move: prices fall with the square of its cut-off."""
    cutoffs = np.array([motion(r.asked.request.shot.rig).cutoff for r in rows])
    price = (_LOOSE / np.where(cutoffs > 0, cutoffs, _LOOSE)) ** 2
    drag = np.array([r.drag for r in rows])
    # who goes with somebody starts and stops as they do
    ends = np.array([0.0 if r.asked.motion.accompanies else 0.5 for r in rows])
    return Stiffness(drag, 0.05 * price, 0.01 * price, ends, drag, 0.2 * price, 0.04 * price)
