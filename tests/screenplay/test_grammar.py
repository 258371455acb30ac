"""Each rule of Fountain, one test: what a reader of fountain.io/syntax may count on."""

from __future__ import annotations

import pytest

from filmagent.screenplay import (
    Action,
    Boneyard,
    Dialogue,
    Element,
    Heading,
    Lyrics,
    Note,
    PageBreak,
    Parenthetical,
    Section,
    Speech,
    Synopsis,
    TitleEntry,
    Transition,
    notes,
    parse,
)


def elements(text: str) -> list[Element]:
    return list(parse(text).elements)


def only(text: str) -> Element:
    (element,) = elements(text)
    return element


@pytest.mark.parametrize(
    "line",
    [
        "INT. CAFÉ - DAY", "EXT. STREET", "EST. CITY", "INT./EXT. CAR", "INT/EXT CAR", "I/E. CAR",
        "int. cafe - day", "INT CAFE", "INTÉRIEUR. CAFÉ - JOUR", "INNEN. KÜCHE - TAG",
        "AUSSEN. HOF - NACHT", "ИНТ. КАФЕ - ДЕНЬ", "内景。咖啡馆 - 日", "外景 街道 夜",
        "داخلي. مقهى - نهار", "פנים. בית קפה - יום",
    ],
)  # fmt: skip
def test_headings_need_no_mark(line: str) -> None:
    assert only(line) == Heading(line)


@pytest.mark.parametrize(
    "line", ["Interior light falls in.", "Inter alia.", "外面下雨。", "...and so"]
)
def test_prose_that_begins_alike_is_no_heading(line: str) -> None:
    assert only(line) == Action(line)


def test_a_dot_forces_a_heading_but_an_ellipsis_does_not() -> None:
    assert only(".KITCHEN") == Heading("KITCHEN")
    assert only("...wait") == Action("...wait")


def test_a_heading_carries_its_scene_number() -> None:
    assert only("INT. CAFÉ - DAY #12A#") == Heading("INT. CAFÉ - DAY", "12A")


def test_a_heading_may_be_followed_at_once_by_action() -> None:
    assert elements("INT. X - DAY\nMara sits.") == [Heading("INT. X - DAY"), Action("Mara sits.")]


def test_action_keeps_its_line_breaks_and_indents() -> None:
    assert only("One.\n    Two.") == Action("One.\n    Two.")


def test_an_exclamation_mark_forces_action() -> None:
    assert only("!INT. is a word.") == Action("INT. is a word.")
    assert only("!MARA\nis late") == Action("MARA\nis late")


def test_a_cue_in_capitals_begins_a_speech() -> None:
    assert only("MARA\nYou're late.") == Speech("MARA", (Dialogue("You're late."),))


def test_a_cue_may_hold_digits_but_not_only_digits() -> None:
    assert isinstance(only("R2D2\nBeep."), Speech)
    assert isinstance(only("23\nBeep."), Action)


def test_capitals_without_anything_below_are_action() -> None:
    assert only("THE CAR EXPLODES") == Action("THE CAR EXPLODES")


def test_an_at_sign_forces_a_cue_in_any_case_and_script() -> None:
    for name in ("McCLANE", "李明", "سارة", "Mara"):
        speech = only(f"@{name}\nHi.")
        assert isinstance(speech, Speech)
        assert speech.name == name


def test_extensions_are_no_part_of_the_name() -> None:
    speech = only("MARA (V.O.) (CONT'D)\nHello.")
    assert isinstance(speech, Speech)
    assert (speech.name, speech.extensions) == ("MARA", ["V.O.", "CONT'D"])
    assert only("HANS (on the radio)\nHello.") == Speech(
        "HANS (on the radio)", (Dialogue("Hello."),)
    )


def test_a_caret_makes_the_dialogue_dual() -> None:
    first, second = elements("MARA\nNo!\n\nJONAS ^\nYes!")
    assert isinstance(first, Speech)
    assert isinstance(second, Speech)
    assert (first.dual, second.dual, second.name) == (False, True, "JONAS")


def test_two_spaces_keep_an_empty_line_inside_a_speech() -> None:
    assert only("MARA\nTen.\n  \nEleven.") == Speech("MARA", (Dialogue("Ten.\n\nEleven."),))


def test_parentheticals_stand_on_lines_of_their_own() -> None:
    speech = only("MARA\n(softly)\nHi.\n(beat)\nYou.")
    assert speech == Speech(
        "MARA",
        (Parenthetical("softly"), Dialogue("Hi."), Parenthetical("beat"), Dialogue("You.")),
    )


