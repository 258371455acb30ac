"""What a screenplay is made of. Every element knows the source lines it stands on.

Elements are equal when they say the same, wherever they stand: spans take no part in equality.
``text`` is as written, notes, boneyards and emphasis included; ``plain`` is the words alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from filmagent.screenplay.comments import plain, split


class Span(NamedTuple):
    """Source lines, 1-based, half-open."""

    first: int
    end: int


NOWHERE = Span(0, 0)
"""The span of what was made by code instead of read."""


@dataclass(frozen=True, slots=True)
class _Worded:
    text: str
    span: Span = field(default=NOWHERE, compare=False, kw_only=True)

    @property
    def plain(self) -> str:
        """The words alone."""
        return plain(self.text)


@dataclass(frozen=True, slots=True)
class Heading(_Worded):
    """A scene heading: ``INT. CAFÉ - DAY``, with the script's own number (``#1#``)."""

    number: str = ""
    forced: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Action(_Worded):
    """A paragraph of prose; centred when written between ``>`` and ``<``."""

    centred: bool = False
    forced: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Dialogue(_Worded):
    """Words of a speech, lines separated by newlines."""


@dataclass(frozen=True, slots=True)
class Parenthetical(_Worded):
    """How a speech is said, without its parentheses."""


@dataclass(frozen=True, slots=True)
class Lyrics(_Worded):
    """Sung lines, without their ``~``."""


@dataclass(frozen=True, slots=True)
class Speech:
    """A character's cue and what follows it."""

    cue: str
    """The cue as written, without ``@`` and ``^``: ``MARA (V.O.) (CONT'D)``."""
    parts: tuple[Dialogue | Parenthetical | Lyrics, ...]
    dual: bool = False
    """Spoken at the same time as the speech before it."""
    forced: bool = field(default=False, compare=False)
    span: Span = field(default=NOWHERE, compare=False)
    cue_span: Span = field(default=NOWHERE, compare=False)

    @property
    def name(self) -> str:
        """Who speaks, as written: ``MARA``."""
        words = plain(self.cue).replace("（", "(").split("(", 1)[0]
        return " ".join(words.split()).rstrip(":：").strip()

    @property
    def extensions(self) -> list[str]:
        """What stands in parentheses after the name: ``["V.O.", "CONT'D"]``."""
        words = plain(self.cue).replace("（", "(").replace("）", ")")
        groups = (group.split(")", 1)[0].strip() for group in words.split("(")[1:])
        return [group for group in groups if group]


@dataclass(frozen=True, slots=True)
class Transition(_Worded):
    """``CUT TO:``, or anything written after ``>``."""

    forced: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Section(_Worded):
    """A heading of the outline, ``#`` to ``######``; not part of the film."""

    level: int = 1


@dataclass(frozen=True, slots=True)
class Synopsis(_Worded):
    """A line of the outline, ``= …``; not part of the film."""


@dataclass(frozen=True, slots=True)
class Note(_Worded):
    """A note standing alone, without its brackets. Notes inside text are found by `notes`."""


@dataclass(frozen=True, slots=True)
class Boneyard(_Worded):
    """Text commented out, standing alone, without ``/*`` and ``*/``."""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """``===``."""

    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class TitleEntry:
    """A key of the title page and its lines."""

    key: str
    values: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False)


Element = (
    Heading
    | Action
    | Speech
    | Lyrics
    | Transition
    | Section
    | Synopsis
    | Note
    | Boneyard
    | PageBreak
)


@dataclass(frozen=True, slots=True)
class Screenplay:
    """A whole screenplay."""

    title_page: tuple[TitleEntry, ...] = ()
    elements: tuple[Element, ...] = ()

    def value(self, *keys: str) -> str:
        """The words of the first title-page entry with one of these keys, lines joined by spaces.

        >>> Screenplay((TitleEntry("Title", ("The Key",)),)).value("title")
        'The Key'
        """
        wanted = [key.casefold() for key in keys]
        for entry in self.title_page:
            if entry.key.casefold() in wanted:
                return " ".join(plain(value) for value in entry.values).strip()
        return ""

    @property
    def headings(self) -> list[Heading]:
        """The scene headings, in order."""
        return [element for element in self.elements if isinstance(element, Heading)]


def notes(element: Element | Dialogue | Parenthetical) -> list[Note]:
    """The notes inside or being an element, each with its own source lines."""
    if isinstance(element, Note):
        return [element]
    if isinstance(element, (Boneyard, PageBreak)):
        return []
    if isinstance(element, Speech):
        found = _notes(element.cue, element.cue_span.first)
        for part in element.parts:
            found += _notes(part.text, part.span.first)
        return found
    return _notes(element.text, element.span.first)


def _notes(text: str, line: int) -> list[Note]:
    if "[[" not in text:
        return []
    found: list[Note] = []
    for piece in split(text):
        newlines = piece.text.count("\n")
        if piece.comment and piece.text.startswith("[["):
            found.append(Note(piece.text[2:-2], span=Span(line, line + newlines + 1)))
        line += newlines
    return found
