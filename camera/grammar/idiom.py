"""Idioms: the shots by which a situation is usually covered, as data in ``idioms/``.

An idiom has roles, which are given names when it is used, and rows: sentences with ``{role}`` in
them. A role in ``[brackets]`` is several people, one in ``[brackets+]`` one or more; a row with
``each`` of it is made once for each.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
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
    """A sentence for people, with roles in braces."""
    use: str = ""
    """What it is for in an edit (`camera.editing.TAKE_KINDS`), where its kind does not say so."""
    pair: str = ""
    """The row it is the counterpart of: both keep to one side of the line."""
    each: str = ""
    """The role of several people for each of whom it is made: ``{each}``, ``{next}``."""

    def shot(self, **roles: str | Sequence[str]) -> Shot:
        """The shot of these people and things; roles it does not speak of are not looked at.

        Raises
        ------
        ValueError
            If a role it speaks of has no name, or one that cannot be said.
        """
        asked = {role for _, role, _, _ in Formatter().parse(self.sentence) if role}
        said = {r: _said(names) for r, names in roles.items() if r in asked}
        return parse(_filled(self.key, self.sentence, said))

    def reason(self, **words: str) -> str:
        """Why it is shot, in words for people.

        Raises
        ------
        ValueError
            If a role it speaks of has no words.
        """
        return _filled(self.key, self.why, words)


@dataclass(frozen=True)
class Idiom:
    """A way to cover a situation."""

    name: str
    title: str
    """What people call it."""
    description: str
    roles: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def people(self) -> dict[str, bool]:
        """Each role, and whether it is several people."""
        return {role.strip("[+]"): role.startswith("[") for role in self.roles}

    def row(self, key: str) -> Row:
        """Its row of that key.

        Raises
        ------
        ValueError
            If there is none; the message has all keys.
        """
        for row in self.rows:
            if row.key == key:
                return row
        keys = ", ".join(row.key for row in self.rows)
        raise ValueError(f"idiom {self.name!r} has no row {key!r}; there are {keys}")


@cache
def _idioms() -> dict[str, Idiom]:
    found = {}
    for file in sorted(files("camera.grammar").joinpath("idioms").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            raw = tomllib.loads(file.read_text(encoding="utf-8"))
            name = file.name.removesuffix(".toml")
            rows = tuple(Row(**row) for row in raw["row"])
            roles = tuple(raw["roles"])
            found[name] = Idiom(name, raw["title"], raw["description"], roles, rows)
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
    _check(chosen, roles)
    shots: list[Shot] = []
    for row in chosen.rows:
        for more in _each(row, roles):
            shot = row.shot(**roles, **more)
            if shot not in shots:
                shots.append(shot)
    return shots


def _check(chosen: Idiom, roles: dict[str, str | Sequence[str]]) -> None:
    """Raise a ValueError unless each role has names, and nobody two roles."""
    wanted = chosen.people
    if set(roles) != set(wanted):
        extra, missing = sorted(set(roles) - set(wanted)), sorted(set(wanted) - set(roles))
        wrong = [*(f"no role {r!r}" for r in extra), *(f"nobody for {r!r}" for r in missing)]
        raise ValueError(
            f"idiom {chosen.name!r}: {', '.join(wrong)}; its roles are "
            f"{', '.join(chosen.roles) or 'none'}"
        )
    names: list[str] = []
    for role, several in wanted.items():
        given: Any = roles[role]
        least = 1 if f"[{role}+]" in chosen.roles else 2
        if isinstance(given, str) == several or (several and len(given) < least):
            many = "a list of names" if least == 1 else "a list of two names or more"
            needs = many if several else "one name"
            raise ValueError(f"idiom {chosen.name!r}: {role!r} needs {needs}, not {given!r}")
        names += list(given) if several else [given]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ValueError(f"idiom {chosen.name!r}: {twice[0]!r} has two roles; give different names")


def _said(names: str | Sequence[str]) -> str:
    """Names as sentences have them."""
    return " and ".join(quoted(n) for n in ([names] if isinstance(names, str) else names))


def _filled(key: str, text: str, words: dict[str, str]) -> str:
    try:
        return text.format(**words)
    except KeyError as missing:
        raise ValueError(f"row {key!r} speaks of {missing.args[0]!r}; give it a name") from None


def _each(row: Row, roles: dict[str, str | Sequence[str]]) -> list[dict[str, str]]:
    if not row.each:
        return [{}]
    people = list(roles[row.each])
    return [
        {"each": person, "next": people[(number + 1) % len(people)]}
        for number, person in enumerate(people)
    ]
