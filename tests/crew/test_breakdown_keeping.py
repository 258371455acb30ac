"""A new draft keeps the ids, the cast and the voices of the old one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filmagent.documents import Breakdown

BreakDown = Callable[..., Breakdown]

DRAFT = """INT. CAFÉ - DAY

MARA (30s) sits.

MARA
You kept the table.

JONAS (60s) enters.

JONAS
You kept me waiting.

(beat)

MARA
I know.

EXT. STREET - DAY

Mara walks.

MARA
The bus is at noon.
"""


def ids(made: Breakdown) -> dict[str, str]:
    return {b.text or b.kind: b.id for s in made.scenes for b in s.beats}


def test_the_same_draft_keeps_everything(broken_down: BreakDown) -> None:
    first = broken_down(DRAFT)
    assert broken_down(DRAFT, first).to_json() == first.to_json()


def test_an_inserted_beat_gets_a_letter_and_moves_nobody(broken_down: BreakDown) -> None:
    first = broken_down(DRAFT)
    second = broken_down(DRAFT.replace("(beat)", "(beat)\n\nShe looks at him."), first)
    assert ids(second).items() >= ids(first).items()
    assert ids(second)["She looks at him."] == "1.5a"


def test_a_beat_added_at_the_end_gets_the_next_number(broken_down: BreakDown) -> None:
    first = broken_down(DRAFT)
    second = broken_down(DRAFT + "\nShe nods.\n", first)
    assert ids(second)["She nods."] == "2.3"


def test_a_changed_word_keeps_the_id(broken_down: BreakDown) -> None:
    first = broken_down(DRAFT)
    second = broken_down(DRAFT.replace("at noon", "at one"), first)
    assert ids(second)["The bus is at one."] == ids(first)["The bus is at noon."]


def test_a_cut_beat_leaves_its_id_unused(broken_down: BreakDown) -> None:
    first = broken_down(DRAFT)
    second = broken_down(DRAFT.replace("(beat)\n\n", ""), first)
    assert ids(second)["I know."] == ids(first)["I know."]
    assert "1.5" not in ids(second).values()


def test_an_inserted_scene_gets_a_letter(broken_down: BreakDown) -> None:
    first = broken_down(DRAFT)
    inserted = DRAFT.replace(
        "EXT. STREET - DAY", "INT. CAFÉ - NIGHT\n\nEmpty.\n\nEXT. STREET - DAY"
    )
    second = broken_down(inserted, first)
    assert [scene.id for scene in second.scenes] == ["1", "1a", "2"]
    assert ids(second).items() >= ids(first).items()


def test_a_scene_before_the_first_moves_nobody(broken_down: BreakDown) -> None:
    first = broken_down(DRAFT)
    second = broken_down("EXT. STREET - NIGHT\n\nEmpty.\n\n" + DRAFT, first)
    assert [scene.id for scene in second.scenes][1:] == ["1", "2"]


def test_scenes_of_one_place_are_told_apart_by_what_happens(broken_down: BreakDown) -> None:
    one = "INT. CAFÉ - DAY\n\nMara sits.\n\nINT. CAFÉ - DAY\n\nJonas nods.\n"
    first = broken_down(one)
    second = broken_down("INT. CAFÉ - DAY\n\nKofi laughs.\n\n" + one, first)
    found = {scene.beats[0].text: scene.id for scene in second.scenes}
    assert (found["Mara sits."], found["Jonas nods."]) == ("1", "2")


def test_a_new_character_recasts_nobody(broken_down: BreakDown) -> None:
    first = broken_down(DRAFT)
    newcomer = "INT. CAFÉ - DAY\n\nANNA (32, dark bob) sits.\n\nANNA\nHello there.\n\n"
    second = broken_down(newcomer + DRAFT, first)
    before = {c.id: (c.member, c.voice) for c in first.characters}
    after = {c.id: (c.member, c.voice) for c in second.characters}
    assert after.items() >= before.items()
    assert after["anna"][0] not in {member for member, _ in before.values()}


def test_a_hand_made_choice_of_cast_is_kept(broken_down: BreakDown) -> None:
    first = broken_down(DRAFT)
    first.characters[0].member = "ruth"
    assert broken_down(DRAFT, first).characters[0].member == "ruth"


def test_hash_seeds_do_not_matter() -> None:
    root = Path(__file__).parents[2]
    code = (
        "from filmagent.crew.house import HouseCrew; from filmagent.documents import Catalogue;"
        "from filmagent.screenplay import read; import sys;"
        "empty = Catalogue(sets=[], members=[], actions=[], voices=[], props=[]);"
        "sys.stdout.write(HouseCrew().breakdown(read('examples/night_shift.fountain'), empty)"
        ".to_json())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "77")
    }
    assert len(made) == 1
