"""Each rule of the screenplay's grammar that shapes beats."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from filmagent.documents import Beat, Breakdown

BreakDown = Callable[..., Breakdown]


def beats(made: Breakdown) -> list[Beat]:
    return [beat for scene in made.scenes for beat in scene.beats]


def lines(made: Breakdown) -> list[Beat]:
    return [beat for beat in beats(made) if beat.kind == "line"]


@pytest.mark.parametrize("extension", ["V.O.", "VO", "voice over", "旁白", "VOIX OFF", "FILTERED"])
def test_voice_over_is_heard_from_nobody_present(broken_down: BreakDown, extension: str) -> None:
    made = broken_down(f"JONAS sits.\n\nMARA ({extension})\nI knew him.")
    assert lines(made)[0].delivery == "vo"
    assert made.scenes[0].people == ["jonas"]


@pytest.mark.parametrize("extension", ["O.S.", "OS", "off-screen", "O.C.", "画外", "HORS CHAMP"])
def test_off_screen_comes_from_outside_the_frame(broken_down: BreakDown, extension: str) -> None:
    made = broken_down(f"JONAS sits.\n\nMARA ({extension})\nWho is it?")
    assert lines(made)[0].delivery == "os"
    assert made.scenes[0].people == ["jonas"]


def test_off_screen_may_stand_below_the_name(broken_down: BreakDown) -> None:
    assert lines(broken_down("MARA\n(O.S.)\nWho is it?"))[0].delivery == "os"


def test_on_the_phone_is_the_other_end_unless_seen(broken_down: BreakDown) -> None:
    made = broken_down("JONAS sits.\n\nMARA (ON PHONE)\nHello?\n\nJONAS (on the phone)\nYes?")
    assert [beat.delivery for beat in lines(made)] == ["vo", "on"]


def test_continued_is_the_same_person(broken_down: BreakDown) -> None:
    made = broken_down("MARA\nOne.\n\nMARA (CONT'D)\nTwo.")
    assert [(b.speaker, b.continued) for b in lines(made)] == [("mara", False), ("mara", True)]


@pytest.mark.parametrize(
    "text", ["(beat)", "Beat.", "A pause.", "Silence.", "(a long pause)", "（停顿）"]
)
def test_a_beat_is_a_silence(broken_down: BreakDown, text: str) -> None:
    made = broken_down(f"MARA\nOne.\n\n{text}\n\nMARA\nTwo.")
    silence = beats(made)[1]
    assert silence.kind == "pause"
    assert silence.seconds is not None
    assert 0.8 <= silence.seconds <= 1.5


def test_a_long_pause_is_longer_than_a_short_one(broken_down: BreakDown) -> None:
    made = broken_down("A long pause.\n\nA short pause.\n\nMara sits.")
    long, short = beats(made)[:2]
    assert (long.seconds or 0) > (short.seconds or 9)


def test_no_two_silences_are_equal_and_each_stays(broken_down: BreakDown) -> None:
    text = "\n\n".join(["(beat)"] * 6) + "\n\nMara sits."
    lengths = [b.seconds for b in beats(broken_down(text)) if b.kind == "pause"]
    assert len(set(lengths)) > 3
    assert lengths == [b.seconds for b in beats(broken_down(text)) if b.kind == "pause"]


def test_a_beat_inside_a_speech_splits_the_line(broken_down: BreakDown) -> None:
    for inside in ("I know.\n(beat)\nTwice.", "I know. (beat) Twice."):
        made = broken_down("MARA\n" + inside)
        assert [(b.kind, b.text) for b in beats(made)] == [
            ("line", "I know."),
            ("pause", ""),
            ("line", "Twice."),
        ]
        assert lines(made)[1].continued


def test_beat_then_softly_is_both(broken_down: BreakDown) -> None:
    made = broken_down("MARA\n(beat, then softly)\nTwice.")
    assert [b.kind for b in beats(made)] == ["pause", "line"]
    assert lines(made)[0].parenthetical == "softly"


def test_a_parenthetical_belongs_to_the_words_below_it(broken_down: BreakDown) -> None:
    made = broken_down("MARA\n(softly)\nOne.\n(louder)\nTwo.")
    assert [(b.parenthetical, b.text) for b in lines(made)] == [
        ("softly", "One."),
        ("louder", "Two."),
    ]


def test_parentheses_that_direct_nothing_are_spoken(broken_down: BreakDown) -> None:
    assert lines(broken_down("MARA\nI paid (only) ten."))[0].text == "I paid (only) ten."


@pytest.mark.parametrize("end", ["--", "—", "——"])
def test_a_line_that_breaks_off_is_overlapped(broken_down: BreakDown, end: str) -> None:
    made = broken_down(f"MARA\nNine {end}\n\nJONAS\nYears.")
    assert [beat.overlapped for beat in lines(made)] == [True, False]


def test_a_line_broken_off_by_an_event_is_not_overlapped(broken_down: BreakDown) -> None:
    made = broken_down("MARA\nNine --\n\nJonas sits.\n\nJONAS\nYears.")
    assert not any(beat.overlapped for beat in lines(made))


def test_who_interrupts_overlaps_the_line_before(broken_down: BreakDown) -> None:
    made = broken_down("MARA\nNine years.\n\nJONAS\n(interrupting)\nTen.")
    assert lines(made)[0].overlapped


def test_dual_dialogue_names_its_other_half(broken_down: BreakDown) -> None:
    first, second = lines(broken_down("MARA\nNo!\n\nJONAS ^\nYes!"))
    assert (first.dual_with, second.dual_with) == (second.id, first.id)


def test_two_names_in_a_cue_speak_together(broken_down: BreakDown) -> None:
    made = broken_down("MARA\nA.\n\nJONAS\nB.\n\nMARA AND JONAS\nStop!\n\nBOTH\nNow!")
    together = lines(made)[2:]
    assert (
        {b.speaker for b in together[:2]} == {b.speaker for b in together[2:]} == {"mara", "jonas"}
    )
    assert together[0].dual_with == together[1].id


def test_a_crowd_is_heard_and_has_no_body(broken_down: BreakDown) -> None:
    made = broken_down("MARA sits.\n\nEVERYONE\nHurrah!")
    assert lines(made)[0].delivery == "os"
    assert made.scenes[0].people == ["mara"]
    assert any("many people" in warning for warning in made.warnings)


@pytest.mark.parametrize(
    ("text", "words", "over"),
    [
        ("SUPER: Paris, 1999", "Paris, 1999", True),
        ('SUPER:\n"Paris, 1999"', "Paris, 1999", True),
        ("CHYRON: Day 3", "Day 3", True),
        ("TITLE CARD: Three years later", "Three years later", False),
        ("> ACT ONE <", "ACT ONE", False),
        ("THE END", "THE END", False),
        ("字幕：“第二年春天”", "第二年春天", True),
    ],
)
def test_words_on_the_screen_are_cards(
    broken_down: BreakDown, text: str, words: str, over: bool
) -> None:
    card = beats(broken_down(text + "\n\nMara sits."))[0]
    assert (card.kind, card.text, card.over_picture) == ("card", words, over)
    assert card.seconds is not None
    assert card.seconds >= 2.0


def test_a_card_inside_a_paragraph_is_cut_out(broken_down: BreakDown) -> None:
    made = broken_down('Mara sits. SUPER: "Paris" Jonas laughs.')
    assert [(b.kind, b.text) for b in beats(made)] == [
        ("action", "Mara sits."),
        ("card", "Paris"),
        ("action", "Jonas laughs."),
    ]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("FADE IN:", "fade_in"),
        ("FADE OUT.", "fade_out"),
        ("FADE TO BLACK.", "fade_out"),
        ("CUT TO:", "cut"),
        ("SMASH CUT TO:", "smash_cut"),
        ("MATCH CUT TO:", "match_cut"),
        ("DISSOLVE TO:", "dissolve"),
        ("> Slow dissolve to", "dissolve"),
        ("> Burn to white.", "cut"),
    ],
)
def test_transitions(broken_down: BreakDown, text: str, how: str) -> None:
    beat = beats(broken_down(f"Mara sits.\n\n{text}"))[-1]
    assert (beat.kind, beat.transition) == ("transition", how)


def test_prose_is_cut_into_one_event_a_beat(broken_down: BreakDown) -> None:
    made = broken_down(
        "Rain. MARA sits by the window. Her coat is wet. The door opens. JONAS enters. He looks at "
        "her. She nods."
    )
    assert [beat.text for beat in beats(made)] == [
        "Rain. MARA sits by the window. Her coat is wet. The door opens.",
        "JONAS enters.",
        "He looks at her.",
        "She nods.",
    ]


def test_pronouns_mean_who_fits(broken_down: BreakDown) -> None:
    made = broken_down("MARA sits.\n\nJONAS enters.\n\nShe looks at him.\n\nThey laugh.")
    assert [beat.people for beat in beats(made)][2:] == [["mara", "jonas"], ["mara", "jonas"]]


def test_emphasis_and_notes_are_not_spoken(broken_down: BreakDown) -> None:
    assert lines(broken_down("MARA\nYou are *so* late [[tired]]."))[0].text == "You are so late."


def test_a_camera_note_directs_the_beat_it_stands_at(broken_down: BreakDown) -> None:
    made = broken_down(
        "Mara sits.\n\n[[camera: slow push on MARA]]\n\nMARA\nHi.\n\n"
        "Mara nods. [[light: darker]]\n\n"
        "[[just a thought]]"
    )
    assert [b.directions for b in beats(made)] == [
        [],
        ["camera: slow push on MARA"],
        ["light: darker"],
    ]


def test_beats_know_their_source_lines(broken_down: BreakDown) -> None:
    made = broken_down("INT. CAFÉ - DAY\n\nMara sits.\n\nMARA\n(low)\nHi.")
    assert [(b.span.first, b.span.end) for b in beats(made)] == [(3, 4), (7, 8)]


def test_props_come_from_prose_not_from_talk(broken_down: BreakDown) -> None:
    made = broken_down("Mara puts a key on the table.\n\nMARA\nWhere is my phone?")
    assert [(p.id, p.name, p.model) for p in made.scenes[0].props] == [("key", "key", "key")]


def test_verbs_and_glass_doors_are_no_props(broken_down: BreakDown) -> None:
    made = broken_down("Mara phones Jonas, books a room, and walks through the glass door.")
    assert made.scenes[0].props == []


def test_a_prop_the_library_lacks_is_said(broken_down: BreakDown) -> None:
    made = broken_down("Mara holds an umbrella. She puts the umbrella down.")
    assert [(p.name, p.model) for p in made.scenes[0].props] == [("umbrella", "")]
    assert any("umbrella" in warning for warning in made.warnings)
