"""The actions actors can do: those of ``assets/actions.toml``, and the user's own clips."""

from __future__ import annotations

import tomllib
from functools import cache

from filmagent.documents.catalogue import ActionEntry
from filmagent.library import clips, shelf


@cache
def _entries() -> tuple[ActionEntry, ...]:
    with (shelf.data("assets") / "actions.toml").open("rb") as file:
        return tuple(ActionEntry(**raw) for raw in tomllib.load(file)["action"])


def load() -> list[ActionEntry]:
    """Every action on the shelf, in the order of the file; then the clips that are new to it.

    A clip with the name of one of them is played in its stead, and lasts as long as it does.
    """
    own = {entry.name: entry for entry in clips.entries()}
    ours = [
        entry.model_copy(update={"seconds": own[entry.name].seconds})
        if entry.name in own
        else entry
        for entry in _entries()
    ]
    known = {entry.name for entry in ours}
    return [*ours, *(entry for name, entry in own.items() if name not in known)]


def names() -> list[str]:
    """The names of all actions."""
    return [entry.name for entry in load()]


def seconds() -> dict[str, float]:
    """The usual length of every action."""
    return {entry.name: entry.seconds for entry in load()}
