"""The title page: keys and values before the first empty line."""

from __future__ import annotations

from filmagent.screenplay import grammar
from filmagent.screenplay.comments import SourceLine, split
from filmagent.screenplay.elements import Span, TitleEntry


def read_title_page(lines: list[SourceLine]) -> tuple[list[TitleEntry], int]:
    """The title page and the index of the first line after it."""
    begin = 0
    while begin < len(lines) and lines[begin].blank:
        begin += 1
    end = begin
    while end < len(lines) and not lines[end].blank:
        end += 1
    page = lines[begin:end]
    keys = [grammar.title_key(line.bare.strip(), sure=False) for line in page]
    if not page or not keys[0]:
        return [], 0
    entries: list[tuple[str, list[str], int, int]] = []
    for line in page:
        indented = line.raw[:1] == "\t" or line.raw[:3] == "   "
        key = "" if indented else grammar.title_key(line.bare.strip(), sure=True)
        if key and not line.raw.lstrip().startswith(("[[", "/*")):
            value = _after_colon(line.raw)
            entries.append((key, [value] if value else [], line.first, line.end))
        elif entries:
            name, values, first, _ = entries[-1]
            entries[-1] = (name, [*values, line.raw.strip()], first, line.end)
        else:
            return [], 0
    found = [TitleEntry(k, tuple(v), Span(first, last)) for k, v, first, last in entries]
    return found, end


def _after_colon(raw: str) -> str:
    """The value of a key; a comment inside the key moves to its front."""
    out = ""
    pieces = split(raw)
    for number, piece in enumerate(pieces):
        places = [p for p in (piece.text.find(":"), piece.text.find("：")) if p >= 0]
        if piece.comment:
            out += piece.text
        elif places:
            rest = "".join(later.text for later in pieces[number + 1 :])
            return (out + piece.text[min(places) + 1 :] + rest).strip()
    return out
