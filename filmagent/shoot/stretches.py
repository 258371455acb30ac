"""From when to when a moving camera goes: for the time in which it shows its subject.

The planner finds the way on which people and the set hide least. Where somebody comes through a
door, or stands about before they go, no way is good for all of it: what of the first showed them,
and each of their walks alone, are planned as well and compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from camera.pose import Array
from filmagent.shoot.moving import Move, Mover
from filmagent.shoot.usable import shown, usable

_WELL = 0.95
"""Share of its time a move shows its subject from which no other time is looked for."""
_BETTER = 0.02
"""By how much another time must be worth more."""
_LOST = 0.4
"""Price of a time in which the subject is not seen, measured by one in which it is."""
_STEP = 3
"""Frames between looks."""


def shoot_moving(mover: Mover, spans: Sequence[tuple[int, int]]) -> Move:
    """The best take for the frames of ``spans``, with handles where there is acting."""
    best = mover.way(_handled(mover, spans[0][0], spans[-1][1]))
    if (
        mover.still is not None
        or mover.move not in ("follow", "lead")
        or mover.setup.subjects[0] not in mover.acted
    ):
        return best
    worth, seen = _worth(mover, best, spans)
    for frames in _times(mover, best, spans) if seen < _WELL else ():
        made = mover.way(frames)
        value, _ = _worth(mover, made, spans)
        if value > worth + _BETTER:
            best, worth = made, value
    # when it is not seen is said by `usable`, and only of the time that is asked for
    return replace(best, given_up=[wish for wish in best.given_up if "hidden" not in wish])


def _times(mover: Mover, first: Move, spans: Sequence[tuple[int, int]]) -> list[Array]:
    """Other times: what of the first way showed its subject, and each walk alone."""
    kept, _ = usable(
        mover.setup,
        first.arrays,
        spans,
        mover.company,
        mover.acted,
        mover.frame,
        mover.place,
    )
    whole = (spans[0][0], spans[-1][1])
    found = []
    for start, end in dict.fromkeys([max(kept, key=lambda r: r[1] - r[0]), *_walks(mover, spans)]):
        # nothing before a late start: there the camera would have to pass what it avoids
        frames = _handled(mover, start, end)
        frames = frames[(frames >= start) | (start == whole[0])]
        frames = frames[(frames < end) | (end == whole[1])]
        if (start, end) != whole:
            found.append(frames)
    return found


def _walks(mover: Mover, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """When the subject walks; longest first; what is under a second is left out."""
    company = mover.company
    found = []
    for segment in company.actors[mover.setup.subjects[0]].segments:
        start = max(company.frame(segment.start), spans[0][0])
        end = min(company.frame(segment.end), spans[-1][1])
        if segment.kind == "walk" and end - start >= company.rate:
            found.append((start, end))
    return sorted(found, key=lambda run: run[0] - run[1])


def _worth(mover: Mover, made: Move, spans: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """What a move is worth, and the share of its own frames that show what it is for."""
    asked = np.concatenate([np.arange(a, max(b, a + 1), _STEP) for a, b in spans])
    frames = made.arrays["frames"]
    there = asked[(asked >= frames[0]) & (asked <= frames[-1])]
    if not len(there):
        return -np.inf, 0.0
    good = shown(
        mover.setup, made.arrays, there, mover.company, mover.acted, mover.frame, mover.place
    )
    seen, share = float(good.mean()), len(there) / len(asked)
    return share * (seen - _LOST * (1.0 - seen)), seen


def _handled(mover: Mover, start: int, end: int) -> Array:
    """The frames of a span with handles, as far as there is acting."""
    company = mover.company
    handle = round(company.timing.handle * company.rate)
    return np.arange(max(start - handle, company.first), min(end + handle, company.end))
