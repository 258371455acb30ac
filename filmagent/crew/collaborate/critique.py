"""Critique, correct, verify: a critic reads a draft, its author mends it, until nobody complains.

After Xu et al., "FilmAgent" (2025), section 3.2, critique-correct-verify; with an early exit, and
with mechanical checks that a correction may not make worse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from pydantic import BaseModel, ConfigDict, Field

from filmagent.crew.collaborate.asking import A, Check, persist
from filmagent.crew.collaborate.items import Items
from filmagent.crew.model import Model, Question
from filmagent.crew.problems import Problem
from filmagent.crew.transcript import Transcript

_MOST = 8
"""Complaints of a review that are passed on: the first are what the critic cares about."""


class Complaint(BaseModel):
    """One thing a critic would have otherwise."""

    model_config = ConfigDict(extra="forbid")

    where: str = Field(description="the thing it is about, by its name in the draft; '' for all")
    what: str = Field(description="what is wrong with it, one sentence")
    instead: str = Field(description="what would be better, one sentence; '' to leave it open")

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where else ""
        return f"{head}{self.what} {self.instead}".strip()


class Review(BaseModel):
    """What a critic answers; no complaint means that the draft stands."""

    model_config = ConfigDict(extra="forbid")

    complaints: list[Complaint]


@dataclass(frozen=True)
class Critique(Generic[A]):
    """A draft after its criticism."""

    value: A
    rounds: int
    """Corrections that were taken."""
    complaints: tuple[Complaint, ...]
    """Every complaint that was made."""
    why: str
    """Why it ended."""


def critique(
    model: Model,
    draft: A,
    critic: Callable[[A, tuple[Complaint, ...]], Question[Review]],
    author: Callable[[A, tuple[Complaint, ...]], Question[A]],
    check: Check[A],
    log: Transcript,
    *,
    items: Items[A, Any] | None = None,
    rounds: int = 2,
    tries: int = 2,
) -> Critique[A]:
    """Improve a draft by criticism.

    It ends as soon as the critic has no complaint, nothing was changed, or a correction broke a
    rule that the draft before it kept: then that draft stays.

    Parameters
    ----------
    critic
        The question to the critic about a draft; given the complaints made so far.
    author
        The question to the author about a draft and the complaints about it.
    check
        What is mechanically wrong with a draft.
    items
        How a draft is a list, if it is: a correction then changes only what was complained about.
    rounds
        Corrections at most; each costs two calls.
    tries
        Questions at most for one correction.

    Raises
    ------
    ModelError
        For what ends a run. A critic who does not answer leaves the draft as it is.
    """
    made: tuple[Complaint, ...] = ()
    for number in range(rounds):
        new = complaints(model, critic(draft, made), log)
        if not new:
            return Critique(draft, number, made, "The critic has no complaint.")
        made = (*made, *new)
        corrected = _corrected(model, draft, author(draft, new), new, check, log, items, tries)
        if corrected is None:
            return Critique(draft, number, made, "The correction was worse; the draft is kept.")
        if corrected == draft:
            return Critique(draft, number, made, "The author keeps the draft as it is.")
        draft = corrected
    return Critique(draft, rounds, made, "The rounds are used up.")


def complaints(model: Model, question: Question[Review], log: Transcript) -> tuple[Complaint, ...]:
    """What a critic says; nothing where the critic gives no answer that can be read."""
    outcome = persist(model, question, lambda _: [], log, tries=2)
    if outcome.value is None:
        log.say(question.role, f"There is no criticism. {outcome.why}")
        return ()
    return tuple(outcome.value.complaints[:_MOST])


def _corrected(
    model: Model,
    draft: A,
    question: Question[A],
    told: Sequence[Complaint],
    check: Check[A],
    log: Transcript,
    items: Items[A, Any] | None,
    tries: int,
) -> A | None:
    """The correction in its place; None where it breaks what the draft kept."""
    before = check(draft)
    wheres = [complaint.where for complaint in told]
    narrow = items is not None and set(wheres) <= set(items.wheres)

    def placed(answer: A) -> A:
        if items is None:
            return answer
        return items.merged(draft, answer, wheres) if narrow else items.tidy(answer)

    def worse(answer: A) -> list[Problem]:
        return [problem for problem in check(placed(answer)) if problem not in before]

    outcome = persist(model, question, worse, log, tries)
    if outcome.value is None:
        log.say(question.role, f"The earlier draft is kept. {outcome.why}")
        return None
    return placed(outcome.value)
