"""Judging by pairs is blind, repeatable, and counted as it should be."""

from __future__ import annotations

import pytest

from filmagent.crew.bench import judging
from filmagent.crew.bench.script import Deed, Line, Scene, Script
from filmagent.errors import InputError


def script(words: str) -> Script:
    line = Line("ann", words, "close", "CU", (Deed("ann", "Standing Angry 2"),), ("ann",))
    return Script("t", (Scene("1", "Roadside", ("ann",), "", (line,)),))


PAIRS = judging.pairs(
    {f"story {n}": script(f"ours {n}") for n in range(24)},
    {f"story {n}": script(f"theirs {n}") for n in range(24)},
)


def ballots(judge: str, better: str) -> list[judging.Ballot]:
    """Votes of somebody who always likes the same crew."""
    out = []
    for pair in PAIRS:
        swapped = pair.swapped(7)
        side = ("B" if swapped else "A") if better == "one" else ("A" if swapped else "B")
        out += [judging.Ballot(judge, pair.name, a, side) for a in judging.ASPECTS]  # type: ignore[arg-type]
    return out


def test_sides_are_shuffled_and_the_same_for_the_same_seed() -> None:
    sides = [p.swapped(7) for p in PAIRS]
    assert sides == [p.swapped(7) for p in PAIRS]
    assert 4 < sum(sides) < 20
    assert sides != [p.swapped(8) for p in PAIRS]


def test_the_sheet_has_every_pair_once_and_does_not_say_whose_is_whose() -> None:
    text = judging.sheet(PAIRS, 7)
    assert text.count("# Pair:") == len(PAIRS)
    assert all(text.count(f"ours {n} ") == 1 for n in range(24))
    assert "Standing" not in text and "angry" in text


def test_a_crew_that_everybody_prefers_wins_wherever_it_stood() -> None:
    tallies = judging.tally(ballots("x", "one") + ballots("y", "one"), PAIRS, 7)
    assert [t.aspect for t in tallies] == [*judging.ASPECTS, "all"]
    for t in tallies:
        assert (t.first, t.low, t.high) == (1.0, 1.0, 1.0)
        assert t.alpha == pytest.approx(1.0)


def test_judges_who_contradict_each_other_agree_less_than_by_chance() -> None:
    tallies = judging.tally(ballots("x", "one") + ballots("y", "two"), PAIRS, 7)
    assert all(t.first == 0.5 for t in tallies)
    assert all(t.alpha is not None and t.alpha < 0 for t in tallies)


def test_agreement_is_krippendorffs() -> None:
    # Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C: 0.743
    rows = [
        ["1", "2", "3", "3", "2", "1", "4", "1", "2", ".", ".", "."],
        ["1", "2", "3", "3", "2", "2", "4", "1", "2", "5", ".", "3"],
        [".", "3", "3", "3", "2", "3", "4", "2", "2", "5", "1", "."],
        ["1", "2", "3", "3", "2", "4", "4", "1", "2", "5", "1", "."],
    ]
    units = [[v for v in column if v != "."] for column in zip(*rows, strict=True)]
    assert judging.agreement(units) == pytest.approx(0.743, abs=5e-4)


def test_the_interval_holds_the_share_and_is_the_same_again() -> None:
    mixed = ballots("x", "one")[:48] + ballots("x", "two")[48:]
    one, two = (judging.tally(mixed, PAIRS, 7) for _ in range(2))
    assert one == two
    assert all(0.2 < t.low < t.first < t.high < 0.8 for t in one)


def test_votes_are_read_as_people_write_them() -> None:
    text = judging.template(PAIRS).replace("story 3,plot,,", "story 3,plot,b,why not", 1)
    (ballot,) = judging.read_votes(text, "votes.csv")
    assert (ballot.pair, ballot.aspect, ballot.vote) == ("story 3", "plot", "B")
    with pytest.raises(InputError, match=r"votes\.csv, line \d+: write A, B or tie"):
        judging.read_votes(text.replace("plot,b", "plot,maybe"), "votes.csv")
    with pytest.raises(InputError, match="no columns"):
        judging.read_votes("a,b\n1,2\n", "votes.csv")
    with pytest.raises(InputError, match='no pair "story 99"'):
        judging.tally([judging.Ballot("x", "story 99", "plot", "A")], PAIRS, 7)
