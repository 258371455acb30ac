"""Answers from an endpoint: one call at a time through slots, budget, retries and the store."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from filmagent.crew.model.budget import Budget
from filmagent.crew.model.endpoint import Arrived, Endpoint
from filmagent.crew.model.errors import (
    ContextTooSmall,
    NoEndpoint,
    RequestRejected,
    Unreachable,
)
from filmagent.crew.model.ledger import Ledger
from filmagent.crew.model.manner import Manners
from filmagent.crew.model.question import Question
from filmagent.crew.model.settings import ModelSettings, is_local
from filmagent.crew.model.store import Store, StoredAnswer
from filmagent.crew.model.tokens import tokens_of_question
from filmagent.crew.model.verdicts import Broken, Filtered, Lacking, Shorter, too_small

_BYTES_A_TOKEN_AT_MOST = 8
"""No tokenizer packs more bytes of prose or JSON into a token, over a whole question."""


class Slots:
    """Who may call now: so many at once, and nobody before the endpoint said so."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)
        self._lock = threading.Lock()
        self._not_before = 0.0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a slot, once the endpoint takes calls."""
        with self._free:
            while (wait := self._not_before - time.monotonic()) > 0:
                time.sleep(wait)
            yield

    def rest(self, seconds: float) -> None:
        """Let nobody call for so long."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)


class Live:
    """A `Source` that calls an endpoint."""

    def __init__(
        self,
        settings: ModelSettings,
        name: str,
        endpoint: Endpoint,
        store: Store,
        ledger: Ledger,
        budget: Budget,
    ) -> None:
        self._settings, self._name, self._endpoint = settings, name, endpoint
        self._store, self._ledger, self._budget = store, ledger, budget
        self._manners = Manners(settings.sees)
        self._slots = Slots(settings.concurrency)
        self.where = endpoint.url

    @property
    def sees(self) -> bool:
        """Whether pictures are sent."""
        return self._manners.sees

    @property
    def left_out(self) -> list[str]:
        """What the endpoint does not take; pictures only where they were wanted."""
        wanted = self._settings.sees
        return [part for part in self._manners.without if wanted or part != "pictures"]

    def room(self, question: Question[Any]) -> int:
        """The room that the question's answer gets, in tokens."""
        return self._manners.of(question).room(question)

    def fetch(self, question: Question[Any], key: str, known: StoredAnswer | None) -> StoredAnswer:
        """Call, until an answer is there and stored."""
        started = time.monotonic()
        stored = StoredAnswer(
            model=self._name,
            role=question.role,
            task=question.task,
            version=question.version,
            room=question.max_tokens,
            text="",
        )
        try:
            arrived, used = self._called(question, key)
            self._fill(stored, arrived, used, question)
        except Filtered as filtered:
            stored.finish, stored.refusal = "content_filter", filtered.said
        except (Unreachable, ContextTooSmall) as error:
            stored.failed = "unreachable" if isinstance(error, Unreachable) else "context"
            stored.needed = getattr(error, "needed", None)
            stored.limit = getattr(error, "limit", None)
            self._keep(stored, key, started)
            raise
        self._keep(stored, key, started)
        return stored

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def _keep(self, stored: StoredAnswer, key: str, started: float) -> None:
        stored.seconds = time.monotonic() - started
        self._store.put(key, stored)
        self._ledger.add(stored.role, stored.task, calls=1, seconds=stored.seconds)

    def _fill(
        self, stored: StoredAnswer, arrived: Arrived, used: tuple[int, int], question: Question[Any]
    ) -> None:
        stored.text = self._endpoint.hidden(arrived.text)
        stored.finish = arrived.finish or "stop"
        stored.refusal = arrived.refusal and self._endpoint.said(arrived.refusal)
        if stored.finish == "content_filter" and stored.refusal is None:
            stored.refusal = "its content filter stopped the answer"
        stored.tokens_in, stored.tokens_out = used
        stored.room = self.room(question)
        size = len((question.system + question.user).encode("utf-8", "replace"))
        least = size // _BYTES_A_TOKEN_AT_MOST
        if arrived.usage and 0 < arrived.usage[0] < least and is_local(self.where):
            # Ollama drops the beginning of what does not fit, and says nothing
            raise too_small(self.where, least + question.max_tokens, arrived.usage[0])

    def _called(self, question: Question[Any], key: str) -> tuple[Arrived, tuple[int, int]]:
        """Send a question until its answer has arrived; the answer, and the tokens it took."""
        dice = random.Random(f"{self._settings.seed}/{key}")
        broken = Broken("it was never sent")
        reached = False
        for number in range(self._settings.tries):
            if number:
                self._wait(broken, number, dice)
                self._ledger.add(question.role, question.task, retries=1)
            try:
                return self._sent(question)
            except Broken as error:
                broken = error
                reached = reached or error.reached
            if broken.wait_s is not None and broken.wait_s > self._settings.longest_wait_s:
                break
        if not reached:
            raise NoEndpoint(
                f"Nothing answers at {self.where}: {broken.why}. Start the server, or check "
                "--llm-url."
            )
        asks = f"; it asks to wait {broken.wait_s:.0f} s" if broken.wait_s else ""
        raise Unreachable(
            f"No whole answer came from {self.where} for {question.role} ({question.task}) in "
            f"{number + 1} tries, at last because: {broken.why}{asks}."
        )

    def _wait(self, broken: Broken, number: int, dice: random.Random) -> None:
        """Exponential backoff with jitter; where the endpoint says how long, that long."""
        pause = self._settings.backoff_s * 2 ** (number - 1) * dice.uniform(0.5, 1.0)
        if broken.wait_s is not None:
            self._slots.rest(broken.wait_s)
            # jitter, so that those who waited together do not call together
            pause = broken.wait_s + dice.uniform(0.0, self._settings.backoff_s)
        time.sleep(min(pause, self._settings.longest_wait_s))

    def _sent(self, question: Question[Any]) -> tuple[Arrived, tuple[int, int]]:
        """Send once, in the manner that the endpoint takes."""
        while True:
            manner = self._manners.of(question)
            body, parts = manner.request(self._name, question)
            room = manner.room(question)
            sees = "pictures" in parts
            asked = tokens_of_question(question, manner.words(question), sees)
            limit = self._settings.context
            if limit is not None and asked + room > limit:
                raise too_small(self.where, asked + room, limit)
            try:
                return self._flown(question, body, asked, room)
            except Lacking as lacking:
                said = lacking.said
            except Shorter as shorter:
                self._manners.shorten(shorter.most)
                continue
            if self._manners.of(question) == manner and not self._learn(question, parts, said):
                raise RequestRejected(
                    f"{self.where} refuses the request of {question.role} ({question.task}): {said}"
                )

    def _learn(self, question: Question[Any], parts: frozenset[str], said: str) -> bool:
        return self._manners.learn(question, parts, said) is not None

    def _flown(
        self, question: Question[Any], body: dict[str, Any], asked: int, room: int
    ) -> tuple[Arrived, tuple[int, int]]:
        used = (0, 0)
        with self._slots.one():
            hold = self._budget.hold(asked, room)
            try:
                with self._ledger.flight():
                    arrived = self._endpoint.send(body, asked + room, room)
                used = arrived.used(asked)
                return arrived, used
            except Broken as broken:
                used = (broken.tokens_in, broken.tokens_out)
                raise
            finally:
                usd = self._budget.settle(hold, *used)
                self._ledger.add(
                    question.role, question.task, tokens_in=used[0], tokens_out=used[1], usd=usd
                )
