"""Whatever the text, the breakdown is whole: every id is known, unique and safe."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filmagent.crew.house import HouseCrew
from filmagent.documents import Breakdown, Catalogue
from filmagent.screenplay import parse

PARAGRAPHS = [
    "INT. CAFÉ - DAY",
    "EXT. STREET - CONTINUOUS",
    ".LATER",
    ".FLASHBACK",
    "INT. CAFÉ #3#",
    ".ROOM",
    "MARA sits.",
    "JONAS (60s) enters. He looks at her. They laugh.",
    "MONTAGE",
    "END MONTAGE",
    "- Mara walks.\n- EXT. PARK - DAY: She nods.",
    "INTERCUT WITH CAFÉ:",
    "INTERCUT",
    "FLASHBACK TO:",
    "END FLASHBACK",
    "LATER",
    "SUPER: Paris",
    "TITLE:",
    "(beat)",
    "Beat. A pause. Mara nods.",
    "MARA\nHello --",
    "JONAS ^\n(beat)\nNo.\n(softly)\nYes. (pause) No.",
    "MARA AND JONAS\nGo!",
    "MARA & JONAS ^\nGo!",
    "BOTH\nNow!",
    "ALL\nHurrah!",
    "MARA'S VOICE\nWho?",
    "OLD MARA (V.O.)\nMe.",
    "MARA SMITH\nHi.",
    "@李明 ^\n（停顿）",
    "@\u200b\nHi.",
    "@'\nHi.",
    "@#1\nHi.",
    "A\nB",
    "MR.\nHi.",
    "NARRATOR\nOnce.",
    "CUT TO:",
    "> odd",
    "> END <",
    "~la",
    "[[cast: MARA=ines]]",
    "[[set: cafe]]",
    "[[camera: push]]",
    "MARA\n[[x]]",
    "[[set: =]]",
    "===",
    "# One",
    "/* x */",
    "VOICE OF MARA\nHm.",
    "Mara picks up the phone, a key and two cups of coffee.",
    "MARA (O.S.) (CONT'D)\n~la la",
]


def check(made: Breakdown) -> None:
    people = [character.id for character in made.characters]
    scenes = [scene.id for scene in made.scenes]
    beats = [beat.id for scene in made.scenes for beat in scene.beats]
    for ids in (people, scenes, beats):
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", identifier) for identifier in ids)
    for scene in made.scenes:
        assert set(scene.people) <= set(people)
        assert scene.intercut_with is None or scene.intercut_with in scenes
        assert scene.intercut_with != scene.id
        own = {beat.id: beat for beat in scene.beats}
        assert any(b.kind in ("line", "action", "pause", "card") for b in scene.beats)
        for beat in scene.beats:
            assert set(beat.people) <= set(people)
            assert (beat.kind == "line") == (beat.speaker is not None)
            assert beat.speaker is None or beat.speaker in people
            assert beat.kind not in ("line", "action") or beat.text
            assert beat.dual_with is None or own[beat.dual_with].dual_with == beat.id
            assert beat.span.end > beat.span.first
    for character in made.characters:
        assert character.speaks == any(
            beat.speaker == character.id for scene in made.scenes for beat in scene.beats
        )


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.sampled_from(PARAGRAPHS), max_size=12), st.integers(0, 11))
def test_the_breakdown_is_whole(shelf: Catalogue, paragraphs: list[str], cut: int) -> None:
    crew = HouseCrew()
    first = crew.breakdown(parse("\n\n".join(["INT. CAFÉ - DAY", *paragraphs])), shelf)
    check(first)
    # another draft of it, with something taken out
    left = paragraphs[:cut] + paragraphs[cut + 1 :]
    second = crew.breakdown(parse("\n\n".join(["INT. CAFÉ - DAY", *left])), shelf, first)
    check(second)
    before = {character.id: character.member for character in first.characters}
    assert all(before.get(c.id, c.member) == c.member for c in second.characters)
