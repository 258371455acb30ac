"""``make --interactive``: somebody is asked after each decision, and only where it is new."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crew.loopback import Loopback
from tests.crew.scripted_crew import Studio

SCRIPT = "INT. CAFÉ - DAY\n\nMARA sits at a table.\n\nMARA\nYou kept me waiting, Jonas.\n"


def run(
    script: Path | str, folder: Path, *arguments: str, says: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "filmagent", "make", str(script), "-o", str(folder), *arguments],
        input=says,
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "waiting.fountain"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def heard(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join((done.stdout + done.stderr).split())


def test_stopped_goes_on_where_it_stopped_and_notes_are_taken(script: Path, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    options = ("--interactive", "--size", "160x90")
    first = run(script, folder, *options, says="\nlower the light\nagain\nstop\n")
    assert first.returncode == 0, first.stderr
    words = heard(first)
    assert words.count("breakdown.json stands") == 1
    # a note before there are shots, once again, and then the end
    assert words.count("blocking.json stands") == 3 and "Notes are about shots" in words
    assert "Stopped" in words and not (folder / "shotlist.json").exists()
    second = run(script, folder, *options, says="1A: longer lens\nstop\n")
    assert second.returncode == 0, second.stderr
    words = heard(second)
    assert "breakdown.json stands" not in words, "what stood was not asked about again"
    assert words.count("shotlist.json stands") == 2
    notes = json.loads((folder / "notes.json").read_text(encoding="utf-8"))
    assert [n["text"] for n in notes["notes"]] == ["1A: longer lens"]


def test_where_nobody_answers_it_stops(script: Path, tmp_path: Path) -> None:
    done = run(script, tmp_path / "film", "--interactive", says="")
    assert done.returncode == 0 and "Stopped" in heard(done)
    assert not (tmp_path / "film" / "blocking.json").exists()


def test_it_asks_in_words_only(script: Path, tmp_path: Path) -> None:
    done = run(script, tmp_path / "film", "--interactive", "--json", says="")
    assert done.returncode == 2 and "leave out --json" in heard(done)


def test_an_outline_is_asked_about_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMAGENT_API_KEY", "sk-test-key-that-is-none-0123456789")
    idea = "A baker finds a letter that her brother never sent."
    with Loopback(Studio(seed=5, scenes=2, speeches=4)) as server:
        options = ("--interactive", "--llm-url", server.url, "--model", "loopback")
        words = []
        for says in ("stop\n", "stop\n"):
            done = run(idea, tmp_path / "film", *options, says=says)
            assert done.returncode == 0, done.stderr
            words.append(heard(done))
    assert "outline.json stands" in words[0] and "outline.json stands" not in words[1]
    assert "screenplay.fountain stands" in words[1]
