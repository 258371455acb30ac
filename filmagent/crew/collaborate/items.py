"""Answers that are lists: only what is wrong is asked for again, and put back into its place.

What a thing of the list is called (`Items.where`) is what `Problem.where` calls it, and a repair
keeps it: the beat a cue belongs to, the letter of a setup. Several entries may share one name;
they are replaced together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from filmagent.crew.collaborate.asking import A, Check, Decision, again, attempt_once, left_over
from filmagent.crew.model import Model, Question
from filmagent.crew.problems import Problem, listed
from filmagent.crew.transcript import Transcript

I = TypeVar("I")  # noqa: E741


@dataclass(frozen=True)
class Items(Generic[A, I]):
    """How an answer is a list of things.

    Parameters
    ----------
    wheres
        The name of every thing there can be, in order; entries of other things are dropped.
    of
        The entries of an answer.
    where
        The thing that an entry is about.
    put
        The answer with other entries.
    """

    wheres: Sequence[str]
    of: Callable[[A], Sequence[I]]
    where: Callable[[I], str]
    put: Callable[[A, list[I]], A]

    def tidy(self, answer: A) -> A:
        """The answer with its entries in the order of the things, and of nothing else."""
        return self.put(answer, [i for where in self.wheres for i in self.about(answer, where)])

    def about(self, answer: A, where: str) -> list[I]:
        """The entries about one thing."""
        return [entry for entry in self.of(answer) if self.where(entry) == where]

    def merged(self, answer: A, part: A, wheres: Sequence[str]) -> A:
        """The answer with what ``part`` has about some things; the rest stays to the letter.

        A thing that ``part`` has no entry about keeps what it had.
        """
        entries: list[I] = []
        for where in self.wheres:
            new = self.about(part, where) if where in wheres else []
            entries += new or self.about(answer, where)
        return self.put(answer, entries)

    def wrong(self, problems: Sequence[Problem]) -> list[str]:
        """The things at fault, in order; empty where a problem is of no single thing."""
        at_fault = {problem.where for problem in problems}
        return [w for w in self.wheres if w in at_fault] if at_fault <= set(self.wheres) else []


def decide_items(
    model: Model,
    question: Question[A],
    items: Items[A, I],
    check: Check[A],
    house: Callable[[A, str], Sequence[I]],
    fallback: Callable[[], A],
    log: Transcript,
    *,
    smaller: Callable[[A, Sequence[str]], Question[A]] | None = None,
    tries: int = 3,
) -> Decision[A]:
    """As `decide`, for a list: later tries ask for what is wrong alone.

    Parameters
    ----------
    check
        Of a whole answer: a repaired part is checked in its place.
    house
        The house crew's entries about one thing of an answer; none drops it. What is still wrong
        when the tries are used up is decided so, and the rest stays the model's.
    fallback
        The house crew's whole answer, where that does not help either.
    smaller
        A shorter question about some things of an answer; without it the first one is asked again.

    Raises
    ------
    ModelError
        For what ends a run.
    """
    first: tuple[Problem, ...] = ()
    kept: A | None = None
    only: list[str] = []
    asked, problems, over, attempt = question, first, "", 0
    while attempt < tries and not over:
        attempt += 1
        place = _place(items, kept, only)
        tried = attempt_once(model, asked, _in_place(check, place), log, attempt)
        over = tried.over
        told = tried.problems
        if tried.value is None:
            told = (*told, *problems) if kept is not None else told
            problems = problems if kept is not None else told
        elif kept is None or len(told) <= len(problems):
            kept, problems = place(tried.value), told
            if not problems:
                log.decided(question.role, "model")
                return Decision(kept, "model", first, (), attempt)
        else:
            # the repair broke more than it mended: what was there before is asked about again
            told = problems
        first = problems if attempt == 1 else first
        only = items.wrong(problems) if kept is not None else []
        again_for = smaller(kept, only) if smaller and kept is not None and only else question
        asked = again(again_for, told, tried.raw, attempt, only)
    why = over or left_over(problems, attempt)
    mended = _by_house(items, kept, problems, check, house)
    if mended is not None:
        log.decided(question.role, "house", f"{listed(only)}: {why}")
        return Decision(mended, "model", first, problems, attempt, why, tuple(only))
    log.decided(question.role, "house", why)
    return Decision(fallback(), "house", first, problems, attempt, why)


def _place(items: Items[A, I], kept: A | None, only: Sequence[str]) -> Callable[[A], A]:
    """Where an answer goes: a whole one for itself, a part into what is kept."""
    if kept is None or not only:
        return items.tidy
    whole, wheres = kept, list(only)
    return lambda part: items.merged(whole, part, wheres)


def _in_place(check: Check[A], place: Callable[[A], A]) -> Check[A]:
    return lambda answer: check(place(answer))


def _by_house(
    items: Items[A, I],
    kept: A | None,
    problems: Sequence[Problem],
    check: Check[A],
    house: Callable[[A, str], Sequence[I]],
) -> A | None:
    """The answer with what is wrong decided by the house; None where that is no use."""
    wrong = items.wrong(problems)
    if kept is None or not wrong:
        return None
    entries = [
        entry
        for where in items.wheres
        for entry in (house(kept, where) if where in wrong else items.about(kept, where))
    ]
    mended = items.put(kept, entries)
    return None if check(mended) else mended
