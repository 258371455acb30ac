"""What a run of the crew will take, and what it took: calls, tokens, money, time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import Field

from filmagent.crew.model.question import Question
from filmagent.crew.model.tokens import tokens_of_question
from filmagent.documents import Document, Part, Real


@dataclass(frozen=True)
class Expected:
    """Calls that a run will make: so many of one role and task, of about one size.

    Attributes
    ----------
    tokens_in, tokens_out : int
        Of one call.
    question : Question or None
        Where it is known already: it costs nothing if its answer is stored.
    """

    role: str
    task: str
    calls: int
    tokens_in: int
    tokens_out: int
    question: Question[Any] | None = None

    @classmethod
    def of(cls, question: Question[Any], fill: float = 0.5) -> Expected:
        """The call of a known question, whose answer fills this share of its room."""
        tokens_out = round(question.max_tokens * fill)
        return cls(
            question.role, question.task, 1, tokens_of_question(question), tokens_out, question
        )


class EstimateRow(Part):
    """What one role's task will take."""

    role: str
    task: str
    calls: int
    cached: int = 0
    tokens_in: int
    tokens_out: int
    usd: Real | None


class Estimate(Document):
    """What a run will take, said before it."""

    SCHEMA_VERSION: ClassVar[int] = 1
    model: str
    calls: int
    cached: int
    tokens_in: int
    tokens_out: int
    usd: Real | None
    """None: the model's price is unknown."""
    budget_tokens: int | None = None
    budget_usd: Real | None = None
    rows: list[EstimateRow] = Field(default_factory=list)

    @property
    def fits(self) -> bool:
        """Whether the budget holds it."""
        tokens = self.tokens_in + self.tokens_out
        return (self.budget_tokens is None or tokens <= self.budget_tokens) and (
            self.budget_usd is None or self.usd is None or self.usd <= self.budget_usd
        )

    def summary(self) -> str:
        """One line for people."""
        over = "" if self.fits else " That is more than the budget."
        return (
            f"{self.model}: about {_calls(self.calls)} ({self.cached} already answered), "
            f"{self.tokens_in:,} tokens in, {self.tokens_out:,} out, {_usd(self.usd)}.{over}"
        )


class ReceiptRow(Part):
    """What one role's task took."""

    role: str
    task: str
    calls: int = 0
    """Questions that were sent (a cut-off answer that was asked again counts twice)."""
    retries: int = 0
    """Further times that a call was sent because it broke on the way."""
    cached: int = 0
    """Questions whose answer was stored."""
    invalid: int = 0
    refused: int = 0
    unreachable: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: Real | None = 0.0
    seconds: Real = 0.0
    """Summed over calls; calls in flight together count each."""


class Receipt(Document):
    """What a run took."""

    SCHEMA_VERSION: ClassVar[int] = 1
    model: str
    endpoint: str
    """The URL, or ``replay``."""
    calls: int
    retries: int
    cached: int
    invalid: int
    refused: int
    unreachable: int
    tokens_in: int
    tokens_out: int
    usd: Real | None
    """None: the model's price is unknown. An upper bound: discounts are not counted."""
    seconds: Real
    """Wall time since the model was opened."""
    most_at_once: int
    """The most calls in flight at one moment."""
    budget_tokens: int | None = None
    budget_usd: Real | None = None
    left_out: list[str] = Field(default_factory=list)
    """What the endpoint did not take, so that requests went without it."""
    rows: list[ReceiptRow] = Field(default_factory=list)

    def summary(self) -> str:
        """One line for people."""
        failed = self.invalid + self.refused + self.unreachable
        return (
            f"{self.model}: {_calls(self.calls)}, {self.retries} sent again, {self.cached} from "
            f"the store, {failed} without a use; {self.tokens_in:,} tokens in, "
            f"{self.tokens_out:,} out, {_usd(self.usd)}, {self.seconds:.1f} s."
        )


def totals(rows: Iterable[Part], *names: str) -> dict[str, Any]:
    """Sums of fields over rows; None where one of them is None."""
    table = list(rows)
    sums: dict[str, Any] = {}
    for name in names:
        values = [getattr(row, name) for row in table]
        sums[name] = None if None in values else sum(values)
    return sums


def _calls(number: int) -> str:
    return f"{number} call{'' if number == 1 else 's'}"


def _usd(usd: float | None) -> str:
    return "price unknown" if usd is None else f"${usd:.4f}"
