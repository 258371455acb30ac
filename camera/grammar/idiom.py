"""Idioms: the shots by which a situation is usually covered, as data in ``idioms/``.

An idiom has roles, which are given names when it is used, and rows: sentences with ``{role}`` in
them. A role in ``[brackets]`` is several people; a row with ``each`` of it is made once for each.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from camera.grammar.sentence import parse, quoted
from camera.grammar.vocabulary import Shot


@dataclass(frozen=True)
class Row:
    """One camera of an idiom."""

    key: str
    """What other rows call it."""
    sentence: str
    """With roles in braces: see `camera.grammar.parse`."""
    why: str
    pair: str = ""
    """The row it is the counterpart of: both keep to one side of the line."""
    each: str = ""
    """The role of several people for each of whom it is made: ``{each}``, ``{next}``."""


@dataclass(frozen=True)
class Idiom:
    """A way to cover a situation."""

    name: str
    description: str
    roles: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def people(self) -> dict[str, bool]:
        """Each role, and whether it is several people."""
        return {role.strip("[]"): role.startswith("[") for role in self.roles}


@cache
def _idioms() -> dict[str, Idiom]:
    found = {}
    for file in sorted(files("camera.grammar").joinpath("idioms").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            raw = tomllib.loads(file.read_text(encoding="utf-8"))
            name = file.name.removesuffix(".toml")
            rows = tuple(Row(**row) for row in raw["row"])
            found[name] = Idiom(name, raw["description"], tuple(raw["roles"]), rows)
    return found


def idioms() -> tuple[str, ...]:
    """The names of all idioms."""
    return tuple(_idioms())


def idiom(name: str) -> Idiom:
    """The idiom called ``name``.

    Raises
    ------
    ValueError
        If there is none; the message has the nearest and all names.
    """
    known = _idioms()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
        raise ValueError(
            f"idiom {name!r} is not known; did you mean {near!r}? There are {', '.join(known)}"
        )
    return known[name]


def coverage(name: str, **roles: str | Sequence[str]) -> list[Shot]:
    """The shots of an idiom, of these people and things.

    Parameters
    ----------
    name
        One of `idioms`.
    roles
        A name for each of its roles; a list of names for a role of several.

    Raises
    ------
    ValueError
        On an unknown idiom or role, a role without a name, or one person in two roles.

    Examples
    --------
    >>> coverage("reaction", who="mara")[0].subjects
    ('mara',)
    """
    chosen = idiom(name)
    bound = _bound(chosen, roles)
    shots: list[Shot] = []
    for row in chosen.rows:
        for more in _each(row, roles):
            shot = parse(row.sentence.format(**bound, **more))
            if shot not in shots:
                shots.append(shot)
    return shots


def _bound(chosen: Idiom, roles: dict[str, str | Sequence[str]]) -> dict[str, str]:
    """Each role as sentences have it."""
    wanted = chosen.people
    if set(roles) != set(wanted):
        extra, missing = sorted(set(roles) - set(wanted)), sorted(set(wanted) - set(roles))
        wrong = [*(f"no role {r!r}" for r in extra), *(f"nobody for {r!r}" for r in missing)]
        raise ValueError(
            f"idiom {chosen.name!r}: {', '.join(wrong)}; its roles are {', '.join(chosen.roles)}"
        )
    names: list[str] = []
    bound = {}
    for role, several in wanted.items():
        given: Any = roles[role]
        if isinstance(given, str) == several or (several and len(given) < 2):
            needs = "a list of two names or more" if several else "one name"
            raise ValueError(f"idiom {chosen.name!r}: {role!r} needs {needs}, not {given!r}")
        people = list(given) if several else [given]
        names += people
        bound[role] = " and ".join(quoted(person) for person in people)
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ValueError(f"idiom {chosen.name!r}: {twice[0]!r} has two roles; give different names")
    return bound


def _each(row: Row, roles: dict[str, str | Sequence[str]]) -> list[dict[str, str]]:
    if not row.each:
        return [{}]
    people = list(roles[row.each])
    return [
        {"each": quoted(person), "next": quoted(people[(number + 1) % len(people)])}
        for number, person in enumerate(people)
    ]
