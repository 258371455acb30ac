"""Which script a text is written in, who reads it, and what of it a voice cannot read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LANGUAGE: dict[str, str] = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "HEBREW": "he",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "CJK": "cmn",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "THAI": "th",
    "ETHIOPIC": "am",
    "MYANMAR": "my",
    "SINHALA": "si",
}
"""The language of most texts in a script."""

_WRITTEN: dict[str, frozenset[str]] = {
    "CYRILLIC": frozenset(["ru", "uk", "bg", "be", "mk", "sr", "kk", "ky", "tt", "ba", "cv", "mn"]),
    "ARABIC": frozenset(["ar", "fa", "ur", "sd", "ug", "ku"]),
    "DEVANAGARI": frozenset(["hi", "mr", "ne", "kok"]),
    "HEBREW": frozenset({"he", "yi"}),
    "BENGALI": frozenset({"bn", "as", "bpy"}),
    "CJK": frozenset({"cmn", "zh", "yue", "hak", "ja"}),
    "GREEK": frozenset({"el", "grc"}),
    "ETHIOPIC": frozenset({"am", "ti"}),
}
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u20e3]+")


def script(text: str) -> str:
    """The script most letters of a text are in: ``LATIN``, ``CYRILLIC``, ``CJK`` …"""
    counts: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            name = _of(letter)
            counts[name] = counts.get(name, 0) + 1
    if counts.get("HIRAGANA") or counts.get("KATAKANA"):
        return "HIRAGANA"
    return max(sorted(counts), key=lambda k: counts[k]) if counts else "LATIN"


def reads(languages: Iterable[str], name: str) -> bool:
    """Whether somebody who speaks these languages reads a script; everybody reads Latin."""
    able = _WRITTEN.get(name, frozenset({LANGUAGE.get(name, "")}))
    return name == "LATIN" or any(code.split("-")[0] in able for code in languages)


def readable(text: str, languages: Iterable[str]) -> tuple[str, str]:
    """What somebody reads of a text, and what is left out: words of other scripts, pictures.

    >>> readable("Well, 你好 then 🙂", ["en"])
    ('Well, then', '你好 🙂')
    """
    known = list(languages)
    left: list[str] = []

    def sieve(found: re.Match[str]) -> str:
        piece = found.group()
        name = script(piece)
        if reads(known, name) or not _strange(name):
            return piece
        left.append(piece)
        return " "

    def drop(found: re.Match[str]) -> str:
        left.append(found.group())
        return " "

    # runs of letters, marks included: a script's vowels may be marks
    said = re.sub(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e])+", sieve, text)
    said = _EMOJI.sub(drop, said)
    if not left:
        return text, ""
    said = re.sub(r"\s+(?=[.,;:!?…])", "", " ".join(said.split()))
    return said, " ".join(" ".join(left).split())


def _strange(name: str) -> bool:
    """Whether it is a script of words at all, and not a letter that stands for a sound or unit."""
    return name in LANGUAGE


def _of(letter: str) -> str:
    return unicodedata.name(letter, "LATIN").split()[0].split("-")[0]
