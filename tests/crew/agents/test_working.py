"""How agents work side by side, in pieces, and in the film's language."""

from __future__ import annotations

import threading
import time

import pytest

from filmagent.crew.agents.asking import even_pieces, in_pieces
from filmagent.crew.agents.expecting import expected
from filmagent.crew.agents.together import finished, together
from filmagent.crew.agents.tongue import expected_language, language_of
from filmagent.crew.model import ContextTooSmall
from filmagent.documents import Catalogue


def test_jobs_run_at_the_same_time_and_come_back_in_order() -> None:
    barrier = threading.Barrier(4, timeout=5)

    def job(k: int) -> int:
        barrier.wait()
        return k

    assert together([lambda k=k: job(k) for k in range(4)], 4) == [0, 1, 2, 3]


def test_after_an_error_nothing_new_is_begun_and_what_was_under_way_is_kept() -> None:
    begun: list[int] = []

    def job(k: int) -> int:
        begun.append(k)
        if k == 0:
            raise ValueError("no")
        time.sleep(0.05)
        return k

    ended = list(finished([lambda k=k: job(k) for k in range(10)], 2))
    assert [index for index, _, error in ended if error] == [0]
    assert {index for index, value, _ in ended if value} == set(begun) - {0}
    assert len(begun) < 10
    with pytest.raises(ValueError, match="no"):
        together([lambda k=k: job(k) for k in range(4)], 1)


def test_what_does_not_fit_is_halved_until_it_does() -> None:
    fits: list[list[int]] = []

    def work(piece: list[int]) -> int:
        if len(piece) > 3:
            raise ContextTooSmall("too long")
        fits.append(list(piece))
        return len(piece)

    assert sum(in_pieces(range(20), 12, work)) == 20
    assert [k for piece in fits for k in piece] == list(range(20))
    with pytest.raises(ContextTooSmall):
        in_pieces([1, 2, 3, 4], 4, lambda piece: work([1] * 9))


@pytest.mark.parametrize(("count", "most"), [(1, 5), (5, 5), (6, 5), (36, 36), (37, 36), (0, 5)])
def test_pieces_are_even_and_lose_nothing(count: int, most: int) -> None:
    pieces = even_pieces(list(range(count)), most)
    assert [k for piece in pieces for k in piece] == list(range(count))
    assert all(0 < len(piece) <= most for piece in pieces)
    assert not pieces or max(map(len, pieces)) - min(map(len, pieces)) <= 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Three people argue over a letter on a night street, and nobody reads it.", "en"),
        ("Deux sœurs se retrouvent dans un café et l'une d'elles a vendu la maison", "fr"),
        ("两个老朋友在咖啡馆见面", "zh"),
        ("A letter, a key", ""),
    ],
)
def test_a_language_is_told_where_it_can_be(text: str, language: str) -> None:
    assert language_of(text) == language


def test_an_answer_in_another_script_is_found_however_short() -> None:
    assert expected_language("zh", ["Where is the key?"]) == "zh"
    assert expected_language("en", ["钥匙在哪里？"]) == "en"
    assert expected_language("", ["钥匙在哪里？"]) == "en"
    assert expected_language("en", ["Ça va."]) == "", "too little to tell"


def test_what_is_decided_already_is_not_expected() -> None:
    shelf = Catalogue(sets=[], members=[], actions=[], voices=[], props=[])
    whole = expected(shelf, None, {"outline": 1, "scenes": None, "blocking": None})
    assert {row.task for row in whole} == {"outline", "outline_review", "scene", "block"}
    assert expected(shelf, None, {}) == []
