"""A film can be killed at any point; the next run ends at the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from filmagent.film import Film, make, making, production

STAGES = [
    "breakdown",
    "blocking",
    "voices",
    "timing",
    "performance",
    "shotlist",
    "takes",
    "edit",
    "stage",
]


def documents(root: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root).as_posix()
        if path.is_file() and not relative.startswith(".filmagent"):
            found[relative] = path.read_bytes()
    return found


def start(script: Path, folder: Path, **environment: str) -> subprocess.Popen[str]:
    code = (
        "import sys; from filmagent.film import make; import json\n"
        "def tell(e):\n"
        "    if e.kind == 'stage': print(e.stage, flush=True)\n"
        "make(sys.argv[1], sys.argv[2], size=(160, 90), until='stage', listener=tell)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(script), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "ctrl-c"])
def test_killed_in_every_stage_the_film_comes_out_the_same(
    planned: Film, script: Path, tmp_path: Path, how: signal.Signals
) -> None:
    folder = tmp_path / "film"
    for stage in STAGES:
        process = start(script, folder)
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == stage:
                break
        process.send_signal(how)
        process.wait()
        process.stdout.close()
    make(script, folder, size=(160, 90), until="stage")
    mine, clean = documents(folder), documents(planned.root)
    assert mine.keys() == clean.keys()
    assert [name for name in clean if mine[name] != clean[name]] == []


def test_the_same_screenplay_and_seed_give_the_same_bytes_under_any_hash_seed(
    planned: Film, script: Path, tmp_path: Path
) -> None:
    for number, hash_seed in enumerate(("1", "4242")):
        folder = tmp_path / str(number)
        start(script, folder, PYTHONHASHSEED=hash_seed).communicate()
        mine, clean = documents(folder), documents(planned.root)
        assert [name for name in clean if mine.get(name) != clean[name]] == []


def command(script: Path, folder: Path) -> subprocess.Popen[str]:
    """The command line, with little time for the contact sheet's stills."""
    code = (
        "import sys; from filmagent.film import finishing; from filmagent.cli import main\n"
        "finishing.STILL_BUDGET = 2.0\n"
        "sys.argv[1:] = ['make', sys.argv[1], '-o', sys.argv[2], '--json']; main()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(script), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children(process: int) -> set[int]:
    """All processes below one, by the kernel's list."""
    found: set[int] = set()
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child} | children(child)
    return found


def stop_in(stage: str, how: signal.Signals, script: Path, folder: Path) -> tuple[int, str]:
    """Run until the stage is well under way, stop it, and see that nobody is left at work."""
    process = command(script, folder)
    assert process.stdout is not None
    steps = 0
    for line in process.stdout:
        event = json.loads(line)
        steps += event.get("kind") == "progress" and event["stage"] == stage
        if steps == 4:
            break
    assert steps == 4, process.communicate()
    below = children(process.pid)
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    until = time.monotonic() + 5
    while any(Path(f"/proc/{child}").exists() for child in below):
        assert time.monotonic() < until, "a child process outlives the run"
        time.sleep(0.05)
    return process.returncode, said


@pytest.mark.skipif(sys.platform != "linux", reason="looks for child processes in /proc")
def test_stopped_while_rendering_and_finishing_the_film_comes_out_the_same(
    finished: Film, script: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "film"
    shutil.copytree(finished.root, folder)
    shutil.rmtree(folder / "frames")
    shutil.rmtree(folder / "cut")
    for stage in ("frames", "cut"):
        code, said = stop_in(stage, signal.SIGINT, script, folder)
        assert code == 130 and "What is finished is kept" in " ".join(said.split())
        assert "Traceback" not in said
        code, _ = stop_in(stage, signal.SIGKILL, script, folder)
        assert code == -signal.SIGKILL
        assert not (folder / "cut" / "film.mp4").exists(), "no half film under the film's name"
    process = command(script, folder)
    assert process.wait(timeout=120) == 0
    mine, clean = documents(folder), documents(finished.root)
    assert [name for name in mine if ".tmp" in name] == []
    assert mine.keys() == clean.keys()
    # stills have as many samples as there is time for
    differ = {name for name in clean if mine[name] != clean[name]}
    assert {n for n in differ if "contact_sheet" not in n and "stills" not in n} == set()


def test_a_film_in_work_is_left_to_whoever_works_on_it(
    planned: Film, script: Path, tmp_path: Path
) -> None:
    folder, other = tmp_path / "film", tmp_path / "other.fountain"
    shutil.copytree(planned.root, folder)
    other.write_text("INT. STREET - DAY\n\nNobody.\n", encoding="utf-8")
    before = documents(folder)
    with Film(folder).held():
        done = subprocess.run(
            [sys.executable, "-m", "filmagent", "make", str(other), "-o", str(folder), "--seed=9"],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 5, done.stderr
    assert f"process {os.getpid()}" in " ".join(done.stderr.split())
    assert documents(folder) == before, "neither screenplay nor settings were touched"


def test_a_stop_between_a_document_and_its_base_is_no_edit_by_hand(
    planned: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(planned.root, tmp_path / "film")
    film = Film(tmp_path / "film")
    path, edit = film.folder.edit, film.edit
    write = production.write_text

    def stopped(target: Path, text: str) -> None:
        if target == film.folder.base / "edit.json":
            raise KeyboardInterrupt
        write(target, text)

    edit.cuts[1].why = "first"
    with monkeypatch.context() as patch:
        patch.setattr(production, "write_text", stopped)
        with pytest.raises(KeyboardInterrupt):
            film.put(path, edit)
    assert film.edit.cuts[1].why == "first"
    edit.cuts[1].why = "second"
    film.put(path, edit)
    assert film.edit.cuts[1].why == "second"


def test_nothing_is_done_twice(planned: Film) -> None:
    states = {s.item: s.state for s in planned.status(_planning())}
    assert set(states.values()) == {"done"}, json.dumps(states, indent=1)


def _planning() -> list:
    from filmagent.film import stages_to

    return list(stages_to("stage"))


def test_a_film_stopped_between_two_scenes_says_how_it_stands(
    planned: Film, tmp_path: Path
) -> None:
    shutil.copytree(planned.root, tmp_path / "film")
    film = Film(tmp_path / "film")
    film.blocking.model_copy(update={"scenes": []}).write(film.folder.blocking)
    standings = {s.item: s.because for s in film.status(making.STAGES)}
    assert "has no scene 1 yet" in standings["shotlist"][0]
