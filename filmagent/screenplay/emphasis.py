"""Emphasis: ``*italic*``, ``**bold**``, ``***both***``, ``_underlined_``, ``\\*`` a plain star."""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple

_TOKEN = re.compile(r"\\([*_\\])|(\*+|_+)")


class Run(NamedTuple):
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False


class _Mark(NamedTuple):
    style: str
    slot: int
    """Where in the pieces it stands, to be shown as text if it is never closed."""


def runs(text: str) -> list[Run]:
    """Parse emphasis. Marks with a space inside, or never closed on their line, are text.

    >>> runs("a **b** c")
    [Run(text='a ', bold=False, italic=False, underline=False), \
Run(text='b', bold=True, italic=False, underline=False), \
Run(text=' c', bold=False, italic=False, underline=False)]
    """
    styled: list[Run] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            styled.append(Run("\n"))
        styled += _line(line)
    groups = groupby((run for run in styled if run.text), key=lambda run: run[1:])
    return [Run("".join(run.text for run in same), *style) for style, same in groups]


def without_emphasis(text: str) -> str:
    """The text without its emphasis marks."""
    if "*" not in text and "_" not in text and "\\" not in text:
        return text
    lines = text.split("\n")
    return "\n".join("".join(run.text for run in _line(line)) for line in lines)


def _line(line: str) -> list[Run]:
    # pieces: text, or a style name to switch on ("+bold") or off ("-bold")
    pieces: list[str] = []
    switches: dict[int, str] = {}
    open_marks: list[_Mark] = []
    at = 0
    for token in _TOKEN.finditer(line):
        pieces.append(line[at : token.start()])
        at = token.end()
        if token.group(1):
            pieces.append(token.group(1))
            continue
        mark = token.group(2)
        start = token.start()
        before, after = line[max(start - 1, 0) : start], line[at : at + 1]
        left = len(mark)
        if before and not before.isspace():
            left = _close(mark[0], left, after, open_marks, pieces, switches)
        if left and after and not after.isspace():
            left = _open(mark[0], left, before, open_marks, pieces)
        pieces.append(mark[0] * left)
    pieces.append(line[at:])
    return _styled(pieces, switches)


def _close(
    char: str,
    left: int,
    after: str,
    open_marks: list[_Mark],
    pieces: list[str],
    switches: dict[int, str],
) -> int:
    """Close what the mark closes; return how many of its characters are left."""
    while left:
        fitting = [
            k
            for k, mark in enumerate(open_marks)
            if pieces[mark.slot][:1] == char and len(pieces[mark.slot]) <= left
        ]
        if not fitting or (char == "_" and after.isalnum()):
            return left
        mark = open_marks[fitting[-1]]
        del open_marks[fitting[-1] :]
        left -= len(pieces[mark.slot])
        switches[mark.slot] = "+" + mark.style
        pieces.append("")
        switches[len(pieces) - 1] = "-" + mark.style
    return left


def _open(char: str, left: int, before: str, open_marks: list[_Mark], pieces: list[str]) -> int:
    """Open what the mark opens; return how many of its characters are left."""
    if char == "_":
        styles = ["underline"] if left == 1 and not before.isalnum() else []
    else:
        styles = {1: ["italic"], 2: ["bold"], 3: ["bold", "italic"]}.get(left, [])
    already = {mark.style for mark in open_marks}
    if not styles or already & set(styles):
        return left
    for style in styles:
        pieces.append("**" if style == "bold" else char)
        open_marks.append(_Mark(style, len(pieces) - 1))
    return 0


def _styled(pieces: list[str], switches: dict[int, str]) -> list[Run]:
    on: set[str] = set()
    out: list[Run] = []
    for slot, piece in enumerate(pieces):
        switch = switches.get(slot)
        if switch is None:
            if piece:
                out.append(Run(piece, "bold" in on, "italic" in on, "underline" in on))
        elif switch[0] == "+":
            on.add(switch[1:])
        else:
            on.discard(switch[1:])
    return out
