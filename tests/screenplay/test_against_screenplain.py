"""On what it supports, the screenplain parser reads the same."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from screenplain.parsers import fountain as theirs
from screenplain.richstring import RichString
from screenplain.types import Action as TheirAction
from screenplain.types import Dialog, DualDialog, PageBreak, Slug
from screenplain.types import Section as TheirSection
from screenplain.types import Transition as TheirTransition

from filmagent.screenplay import (
    Action,
    Heading,
    Lyrics,
    Parenthetical,
    Section,
    Speech,
    Transition,
    parse,
    plain,
)
from filmagent.screenplay import (
    PageBreak as OurBreak,
)

EXAMPLES = Path(__file__).parents[2] / "examples"

TEXT = """Title: Big Fish
Author: John August

INT. HOSPITAL - DAY #1A#

Edward **sleeps** in a _white_ bed.
A nurse *waits*.

EDWARD (V.O.)
(slowly)
There are some fish
that cannot be caught.
(beat)
It's not that they're faster.

WILL
No.

EDWARD ^
Yes.

CUT TO:

.THE RIVER

@McCoy
Hello.

> The End <

===

# Act Two

## The Sea

> Fade to black.

!SHOUTING IS NO CUE
at all
"""


def _text(line: object) -> str:
    return str(line).strip()


def _theirs(text: str) -> list[tuple[str, ...]]:
    out: list[tuple[str, ...]] = []

    def dialog(said: Dialog, dual: str) -> None:
        out.append(("cue", _text(said.character), dual))
        for parenthetical, line in said.blocks:
            out.append(("(" if parenthetical else "said", _text(line).strip("()")))

    for paragraph in theirs.parse(StringIO(text)):
        match paragraph:
            case Slug():
                number = _text(paragraph.scene_number) if paragraph.scene_number else ""
                out.append(("heading", _text(paragraph.line).upper(), number))
            case Dialog():
                dialog(paragraph, "")
            case DualDialog():
                dialog(paragraph.left, "")
                dialog(paragraph.right, "dual")
            case TheirTransition():
                out.append(("transition", _text(paragraph.line).upper()))
            case TheirAction():
                out += [
                    ("centred" if paragraph.centered else "action", _text(line))
                    for line in paragraph.lines
                ]
            case TheirSection():
                out.append(("section", _text(paragraph.text), str(paragraph.level)))
            case PageBreak():
                out.append(("break",))
    return out


def _ours(text: str) -> list[tuple[str, ...]]:
    out: list[tuple[str, ...]] = []
    for element in parse(text).elements:
        match element:
            case Heading():
                out.append(("heading", element.plain.upper(), element.number))
            case Speech():
                out.append(("cue", plain(element.cue), "dual" if element.dual else ""))
                for part in element.parts:
                    kind = "(" if isinstance(part, Parenthetical) else "said"
                    mark = "~" if isinstance(part, Lyrics) else ""
                    out += [(kind, mark + line.strip()) for line in part.plain.split("\n")]
            case Transition():
                out.append(("transition", element.plain.upper()))
            case Action():
                kind = "centred" if element.centred else "action"
                out += [(kind, line.strip()) for line in element.plain.split("\n")]
            case Section():
                out.append(("section", element.plain, str(element.level)))
            case OurBreak():
                out.append(("break",))
    return out


def test_every_element_both_know_is_read_alike() -> None:
    assert _ours(TEXT) == _theirs(TEXT)


@pytest.mark.parametrize("name", ["the_spare_key"])
def test_the_example_is_read_alike(name: str) -> None:
    text = (EXAMPLES / f"{name}.fountain").read_text(encoding="utf-8")
    assert _ours(text) == _theirs(text)
    assert isinstance(theirs.parse_emphasis("*a*"), RichString)


def test_the_title_page_is_read_alike() -> None:
    page = theirs.parse(StringIO(TEXT)).title_page
    assert {e.key: list(e.values) for e in parse(TEXT).title_page} == page
