"""Films made for the tests: small, but through every department."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from filmagent.film import Film, finishing, make

SCRIPT = """Title: Two Coffees

INT. CAFÉ - DAY

MARA (30s, dark bob) sits at a table by the window.

The door opens. JONAS (60s, grey) enters and walks to her table.

JONAS
You kept the table.

MARA
(angry)
You kept me waiting.

Jonas sits down.

JONAS
I know. I am sorry.

MARA
Is that her key?

JONAS
It was always yours.
"""
SIZE = (160, 90)
Once = Callable[[str, Callable[[Path], object]], Film]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a film in a folder once for all test processes; tests must not change it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def film(name: str, build: Callable[[Path], object]) -> Film:
        folder, done = shared / name / "film", shared / name / "done"
        folder.parent.mkdir(exist_ok=True)
        with (shared / name / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                build(folder)
                done.touch()
        return Film(folder)

    return film


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short screenplay."""
    path = tmp_path_factory.mktemp("script") / "two_coffees.fountain"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def planned(script: Path, once: Once) -> Film:
    """A film as far as its stage documents."""
    return once("planned", lambda folder: make(script, folder, size=SIZE, until="stage"))


@pytest.fixture(scope="session")
def finished(script: Path, once: Once) -> Film:
    """A whole film; its contact sheet has taken little time for stills."""

    def build(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(finishing, "STILL_BUDGET", 3.0)
            make(script, folder, size=SIZE)

    return once("finished", build)
