"""A .blend saved by hand is never overwritten: what was done to it comes back into the film."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from filmagent.blender.seal import seal, sealed
from filmagent.documents import Cut, Edit, SceneStage, StageCamera, StageCut, StageWorld
from filmagent.documents.edit import Crossing
from filmagent.film import Film, directing, make
from filmagent.film.recutting import marked, recut
from filmagent.library import npz

WORK = """
import bpy, sys
bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
scene = next(s for s in bpy.data.scenes if s.name.startswith("Scene "))
take = sys.argv[2]
camera = next(o for o in scene.objects if o.type == "CAMERA" and o.get("take") == take)
camera.animation_data_clear()
camera.location = (0.5, 0.25, 2.125)
camera.data.animation_data_clear()
camera.data.lens = 28.0
marker = sorted(scene.timeline_markers, key=lambda m: m.frame)[1]
marker.frame += 3
bpy.ops.object.camera_add()
bpy.context.object.name = "my own"
scene.frame_start += 5
bpy.ops.wm.save_mainfile()
"""


@pytest.fixture(scope="module")
def built(planned: Film, tmp_path_factory: pytest.TempPathFactory) -> Film:
    folder = tmp_path_factory.mktemp("built") / "film"
    shutil.copytree(planned.root, folder)
    return again(Film(folder))[0]


@pytest.fixture
def film(built: Film, tmp_path: Path) -> Film:
    shutil.copytree(built.root, tmp_path / "film")
    return Film(tmp_path / "film")


def again(film: Film, **options: object) -> tuple[Film, list[str], list[str]]:
    items: list[str] = []
    notes: list[str] = []

    def hear(event: object) -> None:
        if event.kind == "item":  # type: ignore[attr-defined]
            items.append(f"{event.stage}/{event.item}")  # type: ignore[attr-defined]
        elif event.kind == "note":  # type: ignore[attr-defined]
            notes.append(event.text)  # type: ignore[attr-defined]

    made = make(film.folder.screenplay, film.root, until="blend", listener=hear, **options)
    return made, items, notes


def by_hand(script: str, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr


def test_work_by_hand_comes_back_and_is_kept(film: Film) -> None:
    blend = film.folder.blend("1")
    cuts = [c for c in film.edit.cuts if c.kind == "shot"]
    first, second = cuts[0], cuts[1]
    assert first.source_out == second.source_in, "the test wants two cuts that join"
    others = {
        p.name: p.read_bytes() for p in film.folder.takes.glob("*.npz") if p.stem != second.take
    }
    assert directing.changed_by_hand(film) == []
    by_hand(WORK, str(blend), second.take)
    saved = blend.read_bytes()
    assert directing.changed_by_hand(film) == ["stage/scene_01.blend"]

    after, items, notes = again(film)

    kept = blend.with_name("scene_01.hand-1.blend")
    assert kept.read_bytes() == saved and sealed(blend)
    report = after.report(second.take)
    assert report.locked and report.static and report.lens_mm == 28.0
    assert "by hand in Blender" in report.reasons[-1]
    track = npz.load(after.folder.take(second.take).with_suffix(".npz"))
    assert np.abs(track["positions"] - (0.5, 0.25, 2.125)).max() == 0.0
    assert (track["focal_mm"] == 28.0).all()
    assert len(track["frames"]) == report.end - report.first, "the narrowed range cuts nothing off"
    for name, data in others.items():
        assert (after.folder.takes / name).read_bytes() == data, f"{name} was not touched"

    moved = {c.id: c for c in after.edit.cuts}
    assert moved[first.id].source_out == first.source_out + 3
    assert moved[second.id].source_in == second.source_in + 3
    assert sum(c.frames for c in after.edit.cuts) == sum(c.frames for c in film.edit.cuts)

    assert "blend/1" in items and "takes/1" not in items
    said = " ".join(notes)
    assert "scene_01.hand-1.blend" in said and "my own" in said and second.setup in said

    stage = after.staged("1")
    assert (moved[second.id].source_in, second.take) in marked(stage)
    _, items, _ = again(after)
    assert items == [], "and the film is up to date"
    again(after, seed=99, redo=["takes", "edit"])
    assert after.report(second.take).locked
    assert moved[second.id].source_in == next(
        c.source_in for c in after.edit.cuts if c.id == second.id
    )


def test_a_file_saved_without_a_change_is_kept_but_locks_nothing(film: Film) -> None:
    blend = film.folder.blend("1")
    by_hand(
        "import bpy, sys; bpy.ops.wm.open_mainfile(filepath=sys.argv[1]);"
        "bpy.ops.wm.save_mainfile()",
        str(blend),
    )
    edit = film.edit
    after, _, _ = again(film)
    assert blend.with_name("scene_01.hand-1.blend").exists()
    assert after.edit == edit
    assert not any(after.report(p.stem).locked for p in after.folder.takes.glob("*.json"))


def test_a_built_blend_is_never_taken_for_hand_saved(film: Film) -> None:
    blend = film.folder.blend("1")
    film.folder.records.unlink()  # as after a kill between the build and its record
    _, items, notes = again(film)
    assert "blend/1" in items
    assert not list(blend.parent.glob("*.hand-*")), notes


def test_a_file_that_cannot_be_opened_is_kept_and_holds_nothing_up(film: Film) -> None:
    blend = film.folder.blend("1")
    broken = blend.read_bytes()[:3000]
    blend.write_bytes(broken)
    _, items, notes = again(film)
    assert blend.with_name("scene_01.hand-1.blend").read_bytes() == broken
    assert "blend/1" in items and sealed(blend)
    assert any("not read back" in note for note in notes)


@pytest.mark.parametrize("data", [b"", b"BLENDER-v405RENDH" * 9, b"\x28\xb5\x2f\xfd" + bytes(99)])
def test_a_seal_breaks_with_any_change(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.blend"
    path.write_bytes(data)
    assert not sealed(path)
    seal(path)
    assert sealed(path)
    whole = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not sealed(path)
    path.write_bytes(whole + b"more")
    assert not sealed(path)


def shot(number: int, setup: str, start: int, end: int) -> Cut:
    return Cut(
        id=f"c{number}",
        scene="1",
        setup=setup,
        take=f"{setup}_t01",
        source_in=start,
        source_out=end,
    )


EDIT = Edit(
    cuts=[
        Cut(id="title", kind="card", source_out=48),
        shot(1, "1A", 0, 60),
        shot(2, "1B", 60, 100),
        shot(3, "1A", 100, 150),
        shot(4, "1C", 170, 200),
        shot(5, "1B", 190, 240),
    ]
)
DAYLIGHT = StageWorld(top=(1, 1, 1), horizon=(1, 1, 1), ground=(1, 1, 1))
STAGE = SceneStage(
    scene="1",
    fps=(24, 1),
    first=-24,
    end=264,
    size=(640, 360),
    set_name="cafe",
    set_bake="",
    light_plan="day",
    lights=[],
    world=DAYLIGHT,
    cameras=[
        StageCamera(setup=s, take=f"{s}_t01", track="", static=True) for s in ("1A", "1B", "1C")
    ],
    cuts=[
        StageCut(
            id=c.id, setup=c.setup, source_in=c.source_in, source_out=c.source_out, film_in=48 + n
        )
        for n, c in enumerate(EDIT.cuts[1:])
    ],
)
BUILT = [(0, "1A_t01"), (60, "1B_t01"), (100, "1A_t01"), (170, "1C_t01")]


def shown(edit: Edit | None) -> list[tuple[str, int, int]]:
    assert edit is not None
    return [(c.setup, c.source_in, c.source_out) for c in edit.cuts if c.kind == "shot"]


def test_markers_are_what_blender_was_given() -> None:
    assert marked(STAGE) == BUILT
    assert recut(EDIT, STAGE, BUILT) == (None, [])


@pytest.mark.parametrize(
    ("markers", "expected"),
    [
        (
            [(0, "1A_t01"), (48, "1B_t01"), (100, "1A_t01"), (170, "1C_t01")],
            [("1A", 0, 48), ("1B", 48, 100), ("1A", 100, 150), ("1C", 170, 200), ("1B", 190, 240)],
        ),
        (
            [(0, "1A_t01"), (60, "1C_t01"), (100, "1A_t01"), (170, "1C_t01")],
            [("1A", 0, 60), ("1C", 60, 100), ("1A", 100, 150), ("1C", 170, 200), ("1B", 190, 240)],
        ),
        (
            [(0, "1A_t01"), (60, "1B_t01"), (170, "1C_t01")],
            [("1A", 0, 60), ("1B", 60, 150), ("1C", 170, 200), ("1B", 190, 240)],
        ),
        (
            [*BUILT[:2], (80, "1C_t01"), *BUILT[2:]],
            [
                *[("1A", 0, 60), ("1B", 60, 80), ("1C", 80, 100), ("1A", 100, 150)],
                *[("1C", 170, 200), ("1B", 190, 240)],
            ],
        ),
    ],
    ids=["moved", "another camera", "removed", "added"],
)
def test_markers_become_the_cut_and_the_film_keeps_its_length(
    markers: list[tuple[int, str]], expected: list[tuple[str, int, int]]
) -> None:
    edit, said = recut(EDIT, STAGE, markers)
    assert shown(edit) == expected and said == []
    assert edit is not None
    assert sum(c.frames for c in edit.cuts) == sum(c.frames for c in EDIT.cuts)
    assert len({c.id for c in edit.cuts}) == len(edit.cuts)
    old = {c.id: c for c in EDIT.cuts}
    for cut in edit.cuts:
        assert cut.locked == (cut != old.get(cut.id)), "what a hand changed is locked, no more"


def test_a_cut_made_by_hand_keeps_the_sound_of_its_place_and_nothing_said_of_the_old_one() -> None:
    told = EDIT.model_copy(deep=True)
    place, line = Crossing(kind="J", seconds=0.5), Crossing(kind="L", speaker="mara", seconds=0.7)
    told.cuts[1].sound, told.cuts[2].sound, told.cuts[2].joins = place, line, {"gaze": 0.4}
    edit, _ = recut(told, STAGE, [(0, "1C_t01"), (70, "1B_t01"), (100, "1A_t01"), (170, "1C_t01")])
    assert edit is not None
    first, second = edit.cuts[1:3]
    assert (first.setup, first.sound) == ("1C", place)
    assert (second.source_in, second.sound, second.joins) == (70, Crossing(), {})


def test_what_cannot_be_taken_over_is_said() -> None:
    strange = [(0, "1A_t01"), (60, ""), (100, "1A_t01"), (170, "1C_t01")]
    edit, said = recut(EDIT, STAGE, strange)
    assert edit is None and "no setup" in said[0]
    edit, said = recut(EDIT, STAGE, [*BUILT, (160, "1B_t01")])
    assert "frame 160" in said[0]
    other = EDIT.model_copy(deep=True)
    other.cuts[1].source_out = 61
    edit, said = recut(other, STAGE, [(0, "1C_t01")])
    assert edit is None and "has changed since" in said[0]
    assert recut(EDIT, STAGE, [])[0] is None


def test_a_camera_that_follows_an_object_is_read_as_it_shoots(film: Film, tmp_path: Path) -> None:
    blend = film.folder.blend("1")
    take = next(c.take for c in film.edit.cuts if c.kind == "shot")
    by_hand(
        """
import bpy, sys
bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
scene = next(s for s in bpy.data.scenes if s.name.startswith("Scene "))
camera = next(o for o in scene.objects if o.type == "CAMERA" and o.get("take") == sys.argv[2])
copy = camera.copy()
copy.location.x += 9
scene.collection.objects.link(copy)
empty = bpy.data.objects.new("focus", None)
empty.parent = camera
empty.location = (0, 0, -3.5)
scene.collection.objects.link(empty)
camera.data.dof.focus_object = empty
bpy.ops.wm.save_mainfile()
""",
        str(blend),
        take,
    )
    done = subprocess.run(
        [sys.executable, "-m", "filmagent.blender", "read", str(blend), "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    event = json.loads(done.stdout.splitlines()[0])
    track = npz.load(Path(event["files"][take]))
    built = npz.load(film.folder.take(take).with_suffix(".npz"))
    assert np.abs(track["focus_m"] - 3.5).max() < 1e-4
    assert np.abs(track["positions"] - built["positions"]).max() < 1e-4, "not its copy's"
    assert [name for name in event["strangers"] if name.endswith(".001")]
    assert [(m["frame"], m["take"]) for m in event["markers"]] == marked(film.staged("1"))
