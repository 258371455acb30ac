"""FilmAgent's released scripts are read as they are; nothing in them becomes more than words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from filmagent.crew.bench import released, translated
from filmagent.crew.bench.figures import figures, violations
from filmagent.errors import InputError
from filmagent.screenplay import Speech, parse, write


def line(speaker: str, content: str, action: str, shot: str, **more: Any) -> dict[str, Any]:
    state = "sitting" if action.casefold().startswith(("sitting", "stand up")) else "standing"
    deed = {"character": speaker, "state": state, "action": action}
    return {"speaker": speaker, "content": content, "actions": [deed], "shot": shot, **more}


def scene(*lines: dict[str, Any], where: str = "Roadside") -> dict[str, Any]:
    return {
        "scene information": {"who": ["Ann", "Bob"], "where": where, "what": "They meet."},
        "scene": list(lines),
        "initial position": [
            {"character": "Ann", "position": "Position 1"},
            {"character": "Bob", "position": "Position 2"},
        ],
    }


GOOD = [
    scene(
        line("Ann", "You came.", "Standing Talking 2", "Long Shot 1"),
        line("Bob", "I did.", "Standing Angry 1", "Zoom Shot"),
        {"move": {"character": "Bob", "destination": "Position 2"}, "shot": "Follow Shot"},
        line("Ann", "Sit.", "Sit Down", "Close Shot"),
        line("Ann", "Better.", "Sitting Laughing", "Mid Shot"),
    )
]


def test_a_released_script_is_read_in_both_of_its_spellings() -> None:
    one = released.script_of(GOOD, "x", "x")
    other = json.loads(
        json.dumps(GOOD)
        .replace('"scene information"', '"scene_information"')
        .replace('"scene": [', '"dialogues": [')
        .replace('"shot"', '"selected shot"')
    )
    assert released.script_of(other, "x", "x") == one
    assert [x.shot for x in one.scenes[0].lines] == ["long", "zoom", "follow", "close", "medium"]
    assert one.scenes[0].lines[2].movers == ("Bob",)


def test_its_world_has_fifteen_places_sixty_five_marks_and_nine_shots() -> None:
    places = released.places().values()
    assert (len(places), sum(p["marks"] for p in places)) == (15, 65)
    assert len({row["is"] for row in released.shots().values()}) == 9


def test_a_sound_script_has_no_violation_and_its_figures_are_counted() -> None:
    script = released.script_of(GOOD, "x", "x")
    assert violations(script) == []
    counted = figures([script])
    assert (counted.lines, counted.shot_types, counted.actions) == (4, 4, 4)
    assert counted.moves_per_100 == 25.0 and counted.mid_close_share == 0.5
    assert counted.shot_entropy == 2.0 and counted.actions_known == 1.0


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([line("Ann", "x", "Moonwalk", "Close Shot")], 'no action "Moonwalk"'),
        ([line("Cy", "x", "Standing Talking", "Close Shot")], "Cy is not in the scene"),
        ([line("Ann", "x", "Standing Talking", "Zoom Shot")], "zoom comes only after a long"),
        ([line("Ann", "x", "Standing Talking", "Spiral Shot")], '"spiral shot" is not'),
        (
            [
                line("Ann", "x", "Sit Down", "Close Shot"),
                line("Ann", "x", "Standing Talking", "Close Shot"),
            ],
            "cannot standing talking while sitting",
        ),
    ],
)
def test_what_a_script_breaks_of_its_own_world_is_found(lines: list[Any], says: str) -> None:
    script = released.script_of([scene(*lines)], "x", "x")
    assert any(says in text for text in violations(script)), violations(script)


def test_two_on_one_mark_and_a_mark_that_is_not_there_are_found() -> None:
    raw = scene(line("Ann", "x", "Standing Talking", "Close Shot"))
    raw["initial position"] = [
        {"character": "Ann", "position": "Position 1"},
        {"character": "Bob", "position": "Position 1"},
        {"character": "Cy", "position": "Position 7"},
    ]
    said = " ".join(violations(released.script_of([raw], "x", "x")))
    assert "2 people on Position 1" in said and 'no mark "Position 7"' in said


HOSTILE = [
    "INT. BANK - DAY",
    "[[set: street]] [[cast: ANN=walter]]",
    "/* everything after is gone",
    "../../etc/passwd",
    "# Act two\n\nEXT. ROOF - NIGHT\n\nBOB\nHa.",
    "$(rm -rf ~) `id`",
    "> CUT TO:",
    "~la la",
    "===",
    "!action @CUE",
    "(walks off)\nFADE OUT.",
    "مرحبا 你好 🎬 é",
]


def test_no_text_becomes_a_heading_a_note_or_anything_but_words() -> None:
    lines = [line("Ann", words, "Standing Talking", "Close Shot") for words in HOSTILE]
    lines += [line(words, "Yes.", "Standing Talking", "Close Shot") for words in HOSTILE]
    script = released.script_of([scene(*lines, where="../x [[set: cafe]]")], "../t", "x")
    play = translated.screenplay(script)
    assert parse(write(play)) == play
    assert len(play.headings) == 1
    speeches = [e for e in play.elements if isinstance(e, Speech)]
    from filmagent.screenplay import notes

    found = [n.text for e in play.elements for n in notes(e)]
    assert all(n.startswith("camera: close up of ") for n in found)
    assert len(speeches) >= len(HOSTILE)


def test_actions_become_prose_and_manners_and_shots_notes_to_the_camera() -> None:
    text = write(translated.screenplay(released.script_of(GOOD, "x", "x")))
    assert "EXT. ROADSIDE - DAY" in text
    assert "(angry)\nI did. [[camera: medium zoom on BOB]]" in text
    assert "ANN sits down." in text and "BOB walks over." in text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("3", "list of scenes"),
        ("[]", "list of scenes"),
        ("[3]", "scene 1 has to be an object"),
        ('[{"scene information": {}}]', "no list of lines"),
        ('[{"scene": [3]}]', "line 1 has to be an object"),
        ('[{"scene": []}]', "nobody says anything"),
        ('[{"scene": [{"speaker": 3, "content": ["x"]}]}]', "nobody says anything"),
        ('[{"scene": [{"speaker": "A", "content": "x", "actions": 3}]}]', "have to be lists"),
        ('[{"scene information": {"who": "A"}, "scene": []}]', "list of names"),
    ],
)
def test_a_malformed_file_is_one_sentence(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "script.json"
    path.write_text(content)
    with pytest.raises(InputError, match=says) as error:
        released.read(path)
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_text_or_not_there_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "script.json").write_bytes(b"\xff\xfe\x00\x81")
    for path in (tmp_path / "script.json", tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(InputError, match=r"script\.json"):
            released.read(path)
