"""Text → `Screenplay`: one pass over the source lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from filmagent.errors import InputError
from filmagent.screenplay import grammar
from filmagent.screenplay.comments import (
    Piece,
    SourceLine,
    drop_first,
    drop_last,
    source_lines,
    split,
)
from filmagent.screenplay.elements import (
    Action,
    Boneyard,
    Dialogue,
    Element,
    Heading,
    Lyrics,
    Note,
    PageBreak,
    Parenthetical,
    Screenplay,
    Section,
    Span,
    Speech,
    Synopsis,
    Transition,
)
from filmagent.screenplay.title import read_title_page

_LONGEST_PARENTHETICAL = 8
"""Lines after which an opened parenthesis at a line's start is taken for dialogue."""


def parse(text: str) -> Screenplay:
    """Parse Fountain. Any text is a screenplay of some kind: this never fails.

    A byte order mark and Windows or old Mac line ends are taken as they come. Time is linear in
    the length of the text.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = source_lines(text)
    entries, begin = read_title_page(lines)
    return Screenplay(tuple(entries), tuple(_Body(lines, begin).parse()))


def read(path: Path | str) -> Screenplay:
    """Read a screenplay from a file.

    Raises
    ------
    InputError
        When the file is missing, empty, not text, or holds no scene.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            f"{path} does not exist; give the path of a Fountain screenplay."
        ) from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; give the path of a screenplay in it.") from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); check the file and its permissions."
        ) from None
    play = parse(_decode(data, path))
    if not play.headings:
        raise InputError(
            f"{path} has no scene; begin each scene with a heading on a line of its own, "
            "such as INT. CAFÉ - DAY."
        )
    return play


def _decode(data: bytes, path: Path) -> str:
    foreign = {
        b"%PDF": "a PDF; save the screenplay as Fountain (plain text) instead.",
        b"PK\x03\x04": "a packed document; export the screenplay as Fountain (plain text) instead.",
        b"{\\rtf": "rich text; save the screenplay as Fountain (plain text) instead.",
    }
    for magic, what in foreign.items():
        if data.startswith(magic):
            raise InputError(f"{path} is {what}")
    if data.lstrip().startswith(b"<?xml") and b"<FinalDraft" in data[:2000]:
        raise InputError(f"{path} is a Final Draft file; export it from there as Fountain.")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in data and not wide:
        raise InputError(f"{path} is not text; give a Fountain screenplay (plain text).")
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text (byte {error.start}); save it again in the UTF-8 encoding."
        ) from None
    if not text.strip():
        raise InputError(f"{path} is empty; write a screenplay into it.")
    return text


