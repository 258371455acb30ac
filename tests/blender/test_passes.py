"""What the engine knows of a frame, as OpenEXR's own library reads it, against the geometry."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import OpenEXR
import pytest
import tiny_film
import trimesh
from PIL import Image
from scipy.ndimage import binary_erosion

from filmagent.blender import exr
from filmagent.refine import geometry, passes

FRAME = 40


@pytest.fixture(scope="module")
def layers(frames: tiny_film.Frames) -> dict[str, np.ndarray]:
    return read(frames, "1B/layers.0040.exr")


def read(frames: tiny_film.Frames, name: str) -> dict[str, np.ndarray]:
    file = OpenEXR.File(str(frames.folder / name), separate_channels=True)
    return {key: channel.pixels for key, channel in file.channels().items()}


def three(layers: dict[str, np.ndarray], name: str) -> np.ndarray:
    return np.stack([layers[f"{name}.{axis}"] for axis in "XYZ"], -1).astype(float)


def view(frames: tiny_film.Frames) -> dict[str, Any]:
    return json.loads((frames.folder / "1B/camera.0040.json").read_text())


def world(frames: tiny_film.Frames, layers: dict[str, np.ndarray]) -> np.ndarray:
    """Where each pixel's point is in the world, by depth and the camera that was written."""
    known, depth = view(frames), layers["depth.Z"].astype(float)
    depth = np.where(np.isinf(depth), np.nan, depth)
    height, width = depth.shape
    matrix, camera = np.array(known["intrinsics"]), np.array(known["world_from_camera"])
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    x = (columns - matrix[0, 2]) / matrix[0, 0]
    y = (rows - matrix[1, 2]) / matrix[1, 1]
    local = np.stack([x, -y, -np.ones_like(x)], -1) * depth[..., None]
    return local @ camera[:3, :3].T + camera[:3, 3]


def test_a_sets_rest_position_is_where_it_is(
    frames: tiny_film.Frames, layers: dict[str, np.ndarray]
) -> None:
    room = (layers["object.ID"] == 1) & np.isfinite(layers["depth.Z"])
    error = np.abs(three(layers, "rest") - world(frames, layers))[room]
    assert room.sum() > 1000 and error.max() < 2e-3


def test_a_bodys_rest_position_leads_to_its_skinned_place(
    frames: tiny_film.Frames, layers: dict[str, np.ndarray]
) -> None:
    person = layers["object.ID"] == 2
    told, seen = three(layers, "rest")[person], world(frames, layers)[person]
    parts = [tiny_film.body().part(name) for name in ("skin", "coat")]
    rest = np.concatenate([part.vertices[part.faces] for part in parts])
    posed = np.concatenate(
        [tiny_film.library_points(part.name, FRAME)[part.faces] for part in parts]
    )
    # the point of the undeformed surface that a pixel names, carried along with its triangle
    every = np.repeat(np.arange(len(rest))[None], len(told), 0)
    near = trimesh.triangles.closest_point(
        rest[every].reshape(-1, 3, 3), np.repeat(told, len(rest), 0)
    ).reshape(len(told), len(rest), 3)
    away = np.linalg.norm(near - told[:, None], axis=-1)
    triangle, row = away.argmin(1), np.arange(len(told))
    assert away[row, triangle].max() < 2e-3, "it is on the undeformed body"
    weights = trimesh.triangles.points_to_barycentric(rest[triangle], near[row, triangle])
    carried = np.einsum("pk,pkx->px", weights, posed[triangle])
    error = np.linalg.norm(carried - seen, axis=1)
    assert person.sum() > 200 and np.median(error) < 1e-3 and np.quantile(error, 0.95) < 5e-3
    assert np.linalg.norm(told - seen, axis=1).min() > 0.1, "and it has moved"


def test_a_props_rest_position_is_in_its_own_frame(layers: dict[str, np.ndarray]) -> None:
    rest = three(layers, "rest")[layers["object.ID"] == 3]
    assert len(rest) and (np.abs(rest[:, :2]) < 0.0401).all()
    assert (rest[:, 2] > -1e-4).all() and (rest[:, 2] < 0.1001).all()


def test_nothing_is_mixed_over_an_outline(layers: dict[str, np.ndarray]) -> None:
    person = layers["object.ID"] == 2
    body = np.concatenate([tiny_film.body().part(name).vertices for name in ("skin", "coat")])
    rest = three(layers, "rest")
    assert (rest[person] > body.min(0) - 1e-3).all() and (rest[person] < body.max(0) + 1e-3).all()
    normal = np.linalg.norm(three(layers, "normal"), axis=-1)
    sky = np.isinf(layers["depth.Z"])
    assert np.abs(normal[~sky] - 1).max() < 2e-3 and (normal[sky] == 0).all()
    code = layers["ViewLayer.CryptoObject00.g"]
    survey = np.unique(layers["material.ID"][person])
    assert 1 <= len(survey) <= 3 and code.max() <= 1.0


