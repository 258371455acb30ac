"""Debate and judge: several propose at once, each reviews the others, a judge picks one.

After Xu et al., "FilmAgent" (2025), section 3.2, debate-judge: with one round of reviews, an early
exit when the proposals agree, and checks on every proposal before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from filmagent.crew.collaborate.asking import A, Check, Outcome, persist
from filmagent.crew.collaborate.critique import Complaint, Review, complaints
from filmagent.crew.model import Model, Question
from filmagent.crew.problems import Problem
from filmagent.crew.transcript import Transcript

R = TypeVar("R")


class Verdict(BaseModel):
    """What a judge answers."""

    model_config = ConfigDict(extra="forbid")

    choice: int = Field(description="the number of the proposal that is taken, from 1")
    why: str = Field(description="why this one, one or two sentences")


@dataclass(frozen=True)
class Debate(Generic[A]):
    """What a debate came to."""

    value: A
    by: Literal["model", "house"]
    winner: int
    """Index into the questions; -1 where the house decided."""
    proposals: int
    """Proposals that could be used."""
    why: str


def debate(
    model: Model,
    questions: Sequence[Question[A]],
    reviewer: Callable[[int, Sequence[A]], Question[Review]],
    judge: Callable[[Sequence[A], Sequence[Sequence[Complaint]]], Question[Verdict]],
    check: Check[A],
    fallback: Callable[[], A],
    log: Transcript,
    *,
    agree: Callable[[A, A], bool] = lambda one, other: one == other,
    tries: int = 3,
) -> Debate[A]:
    """The proposal that a judge picks after its authors have reviewed each other's.

    Parameters
    ----------
    questions
        One for each proposal; they are asked at the same time.
    reviewer
        The question by which the author of a proposal (its index) reviews all the usable ones;
        a complaint's ``where`` begins with the number of the proposal, from 1.
    judge
        The question to the judge, given the usable proposals and what each reviewer said.
    agree
        Whether two proposals come to the same.

    Raises
    ------
    ModelError
        For what ends a run.
    """
    made = _at_once(log, [_proposing(model, question, check, tries) for question in questions])
    good = [index for index, outcome in enumerate(made) if outcome.value is not None]
    drafts = [outcome.value for outcome in made if outcome.value is not None]
    if not drafts:
        log.decided(questions[0].role, "house", made[0].why)
        return Debate(fallback(), "house", -1, 0, made[0].why)
    if len(drafts) == 1 or all(agree(drafts[0], other) for other in drafts[1:]):
        why = "The proposals agree." if len(drafts) > 1 else "No other proposal can be used."
        log.decided(questions[good[0]].role, "model", why)
        return Debate(drafts[0], "model", good[0], len(drafts), why)
    reviews = _at_once(
        log, [_reviewing(model, reviewer(place, drafts)) for place in range(len(drafts))]
    )
    return _judged(model, judge(drafts, reviews), drafts, good, reviews, log)


def _judged(
    model: Model,
    question: Question[Verdict],
    drafts: Sequence[A],
    good: Sequence[int],
    reviews: Sequence[Sequence[Complaint]],
    log: Transcript,
) -> Debate[A]:
    def in_range(verdict: Verdict) -> list[Problem]:
        if 1 <= verdict.choice <= len(drafts):
            return []
        names = tuple(str(number + 1) for number in range(len(drafts)))
        return [Problem("choice", f"There is no proposal {verdict.choice}.", names)]

    def fewest() -> Verdict:
        against = [
            sum(_about(c, place + 1) for review in reviews for c in review)
            for place in range(len(drafts))
        ]
        least = against.index(min(against))
        return Verdict(choice=least + 1, why="It drew the fewest complaints.")

    outcome = persist(model, question, in_range, log, tries=2)
    verdict = outcome.value or fewest()
    place = verdict.choice - 1
    by: Literal["model", "house"] = "house" if outcome.value is None else "model"
    log.decided(question.role, by, f"Proposal {verdict.choice} is taken. {verdict.why}")
    return Debate(drafts[place], "model", good[place], len(drafts), verdict.why)


def _about(complaint: Complaint, number: int) -> bool:
    digits = "".join(c if c.isdigit() else " " for c in complaint.where).split()
    return digits[:1] == [str(number)]


def _proposing(
    model: Model, question: Question[A], check: Check[A], tries: int
) -> Callable[[Transcript], Outcome[A]]:
    return lambda page: persist(model, question, check, page, tries)


def _reviewing(
    model: Model, question: Question[Review]
) -> Callable[[Transcript], tuple[Complaint, ...]]:
    return lambda page: complaints(model, question, page)


def _at_once(log: Transcript, jobs: Sequence[Callable[[Transcript], R]]) -> list[R]:
    """Run jobs at the same time; their pages come into the transcript in the order of the jobs."""
    pages = [log.held() for _ in jobs]
    with ThreadPoolExecutor(max_workers=max(len(jobs), 1)) as pool:
        futures = [pool.submit(job, page) for job, page in zip(jobs, pages, strict=True)]
    for page in pages:
        log.take(page)
    return [future.result() for future in futures]
