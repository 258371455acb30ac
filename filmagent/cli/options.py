"""Options that are more than a word: frame rates, sizes, choices, budgets, ideas."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from filmagent.errors import InputError


def parse_fps(text: str) -> tuple[int, int]:
    """``24``, ``23.976`` or ``24000/1001`` as a fraction.

    Raises
    ------
    InputError
        If it is not between 1 and 240.
    """
    ntsc = {
        "23.976": (24000, 1001),
        "23.98": (24000, 1001),
        "29.97": (30000, 1001),
        "59.94": (60000, 1001),
    }
    if text in ntsc:
        return ntsc[text]
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise InputError(f"--fps {text} is not a frame rate; write 24, 25, 23.976 …") from None
    if not 1 <= rate <= 240 or rate.denominator > 1001:
        raise InputError(f"--fps {text} is out of range; write one between 1 and 240.")
    return rate.numerator, rate.denominator


def parse_size(size: str | None, aspect: str | None) -> tuple[int, int] | None:
    """Pixels from ``640x360`` and ``16:9``; both sides even, as H.264 wants.

    Raises
    ------
    InputError
        If either cannot be read.
    """
    if size is None and aspect is None:
        return None
    found = re.fullmatch(r"(\d{2,5})[xX×](\d{2,5})", size or "640x360")
    if not found:
        raise InputError(f"--size {size} is not width x height; write 640x360.")
    width, height = int(found[1]), int(found[2])
    if aspect is not None:
        parts = re.fullmatch(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)", aspect)
        if not parts or not float(parts[1]) or not float(parts[2]):
            raise InputError(f"--aspect {aspect} is not an aspect ratio; write 16:9 or 2.39:1.")
        height = round(width * float(parts[2]) / float(parts[1]))
    width, height = width - width % 2, height - height % 2
    if not (64 <= width <= 8192 and 64 <= height <= 8192):
        raise InputError(f"A picture of {width}x{height} is out of range: 64 to 8192 each way.")
    return width, height


def parse_choice(text: str, example: str) -> tuple[str, str]:
    """``MARA=ines`` as its two sides.

    Raises
    ------
    InputError
        If it has not two; the message has the ``example``.
    """
    left, equals, right = text.partition("=")
    if not equals or not left.strip() or not right.strip():
        raise InputError(f'"{text}" is not a choice; write it as {example}.')
    return left.strip(), right.strip()


_THOUSANDS = {"": 1, "k": 1_000, "m": 1_000_000}


def parse_budget(text: str) -> tuple[int | None, float | None]:
    """``200k``, ``$2``, ``1.5M,$3.50`` as tokens and dollars, None for no bound.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    tokens: int | None = None
    dollars: float | None = None
    for part in text.replace(" ", "").casefold().split(","):
        money = re.fullmatch(r"\$(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)(?:\$|usd)", part)
        count = re.fullmatch(r"(\d+(?:\.\d+)?)([km]?)(?:tokens)?", part)
        if money and float(money[1] or money[2]) > 0:
            dollars = float(money[1] or money[2])
        elif count and float(count[1]) * _THOUSANDS[count[2]] >= 1:
            tokens = int(float(count[1]) * _THOUSANDS[count[2]])
        else:
            raise InputError(
                f"--budget {text} is no budget; write tokens (200k), dollars ($2) or both "
                "(200k,$2)."
            )
    return tokens, dollars


_ENDING = re.compile(r"\.[a-z0-9]{1,8}", re.IGNORECASE)


def looks_like_an_idea(text: str) -> bool:
    """Whether what stands where a screenplay's path belongs is an idea in words.

    Only what can hardly be a path: there is no such file, it names no folder and has no file's
    ending, and it is of several words, or long and in a script that does not part them.
    """
    if "/" in text or "\\" in text or _ENDING.fullmatch(Path(text.strip()).suffix):
        return False
    if len(text) < 256 and Path(text).exists():
        return False
    return len(text.split()) > 2 or (len(text) >= 8 and not text.isascii())
