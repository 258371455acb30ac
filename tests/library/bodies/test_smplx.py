"""SMPL-X weights become members: their shape, their joints, their motion, nothing unpickled."""

from __future__ import annotations

from pathlib import Path

import double
import numpy as np
import pytest

from filmagent.errors import InputError
from filmagent.library import skin
from filmagent.library.bake import ARKIT, Bake
from filmagent.library.bodies import flesh, hems, member, smplx
from filmagent.library.cast import Member


@pytest.fixture(scope="module")
def made(model: smplx.Model) -> member.Made:
    return member.of_smplx(model, member.Person("ada", gender="female", years=64))


def test_a_model_becomes_a_member_that_can_be_cast(made: member.Made, tmp_path: Path) -> None:
    made.bake.save(tmp_path / "ada.npz")
    body = Member("ada", Bake.load(tmp_path / "ada.npz"), tmp_path / "ada.npz")
    entry = body.entry()
    assert (entry.gender, entry.age, entry.years) == ("female", "old", 64)
    assert 1.8 < body.height < 1.9 and 1.6 < body.eye_height < body.height
    for mark, low, high in (("chin", 1.55, 1.68), ("nose_tip", 1.64, 1.74), ("ball.L", 0, 0)):
        assert low <= body.point(mark)[2] <= high
    assert body.point("hip.L")[0] < 0 < body.point("toe.L")[1]  # faces +Y, its left at −X
    lowest = min(part.vertices[:, 2].min() for part in body.bake.parts)
    assert lowest == pytest.approx(0, abs=1e-6)


def test_nobody_is_undressed(made: member.Made) -> None:
    kinds = {part.name: part.kind for part in made.bake.parts}
    assert kinds == {"skin": "skin", "suit": "cloth", "shoes": "shoe", "eyes": "eye"}
    bones = made.bake.bones
    bare = next(p for p in made.bake.parts if p.kind == "skin")
    strongest = {
        bones[i].partition(".")[0] for i in bare.bone_ids[np.arange(len(bare.bone_ids)), 0]
    }
    assert not strongest & {"root", "spine05", "spine03", "upperleg01", "lowerleg01"}


def test_hems_are_cut_along_one_line(model: smplx.Model) -> None:
    mesh = model.mesh(np.zeros(0))
    height = mesh.vertices[:, 1]
    line = np.clip(0.5 + (height - 0.3), 0, 1)
    over, under = hems.cut(mesh, line)
    assert over.vertices[:, 1].min() == pytest.approx(0.3, abs=1e-6)
    assert under.vertices[:, 1].max() == pytest.approx(0.3, abs=1e-6)

    def area(part: flesh.Mesh) -> float:
        a, b, c = (part.vertices[part.faces[:, i]] for i in range(3))
        return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())

    assert area(over) + area(under) == pytest.approx(area(mesh), rel=1e-9)
    assert np.abs(np.asarray(over.weights.sum(axis=1)) - 1).max() < 1e-5


def test_shape_coefficients_change_the_body(model: smplx.Model, made: member.Made) -> None:
    tall = member.of_smplx(model, member.Person("tall"), [2.0])
    height = made.bake.extra["measures"]["height"]
    assert tall.bake.extra["measures"]["height"] == pytest.approx(height * 1.06, abs=2e-3)


def test_the_jaw_and_named_expressions_become_face_shapes(made: member.Made) -> None:
    moved = set()
    for part in made.bake.parts:
        counts = np.diff(part.shape_index) if part.shape_index is not None else np.zeros(52)
        moved |= {ARKIT[i] for i in np.flatnonzero(counts)}
    assert {"jawOpen", "jawLeft", "eyeBlinkLeft", "mouthSmileRight"} <= moved
    assert "cheekPuff" not in moved
    assert any("cheekPuff" not in note and "stay at rest" in note for note in made.notes)


