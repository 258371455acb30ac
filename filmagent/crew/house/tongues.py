"""Stage words of other languages, from ``tongues.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("tongues.toml").read_text(encoding="utf-8"))


def actions() -> dict[str, str]:
    """Phrase → action name."""
    return {phrase: name for name, phrases in _data()["actions"].items() for phrase in phrases}


def pronouns() -> dict[str, str]:
    """Pronoun of a script without spaces → gender."""
    return {word: gender for gender, words in _data()["pronouns"].items() for word in words}


def places(text: str) -> set[str]:
    """The English words for places that a text names in another language."""
    return {
        english
        for english, foreign in _data()["places"].items()
        if any(re.search(bounded(word), text) for word in foreign)
    }


def bounded(phrase: str) -> str:
    """A pattern that finds a phrase as a word, by the rules of its script."""
    escaped = re.escape(phrase).replace(r"\ ", r"\s+")
    if _SPACELESS.search(phrase):
        return escaped
    if _ARABIC.search(phrase):
        return rf"(?<!\w)(?:و|ف|ب|ل|ال|وال|بال)?{escaped}(?:ها|ه|هم|هما)?(?!\w)"
    return rf"(?<!\w){escaped}(?!\w)"


def joined(phrase: str) -> str:
    """What was found, without the joined words that `bounded` lets through."""
    known = actions()
    if phrase in known:
        return phrase
    inside = [word for word in known if _ARABIC.search(word) and word in phrase]
    return max(inside, key=len, default=phrase)
