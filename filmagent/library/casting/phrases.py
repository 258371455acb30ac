"""Words about a person → what each word belongs to: a person, hair, skin, eyes or a garment.

>>> from filmagent.library.casting import phrases
>>> [(p.noun, p.word, p.adjectives) for p in phrases.read("short, grey bob").parts]
[('person', '', ['short']), ('hair', 'bob', ['grey'])]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from filmagent.library.casting import rack

_TABLES = Path(__file__).parent
_BREAK = re.compile(r"[,;.:()\n]+|\b(?:with|wearing|wears|dressed in|in an?|has|and an?)\b")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_DECADE = re.compile(r"\b(early|mid|late)?[ -]*([1-9])0['’]?s\b")
_YEARS = re.compile(r"\b(\d{1,3})(?:[ -]*years?)?(?:[ -]*olds?)?\b")
_WITHIN = {"early": 2, "mid": 5, "late": 8, None: 5}


@dataclass
class Part:
    """A noun, and the adjectives that stand before it."""

    noun: str
    """``person``, ``hair``, ``skin``, ``eyes``, ``garment``, ``outfit`` or ``face``."""
    word: str = ""
    """As the tables spell it: a style, a garment; "" for the person and for mere hair."""
    adjectives: list[str] = field(default_factory=list)


@dataclass
class Reading:
    """What a description says."""

    parts: list[Part] = field(default_factory=list)
    years: int | None = None
    """As a number or decade states it."""
    unknown: list[str] = field(default_factory=list)
    """Words that no table has."""


@cache
def table(name: str) -> dict[str, Any]:
    """``words.toml``: what a description may say."""
    return tomllib.loads((_TABLES / f"{name}.toml").read_text(encoding="utf-8"))


def read(text: str) -> Reading:
    """Read a description."""
    plain = text.casefold().replace("’", "'")
    reading = Reading()
    for pattern in (_DECADE, _YEARS):
        found = pattern.search(plain)
        if found and reading.years is None:
            reading.years = (
                int(found.group(2)) * 10 + _WITHIN[found.group(1)]
                if pattern is _DECADE
                else int(found.group(1))
            )
        plain = pattern.sub(" ", plain)
    plain = plain.replace("-", " ")
    for clause in _BREAK.split(plain):
        _read_clause(_WORD.findall(clause), reading)
    return reading


def _read_clause(words: list[str], reading: Reading) -> None:
    pending: list[str] = []
    for word, noun in _chunks(words, reading):
        if noun == "adjective":
            pending.append(word)
            continue
        mine = [p for p in pending if noun != "face" and p in _fits(noun)]
        _to_person([p for p in pending if p not in mine], reading)
        name = "" if noun in ("skin", "eyes") or word in _mere_hair() else word
        if noun == "person":
            mine = [*mine, word]
            name = ""
        reading.parts.append(Part(noun, name, mine))
        pending = []
    _to_person(pending, reading)


def _to_person(adjectives: list[str], reading: Reading) -> None:
    """Adjectives of no noun tell of the person: ``tall``; hair colours (``blonde``) of the hair."""
    for word in adjectives:
        if word in _fits("person"):
            reading.parts.append(Part("person", "", [word]))
        elif word in _fits("hair"):
            reading.parts.append(Part("hair", "", [word]))
        elif word not in reading.unknown:
            reading.unknown.append(word)


def _chunks(words: list[str], reading: Reading) -> Iterator[tuple[str, str]]:
    """The longest phrases the tables have, in order, each with its kind of noun."""
    known, at = _lexicon(), 0
    longest = max(len(phrase) for phrase in known)
    while at < len(words):
        for size in range(min(longest, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + size])
            if phrase in known:
                yield " ".join(phrase), known[phrase]
                at += size
                break
        else:
            word = words[at]
            if word not in table("words")["filler"] and word not in reading.unknown:
                reading.unknown.append(word)
            at += 1


@cache
def _lexicon() -> dict[tuple[str, ...], str]:
    """Phrase → kind of noun, or ``adjective``."""
    words = table("words")
    found: dict[str, str] = {}
    beards = {f"beards.{name}": entry for name, entry in rack.beards().items()}
    for noun, entries in (("garment", rack.garments()), ("hair", rack.hairstyles() | beards)):
        for entry in entries.values():
            found |= dict.fromkeys(entry["words"], noun)
    for noun in ("person", "hair", "skin", "eyes", "garment"):
        found |= dict.fromkeys(_fits(noun), "adjective")
    for noun in ("hair", "skin", "eyes"):
        found |= dict.fromkeys(words[noun]["nouns"], noun)
    for kind in ("female", "male", "child"):
        found |= dict.fromkeys(words["person"][kind], "person")
    for entry in rack.outfits().values():
        found |= dict.fromkeys(entry["words"], "outfit")
    for face in words["faces"]:
        found |= dict.fromkeys(face["words"], "face")
    plurals = {f"{phrase}s": noun for phrase, noun in found.items() if noun in ("garment", "hair")}
    return {
        tuple(_WORD.findall(phrase.replace("-", " "))): noun
        for phrase, noun in (plurals | found).items()
    }


def named(entries: dict[str, Any], word: str) -> dict[str, Any]:
    """The entry that lists a word, in the singular or plural, or else is called so.

    Raises
    ------
    KeyError
        If none does.
    """
    for wanted in (word, word.removesuffix("s")):
        for entry in entries.values():
            if wanted in {" ".join(_WORD.findall(w.replace("-", " "))) for w in entry["words"]}:
                return dict(entry)
        if wanted in entries:
            return dict(entries[wanted])
    raise KeyError(word)


@cache
def _fits(noun: str) -> frozenset[str]:
    """The adjectives that a kind of noun can have."""
    words = table("words")
    colours = {"hair": words["hair"]["colours"], "skin": words["skin"]["tones"],
               "eyes": words["eyes"]["colours"]}  # fmt: skip
    if noun in colours:
        found = {word for entry in colours[noun].values() for word in entry["words"]}
        return frozenset(found | set(words["hair"]["lengths"] if noun == "hair" else ()))
    if noun in ("garment", "outfit"):
        found = {word for names in words["cloths"].values() for word in names}
        return frozenset(found | {*words["colours"], *words["shades"], *words["measures"]})
    if noun == "person":
        groups = [*words["build"].values(), *words["ancestry"].values()]
        found = {word for group in groups for word in group["words"]}
        # a pale or a dark man is so by the skin
        found |= {"pale", "dark", "fair", "tan", "tanned", "olive"}
        return frozenset(found | {*words["height"], *words["years"]})
    return frozenset()


@cache
def _mere_hair() -> frozenset[str]:
    return frozenset(table("words")["hair"]["nouns"])
