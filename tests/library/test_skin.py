"""Skinning: exact at rest, rigid where it should be, and the same as Blender's."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from filmagent.library import cast, skin
from filmagent.library.bake import ARKIT

# ruff: noqa: E501 - the child script below is dense on purpose
STILL = np.array([[1.0, 0, 0, 0]])


def _motion(
    member: cast.Member, frames: int, key: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(key)
    rotations = np.zeros((frames, len(member.bones), 4))
    rotations[..., 0] = 1
    rotations[..., 1:] = rng.normal(0, 0.12, (frames, len(member.bones), 3))
    root = rng.normal(0, 1, (frames, 3))
    turn = rng.normal(size=(frames, 4))
    return rotations, root, turn / np.linalg.norm(turn, axis=1, keepdims=True)


def test_at_rest_nothing_moves():
    member = cast.load("ines")
    rest = np.tile(STILL, (1, len(member.bones), 1))
    bones = skin.pose(member, rest, np.zeros((1, 3)), STILL)
    np.testing.assert_allclose(bones[0], member.rest, atol=1e-12)
    for part in member.bake.parts:
        moved = skin.deform(member, part, bones, np.zeros((1, 52)))
        np.testing.assert_allclose(moved[0], part.vertices, atol=2e-6)


def test_a_turned_body_is_the_body_turned():
    member = cast.load("kofi")
    rest = np.tile(STILL, (1, len(member.bones), 1))
    half = np.sqrt(0.5)
    bones = skin.pose(member, rest, np.array([[1.0, 2, 3]]), np.array([[half, 0, 0, half]]))
    part = member.bake.part("skin")
    x, y, z = part.vertices.T
    expected = np.stack([1 - y, 2 + x, 3 + z], axis=1)
    np.testing.assert_allclose(skin.deform(member, part, bones)[0], expected, atol=1e-5)


def test_eyes_aim_along_their_bone():
    member = cast.load("nadia")
    rotations = np.tile(STILL, (1, len(member.bones), 1))
    angle = np.radians(20) / 2
    rotations[0, member.bone("eye.L")] = [np.cos(angle), 0, 0, np.sin(angle)]
    bones = skin.pose(member, rotations, np.zeros((1, 3)), STILL)
    eye = member.bake.part("eye_L")
    ball = skin.deform(member, eye, bones)[0]
    centre = member.point("eye.L")
    looking = ball[:40].mean(axis=0) - centre
    looking /= np.linalg.norm(looking)
    np.testing.assert_allclose(looking, [-np.sin(2 * angle), np.cos(2 * angle), 0], atol=2e-3)


def test_frames_do_not_mix():
    member = cast.load("ruth")
    rotations, root, turn = _motion(member, 3, 1)
    face = np.random.default_rng(2).random((3, 52))
    part = member.bake.part("skin_preview")
    together = skin.deform(member, part, skin.pose(member, rotations, root, turn), face)
    for frame in range(3):
        one = slice(frame, frame + 1)
        alone = skin.deform(
            member, part, skin.pose(member, rotations[one], root[one], turn[one]), face[one]
        )
        np.testing.assert_allclose(alone[0], together[frame], atol=2e-6)


def test_landmarks_ride_on_their_bones():
    member = cast.load("tomas")
    rotations, root, turn = _motion(member, 2, 3)
    bones = skin.pose(member, rotations, root, turn)
    track = member.track("eye.R", bones)
    part = member.bake.part("eye_R")
    middle = skin.deform(member, part, bones).reshape(2, -1, 40, 3)
    around = (middle[:, 11].mean(axis=1) - track) / 0.0158
    assert (np.linalg.norm(around, axis=1) < 1.1).all()


_BLENDER = """
import json, sys
import bpy, numpy as np
from mathutils import Matrix, Quaternion
d = np.load(sys.argv[1])
rest, parents, lengths = d["rest"], d["parents"], d["lengths"]
bpy.ops.wm.read_factory_settings(use_empty=True)
rig = bpy.data.armatures.new("rig"); body = bpy.data.objects.new("rig", rig)
bpy.context.collection.objects.link(body); bpy.context.view_layer.objects.active = body
bpy.ops.object.mode_set(mode="EDIT")
bones = []
for j, parent in enumerate(parents):
    bone = rig.edit_bones.new(f"b{j:03d}")
    bone.head, bone.tail = (0, 0, 0), (0, lengths[j], 0)
    bone.matrix = Matrix(rest[j])
    if parent >= 0: bone.parent = bones[parent]
    bones.append(bone)
