"""Blender runs in child processes; what it builds is shared by all tests."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import tiny_film


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tiny_film.Built:
    """One worker builds and renders, since starting Blender costs most.

    The film folder is gone before anything is rendered: a .blend needs no file but itself.
    """
    folder = tmp_path_factory.mktemp("film")
    stage = tiny_film.write_film(folder)
    blend = tmp_path_factory.mktemp("elsewhere") / "scene_01.blend"
    events = tiny_film.worker(
        [{"id": "b", "do": "build", "stage": str(stage), "blend": str(blend)}]
    )
    shutil.rmtree(folder)
    return tiny_film.Built(blend, events)


@pytest.fixture(scope="session")
def frames(built: tiny_film.Built, tmp_path_factory: pytest.TempPathFactory) -> tiny_film.Frames:
    """Frames of both cameras, every pass, by a worker that also fails a job on the way."""
    folder = tmp_path_factory.mktemp("frames")
    blend = str(built.blend)
    every = ["rgb", "depth", "ids", "vectors"]
    events = tiny_film.worker(
        [
            {
                "id": "a",
                "do": "render",
                "blend": blend,
                "setup": "1A",
                "frames": [-3, 40],
                "folder": str(folder / "1A"),
                "passes": every,
                "samples": 4,
            },
            {
                "id": "x",
                "do": "render",
                "blend": blend,
                "setup": "9Z",
                "frames": [0],
                "folder": str(folder / "9Z"),
            },
            {
                "id": "b",
                "do": "render",
                "blend": blend,
                "setup": "1B",
                "frames": [40],
                "folder": str(folder / "1B"),
                "passes": [*every, "layers", "camera"],
                "samples": 4,
            },
            {
                "id": "d",
                "do": "render",
                "blend": blend,
                "setup": "1B",
                "frames": [40, 41],
                "folder": str(folder / "data"),
                "passes": ["layers", "camera"],
            },
            {
                "id": "p",
                "do": "render",
                "blend": blend,
                "setup": "1A",
                "frames": [-3],
                "folder": str(folder / "plain"),
                "samples": 4,
            },
            {
                "id": "s",
                "do": "render",
                "blend": blend,
                "setup": "1B",
                "frames": [40],
                "path": str(folder / "still.png"),
                "samples": 4,
                "size": [96, 54],
                "seconds": 5,
            },
            {"id": "c", "do": "cameras", "blend": blend, "folder": str(folder / "back")},
            {
                "id": "again",
                "do": "render",
                "blend": blend,
                "setup": "1B",
                "frames": [40],
                "folder": str(folder / "1B"),
                "passes": every,
                "overwrite": False,
            },
        ]
    )
    return tiny_film.Frames(folder, events)
