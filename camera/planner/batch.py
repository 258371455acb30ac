"""Many requests as one tensor: every start of every request is a row, those alike side by side.

Rows are reckoned in the order of their requests, a fixed number at a time, and no row's numbers
depend on another's.

The descent runs wherever its `Device` is; what comes before and after it, starts, the worlds' grids
and the checks by rays, is numpy's. On numpy the descent takes two fifths of the time that planning
does, so that however fast a GPU is, planning becomes 1.7 times as fast at most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camera.planner.arrays import NUMPY, Device, fetched
from camera.planner.asked import Asked
from camera.planner.barriers import ALONG
from camera.planner.descent import Descent, Outsets, Stiffness, Tracks
from camera.planner.grids import Packed
from camera.planner.spline import curve
from camera.planner.wishes import Columns, Wishes
from camera.pose import Array
from camera.rigs import motion

_LOOSE = 0.5
"""Cut-off, Hz, of the rig that the prices of moving are given for."""
_PERFECT = 1e-6


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

    @property
    def rank(self) -> float:
        """The cost in four figures, 0 where there is nothing to be wished.

        Starts that are as good, mirrored ones say, are taken in their order on every device.
        """
        return float(f"{self.cost:.3e}") if self.cost > _PERFECT else 0.0


def begin(row: Row) -> Found:
    """The curve nearest to where a row begins."""
    move, count = row.asked.motion, len(row.asked.u)
    place, turn = (b[row.start] for b in row.asked.begin)
    way, gaze = curve(count, moves=move.travels), curve(count, moves=move.turns)
    return Found((way.fit @ place).T, (gaze.fit @ turn).T, np.inf)


def improve(
    rows: list[Row], tracks: list[Found], steps: int, device: Device = NUMPY
) -> list[Found]:
    """Every track after so many steps of descent."""
    kinds: dict[tuple[int, ...], list[int]] = {}
    for number, row in enumerate(rows):
        kinds.setdefault((*row.asked.kind, row.stride), []).append(number)
    found: list[Found | None] = [None] * len(rows)
    for numbers in kinds.values():
        for at in range(0, len(numbers), device.rows):
            some = numbers[at : at + device.rows]
            made = _descended([rows[n] for n in some], [tracks[n] for n in some], steps, device)
            for n, track in zip(some, made, strict=True):
                found[n] = track
    return [f for f in found if f is not None]


def _descended(rows: list[Row], tracks: list[Found], steps: int, device: Device) -> list[Found]:
    filled = device.rows - len(rows) if device.padded else 0
    rows, tracks = rows + rows[-1:] * filled, tracks + tracks[-1:] * filled
    first = rows[0].asked
    count = len(first.u)
    way, gaze = (
        device.put(curve(count, moves=moves).thinned(rows[0].stride))
        for moves in (first.motion.travels, first.motion.turns)
    )
    durations = np.array([r.asked.seconds for r in rows])
    asked = (wishes(rows), durations, _stiffness(rows), _outsets(rows))
    wish, seconds, stiffness, outsets = device.put(asked)
    descent = Descent(wish, way, gaze, seconds, stiffness, outsets)
    start = Tracks(np.stack([t.place for t in tracks]), np.stack([t.turn for t in tracks]))
    done, cost = descent.run(device.put(start), steps, shrinks=not device.padded)
    place, turn, cost = fetched(done.place), fetched(done.turn), fetched(cost)
    return [Found(place[i], turn[i], float(cost[i])) for i in range(len(rows) - filled)]


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

    def of_start(name: str) -> Array:
        return np.stack([getattr(r.asked, name)[r.start, ::n] for r in rows])

    def first(values: Array) -> Array:
        return np.ascontiguousarray(np.moveaxis(values, -1, 0))

    solid, sight = Packed.of([one.grid for one in a]), first(instants("sight"))
    return Wishes(
        focal=instants("focal"),
        eyes=first(instants("eyes")),
        screen=first(of_start("screen")),
        share=np.stack([one.share for one in a]),
        depth=instants("depth"),
        anchor=first(instants("anchor")),
        direction=first(of_start("direction")),
        sight=sight,
        sight_nodes=solid.nodes(sight),
        along=ALONG,
        others=np.stack([one.hides for one in a]),
        columns=Columns(*np.stack([one.columns[:, ::n] for one in a], axis=1)),
        solid=solid,
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
