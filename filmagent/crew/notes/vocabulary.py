"""The everyday words of notes (``words.toml``) and the camera's own (`camera.grammar`), found."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from filmagent.crew.house.lexicon import fold
from filmagent.documents.shots import Angle, Move, Rig, Size, Speed, View

_NAMED: dict[str, tuple[str, ...]] = {
    "size": get_args(Size),
    "angle": get_args(Angle),
    "view": get_args(View),
    "move": get_args(Move),
    "speed": get_args(Speed),
    "rig": get_args(Rig),
}
"""Which of the camera's words a setup can wish for."""


@dataclass(frozen=True)
class Found:
    """Words of a clause that mean something."""

    table: str
    entry: Mapping[str, Any]
    """The row of the table: ``is`` or ``steps`` …"""
    start: int
    end: int
    said: str


@cache
def words() -> dict[str, Any]:
    """``words.toml``."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


@cache
def _camera() -> dict[str, Any]:
    # the file, not the package: that would load numpy whenever a film's status is asked for
    text = files("camera").joinpath("grammar", "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def carried(move: str) -> str:
    """The rig that a move is made with."""
    return str(_camera()["carried"][move])


def plain(text: str) -> str:
    """Text for comparing: folded, and hyphens are spaces."""
    return fold(re.sub(r"[-–_]", " ", text).replace("’", "'"))


@cache
def _table(name: str) -> dict[str, dict[str, Any]]:
    """Phrase → row, for a table of rows; with the camera's own words for its names."""
    rows: dict[str, dict[str, Any]] = {}
    if name in _NAMED:
        for meaning, ways in _camera()[name].items():
            if meaning in _NAMED[name]:
                rows |= {plain(w): {"is": meaning} for w in [*ways, meaning]}
    for row in words().get(name, []):
        rows |= {plain(w): row for w in row["said"]}
    return rows


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=lambda p: (-len(p), p))
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(p) for p in ordered)})(?!\w)")


def find(text: str, tables: Sequence[str]) -> list[Found]:
    """Phrases of some tables in a plain text: none overlaps another, longer ones first.

    Where two tables have the same phrase, the first named wins.
    """
    hits = []
    for rank, name in enumerate(tables):
        rows = _table(name)
        for phrase in rows:
            for match in _pattern((phrase,)).finditer(text):
                hits.append((match.start() - match.end(), rank, match.start(), name, phrase))
    kept: list[Found] = []
    for _, _, start, name, phrase in sorted(hits):
        end = start + len(phrase)
        if all(end <= k.start or start >= k.end for k in kept):
            kept.append(Found(name, _table(name)[phrase], start, end, phrase))
    return sorted(kept, key=lambda k: k.start)


def listed(section: str, key: str) -> tuple[str, ...]:
    """A plain list of phrases: ``listed("cut", "drop")``."""
    return tuple(plain(w) for w in words()[section][key])


def match(text: str, phrases: Sequence[str]) -> re.Match[str] | None:
    """The longest of some phrases that a plain text has."""
    found = list(_pattern(tuple(phrases)).finditer(text))
    return max(found, key=lambda m: m.end() - m.start(), default=None)


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text with some stretches blanked."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def leftover(text: str) -> list[str]:
    """The words of a plain text that carry some meaning."""
    filler = set(listed("filler", "said"))
    return [w for w in re.findall(r"[^\W_]+(?:'\w+)?", text) if w not in filler]
