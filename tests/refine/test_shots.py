"""Shots are graded where stale, whole or not at all, and a broken frame is named."""

from __future__ import annotations

import json
from pathlib import Path

import moving_world as world
import pytest

from filmagent import refine
from filmagent.errors import RenderError

FINISH = refine.Finish(refine.load("classic"), 1.0, False, seed=3)
SHOTS = {"A": range(8), "B": range(6)}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    for shot, numbers in SHOTS.items():
        world.write(tmp_path, shot, numbers)
    return tmp_path


def bytes_of(film: Path) -> dict[str, bytes]:
    return {
        p.relative_to(film).as_posix(): p.read_bytes() for p in (film / "refined").rglob("*.png")
    }


def test_every_frame_is_graded_once_whatever_the_threads(film: Path) -> None:
    assert refine.grade(film, SHOTS, FINISH, workers=2) == 14
    assert refine.complete(film, SHOTS) and not refine.complete(film, {"A": [9]})
    first = bytes_of(film)
    assert refine.grade(film, SHOTS, FINISH) == 0
    for keys in (film / "refined").rglob("keys.json"):
        keys.unlink()
    assert refine.grade(film, dict(reversed(SHOTS.items())), FINISH, workers=1) == 14
    assert bytes_of(film) == first


def test_only_the_frames_that_changed_are_graded_again(film: Path) -> None:
    refine.grade(film, SHOTS, FINISH)
    keys = film / "frames" / "preview" / "A" / "keys.json"
    kept = json.loads(keys.read_text())
    kept["4"] = "another picture"
    keys.write_text(json.dumps(kept))
    assert refine.grade(film, SHOTS, FINISH) == 1
    kept["5"] = "and another"
    keys.write_text(json.dumps(kept))
    denoised = refine.Finish(FINISH.look, 1.0, True, seed=3)
    assert refine.grade(film, {"A": range(8)}, denoised) == 8
    kept["5"] = "a third"
    keys.write_text(json.dumps(kept))
    assert refine.grade(film, {"A": range(8)}, denoised) == 5, "its neighbours' noise too"


def test_a_frame_painted_by_hand_counts_by_its_content(film: Path) -> None:
    (film / "frames" / "preview" / "A" / "keys.json").unlink()
    refine.grade(film, SHOTS, FINISH)
    assert refine.grade(film, SHOTS, FINISH) == 0
    folder = film / "frames" / "preview" / "A"
    (folder / "rgb.0002.png").write_bytes((folder / "rgb.0007.png").read_bytes())
    assert refine.grade(film, SHOTS, FINISH) == 1


def test_a_stop_loses_nothing_and_leaves_nothing_half_done(film: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done:
            raise Stop

    with pytest.raises(Stop):
        refine.grade(film, SHOTS, FINISH, workers=1, on_progress=stop)
    made = len(bytes_of(film))
    assert 0 < made <= 14
    assert refine.grade(film, SHOTS, FINISH) == 14 - made
    assert not list((film / "refined").rglob("*.tmp"))


@pytest.mark.parametrize("denoise", [False, True])
def test_a_damaged_frame_is_named_and_the_others_kept(film: Path, denoise: bool) -> None:
    broken = film / "frames" / "preview" / "B" / "rgb.0003.png"
    broken.write_bytes(b"\x89PNG nothing")
    finish = refine.Finish(FINISH.look, 1.0, denoise, seed=3)
    with pytest.raises(RenderError, match=r"rgb\.0003\.png is missing or damaged"):
        refine.grade(film, SHOTS, finish, workers=1)
    assert len(bytes_of(film)) >= 8


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("depth.0002.npz", b"PK nothing", "damaged"),
        ("vectors.0002.npz", None, "missing"),
        ("ids.0002.png", "other size", "its rgb 192x128"),
    ],
)
def test_denoising_says_which_pass_it_lacks(
    film: Path, name: str, content: bytes | str | None, says: str
) -> None:
    path = film / "frames" / "preview" / "A" / name
    if content is None:
        path.unlink()
    elif content == "other size":
        from filmagent.library import png

        path.write_bytes(png.encode(world.frame("A", 2).ids[:64]))
    else:
        path.write_bytes(content)  # type: ignore[arg-type]
    finish = refine.Finish(FINISH.look, 1.0, True, seed=3)
    with pytest.raises(RenderError, match=says):
        refine.grade(film, {"A": range(8)}, finish)
