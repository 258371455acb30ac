"""Editing styles, read from ``styles.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from camera.editing.material import known


@dataclass(frozen=True)
class Style:
    """How a film is cut; ``styles.toml`` says what each value means."""

    name: str
    least: float
    most: float
    action: float
    rhythm: float
    listener: float
    boundary: float
    word: float
    hidden: float
    lead: float
    strict: tuple[str, ...]
    join: dict[str, float]
    share: dict[str, float]
    emotion: dict[str, float]


@cache
def _table() -> dict[str, Style]:
    text = files("camera.editing").joinpath("styles.toml").read_text(encoding="utf-8")
    return {
        name: Style(name=name, **{**entry, "strict": tuple(entry["strict"])})
        for name, entry in tomllib.loads(text).items()
    }


def styles() -> tuple[str, ...]:
    """The names of all styles."""
    return tuple(_table())


def style(name: str) -> Style:
    """The style called ``name``.

    Raises
    ------
    ValueError
        If there is none; the message has the nearest and all names.
    """
    known("editing style", name, _table())
    return _table()[name]
