"""Editing styles, read from ``rhythm.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from filmagent.errors import InputError


@dataclass(frozen=True)
class Style:
    """How a film is cut."""

    least: float
    """Seconds the shortest shot lasts."""
    most: float
    action: float
    """Seconds that suit a shot without words."""
    rhythm: float
    listener: float
    boundary: float
    word: float
    emotion: dict[str, float]


@lru_cache(maxsize=1)
def _table() -> dict[str, Style]:
    text = files("filmagent.shoot").joinpath("rhythm.toml").read_text(encoding="utf-8")
    return {name: Style(**entry) for name, entry in tomllib.loads(text).items()}


def style(name: str) -> Style:
    """The style called ``name``.

    Raises
    ------
    InputError
        If there is none; the message names them.
    """
    if name not in _table():
        raise InputError(f"There is no editing style {name!r}; there are {', '.join(_table())}.")
    return _table()[name]
