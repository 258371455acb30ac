"""A film can be killed at any point; the next run ends at the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from filmagent.film import Film, make

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


def test_nothing_is_done_twice(planned: Film) -> None:
    states = {s.item: s.state for s in planned.status(_planning())}
    assert set(states.values()) == {"done"}, json.dumps(states, indent=1)


def _planning() -> list:
    from filmagent.film import stages_to

    return list(stages_to("stage"))
