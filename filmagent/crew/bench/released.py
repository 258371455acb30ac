"""FilmAgent's released script JSON, read as it is: names are looked up, nothing is executed.

The format (its repository, ``scripts/*/script.json``): a list of scenes, each with ``scene
information`` (``who``, ``where``, ``what``), ``initial position`` and the lines under ``scene`` or
``dialogues``; a line has ``speaker``, ``content``, ``actions``, ``shot`` (or ``selected shot``)
and ``current position``, or is a ``move``. Spaces in keys may be underscores.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from filmagent.crew.bench.script import Deed, Line, Scene, Script
from filmagent.errors import InputError

_LARGEST = 8_000_000
"""Bytes of a script; the released ones have thirty thousand."""
_MOST_SCENES, _MOST_LINES, _LONGEST = 200, 2000, 4000


@cache
def reference() -> dict[str, Any]:
    """``reference.toml``."""
    path = Path(__file__).with_name("reference.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def actions() -> dict[str, dict[str, Any]]:
    """Its actions, by how they are said."""
    return {row["said"]: row for row in reference()["action"]}


@cache
def shots() -> dict[str, dict[str, Any]]:
    """Its shots, by how they are said."""
    return {said: row for row in reference()["shot"] for said in row["said"]}


@cache
def places() -> dict[str, dict[str, Any]]:
    """Its locations, by name."""
    return {row["name"]: row for row in reference()["place"]}


def bare(name: str) -> str:
    """A name without case, doubled spaces and the number of its variant: ``Standing Angry 2``.

    >>> bare("Standing  Angry 2"), bare("360 Shot")
    ('standing angry', '360 shot')
    """
    return re.sub(r"\s+\d+$", "", " ".join(name.replace("_", " ").casefold().split()))


def read(path: Path) -> Script:
    """A released script.

    Raises
    ------
    InputError
        In one sentence: what is wrong with the file, and where.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"{path} is too large to be a FilmAgent script.")
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise InputError(f"{path} cannot be read; give FilmAgent's script.json.") from None
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InputError(f"{path} is not JSON; give FilmAgent's script.json.") from None
    return script_of(raw, path.parent.name if path.stem == "script" else path.stem, str(path))


def script_of(raw: Any, title: str, name: str) -> Script:
    """A script from parsed JSON; ``name`` is what errors call it."""
    if isinstance(raw, dict):
        raw = raw.get("scenes", raw.get("script"))
    if not isinstance(raw, list) or not raw:
        raise InputError(f"{name} is not a FilmAgent script: it has to be a list of scenes.")
    if len(raw) > _MOST_SCENES:
        raise InputError(f"{name} has {len(raw)} scenes; {_MOST_SCENES} at most are read.")
    scenes = tuple(_scene(one, str(i), f"{name}: scene {i}") for i, one in enumerate(raw, 1))
    if not any(line.text for scene in scenes for line in scene.lines):
        raise InputError(f"{name} is not a FilmAgent script: nobody says anything in it.")
    return Script(_words(title) or "script", scenes)


def _scene(raw: Any, number: str, where: str) -> Scene:
    scene = _object(raw, where)
    about = _object(scene.get("scene information", {}), f"{where}, its information")
    lines = scene.get("scene", scene.get("dialogues", scene.get("dialogue")))
    if not isinstance(lines, list):
        raise InputError(f'{where} has no list of lines ("scene" or "dialogues").')
    if len(lines) > _MOST_LINES:
        raise InputError(f"{where} has {len(lines)} lines; {_MOST_LINES} at most are read.")
    people = about.get("who", [])
    if not isinstance(people, list):
        raise InputError(f'{where}: "who" has to be a list of names.')
    return Scene(
        number,
        _words(about.get("where")),
        tuple(_words(p) for p in people if _words(p)),
        _words(about.get("what")),
        tuple(_line(one, f"{where}, line {i}") for i, one in enumerate(lines, 1)),
        _positions(scene.get("initial position"), where),
    )


def _line(raw: Any, where: str) -> Line:
    line = _object(raw, where)
    said = _words(line.get("shot", line.get("selected shot")))
    row = shots().get(bare(said))
    shot = str(row["is"]) if row else bare(said)
    deeds = tuple(_deed(one, where) for one in _list(line.get("actions"), where))
    moves = line.get("move", [])
    movers = [_object(m, where) for m in (moves if isinstance(moves, list) else [moves])]
    return Line(
        speaker=_words(line.get("speaker")),
        text=_words(line.get("content")),
        shot=shot,
        kind=shot,
        deeds=deeds,
        movers=tuple(w for w in (_words(m.get("character")) for m in movers) if w),
        tense=any(actions().get(bare(d.action), {}).get("tense") for d in deeds),
        places=_positions(line.get("current position"), where),
    )


def _deed(raw: Any, where: str) -> Deed:
    deed = _object(raw, where)
    action = _words(deed.get("action"))
    return Deed(
        _words(deed.get("character")),
        action,
        _words(deed.get("state")).casefold(),
        known=bare(action) in actions(),
    )


def _positions(raw: Any, where: str) -> dict[str, str]:
    rows = [_object(r, where) for r in _list(raw, where)]
    return {_words(r.get("character")): _words(r.get("position")) for r in rows}


def _list(raw: Any, where: str) -> list[Any]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise InputError(f"{where}: actions and positions have to be lists.")
    return raw[:100]


def _object(raw: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise InputError(f"{where} has to be an object with keys.")
    return {str(key).replace("_", " ").casefold(): value for key, value in raw.items()}


def _words(value: Any) -> str:
    """A text of the script on one line; anything that is not a text says nothing."""
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""
