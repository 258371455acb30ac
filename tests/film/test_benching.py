"""Crews are measured by the same rules, whoever wrote; judging by hand goes through files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from filmagent.crew.bench.judging import ASPECTS
from filmagent.errors import InputError
from filmagent.film import Film, benching, judging
from filmagent.film.translating import import_filmagent
from tests.crew.bench.test_released import GOOD, HOSTILE, line, scene
from tests.crew.loopback import Loopback
from tests.crew.scripted_crew import Studio


def released(folder: Path, name: str, content: Any) -> Path:
    path = folder / name / "script.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_films_and_released_scripts_are_measured_together(planned: Film, tmp_path: Path) -> None:
    made = benching.score([planned.root, released(tmp_path, "1", GOOD)])
    film, other = made.rows
    assert (film.source, film.whole, film.violations) == ("film", True, [])
    assert (other.source, other.name, other.violations) == ("filmagent", "1", [])
    assert made.together.lines == film.figures.lines + other.figures.lines == 9
    assert film.figures.actions_known == 1.0 and film.figures.shot_types >= 2
    assert "| 1 | 4 | 0 |" in made.markdown()


def test_what_is_neither_is_refused(planned: Film, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        benching.score([tmp_path / "nothing.json"])
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(InputError, match="not a FilmAgent script"):
        benching.score([tmp_path / "x.json"])


def test_fifteen_ideas_come_along_and_others_are_read(tmp_path: Path) -> None:
    assert len(benching.ideas()) == 15
    path = tmp_path / "ideas.txt"
    path.write_text(
        "# mine\nA man waits for a bus that never comes, and is glad.\n\n猫和钥匙的故事\n"
    )
    assert list(benching.ideas(path).values())[1] == "猫和钥匙的故事"
    path.write_text("")
    with pytest.raises(InputError, match="has 0 ideas"):
        benching.ideas(path)
    (tmp_path / "ideas.toml").write_text("[[idea]]\nnaem = 'x'")
    with pytest.raises(InputError, match=r"\[\[idea\]\]"):
        benching.ideas(tmp_path / "ideas.toml")


def test_a_bench_makes_films_of_ideas_and_says_what_they_took(tmp_path: Path) -> None:
    with Loopback(Studio(seed=2, scenes=1, people=2, speeches=4)) as server:
        made = benching.bench(
            {"a": "Two people and a key."},
            tmp_path,
            until="shotlist",
            model="m",
            llm_url=server.url,
        )
        calls = len(server.chats)
    (row,) = made.rows
    assert row.whole and row.violations == [] and row.error == ""
    assert row.calls == calls > 5 and row.tokens_in > 0
    assert row.validity is not None and row.validity.valid_at_once > 0.8
    assert benching.Bench.read(tmp_path / "bench.json") == made
    assert "stories whole | 1 of 1" in (tmp_path / "bench.md").read_text()


def test_a_film_that_fails_is_a_row_and_not_the_end(tmp_path: Path) -> None:
    made = benching.bench({"a": "x y z"}, tmp_path, model="m", llm_url="http://127.0.0.1:9/v1")
    assert not made.rows[0].whole and made.rows[0].error


def test_a_released_script_becomes_a_film_folder(tmp_path: Path) -> None:
    film, notes = import_filmagent(released(tmp_path, "1", GOOD), tmp_path / "film")
    assert [c.name for c in film.breakdown.characters] == ["ANN", "BOB"]
    assert any("positions" in text for text in notes)
    cues = {c.action for c in film.blocking.scenes[0].cues}
    assert "sit" in cues
    assert film.breakdown.scenes[0].beats[0].directions == ["camera: long shot"]
    with pytest.raises(InputError, match="not a film folder"):
        import_filmagent(tmp_path / "1" / "script.json", tmp_path)


def test_nothing_in_a_released_script_reaches_beyond_its_film(tmp_path: Path) -> None:
    lines = [line(words, words, words, words) for words in HOSTILE]
    path = released(tmp_path / "in", "1", [scene(*lines, where="../../outside")])
    film, _ = import_filmagent(path, tmp_path / "out" / "film")
    outside = {p for p in tmp_path.rglob("*") if p.is_file()} - {path}
    assert all(film.root in p.parents for p in outside)
    assert film.breakdown.scenes[0].set in {s.name for s in film.catalogue.sets}
    assert len(film.breakdown.scenes) == 1


def test_two_sets_are_judged_by_hand(tmp_path: Path) -> None:
    other = json.loads(json.dumps(GOOD).replace("You came.", "So you came."))
    for name in ("1", "2"):
        released(tmp_path / "ours", name, GOOD)
        released(tmp_path / "theirs", name, other)
    sheet = judging.make_sheet(tmp_path / "ours", tmp_path / "theirs", tmp_path / "s", seed=3)
    assert "ours" not in sheet.read_text() and sheet.read_text().count("# Pair") == 2
    with pytest.raises(InputError, match="no vote yet"):
        judging.count(tmp_path / "s")
    votes = tmp_path / "s" / "votes.csv"
    rows = votes.read_text().splitlines()
    votes.write_text("\n".join([rows[0], *(r.replace(",,", ",tie,", 1) for r in rows[1:])]))
    assert len(rows) == 1 + 2 * len(ASPECTS)
    page = judging.count(tmp_path / "s").read_text()
    assert "| all | 8 | 0.50 | 0.50 to 0.50 | 1.00 |" in page


def test_a_model_judges_in_both_orders_so_that_a_liking_for_a_side_is_a_tie(
    tmp_path: Path,
) -> None:
    released(tmp_path / "ours", "1", GOOD)
    released(tmp_path / "theirs", "1", GOOD)
    judging.make_sheet(tmp_path / "ours", tmp_path / "theirs", tmp_path / "s")
    from filmagent.crew.model import ModelSettings
    from filmagent.crew.model.opening import open_model

    verdict = {"better": "A", "why": "it comes first"}
    with Loopback(lambda request: dict.fromkeys(ASPECTS, verdict)) as server:
        settings = ModelSettings(url=server.url, name="m")
        path = judging.ask_judge(tmp_path / "s", open_model(settings, tmp_path / "answers"))
    assert path.read_text().count(",tie,") == 4
