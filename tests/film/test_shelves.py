"""What a crew may name: everything that is on this machine's shelves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from filmagent.film import Film, shelves, snapshot, writing


def test_every_shelf_of_the_catalogue_is_filled() -> None:
    catalogue = shelves.catalogue()
    for shelf in ("sets", "members", "actions", "voices", "props", "idioms"):
        assert getattr(catalogue, shelf), f"nothing on the shelf of {shelf}"


def test_a_crew_can_name_each_idiom_once_and_read_what_it_is_for() -> None:
    idioms = shelves.catalogue().idioms
    assert len({idiom.name for idiom in idioms}) == len(idioms)
    assert all(idiom.description for idiom in idioms)


def test_a_changed_idiom_covers_scenes_anew_and_reads_the_screenplay_no_second_time(
    planned: Film,
) -> None:
    film = Film(planned.root)
    stages = (writing.BreakdownStage(), writing.CoverageStage())
    assert {s.state for s in film.status(stages)} == {"done"}
    film.catalogue.idioms[0].description += " Or so."
    read, covered = (film.status([stage])[0] for stage in stages)
    assert read.state == "done"
    assert (covered.state, covered.because) == ("stale", ["idioms"])


def test_a_changed_film_says_how_it_stands_without_loading_a_department(planned: Film) -> None:
    shelves.catalogue()
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from filmagent.film import STAGES, Film, directing\n"
        "film = Film(Path(sys.argv[1]))\n"
        "assert film.status(STAGES)\n"
        "directing.changed_by_hand(film)\n"
        "heavy = {'scipy', 'trimesh', 'shapely', 'av', 'torch', 'OpenGL', 'bpy'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(planned.root)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_kept_catalogue_is_what_is_on_the_shelves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves.shelf, "cache", lambda: tmp_path)
    monkeypatch.setattr(shelves, "_look", lambda: {"catalogue": {}, "bakes": {"props/cup": "x"}})
    shelves._known.cache_clear()
    kept = shelves._known(tmp_path)
    assert json.loads((tmp_path / "catalogue.json").read_text()) == kept
    monkeypatch.setattr(shelves, "_look", lambda: pytest.fail("it was kept"))
    shelves._known.cache_clear()
    assert shelves._known(tmp_path) == kept
    assert shelves.bake("props", "cup").exists(), "a bake that is gone is made again"
    monkeypatch.setattr(snapshot, "machine_stamp", lambda: "something was installed")
    monkeypatch.setattr(shelves, "_look", lambda: {"catalogue": {}, "bakes": {}})
    shelves._known.cache_clear()
    assert shelves._known(tmp_path)["bakes"] == {}
    (tmp_path / "catalogue.json").write_text("{")
    shelves._known.cache_clear()
    assert shelves._known(tmp_path)["bakes"] == {}
    shelves._known.cache_clear()
