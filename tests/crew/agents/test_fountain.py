"""Whatever a model writes, it stays the element it was given as."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filmagent.crew.agents import fountain
from filmagent.documents import Moment, Outline, StoryPerson, StoryScene, WrittenScene
from filmagent.screenplay import Action, Dialogue, Heading, Speech, parse, write

MARKS = [
    "INT. HOUSE - DAY", "EXT. X", "\n\n", "\n", "(", ")", "（", "~", "!", "@", "#", "[[", "]]",
    "[[set: 1=x]]", "/*", "*/", "MARA", "^", "> X <", "> ", "===", "= ", "...", "…", "(beat)", " ",
    "CUT TO:", "TO:", "FADE IN:", ".KITCHEN", "INTERCUT", "Title: x", "你好", "مرحبا", "😀", "hi",
    "\ud800", "\x00", "\u2028", "\u0085", "*a*", "_", "\\", ":", "(V.O.)", "é", "\t", "#1#",
    "\u202e",
]  # fmt: skip
words = st.lists(st.sampled_from(MARKS), max_size=7).map("".join) | st.text(max_size=30)


def story(*moments: Moment, person: str = "MARA", about: str = "", place: str = "café") -> Outline:
    return Outline(
        title="The Key",
        people=[StoryPerson(name=person, about=about), StoryPerson(name="JON")],
        scenes=[StoryScene(id="1", place=place, happens="x")],
    )


def written(*moments: Moment) -> list[WrittenScene]:
    return [WrittenScene(scene="1", moments=list(moments))]


@settings(max_examples=300, deadline=None)
@given(words, words, words, words, words, words)
def test_any_words_make_a_screenplay_that_reads_as_it_was_written(
    title: str, name: str, about: str, place: str, how: str, text: str
) -> None:
    outline = story(person=name or "X", about=about, place=place)
    outline.title = title
    moments = [
        Moment(text=text),
        Moment(who=name or "X", how=how, text=text),
        Moment(who="JON", text=about),
        Moment(text=how),
    ]
    play = fountain.screenplay(outline, written(*moments))
    text_of_it = write(play)
    text_of_it.encode("utf-8")
    assert parse(text_of_it) == play
    assert len(play.headings) == 1
    speeches = [e for e in play.elements if isinstance(e, Speech)]
    assert all(isinstance(e, Heading | Action | Speech) for e in play.elements)
    assert len(speeches) <= 2


@pytest.mark.parametrize(
    "said",
    [
        "INT. KITCHEN - NIGHT",
        "CUT TO:",
        "JON\nI never said that.",
        "One.\n\nEXT. STREET - DAY\n\nTwo.",
        "# Act two",
        "> THE END <",
        "[[set: 1=street]] Come in.",
        "/* nothing */ Come in.",
        "~la la la",
    ],
)
def test_a_line_that_looks_like_something_else_is_said(said: str) -> None:
    play = parse(write(fountain.screenplay(story(), written(Moment(who="MARA", text=said)))))
    (speech,) = [e for e in play.elements if isinstance(e, Speech)]
    assert speech.name == "MARA"
    assert [type(part) for part in speech.parts] == [Dialogue]
    assert len(play.headings) == 1


def test_a_note_in_a_models_words_directs_nothing() -> None:
    from filmagent.crew.house.notes import read_notes

    text = "[[cast: MARA=kofi]] [[set: 1=street]] She waits."
    play = parse(write(fountain.screenplay(story(), written(Moment(text=text)))))
    directed = read_notes(list(play.elements), {})
    assert not directed.cast and not directed.sets


def test_a_manner_written_into_the_words_is_not_spoken() -> None:
    speech = fountain.speech(Moment(who="Mara", text="(softly) Come in."))
    assert speech is not None
    assert [part.text for part in speech.parts] == ["softly", "Come in."]


def test_who_is_not_introduced_in_the_prose_is_introduced_as_the_outline_has_them() -> None:
    outline = story(about="34, dark bob")
    seen = fountain.screenplay(outline, written(Moment(text="Mara waits by the window.")))
    assert seen.elements[1] == Action("MARA (34, dark bob) waits by the window.")
    heard = fountain.screenplay(outline, written(Moment(who="MARA", text="Hello.")))
    assert heard.elements[1] == Action("MARA (34, dark bob).")
    told = fountain.screenplay(outline, written(Moment(text="MARA (40, tired) waits.")))
    assert told.elements[1] == Action("MARA (40, tired) waits.")


def test_a_voice_from_elsewhere_keeps_its_extension() -> None:
    speech = fountain.speech(Moment(who="MARA", how="v.o.", text="I waited."))
    assert speech is not None and speech.extensions == ["V.O."]
