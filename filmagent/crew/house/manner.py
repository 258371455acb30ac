"""Small words of the script that direct a line: (beat), (V.O.), (beat, then softly), CUT TO:."""

from __future__ import annotations

import re
from functools import cache

from filmagent.crew.house.lexicon import fold, folded, pattern, table
from filmagent.documents.breakdown import Delivery
from filmagent.documents.breakdown import Transition as How


def split_manner(words: str) -> tuple[float | None, str]:
    """``beat, then softly`` → the silence's seconds and what is left.

    >>> split_manner("softly")
    (None, 'softly')
    """
    seconds: float | None = None
    rest: list[str] = []
    for part in re.split(r"\s*[,;，、；]\s*|\s+then\s+", words):
        silence = pause_seconds(part)
        if silence is not None:
            seconds = max(seconds or 0.0, silence)
        elif part.strip():
            rest.append(re.sub(r"^then\s+", "", part.strip()))
    return seconds, ", ".join(rest)


def pause_seconds(text: str) -> float | None:
    """How long a silence is, when the whole text is one: 0.8–1.5 s; None for anything else.

    >>> pause_seconds("beat"), pause_seconds("A long pause."), pause_seconds("A beat-up car.")
    (1.0, 1.5, None)
    """
    plain = fold(text).strip(" .…,;!()。（）")
    plain = re.sub(r"[\s,]+then$", "", plain)
    if not plain or len(plain) > 40:
        return None
    words = folded("script_words", "pause", "words")
    if plain in words:
        return 1.0
    for length, seconds in (("long", 1.5), ("short", 0.8)):
        sizes = folded("script_words", "pause", length)
        rest, count = pattern(sorted(sizes)).subn(" ", plain)
        core = fold(re.sub(r"^(?:a|an|un|une|una|eine|的)?\s+", "", rest.strip() + " ")).strip(
            " 的"
        )
        if count and (core in words or fold(rest) in words):
            return seconds
    return None


def is_extension(words: str) -> bool:
    """True when words say whence somebody is heard, or that they go on."""
    delivery, continued, rest = read_extensions([words], away=True)
    return not rest and (delivery != "on" or continued)


def read_extensions(extensions: list[str], away: bool) -> tuple[Delivery, bool, list[str]]:
    """(V.O.), (O.S.), (CONT'D); what else stands there is how the line is said.

    ``away`` when the speaker has not been seen in the scene: (ON PHONE) is then the other end.
    """
    delivery: Delivery = "on"
    continued = False
    rest: list[str] = []
    for extension in extensions:
        for part in re.split(r"\s*[,;，]\s*|\s+/\s+", extension):
            plain = fold(part).strip(" ").removesuffix(".")
            phone = away and plain in folded("script_words", "extension", "phone")
            if phone or plain in folded("script_words", "extension", "vo"):
                delivery = "vo"
            elif plain in folded("script_words", "extension", "os"):
                delivery = "os"
            elif plain in folded("script_words", "extension", "continued"):
                continued = True
            elif part.strip():
                rest.append(part.strip())
    return delivery, continued, rest


@cache
def _transitions() -> dict[str, How]:
    ways: tuple[How, ...] = ("fade_in", "fade_out", "dissolve", "smash_cut", "match_cut", "cut")
    data = table("script_words")["transition"]
    return {fold(word): way for way in reversed(ways) for word in data[way]}


def read_transition(text: str, sure: bool) -> How | None:
    """Which transition a line is; ``sure`` when it is written as one, so that only its kind is
    asked and an unknown one is a plain cut."""
    plain = fold(text).strip(" .:。：")
    if sure:
        known = pattern(sorted(_transitions())).search(plain)
        return _transitions()[known.group()] if known else "cut"
    shouted = text == text.upper()
    return _transitions().get(plain) if shouted else None
