"""When beats happen: gaps that breathe, silences, and beats that keep their time.

All times of a scene lie on a grid of 1/600 s, on which the frames of 24, 25, 30, 50 and 60 fps
all fall. Chance is keyed by the id of the beat it belongs to.
"""

from __future__ import annotations

import re

import numpy as np

from filmagent.documents.blocking import LineReading
from filmagent.documents.breakdown import Beat
from filmagent.documents.seeds import seed as seed_of
from filmagent.documents.timing import SceneTiming

TICKS = 600
"""Grid points a second."""
SHORTEST_GAP, LONGEST_GAP = -0.3, 1.2
_GIVE_BACK, _GIVE_ON = 0.7, 0.9
"""Seconds by which a gap may shrink or grow to keep the beat after it at its old time."""


def grid(seconds: float) -> float:
    """The nearest time of the grid."""
    return round(seconds * TICKS) / TICKS


class Clock:
    """Decides when each beat starts."""

    def __init__(self, seed: int, previous: SceneTiming | None):
        self._seed = seed
        self._before = {b.beat: b.start for b in previous.beats} if previous else {}
        self._old_duration = previous.duration if previous else None

    def rng(self, beat: str, what: str) -> np.random.Generator:
        """Chance that belongs to one thing about one beat."""
        return np.random.default_rng(seed_of(self._seed, what, beat))

    def settle(self, beat: str, natural: float, least: float) -> float:
        """The start of a beat: its old time where its gap can give that much, else ``natural``.

        ``least`` is the earliest it may start.
        """
        low = max(natural - _GIVE_BACK, least)
        high = max(natural + _GIVE_ON, low)
        wished = self._before.get(beat, natural)
        return grid(min(max(wished, low), high))

    def settle_duration(self, natural: float) -> float:
        """The scene's length: the old one where that is nearly right."""
        old = self._old_duration
        if old is not None and natural - 0.6 <= old <= natural + _GIVE_ON:
            return old
        return grid(natural)

    def gap(self, before: Beat, after: Beat, mood: LineReading, mood_before: LineReading) -> float:
        """Seconds of silence between two lines; below zero they overlap.

        An answer to a question is quick; anger is quicker; sorrow and whispers wait; who goes on
        speaking takes a breath.
        """
        rng = self.rng(after.id, "gap")
        if before.overlapped:
            return float(rng.uniform(-0.3, -0.15))
        middle = 0.42
        if before.speaker == after.speaker:
            middle = 0.62
        elif re.search(r"[?？]\W*$", before.text):
            middle = 0.3
        elif re.search(r"(\.\.\.|…)\W*$", before.text):
            middle = 0.8
        middle += {
            "angry": 0.35 - 0.9 * mood.energy,
            "surprised": 0.15,
            "sad": 0.4,
            "afraid": 0.05,
            "happy": -0.1,
        }.get(mood.emotion, 0.0)
        middle += 0.35 * (0.5 - mood.energy) + 0.15 * (0.5 - mood_before.energy)
        if mood.to and mood.to != before.speaker and before.speaker != after.speaker:
            middle += 0.2
        spread = 0.28
        value = middle + float(rng.uniform(-spread, spread))
        return min(max(value, SHORTEST_GAP), LONGEST_GAP)

    def pause(self, beat: Beat) -> float:
        """Length of a (beat): what the script sets, or 0.8–1.5 s."""
        if beat.seconds is not None:
            return max(float(beat.seconds), 0.2)
        return float(self.rng(beat.id, "pause").uniform(0.8, 1.5))

    def look_around(self, beat: Beat, first: bool) -> float:
        """Length of a paragraph in which nobody does anything: long enough to see it."""
        words = len(re.findall(r"\w+", beat.text)) or len(beat.text) / 3
        seconds = 1.3 + 0.05 * words + float(self.rng(beat.id, "action").uniform(-0.2, 0.2))
        return min(max(seconds, 2.4 if first else 1.5), 3.2 if first else 2.5)

    def breath(self, beat: Beat, low: float, high: float) -> float:
        """A short silence before something that is not an answer."""
        return float(self.rng(beat.id, "breath").uniform(low, high))
