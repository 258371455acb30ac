"""A room, a box that turns, a body that bends: rays say what is seen, skinning where it goes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import OpenEXR
import trimesh
from trimesh.ray.ray_pyembree import RayMeshIntersector

from camera.lens import Lens
from camera.pose import look_at
from filmagent.library import npz, png
from filmagent.refine.passes import Passes
from filmagent.refine.views import View

SET, BOX, BODY = 1, 3, 2
_BODY = trimesh.creation.capsule(height=1.2, radius=0.22, count=[48, 48])
_BODY.vertices[:, 0] *= 0.7
_BOX = trimesh.creation.box((0.4, 0.4, 0.4))
_ROOM = trimesh.util.concatenate(
    [
        trimesh.creation.box(bounds=[[-3, -3, -0.1], [3, 3, 0]]),
        trimesh.creation.box(bounds=[[-3, 2.6, 0], [3, 2.7, 2.0]]),
        trimesh.creation.box(bounds=[[-0.9, 0.5, 0], [-0.75, 0.65, 2.4]]),
        trimesh.creation.box(bounds=[[1.0, 0.9, 0], [2.2, 1.7, 0.75]]),
    ]
)


@dataclass
class Frame:
    """A frame's passes, and what its pixels hit."""

    passes: Passes
    mesh: trimesh.Trimesh
    rest: np.ndarray
    owner: np.ndarray
    hit: np.ndarray
    """(H, W) the triangle, −1 the sky."""
    weights: np.ndarray


def _turn(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])


def _bent(t: float) -> np.ndarray:
    """Bent over and twisted more the higher a point is, and walking."""
    high = np.clip((_BODY.vertices[:, 2] + 0.2) / 1.6, 0, 1) * 0.7 * np.sin(1.5 * t + 0.3)
    x, y, z = _BODY.vertices.T
    bowed = np.stack(
        [x * np.cos(high) + z * np.sin(high), y, z * np.cos(high) - x * np.sin(high)], 1
    )
    return bowed @ _turn(0.8 * t).T + [0.3 + 0.5 * t, 0.2, 0.35]


def frame(t: float, size: tuple[int, int] = (320, 180), pan: float = 1.0) -> Frame:
    """The world at ``t`` seconds."""
    box = _BOX.vertices @ _turn(1.2 * t).T + [-1.3 + 0.6 * t, 0.9, 0.6 + 0.2 * t]
    parts = [_ROOM.vertices, _bent(t), box]
    faces = [_ROOM.faces, _BODY.faces, _BOX.faces]
    starts = np.cumsum([0, *(len(p) for p in parts)])
    mesh = trimesh.Trimesh(
        np.concatenate(parts),
        np.concatenate([f + s for f, s in zip(faces, starts, strict=False)]),
        process=False,
    )
    rest = np.concatenate([_ROOM.vertices, _BODY.vertices, _BOX.vertices])
    owner = np.repeat([SET, BODY, BOX], [len(f) for f in faces])
    place = np.array([0.7 * pan * t - 0.3, -3.4, 1.5])
    lens = Lens(28.0, 36.0, size[0] / size[1])
    turn = look_at(place, [0.1, 0.8, 0.9])
    view = View(lens, tuple(place), tuple(float(n) for n in turn), size)
    return _seen(mesh, rest, owner, view)


def _seen(mesh: trimesh.Trimesh, rest: np.ndarray, owner: np.ndarray, view: View) -> Frame:
    width, height = view.size
    rays = view.rays().reshape(-1, 3)
    hit = RayMeshIntersector(mesh).intersects_first(np.tile(view.position, (len(rays), 1)), rays)
    ok = hit >= 0
    corners = mesh.triangles[hit[ok]]
    flat = mesh.face_normals[hit[ok]]
    far = np.einsum("pi,pi->p", flat, corners[:, 0] - view.position) / np.einsum(
        "pi,pi->p", flat, rays[ok]
    )
    point = rays[ok] * far[:, None] + view.position
    weights = np.zeros((len(rays), 3))
    weights[ok] = trimesh.triangles.points_to_barycentric(corners, point)
    shape = (height, width)
    told, normal = np.zeros((len(rays), 3)), np.zeros((len(rays), 3))
    told[ok] = np.einsum("pk,pkx->px", weights[ok], rest[mesh.faces[hit[ok]]])
    normal[ok] = flat * -np.sign(np.einsum("pi,pi->p", flat, rays[ok]))[:, None]
    depth = np.full(len(rays), np.inf)
    depth[ok] = far
    ids = np.zeros(len(rays), np.uint8)
    ids[ok] = owner[hit[ok]]
    passes = Passes(
        rgb=np.zeros((*shape, 3), np.uint8),
        ids=ids.reshape(shape),
        depth=depth.reshape(shape).astype(np.float16).astype(np.float32),
        vectors=np.zeros((*shape, 2), np.float32),
        rest=told.reshape(*shape, 3).astype(np.float32),
        normal=normal.reshape(*shape, 3).astype(np.float32),
        view=view,
    )
    return Frame(passes, mesh, rest, owner, hit.reshape(shape), weights.reshape(*shape, 3))