def test_back_is_where_forward_came_from(frames: tiny_film.Frames) -> None:
    now, then = (read(frames, f"data/layers.{n:04d}.exr") for n in (40, 41))
    # the camera trucks at one speed: what stands still came from where it goes to, mirrored
    room = (now["object.ID"] == 1) & (then["object.ID"] == 1)
    for axis in "XY":
        assert np.abs(now[f"forward.{axis}"] + then[f"back.{axis}"])[room].max() < 0.02
    assert np.abs(now["forward.X"][room]).max() > 0.05


def test_the_picture_is_the_same_whatever_else_is_asked(
    frames: tiny_film.Frames, layers: dict[str, np.ndarray]
) -> None:
    # the first picture was made before any surface was asked, the other after every one was
    before = np.asarray(Image.open(frames.folder / "1A/rgb.-0003.png"))
    after = np.asarray(Image.open(frames.folder / "plain/rgb.-0003.png"))
    assert np.array_equal(before, after)
    assert {"R", "G", "B"} <= set(layers) and layers["R"].max() > 0.1


def test_data_can_be_had_without_a_picture(
    frames: tiny_film.Frames, layers: dict[str, np.ndarray]
) -> None:
    data = read(frames, "data/layers.0040.exr")
    assert "R" not in data
    for name in ("depth.Z", "rest.X", "object.ID", "forward.X", "albedo.G", "material.ID"):
        assert np.array_equal(data[name], layers[name]), name


def test_mattes_come_with_their_manifest(frames: tiny_film.Frames) -> None:
    header = OpenEXR.File(str(frames.folder / "1B/layers.0040.exr")).header()
    manifests = {k: v for k, v in header.items() if k.startswith("cryptomatte/")}
    names = [set(json.loads(v)) for k, v in manifests.items() if k.endswith("manifest")]
    assert any("mara body" in found for found in names)
    codes = {int(code, 16) for k, v in manifests.items() if k.endswith("manifest")
             for code in json.loads(v).values()}  # fmt: skip
    seen = set(np.unique(read(frames, "1B/layers.0040.exr")["material.ID"]).tolist())
    assert seen <= codes | {0}


def test_the_camera_is_the_shot_one(frames: tiny_film.Frames) -> None:
    known, track = view(frames), tiny_film.track(True)
    at = FRAME - tiny_film.FIRST
    assert known["size"] == [160, 90] and known["focal_mm"] == pytest.approx(28.0)
    assert np.allclose(known["position"], track["positions"][at], atol=1e-5)
    assert np.allclose(known["quaternion"], track["quaternions"][at], atol=1e-5)


def test_what_is_written_is_what_openexr_reads(tmp_path) -> None:
    draw = np.random.default_rng(0)
    planes = {
        "a.X": draw.normal(size=(37, 53)).astype(np.float32),
        "a.Y": draw.normal(size=(37, 53)).astype(np.float16),
        "flat.ID": np.full((37, 53), 7, np.uint32),
        "Z": np.full((37, 53), np.inf, np.float32),
    }
    exr.write(tmp_path / "x.exr", planes, {"cryptomatte/0123456/name": "ä"})
    file = OpenEXR.File(str(tmp_path / "x.exr"), separate_channels=True)
    found = {name: channel.pixels for name, channel in file.channels().items()}
    assert all(np.array_equal(found[name], plane) for name, plane in planes.items())
    assert all(found[name].dtype == plane.dtype for name, plane in planes.items())
    assert file.header()["cryptomatte/0123456/name"] == "ä"


def test_motion_by_rest_positions_is_what_blender_says(frames: tiny_film.Frames) -> None:
    folder = frames.folder
    for number in (40, 41):
        blank = Image.fromarray(np.zeros((90, 160, 3), np.uint8))
        blank.save(folder / f"data/rgb.{number:04d}.png")
    now, then = (
        passes.read(folder.parent, folder.name, "data", n, (*geometry.NEEDS, "materials"))
        for n in (40, 41)
    )
    found = geometry.between(now, then)
    columns, rows = np.meshgrid(np.arange(160), np.arange(90))
    moved = np.stack([found.x - columns, found.y - rows], -1)
    error = np.linalg.norm(moved - now.vectors, axis=-1)
    for thing, share in ((0, 0.9), (1, 0.95), (2, 0.8), (3, 0.6)):
        inside = binary_erosion(now.ids == thing) if thing != 3 else now.ids == thing
        seen = inside & found.visible
        assert seen.sum() >= share * inside.sum() > 5
        assert error[seen].mean() < 0.05, thing
    assert np.abs(now.vectors[now.ids == 2]).mean() > 0.2


def test_panes_are_air_and_hairs_too_thin_to_count(layers: dict[str, np.ndarray]) -> None:
    rest = three(layers, "rest")
    room = (layers["object.ID"] == 1) & (rest[..., 2] > 1.05) & (rest[..., 2] < 1.8)
    behind = room & (np.abs(rest[..., 0]) < 0.6)
    # the pane stands before this wall: no pixel shows it, and none is lost to its reflections
    assert behind.sum() > 200 and np.abs(rest[behind][:, 1] - 2.9).max() < 1e-3
    white = np.stack([layers[f"albedo.{c}"] for c in "RGB"], -1)[behind].astype(float)
    assert np.ptp(white, axis=0).max() < 0.02
    person = layers["object.ID"] == 2
    assert rest[person][:, 2].max() < 1.8 + 1e-3, "her strand of hair stands on end above"
