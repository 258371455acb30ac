"""A shot painted again where it missed a threshold: with another seed, or closer to the engine.

A shot whose shapes, people or colours are not the engine's is begun from less noise; one that is
only restless gets other noise. The number of tries is bounded, and of all the best is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from filmagent.documents.seeds import seed as seed_of
from filmagent.refine.metrics.report import ShotReport
from filmagent.refine.run.shot import Choices

CLOSER = ("structure", "silhouette", "identity", "drift")
"""Measures that a start from less noise mends."""
_LESS = 0.8
"""By which σ_start is multiplied for the next try."""


@dataclass(frozen=True)
class Try:
    """One painting of a shot."""

    seed: int
    sigma_start: float
    missed: float = 0.0
    """How far it missed thresholds; 0 where it kept to all of them."""
    kinds: Sequence[str] = ()
    faults: Sequence[str] = field(default=())

    @classmethod
    def judged(cls, asked: Try, report: ShotReport) -> Try:
        """A try with what was measured of it."""
        return cls(asked.seed, asked.sigma_start, report.missed, report.kinds, report.faults)


def following(choices: Choices, setup: str, made: Sequence[Try]) -> Try | None:
    """What to try next; None where the last one is good, or tries are used up."""
    number = len(made)
    if number >= choices.tries or (made and not made[-1].faults):
        return None
    sigma = made[-1].sigma_start if made else choices.sigma_start
    if made and set(made[-1].kinds) & set(CLOSER):
        sigma = round(sigma * _LESS, 4)
    item = setup if number == 0 else f"{setup}/{number}"
    return Try(seed_of(choices.seed, "refine", item), sigma)


def best(made: Sequence[Try]) -> int:
    """The try that missed least; of equals the first."""
    return min(range(len(made)), key=lambda n: (made[n].missed, n))


def said(made: Sequence[Try]) -> str:
    """What became of a shot that took more than one try, in a sentence; else nothing."""
    if not made:
        return ""
    kept = best(made)
    one = made[kept]
    if len(made) == 1 and not one.faults:
        return ""
    what = f"try {kept + 1} of {len(made)} is kept (σ {one.sigma_start:g}, seed {one.seed})"
    return f"{what}; it still misses: {'; '.join(one.faults)}" if one.faults else what
