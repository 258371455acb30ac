from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import small_film


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Lit sets of tests never meet those of films."""
    patch = pytest.MonkeyPatch()
    patch.setenv("FILMAGENT_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    """A film folder that tests only read (they may render frames into it)."""
    folder = tmp_path_factory.mktemp("film")
    small_film.make(folder)
    return folder


@pytest.fixture(scope="session")
def preview(film):
    from filmagent.render.picture import Preview
    from filmagent.render.staged import Staged

    drawn = Preview(Staged.read(film, "1"))
    yield drawn
    drawn.close()
