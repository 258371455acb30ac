"""How a film's talk is cut: cuts at the edges of lines, words on who listens, L and J cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from filmagent.documents import Cut, Edit, Line, SceneTiming, Setup
from filmagent.documents.film_time import fps, heard, starts

NEAR = 3
"""Frames around the start or end of a line in which a cut is at its edge."""
_TURN = 1.5
"""Seconds between two lines that are still one talk."""
_FACES = ("single", "ots", "reaction")


@dataclass(frozen=True)
class Talk:
    """A film's figures of dialogue."""

    cuts: int
    """Cuts while somebody speaks, or between a line and its answer."""
    edges: int
    """Those of them within `NEAR` frames of a line's start or end."""
    spoken: float
    """Seconds somebody on the set speaks."""
    listened: float
    """Seconds of them with a shot of somebody who listens."""
    shortest: float
    """Seconds of the shortest shot; 0 where there is none."""
    lines_over: int
    """Cuts that a line goes over while its speaker comes into, or goes from, the picture."""
    places_over: int
    """Changes of scene at which a place is heard before it is seen, or after."""

    @property
    def sentence(self) -> str:
        """The figures in words; nothing where nobody speaks."""
        if not self.spoken or not self.cuts:
            return ""
        return (
            f"{self.cuts} cuts in dialogue, {self.edges / self.cuts:.0%} at the edge of a line; "
            f"{self.listened / self.spoken:.0%} of the words on who listens; lines go over "
            f"{self.lines_over} cuts, the sound of a place over {self.places_over}; "
            f"the shortest shot is {self.shortest:.1f} s."
        )


def talk(edit: Edit, timings: Mapping[str, SceneTiming], setups: Mapping[str, Setup]) -> Talk:
    """Measure how an edit cuts what is said."""
    rate = fps(edit)
    lines = _spans(edit, timings)
    spans = np.array([(a, b) for a, b, _ in lines]).reshape(-1, 2)
    shown = list(zip(edit.cuts, starts(edit)[:-1], strict=True))
    cuts = near = 0
    for (one, _), (two, start) in pairwise(shown):
        at = start / rate
        if one.kind == two.kind == "shot" and _talked(spans, at):
            cuts += 1
            near += bool(np.abs(spans - at).min() * rate <= NEAR + 1e-6)
    spoken = listened = 0.0
    for cut, start in (s for s in shown if s[0].kind == "shot"):
        first, end = start / rate, (start + cut.frames) / rate
        for number in np.flatnonzero((spans[:, 0] < end) & (spans[:, 1] > first)):
            a, b, line = lines[number]
            if line.delivery == "on":
                spoken += min(b, end) - max(a, first)
                listened += (min(b, end) - max(a, first)) * _listens(cut, setups, line)
    over = [c.sound for c in edit.cuts if c.sound.kind != "straight"]
    return Talk(
        cuts,
        near,
        spoken,
        listened,
        min((c.frames / rate for c in edit.cuts if c.kind == "shot"), default=0.0),
        sum(bool(s.speaker) for s in over),
        sum(not s.speaker for s in over),
    )


def _spans(edit: Edit, timings: Mapping[str, SceneTiming]) -> list[tuple[float, float, Line]]:
    lines = {(scene, x.beat): x for scene, timing in timings.items() for x in timing.lines}
    found = [(h.film_seconds, lines.get((h.scene, h.beat))) for h in heard(edit)]
    return [(at, at + line.seconds, line) for at, line in found if line is not None]


def _talked(spans: NDArray[np.float64], at: float) -> bool:
    """Whether somebody speaks at a film second, or one has and another soon will."""
    if not len(spans):
        return False
    if ((spans[:, 0] < at) & (at < spans[:, 1])).any():
        return True
    last = np.where(spans[:, 1] <= at, spans[:, 1], -np.inf).max()
    coming = np.where(spans[:, 0] >= at, spans[:, 0], np.inf).min()
    return bool(coming - last < _TURN)


def _listens(cut: Cut, setups: Mapping[str, Setup], line: Line) -> bool:
    setup = setups.get(cut.setup)
    if setup is None or setup.kind not in _FACES or not setup.subjects:
        return False
    return setup.subjects[0] != line.actor
