"""A small shelf built by hand, so that these tests do not move when the library grows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from filmagent.crew.house import HouseCrew
from filmagent.documents import (
    ActionEntry,
    Breakdown,
    Catalogue,
    MemberEntry,
    PropEntry,
    SetEntry,
    VoiceEntry,
)
from filmagent.screenplay import parse

_MEMBERS = [
    ("ines", "female", "adult", 32, ["dark bob", "slim"]),
    ("ruth", "female", "old", 67, ["grey", "cardigan"]),
    ("nadia", "female", "adult", 24, ["curls", "dark skin"]),
    ("walter", "male", "old", 64, ["grey", "heavy coat"]),
    ("tomas", "male", "adult", 36, ["beard", "brown hair"]),
    ("kofi", "male", "adult", 28, ["dark skin", "short hair"]),
]
_ACTIONS = {
    "walk": ["walks", "crosses"],
    "enter": ["enters", "comes in"],
    "sit": ["sits", "sits down"],
    "look": ["looks at", "looks"],
    "put_down": ["puts"],
    "laugh": ["laughs"],
    "nod": ["nods"],
    "stop": ["stops"],
    "turn": ["turns"],
}


@pytest.fixture
def shelf() -> Catalogue:
    """Two sets, six members, a few actions, three English voices and one French."""

    def place(name: str, title: str, setting: str, words: list[str]) -> SetEntry:
        return SetEntry.model_validate(
            {
                "name": name, "title": title, "setting": setting, "words": words, "public": True,
                "light_plans": ["day", "night"], "marks": [], "doors": [],
            }
        )  # fmt: skip

    return Catalogue(
        sets=[
            place("cafe", "A corner café", "int", ["café", "coffee shop", "咖啡馆", "مقهى"]),
            place("street", "A street corner", "ext", ["street", "corner", "街道", "شارع"]),
        ],
        members=[
            MemberEntry.model_validate(
                {
                    "name": name, "title": f"{name.title()}, {years}", "gender": gender,
                    "age": age, "years": years, "words": words, "height": 1.7,
                }
            )
            for name, gender, age, years, words in _MEMBERS
        ],
        actions=[
            ActionEntry(
                name=name, words=words, postures=["stand"], kind="gesture", target="any", seconds=1
            )
            for name, words in _ACTIONS.items()
        ],
        voices=[
            VoiceEntry(engine="flite", name="slt", gender="female", languages=["en"]),
            VoiceEntry(engine="flite", name="rms", gender="male", languages=["en"]),
            VoiceEntry(engine="flite", name="awb", gender="male", languages=["en"]),
            VoiceEntry(engine="espeak", name="fr+f2", gender="female", languages=["fr"]),
        ],
        props=[
            PropEntry(name="cup", words=["cup", "coffee"]),
            PropEntry(name="phone", words=["phone"]),
            PropEntry(name="key", words=["key"]),
            PropEntry(name="book", words=["book"]),
            PropEntry(name="glass", words=["glass"]),
        ],
    )  # fmt: skip


@pytest.fixture
def broken_down(shelf: Catalogue) -> Callable[..., Breakdown]:
    """Break a text down; without a heading it plays in the café by day."""

    def break_down(text: str, previous: Breakdown | None = None, strict: bool = False) -> Breakdown:
        if "INT." not in text and "EXT." not in text:
            text = "INT. CAFÉ - DAY\n\n" + text
        return HouseCrew(strict).breakdown(parse(text), shelf, previous)

    return break_down
