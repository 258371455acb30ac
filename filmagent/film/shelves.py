"""The Catalogue: what is on the shelves of this machine, as names for a crew to choose from.

Reading every shelf loads every bake and the departments that know them. What was found is therefore
kept in the cache, good for as long as nothing that is installed has changed.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from filmagent.documents import Catalogue, write_text
from filmagent.documents.settings import SpeechChoice
from filmagent.film import snapshot
from filmagent.library import shelf

Kind = Literal["sets", "cast", "props"]


def catalogue(speech: SpeechChoice | None = None) -> Catalogue:
    """Everything a crew may name; the voices of a film's speech server come before others."""
    found = Catalogue.model_validate(_known(shelf.cache())["catalogue"])
    if speech is not None:
        from filmagent.film.voicing import server

        found.voices = [*server(speech).voices(), *found.voices]
    return found


def bake(kind: Kind, name: str) -> Path:
    """The bake of a set, a cast member or a prop.

    Raises
    ------
    InputError
        If there is nothing of that name on the shelf.
    """
    known = _known(shelf.cache())["bakes"].get(f"{kind}/{name}")
    if known is not None and Path(known).exists():
        return Path(known)
    return Path(import_module(f"filmagent.library.{kind}").load(name).bake_path)


@cache
def _known(home: Path) -> dict[str, Any]:
    path, stamp = home / "catalogue.json", snapshot.machine_stamp()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["stamp"] == stamp:
            return dict(kept)
    except (OSError, ValueError, KeyError, TypeError):
        # nothing kept, or not by us: it is found out again
        pass
    found = {"stamp": stamp, **_look()}
    try:
        home.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(found, ensure_ascii=False))
    except OSError:
        # a full or read-only cache only costs time
        pass
    return found


def _look() -> dict[str, Any]:
    from filmagent import cast
    from filmagent.crew.house.slate import idioms
    from filmagent.library import actions, props, sets
    from filmagent.library import cast as members

    shelves: dict[Kind, dict[str, Any]] = {
        "sets": {name: sets.load(name) for name in sets.names()},
        "cast": {name: members.load(name) for name in members.names()},
        "props": {name: props.load(name) for name in props.names()},
    }
    found = Catalogue(
        sets=[piece.entry() for piece in shelves["sets"].values()],
        members=[member.entry() for member in shelves["cast"].values()],
        actions=actions.load(),
        voices=cast.voices(),
        props=[prop.entry() for prop in shelves["props"].values()],
        idioms=idioms(),
    )
    return {
        "catalogue": found.model_dump(mode="json"),
        "bakes": {
            f"{kind}/{name}": str(thing.bake_path)
            for kind, things in shelves.items()
            for name, thing in things.items()
        },
    }
