"""Ask, check, tell the problems, ask again; when the tries are used up, the house decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

from filmagent.crew.model import (
    ContextTooSmall,
    InvalidAnswer,
    Model,
    Question,
    Refused,
    Unreachable,
)
from filmagent.crew.problems import Problem
from filmagent.crew.prompts import load
from filmagent.crew.transcript import Transcript, shortened

A = TypeVar("A", bound=BaseModel)
Check = Callable[[A], list[Problem]]
"""The mechanical check of an answer."""

_TOLD = 24
"""Problems that are told at once: mending these mostly mends the others."""
_REPEATED, _LONGEST = 3000, 600
"""Letters of a wrong answer and of one problem that are shown to whoever gave the answer."""


@dataclass(frozen=True)
class Decision(Generic[A]):
    """What was decided, and how."""

    value: A
    by: Literal["model", "house"]
    problems_first: tuple[Problem, ...] = ()
    """What was wrong with the first answer."""
    problems_last: tuple[Problem, ...] = ()
    """What was wrong with the last answer of the model; empty where it was taken as it was."""
    tries: int = 0
    """Questions asked."""
    why: str = ""
    """Why the house decided ("" where it did not)."""
    house: tuple[str, ...] = ()
    """Things of a model's answer that the house decided: `Problem.where`."""


@dataclass(frozen=True)
class Try(Generic[A]):
    """What came of one question."""

    value: A | None
    """None where there is no answer of the right form."""
    problems: tuple[Problem, ...] = ()
    raw: str = ""
    """What was answered, right or wrong."""
    over: str = ""
    """Why asking again is of no use ("" where it is)."""


@dataclass(frozen=True)
class Outcome(Generic[A]):
    """What came of a question and its repetitions."""

    value: A | None
    """None where no answer can be used; ``why`` says why."""
    first: tuple[Problem, ...]
    last: tuple[Problem, ...]
    tries: int
    why: str = ""


def decide(
    model: Model,
    question: Question[A],
    check: Check[A],
    fallback: Callable[[], A],
    log: Transcript,
    *,
    tries: int = 3,
) -> Decision[A]:
    """An answer without problems; from the house crew where the model gives none.

    Parameters
    ----------
    check
        What is wrong with an answer of the right form; pure and mechanical.
    fallback
        The house crew's decision; called only when it is needed.
    log
        Of the item that is decided.
    tries
        Questions at most: the first, and again with the problems of the answer before.

    Raises
    ------
    ModelError
        For what ends a run: no endpoint, a wrong key, a budget that is spent …
    """
    outcome = persist(model, question, check, log, tries)
    by: Literal["model", "house"] = "house" if outcome.value is None else "model"
    log.decided(question.role, by, outcome.why)
    return Decision(
        value=fallback() if outcome.value is None else outcome.value,
        by=by,
        problems_first=outcome.first,
        problems_last=outcome.last,
        tries=outcome.tries,
        why=outcome.why,
    )


def persist(
    model: Model, question: Question[A], check: Check[A], log: Transcript, tries: int
) -> Outcome[A]:
    """Ask until the answer has no problem, at most ``tries`` times."""
    first: tuple[Problem, ...] = ()
    asked = question
    for attempt in range(1, tries + 1):
        tried = attempt_once(model, asked, check, log, attempt)
        first = first if attempt > 1 else tried.problems
        if tried.value is not None and not tried.problems:
            return Outcome(tried.value, first, (), attempt)
        if tried.over:
            break
        asked = again(question, tried.problems, tried.raw, attempt)
    why = tried.over or left_over(tried.problems, attempt)
    return Outcome(None, first, tried.problems, attempt, why)


def attempt_once(
    model: Model, asked: Question[A], check: Check[A], log: Transcript, attempt: int
) -> Try[A]:
    """Ask once, check, and write down what came of it."""
    try:
        value = model.ask(asked)
    except InvalidAnswer as error:
        tried: Try[A] = Try(None, tuple(Problem("", text) for text in error.problems), error.raw)
    except (Refused, Unreachable) as error:
        tried = Try(None, over=str(error))
    except ContextTooSmall as error:
        if attempt == 1:
            # the first question can be split by whoever made it; telling problems only made it long
            raise
        tried = Try(None, over=str(error))
    else:
        tried = Try(value, tuple(check(value)), value.model_dump_json())
    log.asked(
        asked.role,
        asked.task,
        asked.version,
        attempt,
        asked.user,
        answer=tried.raw if tried.value is None else tried.value,
        problems=tried.problems,
        error=tried.over,
    )
    return tried


def again(
    question: Question[A],
    problems: Sequence[Problem],
    wrong: str,
    attempt: int,
    only: Sequence[str] = (),
) -> Question[A]:
    """The question with the problems of its answer, to be asked again.

    Parameters
    ----------
    wrong
        The answer as it came.
    attempt
        How often it has been asked; moves the seed, so that the same mistake is another request.
    only
        The things to answer for; everything when empty.
    """
    _, told = load("again").fill(
        problems=[
            {
                "where": shortened(p.where, _LONGEST),
                "what": shortened(p.what, _LONGEST),
                **({"choices": p.choices} if p.choices else {}),
            }
            for p in problems[:_TOLD]
        ],
        your_answer=shortened(wrong, _REPEATED) if wrong.strip() else None,
        answer_only_for=list(only) or None,
    )
    return replace(
        question, user=f"{question.user}\n\n{told}", seed=(question.seed + attempt) % 2**31
    )


def left_over(problems: Sequence[Problem], tries: int) -> str:
    """Why a model's answer was not taken, as the transcript says it."""
    more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
    told = f" {problems[0]}{more}" if problems else ""
    return f"After {tries} {'try' if tries == 1 else 'tries'} it is still wrong:{told}"