def test_a_parenthetical_may_run_over_lines_and_be_full_width() -> None:
    assert only("MARA\n(softly,\nto him)\nHi.") == Speech(
        "MARA", (Parenthetical("softly,\nto him"), Dialogue("Hi."))
    )
    assert only("@李明\n（轻声）\n好。") == Speech(
        "李明", (Parenthetical("轻声"), Dialogue("好。"))
    )


def test_parentheses_inside_a_line_are_dialogue() -> None:
    assert only("MARA\n(well) I know (him)") == Speech("MARA", (Dialogue("(well) I know (him)"),))


def test_lyrics_stand_alone_and_in_speeches() -> None:
    assert only("~la la\n~lo") == Lyrics("la la\nlo")
    assert only("MARA\n~la la") == Speech("MARA", (Lyrics("la la"),))


def test_transitions_end_in_to_or_are_forced() -> None:
    assert only("CUT TO:") == Transition("CUT TO:")
    assert only("> Burn to white.") == Transition("Burn to white.")
    assert elements("INT. X\n\nI go TO:")[1] == Action("I go TO:")


def test_text_between_angles_is_centred() -> None:
    assert only("> THE END <\n> of it <") == Action("THE END\nof it", centred=True)


def test_notes_stand_alone_inside_text_and_over_lines() -> None:
    assert only("[[a note]]") == Note("a note")
    assert only("[[a note\nover lines]]") == Note("a note\nover lines")
    action = only("She waits [[why?]] a while.")
    assert isinstance(action, Action)
    assert action.plain == "She waits a while."
    assert [note.text for note in notes(action)] == ["why?"]


def test_an_empty_line_ends_a_note_unless_it_holds_two_spaces() -> None:
    assert only("[[one\n  \ntwo]]") == Note("one\n  \ntwo")
    assert elements("[[one\n\ntwo]]") == [Action("[[one"), Action("two]]")]


def test_the_boneyard_hides_anything() -> None:
    assert only("/* INT. OUT\n\nMARA\nGone. */") == Boneyard(" INT. OUT\n\nMARA\nGone. ")
    action = only("One /* two\n\nthree */ four.")
    assert isinstance(action, Action)
    assert action.plain == "One four."


def test_sections_and_synopses_are_the_outline() -> None:
    assert elements("# Act\n## Two\n= what happens") == [
        Section("Act", 1),
        Section("Two", 2),
        Synopsis("what happens"),
    ]


def test_three_equals_are_a_page_break() -> None:
    assert only("===") == PageBreak()


def test_the_title_page_takes_values_of_one_or_more_lines() -> None:
    play = parse("Title:\n    **The Key**\n\tA film\nAuthor: M.\n\nINT. X - DAY")
    assert play.title_page == (
        TitleEntry("Title", ("**The Key**", "A film")),
        TitleEntry("Author", ("M.",)),
    )
    assert play.value("title") == "The Key A film"


@pytest.mark.parametrize("line", ["FADE IN:", "CUT TO:", "INT. HOUSE: KITCHEN - DAY", "MARA: hi"])
def test_a_screenplay_without_a_title_page_loses_nothing(line: str) -> None:
    play = parse(line + "\n\nINT. X - DAY")
    assert not play.title_page
    assert len(play.elements) == 2


@pytest.mark.parametrize(
    "line", ["FADE IN:", "SUPER:", "LATER", "THE END", "BANG!", "INTERCUT WITH:"]
)
def test_stage_directions_in_capitals_are_nobody(line: str) -> None:
    assert not any(isinstance(e, Speech) for e in elements(line + "\nSomething."))


def test_spans_are_lines_of_the_file_for_everything() -> None:
    play = parse("Title: A\n\nINT. X - DAY\n\nMARA\n(low)\nHi.\n\n/* a\nb */\n\nShe [[x\ny]] goes.")
    assert play.title_page[0].span == (1, 2)
    heading, speech, bone, action = play.elements
    assert heading.span == (3, 4)
    assert isinstance(speech, Speech)
    assert (speech.span, speech.cue_span) == ((5, 8), (5, 6))
    assert [part.span for part in speech.parts] == [(6, 7), (7, 8)]
    assert (bone.span, action.span) == ((9, 11), (12, 14))
    assert notes(action)[0].span == (12, 14)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_and_byte_order_mark_do_not_matter(end: str) -> None:
    text = end.join(["\ufeffINT. X - DAY", "", "MARA", "Hi.", ""])
    assert elements(text) == [Heading("INT. X - DAY"), Speech("MARA", (Dialogue("Hi."),))]


def test_tabs_and_indents_do_not_hide_what_a_line_is() -> None:
    assert elements("\tINT. X - DAY\n\n\t\tMARA\n\t(low)\n\tHi.") == [
        Heading("INT. X - DAY"),
        Speech("MARA", (Parenthetical("low"), Dialogue("Hi."))),
    ]
