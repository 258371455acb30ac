"""Which language a film is in, and whether an answer keeps to it.

A script tells a language at once; languages written in Latin letters are told from one another by
their commonest words, which takes more than a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from filmagent.crew.house.language import guess_language

_IN_LATIN_LETTERS = frozenset(["en", "fr", "es", "de", "it", "pt", "nl", "pl", "tr", "sv"])
_LETTER = re.compile(r"(?<!\w)[a-z](?!\w)", re.IGNORECASE)
"""Words of one letter: the commonest of several languages, and so of none."""
_SURE = 300
"""Letters from which one language in Latin letters can be told from another."""


def language_of(text: str) -> str:
    """The language of a text; "" where it cannot be told.

    >>> language_of("两个老朋友在咖啡馆见面"), language_of("A letter, a key")
    ('zh', '')
    """
    telling = _LETTER.sub(" ", text)
    guess = guess_language(telling, "")
    return guess if guess == guess_language(telling, "en") else ""


def expected_language(language: str, texts: Sequence[str]) -> str:
    """The language that an answer can be held to; "" where there is too little to tell.

    Parameters
    ----------
    language
        The film's; "" for one in Latin letters that could not be told.
    texts
        The answer's words.
    """
    whole = " ".join(texts)
    if guess_language(whole, "en") not in _IN_LATIN_LETTERS:
        return language or "en"
    if language and language not in _IN_LATIN_LETTERS:
        return language
    return language if sum(c.isalpha() for c in whole) >= _SURE else ""