def test_the_user_may_say_what_expressions_mean(model: smplx.Model, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text("[expressions]\ncheekPuff = [[6, 0.5], [0, -0.25]]\n")
    said = model.mesh(np.zeros(0), smplx.meanings(path)).shapes["cheekPuff"]
    assert np.allclose(said, 0.5 * model.expressions[..., 6] - 0.25 * model.expressions[..., 0])
    path.write_text("[expressions]\ncheekPuf = [[6, 0.5]]\n")
    with pytest.raises(InputError, match="did you mean cheekPuff"):
        smplx.meanings(path)
    with pytest.raises(InputError, match="asks for number 99"):
        model.mesh(np.zeros(0), {"jawOpen": [(99, 1.0)]})


def test_a_pickle_is_refused_with_the_conversion_to_run(tmp_path: Path) -> None:
    path = tmp_path / "SMPL_NEUTRAL.pkl"
    path.write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    with pytest.raises(InputError, match=r"runs whatever code.*np\.savez\('SMPL_NEUTRAL\.npz'"):
        smplx.read(path)


def test_what_is_no_model_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    with pytest.raises(InputError, match="no file"):
        smplx.read(path)
    path.write_bytes(b"PK not really")
    with pytest.raises(InputError, match="cannot be read"):
        smplx.read(path)
    np.savez(path, v_template=np.zeros((4, 3)))
    with pytest.raises(InputError, match="has no J_regressor"):
        smplx.read(path)
    whole = {
        "v_template": np.zeros((4, 3)), "f": np.zeros((1, 3), int), "weights": np.zeros((4, 24)),
        "shapedirs": np.zeros((4, 3, 10)), "J_regressor": np.zeros((24, 4)),
        "kintree_table": np.zeros((2, 24), int),
    }  # fmt: skip
    np.savez(path, **{**whole, "weights": np.zeros((4, 23))})
    with pytest.raises(InputError, match="weights is of shape"):
        smplx.read(path)
    np.savez(path, **{**whole, "kintree_table": np.zeros((2, 7), int)})
    with pytest.raises(InputError, match="7 joints"):
        smplx.read(path)


def test_objects_beside_the_arrays_are_never_opened(model: smplx.Model, tmp_path: Path) -> None:
    """Official files carry pickled dictionaries among their keys."""
    path = tmp_path / "official.npz"
    with np.load(model.source, allow_pickle=False) as archive:
        kept = {k: archive[k] for k in smplx._NEEDED}
    np.savez(path, **kept, part2num=np.array({"a": 1}, dtype=object))
    assert len(smplx.read(path).template) == len(model.template)


def test_a_posed_member_is_where_the_smplx_package_puts_it(tmp_path: Path) -> None:
    package = pytest.importorskip("smplx")
    torch = pytest.importorskip("torch")
    from scipy.spatial import cKDTree

    from filmagent.cast.imported import amass, retarget
    from filmagent.cast.rotation import about_z, quaternions
    from filmagent.cast.skeleton import Skeleton
    from filmagent.library.bodies import parts

    draw = np.random.default_rng(4)
    poses = draw.normal(0, 0.3, (3, 55, 3))
    poses[:, 22:25] = 0  # jaw and eyes are left to the face
    poses[:, 0] = [np.pi / 2, 0, 0]
    places = draw.normal(0, 0.5, (3, 3))
    take = tmp_path / "take.npz"
    np.savez(take, poses=poses.reshape(3, -1), trans=places, mocap_frame_rate=30.0)
    folder = tmp_path / "smplx"
    folder.mkdir()
    # the package knows vertices by number, and wants as many as real bodies have
    full = double.write(folder / "SMPLX_NEUTRAL.npz", use="render", correctives=True)
    model = smplx.read(full)
    made = member.of_smplx(model, member.Person("ada"))
    theirs = package.create(
        tmp_path, model_type="smplx", ext="npz", use_pca=False, flat_hand_mean=True,
        num_betas=10, num_expression_coeffs=10, batch_size=3,
    )  # fmt: skip

    def rows(*joints: int) -> object:
        return torch.tensor(poses[:, slice(*joints)].reshape(3, -1), dtype=torch.float32)

    with torch.no_grad():
        wanted = theirs(
            global_orient=rows(0, 1), body_pose=rows(1, 22), left_hand_pose=rows(25, 40),
            right_hand_pose=rows(40, 55), transl=torch.tensor(places, dtype=torch.float32),
        ).vertices.numpy()  # fmt: skip
    body = Member("ada", made.bake, take)
    clip, bone_map = amass.read(take, "take", model)
    played = retarget(clip, Skeleton.of(body), feet=False, shared=False)
    world = skin.pose(body, played.posed.encode(), played.root, quaternions(about_z(played.yaw)))
    ours = np.concatenate([skin.deform(body, p, world) for p in body.bake.parts], axis=1)
    split = parts.dressed(model.mesh(np.zeros(0)), model.rig(np.zeros(0)), bone_map)
    away, order = cKDTree(model.template).query(np.concatenate([m.vertices for m in split]))
    own = away < 1e-9  # hems have vertices of their own
    apart = ours[:, own] - wanted[:, order[own]]
    # ours stands on the floor, theirs floats where the take put its origin
    assert np.abs(apart - np.median(apart, axis=1, keepdims=True)).max() < 1e-5
