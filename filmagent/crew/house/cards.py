"""Words on the screen: ``SUPER: Paris, 1999``, ``TITLE CARD: "Three years later"``."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from filmagent.crew.house.lexicon import table

Where = Literal["", "over", "black"]

_QUOTED = re.compile(r"\s*[\"“«「『]([^\"”»」』]+)[\"”»」』][.\s]*")
_READ_A_SECOND = 2.8
"""Words a second read at ease; where words are not spaced, a character is half a word."""


@cache
def _begins() -> re.Pattern[str]:
    data = table("script_words")["card"]
    words = sorted({*data["over"], *data["black"]}, key=lambda w: (-len(w), w))
    listed = "|".join(re.escape(word.upper()) for word in words)
    # only in capitals, so that "the title: a lie" stays prose
    return re.compile(rf"(?<!\w)({listed})\s*(?:\([^)]*\)\s*)?[:：]\s*")


def cut(text: str) -> list[tuple[str, Where]]:
    """Cut a paragraph at the cards in it: (words, where they are shown), "" for prose.

    >>> cut('Rain. SUPER: "Paris" A dog barks.')
    [('Rain.', ''), ('Paris', 'over'), ('A dog barks.', '')]
    """
    over = {word.upper() for word in table("script_words")["card"]["over"]}
    found: list[tuple[str, Where]] = []
    at = 0
    for match in _begins().finditer(text):
        if match.start() < at:
            continue
        found.append((text[at : match.start()].strip(), ""))
        where: Where = "over" if match.group(1) in over else "black"
        quoted = _QUOTED.match(text, match.end())
        if quoted:
            found.append((quoted.group(1).strip(), where))
            at = quoted.end()
        else:
            following = _begins().search(text, match.end())
            at = following.start() if following else len(text)
            found.append((text[match.end() : at].strip().strip('"“”«»「」『』'), where))
    found.append((text[at:].strip(), ""))
    return [(words, where) for words, where in found if words]


def seconds(text: str) -> float:
    """How long a card stays: time to read it once with ease, 2–7 s."""
    wide = sum("\u2e80" <= c <= "\uffef" for c in text)
    words = len(text.split()) + wide / 2
    return round(min(max(2.0, 1.2 + words / _READ_A_SECOND), 7.0), 2)
