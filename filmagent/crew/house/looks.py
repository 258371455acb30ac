"""How somebody looks, read off words: build, skin, hair …; and how far two looks agree.

>>> looks.read("30s, tall, long red hair")
{'height': 'tall', 'hair': 'red', 'length': 'long'}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from filmagent.crew.house.lexicon import fold, pattern, table

_AXES = ("skin", "build", "height", "beard", "glasses")
# axis → what agreeing is worth, and what a contradiction costs: skin and the colour of hair are
# seen in every shot, height in few
_WORTH: Mapping[str, tuple[float, float]] = {
    "skin": (16.0, 40.0), "hair": (14.0, 16.0), "build": (12.0, 14.0), "cut": (10.0, 6.0),
    "length": (6.0, 8.0), "height": (8.0, 8.0), "beard": (14.0, 10.0), "glasses": (12.0, 0.0),
}  # fmt: skip
_BLACK = re.compile(r"(?:^|,|;|\band\b|\ba\b)\s*black\s*(?=,|;|$|\band\b)")
_BEFORE = 3
"""Words before a noun of hair that may tell of it."""


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[tuple[str, str], ...]:
    plain = fold(text).replace("-", " ").replace("(", ",").replace(")", ",")
    plain = _BLACK.sub(", black man", plain)
    found: dict[str, str] = {}
    plain = _hair(plain, found)
    for axis in _AXES:
        values = _values(axis)
        told = [values[match] for match in pattern(tuple(values)).findall(plain)]
        # a heavy coat is no heavy man
        told = [value for value in told if value != "clothes"]
        if told:
            found.setdefault(axis, told[0])
    return tuple(found.items())


def read(text: str) -> dict[str, str]:
    """Axis → value, of all the axes that the words tell of."""
    return dict(_read(text))


def agreement(wanted: str, has: str) -> float:
    """What it is worth, in points, that somebody who looks so plays somebody described so."""
    wish, own = read(wanted), read(has)
    near = table("looks")["near"]
    total = 0.0
    for axis, value in wish.items():
        good, bad = _WORTH[axis]
        if axis not in own:
            continue
        if own[axis] == value:
            total += good
        elif own[axis] in near.get(value, ()) or value in near.get(own[axis], ()):
            total += 0.6 * good
        else:
            total -= bad
    return total


def _hair(text: str, found: dict[str, str]) -> str:
    """Take what tells of hair out of a text; returns the rest."""
    nouns, colours, lengths = (
        _values("hair_nouns"),
        _values("hair_colours"),
        _values("hair_lengths"),
    )
    kept: list[str] = []
    for clause in re.split(r"[,;.]|\band\b|\bwith\b", text):
        noun = pattern(tuple(nouns)).search(clause)
        if noun is None:
            alone = pattern(tuple(table("looks")["alone"]["hair"])).search(clause)
            if alone:
                found.setdefault("hair", colours[alone.group()])
            kept.append(clause)
            continue
        before = clause[: noun.start()].split()
        said = " ".join([*before[-_BEFORE:], noun.group()])
        kind = nouns[noun.group()]
        colour, length = (pattern(tuple(words)).search(said) for words in (colours, lengths))
        if kind == "beard":
            found["beard"] = "moustache" if noun.group() in ("moustache", "mustache") else "beard"
        elif kind == "bald":
            found["cut"] = "bald"
        elif kind == "shaved":
            found["length"] = "short"
        elif kind != "any":
            found["cut"] = kind
        if colour and kind != "bald":
            found.setdefault("hair", colours[colour.group()])
        if length:
            found["length"] = lengths[length.group()]
        told = {m.span() for m in (colour, length) if m}
        rest = said
        for start, end in sorted(told, reverse=True):
            rest = rest[:start] + rest[end:]
        kept.append(" ".join([*before[:-_BEFORE], rest, clause[noun.end() :]]))
    return ", ".join(kept)


@cache
def _values(section: str) -> dict[str, str]:
    return {word: value for value, words in table("looks")[section].items() for word in words}
