"""L and J cuts: where the sound of a line goes over a cut.

In a J cut the next speaker is heard before being seen; in an L cut the last speaker is still heard
over the picture of somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from camera.editing.material import Line

_STRAIGHT = 0.04
"""Seconds of a line over a cut that nobody notices: a frame."""


@dataclass(frozen=True)
class Overlap:
    """What is heard over one cut."""

    kind: str
    """``straight``, ``L`` or ``J``."""
    speaker: str = ""
    seconds: float = 0.0
    """L: how long the line goes on after the cut. J: how long it has been heard before it."""


def overlap(
    at: float, before: Sequence[str], after: Sequence[str], lines: Sequence[Line]
) -> Overlap:
    """How sound goes over a cut.

    Parameters
    ----------
    at
        Seconds.
    before, after
        The people of the two pictures, most important first.
    """
    over = [x for x in lines if x.start + _STRAIGHT < at < x.end - _STRAIGHT]
    for line in sorted(over, key=lambda x: (-x.start, x.speaker)):
        shown, next_ = line.speaker in before[:1], line.speaker in after[:1]
        if next_ and not shown:
            return Overlap("J", line.speaker, at - line.start)
        if shown and not next_:
            return Overlap("L", line.speaker, line.end - at)
    return Overlap("straight")
