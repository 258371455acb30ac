"""Who flies a film's moving shots is a choice of the film, and changes nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from camera.policy.pilot import PilotConfig, save_pilot
from camera.policy.pilot.network import PilotNetwork
from filmagent.documents import ShotList
from filmagent.errors import MissingDependency
from filmagent.film import Film, make
from filmagent.film.making import stages_to
from filmagent.film.production import save_settings
from filmagent.library import policy


@pytest.fixture
def film(planned: Film, tmp_path: Path) -> Film:
    """A film in which one camera leans in, by the planner."""
    root = tmp_path / "film"
    shutil.copytree(planned.root, root)
    folder = Film(root).folder
    shots = ShotList.read(folder.shotlist)
    one = next(s for s in shots.scenes[0].setups if s.kind == "single")
    one.move, one.rig, one.motive = "push_in", "dolly", "her line counts most"
    shots.write(folder.shotlist)
    save_settings(folder, camera="planner")
    return shot(root)


def shot(root: Path) -> Film:
    film = Film(root)
    film.run(stages_to("takes"))
    return Film(root)


def takes(film: Film) -> dict[str, tuple[bytes, int]]:
    """The bytes of every take's track, and when it was written, by setup."""
    found = {}
    for path in sorted(film.folder.takes.glob("*.npz")):
        found[film.report(path.stem).setup] = (path.read_bytes(), path.stat().st_mtime_ns)
    return found


def moving(film: Film) -> set[str]:
    return {s.id for scene in film.shotlist.scenes for s in scene.setups if s.move != "static"}


def test_another_pilot_shoots_only_the_moving_takes_anew(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "pilot.safetensors"
    save_pilot(weights, PilotNetwork(PilotConfig(width=16, heads=2)), {})
    monkeypatch.setattr(policy, "path", lambda: weights)
    before = takes(film)
    assert moving(film) and set(before) > moving(film)
    save_settings(film.folder, camera="policy")
    stale = {s.item: s.because for s in Film(film.root).status(stages_to("takes"))}
    assert stale["takes/1"] == ["camera"]
    after = takes(shot(film.root))
    for setup, written in before.items():
        assert (after[setup] == written) == (setup not in moving(film)), setup
    reasons = [film.report(f"{s}_t01").reasons for s in moving(film)]
    assert all(any(r.startswith("flown ") for r in said) for said in reasons)


def test_a_pilot_that_is_not_installed_is_missed_in_a_sentence(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "path", lambda: tmp_path / "nowhere" / "pilot.safetensors")
    with pytest.raises(MissingDependency, match=r"pilot's weights are not installed.*--camera"):
        make(folder=film.root, camera="policy", screenplay=film.folder.screenplay, until="takes")
    made = make(folder=film.root, camera="best", screenplay=film.folder.screenplay, until="takes")
    said = [made.report(f"{s}_t01").reasons for s in moving(made)]
    assert all(any("no pilot is installed" in r for r in reasons) for reasons in said)
