"""A film in a look: graded between frames and cut, only where stale, and as it was without one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from filmagent.documents import Edit
from filmagent.documents.film_time import needed
from filmagent.errors import InputError
from filmagent.film import STAGES, Film, finishing, grading, make
from filmagent.film.grading import RefineStage
from filmagent.film.production import Event


@pytest.fixture
def film(finished: Film, tmp_path: Path) -> Film:
    """A finished film that has no look any more."""
    shutil.copytree(finished.root, tmp_path / "film")
    shutil.rmtree(tmp_path / "film" / "refined")
    film = Film(tmp_path / "film")
    grading.choose(film, "none", None, None)
    return film


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Callable[[Edit], dict[str, list[int]]]:
    """The first frames of three shots, as if the film showed no more."""

    def shown(edit: Edit) -> dict[str, list[int]]:
        return {setup: frames[:8] for setup, frames in list(needed(edit).items())[:3]}

    monkeypatch.setattr(grading, "needed", shown)
    return shown


def graded(film: Film) -> dict[str, int]:
    return {
        p.relative_to(film.folder.refined).as_posix(): p.stat().st_mtime_ns
        for p in film.folder.refined.rglob("rgb.*.png")
    }


def test_a_new_film_is_in_a_look(finished: Film) -> None:
    assert finished.settings.look == "classic"
    assert len(graded(finished)) == sum(map(len, needed(finished.edit).values()))
    assert not [s for s in finished.status(STAGES) if s.state != "done"]
    assert grading.pictures(finished) == (finished.root, "refined")


def test_a_film_without_a_look_has_no_graded_frames(film: Film) -> None:
    film.run([RefineStage()])
    assert not film.folder.refined.exists()
    assert not [s for s in film.status(STAGES) if s.item == "refine"]
    assert grading.pictures(film) == (film.folder.frames, "preview")


def test_a_look_grades_every_frame_the_film_shows_and_makes_the_cut_stale(
    film: Film, few: Callable[[Edit], dict[str, list[int]]]
) -> None:
    grading.choose(film, "noir", 0.9, None)
    states = {s.item: s for s in film.status(STAGES)}
    assert states["refine"].state == "missing" and states["cut"].because == ["frames"]
    film.run([RefineStage()])
    shown = few(film.edit)
    assert len(graded(film)) == sum(map(len, shown.values()))
    folder, part = grading.pictures(film)
    for setup, frames in shown.items():
        picture = np.asarray(Image.open(folder / part / setup / f"rgb.{frames[0]:04d}.png"), float)
        source = film.folder.frames / "preview" / setup / f"rgb.{frames[0]:04d}.png"
        colour = np.ptp(np.asarray(Image.open(source), float), -1).mean()
        assert np.ptp(picture, -1).mean() < 0.4 * colour, "black and white, nearly"


@pytest.mark.usefixtures("few")
def test_only_what_is_stale_is_graded_again(film: Film) -> None:
    grading.choose(film, "clean", None, None)
    film.run([RefineStage()])
    before = graded(film)
    lost = sorted(before)[5]
    (film.folder.refined / lost).unlink()
    told: list[Event] = []
    again = Film(film.root, told.append)
    again.run([RefineStage()])
    after = graded(again)
    assert {name for name in after if after[name] != before[name]} == {lost}
    told.clear()
    again.run([RefineStage()])
    assert told == []
    grading.choose(again, None, 0.5, None)
    again.run([RefineStage()])
    assert all(stamp != after[name] for name, stamp in graded(again).items())


def test_a_look_that_is_not_there_is_refused_before_anything_is_made(
    film: Film, script: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match='did you mean "classic"'):
        make(script, tmp_path / "other", look="clasic")
    assert not (tmp_path / "other").exists()
    with pytest.raises(InputError, match="has no look"):
        grading.choose(film, None, 0.5, None)
    with pytest.raises(InputError, match="out of range"):
        grading.choose(film, "classic", 1.5, None)
    assert json.loads(film.folder.settings.read_text())["look"] == "none"


def test_the_cut_shows_the_look_and_going_back_shows_the_old_one(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "STILL_BUDGET", 1.0)
    first = colour_of(film)
    grading.choose(film, "noir", None, None)
    film.run(STAGES)
    assert {s.state for s in film.status(STAGES)} == {"done"}
    assert colour_of(film) < 0.35 * first
    assert '"../refined/' in (film.folder.cut / "film.otio").read_text()
    grading.choose(film, "classic", None, None)
    film.run(STAGES)
    assert colour_of(film) == first, "and back it is the same"


def test_a_report_measures_every_shot(film: Film) -> None:
    grading.choose(film, "classic", None, None)
    film.run([RefineStage()])
    shots = json.loads(grading.report(film).read_text())
    assert [shot["setup"] for shot in shots] == list(needed(film.edit))
    for shot in shots:
        assert shot["flicker"] < 0.004 and shot["structure"] > 0.8, shot


def colour_of(film: Film) -> float:
    """How far red, green and blue are apart in the film's pictures."""
    with av.open(str(film.folder.cut / "film.mp4")) as container:
        pictures = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)][::12]
    return float(np.mean([np.ptp(p.astype(int), -1).mean() for p in pictures]))
