"""Notes ``[[ ]]`` and boneyards ``/* */``: found in one pass, wherever they stand.

A comment may stand inside any line and run over several. The parser therefore works on *source
lines*, in which a comment counts as one piece of the line it begins on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from filmagent.screenplay.emphasis import without_emphasis


class Piece(NamedTuple):
    """A stretch of text: outside every comment, or one whole comment with its brackets."""

    text: str
    comment: bool


class SourceLine(NamedTuple):
    """A line as the parser sees it: comments make it span several lines of the file.

    ``raw`` is what stands there, ``bare`` the same without comments; the line covers the file's
    lines ``first`` to ``end`` (1-based, half-open).
    """

    raw: str
    bare: str
    first: int
    end: int

    @property
    def blank(self) -> bool:
        """Nothing stands here, not even a comment."""
        return not self.raw.strip()


def split(text: str) -> list[Piece]:
    """Cut a text at its comments, in linear time.

    A note ends at ``]]`` unless an empty line comes first (then its brackets are mere text); a
    boneyard ends at ``*/`` and is mere text when it is never closed.
    """
    bone, note = _finder(text, "/*"), _finder(text, "[[")
    bone_end, note_end, gap = _finder(text, "*/"), _finder(text, "]]"), _finder(text, "\n\n")
    pieces: list[Piece] = []
    begun = at = 0
    while True:
        starts = [p for p in (bone(at), note(at)) if p >= 0]
        if not starts:
            break
        start = min(starts)
        if text[start] == "/":
            end = bone_end(start + 2)
        else:
            end = note_end(start + 2)
            if 0 <= gap(start) < end:
                end = -1
        if end < 0:
            at = start + 1
            continue
        if start > begun:
            pieces.append(Piece(text[begun:start], False))
        begun = at = end + 2
        pieces.append(Piece(text[start:begun], True))
    if begun < len(text):
        pieces.append(Piece(text[begun:], False))
    return pieces


def _finder(text: str, needle: str) -> Callable[[int], int]:
    """``text.find(needle, at)`` for ``at`` that never decreases: linear over all its calls."""
    found = text.find(needle)

    def find(at: int) -> int:
        nonlocal found
        if 0 <= found < at:
            found = text.find(needle, at)
        return found

    return find


def _joined(parts: list[str], after: str) -> str:
    """What to append to ``parts``: no doubled space where a comment was, none before a stop."""
    if parts and after[:1] in tuple(".,;:!?…"):
        parts[-1] = parts[-1].rstrip(" ")
    if parts and parts[-1][-1:].isspace() and after[:1] in (" ", "\t"):
        return after[1:]
    return after


def bare(text: str) -> str:
    """The text without its comments."""
    if "[[" not in text and "/*" not in text:
        return text
    out: list[str] = []
    for piece in split(text):
        if not piece.comment:
            out.append(_joined(out, piece.text))
    return "".join(out)


def plain(text: str) -> str:
    """The words alone: without comments and without emphasis marks.

    >>> plain("She is **late** [[again!]] today.")
    'She is late today.'
    """
    return without_emphasis(bare(text)).strip()


def source_lines(text: str) -> list[SourceLine]:
    """Cut a text into source lines. ``text`` has ``\\n`` line ends only."""
    lines: list[SourceLine] = []
    raw: list[str] = []
    clean: list[str] = []
    first = number = 1
    for piece in split(text):
        if piece.comment:
            raw.append(piece.text)
            number += piece.text.count("\n")
            continue
        parts = piece.text.split("\n")
        for part in parts[:-1]:
            raw.append(part)
            clean.append(_joined(clean, part))
            lines.append(SourceLine("".join(raw), "".join(clean), first, number + 1))
            raw, clean = [], []
            number += 1
            first = number
        raw.append(parts[-1])
        clean.append(_joined(clean, parts[-1]))
    lines.append(SourceLine("".join(raw), "".join(clean), first, number + 1))
    return lines


def drop_first(text: str, count: int = 1) -> str:
    """Drop the first ``count`` characters that are neither space nor inside a comment."""
    out: list[str] = []
    for piece in split(text):
        kept = piece.text
        while count and not piece.comment and kept.strip():
            lead = len(kept) - len(kept.lstrip())
            kept = kept[:lead] + kept[lead + 1 :]
            count -= 1
        out.append(kept)
    return "".join(out).strip()


def drop_last(text: str, count: int = 1) -> str:
    """Drop the last ``count`` characters that are neither space nor inside a comment."""
    out: list[str] = []
    for piece in reversed(split(text)):
        kept = piece.text
        if count and not piece.comment:
            body = kept.rstrip()
            dropped = min(count, len(body))
            if dropped:
                kept = body[: len(body) - dropped] + kept[len(body) :]
                count -= dropped
        out.append(kept)
    return "".join(reversed(out)).strip()
