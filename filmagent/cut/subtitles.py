"""Subtitles from measured speech: what is said, while it is said, in rows one can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysubs2

from filmagent.documents import Character, Edit, Line, SceneTiming, write_text
from filmagent.documents.film_time import heard

ROW = 42
"""Most characters in a row (EBU-TT-D practice); half as many of a wide script."""
SHORTEST = 0.3
"""Seconds; what begins closer together than this is one subtitle."""
LINGER = 0.35
"""Seconds a line stays after it is said, when nothing follows."""


@dataclass(frozen=True)
class Subtitle:
    """A text shown from ``start`` to ``end``, film seconds."""

    start: float
    end: float
    text: str


def subtitles(
    edit: Edit, timings: Mapping[str, SceneTiming], characters: Sequence[Character]
) -> list[Subtitle]:
    """The film's subtitles, in order, never overlapping.

    Lines of people who are heard and not seen (V.O., O.S.) carry their name in brackets.
    """
    lines = {(scene, line.beat): line for scene, timing in timings.items() for line in timing.lines}
    names = {c.id: c.name for c in characters}
    pieces: list[Subtitle] = []
    for said in heard(edit):
        line = lines.get((said.scene, said.beat))
        if line is not None and line.text.strip():
            prefix = f"[{names.get(line.actor, line.actor)}] " if line.delivery != "on" else ""
            pieces += _split(line, said.film_seconds, prefix)
    return _in_turn(pieces)


def write_srt(path: Path, lines: Sequence[Subtitle]) -> None:
    """Write SubRip."""
    file = pysubs2.SSAFile()
    for line in lines:
        file.append(
            pysubs2.SSAEvent(
                start=round(line.start * 1000),
                end=round(line.end * 1000),
                text=line.text.replace("\n", "\\N"),
            )
        )
    write_text(path, file.to_string("srt"))


def _in_turn(pieces: Sequence[Subtitle]) -> list[Subtitle]:
    """End each before the next begins; what is said together is shown together, with dashes."""
    shown: list[Subtitle] = []
    for piece in sorted(pieces, key=lambda p: p.start):
        before = shown[-1] if shown else None
        if before is not None and piece.start - before.start < SHORTEST:
            both = "\n".join(_dashed(t) for t in (before.text, piece.text))
            shown[-1] = Subtitle(before.start, max(before.end, piece.end), both)
            continue
        if before is not None:
            shown[-1] = Subtitle(before.start, min(before.end, piece.start), before.text)
        shown.append(piece)
    ends = [*(piece.start for piece in shown[1:]), float("inf")]
    return [
        Subtitle(piece.start, min(piece.end + LINGER, end), piece.text)
        for piece, end in zip(shown, ends, strict=True)
    ]


def _dashed(text: str) -> str:
    flat = text.replace("\n", " ")
    return text if text.startswith("– ") else f"– {flat}"


def _split(line: Line, start: float, prefix: str) -> list[Subtitle]:
    text = prefix + line.text.strip()
    wide = sum(ord(c) > 0x2E7F for c in text) > len(text) / 3
    row = ROW // 2 if wide else ROW
    rows = _rows(text, row)
    pieces = ["\n".join(rows[i : i + 2]) for i in range(0, len(rows), 2)]
    total = sum(len(p) for p in pieces)
    shown, said = [], 0
    for piece in pieces:
        begin = start + line.seconds * said / total
        said += len(piece)
        shown.append(Subtitle(begin, start + line.seconds * said / total, piece))
    return shown


def _rows(text: str, width: int) -> list[str]:
    units = text.split(" ") if " " in text else list(text)
    joint = " " if " " in text else ""
    rows, row = [], ""
    for unit in units:
        longer = f"{row}{joint}{unit}" if row else unit
        if row and len(longer) > width:
            rows.append(row)
            longer = unit
        row = longer
    rows.append(row)
    if len(rows) == 2 and joint:
        rows = _balance(rows, width)
    return rows


def _balance(rows: list[str], width: int) -> list[str]:
    words = " ".join(rows).split(" ")
    splits = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    fitting = [s for s in splits if max(map(len, s)) <= width]
    if not fitting:
        return rows
    first, second = min(fitting, key=lambda s: abs(len(s[0]) - len(s[1])))
    return [first, second]
