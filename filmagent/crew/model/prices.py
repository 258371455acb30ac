"""What a model's tokens cost."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from filmagent.crew.model.settings import ModelSettings, endpoint, is_local

_DATED = re.compile(r"(-latest|-\d{4}-?\d{2}-?\d{2})$")


@dataclass(frozen=True)
class Price:
    """Dollars for a million tokens."""

    usd_in: float
    usd_out: float

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """Dollars for so many tokens."""
        return (tokens_in * self.usd_in + tokens_out * self.usd_out) / 1e6


def price_of(settings: ModelSettings, model: str) -> Price | None:
    """The price of a model at an endpoint, or None where nobody knows it.

    What the settings say counts first; an endpoint on this machine or network is free; else
    ``prices.toml`` is read, where the name may lead with its maker (``openai/gpt-4o``).
    """
    if settings.price is not None:
        return Price(*settings.price)
    if settings.replay is not None or is_local(endpoint(settings.url)):
        return Price(0.0, 0.0)
    name = _DATED.sub("", model.rsplit("/", 1)[-1])
    return _table().get(name)


@cache
def _table() -> dict[str, Price]:
    text = files(__package__).joinpath("prices.toml").read_text(encoding="utf-8")
    rows: dict[str, list[float]] = tomllib.loads(text)["usd_per_million_tokens"]
    return {name: Price(*row) for name, row in rows.items()}
