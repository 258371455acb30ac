"""Whose bone is whose: known rigs by their names, others by words or by shape; the user wins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from spelling import spelt

from filmagent.errors import InputError
from filmagent.library import cast
from filmagent.library.bodies import limbs, names
from filmagent.library.bodies.rig import Rig, checked, facing, metres
from filmagent.library.bodies.slots import REQUIRED, SLOTS, parents

CONVENTIONS = [c["name"] for c in names._tables()["convention"]]


def rig_of(table: dict[str, str]) -> Rig:
    """Ines' joints under other names."""
    body = cast.load("ines")
    slots = [s for s in SLOTS if s in table]
    heads = np.array([body.rest[body.bone(s.replace("toes", "toe2-1")), :3, 3] for s in slots])
    above = [next((slots.index(p) for p in parents(s) if p in slots), -1) for s in slots]
    return checked([table[s] for s in slots], np.array(above), heads, "a test")


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_rig_of_every_known_kind_is_understood(convention: str) -> None:
    table = spelt(convention)
    found = names.guess(rig_of(table))
    assert {slot: found[slot] for slot in table} == table
    assert not found.missing()


def test_bones_that_deform_win_over_their_namesakes_that_steer() -> None:
    table = spelt("Rigify")
    rig = rig_of(table)
    steering = [name.removeprefix("DEF-") for name in rig.names]
    doubled = checked(
        [*steering, *rig.names],
        np.array([*rig.parents, *(p + len(steering) if p >= 0 else -1 for p in rig.parents)]),
        np.concatenate([rig.heads, rig.heads]),
        "a test",
    )
    assert all(bone.startswith("DEF-") for bone in names.guess(doubled).values())


def test_words_tell_where_no_convention_fits() -> None:
    said = {
        "root": "body_pelvis_jnt", "spine03": "body_spine_jnt", "head": "body_head_jnt",
        "upperarm01": "{}_upperArm_jnt", "lowerarm01": "{}_foreArm_jnt", "wrist": "{}_hand_jnt",
        "upperleg01": "{}_thigh_jnt", "lowerleg01": "{}_shin_jnt", "foot": "{}_ankle_jnt",
    }  # fmt: skip
    table = {}
    for slot in SLOTS:
        base, _, side = slot.partition(".")
        if base in said:
            table[slot] = said[base].format({"L": "left", "R": "right"}.get(side, ""))
    table = {k: v.replace("body_", "") for k, v in table.items()}
    found = names.guess(rig_of(table))
    assert {slot: found[slot] for slot in REQUIRED} == {slot: table[slot] for slot in REQUIRED}


@pytest.mark.parametrize("turn", [0.0, 1.0, np.pi / 2, 4.0])
def test_numbered_bones_are_told_by_where_they_are(turn: float) -> None:
    wanted = [s for s in SLOTS if not s.startswith(("finger", "jaw")) and "02" not in s]
    rig = rig_of({s: f"Bone.{i:03d}" for i, s in enumerate(wanted)})
    c, s = np.cos(turn), np.sin(turn)
    stood = Rig(rig.names, rig.parents, rig.heads @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]))
    found = limbs.find(stood)
    for slot in REQUIRED:
        assert found[slot] == f"Bone.{wanted.index(slot):03d}", slot


def test_the_users_word_is_the_last(tmp_path: Path) -> None:
    rig = rig_of(spelt("Mixamo"))
    path = tmp_path / "map.toml"
    path.write_text('[bones]\n"wrist.L" = "mixamorig:RightHand"\njaw = ""\n')
    found = names.guess(rig, names.read(path))
    assert found["wrist.L"] == "mixamorig:RightHand"
    assert found.by["wrist.L"] == "yours" and "jaw" not in found
    assert found.missing() == ["wrist.R"]


def test_a_shown_map_is_a_map_that_can_be_given(tmp_path: Path) -> None:
    found = names.guess(rig_of(spelt("Character Creator")))
    path = tmp_path / "map.toml"
    path.write_text(names.toml(found))
    assert dict(names.guess(rig_of(spelt("Character Creator")), names.read(path))) == dict(found)


def test_what_is_missing_is_named_with_the_line_that_mends_it() -> None:
    table = spelt("Mixamo")
    del table["foot.R"]
    del table["toes.R"]
    with pytest.raises(InputError, match=r'no bone for foot\.R.*"foot\.R" = "…"'):
        names.guess(rig_of(table)).required("hero.fbx")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[bones", "not a bone map"),
        ("x = 1", "no table of bones"),
        ('[bones]\nhaed = "Head"', "did you mean head"),
        ("[bones]\nhead = 3", "no table of bones"),
    ],
)
def test_a_bone_map_with_a_mistake_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        names.read(path)


def test_a_map_of_a_bone_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean mixamorig:Head"):
        names.guess(rig_of(spelt("Mixamo")), {"head": "mixamorig:Haed"})


def test_a_body_is_turned_to_face_forward_whatever_its_axes() -> None:
    body = rig_of({s: s for s in SLOTS})
    joints = dict(zip(body.names, body.heads, strict=True))
    assert np.allclose(facing(joints), np.eye(3))
    y_up = np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]])
    assert np.allclose(facing({k: y_up @ v for k, v in joints.items()}), y_up)


def test_units_are_told_by_how_tall_somebody_is() -> None:
    assert metres(1.7) == 1.0
    assert metres(170.0) == 0.01
    assert metres(67.0) == 0.0254
    assert metres(42.0, 1.8) == pytest.approx(1.8 / 42)
    with pytest.raises(InputError, match="--height"):
        metres(1e6)


@pytest.mark.parametrize(
    ("bones", "above", "said"),
    [
        ([], [], "no bones"),
        (["a", "a"], [-1, 0], "two bones called 'a'"),
        (["a", "b"], [1, -1], "before the one it hangs on"),
    ],
)
def test_a_skeleton_that_is_none_is_refused(bones: list, above: list, said: str) -> None:
    with pytest.raises(InputError, match=said):
        checked(bones, np.array(above), np.zeros((len(bones), 3)), "hero.fbx")
