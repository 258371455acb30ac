"""`Screenplay` → Fountain text, with a mark of force wherever a line would be misread."""

from __future__ import annotations

from filmagent.screenplay import grammar
from filmagent.screenplay.comments import bare, source_lines, split
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
    Speech,
    Synopsis,
    TitleEntry,
    Transition,
)
from filmagent.screenplay.reading import parse


def write(play: Screenplay) -> str:
    """Write Fountain text that parses to the same screenplay.

    Elements made by code may hold what Fountain cannot say (an empty line inside a paragraph, a
    note that holds ``]]``); it is written as the nearest thing that can be said.
    """
    blocks = [_element(element) for element in play.elements]
    if play.title_page:
        blocks.insert(0, "\n".join(_title_entry(entry) for entry in play.title_page))
    elif blocks and parse(blocks[0]).title_page:
        # a first paragraph such as "Note to all: …" would be read as a title page; one that is no
        # action stays what it is where it is indented, which no title page is
        forced = isinstance(play.elements[0], Action)
        blocks[0] = ("!" if forced else "\t") + blocks[0]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _title_entry(entry: TitleEntry) -> str:
    if len(entry.values) == 1 and entry.values[0]:
        return f"{entry.key}: {entry.values[0]}"
    return "\n".join([f"{entry.key}:", *(f"    {value}" for value in entry.values)])


def _element(element: Element) -> str:
    match element:
        case Heading():
            return _heading(element)
        case Action(centred=True):
            return "\n".join(f"> {line} <" for line in _lines(element.text))
        case Action():
            return _action(element)
        case Speech():
            return _speech(element)
        case Lyrics():
            return "\n".join(f"~{line}" for line in _lines(element.text))
        case Transition():
            text = _one_line(element.text)
            plain = bare(text).strip()
            forced = element.forced or not grammar.is_transition(plain)
            return f"> {text}" if forced else text
        case Section():
            return "#" * max(1, min(element.level, 6)) + " " + _one_line(element.text)
        case Synopsis():
            return "= " + _one_line(element.text)
        case Note():
            return "[[" + element.text.replace("]]", "] ]").replace("\n\n", "\n  \n") + "]]"
        case Boneyard():
            return "/*" + element.text.replace("*/", "* /") + "*/"
        case PageBreak():
            return "==="


def _lines(text: str) -> list[str]:
    return [line.raw for line in source_lines(text)]


def _one_line(text: str) -> str:
    """The text with newlines outside comments made spaces."""
    return "".join(p.text if p.comment else p.text.replace("\n", " ") for p in split(text))


def _heading(heading: Heading) -> str:
    text = _one_line(heading.text)
    forced = heading.forced or not grammar.is_heading(bare(text).strip())
    number = f" #{heading.number}#" if heading.number else ""
    return ("." if forced else "") + text + number


def _action(action: Action) -> str:
    lines = [line for line in source_lines(action.text) if not line.blank]
    out: list[str] = []
    for number, line in enumerate(lines):
        plain = line.bare.strip()
        misread = plain.startswith("!") or grammar.stands_alone(plain)
        if number == 0:
            followed = len(lines) > 1
            misread = misread or (
                grammar.is_heading(plain)
                or grammar.is_forced_heading(plain)
                or grammar.is_transition(plain)
                or grammar.is_forced_transition(plain)
                or (followed and (plain.startswith("@") or grammar.is_cue(plain)))
                or action.forced
            )
        out.append(("!" if misread else "") + line.raw)
    return "\n".join(out)


def _speech(speech: Speech) -> str:
    cue = _one_line(speech.cue)
    plain = bare(cue).strip()
    natural = grammar.is_cue(plain) and not (
        grammar.is_heading(plain) or grammar.stands_alone(plain) or grammar.is_transition(plain)
    )
    lines = [("@" if speech.forced or not natural else "") + cue + (" ^" if speech.dual else "")]
    for part in speech.parts:
        match part:
            case Parenthetical():
                lines.append(f"({part.text})")
            case Lyrics():
                lines += [f"~{line}" for line in _lines(part.text)]
            case Dialogue():
                # two spaces keep an empty line inside the speech
                lines += [line.raw or "  " for line in source_lines(part.text)]
    return "\n".join(lines)
