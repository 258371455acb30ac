"""Notes by rule: the everyday words, without any model."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from filmagent.crew.notes import cutting, playing, scope, shots
from filmagent.crew.notes.clauses import clauses
from filmagent.crew.notes.dailies import Dailies
from filmagent.crew.notes.scope import Scope
from filmagent.crew.notes.vocabulary import leftover
from filmagent.documents.notes import Changes
from filmagent.errors import InputError


@dataclass
class Understood:
    """What a note comes to."""

    changes: Changes
    said: list[str] = field(default_factory=list)
    """What was not understood or cannot be, a sentence each."""


Reader = Callable[[str, Scope, Dailies, Changes], str | None]
"""Reads a clause into the changes; the words it leaves over, None when it is not its business."""
_READERS: tuple[Reader, ...] = (
    cutting.read_adding,
    cutting.read_dropping,
    cutting.read_holding,
    cutting.read_showing,
    cutting.read_length,
    playing.read_cue,
    playing.read_reading,
    shots.read_wishes,
)
"""In this order: whoever knows a clause takes it."""


def understand(note: str, dailies: Dailies) -> Understood:
    """A note as changes, by rule.

    Examples
    --------
    >>> understand("shot 2C: closer, and hold on her after the line", dailies)  # doctest: +SKIP
    """
    found = Understood(Changes())
    about = Scope()
    for clause in clauses(note):
        try:
            about, rest = scope.read(clause, about, dailies)
            _read(clause, rest, about, dailies, found)
        except InputError as error:
            found.said.append(str(error))
            if "There is no shot" in str(error) or "There is no scene" in str(error):
                # what follows was meant for what there is not
                break
    if not found.changes.any() and not found.said:
        found.said.append("The note asks for nothing that can be changed.")
    found.changes = _once(found.changes)
    return found


def _read(clause: str, rest: str, about: Scope, dailies: Dailies, found: Understood) -> None:
    if not leftover(rest) and not about.people:
        wishes = Changes()
        shots.read_wishes(rest, about, dailies, wishes)
        if not wishes.any():
            # only says what the next ones are about
            if not about.named and re.search(r"\w", rest):
                found.said.append(f'"{clause}" is not understood.')
            return
    for reader in _READERS:
        left = reader(rest, about, dailies, found.changes)
        if left is None:
            continue
        words = leftover(left)
        if words:
            found.said.append(f'Of "{clause}", "{" ".join(words)}" is not understood.')
        return
    if about.people and not leftover(rest):
        return
    found.said.append(f'"{clause}" is not understood.')


def _once(changes: Changes) -> Changes:
    """Several wishes for one setup or one line are one change."""
    for name, key in (("shots", "setup"), ("readings", "beat")):
        merged: dict[str, dict[str, object]] = {}
        for change in getattr(changes, name):
            asked = change.model_dump(exclude_none=True)
            merged.setdefault(asked[key], {}).update(asked)
        setattr(changes, name, list(merged.values()))
    return Changes.model_validate(changes.model_dump())
