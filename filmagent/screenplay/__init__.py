"""Fountain screenplays: read, write, and know where everything stands in the source.

=======================  ====================================================================
`screenplay.elements`    what a screenplay is made of; every element knows its source lines
`screenplay.comments`    notes ``[[ ]]`` and boneyards ``/* */``, wherever they stand
`screenplay.emphasis`    ``*italic*``, ``**bold**``, ``_underline_`` parsed to runs
`screenplay.grammar`     what a line looks like: heading, cue, transition …
`screenplay.title`       the title page
`screenplay.reading`     text → `Screenplay`
`screenplay.writing`     `Screenplay` → text
=======================  ====================================================================

The syntax is Fountain 1.1 (fountain.io/syntax). Text is kept as its author wrote it, notes and
emphasis included; ``plain`` gives the words alone. Writing and parsing again gives the same
document.

>>> from filmagent.screenplay import parse, write
>>> play = parse("INT. CAFÉ - DAY\\n\\nMARA\\nYou're *late*.\\n")
>>> [type(element).__name__ for element in play.elements]
['Heading', 'Speech']
>>> parse(write(play)) == play
True
"""

from filmagent.screenplay.comments import plain
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
    TitleEntry,
    Transition,
    notes,
)
from filmagent.screenplay.emphasis import Run, runs
from filmagent.screenplay.reading import parse, read
from filmagent.screenplay.writing import write

__all__ = [
    "Action",
    "Boneyard",
    "Dialogue",
    "Element",
    "Heading",
    "Lyrics",
    "Note",
    "PageBreak",
    "Parenthetical",
    "Run",
    "Screenplay",
    "Section",
    "Span",
    "Speech",
    "Synopsis",
    "TitleEntry",
    "Transition",
    "notes",
    "parse",
    "plain",
    "read",
    "runs",
    "write",
]
