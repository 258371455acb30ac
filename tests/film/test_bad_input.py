"""Bad input gets one clear sentence, a meaningful exit code, and nothing is lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from filmagent import documents
from filmagent.documents import Breakdown
from filmagent.errors import DocumentError, FilmError, InputError
from filmagent.film import Film, make

SCENE = "INT. CAFÉ - DAY\n\nMARA sits at a table.\n\nMARA\nHello.\n"


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "filmagent", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
    )


def script(tmp_path: Path, text: str, name: str = "x.fountain") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x00\x01\x7fELF\xff\xfe\x00binary", "x.fountain"),
        (b"Just some prose.\n", "scene"),
    ],
    ids=["empty", "binary", "no scene"],
)
def test_a_screenplay_that_is_none_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "x.fountain"
    path.write_bytes(content)
    done = run("make", path, "-o", tmp_path / "film")
    assert done.returncode == 2, done.stderr
    assert says in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "film").exists(), "nothing was begun"


def test_a_missing_screenplay_is_named(tmp_path: Path) -> None:
    done = run("make", tmp_path / "nowhere.fountain")
    assert done.returncode == 2 and "nowhere.fountain" in done.stderr.replace("\n", "")


@pytest.mark.parametrize(
    "options",
    [
        ("--fps", "fast"),
        ("--size", "640"),
        ("--aspect", "wide"),
        ("--filmback", "fulll frame"),
        ("--redo", "blokking"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(tmp_path: Path, options: tuple[str, str]) -> None:
    done = run("make", script(tmp_path, SCENE), "-o", tmp_path / "film", *options)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert options[1] in done.stderr and "Traceback" not in done.stderr


def test_a_place_the_library_lacks_gets_the_nearest_set_and_says_so(tmp_path: Path) -> None:
    path = script(tmp_path, SCENE.replace("CAFÉ", "SUBMARINE"))
    said: list[str] = []
    film = make(path, tmp_path / "film", until="breakdown", listener=lambda e: said.append(e.text))
    scene = film.breakdown.scenes[0]
    assert scene.set and "SUBMARINE" in " ".join(said).upper()
    assert scene.set_reason
    with pytest.raises(InputError, match=r"(?i)submarine"):
        make(path, tmp_path / "strict", strict=True, until="breakdown")


def test_forty_characters_in_one_scene_are_played(tmp_path: Path) -> None:
    lines = "\n".join(f"GUEST {chr(65 + n % 26)}{n}\nLine number {n}.\n" for n in range(40))
    film = make(
        script(tmp_path, f"INT. CAFÉ - DAY\n\n{lines}"), tmp_path / "film", until="blocking"
    )
    assert len(film.breakdown.scenes[0].people) == 40
    placed = {p.actor for p in film.blocking.scenes[0].placements}
    entering = {c.actor for c in film.blocking.scenes[0].cues if c.action == "enter"}
    assert len(placed | entering) == 40


def test_a_character_who_never_enters_is_said(tmp_path: Path) -> None:
    text = SCENE + "\nMara thinks of GODOT, who never comes.\n"
    film = make(script(tmp_path, text), tmp_path / "film", until="breakdown")
    assert "godot" not in {p.lower() for p in film.breakdown.scenes[0].people}


@pytest.mark.parametrize("name", ["../../etc/x", "CON", "a/b\\c", "..", "nul.txt", "🙂"])
def test_names_never_become_paths(tmp_path: Path, name: str) -> None:
    text = f"INT. CAFÉ - DAY\n\n@{name}\nHello.\n\nMARA\nHello {name}.\n"
    film = make(script(tmp_path, text), tmp_path / "in" / "film", until="performance")
    ids = {c.id for c in film.breakdown.characters}
    assert all(i.replace("_", "").isalnum() and i.upper() not in ("CON", "NUL") for i in ids)
    assert {p.name for p in tmp_path.iterdir()} == {"x.fountain", "in"}
    assert {p.name for p in (tmp_path / "in").iterdir()} == {"film"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("INT. CAFÉ - DAY\n\n@李明\n你好，你在等我吗？\n\n@王芳\n是的。\n", "你好，你在等我吗？"),
        ("INT. CAFÉ - DAY\n\n@ليلى\nأين المفتاح؟\n\n@سامي\nمعي.\n", "أين المفتاح؟"),
    ],
    ids=["chinese", "arabic"],
)
def test_any_script_is_spoken_or_said_to_be_silent(tmp_path: Path, text: str, line: str) -> None:
    film = make(script(tmp_path, text), tmp_path / "film", until="edit")
    spoken = film.timing("1").lines[0]
    assert spoken.text == line
    assert spoken.seconds > 0.5
    assert spoken.wav or spoken.note


def test_a_document_of_a_newer_version_is_refused(planned: Film, tmp_path: Path) -> None:
    shutil.copytree(planned.root, tmp_path / "film")
    path = tmp_path / "film" / "blocking.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 99}))
    with pytest.raises(DocumentError, match=r"blocking\.json was written by a newer filmagent"):
        Film(tmp_path / "film").blocking  # noqa: B018


def test_a_half_written_folder_goes_on_where_it_stopped(
    planned: Film, script: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "film"
    shutil.copytree(planned.root, folder)
    shutil.rmtree(folder / "takes")
    (folder / "edit.json").unlink()
    (folder / "performance" / "scene_01" / ".mara.npz.x.tmp").write_bytes(b"half")
    stages: list[str] = []
    make(
        script,
        folder,
        until="stage",
        listener=lambda e: stages.append(e.stage) if e.kind == "stage" else None,
    )
    assert stages == ["takes", "edit"], "only what was missing is made"
    assert (folder / "edit.json").read_bytes() == (planned.root / "edit.json").read_bytes()


def test_a_truncated_take_is_named_with_what_to_do(planned: Film, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    shutil.copytree(planned.root, folder)
    take = next((folder / "takes").glob("*.npz"))
    take.write_bytes(take.read_bytes()[:100])
    (folder / "edit.json").unlink()
    with pytest.raises(DocumentError, match="not a usable npz"):
        make(folder / "screenplay.fountain", folder, until="edit")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "holiday.txt").write_text("mine")
    with pytest.raises(InputError, match="is not a film folder"):
        make(script(tmp_path, SCENE), folder)
    assert [p.name for p in folder.iterdir()] == ["holiday.txt"]


def test_a_full_disk_is_one_sentence_and_what_is_finished_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, folder = script(tmp_path, SCENE), tmp_path / "film"
    make(path, folder, until="blocking")
    before = (folder / "blocking.json").read_bytes()

    def full(target: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    monkeypatch.setattr(documents.base, "write_bytes", full)
    with pytest.raises(FilmError, match=r"disk .* is full"):
        make(path, folder, until="timing")
    monkeypatch.undo()
    assert (folder / "blocking.json").read_bytes() == before
    make(path, folder, until="timing")
    assert (folder / "performance" / "scene_01" / "timing.json").exists()


def test_an_edit_by_hand_that_is_no_document_is_named(planned: Film, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    shutil.copytree(planned.root, folder)
    path = folder / "breakdown.json"
    raw = json.loads(path.read_text())
    raw["scenes"][0]["beats"][0]["txet"] = "x"
    path.write_text(json.dumps(raw))
    with pytest.raises(DocumentError, match=r'"txet" at scenes\.0\.beats\.0\.txet.*"text"'):
        Breakdown.read(path)
    done = run("status", folder)
    assert done.returncode == 3 or "txet" in done.stdout + done.stderr
