"""The library finds its data from a checkout, an editable install and a wheel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from filmagent.errors import MissingDependency
from filmagent.library import shelf

ROOT = Path(__file__).parents[2]
ASK = """
import json, sys, filmagent, camera
from filmagent.library import actions, cast, props, sets, shelf
print(json.dumps({
    "package": filmagent.__file__, "camera": camera.__file__,
    "scenes": str(shelf.data("scenes")), "assets": str(shelf.data("assets")),
    "sets": sets.names(), "cast": cast.names(), "props": props.names(),
    "bodies": [cast.load(n).bake_path.is_file() for n in cast.names()],
    "marks": [len(sets.load(n).spec.marks) for n in sets.names()],
}))
"""


def ask(elsewhere: Path, path: Path | None = None) -> dict:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    builders = pytest.importorskip("hatchling.builders.wheel")
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = builders.WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    return Path(path)


def is_whole(found: dict) -> bool:
    return (
        {"cafe", "street"} <= set(found["sets"])
        and len(found["cast"]) >= 6
        and "cup" in found["props"]
        and all(found["bodies"])
        and min(found["marks"]) > 5
    )


def test_a_checkout_has_its_data_beside_the_package(tmp_path: Path) -> None:
    found = ask(tmp_path, ROOT)
    assert Path(found["scenes"]) == ROOT / "scenes" and Path(found["assets"]) == ROOT / "assets"
    assert is_whole(found)


def test_an_editable_install_reads_the_checkout_from_anywhere(tmp_path: Path) -> None:
    found = ask(tmp_path)
    package = Path(found["package"]).parent
    if "site-packages" in package.parts:
        pytest.skip("these tests run on an installed wheel")
    assert Path(found["scenes"]) == package.parent / "scenes"
    assert is_whole(found)


def test_a_wheel_carries_all_data_and_finds_it(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
        names = set(archive.namelist())
    found = ask(tmp_path, site)
    assert Path(found["package"]).is_relative_to(site)
    assert Path(found["camera"]).is_relative_to(site)
    assert Path(found["scenes"]) == site / "filmagent" / "_data" / "scenes"
    assert Path(found["assets"]) == site / "filmagent" / "_data" / "assets"
    assert is_whole(found)
    for folder in ("filmagent", "camera"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                assert path.relative_to(ROOT).as_posix() in names
    assert not [name for name in names if name.startswith(("tests/", "examples/"))]


def test_lost_data_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_PACKAGE", tmp_path / "filmagent")
    with pytest.raises(MissingDependency, match="pip install --force-reinstall filmagent"):
        shelf.data("scenes")
