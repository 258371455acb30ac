"""Passes are read as they were written, from either renderer; what is wrong with one is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import posed_world as world
import pytest

from filmagent.errors import RenderError
from filmagent.library import npz, png
from filmagent.refine import passes

SIZE = (64, 36)
EVERY = ("rest", "normal", "materials", "albedo", "view")


@pytest.fixture(scope="module")
def known() -> passes.Passes:
    frame = world.frame(0.0, SIZE).passes
    vectors = np.random.default_rng(0).normal(size=frame.vectors.shape).astype(np.float32)
    return replace(frame, vectors=np.round(vectors * 64) / 64)


def read(film: Path, also: tuple[str, ...] = EVERY, quality: str = "preview") -> passes.Passes:
    return passes.read(film / "frames", quality, "1A", 3, also)


def film_frame(film: Path, known: passes.Passes, **more: np.ndarray) -> Path:
    """A film frame as Blender's worker leaves it: picture, camera, one EXR; its path."""
    folder = world.write(film, "1A", 3, known, "final")
    for path in (*folder.glob("*.npz"), folder / "ids.0003.png"):
        path.unlink()
    world.write_layers(folder / "layers.0003.exr", known, **more)
    return folder / "layers.0003.exr"


def test_the_previews_files_come_back(known: passes.Passes, tmp_path: Path) -> None:
    world.write(tmp_path, "1A", 3, known)
    found = read(tmp_path)
    assert np.array_equal(found.ids, known.ids) and np.array_equal(found.depth, known.depth)
    assert np.array_equal(found.vectors, known.vectors * [1, -1]), "down, as rows go"
    assert np.array_equal(found.rest, known.rest) and found.materials.dtype == np.uint32
    assert found.view.size == SIZE and np.allclose(found.view.position, known.view.position)
    plain = read(tmp_path, ())
    assert plain.rest is None and plain.view is None


def test_film_frames_come_out_of_their_exr(known: passes.Passes, tmp_path: Path) -> None:
    codes = np.full(SIZE[::-1], 4123456789, np.uint32)
    film_frame(tmp_path, known, **{"material.ID": codes})
    found = read(tmp_path, ("rest", "normal", "back", "materials"), "final")
    assert np.array_equal(found.ids, known.ids) and np.array_equal(found.depth, known.depth)
    assert np.array_equal(found.vectors, known.vectors * [1, -1])
    assert np.array_equal(found.rest, known.rest) and np.array_equal(found.back, found.vectors)
    assert (found.materials == 4123456789).all()
    with pytest.raises(RenderError, match=r"layers.0003.exr holds no albedo .*render the frame"):
        read(tmp_path, ("albedo",), "final")


def test_a_view_leads_to_places_and_back(known: passes.Passes) -> None:
    view = known.view
    seen = np.isfinite(known.depth)
    points = view.points(np.where(seen, known.depth, 1.0))
    x, y, depth = view.pixels(points[seen])
    rows, columns = np.nonzero(seen)
    assert np.abs(x - columns).max() < 1e-6 and np.abs(y - rows).max() < 1e-6
    assert np.abs(depth - known.depth[seen]).max() < 1e-6
    assert np.abs(points - known.rest)[known.ids == world.SET].max() < 0.01
    # OpenCV's matrix says the same: camera axes x right, y down, z ahead
    local = (points[seen] - view.position) @ view.world_from_camera[:3, :3] * [1, -1, -1]
    pixel = local @ view.intrinsics.T
    assert np.abs(pixel[:, 0] / pixel[:, 2] - 0.5 - columns).max() < 1e-6
    shifted = replace(view, shift=(3.0, 2.0))
    x, y, _ = shifted.pixels(points[seen])
    assert np.allclose(x, columns - 3.0) and np.allclose(y, rows + 2.0)


def _missing(folder: Path, known: passes.Passes) -> None:
    (folder / "rest.0003.npz").unlink()


def _cut_short(folder: Path, known: passes.Passes) -> None:
    path = folder / "rest.0003.npz"
    path.write_bytes(path.read_bytes()[:400])


def _smaller(folder: Path, known: passes.Passes) -> None:
    npz.save(folder / "rest.0003.npz", {"rest": known.rest[::2, ::2]})


def _no_number(folder: Path, known: passes.Passes) -> None:
    rest = known.rest.copy()
    rest[7, 11, 2] = np.nan
    npz.save(folder / "rest.0003.npz", {"rest": rest})


def _too_many(folder: Path, known: passes.Passes) -> None:
    npz.save(folder / "rest.0003.npz", {"rest": np.zeros((36, 64, 4), np.float32)})


def _other_camera(folder: Path, known: passes.Passes) -> None:
    path = folder / "camera.0003.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"size": [640, 360]}))


def _broken_camera(folder: Path, known: passes.Passes) -> None:
    (folder / "camera.0003.json").write_text('{"size": [64, 36], "position": [0, 0]}')


def _other_picture(folder: Path, known: passes.Passes) -> None:
    (folder / "rgb.0003.png").write_bytes(png.encode(np.zeros((18, 32, 3), np.uint8)))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_missing, r"rest.0003.npz is missing or damaged"),
        (_cut_short, r"rest.0003.npz is missing or damaged"),
        (_smaller, r"rest.0003.npz is 32x18, its rgb 64x36; delete the folder"),
        (_no_number, r"rest of .*rest.0003.npz is not a number at column 11, row 7"),
        (_too_many, r"has not the channels of a rest pass"),
        (_other_camera, r"camera.0003.json is of a picture of 640x360, its rgb 64x36"),
        (_broken_camera, r"camera.0003.json is missing or damaged .*render the frame again"),
        (_other_picture, r"is 64x36, its rgb 32x18"),
    ],
)
def test_what_is_wrong_is_said(
    known: passes.Passes, tmp_path: Path, harm: Callable[..., None], says: str
) -> None:
    folder = world.write(tmp_path, "1A", 3, known)
    harm(folder, known)
    with pytest.raises(RenderError, match=says):
        read(tmp_path)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 0.999])
def test_an_exr_cut_short_is_named(known: passes.Passes, tmp_path: Path, share: float) -> None:
    path = film_frame(tmp_path, known)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(RenderError, match=r"layers.0003.exr is damaged .*render the frame again"):
        read(tmp_path, (), "final")


def test_an_exr_with_flipped_bytes_or_of_another_size_is_named(
    known: passes.Passes, tmp_path: Path
) -> None:
    path = film_frame(tmp_path, known)
    data = bytearray(path.read_bytes())
    middle = len(data) * 2 // 3
    data[middle : middle + 64] = bytes(b ^ 0x5A for b in data[middle : middle + 64])
    path.write_bytes(data)
    with pytest.raises(RenderError, match=r"layers.0003.exr is damaged"):
        read(tmp_path, (), "final")
    world.write_layers(path, world.frame(0.0, (32, 18)).passes)
    with pytest.raises(RenderError, match=r"layers.0003.exr is 32x18, its rgb 64x36"):
        read(tmp_path, (), "final")


def test_a_pass_that_nobody_writes_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no pass 'rust'"):
        read(tmp_path, ("rust",))
