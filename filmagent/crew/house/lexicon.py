"""The words the house rules know, read once from the TOML files beside this module."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The word list ``<name>.toml``."""
    path = Path(__file__).with_name(f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Text for comparing: case folded, without accents, spaces collapsed, straight quotes.

    >>> fold("CAFÉ   d’Orsay")
    "cafe d'orsay"
    """
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    kept = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def fold_same_length(text: str) -> str:
    """`fold` one character at a time, so that places in it are places in the text."""
    return "".join(f if len(f := fold(c)) == 1 else c for c in text)


def spaced(text: str) -> bool:
    """True when a word's script puts spaces between words (Chinese and Japanese do not)."""
    return not any("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" for c in text)


@cache
def _compiled(words: tuple[str, ...], flags: int) -> re.Pattern[str]:
    ordered = sorted({w for w in words if w}, key=lambda w: (-len(w), w))
    whole = "|".join(re.escape(word) for word in ordered if spaced(word))
    within = [re.escape(word) for word in ordered if not spaced(word)]
    return re.compile(
        "|".join([rf"(?<!\w)(?:{whole})(?!\w)" if whole else r"(?!)", *within]), flags
    )


def pattern(words: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """A pattern that finds any of the words, whole, the longest first."""
    return _compiled(tuple(words), flags)


@cache
def folded(name: str, *keys: str) -> frozenset[str]:
    """A list of a word file, folded: ``folded("people_words", "female", "nouns")``."""
    found: Any = table(name)
    for key in keys:
        found = found[key]
    return frozenset(fold(word) for word in found)


@cache
def kinds(name: str, section: str) -> dict[str, str]:
    """Folded word → the key it is listed under, for a section of lists."""
    return {
        fold(word): key for key, words in table(name)[section].items() for word in words
    }  # fmt: skip


@cache
def first_names() -> dict[str, str]:
    """Folded first name → ``female`` or ``male``."""
    data = table("names")
    found: dict[str, str] = {}
    for gender in ("female", "male"):
        for name in [*data[gender].split(), *data["elsewhere"][gender]]:
            found[fold(name)] = gender
    return found
