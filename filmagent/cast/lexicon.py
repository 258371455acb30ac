"""How English words are pronounced: a dictionary's word for it, else espeak's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from filmagent.cast import espeak
from filmagent.errors import RenderError

_SOUNDS = {"ax": "ah", "axr": "er", "ix": "ih", "dx": "d", "el": "l", "en": "n", "em": "m"}
"""Phones that the dictionary writes by a neighbour's name."""

_MOST = 4
"""Ways to say one compound that are worth trying."""


def pronounced(words: Sequence[str]) -> list[list[list[str]]]:
    """For each word as it is written, its pronunciations: phones in ARPAbet, lower case.

    Parameters
    ----------
    words
        With whatever punctuation they carry. ``ice-cream`` is said as its parts.

    Returns
    -------
    list
        Of each word at least one way to say it; none where neither the dictionary nor espeak
        knows what to make of it.
    """
    parts = [_parts(word) for word in words]
    strange = sorted({part for one in parts for part in one if not _known(part)})
    spelt = dict(zip(strange, _spelt(strange), strict=True))
    found = []
    for one in parts:
        ways: list[list[str]] = [[]]
        for part in one:
            options = _known(part) or ([spelt[part]] if spelt.get(part) else [])
            ways = [way + option for way in ways for option in options][:_MOST]
        found.append([way for way in ways if way])
    return found


def _parts(word: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*'?", word.replace("’", "'").lower())


def _known(part: str) -> list[list[str]]:
    """The dictionary's ways to say a word; [] where it has none."""
    listing = _dictionary()
    ways = _entry(listing, part) or _entry(listing, part.rstrip("'"))
    if not ways and part.endswith("'s"):
        # anybody's: the ending follows the last sound
        return [[*way, *_possessive(way[-1])] for way in _entry(listing, part[:-2])]
    return ways


def _entry(listing: str, part: str) -> list[list[str]]:
    ways = []
    for name in (part, *(f"{part}({k})" for k in range(2, 2 + _MOST))):
        at = listing.find(f"\n{name} ")
        if at < 0:
            break
        ways.append(listing[at + len(name) + 2 : listing.index("\n", at + 1)].lower().split())
    return ways


def _possessive(last: str) -> list[str]:
    if last in ("s", "z", "sh", "zh", "ch", "jh"):
        return ["ih", "z"]
    return ["s"] if last in ("p", "t", "k", "f", "th") else ["z"]


@cache
def _dictionary() -> str:
    """pocketsphinx's copy of CMUdict, as text: a hundred words are found before it is parsed."""
    import pocketsphinx

    path = Path(pocketsphinx.get_model_path("en-us"), "cmudict-en-us.dict")
    return "\n" + path.read_text("utf-8")


def _spelt(words: Sequence[str]) -> list[list[str]]:
    if not words:
        return []
    try:
        return [[_SOUNDS.get(p, p) for p in phones] for phones in espeak.spell(words)]
    except RenderError:
        # without espeak a strange word has no phones, and the line is aligned around it
        return [[] for _ in words]
