"""L and J cuts: where sound goes over a cut.

In a J cut the next speaker, or the next place, is heard before it is seen; in an L cut the last one
is still heard over the next picture. Inside a scene the picture is cut against lines that go on
(`overlap` says how); from one place to the next the sound is cut apart from the picture (`bridge`
decides by how much).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from camera.editing.content import NEAR, WORD
from camera.editing.material import Line
from camera.editing.style import Style

_STRAIGHT = 0.04
"""Seconds of a line over a cut that nobody notices: a frame."""
_CALM = 0.1
"""Seconds between the words of one place and the sound of the next."""
_LISTEN = 0.35
"""How much of a line that goes over to the other place is heard there."""
_PART = 0.5
"""At most this share of a line is heard over the picture of the other place."""


@dataclass(frozen=True)
class Overlap:
    """What is heard over one cut."""

    kind: str
    """``straight``, ``L`` or ``J``."""
    speaker: str = ""
    """Whose line goes over the cut; "" where it is the sound of a place."""
    seconds: float = 0.0
    """L: how long it goes on after the cut. J: how long it has been heard before it."""


@dataclass(frozen=True)
class Side:
    """One side of a cut from one place to another; seconds, the cut being at 0."""

    lines: Sequence[Line] = ()
    """What is said in this place, near the cut."""
    shown: float = 0.0
    """How long its shot lasts."""
    room: float = 0.0
    """How long its picture could go on across the cut: after it, or before it."""


def overlap(
    at: float, before: Sequence[str], after: Sequence[str], lines: Sequence[Line]
) -> Overlap:
    """How sound goes over a cut.

    Parameters
    ----------
    at
        Seconds.
    before, after
        The people whose faces the two pictures are of.
    """
    over = [x for x in lines if x.start + _STRAIGHT < at < x.end - _STRAIGHT]
    for line in sorted(over, key=lambda x: (-x.start, x.speaker)):
        shown, next_ = line.speaker in before, line.speaker in after
        if next_ and not shown:
            return Overlap("J", line.speaker, at - line.start)
        if shown and not next_:
            return Overlap("L", line.speaker, line.end - at)
    return Overlap("straight")


def bridge(before: Side, after: Side, style: Style) -> Overlap:
    """How the sound of two places goes over a straight cut from one to the other.

    The style says which is heard first, and for how long; a place is not heard over the words of
    the other one, nor for longer than half of either shot.

    Raises
    ------
    ValueError
        If a side's seconds are negative or not finite.
    """
    _checked(before, after)
    reach = max(min(before.shown, after.shown) / 2, 0.0)
    if style.lead >= 0.0:
        free = min([-line.end - _CALM for line in before.lines], default=np.inf)
        seconds, kind = min(style.lead, reach, free), "J"
    else:
        free = min([line.start - _CALM for line in after.lines], default=np.inf)
        seconds, kind = min(-style.lead, reach, free), "L"
    return Overlap(kind, "", float(seconds)) if seconds > NEAR else Overlap("straight")


def answer(
    before: Side, after: Side, style: Style, step: float = 1.0 / 24.0
) -> tuple[float, Overlap]:
    """How a line goes over a straight cut between two who talk from two places.

    The sound stays where it is and the picture is cut early (L: the end of the line before is heard
    while its listener is seen) or late (J: the next line begins while its listener is still seen).

    Parameters
    ----------
    step
        Seconds between the moments at which the picture can be cut.

    Returns
    -------
    at : float
        When the picture is cut, seconds from the straight cut.
    overlap
        ``straight``, at 0, where no cut is off the words, leaves both shots as long as the style's
        shortest, and has picture to show.

    Raises
    ------
    ValueError
        If a side's seconds are negative or not finite, or the step is not positive.
    """
    _checked(before, after)
    if not step > 0.0:
        raise ValueError(f"a step must be above 0 seconds, not {step}")
    last = max((x for x in before.lines if x.seen), key=lambda x: x.end, default=None)
    first = min((x for x in after.lines if x.seen), key=lambda x: x.start, default=None)
    options: list[tuple[float, float, Overlap]] = []
    if last is not None and last.end <= 0.0:
        count = int(max(min(before.shown - style.least, after.room) / step + 1e-9, 0.0))
        for at in -step * np.arange(1, count + 1):
            heard = float(last.end - at)
            options += _heard(float(at), last, heard, Overlap("L", last.speaker, heard))
    if first is not None and first.start >= 0.0:
        count = int(max(min(after.shown - style.least, before.room) / step + 1e-9, 0.0))
        for at in step * np.arange(1, count + 1):
            heard = float(at - first.start)
            options += _heard(float(at), first, heard, Overlap("J", first.speaker, heard))
    best = min(options, key=lambda x: x[:2], default=None)
    return (0.0, Overlap("straight")) if best is None else (best[1], best[2])


def _heard(
    at: float, line: Line, heard: float, made: Overlap
) -> list[tuple[float, float, Overlap]]:
    """A cut: how far from where it should be, when, and what it makes; [] where it must not be."""
    length = line.end - line.start
    if not line.start + NEAR < at < line.end - NEAR or heard > _PART * length:
        return []
    if any(a + WORD < at < b - WORD for a, b in line.words):
        return []
    return [(abs(heard - _LISTEN * length), at, made)]


def _checked(*sides: Side) -> None:
    for side in sides:
        for name in ("shown", "room"):
            value = getattr(side, name)
            if not (np.isfinite(value) and value >= 0.0):
                raise ValueError(f"a side's {name} must be seconds, 0 or more, not {value}")
