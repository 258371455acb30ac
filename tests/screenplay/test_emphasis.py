"""Emphasis is parsed to runs and taken out of what is spoken."""

from __future__ import annotations

import pytest

from filmagent.screenplay import Run, plain, runs


def styles(text: str) -> list[tuple[str, str]]:
    names = ("bold", "italic", "underline")
    return [
        (run.text, "+".join(n for n, on in zip(names, run[1:], strict=True) if on))
        for run in runs(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a*", [("a", "italic")]),
        ("**a**", [("a", "bold")]),
        ("***a***", [("a", "bold+italic")]),
        ("_a_", [("a", "underline")]),
        ("_**a** b_", [("a", "bold+underline"), (" b", "underline")]),
        ("**a *b* c**", [("a ", "bold"), ("b", "bold+italic"), (" c", "bold")]),
        ("2 * 3 * 4", [("2 * 3 * 4", "")]),
        ("*open", [("*open", "")]),
        ("snake_case_name", [("snake_case_name", "")]),
        (r"\*a\*", [("*a*", "")]),
        ("*a\nb*", [("*a\nb*", "")]),
        ("", []),
    ],
)
def test_runs(text: str, expected: list[tuple[str, str]]) -> None:
    assert styles(text) == expected


def test_a_run_is_its_text_and_three_switches() -> None:
    assert runs("**a**") == [Run("a", bold=True)]


def test_plain_drops_marks_notes_and_boneyards() -> None:
    assert plain("She is **very** [[how?]] _late_ /* cut */ today.") == "She is very late today."
