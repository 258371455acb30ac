"""Which way a moving camera goes, and from when to when: the one that shows most of its subject.

The planner keeps a camera clear of the set and at its size. What is seen of the people as they
act is known only of a finished track; where it is too little, other ways round and shorter times,
past the door or only for the walk itself, are planned and compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from camera.pose import Array
from filmagent.shoot.moving import Move, Mover
from filmagent.shoot.usable import shown, usable

_WELL = 0.95
"""Share of its time a move shows its subject from which no other way is looked for."""
_ASIDE = (0.0, 0.35, -0.35, 0.8, -0.8)
"""Radians aside from straight behind or before a walker."""
_LOST = 0.4
"""Price of a time in which the subject is not seen, measured by one in which it is."""
_NARROW, _TIGHT = 0.25, 2.0
"""Metres of air a camera wants, and the price of each that lacks."""
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
    tried = _ways(mover, best, spans) if seen < _WELL else iter(())
    for frames, azimuth in tried:
        made = mover.way(frames, azimuth)
        value, seen = _worth(mover, made, spans)
        if value > worth + 0.02:
            best, worth = made, value
            if seen >= _WELL:
                break
    # when it is not seen is said by `usable`, and only of the time that is asked for
    return replace(best, given_up=[wish for wish in best.given_up if "hidden" not in wish])


def _ways(
    mover: Mover, first: Move, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[Array, tuple[float, ...] | None]]:
    """Other times and ways round: what of the first showed, the walk alone, then all of it."""
    kept, _ = usable(
        mover.setup,
        first.arrays,
        spans,
        mover.company,
        mover.acted,
        mover.frame,
        mover.place,
    )
    times = [max(kept, key=lambda run: run[1] - run[0]), *_walks(mover, spans)]
    whole = (spans[0][0], spans[-1][1])
    # the first way was already the best of all the ways round for the whole time
    for start, end in dict.fromkeys(t for t in times if t != whole) or [whole]:
        # nothing before a late start: there the camera would have to pass what it avoids
        frames = _handled(mover, start, end)
        frames = frames[(frames >= start) | (start == whole[0])]
        frames = frames[(frames < end) | (end == whole[1])]
        if (start, end) != whole:
            yield frames, None
        for azimuth in _ASIDE:
            yield frames, (azimuth,)


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
    """What a way is worth, and the share of its own frames that show what it is for."""
    asked = np.concatenate([np.arange(a, max(b, a + 1), _STEP) for a, b in spans])
    frames = made.arrays["frames"]
    there = asked[(asked >= frames[0]) & (asked <= frames[-1])]
    if not len(there):
        return -np.inf, 0.0
    good = shown(
        mover.setup, made.arrays, there, mover.company, mover.acted, mover.frame, mover.place
    )
    seen, share = float(good.mean()), len(there) / len(asked)
    air = float(mover.place.world.clearance(made.arrays["positions"][::_STEP]).min())
    worth = share * (seen - _LOST * (1.0 - seen))
    return worth - _TIGHT * max(_NARROW - air, 0.0), seen


def _handled(mover: Mover, start: int, end: int) -> Array:
    """The frames of a span with handles, as far as there is acting."""
    company = mover.company
    handle = round(company.timing.handle * company.rate)
    return np.arange(max(start - handle, company.first), min(end + handle, company.end))
