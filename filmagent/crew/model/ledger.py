"""The books of a run: what each role's task took, while it runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from filmagent.crew.model.receipt import Receipt, ReceiptRow, totals
from filmagent.crew.model.settings import ModelSettings


class Ledger:
    """Counts calls, tokens, money and time by role and task. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[tuple[str, str], ReceiptRow] = {}
        self._started = time.monotonic()
        self._at_once = self._most_at_once = 0

    def add(self, role: str, task: str, **amounts: float | None) -> None:
        """Add to the row of a role's task; money that is None makes its sum unknown."""
        with self._lock:
            row = self._rows.setdefault((role, task), ReceiptRow(role=role, task=task))
            for name, amount in amounts.items():
                before = getattr(row, name)
                after = None if amount is None or before is None else before + amount
                setattr(row, name, after)

    @contextmanager
    def flight(self) -> Iterator[None]:
        """Count a call as in flight."""
        with self._lock:
            self._at_once += 1
            self._most_at_once = max(self._most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def receipt(
        self, settings: ModelSettings, model: str, endpoint: str, left_out: list[str]
    ) -> Receipt:
        """The books up to now, rows by role and task."""
        with self._lock:
            rows = [row.model_copy() for _, row in sorted(self._rows.items())]
            most = self._most_at_once
        names = (
            "calls", "retries", "cached", "invalid", "refused", "unreachable",
            "tokens_in", "tokens_out", "usd",
        )  # fmt: skip
        return Receipt(
            model=model,
            endpoint=endpoint,
            **totals(rows, *names),
            seconds=time.monotonic() - self._started,
            most_at_once=most,
            budget_tokens=settings.budget_tokens,
            budget_usd=settings.budget_usd,
            left_out=left_out,
            rows=rows,
        )
