"""Rigged characters from files: Blender reads them in its own process, a member comes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from filmagent.errors import InputError
from filmagent.film import foreign
from filmagent.library import cast, skin
from filmagent.library.bake import Bake
from filmagent.library.bodies import flesh
from filmagent.library.cast import Member


def member(rigged: Path, file: str, into: Path, **more: object) -> tuple[Member, foreign.Brought]:
    made = foreign.body(rigged / file, foreign.Person("guest", **more), into=into)
    return Member("guest", Bake.load(made.path), made.path), made


def test_a_character_of_mixamo_is_the_body_it_was(rigged: Path, tmp_path: Path) -> None:
    body, made = member(rigged, "mixamo.fbx", tmp_path)
    ines = cast.load("ines")
    assert made.bones.convention == "Mixamo" and not made.notes
    assert body.height == pytest.approx(ines.height, abs=1e-3)
    for mark in ("eye.L", "knee.R", "wrist.L", "ankle.R", "shoulder.L"):
        assert np.abs(body.point(mark) - ines.point(mark)).max() < 0.03, mark
    # bent as ours is, its skin lies where ours does
    at_rest = np.tile([1.0, 0, 0, 0], (1, len(body.bones), 1))
    at_rest[0, body.bone("lowerarm01.R")] = [0.8, 0.6, 0, 0]
    world = skin.pose(body, at_rest, np.zeros((1, 3)), np.array([[1.0, 0, 0, 0]]))
    moved = skin.deform(body, body.bake.parts[0], world)[0]
    away = np.linalg.norm(moved - body.bake.parts[0].vertices, axis=1)
    hand = body.bake.parts[0].vertices[:, 0] > 0.48
    assert away[hand].min() > 0.05
    assert away[body.bake.parts[0].vertices[:, 0] < 0.1].max() < 1e-6


def test_a_glb_keeps_its_picture_and_its_face(rigged: Path, tmp_path: Path) -> None:
    body, made = member(rigged, "rigify.glb", tmp_path)
    part = body.bake.parts[0]
    assert made.bones.convention == "Rigify"
    assert part.shape_vertices is not None and len(part.shape_vertices) > 100
    picture = body.bake.textures[f"{part.material}/albedo"]
    assert np.abs(picture.reshape(-1, 3).mean(axis=0) - [204, 102, 51]).max() < 3
    assert len(part.vertices) < 7000  # what the exporter split is one again


def test_numbered_bones_in_odd_units_make_a_member_too(rigged: Path, tmp_path: Path) -> None:
    body, made = member(rigged, "plain.blend", tmp_path, height=1.8)
    assert set(made.bones.by.values()) == {"topology"}
    assert body.height == pytest.approx(1.8, abs=1e-3)
    assert body.point("toe.L")[1] > body.point("heel.L")[1]
    assert any("fingers" in note for note in made.notes)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("weightless.blend", "follows no bone"),
        ("bones_only.blend", "no mesh that follows"),
        ("empty.blend", "no armature"),
        ("nothing.fbx", "no file"),
    ],
)
def test_what_a_file_lacks_is_one_sentence(
    rigged: Path, tmp_path: Path, file: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        member(rigged, file, tmp_path)
    assert "\n" not in str(caught.value) and not list(tmp_path.glob("*.npz"))


@pytest.mark.parametrize(
    ("vertices", "faces", "said"),
    [
        (np.zeros((4, 3)), np.array([[0, 1, 2]]), "flat to a line"),
        (np.eye(3), np.zeros((0, 3), int), "has no faces"),
        (np.eye(3), np.array([[0, 1, 9]]), "vertices it lacks"),
        (np.full((3, 3), np.nan), np.array([[0, 1, 2]]), "not numbers"),
    ],
)
def test_a_degenerate_mesh_is_refused(vertices: np.ndarray, faces: np.ndarray, said: str) -> None:
    import scipy.sparse as sp

    mesh = flesh.Mesh("cape", vertices, faces, sp.csr_matrix((len(vertices), 1)))
    with pytest.raises(InputError, match=f"'cape' .*{said}"):
        flesh.check(mesh, "hero.glb")


def test_a_shipped_name_is_not_taken(rigged: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another --name"):
        foreign.body(rigged / "mixamo.fbx", foreign.Person("ines"), into=tmp_path)
