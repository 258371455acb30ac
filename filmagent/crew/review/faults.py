"""Faults of a shot from its figures, by ``faults.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_SEEN = 0.01
"""Cost below which nobody would see it."""


@dataclass(frozen=True)
class Fault:
    """Something wrong with a shot."""

    figure: str
    value: float
    cost: float
    """Of a score of 1."""
    said: str
    remedies: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)


@cache
def _table() -> tuple[dict[str, Any], ...]:
    text = Path(__file__).with_name("faults.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["fault"])


def faults_of(figures: Mapping[str, float], joins: Mapping[str, float]) -> list[Fault]:
    """The faults of a take's figures and of a cut's, worst first."""
    found = []
    for row in _table():
        source = figures if row["of"] == "take" else joins
        if row["figure"] not in source:
            continue
        value = float(source[row["figure"]])
        share = (value - row["free"]) / (row["full"] - row["free"])
        cost = row["weight"] * min(max(share, 0.0), 1.0)
        if cost >= _SEEN:
            said = row["said"].format(value=f"{value:.2g}", share=f"{1 - value:.0%}")
            found.append(Fault(row["figure"], value, cost, said, tuple(row["remedies"])))
    return sorted(found, key=lambda f: (-f.cost, f.figure))


def score(faults: Iterable[Fault]) -> float:
    """1 less what the faults cost; never below 0."""
    return max(0.0, 1.0 - sum(fault.cost for fault in faults))
