"""Blocking by rule reads prose as an assistant director would, and is always playable."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filmagent.documents import Cue, SceneBlocking
from filmagent.documents.checks import problems

sys.path.insert(0, str(Path(__file__).parents[2] / "stage"))
from short_scenes import CAST, JONAS, LENA, MARA, blocked, catalogue, film


def cues(plan: SceneBlocking, beat: str = "") -> list[tuple[str, str, str]]:
    return [(c.actor, c.action, c.target) for c in plan.cues if beat in ("", c.beat)]


def mark(plan: SceneBlocking, actor: str) -> str:
    return next(p.mark for p in plan.placements if p.actor == actor)


def reading(plan: SceneBlocking, beat: str):
    return next(r for r in plan.readings if r.beat == beat)


EXAMPLE = film(
    """
    MARA sits alone at a table by the window with a cup of coffee.
    The door opens. JONAS enters and walks to her table.
    JONAS: You kept the table.
    MARA (without warmth): You kept me waiting.
    Jonas sits down across from her.
    JONAS: I almost didn't come.
    ...
    Mara puts a key on the table. Jonas looks at it.
    JONAS (surprised): Is that hers?
    Jonas laughs, and shakes his head.
    MARA (angry): Don't laugh. You left her alone for nine --
    JONAS: Nine years. I counted them too.
    Mara stands up and walks out of the door.
    """,
    MARA,
    JONAS,
    props=("cup", "key"),
)


def test_somebody_who_sits_at_a_table_by_the_window_sits_there_from_the_start():
    plan = blocked(EXAMPLE)
    assert [(p.actor, p.posture) for p in plan.placements] == [("mara", "sit")]
    entry = next(m for m in catalogue().sets[0].marks if m.id == mark(plan, "mara"))
    assert entry.kind == "seat" and entry.role == "table" and "window" in entry.description


def test_somebody_who_enters_comes_by_a_door_and_walks_to_whom_the_prose_says():
    found = cues(blocked(EXAMPLE), "1.2")
    assert found[0][:2] == ("jonas", "enter") and found[0][2] in {"street", "kitchen"}
    assert found[1] == ("jonas", "walk", "mara")


def test_sitting_across_from_somebody_takes_the_partner_seat():
    plan = blocked(EXAMPLE)
    partners = {m.id: m.partners for m in catalogue().sets[0].marks}
    (sit,) = [c for c in plan.cues if c.action == "sit"]
    assert sit.target in partners[mark(plan, "mara")]


def test_what_is_put_on_the_table_was_in_the_hand_before():
    plan = blocked(EXAMPLE)
    key = next(p for p in plan.props if p.prop == "key")
    cup = next(p for p in plan.props if p.prop == "cup")
    assert key.holder == "mara" and not key.mark
    assert cup.mark == mark(plan, "mara") and not cup.holder
    assert ("mara", "put_down", "key") in cues(plan, "1.8")
    assert ("jonas", "look", "key") in cues(plan, "1.8")


def test_something_turned_in_the_fingers_is_held():
    plan = blocked(
        film("MARA waits at the counter, a key turning in her fingers.", MARA, props=("key",))
    )
    assert plan.props[0].holder == "mara"


def test_pronouns_mean_whoever_was_last_named_of_that_gender():
    plan = blocked(
        film(
            """
        MARA walks along the pavement. JONAS comes out and follows her.
        JONAS: Mara! Wait.
        She stops and turns to him.
        """,
            MARA,
            JONAS,
            place="street",
        )
    )
    assert ("jonas", "follow", "mara") in cues(plan, "1.1")
    assert cues(plan, "1.3") == [("mara", "stop", ""), ("mara", "turn", "jonas")]


def test_two_subjects_share_a_verb():
    plan = blocked(
        film(
            """
        MARA and JONAS stand at the counter.
        MARA: Shall we?
        They sit down at the round table.
        """,
            MARA,
            JONAS,
        )
    )
    seats = [c.target for c in plan.cues if c.action == "sit"]
    assert {c.actor for c in plan.cues if c.action == "sit"} == {"mara", "jonas"}
    assert len(set(seats)) == 2


def test_what_does_not_happen_is_not_done():
    plan = blocked(film("MARA does not sit down. JONAS never enters.", MARA, JONAS))
    assert not [c for c in plan.cues if c.action in ("sit", "enter")]


@pytest.mark.parametrize(
    ("line", "emotion", "low", "high"),
    [
        ("MARA (whispering): They hear us.", "neutral", 0.0, 0.2),
        ("MARA (angry): Go.", "angry", 0.6, 1.0),
        ("MARA (coldly): Go.", "angry", 0.2, 0.4),
        ("MARA: GET OUT OF HERE!", "angry", 0.7, 1.0),
        ("MARA: What?!", "surprised", 0.5, 1.0),
        ("MARA: I'm sorry...", "sad", 0.0, 0.4),
        ("MARA: Two sugars.", "neutral", 0.5, 0.5),
        ("MARA (traurig): Ja.", "sad", 0.0, 0.4),
    ],
)
def test_readings_come_from_parenthetical_marks_and_words(line, emotion, low, high):
    plan = blocked(film(f"MARA and JONAS wait.\n{line}\nJONAS: Yes.", MARA, JONAS))
    found = reading(plan, "1.2")
    assert found.emotion == emotion and low <= found.energy <= high


def test_a_line_is_said_to_whom_it_names_then_to_who_answers():
    plan = blocked(
        film(
            """
        MARA, JONAS and LENA sit at the tables.
        MARA: Lena, is it true?
        JONAS: She knows nothing.
        LENA: I do.
        MARA (to Jonas): You told her.
        """,
            MARA,
            JONAS,
            LENA,
        )
    )
    assert [r.to for r in plan.readings] == ["lena", "lena", "mara", "jonas"]


def test_a_public_place_has_a_few_silent_extras_who_are_not_the_cast_and_not_in_the_way():
    plan = blocked(EXAMPLE)
    assert 1 <= len(plan.extras) <= 4
    assert not {e.member for e in plan.extras} & {"ines", "walter"}
    background = {m.id for m in catalogue().sets[0].marks if m.background}
    assert {e.mark for e in plan.extras} <= background


def test_somebody_moves_sits_or_takes_up_business_as_a_long_talk_goes_on():
    talk = "\n".join(f"{n}: Line {i} of a long talk." for i in range(8) for n in ("MARA", "JONAS"))
    plan = blocked(film(f"MARA and JONAS stand at the counter.\n{talk}", MARA, JONAS))
    order = {c.beat: int(c.beat.split(".")[1]) for c in plan.cues}
    busy = sorted({*order.values()})
    assert busy and max(b - a for a, b in zip([1, *busy], [*busy, 17], strict=True)) <= 6


def test_voices_over_and_off_are_nowhere_on_the_set():
    breakdown = film(
        """
        MARA sits at a table.
        JONAS (V.O.): Dear Mara.
        LENA (O.S.): Anybody home?
        MARA: In here.
        """,
        MARA,
        JONAS,
        LENA,
    )
    plan = blocked(breakdown)
    assert {p.actor for p in plan.placements} == {"mara"}
    assert problems(plan, breakdown, catalogue()) == []
    assert {c.actor for c in plan.cues} <= {"mara"}
    assert reading(plan, "1.4").to in ("lena", "")


def test_prose_of_any_language_is_staged():
    plan = blocked(
        film(
            """
        ماريا تجلس وحدها.
        MARA: 你好。
        JONAS: 是的。
        MARA: 好吧。
        JONAS: Ну да.
        """,
            MARA,
            JONAS,
        )
    )
    assert {p.actor for p in plan.placements} == {"mara", "jonas"}
    assert plan.cues, "nobody does anything"


@pytest.mark.parametrize(
    ("script", "woman", "man"),
    [
        (
            "李娜坐在桌边，看着窗外。\n王强走进来。\n王强坐下。"
            "\n李娜: 她走了。\n她站起来，走向门口。",
            "李娜",
            "王强",
        ),
        (
            "سارة تجلس وحدها إلى طاولة قرب النافذة.\nيدخل كريم ويمشي نحو طاولتها."
            "\nكريم يجلس أمامها."
            "\nتنهض سارة.",
            "سارة",
            "كريم",
        ),
        (
            "Anna sitzt allein am Fenster.\nPaul tritt ein.\nPaul setzt sich.\nAnna steht auf.",
            "Anna",
            "Paul",
        ),
    ],
)
def test_prose_of_other_languages_is_read(script, woman, man):
    plan = blocked(film(script, (woman, "female", "ines"), (man, "male", "walter")))
    her, him = woman.casefold(), man.casefold()
    assert [(p.actor, p.posture) for p in plan.placements] == [(her, "sit")]
    done = [(c.actor, c.action) for c in plan.cues]
    assert (him, "enter") in done and (him, "sit") in done and (her, "stand") in done


def test_forty_people_find_room_and_nobody_shares_a_seat():
    crowd = [(f"P{i}", "unknown", list(CAST)[i % 6]) for i in range(40)]
    script = "\n".join(f"{n}: I am number {i}." for i, (n, _, _) in enumerate(crowd))
    breakdown = film(script, *crowd)
    plan = blocked(breakdown)
    assert len(plan.placements) == 40
    assert problems(plan, breakdown, catalogue()) == []
    assert any("close to others" in why or "shared" in why for why in plan.why)


def test_equal_input_gives_equal_documents_and_chance_is_keyed_by_beat():
    assert blocked(EXAMPLE, 3).model_dump_json() == blocked(EXAMPLE, 3).model_dump_json()
    changed = EXAMPLE.model_copy(deep=True)
    changed.scenes[0].beats[5].text = "I nearly didn't come."
    one, two = blocked(EXAMPLE, 3), blocked(changed, 3)
    assert one.cues == two.cues and one.placements == two.placements


def test_every_kind_of_impossible_blocking_is_named():
    plan = blocked(EXAMPLE)
    plan.cues += [
        Cue(id="a", beat="1.3", actor="jonas", action="fly"),
        Cue(id="b", beat="1.3", actor="mara", action="walk", target="counter_left"),
        Cue(id="c", beat="1.13", actor="mara", action="nod", at=1.0),
        Cue(id="d", beat="9.9", actor="jonas", action="nod"),
        Cue(id="e", beat="1.6", actor="jonas", action="pick_up", target="cup", at=0.9),
        Cue(id="f", beat="1.7", actor="mara", action="pick_up", target="cup"),
        Cue(id="g", beat="1.6", actor="ghost", action="nod"),
    ]
    plan.placements.append(plan.placements[0])
    found = "\n".join(problems(plan, EXAMPLE, catalogue()))
    assert "mara is on 2 marks" in found and "9.9" in found and "ghost" in found
    plan.placements.pop()
    found = "\n".join(problems(plan, EXAMPLE, catalogue()))
    for part in ("fly", "cannot walk while sitting", "not there to nod", "in the hand of jonas"):
        assert part in found


VERBS = [
    "sits down",
    "stands up",
    "walks to the counter",
    "enters",
    "leaves",
    "walks to {other}",
    "turns to {other}",
    "takes the cup",
    "puts the cup on the table",
    "drinks",
    "nods",
    "follows {other}",
    "stops",
    "points at the window",
    "sits at a table",
    "looks at {other}",
    "reads a newspaper",
    "walks out and comes in",
    "crosses her arms",
    "runs",
]
NAMES = ["MARA", "JONAS", "LENA"]


@st.composite
def scripts(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(1, 9))):
        who = draw(st.sampled_from(NAMES))
        other = draw(st.sampled_from([n for n in NAMES if n != who]))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            lines.append(f"{who}: {draw(st.sampled_from(['Yes.', 'No!', 'Why? Tell me.']))}")
        elif kind == 1:
            lines.append("...")
        else:
            verb = draw(st.sampled_from(VERBS)).format(other=other.title())
            lines.append(f"{who.title()} {verb}.")
    return "\n".join(lines)


@settings(max_examples=120, deadline=None)
@given(scripts(), st.sampled_from(["cafe", "street"]), st.integers(0, 5))
def test_whatever_the_prose_says_the_blocking_can_be_played(script, place, seed):
    breakdown = film(script, MARA, JONAS, LENA, place=place, props=("cup",))
    assert problems(blocked(breakdown, seed), breakdown, catalogue()) == []
