"""Only what changed is rendered; what was finished is kept, whatever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
import small_film
from PIL import Image

from filmagent import render
from filmagent.documents import SceneStage
from filmagent.errors import DocumentError, RenderError
from filmagent.library import npz, png
from filmagent.render import keys, passes
from filmagent.render.supervise import Job, Pool

SIZE = (96, 54)


def shots(frames=range(-2, 6), setups=("1A", "1B")):
    return [render.Shot("1", setup, f"{setup}_t01", list(frames)) for setup in setups]


@pytest.fixture(scope="module")
def rendered(film):
    assert render.render(film, shots(), size=SIZE, workers=2) == 16
    return film


def test_every_pass_of_every_frame_is_there(rendered):
    for frame in range(-2, 6):
        for path in passes.files(rendered / "frames", "preview", "1A", frame):
            assert path.exists(), path
    picture = np.asarray(Image.open(rendered / "frames/preview/1A/rgb.-0002.png"))
    assert picture.shape == (54, 96, 3)
    assert picture.std() > 10
    depth = npz.load(rendered / "frames/preview/1A/depth.0000.npz")["depth"]
    assert depth.shape == (54, 96)
    ids = np.asarray(Image.open(rendered / "frames/preview/1A/ids.0000.png"))
    assert {1, 2, 3} <= set(np.unique(ids))
    assert render.complete(rendered / "frames", "preview", {"1A": range(-2, 6)})
    assert not render.complete(rendered / "frames", "preview", {"1A": [6]})


def test_a_second_run_renders_nothing(rendered):
    before = render.frames_digest(rendered / "frames", "preview")
    assert render.render(rendered, shots(), size=SIZE) == 0
    assert render.frames_digest(rendered / "frames", "preview") == before


def test_a_lost_file_is_rendered_again_and_is_the_same(rendered):
    path = rendered / "frames/preview/1B/rgb.0003.png"
    before = path.read_bytes()
    path.unlink()
    assert render.render(rendered, shots(), size=SIZE) == 1
    assert path.read_bytes() == before


def test_only_frames_that_show_the_change_are_rendered(tmp_path):
    small_film.make(tmp_path)
    render.render(tmp_path, shots(range(0, 6), ("1A",)), size=SIZE)
    path = tmp_path / "performance/1/ann.npz"
    arrays = npz.load(path)
    arrays["face"] = arrays["face"].copy()
    arrays["face"][4 - small_film.FIRST] = 0.0
    npz.save(path, arrays)
    # the frame itself, and the one before it, whose motion leads to it
    assert render.render(tmp_path, shots(range(0, 6), ("1A",)), size=SIZE) == 2


def test_what_only_moved_in_time_is_moved_not_rendered(tmp_path):
    small_film.make(tmp_path)
    render.render(tmp_path, shots(range(0, 6), ("1A",)), size=SIZE)
    old = [(tmp_path / f"frames/preview/1A/rgb.{n:04d}.png").read_bytes() for n in range(6)]
    for name in ("ann", "bob", "cup"):
        path = tmp_path / f"performance/1/{name}.npz"
        arrays = npz.load(path)
        arrays["first_frame"] = arrays["first_frame"] + 3
        npz.save(path, arrays)
    assert render.render(tmp_path, shots(range(3, 9), ("1A",)), size=SIZE) == 0
    new = [(tmp_path / f"frames/preview/1A/rgb.{n:04d}.png").read_bytes() for n in range(3, 9)]
    assert new == old


def test_somebody_behind_the_camera_is_not_in_the_key(film, tmp_path):
    from filmagent.render.staged import Staged

    staged = Staged.read(film, "1")
    camera = staged.camera("1B", 0)
    assert [actor.id for actor in staged.seen(camera, 0)]
    behind = camera.position + camera.world_from_camera[:, 2] * 5
    arrays = dict(staged.arrays("performance/1/bob.npz"))
    arrays["root"] = np.tile(np.append(behind[:2], 0.0), (len(arrays["root"]), 1))
    staged._files["performance/1/bob.npz"] = arrays
    assert [actor.id for actor in staged.seen(camera, 0)] == ["ann"]


def test_exposure_and_light_are_in_the_key(film):
    from filmagent.render.staged import Staged

    def key(**changes):
        staged = Staged.read(film, "1")
        staged = Staged(film, SceneStage.model_validate({**staged.doc.model_dump(), **changes}))
        return keys.FrameKeys(staged, "1A", {"size": [1, 1]}, everybody=False).of(0)

    assert key() == key()
    lights = [light.model_dump() for light in Staged.read(film, "1").doc.lights]
    lights[0]["energy"] += 1
    assert (
        len(
            {
                key(),
                key(exposure=1.0),
                key(look="None"),
                key(lights=lights),
                key(view_transform="Standard"),
            }
        )
        >= 4
    )


def test_moves_render_only_what_is_nowhere():
    wanted = {0: "a", 1: "b", 2: "c", 3: "d"}
    todo, move = keys.moves(wanted, {0: "a", 5: "b", 6: "c", 7: "x"}, [0, 5, 7])
    assert todo == [2, 3]
    assert move == {1: 5}


def test_damaged_keys_mean_nothing_is_known(tmp_path):
    (tmp_path / keys.NAME).write_text("{broken")
    assert keys.read(tmp_path) == {}


def worker(tmp_path, body: str) -> list[str]:
    """A worker that answers requests with ``body`` (it sees request, say)."""
    script = tmp_path / "worker.py"
    script.write_text(
        textwrap.dedent("""
        import json, os, sys, signal, time, pathlib
        here = pathlib.Path(__file__).parent
        def say(**event): print(json.dumps(event), flush=True)
        for line in sys.stdin:
            request = json.loads(line)
    """)
        + textwrap.indent(textwrap.dedent(body), "    ")
    )
    return [sys.executable, str(script)]


def test_a_killed_workers_frames_go_to_another(tmp_path):
    command = worker(
        tmp_path,
        """
        for frame in request["frames"]:
            if frame == 2 and not (here / "died").exists():
                (here / "died").touch()
                os.kill(os.getpid(), signal.SIGKILL)
            say(event="frame", frame=frame, id="x")
        say(event="done", id="x")
    """,
    )
    seen = []
    Pool(command, 1, tmp_path / "log").run(
        [Job({"frames": [0, 1, 2, 3]}, [0, 1, 2, 3])], lambda job, e: seen.append(e.get("frame"))
    )
    assert seen == [0, 1, 2, 3, None]


def test_a_job_that_kills_every_worker_ends_in_one_sentence(tmp_path):
    command = worker(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(RenderError, match=r"died 3 times.*log, then run again"):
        Pool(command, 2, tmp_path / "log").run([Job({"frames": [0]}, [0])], lambda job, e: None)


def test_a_failure_says_what_and_where_the_log_is(tmp_path):
    command = worker(
        tmp_path,
        """
        print("details", file=sys.stderr)
        say(event="failed", error="The lamp is broken.")
        time.sleep(60)
    """,
    )
    with pytest.raises(RenderError, match=r"The lamp is broken; see .*log"):
        Pool(command, 1, tmp_path / "log").run([Job({"frames": [0]}, [0])], lambda job, e: None)
    assert "details" in (tmp_path / "log").read_text()


def test_an_unknown_setup_is_named(film):
    with pytest.raises(DocumentError, match="no setup '1Z'"):
        render.render(film, [render.Shot("1", "1Z", "1Z_t01", [0])], size=SIZE)


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_the_run(tmp_path, sign):
    command = worker(
        tmp_path,
        """
        (here / "pid").write_text(str(os.getpid()))
        time.sleep(60)
    """,
    )
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent(f"""
        from pathlib import Path
        from filmagent.render.supervise import Job, Pool, leashed
        command = leashed(*{command[1:]!r})
        Pool(command, 1, Path({str(tmp_path / "log")!r})).run(
            [Job({{"frames": [0]}}, [0])], lambda job, event: None)
    """)
    )
    run = subprocess.Popen([sys.executable, str(script)], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    pid = int((tmp_path / "pid").read_text())
    os.kill(run.pid, sign)
    run.wait(20)
    until = time.monotonic() + 5
    while _alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _alive(pid)


def test_half_written_files_are_swept_away(rendered):
    stray = rendered / "frames/preview/1A/.rgb.0001.png.123.tmp"
    stray.write_bytes(b"half")
    render.render(rendered, shots(setups=("1A",)), size=SIZE)
    assert not stray.exists()


def test_a_still_is_the_frame(rendered, tmp_path):
    out = tmp_path / "still.png"
    made = render.stills(rendered, [render.StillShot("1", "1A", "1A_t01", 2, out)], size=SIZE)
    assert made == [out]
    frame = np.asarray(Image.open(rendered / "frames/preview/1A/rgb.0002.png"))
    assert np.array_equal(np.asarray(Image.open(out)), frame)


def test_png_is_read_back_exactly():
    import io

    for shape in ((7, 5, 3), (4, 9)):
        pixels = np.random.default_rng(3).integers(0, 255, shape, np.uint8)
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(png.encode(pixels)))), pixels)


def test_keys_are_kept_as_plain_json(rendered):
    kept = json.loads((rendered / "frames/preview/1A" / keys.NAME).read_text())
    assert sorted(map(int, kept)) == list(range(-2, 6))


def test_scenes_are_opened_side_by_side_and_kept_open():
    """Two workers take two scenes, the longer first, and stay in their scene and setup."""
    from filmagent.render.supervise import _next

    jobs = [
        Job({}, list(range(count)), place)
        for place, count in (
            (("1", "1A"), 9),
            (("1", "1B"), 9),
            (("2", "2A"), 30),
            (("2", "2B"), 30),
            (("1", "1B"), 5),
        )
    ]
    assert _next(jobs, None, set()) is jobs[2]
    assert _next(jobs, None, {"2"}) is jobs[0]
    assert _next(jobs[2:], ("1", "1B"), {"2"}) is jobs[4]
    assert _next(jobs[2:4], ("1", "1B"), {"2"}) is jobs[2]
    assert _next(jobs, ("2", "2C"), {"1"}) is jobs[2]


def test_passes_are_added_to_a_picture_and_go_with_it(tmp_path):
    small_film.make(tmp_path, size=(64, 36))
    shots = [render.Shot("1", "1A", "1A_t01", [0, 1, 2])]
    assert render.render(tmp_path, shots, workers=1) == 3
    folder = tmp_path / "frames" / "preview" / "1A"
    stamps = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.00*")}
    some = [render.Shot("1", "1A", "1A_t01", [0, 1])]
    everything = passes.EVERYTHING["preview"]
    assert render.render(tmp_path, some, workers=1, wanted=everything) == 2
    now = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.00*")}
    assert {name: now[name] for name in stamps} == stamps, "what was there stays"
    more = set(everything).difference(passes.PASSES)
    assert set(now) - set(stamps) == {
        f"{p}.000{n}.{passes.ENDINGS[p]}" for n in (0, 1) for p in more
    }
    assert render.render(tmp_path, shots, workers=1) == 0, "the film is as up to date as it was"

    stage = tmp_path / "stage" / "scene_01.json"
    document = SceneStage.read(stage)
    document.exposure += 1.0
    document.write(stage)
    assert render.render(tmp_path, shots, workers=1) == 3
    assert not list(folder.glob("rest.*")) and list(folder.glob("depth.*"))
