"""The actions actors can do, read from ``assets/actions.toml``."""

from __future__ import annotations

import tomllib
from functools import cache

from filmagent.documents.catalogue import ActionEntry
from filmagent.library import shelf


@cache
def _entries() -> tuple[ActionEntry, ...]:
    with (shelf.data("assets") / "actions.toml").open("rb") as file:
        return tuple(ActionEntry(**raw) for raw in tomllib.load(file)["action"])


def load() -> list[ActionEntry]:
    """Every action on the shelf, in the order of the file."""
    return list(_entries())


def names() -> list[str]:
    """The names of all actions."""
    return [entry.name for entry in _entries()]


def seconds() -> dict[str, float]:
    """The usual length of every action."""
    return {entry.name: entry.seconds for entry in _entries()}
