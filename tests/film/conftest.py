"""Films made for the tests: small, but through every department."""

from __future__ import annotations

from pathlib import Path

import pytest

from filmagent.film import Film, make

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
"""
SIZE = (160, 90)


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short screenplay."""
    path = tmp_path_factory.mktemp("script") / "two_coffees.fountain"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def planned(script: Path, tmp_path_factory: pytest.TempPathFactory) -> Film:
    """A film as far as its stage documents; tests must not change it."""
    return make(script, tmp_path_factory.mktemp("planned") / "film", size=SIZE, until="stage")


@pytest.fixture(scope="session")
def finished(script: Path, tmp_path_factory: pytest.TempPathFactory) -> Film:
    """A whole film; tests must not change it."""
    return make(script, tmp_path_factory.mktemp("finished") / "film", size=SIZE)