class _Body:
    """The walk over the body's lines. Each step takes one element off the front."""

    def __init__(self, lines: list[SourceLine], begin: int) -> None:
        self.lines = lines
        self.at = begin
        self.out: list[Element] = []

    def parse(self) -> list[Element]:
        while self.at < len(self.lines):
            if self.lines[self.at].blank:
                self.at += 1
            else:
                self._line(self.lines[self.at])
        return self.out

    def _line(self, line: SourceLine) -> None:
        bare = line.bare.strip()
        span = Span(line.first, line.end)
        if not bare:
            self._comments(line, span)
        elif bare.startswith("!") and bare != "!":
            self._action()
        elif grammar.stands_alone(bare):
            self._alone(line, bare, span)
        elif grammar.is_forced_heading(bare):
            self._heading(drop_first(line.raw), bare, span, forced=True)
        elif grammar.is_heading(bare):
            self._heading(line.raw.strip(), bare, span, forced=False)
        elif grammar.is_forced_transition(bare):
            self._add(Transition(drop_first(line.raw), forced=True, span=span))
        elif grammar.is_transition(bare):
            self._add(Transition(line.raw.strip(), span=span))
        elif self._is_speech(bare):
            self._speech(line, bare)
        else:
            self._action()

    def _add(self, element: Element) -> None:
        self.out.append(element)
        self.at += 1

    def _comments(self, line: SourceLine, span: Span) -> None:
        self._loose(split(line.raw), line.first)
        self.at += 1

    def _loose(self, pieces: list[Piece], number: int) -> None:
        for piece in pieces:
            newlines = piece.text.count("\n")
            span = Span(number, number + newlines + 1)
            if piece.comment and piece.text.startswith("[["):
                self.out.append(Note(piece.text[2:-2], span=span))
            elif piece.comment:
                self.out.append(Boneyard(piece.text[2:-2], span=span))
            number += newlines

    def _alone(self, line: SourceLine, bare: str, span: Span) -> None:
        level = grammar.section_level(bare)
        if grammar.is_page_break(bare):
            self._add(PageBreak(span))
            self._loose([p for p in split(line.raw) if p.comment], line.first)
        elif level:
            self._add(Section(drop_first(line.raw, level), level, span=span))
        elif grammar.is_synopsis(bare):
            self._add(Synopsis(drop_first(line.raw), span=span))
        elif grammar.is_centred(bare):
            text, span = self._run(grammar.is_centred, lambda raw: drop_last(drop_first(raw)))
            self.out.append(Action(text, centred=True, span=span))
        else:
            text, span = self._run(grammar.is_lyric, drop_first)
            self.out.append(Lyrics(text, span=span))

    def _run(self, is_kind: Callable[[str], bool], clean: Callable[[str], str]) -> tuple[str, Span]:
        """The cleaned text of the lines of one kind that follow one another, and their span."""
        first = self.lines[self.at].first
        texts: list[str] = []
        while self.at < len(self.lines) and is_kind(self.lines[self.at].bare.strip()):
            texts.append(clean(self.lines[self.at].raw))
            self.at += 1
        return "\n".join(texts), Span(first, self.lines[self.at - 1].end)

    def _heading(self, text: str, bare: str, span: Span, forced: bool) -> None:
        number = grammar.scene_number(bare)
        if number:
            # the number stands in the last text outside comments
            hashes = bare[bare.rfind("#", 0, len(bare) - 1) :]
            text = drop_last(text, len(hashes))
        text = drop_leading_dots(text) if forced else text
        self._add(Heading(text, number, forced, span=span))

    def _action(self) -> None:
        """A paragraph of prose: up to an empty line or one that stands alone."""
        first, forced = self.lines[self.at], False
        texts: list[str] = []
        while self.at < len(self.lines) and not self.lines[self.at].blank:
            line = self.lines[self.at]
            bare = line.bare.strip()
            if bare.startswith("!") and bare != "!":
                texts.append(_unbang(line.raw).rstrip())
                forced = forced or not texts[1:]
            elif texts and grammar.stands_alone(bare):
                break
            else:
                texts.append(line.raw.rstrip())
            self.at += 1
        span = Span(first.first, self.lines[self.at - 1].end)
        self.out.append(Action("\n".join(texts), forced=forced, span=span))

    def _is_speech(self, bare: str) -> bool:
        forced = bare.startswith("@") and bool(bare.strip("@^").strip())
        followed = self.at + 1 < len(self.lines) and not self.lines[self.at + 1].blank
        return followed and (forced or grammar.is_cue(bare))

    def _speech(self, line: SourceLine, bare: str) -> None:
        cue = line.raw.strip()
        forced = bare.startswith("@")
        dual = bare.endswith("^")
        if forced:
            cue = drop_first(cue)
        if dual:
            cue = drop_last(cue)
        self.at += 1
        begin = self.at
        while self.at < len(self.lines) and _goes_on(self.lines[self.at]):
            self.at += 1
        block = self.lines[begin : self.at]
        parts = _speech_parts(block)
        end = parts[-1].span.end
        self.out.append(
            Speech(cue, tuple(parts), dual, forced, Span(line.first, end),
                   Span(line.first, line.end))
        )  # fmt: skip


def _goes_on(line: SourceLine) -> bool:
    """A speech goes on over lines with text, and over empty ones that hold two spaces."""
    return not line.blank or len(line.raw.expandtabs(4)) >= 2


def _unbang(raw: str) -> str:
    lead = len(raw) - len(raw.lstrip())
    if raw[lead : lead + 1] == "!":
        return raw[lead + 1 :]
    return drop_first(raw)


def drop_leading_dots(text: str) -> str:
    """What is left of a forced heading's text must not look like another forced heading."""
    while text.startswith("."):
        text = text[1:].strip()
    return text


def _speech_parts(block: list[SourceLine]) -> list[Dialogue | Parenthetical | Lyrics]:
    parts: list[Dialogue | Parenthetical | Lyrics] = []
    words: list[SourceLine] = []

    def flush() -> None:
        while words and words[-1].blank:
            words.pop()
        while words and words[0].blank:
            words.pop(0)
        if words:
            text = "\n".join(line.raw.strip() for line in words)
            parts.append(Dialogue(text, span=Span(words[0].first, words[-1].end)))
        words.clear()

    at = 0
    while at < len(block):
        line = block[at]
        taken = _parenthetical(block, at)
        if taken:
            flush()
            raw = "\n".join(each.raw.strip() for each in block[at : at + taken])
            inner = drop_last(drop_first(raw))
            parts.append(Parenthetical(inner, span=Span(line.first, block[at + taken - 1].end)))
        elif grammar.is_lyric(line.bare.strip()):
            flush()
            text, last = drop_first(line.raw), parts[-1] if parts else None
            if isinstance(last, Lyrics) and last.span.end == line.first:
                parts[-1] = Lyrics(last.text + "\n" + text, span=Span(last.span.first, line.end))
            else:
                parts.append(Lyrics(text, span=Span(line.first, line.end)))
        else:
            words.append(line)
        at += taken or 1
    flush()
    return parts


def _parenthetical(block: list[SourceLine], at: int) -> int:
    """How many lines from here on are one parenthetical; 0 when none begins here."""
    text = ""
    for count, line in enumerate(block[at : at + _LONGEST_PARENTHETICAL], start=1):
        if line.blank:
            return 0
        text += line.bare.strip()
        closed = grammar.is_parenthetical(text)
        if closed is not None:
            return count if closed else 0
    return 0
