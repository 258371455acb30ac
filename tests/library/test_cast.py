"""The cast on the shelf: whole, dressed, light enough, friendly when asked for somebody else."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from filmagent.documents.catalogue import MemberEntry
from filmagent.errors import InputError
from filmagent.library import cast
from filmagent.library.bake import ARKIT, MeshPart
from filmagent.library.casting import recipe
from filmagent.library.shelf import data

SHELF = data("assets") / "cast"
CAST = sorted(path.stem for path in SHELF.glob("*.npz"))
CHILDREN = ["mei", "teo"]
TALL = {"child": (1.1, 1.5), "teen": (1.5, 1.9), "adult": (1.5, 2.0), "old": (1.45, 1.95)}
"""Metres that people of an age stand high, in shoes."""


def test_everybody_has_a_recipe_and_a_bake_that_agree():
    assert {path.stem for path in SHELF.glob("*.toml")} == set(CAST)
    for name in CAST:
        made, extra = recipe.read(SHELF / f"{name}.toml"), cast.load(name).bake.extra
        assert {key: extra[key] for key in ("title", "gender", "age", "years", "words")} == {
            "title": made.title, "gender": made.gender, "age": made.age, "years": made.years,
            "words": made.words,
        }, name  # fmt: skip


def test_the_shelf_has_young_and_old_women_and_men_of_many_skins():
    entries = [cast.load(name).entry() for name in CAST]
    assert len(entries) >= 16
    for gender in ("female", "male"):
        ages = [entry.age for entry in entries if entry.gender == gender]
        assert {"child", "teen", "adult", "old"} == set(ages) and len(ages) >= 8
    tones = sorted(recipe.read(SHELF / f"{name}.toml").skin.tone[0] for name in CAST)
    assert tones[0] < 0.15 and tones[-1] > 0.6
    assert sum(0.2 < tone < 0.5 for tone in tones) >= 3
    weights = [recipe.read(SHELF / f"{name}.toml").body["weight"] for name in CAST]
    assert min(weights) < 0.3 and max(weights) > 0.8


def test_an_unknown_name_gets_the_nearest_ones():
    with pytest.raises(InputError, match="did you mean ines"):
        cast.load("inse")
    with pytest.raises(InputError, match="there are"):
        cast.load("../../etc/passwd")


@pytest.mark.parametrize("name", CAST)
def test_a_member_is_whole(name: str):
    member = cast.load(name)
    kinds = {part.kind for part in member.bake.parts}
    assert {"skin", "cloth", "shoe", "hair", "brow", "lash", "eye", "teeth", "tongue"} <= kinds
    assert member.bones[0] == "root"
    assert all(parent < index for index, parent in enumerate(member.parents))
    assert all(len(values) for values in member.bake.strands.values())
    for part in member.bake.parts:
        _sound(part, len(member.bones))
        material = member.bake.materials[part.material]
        if material.texture:
            assert f"{material.texture}/albedo" in member.bake.textures
            assert part.uvs is not None


def _sound(part: MeshPart, bones: int) -> None:
    assert np.isfinite(part.vertices).all()
    assert part.faces.min() >= 0 and part.faces.max() < len(part.vertices)
    assert part.bone_ids.shape == (len(part.vertices), 4)
    assert part.bone_ids.min() >= 0 and part.bone_ids.max() < bones
    np.testing.assert_allclose(part.bone_weights.sum(axis=1), 1, atol=1e-5)
    if part.shape_index is not None:
        assert len(part.shape_index) == len(ARKIT) + 1
        assert part.shape_index[-1] == len(part.shape_vertices) == len(part.shape_deltas)


@pytest.mark.parametrize("name", CAST)
def test_a_member_stands_on_the_floor_and_faces_forward(name: str):
    member = cast.load(name)
    shoes = np.concatenate([p.vertices for p in member.bake.parts if p.kind == "shoe"])
    everything = np.concatenate([p.vertices for p in member.bake.parts])
    assert abs(shoes[:, 2].min()) < 1e-3
    assert everything[:, 2].min() > -1e-3
    assert member.point("nose_tip")[1] > member.point("eye.L")[1] > member.point("nape")[1]
    # facing +Y, one's left is at −x
    assert member.point("shoulder.L")[0] < 0 < member.point("shoulder.R")[0]
    low, high = TALL[member.entry().age]
    assert low < member.height < high
    assert member.height - 0.16 < member.eye_height < member.height - 0.07
    assert 0.05 < member.seat_height < 0.2


@pytest.mark.parametrize("name", CAST)
def test_nobody_is_undressed(name: str):
    """No skin between collar and cuffs, neckline and hips: clothes cover it or it is not there."""
    member = cast.load(name)
    part = member.bake.part("skin")
    height = part.vertices[:, 2]
    chest = member.point("shoulder.L")[2] - 0.12
    trunk = (height < chest) & (height > member.point("knee.L")[2] + 0.12)
    heaviest = part.bone_ids[trunk, part.bone_weights[trunk].argmax(axis=1)]
    arms = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
    assert all(member.bones[bone].startswith(arms) for bone in np.unique(heaviest))


@pytest.mark.parametrize("name", CAST)
def test_previews_are_light_and_keep_the_shape(name: str):
    member = cast.load(name)
    assert sum(len(part.faces) for part in member.parts("preview")) <= 44000
    for part in member.bake.parts:
        if part.kind in ("skin", "cloth") and part.use == "render":
            light = member.bake.part(f"{part.name}_preview")
            away, _ = cKDTree(part.vertices).query(light.vertices)
            # between fine vertices, so half an edge away at most
            assert np.percentile(away, 90) < 0.012, part.name


@pytest.mark.parametrize("name", CAST)
def test_mouths_and_lids_move(name: str):
    member = cast.load(name)
    for use in ("preview", "render"):
        skin = next(part for part in member.parts(use) if part.kind == "skin")
        index = skin.shape_index
        for shape in ("jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft", "browInnerUp"):
            k = ARKIT.index(shape)
            deltas = skin.shape_deltas[index[k] : index[k + 1]].astype(float)
            assert np.linalg.norm(deltas, axis=1).max() > 0.003, (use, shape)
    lower = member.bake.part("teeth_lower")
    k = ARKIT.index("jawOpen")
    opened = lower.shape_deltas[lower.shape_index[k] : lower.shape_index[k + 1]].astype(float)
    assert opened[:, 2].mean() < -0.003


@pytest.mark.parametrize("name", CAST)
def test_no_hair_hangs_over_the_face(name: str):
    member = cast.load(name)
    eyes = [member.point("eye.L"), member.point("eye.R")]
    for part in member.bake.parts:
        if part.kind != "hair" or part.material == "beard":
            continue
        for eye in eyes:
            before = part.vertices[:, 1] > eye[1] - 0.01
            near = np.hypot(part.vertices[:, 0] - eye[0], part.vertices[:, 2] - eye[2]) < 0.022
            assert not (before & near).any(), part.name


def test_an_entry_says_who_it_is():
    entry = cast.load("walter").entry()
    assert isinstance(entry, MemberEntry)
    assert (entry.gender, entry.age) == ("male", "old")
    assert "heavy coat" in entry.words


def test_a_bake_is_small_and_saved_the_same_twice(tmp_path):
    member = cast.load("ruth")
    member.bake.save(tmp_path / "a.npz")
    assert (tmp_path / "a.npz").read_bytes() == member.bake_path.read_bytes()
    for name in CAST:
        assert cast.load(name).bake_path.stat().st_size < 3.5e6
    assert sum((SHELF / f"{name}.npz").stat().st_size for name in CAST) < 46e6


def test_a_broken_recipe_says_where(tmp_path):
    text = (data("assets") / "cast" / "ines.toml").read_text()
    (tmp_path / "x.toml").write_text(text.replace('style = "bob"', 'style = "mohawk"'))
    with pytest.raises(InputError, match=r"hair\.style"):
        recipe.read(tmp_path / "x.toml")
    with pytest.raises(InputError, match="no recipe"):
        recipe.read(tmp_path / "none.toml")