bpy.ops.object.mode_set(mode="OBJECT")
off = max(np.abs(np.array(rig.bones[f"b{j:03d}"].matrix_local) - rest[j]).max() for j in range(len(rest)))
mesh = bpy.data.meshes.new("skin"); mesh.from_pydata(d["vertices"].tolist(), [], d["faces"].tolist())
obj = bpy.data.objects.new("skin", mesh); bpy.context.collection.objects.link(obj); obj.parent = body
groups = [obj.vertex_groups.new(name=f"b{j:03d}") for j in range(len(rest))]
for v, (ids, weights) in enumerate(zip(d["ids"], d["weights"])):
    for j, w in zip(ids, weights):
        if w > 0: groups[j].add([v], float(w), "ADD")
obj.shape_key_add(name="Basis")
for k in range(len(d["face"])):
    if d["index"][k] == d["index"][k + 1]: continue
    key = obj.shape_key_add(name=f"s{k}"); co = d["vertices"].copy()
    rows = slice(d["index"][k], d["index"][k + 1])
    co[d["moved"][rows]] += d["deltas"][rows].astype(np.float32)
    key.data.foreach_set("co", co.ravel()); key.value = d["face"][k]
obj.modifiers.new("rig", "ARMATURE").object = body
for j in range(len(rest)):
    pose = body.pose.bones[f"b{j:03d}"]; pose.rotation_mode = "QUATERNION"
    pose.rotation_quaternion = Quaternion(d["rotations"][j])
body.rotation_mode = "QUATERNION"; body.rotation_quaternion = Quaternion(d["turn"]); body.location = d["root"]
bpy.context.view_layer.update()
graph = bpy.context.evaluated_depsgraph_get(); shown = obj.evaluated_get(graph)
out = np.empty(len(mesh.vertices) * 3, np.float32); shown.to_mesh().vertices.foreach_get("co", out)
world = np.array(shown.matrix_world)
np.save(sys.argv[2], out.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3])
print(json.dumps({"rest": float(off)}))
"""


@pytest.mark.parametrize("name", ["ines", "walter"])
def test_blender_agrees(name: str, tmp_path):
    """Armature and shape keys in a real Blender give the same vertices to 0.01 mm."""
    member = cast.load(name)
    rotations, root, turn = _motion(member, 1, 5)
    face = np.random.default_rng(6).random((1, len(ARKIT))) * 0.5
    part = member.bake.part("skin_preview")
    np.savez(
        tmp_path / "in.npz", rest=member.rest, parents=member.parents, lengths=member.lengths,
        vertices=part.vertices, faces=part.faces, ids=part.bone_ids, weights=part.bone_weights,
        index=part.shape_index, moved=part.shape_vertices, deltas=part.shape_deltas,
        face=face[0], rotations=rotations[0], turn=turn[0], root=root[0],
    )  # fmt: skip
    script = tmp_path / "child.py"
    script.write_text(_BLENDER)
    done = subprocess.run(
        [sys.executable, script, tmp_path / "in.npz", tmp_path / "out.npy"],
        capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    line = next(x for x in done.stdout.splitlines()[::-1] if x.startswith("{"))
    assert json.loads(line)["rest"] < 1e-5
    ours = skin.deform(member, part, skin.pose(member, rotations, root, turn), face)[0]
    np.testing.assert_allclose(ours, np.load(tmp_path / "out.npy"), atol=1e-5)
