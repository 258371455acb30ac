"""Shots are judged by their figures; a remedy is a wish, tried once, never against a person."""

from __future__ import annotations

from typing import Any

import pytest

from filmagent.crew.review import Look, film_score, judge, looks
from filmagent.crew.review.house import spelled
from filmagent.documents import Cut, Edit, Setup, TakeReport
from filmagent.documents.notes import ShotChange

GOOD = {"visible": 1.0, "face_seen": 1.0, "framing_error": 0.02, "clearance": 0.8}


def setup(name: str, **more: Any) -> Setup:
    whole: dict[str, Any] = {"kind": "single", "size": "MS", "subjects": ["mara"]}
    return Setup(id=name, **(whole | more))


def report(name: str, scores: dict[str, float], **more: Any) -> TakeReport:
    return TakeReport(
        take=f"{name}_t01", setup=name, scene="1", lens_mm=50, first=0, end=100, static=True,
        scores=scores, **more,
    )  # fmt: skip


def film(*shots: tuple[Setup, TakeReport], joins: dict[str, float] | None = None) -> list[Look]:
    cuts = [
        Cut(
            id=f"{s.id}-1",
            scene="1",
            setup=s.id,
            take=r.take,
            source_in=48 * i,
            source_out=48 * (i + 1),
            joins=joins or {},
        )
        for i, (s, r) in enumerate(shots)
    ]
    return looks({s.id: s for s, _ in shots}, {r.setup: r for _, r in shots}, Edit(cuts=cuts))


def test_a_film_with_nothing_wrong_scores_one_and_is_left_alone() -> None:
    every = film((setup("1A"), report("1A", GOOD)))
    assert film_score(every) == 1.0 and judge(every) == []


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("visible", 0.5),
        ("face_seen", 0.3),
        ("framing_error", 0.3),
        ("clearance", 0.06),
        ("head_in_frame", 0.6),
    ],
)
def test_each_fault_costs_and_has_a_remedy(figure: str, value: float) -> None:
    every = film((setup("1A"), report("1A", GOOD | {figure: value})))
    assert film_score(every) < 0.9
    (found,) = judge(every)
    wish = found.change.model_dump(exclude_none=True, exclude={"setup"})
    assert wish and any(getattr(every[0].setup, k) != v for k, v in wish.items())


def test_worse_figures_never_score_better() -> None:
    shares = [1.0, 0.95, 0.9, 0.8, 0.7, 0.5, 0.2]
    scores = [film(((setup("1A")), report("1A", GOOD | {"visible": s})))[0].score for s in shares]
    assert scores == sorted(scores, reverse=True) and scores[0] > scores[-1]


def test_cuts_count_too_and_the_longest_shot_counts_most() -> None:
    shots = ((setup("1A"), report("1A", GOOD)), (setup("1B"), report("1B", GOOD)))
    assert film_score(film(*shots, joins={"jump": 1.0})) == pytest.approx(0.75)
    assert judge(film(*shots, joins={"jump": 1.0}))[0].change.size is not None


def test_what_was_tried_is_not_tried_again_and_remedies_end() -> None:
    every = film((setup("1A"), report("1A", GOOD | {"visible": 0.5})))
    tried: set[tuple[str, str]] = set()
    for _ in range(20):
        found = judge(every, tried)
        if not found:
            break
        (change,) = [j.change for j in found]
        assert ("1A", spelled(change)) not in tried
        tried.add(("1A", spelled(change)))
    assert 3 <= len(tried) < 20


def test_a_shot_that_is_locked_and_a_wish_of_a_person_are_left_alone() -> None:
    bad = GOOD | {"head_in_frame": 0.5}
    assert judge(film((setup("1A", locked=True), report("1A", bad)))) == []
    assert judge(film((setup("1A"), report("1A", bad, locked=True)))) == []
    every = film((setup("1A"), report("1A", bad)))
    assert judge(every) and judge(every, (), {"1A": {"size"}}) == []


def test_a_still_camera_is_not_told_to_go_slower() -> None:
    every = film((setup("1A"), report("1A", GOOD | {"jerk": 30.0})))
    assert all(j.change.speed is None for j in judge(every))
    moving = film((setup("1A", move="push_in"), report("1A", GOOD | {"jerk": 30.0})))
    assert judge(moving)[0].change == ShotChange(setup="1A", speed="slow")
