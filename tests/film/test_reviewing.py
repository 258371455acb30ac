"""The crew takes again what fails, and keeps it only if the film is better for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import filmagent
from filmagent.crew.review import Judgement, film_score
from filmagent.documents.notes import ShotChange
from filmagent.errors import InputError
from filmagent.film import Film, noted, noting, reviewing


@pytest.fixture
def film(planned: Film, tmp_path: Path) -> Film:
    shutil.copytree(planned.root, tmp_path / "film")
    return Film(tmp_path / "film")


def test_a_review_never_makes_a_film_worse_and_says_what_it_tried(film: Film) -> None:
    before = film_score(reviewing.looks_of(film))
    said: list[str] = []
    film.listener = lambda e: said.append(e.text) if e.kind == "note" else None
    looked = filmagent.review(film, rounds=1)
    assert looked.before == before
    assert looked.after >= before
    assert looked.after == film_score(reviewing.looks_of(film))
    notes = noted.read(film).notes
    assert bool(noted.read(film).standing()) == bool(looked.kept)
    assert sum(len(n.changes.shots) for n in notes) == len(looked.kept) + len(looked.refused)
    assert all(n.by == "cinematographer" for n in notes)
    for judgement in (*looked.kept, *looked.refused):
        assert any(text.startswith(f"{judgement.setup}: ") for text in said)
    if looked.kept:
        assert looked.after > before


def test_a_wish_that_does_not_help_is_remembered_and_leaves_no_trace(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        "shotlist.json",
        "edit.json",
        *(f"takes/{p.name}" for p in film.folder.takes.iterdir()),
    ]
    before = {name: (film.root / name).read_bytes() for name in files}
    shown = reviewing.looks_of(film)[-1].setup
    worse = ShotChange(setup=shown.id, size="ELS" if shown.size != "ELS" else "ECU")
    monkeypatch.setattr(
        reviewing, "judge", lambda *_: [Judgement(shown.id, "for the sake of it", worse)]
    )
    looked = reviewing.review(film, rounds=1)
    assert [j.setup for j in looked.refused] == [shown.id] and looked.kept == []
    assert {name: (film.root / name).read_bytes() for name in files} == before
    assert noted.read(film).standing() == []
    (remembered,) = noted.read(film).notes
    assert remembered.state == "withdrawn" and remembered.changes.shots == [worse]


def test_nothing_wrong_is_nothing_to_do(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "judge", lambda *_: [])
    looked = reviewing.review(film)
    assert looked.rounds == 0 and looked.before == looked.after
    assert not film.folder.notes.exists()


def test_more_than_two_rounds_are_refused(film: Film) -> None:
    with pytest.raises(InputError, match="0 to 2 rounds"):
        reviewing.review(film, rounds=3)


def test_what_a_person_has_decided_is_known_to_the_crew(film: Film) -> None:
    name = film.shotlist.scenes[0].setups[0].id
    noting.note(film, f"{name}: closer, high angle")
    assert reviewing._wished(noted.read(film)) == {name: {"size", "angle"}}
