"""A set on the shelf is a place people can walk, sit and talk in, and it is built as drawn."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely
import trimesh

from filmagent.errors import DocumentError, FilmError, InputError
from filmagent.library import sets, shelf
from filmagent.library.kit import build, layout

SETS = ("cafe", "street")


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory):
    patch = pytest.MonkeyPatch()
    patch.setenv("FILMAGENT_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()
    sets._load.cache_clear()


@pytest.fixture(scope="module", params=SETS)
def piece(request: pytest.FixtureRequest) -> sets.SetPiece:
    return sets.load(request.param)


def room_of(free: shapely.Geometry, point: tuple[float, ...]) -> int | None:
    where = shapely.Point(point[:2])
    for index, part in enumerate(shapely.get_parts(free)):
        if part.distance(where) < 0.005:
            return index
    return None


def test_the_shelf_has_an_interior_and_an_exterior():
    assert set(SETS) <= set(sets.names())
    assert sets.load("cafe").spec.setting == "int"
    assert sets.load("street").spec.setting == "ext"


def test_an_unknown_set_names_the_nearest():
    with pytest.raises(InputError, match='did you mean "cafe"'):
        sets.load("caffe")


def test_everybody_reaches_every_mark_from_every_door(piece: sets.SetPiece):
    rooms = {room_of(piece.free, door.position) for door in piece.spec.doors.values()}
    rooms |= {room_of(piece.free, door.outside) for door in piece.spec.doors.values()}
    rooms |= {room_of(piece.free, mark.approach) for mark in piece.spec.marks.values()}
    assert len(rooms) == 1 and None not in rooms, {
        mark.id: room_of(piece.free, mark.approach) for mark in piece.spec.marks.values()
    }


def test_a_seat_is_approached_from_the_front_or_side(piece: sets.SetPiece):
    for mark in piece.spec.marks.values():
        if mark.kind == "stand":
            assert mark.approach == mark.position
            continue
        step = np.subtract(mark.approach, mark.position)[:2]
        ahead = np.array([-math.sin(mark.heading), math.cos(mark.heading)])
        assert 0.4 <= np.linalg.norm(step) <= 0.95, mark.id
        assert step @ ahead / np.linalg.norm(step) > -0.4, mark.id
        assert 0.4 < mark.seat_height < 0.5
        hit = _seat_top(piece, mark)
        assert abs(hit - mark.seat_height) < 0.03, f"{mark.id}: seat drawn at {hit:.3f}"


def _seat_top(piece: sets.SetPiece, mark: sets.Mark) -> float:
    origin = np.array([[mark.position[0], mark.position[1], mark.seat_height + 0.2]])
    mesh = piece.collision_mesh()
    points, _, _ = mesh.ray.intersects_location(origin, [[0.0, 0.0, -1.0]])
    return float(points[:, 2].max())


def test_a_tabletop_is_where_the_mark_says(piece: sets.SetPiece):
    mesh = piece.collision_mesh()
    for mark in piece.spec.marks.values():
        if mark.surface is None:
            continue
        origin = np.add(mark.surface, [0, 0, 0.15])[None]
        points, _, _ = mesh.ray.intersects_location(origin, [[0.0, 0.0, -1.0]])
        assert abs(points[:, 2].max() - mark.surface[2]) < 0.005, mark.id
        assert np.linalg.norm(np.subtract(mark.surface, mark.position)[:2]) < 0.8, mark.id


def test_partners_are_mutual_within_talking_distance_and_face_each_other(piece: sets.SetPiece):
    marks = piece.spec.marks
    for mark in marks.values():
        for name in mark.partners:
            other = marks[name]
            assert mark.id in other.partners, (mark.id, name)
            away = np.subtract(other.position, mark.position)[:2]
            assert 0.6 <= np.linalg.norm(away) <= 2.0, (mark.id, name)
            ahead = np.array([-math.sin(mark.heading), math.cos(mark.heading)])
            if mark.role == "table" and other.role == "table":
                assert away @ ahead / np.linalg.norm(away) > 0.9, (mark.id, name)


def test_there_are_enough_marks_doors_and_light_plans(piece: sets.SetPiece):
    spec = piece.spec
    assert len(spec.marks) >= 12 and len(spec.doors) >= 2
    assert sum(mark.background for mark in spec.marks.values()) >= 4
    assert set(spec.light_plans) == {"dawn", "day", "dusk", "night"}
    for plan in spec.light_plans.values():
        assert plan.lights
        for light in plan.lights:
            assert abs(np.linalg.norm(light.quaternion) - 1) < 1e-5


def test_a_camera_has_room_in_front_of_every_talker(piece: sets.SetPiece):
    """From 1.3 m, between 30° off the eyeline and profile, something sees the whole face."""
    mesh = piece.collision_mesh()
    for mark in piece.spec.marks.values():
        if mark.background or not mark.partners:
            continue
        face = np.add(mark.position, [0, 0, 1.2 if mark.kind == "seat" else 1.6])
        clear = 0
        for aside in (-1.5, -0.75, -0.52, 0.52, 0.75, 1.5):
            angle = mark.heading + aside
            camera = face + 1.3 * np.array([-math.sin(angle), math.cos(angle), 0.05])
            way = (camera - face) / np.linalg.norm(camera - face)
            hits, _, _ = mesh.ray.intersects_location([face + 0.2 * way], [way])
            reach = np.linalg.norm(hits - face, axis=1).min() if len(hits) else np.inf
            clear += reach > 1.3
        assert clear >= 1, mark.id


def test_it_is_light_enough_for_the_preview(piece: sets.SetPiece):
    assert sum(len(part.faces) for part in piece.bake.parts) < 150_000
    assert piece.bake_path.stat().st_size < 8e6


def test_every_part_is_shaded_textured_and_sound(piece: sets.SetPiece):
    for part in piece.bake.parts:
        assert part.material in piece.bake.materials
        assert part.kind
        assert np.isfinite(part.vertices).all() and part.faces.max() < len(part.vertices)
        assert len(part.normals) == len(part.uvs) == len(part.vertices)
        assert np.allclose(np.linalg.norm(part.normals, axis=1), 1, atol=0.05)
        corners = part.vertices[part.faces].astype(float)
        outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        agree = np.einsum("ij,ij->i", outward, part.normals[part.faces].mean(axis=1))
        # folded leaves are seen from both sides
        bound = 0.05 if part.kind in ("plant", "tree") else 0.01
        assert (agree < -1e-7).mean() < bound, f"{part.name} is inside out"
    for material in piece.bake.materials.values():
        assert not material.texture or f"{material.texture}/albedo" in piece.bake.textures


def test_openings_are_open_and_glazed(piece: sets.SetPiece):
    """A straight look out of each window and door meets glass or nothing, never wall."""
    mesh_parts = [part for part in piece.bake.parts if part.collide and part.kind == "wall"]
    starts = np.cumsum([0, *(len(part.vertices) for part in mesh_parts)])
    walls = trimesh.Trimesh(
        np.vstack([part.vertices for part in mesh_parts]),
        np.vstack([p.faces + s for p, s in zip(mesh_parts, starts, strict=False)]),
        process=False,
    )
    eyes = {"cafe": [(-0.8, 1.9, 1.5), (2.1, 1.9, 1.5)], "street": [(-0.8, -0.9, 1.5)]}
    way = {"cafe": [0.0, -1.0, 0.0], "street": [0.0, 1.0, 0.0]}[piece.spec.name]
    for eye in eyes[piece.spec.name]:
        hits, _, _ = walls.ray.intersects_location([eye], [way])
        reach = np.abs(hits[:, 1] - eye[1]).min() if len(hits) else np.inf
        assert reach > 3.0


def test_nothing_floats(piece: sets.SetPiece):
    """Each piece stands on the ground, on its support, or says what holds it."""
    entries = {entry["id"]: entry for entry in piece.bake.extra["pieces"]}
    ground = {"cafe": (0.0, -0.02, -0.14), "street": (0.0, -0.12)}[piece.spec.name]
    for entry in entries.values():
        if entry["on"]:
            assert entry["on"] in entries
            continue
        if entry["held"] or entry["kit"] in ("floor", "pavement", "kerb", "road"):
            continue
        low = min(
            float(piece.bake.part(name).vertices[first:end, 2].min())
            for name, (first, end, _, _) in entry["parts"].items()
        )
        assert min(abs(low - level) for level in ground) < 0.03, f"{entry['id']} at {low:.3f}"


def test_standing_pieces_keep_out_of_each_other(piece: sets.SetPiece):
    entries = [e for e in piece.bake.extra["pieces"] if e["footprint"]]
    walls = {"wall", "storeys", "blocked_passage", "glazed_door", "stall_riser"}
    areas = {
        e["id"]: shapely.union_all([shapely.Polygon(r[0], r[1:]) for r in e["footprint"]])
        for e in entries
        if e["kit"] not in walls
    }
    allowed = {(e["id"], other) for e in entries for other in [*e["overlaps"], e["on"]]}
    names = sorted(areas)
    for k, first in enumerate(names):
        for second in names[k + 1 :]:
            if (first, second) in allowed or (second, first) in allowed:
                continue
            shared = areas[first].intersection(areas[second]).buffer(-0.01)
            assert shared.is_empty, f"{first} stands in {second} ({shared.area:.3f} m²)"


def test_the_same_toml_bakes_to_the_same_bytes(tmp_path: Path):
    path = sets.folder("cafe") / "set.toml"
    for name in ("a", "b"):
        build.bake("cafe", layout.read(path), str(path)).save(tmp_path / f"{name}.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_users_own_set_is_found_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(shelf.data("scenes") / "cafe", tmp_path / "kiosk")
    text = (tmp_path / "kiosk" / "set.toml").read_text(encoding="utf-8")
    moved = text.replace("at = [-0.99, 0.95]", "at = [-1.04, 0.95]")
    assert moved != text
    (tmp_path / "kiosk" / "set.toml").write_text(moved, encoding="utf-8")
    monkeypatch.setenv("FILMAGENT_SCENES", str(tmp_path))
    assert "kiosk" in sets.names()
    seat = sets.load("kiosk").spec.marks["window_a"]
    assert seat.position[0] == pytest.approx(
        sets.load("cafe").spec.marks["window_a"].position[0] - 0.05
    ), "moving a chair moves its mark"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('title = "A corner café"', 'titel = "A corner café"', "title"),
        ('kit = "banquette"', 'kit = "banquete"', 'did you mean "banquette"'),
        ("with = { length = 2.6, seats = 2", "with = { lenght = 2.6, seats = 2", '"length"'),
        ('seat = "chair_1a"', 'seat = "chair_9"', "chair_9"),
        ('partners = ["window_b"]', 'partners = ["window_z"]', "window_z"),
        ("[[piece]]", "[[piece", "not valid TOML"),
    ],
)
def test_a_mistake_in_a_set_is_named_with_its_place(
    tmp_path: Path, before: str, after: str, said: str
):
    text = (sets.folder("cafe") / "set.toml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "set.toml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FilmError, match=r"set\.toml") as caught:
        build.bake("cafe", layout.read(path), str(path))
    assert said in str(caught.value)
    assert isinstance(caught.value, DocumentError | InputError)


def test_the_crew_sees_names_only(piece: sets.SetPiece):
    entry = piece.entry()
    assert entry.name == piece.spec.name
    assert [mark.id for mark in entry.marks] == list(piece.spec.marks)
    assert any(mark.surface for mark in entry.marks)
