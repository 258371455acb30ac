"""A question's way to its answer: the store, else one call shared by all who ask the same."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Protocol

from filmagent.crew.model.errors import (
    ContextTooSmall,
    InvalidAnswer,
    NotRecorded,
    Refused,
    Unreachable,
)
from filmagent.crew.model.ledger import Ledger
from filmagent.crew.model.prices import Price
from filmagent.crew.model.question import A, Question
from filmagent.crew.model.reading import Unreadable, read
from filmagent.crew.model.receipt import Estimate, EstimateRow, Expected, Receipt, totals
from filmagent.crew.model.settings import ModelSettings
from filmagent.crew.model.store import Store, StoredAnswer, key_of

_MORE = 2
"""How much more room an answer gets that was cut off."""


class Source(Protocol):
    """Where answers come from that the store lacks."""

    where: str

    def fetch(self, question: Question[Any], key: str, known: StoredAnswer | None) -> StoredAnswer:
        """An answer, stored by now; ``known`` is the record of an earlier failure."""
        ...

    def room(self, question: Question[Any]) -> int:
        """The room that the question's answer gets, in tokens."""
        ...

    @property
    def sees(self) -> bool:
        """Whether pictures are sent."""
        ...

    @property
    def left_out(self) -> list[str]:
        """What the endpoint does not take."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class AskingModel:
    """A `Model` over a store and a source."""

    def __init__(
        self,
        settings: ModelSettings,
        name: str,
        store: Store,
        source: Source,
        ledger: Ledger,
        price: Price | None,
    ) -> None:
        self._settings, self.name = settings, name
        self._store, self._source, self._ledger, self._price = store, source, ledger, price
        self._lock = threading.Lock()
        self._flights: dict[str, Future[StoredAnswer]] = {}

    @property
    def sees(self) -> bool:
        """Whether pictures reach the model."""
        return self._source.sees

    def ask(self, question: Question[A]) -> A:
        """The answer to a question; see `Model.ask`."""
        stored = self._answer(question)
        try:
            return self._read(stored, question)
        except InvalidAnswer as error:
            if stored.finish != "length":
                raise
            cut = error
        # a refusal for want of room is asked once more, with more of it
        longer = replace(question, max_tokens=question.max_tokens * _MORE)
        if self._source.room(longer) <= question.max_tokens:
            raise cut
        try:
            return self._read(self._answer(longer), longer)
        except (ContextTooSmall, NotRecorded):
            # a replay lacks the longer answer where the recorded model had no more room
            raise cut from None

    def estimate(self, expected: Iterable[Expected]) -> Estimate:
        """What the expected calls will take; see `Model.estimate`."""
        rows: dict[tuple[str, str], EstimateRow] = {}
        for one in expected:
            row = rows.setdefault(
                (one.role, one.task),
                EstimateRow(
                    role=one.role, task=one.task, calls=0, tokens_in=0, tokens_out=0, usd=0.0
                ),
            )
            if one.question is not None and self._kept(one.question) is not None:
                row.cached += one.calls
                continue
            row.calls += one.calls
            row.tokens_in += one.calls * one.tokens_in
            row.tokens_out += one.calls * one.tokens_out
        for row in rows.values():
            price = self._price
            row.usd = None if price is None else price.of(row.tokens_in, row.tokens_out)
        table = [rows[place] for place in sorted(rows)]
        return Estimate(
            model=self.name,
            **totals(table, "calls", "cached", "tokens_in", "tokens_out", "usd"),
            budget_tokens=self._settings.budget_tokens,
            budget_usd=self._settings.budget_usd,
            rows=table,
        )

    def receipt(self) -> Receipt:
        """What the run has taken up to now."""
        return self._ledger.receipt(
            self._settings, self.name, self._source.where, self._source.left_out
        )

    def close(self) -> None:
        """Close the connections."""
        self._source.close()

    def _kept(self, question: Question[Any]) -> StoredAnswer | None:
        stored = self._store.get(key_of(self.name, question))
        return None if stored is None or stored.failed else stored

    def _answer(self, question: Question[Any]) -> StoredAnswer:
        """The answer as it arrived, by whichever thread asked first."""
        key = key_of(self.name, question)
        with self._lock:
            flight = self._flights.get(key)
            first = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if not first:
            stored = flight.result()
            self._ledger.add(question.role, question.task, cached=1)
            return stored
        try:
            stored = self._found(question, key)
            flight.set_result(stored)
            return stored
        except BaseException as error:
            flight.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._flights[key]

    def _found(self, question: Question[Any], key: str) -> StoredAnswer:
        known = self._store.get(key)
        if known is not None and not known.failed:
            self._ledger.add(question.role, question.task, cached=1)
            return known
        try:
            return self._source.fetch(question, key, known)
        except Unreachable:
            self._ledger.add(question.role, question.task, unreachable=1)
            raise

    def _read(self, stored: StoredAnswer, question: Question[A]) -> A:
        who = f"{question.role} ({question.task})"
        if stored.refusal is not None:
            self._ledger.add(question.role, question.task, refused=1)
            raise Refused(f"{self.name} will not answer {who}: {stored.refusal}")
        try:
            return read(stored.text, question.answer)
        except Unreadable as error:
            problems = error.problems
        self._ledger.add(question.role, question.task, invalid=1)
        if stored.finish == "length":
            problems = [
                f"The answer was cut off after {stored.room:,} tokens; answer in fewer words."
            ]
        raise InvalidAnswer(
            f"The answer of {who} is not what was asked for: {' '.join(problems)}",
            problems,
            stored.text,
        )
