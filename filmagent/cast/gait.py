"""Ways of walking, read from ``gaits.toml``: by what was asked, by mood, by age."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from filmagent.documents import Segment

_OLD = 65
_FELT = 0.5
"""Energy from which on a mood is seen in a walk."""
_RUNNING = 2.3
"""Metres a second of a leg of 0.8 m from which on one runs, asked or not."""


@dataclass(frozen=True)
class Style:
    """One way of walking; the file's header says what the fields mean."""

    lean: float = 0.0
    slump: float = 0.0
    head: float = 0.0
    crouch: float = 0.0
    swing: float = 1.0
    elbow: float = 0.0
    bob: float = 1.0
    sway: float = 1.0
    step: float = 1.0
    track: float = 1.0
    lift: float = 0.0
    hips: float = 1.0
    contact: tuple[float, float] = (0.50, 0.68)

    def varied(self, key: int) -> Style:
        """The same gait of another day: no two walks of a film are one walk."""
        rng = np.random.default_rng(key)
        return replace(
            self,
            lean=self.lean + float(rng.uniform(-0.012, 0.012)),
            head=self.head + float(rng.uniform(-0.02, 0.02)),
            swing=self.swing * float(rng.uniform(0.85, 1.12)),
            bob=self.bob * float(rng.uniform(0.88, 1.1)),
            sway=self.sway * float(rng.uniform(0.85, 1.15)),
            step=self.step * float(rng.uniform(0.96, 1.04)),
            elbow=self.elbow + float(rng.uniform(0.0, 0.06)),
        )


CARRIED = ("lean", "slump", "head", "crouch", "swing", "elbow", "bob", "sway", "hips")
"""What of a style the body carries, frame by frame."""


@cache
def styles() -> dict[str, Style]:
    """Every way of walking."""
    raw = tomllib.loads(Path(__file__).with_name("gaits.toml").read_text("utf-8"))
    made: dict[str, Style] = {}
    for name, entry in raw.items():
        contact = tuple(entry.pop("contact", Style.contact))
        made[name] = replace(Style(**entry), contact=contact)
    return made


def style_of(segment: Segment, years: int, mood: str, energy: float, pace: float) -> Style:
    """How somebody walks.

    Parameters
    ----------
    segment
        Its ``manner`` is what was asked.
    years
        Age.
    mood, energy
        When it begins.
    pace
        Metres a second, for a leg of 0.8 m.
    """
    known = styles()
    if segment.manner in known:
        return known[segment.manner]
    if pace >= _RUNNING:
        return known["run"]
    if years >= _OLD:
        return known["old"]
    if energy >= _FELT and mood in known:
        return known[mood]
    return known["even"]
