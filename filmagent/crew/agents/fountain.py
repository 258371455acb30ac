"""Written scenes → a screenplay in Fountain: whatever a text says, it stays what it is given as.

A line of dialogue that looks like a heading is dialogue, a paragraph that looks like a cue is
prose: `filmagent.screenplay.write` forces elements where a line would be misread, and what no
force can keep (notes, boneyards, an empty line, a line that is one pair of parentheses) is taken
out of the words here. ``parse(write(play)) == play`` holds for every text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from filmagent.crew.house.lexicon import spaced
from filmagent.documents import Moment, Outline, StoryPerson, StoryScene, WrittenScene
from filmagent.documents.breakdown import Setting
from filmagent.screenplay import (
    Action,
    Dialogue,
    Element,
    Heading,
    Parenthetical,
    Screenplay,
    Speech,
    TitleEntry,
)

_SETTINGS: dict[Setting, str] = {"int": "INT.", "ext": "EXT.", "int/ext": "INT./EXT."}
_LONGEST_NAME, _LONGEST_PLACE, _LONGEST_MANNER = 40, 60, 120
_COMMENTS = re.compile(r"\[(?=\[)|/(?=\*)")
_BREAKS = re.compile(r"[\s\u0085\u2028\u2029]+")
_NAME = re.compile(r"[^\w\s.'’\-]")
_OPENING = re.compile(r"[(（]([^()（）]{1,120})[)）]\s*(?=\S)")
_VOICES = {"V.O.": "V.O.", "VO": "V.O.", "O.S.": "O.S.", "OS": "O.S.", "O.C.": "O.S."}
_DIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional controls: they show words in another order than they are read."""


def line(text: str) -> str:
    """A text as one line of words, with nothing in it that Fountain reads as a comment."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(c for c in text if c in "\n\t" or not _is_control(c))
    spaced = _COMMENTS.sub(lambda found: found[0] + " ", _BREAKS.sub(" ", kept))
    return spaced.strip()


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co") or char in _DIRECTIONAL


def person_name(text: str) -> str:
    """A name as its cue has it: capitals, no marks that mean something in Fountain.

    >>> person_name("  @Mara #1 (V.O.)^ ")
    'MARA 1'
    """
    words = re.split(r"[(（]", line(text).lstrip("@"), maxsplit=1)[0]
    name = " ".join(_NAME.sub(" ", words.replace("_", " ")).split()).strip(".-'’ ")
    return name[:_LONGEST_NAME].strip(".-'’ ").upper()


def place_name(text: str) -> str:
    """A place as a heading has it."""
    words = re.sub(r"[#\[\]*_^~<>|\\]", " ", line(text))
    return " ".join(words.split())[:_LONGEST_PLACE].strip(" .-–—:/").upper()


def heading(scene: StoryScene) -> Heading:
    """A scene's heading: ``INT. CAFÉ - DAY``."""
    place = place_name(scene.place) or "SOMEWHERE"
    return Heading(f"{_SETTINGS[scene.setting]} {place} - {scene.time.upper()}")


def speech(moment: Moment) -> Speech | None:
    """A moment in which somebody speaks; None where there is nothing to say."""
    name, text, how = person_name(moment.who), line(moment.text), line(moment.how)
    # a manner written into the words is a manner
    opening = _OPENING.match(text)
    if opening:
        text, how = text[opening.end() :], how or opening[1]
    text = _spoken(text)
    if not name or not text:
        return None
    voice = _VOICES.get(how.strip("() ").upper(), "")
    how = "" if voice else re.sub(r"[()（）]", " ", how)[:_LONGEST_MANNER]
    how = " ".join(how.split())
    said: list[Dialogue | Parenthetical] = [Parenthetical(how)] if how else []
    return Speech(f"{name} ({voice})" if voice else name, (*said, Dialogue(text)))


def _spoken(text: str) -> str:
    """Words that stay dialogue: not sung, and not one pair of parentheses."""
    text = text.lstrip("~ ")
    while text[:1] in ("(", "（"):
        text = text[1:].lstrip("~ ")
    return text if any(c.isalnum() for c in text) or text in ("…", "...") else ""


def prose(text: str) -> Action | None:
    """A paragraph of prose; None where there is nothing in it."""
    text = line(text)
    # force is the writer's to add: of the text's own marks only words are left
    text = text.lstrip("!").lstrip()
    return Action(text) if any(c.isalnum() for c in text) else None


def screenplay(outline: Outline, scenes: Sequence[WrittenScene]) -> Screenplay:
    """The whole screenplay, in the outline's order.

    Whoever is seen for the first time without a word on who they are is introduced as the outline
    has them, so that age and looks are known to whoever reads the screenplay alone.
    """
    written = {scene.scene: scene for scene in scenes}
    strangers = {person_name(p.name): p for p in outline.people}
    elements: list[Element] = []
    for scene in outline.scenes:
        if scene.id not in written:
            continue
        elements.append(heading(scene))
        body = _body(written[scene.id].moments)
        elements += _introduced(body, strangers)
    title = TitleEntry("Title", (line(outline.title) or "Untitled",))
    language = re.sub(r"[^a-z]", "", outline.language.casefold())[:3]
    page = (title, TitleEntry("Language", (language,))) if len(language) > 1 else (title,)
    return Screenplay(page, tuple(elements))


def _body(moments: Iterable[Moment]) -> list[Action | Speech]:
    made = (speech(m) if m.who.strip() else prose(m.text) for m in moments)
    return [element for element in made if element is not None]


def _introduced(
    body: list[Action | Speech], strangers: dict[str, StoryPerson]
) -> list[Action | Speech]:
    out: list[Action | Speech] = []
    for element in body:
        if isinstance(element, Speech):
            stranger = strangers.pop(element.name, None)
            if stranger is not None and not element.extensions:
                out.append(Action(_introduction(element.name, stranger)))
        else:
            element = Action(_introduce(element.text, strangers))
        out.append(element)
    return out


def _introduce(text: str, strangers: dict[str, StoryPerson]) -> str:
    for name in list(strangers):
        whole = rf"(?<!\w){re.escape(name)}(?!\w)" if spaced(name) else re.escape(name)
        found = re.search(whole, text, re.IGNORECASE)
        if found is None:
            continue
        stranger = strangers.pop(name)
        told = re.match(r"\s*[(（,，]", text[found.end() :])
        shown = name if told else _introduction(name, stranger).rstrip(".。")
        text = text[: found.start()] + shown + text[found.end() :]
    return text


def _introduction(name: str, person: StoryPerson) -> str:
    about = re.sub(r"[()（）]", " ", line(person.about)).strip(" .,;。")
    about = " ".join(about.split())
    if not about:
        return f"{name}."
    return f"{name} ({about})." if spaced(name) else f"{name}（{about}）。"
