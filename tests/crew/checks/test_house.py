"""What the house crew decides breaks no rule, on any screenplay: it is the net under the models."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filmagent.crew.checks import check_blocking, check_breakdown, check_coverage
from filmagent.crew.house import HouseCrew
from filmagent.crew.problems import Problem
from filmagent.documents import Breakdown
from filmagent.screenplay import parse
from filmagent.stage import schedule
from tests.crew.checks.stories import shelf
from tests.stage.short_scenes import JONAS, LENA, MARA, film, spoken

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.fountain"))
CROWDED = """Title: Too many

INT. CAFÉ - NIGHT

{names} stand around.

{lines}

INT. UNDERWATER BASE - DAWN

{names} sit down. Everybody sits down.

Everybody leaves.

EXT. STREET - DUSK

ANNA walks after BERT. BERT stops. ANNA picks up the key, drinks and reads the letter.

ANNA (V.O.)
I was never here.

BERT (O.S.)
Nor was I.
"""


def everything(breakdown: Breakdown, seed: int = 0) -> list[Problem]:
    """The problems of all that the house crew makes of a breakdown."""
    crew, found = HouseCrew(), check_breakdown(breakdown, shelf())
    members = {c.id: c.member for c in breakdown.characters}
    for scene in breakdown.scenes:
        blocking = crew.block(scene, breakdown, shelf(), seed)
        found += check_blocking(blocking, breakdown, shelf())
        timing = schedule(scene, blocking, spoken(scene), members, seed)
        coverage = crew.cover(scene, blocking, timing, shelf(), seed)
        found += check_coverage(coverage, scene, blocking, shelf(), timing=timing)
        # without the timing less is known, so nothing more may be held against it
        found += check_coverage(coverage, scene, blocking, shelf())
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_house_crew_films_the_examples_without_breaking_a_rule(path: Path):
    assert everything(HouseCrew().breakdown(parse(path.read_text("utf-8")), shelf())) == []


def test_the_house_crew_films_more_people_than_there_are_marks_without_breaking_a_rule():
    names = ["ANNA", "BERT", *(f"GUEST {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[n]}" for n in range(26))]
    text = CROWDED.format(
        names=", ".join(names), lines="\n\n".join(f"{n}\nI am here." for n in names)
    )
    assert everything(HouseCrew().breakdown(parse(text), shelf())) == []


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "MARA: Yes.",
                "JONAS (angry): No!",
                "LENA (laughing): Why? Mara?",
                "...",
                "Mara sits down at the window.",
                "Jonas stands up and walks to the counter.",
                "Lena enters with a cup.",
                "Mara leaves. Jonas follows her.",
                "Jonas walks to Lena and puts the cup down.",
                "Lena picks up the cup and drinks.",
                "Mara answers her phone.",
                "[[camera: crane up, wide]]",
                "[[camera: handheld close on JONAS]]",
                "MARA (V.O.): Once.",
                "JONAS (O.S.): Here!",
                "A dog barks.",
            ]
        ),
        min_size=1,
        max_size=9,
    ).filter(lambda lines: not lines[0].startswith("[[")),
    st.sampled_from(["cafe", "street"]),
)
def test_the_house_crew_breaks_no_rule_whatever_happens(lines: list[str], place: str):
    assert everything(film("\n".join(lines), MARA, JONAS, LENA, place=place, props=("cup",))) == []
