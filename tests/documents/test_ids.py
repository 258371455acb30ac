"""Names from a screenplay never become paths, reserved names, or two names for one file."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filmagent.documents.ids import inserted_id, safe_id, safe_scene_id


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MARA", "mara"),
        ("Zoë Čapek", "zoe_capek"),
        ("COP #2", "cop_2"),
        ("../../etc/x", "etc_x"),
        ("CON", "con_"),
        ("lpt1", "lpt1_"),
    ],
)
def test_ids_are_readable(name: str, expected: str) -> None:
    assert safe_id(name) == expected


@given(st.text(max_size=80), st.sets(st.text(max_size=8)))
def test_any_name_gives_a_plain_file_name(name: str, taken: set[str]) -> None:
    found = safe_id(name, taken)
    assert re.fullmatch(r"[a-z0-9_]{1,64}", found)
    assert found not in taken
    assert found not in {"con", "prn", "aux", "nul"}
    assert found == safe_id(name, taken)


def test_names_in_other_scripts_stay_apart() -> None:
    names = ["李明", "李娜", "سارة", "🙂", "😀", "", "МАША"]
    assert len({safe_id(name) for name in names}) == len(names)


def test_a_taken_id_is_numbered() -> None:
    assert safe_id("MARA", {"mara", "mara_2"}) == "mara_3"


@pytest.mark.parametrize("number", ["../1", "1/2", "CON", "", "💥", "12A", "a b"])
def test_scene_numbers_are_safe_too(number: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9-]*", safe_scene_id(number))


def test_what_is_inserted_gets_a_letter() -> None:
    assert inserted_id("1.4", set()) == "1.4a"
    assert inserted_id("1.4", {"1.4a"}) == "1.4b"
    assert inserted_id("1.4a", {"1.4a"}) == "1.4b"
    assert inserted_id("1.4", {f"1.4{c}" for c in "abcdefghijklmnopqrstuvwxyz"}) == "1.4aa"
