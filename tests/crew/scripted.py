"""A model that answers as the test tells it: deterministic, and keeps what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from filmagent.crew.model import (
    Estimate,
    Expected,
    InvalidAnswer,
    Question,
    Receipt,
    Refused,
    Unreachable,
)

Answer = Any


class Scripted:
    """Satisfies `filmagent.crew.model.Model`.

    Parameters
    ----------
    answers
        What is answered to one question after the other, or a function of the question. A dict is
        validated as the question's answer type; an exception is raised.
    """

    name, sees = "scripted", False

    def __init__(self, *answers: Answer):
        self.answers = list(answers)
        self.asked: list[Question[Any]] = []
        self._lock = threading.Lock()

    def ask(self, question: Question[Any]) -> Any:
        with self._lock:
            self.asked.append(question)
            turn = self.answers[0] if callable(self.answers[0]) else self.answers.pop(0)
        answer = turn(question) if callable(turn) else turn
        if isinstance(answer, Exception):
            raise answer
        return question.answer.model_validate(answer)

    def estimate(self, expected: Iterable[Expected]) -> Estimate:
        raise NotImplementedError

    def receipt(self) -> Receipt:
        raise NotImplementedError


def invalid(problem: str = "no JSON", raw: str = "Well, ") -> InvalidAnswer:
    return InvalidAnswer(problem, [problem], raw)


def refused() -> Refused:
    return Refused("The model will not answer.")


def unreachable() -> Unreachable:
    return Unreachable("No answer came from the endpoint in 5 tries.")
