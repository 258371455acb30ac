"""Wrapping is taken off an answer; its content is never guessed."""

from __future__ import annotations

import json

import pytest

from filmagent.crew.model.reading import Unreadable, read
from tests.crew.model.asked import Outline, outline

GOOD = json.dumps(outline())
WRAPPED = {
    "bare": GOOD,
    "blank": f"\n\n {GOOD} \n",
    "byte order mark": f"\ufeff{GOOD}",
    "fence": f"```json\n{GOOD}\n```",
    "sentences": f"Sure! Here is {{your}} outline:\n\n{GOOD}\n\nShall I go on?",
    "thoughts": f'<think>Maybe {{"title": "A draft"}}?</think>\n{GOOD}',
    "said twice": f"{GOOD}\n\nSo, once more:\n{GOOD}",
    "blanks behind": GOOD + " " * 10_000,
}
BROKEN = {
    "empty": ("", "empty"),
    "blanks": (" \n", "empty"),
    "prose": ("I would rather not.", "no JSON object"),
    "list": ("[1, 2]", "a list"),
    "text": ('"outline"', "a text"),
    "null": ("null", "null"),
    "cut off": (GOOD[:-20], "broken"),
    "trailing comma": (GOOD[:-1] + ",}", "broken"),
    "single quotes": (str(outline()), "broken|no JSON"),
    "two objects": (f"{GOOD}\n{json.dumps(outline('Another'))}", "2 JSON objects"),
    "a part of a broken one": (f'{{"film": {GOOD}, ', "broken"),
    "a part of one without quotes": (f"{{film: {GOOD}, year: 1}}", "broken"),
    "key twice": (GOOD.replace('"tone": null', '"tone": null, "tone": "dry"'), "stands twice"),
    "not a number": ('{"title": NaN}', "no JSON number"),
    "endless number": ('{"title": 1e999}', "no JSON number"),
    "long number": ('{"title": ' + "9" * 5000 + "}", "broken"),
    "half an emoji": (GOOD.replace("The", "\\ud83d"), "half of a letter"),
    "deep": ('{"a":' * 100_000, "nested|broken"),
    "deep in prose": ("So: " + '{"a":' * 100_000, "nested|broken"),
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED)
def test_wrapping_is_taken_off(text: str) -> None:
    assert read(text, Outline).title == "The Spare Key"


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN)
def test_nothing_inside_is_guessed(text: str, problem: str) -> None:
    with pytest.raises(Unreadable, match=problem) as raised:
        read(text, Outline)
    assert all(len(words) < 300 for words in raised.value.problems)


def test_problems_say_where_and_what_would_be_right() -> None:
    wrong = {
        "title": "x" * 61,
        "scenes": [{"place": "caffe", "beats": [], "mood": "dark"}, {"beats": "none"}],
    }
    with pytest.raises(Unreadable) as raised:
        read(json.dumps(wrong), Outline)
    problems = raised.value.problems
    assert problems[0].startswith("title: String should have at most 60 characters")
    assert problems[1] == 'scenes[0].place is "caffe"; choose one of cafe, kitchen, street.'
    assert problems[2] == "scenes[0].mood is not in the schema; leave it out."
    assert problems[3] == "scenes[1].place is missing."
    assert problems[4].startswith("scenes[1].beats: Input should be a valid ")


def test_a_flood_of_problems_is_cut_short() -> None:
    wrong = {"title": "T", "scenes": [{"place": "x" * 1000, "beats": []}] * 500}
    with pytest.raises(Unreadable) as raised:
        read(json.dumps(wrong), Outline)
    assert len(raised.value.problems) == 13
    assert raised.value.problems[-1] == "… and 488 more problems like these."
    assert len(" ".join(raised.value.problems)) < 3000
