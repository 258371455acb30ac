"""The worker renders what a job names, whole files only, and outlives a job that fails."""

from __future__ import annotations

import numpy as np
import tiny_film
from PIL import Image


def image(frames: tiny_film.Frames, name: str) -> np.ndarray:
    return np.asarray(Image.open(frames.folder / name))


def test_the_worker_says_ready_and_what_it_renders_on(frames: tiny_film.Frames) -> None:
    ready = frames.events[0]
    assert ready["event"] == "ready" and ready["blender"] and ready["device"]


def test_every_frame_is_reported_with_its_files(frames: tiny_film.Frames) -> None:
    kinds = [(e["event"], e.get("frame")) for e in frames.of("a")]
    assert kinds == [("frame", -3), ("frame", 40), ("done", None)]
    names = sorted(p.name for p in (frames.folder / "1A").iterdir())
    assert names == [
        "depth.-0003.npz",
        "depth.0040.npz",
        "ids.-0003.png",
        "ids.0040.png",
        "rgb.-0003.png",
        "rgb.0040.png",
        "vectors.-0003.npz",
        "vectors.0040.npz",
    ]


def test_a_job_that_fails_says_why_and_the_next_one_runs(frames: tiny_film.Frames) -> None:
    (failed,) = frames.of("x")
    assert failed["event"] == "failed" and '"9Z"' in failed["error"]
    assert frames.of("b")[-1]["event"] == "done"


def test_what_exists_is_skipped_when_asked(frames: tiny_film.Frames) -> None:
    assert frames.of("again")[0]["skipped"]


def test_a_still_goes_where_it_is_told_at_its_own_size(frames: tiny_film.Frames) -> None:
    assert image(frames, "still.png").shape == (54, 96, 3)


def test_ids_tell_set_actor_and_prop_apart(frames: tiny_film.Frames) -> None:
    ids = image(frames, "1A/ids.0040.png")
    assert set(np.unique(ids)) >= {1, 2, 3}
    # the actor stands where skinning puts her
    points = np.concatenate([tiny_film.library_points(p, 40) for p in ("skin", "coat")])
    track = tiny_film.track(False)
    seen = tiny_film.project(track["positions"][0], track["quaternions"][0], 28.0, points)
    columns = seen[:, 0] * 90 + 80
    rows = 45 - seen[:, 1] * 90
    ys, xs = np.nonzero(ids == 2)
    assert abs(xs.min() - columns.min()) < 1.5 and abs(xs.max() + 1 - columns.max()) < 1.5
    assert abs(ys.min() - max(rows.min(), 0)) < 1.5


def test_depth_is_metres_along_the_cameras_axis(frames: tiny_film.Frames) -> None:
    depth = np.load(frames.folder / "1A/depth.0040.npz")["depth"]
    ids = image(frames, "1A/ids.0040.png")
    assert depth.dtype == np.float32 and depth.shape == (90, 160)
    # the wall's face stands 5.5 m in front of the camera, and the camera looks 2.3° down
    wall = depth[40:44, 60:64]
    assert np.isfinite(wall).all() and abs(float(np.median(wall)) - 5.5) < 0.1
    assert np.isinf(depth[ids == 0]).all()


def test_vectors_lead_to_the_next_frame(frames: tiny_film.Frames) -> None:
    # camera 1B trucks right at 0.3 m/s: what stands still moves left in the picture
    vectors = np.load(frames.folder / "1B/vectors.0040.npz")["vectors"]
    depth = np.load(frames.folder / "1B/depth.0040.npz")["depth"]
    ids = image(frames, "1B/ids.0040.png")
    floor = (ids == 1) & np.isfinite(depth)
    expected = -0.3 / 24 * 28.0 / 36.0 * 160 / depth[floor]
    error = vectors[floor][:, 0] - expected
    assert np.abs(np.median(error)) < 0.02 and np.abs(error).mean() < 0.05
    still = np.load(frames.folder / "1A/vectors.0040.npz")["vectors"]
    # pixels on the walker's edge are partly hers
    rest = np.abs(still[image(frames, "1A/ids.0040.png") == 1])
    assert np.percentile(rest, 97) < 1e-3 and np.abs(still).max() > 0.2


def test_the_picture_is_lit_and_not_burnt(frames: tiny_film.Frames) -> None:
    rgb = image(frames, "1A/rgb.0040.png").astype(float) / 255
    assert rgb.shape == (90, 160, 3)
    assert 0.15 < rgb.mean() < 0.9 and (rgb > 0.99).mean() < 0.2


def test_cameras_are_read_back_as_they_were_shot(frames: tiny_film.Frames) -> None:
    read, done = frames.of("c")
    assert (read["event"], done["event"]) == ("cameras", "done")
    for take, moving in (("1A_t01", False), ("1B_t01", True)):
        with np.load(read["files"][take]) as track:
            shot = tiny_film.track(moving)
            assert (track["frames"] == shot["frames"]).all()
            for key in ("positions", "quaternions", "focal_mm", "focus_m"):
                assert np.abs(track[key] - shot[key]).max() < 1e-5, (take, key)
