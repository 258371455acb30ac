"""How a film's talk is cut: cuts at the edges of lines, words on who listens, L and J cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

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
    shown = list(zip(edit.cuts, starts(edit)[:-1], strict=True))
    edges = [second for a, b, _ in lines for second in (a, b)]
    cuts = near = 0
    for (one, _), (two, start) in pairwise(shown):
        at = start / rate
        if one.kind == two.kind == "shot" and _talked(lines, at):
            cuts += 1
            near += min(abs(at - e) for e in edges) * rate <= NEAR + 1e-6
    spoken = listened = 0.0
    for cut, start in shown:
        for a, b, line in lines:
            seconds = min(b, (start + cut.frames) / rate) - max(a, start / rate)
            if seconds > 0 and line.delivery == "on" and cut.kind == "shot":
                spoken += seconds
                listened += seconds * _listens(cut, setups, line)
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


def _talked(lines: list[tuple[float, float, Line]], at: float) -> bool:
    """Whether somebody speaks at a film second, or one has and another soon will."""
    if any(a < at < b for a, b, _ in lines):
        return True
    last = max((b for _, b, _ in lines if b <= at), default=None)
    coming = min((a for a, _, _ in lines if a >= at), default=None)
    return last is not None and coming is not None and coming - last < _TURN


def _listens(cut: Cut, setups: Mapping[str, Setup], line: Line) -> bool:
    setup = setups.get(cut.setup)
    if setup is None or setup.kind not in _FACES or not setup.subjects:
        return False
    return setup.subjects[0] != line.actor
