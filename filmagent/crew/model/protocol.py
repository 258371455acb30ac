"""What a crew asks: the one contract of live models and replays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from filmagent.crew.model.question import A, Question
from filmagent.crew.model.receipt import Estimate, Expected, Receipt


class Model(Protocol):
    """Answers typed questions. Thread-safe; one asks, and waits."""

    @property
    def name(self) -> str:
        """The model's name at its endpoint."""
        ...

    @property
    def sees(self) -> bool:
        """Whether pictures reach it."""
        ...

    def ask(self, question: Question[A]) -> A:
        """The answer to a question: from the store, or asked for now and stored.

        Raises
        ------
        Unreachable, Refused, InvalidAnswer
            This question failed; others may not.
        NoEndpoint, BadKey, UnknownModel, ContextTooSmall, BudgetSpent, NotRecorded,
        RequestRejected
            The run cannot go on as it is.
        """
        ...

    def estimate(self, expected: Iterable[Expected]) -> Estimate:
        """What the expected calls will take; those already answered take nothing."""
        ...

    def receipt(self) -> Receipt:
        """What the run has taken up to now."""
        ...

    def close(self) -> None:
        """Close the connections, once nobody asks any more."""
        ...
