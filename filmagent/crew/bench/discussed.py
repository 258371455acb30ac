"""How a crew came to its decisions, from its transcript: valid at once, after repair, or not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from filmagent.crew import transcript
from filmagent.documents import Part, Real


class Validity(Part):
    """What became of the questions of a film."""

    questions: int = 0
    """Things asked for, each counted once however often it was asked."""
    valid_at_once: Real = 0.0
    """Share whose first answer had nothing wrong with it."""
    valid_after_repair: Real = 0.0
    """Share that the model decided in the end; the house crew decided the others."""
    asked_again: int = 0
    house: int = 0
    """Things the house crew decided in a model's place."""


def validity(path: Path) -> Validity:
    """The validity of the answers kept in a transcript (JSON lines); none, where there is none."""
    events = transcript.read(path)
    first = [e for e in events if e.kind == "asked" and e.attempt <= 1]
    again = sum(e.kind == "asked" and e.attempt > 1 for e in events)
    decided = Counter(e.by for e in events if e.kind == "decided")
    valid = sum(not e.problems and not e.error for e in first)
    whole = sum(decided.values())
    return Validity(
        questions=len(first),
        valid_at_once=valid / len(first) if first else 0.0,
        valid_after_repair=decided["model"] / whole if whole else 0.0,
        asked_again=again,
        house=decided["house"],
    )
