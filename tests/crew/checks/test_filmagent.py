"""FilmAgent's nine rules, for comparing: they say of a script what its own authors asked of it."""

from __future__ import annotations

import pytest

from filmagent.crew.checks import Shown, check_filmagent


def shots(*names: str, **fields: bool) -> list[Shown]:
    return [Shown(name, "1", **fields) for name in names]


@pytest.mark.parametrize(
    "good",
    [
        shots("close", "medium", "long"),
        shots("long", "zoom"),
        shots("medium", "pan", "pan", "close"),
        shots("pan", moves=True),
        shots("follow", moves=True),
        shots("360", appears=True),
        shots("360", tense=True),
        shots("curve surround", appears=True),
        shots("track", "close"),
        [*shots("close"), Shown("track", "2")],
    ],
)
def test_what_keeps_the_nine_rules_has_no_problem(good: list[Shown]):
    assert check_filmagent(good) == []


@pytest.mark.parametrize(
    ("bad", "where", "what"),
    [
        (shots("zoom"), "shot 1", "only after a long shot"),
        (shots("long", "medium", "zoom"), "shot 3", "only after a long shot"),
        ([*shots("long"), Shown("zoom", "2")], "shot 2", "only after a long shot"),
        (shots("close", "pan", "close"), "shot 2", "several in a row"),
        (shots("close", "follow"), "shot 2", "somebody who moves"),
        (shots("360"), "shot 1", "first appearance or high tension"),
        (shots("curve surround", tense=True), "shot 1", "for a first appearance"),
        (shots("close", "track"), "shot 2", "opens a scene"),
        (shots("dolly zoom"), "shot 1", "is not one of the nine shots"),
    ],
)
def test_what_breaks_one_of_the_nine_rules_is_counted_once(bad: list[Shown], where: str, what: str):
    (problem,) = check_filmagent(bad)
    assert problem.where == where and what in problem.what