def truth(now: Frame, then: Frame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns, rows and whether they are seen of every point of ``now`` in ``then``, by rays."""
    shape = now.hit.shape
    ok = now.hit >= 0
    moved = np.einsum(
        "pk,pkx->px", now.weights[ok], then.mesh.vertices[now.mesh.faces[now.hit[ok]]]
    )
    view = then.passes.view
    x, y, z = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    x[ok], y[ok], z[ok] = view.pixels(moved)
    away = moved - np.asarray(view.position)
    first = RayMeshIntersector(then.mesh).intersects_location(
        np.tile(view.position, (len(away), 1)), away, multiple_hits=False
    )
    reached = np.full(len(away), np.inf)
    reached[first[1]] = np.linalg.norm(first[0] - view.position, axis=1)
    seen = np.zeros(shape, bool)
    seen[ok] = reached > np.linalg.norm(away, axis=1) - 2e-3
    width, height = view.size
    inside = (x > -0.5) & (x < width - 0.5) & (y > -0.5) & (y < height - 0.5) & (z > 0)
    sx, sy, _ = view.bearing(now.passes.view.rays()[~ok])
    x[~ok], y[~ok] = sx, sy
    clear = RayMeshIntersector(then.mesh).intersects_any(
        np.tile(view.position, (int((~ok).sum()), 1)), now.passes.view.rays()[~ok]
    )
    seen[~ok] = ~clear
    inside[~ok] = (sx > -0.5) & (sx < width - 0.5) & (sy > -0.5) & (sy < height - 0.5)
    return x, y, seen & inside


def write(film: Path, setup: str, number: int, passes: Passes, quality: str = "preview") -> Path:
    """A frame's passes as the preview writes them; its folder."""
    folder = film / "frames" / quality / setup
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"rgb.{number:04d}.png").write_bytes(png.encode(passes.rgb))
    (folder / f"ids.{number:04d}.png").write_bytes(png.encode(passes.ids))
    arrays = {
        "depth": passes.depth.astype(np.float16),
        "vectors": passes.vectors.astype(np.float16),
        "rest": passes.rest,
        "normal": passes.normal.astype(np.float16),
        "materials": np.asarray(passes.ids, np.uint32) * 1000,
        "albedo": np.full((*passes.ids.shape, 3), 0.5, np.float16),
    }
    for name, array in arrays.items():
        npz.save(folder / f"{name}.{number:04d}.npz", {name: array})
    view = passes.view
    told = {
        "size": view.size,
        "position": view.position,
        "quaternion": view.quaternion,
        "focal_mm": view.lens.focal_mm,
        "sensor_mm": view.lens.sensor_mm,
    }
    (folder / f"camera.{number:04d}.json").write_text(json.dumps(told))
    return folder


def write_layers(path: Path, passes: Passes, **more: np.ndarray) -> None:
    """The same as the film frame's one EXR, by the OpenEXR project's own library."""
    planes = {"depth.Z": passes.depth, "object.ID": passes.ids.astype(np.uint32)}
    for name in ("rest", "normal"):
        for axis, plane in zip("XYZ", np.moveaxis(getattr(passes, name), -1, 0), strict=True):
            planes[f"{name}.{axis}"] = np.ascontiguousarray(plane)
    for name in ("forward", "back"):
        for axis, plane in zip("XY", np.moveaxis(passes.vectors, -1, 0), strict=True):
            planes[f"{name}.{axis}"] = np.ascontiguousarray(plane)
    kinds = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(kinds, planes | more).write(str(path))
