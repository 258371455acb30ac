"""A note is cut into clauses: each a wish, or a word on what the following wishes are about."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"[\"“”«»„][^\"“”«»„]*[\"“”«»„]")
_ENDS = re.compile(
    r"[;\n!?:]|,(?!\d)|(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bdr)\.(?=\s|$)"
    r"|(?<!\w)(?:and then|and(?!\s+\d+(?!\w))|then|but|also|plus)(?!\w)",
    re.IGNORECASE,
)
_LONGEST = 4000
"""Letters of a note that are read."""


def clauses(note: str) -> list[str]:
    """The clauses of a note; what stands in quotes is never cut.

    >>> clauses("shot 2C: closer, and hold on her after the line")
    ['shot 2C', 'closer', 'hold on her after the line']
    """
    text = note[:_LONGEST]
    quoted = [(m.start(), m.end()) for m in _QUOTED.finditer(text)]
    parts, begin = [], 0
    for end in _ENDS.finditer(text):
        if any(a <= end.start() < b for a, b in quoted):
            continue
        parts.append((text[begin : end.start()], end.group()))
        begin = end.end()
    parts.append((text[begin:], ""))
    return _joined(parts)


def _joined(parts: list[tuple[str, str]]) -> list[str]:
    """Numbers and single names after "and" belong to what stands before: ``lines 3 and 4``."""
    out: list[str] = []
    ended = ""
    for part, end in parts:
        text = part.strip()
        if text:
            bare = re.fullmatch(r"\d+|\d+\w?[A-Za-z]{1,2}\d*|[A-Z][A-Z'’. ]*", text)
            if out and bare and ended.casefold() in ("and", ","):
                out[-1] = f"{out[-1]} and {text}"
            else:
                out.append(text)
            ended = end
        elif end.strip():
            # ", and" joins as "and" does
            ended = end
    return out
