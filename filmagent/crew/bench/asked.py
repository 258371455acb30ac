"""A model as a judge: every pair in both orders, so that a liking for one side cancels out."""

from __future__ import annotations

from collections.abc import Sequence

from filmagent.crew.bench.judging import ASKED, ASPECTS, Aspect, Pair, Vote, told
from filmagent.crew.model import InvalidAnswer, Model, Refused, Unreachable
from filmagent.crew.prompts import load
from filmagent.documents import Part


class Verdict(Part):
    """A judge's answer on one aspect."""

    better: Vote
    why: str


class Verdicts(Part):
    """A judge's answer on a pair."""

    plot: Verdict
    profile: Verdict
    actions: Verdict
    camera: Verdict


def judge(every: Sequence[Pair], number: int, model: Model) -> list[tuple[str, Aspect, Vote, str]]:
    """Votes of a model on pairs: a side wins where it wins in both orders, or one and a tie.

    A pair that the model does not judge is left out.

    Raises
    ------
    ModelError
        For what ends a run: no endpoint, a wrong key, a budget that is spent …
    """
    found: list[tuple[str, Aspect, Vote, str]] = []
    for pair in every:
        a, b = (told(side) for side in pair.sides(number))
        try:
            straight, turned = _asked(a, b, model), _asked(b, a, model)
        except (InvalidAnswer, Refused, Unreachable):
            continue
        for aspect in ASPECTS:
            one, two = getattr(straight, aspect), getattr(turned, aspect)
            found.append((pair.name, aspect, _both(one.better, two.better), one.why))
    return found


def _asked(a: str, b: str, model: Model) -> Verdicts:
    return model.ask(load("judge").question(Verdicts, {"A": a, "B": b, "aspects": ASKED}))


def _both(straight: Vote, turned: Vote) -> Vote:
    """The vote of both orders together; ``turned`` has the sides exchanged."""
    score = {"A": 1, "tie": 0, "B": -1}[straight] - {"A": 1, "tie": 0, "B": -1}[turned]
    return "A" if score > 0 else "B" if score < 0 else "tie"
