"""The run's budget: the one place that says whether a call may be sent."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from filmagent.crew.model.errors import BudgetSpent
from filmagent.crew.model.prices import Price


@dataclass(frozen=True)
class Hold:
    """The most that a call in flight may take."""

    tokens: int
    usd: float


class Budget:
    """Tokens and dollars, spent and held by calls in flight. Thread-safe.

    Before it is sent each call holds the most it can take: its question and its whole room for
    the answer. So what is spent never exceeds the budget by more than the question's estimate
    errs, however many calls fly.

    Parameters
    ----------
    tokens, usd : int, float or None
        The bounds; None: unbounded.
    price : Price or None
        None: money is not known, and ``usd`` must be None.
    """

    def __init__(self, tokens: int | None, usd: float | None, price: Price | None) -> None:
        self._tokens, self._usd, self._price = tokens, usd, price
        self._spent = Hold(0, 0.0)
        self._held: list[Hold] = []
        self._settled = threading.Condition()

    def hold(self, tokens_in: int, tokens_out: int) -> Hold:
        """Set aside the most a call can take; waits for calls in flight where that may help.

        Raises
        ------
        BudgetSpent
            The rest of the budget is too small for the call.
        """
        wanted = Hold(tokens_in + tokens_out, self._cost(tokens_in, tokens_out))
        with self._settled:
            while not self._fits(wanted, self._held):
                if not self._fits(wanted, []) or not self._held:
                    raise BudgetSpent(self._words(wanted))
                self._settled.wait()
            self._held.append(wanted)
        return wanted

    def settle(self, hold: Hold, tokens_in: int, tokens_out: int) -> float | None:
        """Replace what was held by what the call took; dollars, or None if price is unknown."""
        usd = self._cost(tokens_in, tokens_out)
        with self._settled:
            self._held.remove(hold)
            self._spent = Hold(self._spent.tokens + tokens_in + tokens_out, self._spent.usd + usd)
            self._settled.notify_all()
        return None if self._price is None else usd

    def _cost(self, tokens_in: int, tokens_out: int) -> float:
        return 0.0 if self._price is None else self._price.of(tokens_in, tokens_out)

    def _fits(self, wanted: Hold, held: list[Hold]) -> bool:
        tokens = self._spent.tokens + wanted.tokens + sum(h.tokens for h in held)
        usd = self._spent.usd + wanted.usd + sum(h.usd for h in held)
        return (self._tokens is None or tokens <= self._tokens) and (
            self._usd is None or usd <= self._usd
        )

    def _words(self, wanted: Hold) -> str:
        parts = []
        if self._tokens is not None:
            parts.append(
                f"{self._spent.tokens:,} of {self._tokens:,} tokens are used and the next call "
                f"may take {wanted.tokens:,}"
            )
        if self._usd is not None:
            parts.append(
                f"${self._spent.usd:.4f} of ${self._usd:.4f} is spent and the next call may cost "
                f"${wanted.usd:.4f}"
            )
        return (
            f"The crew's budget is too small: {'; '.join(parts)}. Raise it and run again: "
            "what was answered is kept."
        )
