"""A run keeps what is finished, whatever ends it, and paints again what misses a threshold."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import moving_world as world
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from filmagent import refine
from filmagent.errors import RenderError
from filmagent.refine.identity.colour import Offset, Offsets
from filmagent.refine.run import Choices, Progress, Run, Shot, said, tries
from filmagent.refine.run.painter import Request, Told
from filmagent.refine.run.work import Work
from filmagent.refine.sources import painted, painted_path
from filmagent.refine.video.backend import Capabilities, Wish

Frames = NDArray[np.float32]
Paint = Callable[[Request, int, Frames], Frames]
FRAMES = (*range(6), *range(9, 13))
SHOTS = [
    Shot("A", "1", FRAMES, "a café", "", world.NAMES, ("MARA", "JONAS")),
    Shot("B", "1", range(6), "the street", "", world.NAMES, ("MARA", "JONAS")),
]
ABLE = Capabilities("painter", 4, 1, 81, 16, 4, 8, 16, ("depth",))


class Painter:
    """Gives the engine's pictures back, changed; two at a time, noting each on disk."""

    capabilities = ABLE
    fingerprint = "paint"

    def __init__(self, change: Paint = lambda request, n, pictures: pictures) -> None:
        self.change, self.asked = change, list[tuple[str, float, int]]()

    def paint(self, request: Request, work: Work, name: str, told: Told) -> Iterator[Frames]:
        self.asked.append((name, request.sigma_start, request.seed))
        assert request.wish.picture is not None
        for first in range(0, request.wish.picture.shape[0], 2):
            yield self.change(request, first, request.wish.picture[first : first + 2])


class Preparation:
    """The engine's pictures alone."""

    def __init__(self, film: Path) -> None:
        self.film = film

    def fingerprint(self, shot: Shot) -> str:
        return ""

    def request(
        self, shot: Shot, piece: range, asked: tries.Try, painted: Mapping[int, Path]
    ) -> Request:
        folder = self.film / "frames" / "preview" / shot.setup
        pictures = np.stack(
            [np.asarray(Image.open(folder / f"rgb.{n:04d}.png"), np.float32) / 255 for n in piece]
        )
        return Request(Wish(shot.prompt, picture=pictures), asked.sigma_start, 0, asked.seed)

    def added(
        self, shot: Shot, painted: Callable[[int], NDArray[np.uint8]]
    ) -> list[dict[str, Offset]]:
        return []

    def finished(
        self, shot: Shot, frame: int, painted: NDArray[np.uint8], offsets: Offsets
    ) -> NDArray[np.uint8]:
        return painted


@pytest.fixture
def film(tmp_path: Path) -> Path:
    world.write(tmp_path, "A", range(14))
    world.write(tmp_path, "B", range(6))
    return tmp_path


def run_of(film: Path, painter: Painter, **choices: float) -> Run:
    asked = Choices(**choices)  # type: ignore[arg-type]
    return Run(film, painter, Preparation(film), asked)


def noisy(sigma: float) -> Paint:
    def change(request: Request, n: int, pictures: Frames) -> Frames:
        draw = np.random.default_rng(request.seed % 1000 + n)
        return (pictures + draw.normal(0, sigma, pictures.shape)).astype(np.float32)

    return change


def test_every_frame_is_painted_once_piece_by_piece(film: Path) -> None:
    painter = Painter()
    told: list[Progress] = []
    run = run_of(film, painter)
    run.told = told.append
    outcomes = run.paint(SHOTS)
    assert [name for name, _, _ in painter.asked] == ["0_6", "9_13", "0_6"]
    assert [o.new for o in outcomes] == [True, True] and not outcomes[0].tries[0].faults
    for shot in SHOTS:
        for frame in shot.frames:
            assert (np.asarray(Image.open(painted_path(film, shot.setup, frame))) ==
                    world.frame(shot.setup, frame).rgb).all()  # fmt: skip
    done = [p.done for p in told]
    assert done == sorted(done) and done[-1] == told[-1].total == 16
    assert not list((film / "refined").rglob("work")), "nothing unfinished is left"
    again = Painter()
    outcomes = run_of(film, again).paint(SHOTS)
    assert again.asked == [] and [o.new for o in outcomes] == [False, False]


def test_only_what_changed_is_painted_again(film: Path) -> None:
    run_of(film, Painter()).paint(SHOTS)
    shots = {s.setup: s.frames for s in SHOTS}
    assert set(painted(film, shots, "preview")) == {"A", "B"}
    keys = film / "frames" / "preview" / "B" / "keys.json"
    keys.write_text(json.dumps({**json.loads(keys.read_text()), "3": "another picture"}))
    assert set(painted(film, shots, "preview")) == {"A"}, "the film shows the engine's B again"
    again = Painter()
    run = run_of(film, again)
    assert [s.setup for s in run.todo(SHOTS)] == ["B"]
    run.paint(SHOTS)
    assert len(again.asked) == 1 and set(painted(film, shots, "preview")) == {"A", "B"}
    other = Painter()
    run_of(film, other).paint([replace(SHOTS[0], prompt="a bar"), SHOTS[1]])
    run_of(film, other, sigma_start=0.5).paint([SHOTS[1]])
    assert len(other.asked) == 3, "other words, another start"


def test_the_look_goes_on_top_of_what_was_painted(film: Path) -> None:
    run_of(film, Painter(lambda r, n, p: 1 - p), tries=1).paint(SHOTS[:1])
    shots = {"A": FRAMES, "B": range(6)}
    look = refine.Finish(refine.Look(), 1.0, False, seed=3)
    assert refine.grade(film, shots, look) == 16
    for shot, turned in (("A", True), ("B", False)):
        graded = np.asarray(Image.open(film / "refined" / shot / "rgb.0003.png"))
        rgb = world.frame(shot, 3).rgb
        assert (graded == (255 - rgb if turned else rgb)).all()


def test_a_shot_that_lost_its_shapes_is_begun_from_less_noise_and_a_restless_one_anew() -> None:
    asked = Choices(sigma_start=0.6, seed=5)
    first = tries.following(asked, "A", [])
    assert first is not None and first.sigma_start == 0.6
    shapeless = replace(first, kinds=["structure"], faults=["…"], missed=1.0)
    restless = replace(first, kinds=["flicker"], faults=["…"], missed=2.0)
    closer, anew = (tries.following(asked, "A", [one]) for one in (shapeless, restless))
    assert closer is not None and closer.sigma_start == 0.48 and closer.seed != first.seed
    assert anew is not None and anew.sigma_start == 0.6 and anew.seed == closer.seed
    assert tries.following(asked, "A", [first]) is None, "a good one is kept"
    assert tries.following(asked, "A", [restless] * asked.tries) is None, "and tries are bounded"


def test_the_best_try_is_kept_and_said(film: Path) -> None:
    strengths = iter([0.06, 0.03, 0.05])
    found: dict[int, float] = {}

    def change(request: Request, n: int, pictures: Frames) -> Frames:
        strength = found.setdefault(request.seed, found.get(request.seed) or next(strengths))
        return noisy(strength)(request, n, pictures)

    painter = Painter(change)
    (outcome,) = run_of(film, painter, tries=3).paint(SHOTS[1:])
    assert len({seed for _, _, seed in painter.asked}) == 3
    missed = [one.missed for one in outcome.tries]
    assert np.argmin(missed) == 1 and min(missed) > 0
    assert "try 2 of 3 is kept" in said(outcome.tries) and "still misses" in said(outcome.tries)
    error = np.asarray(Image.open(painted_path(film, "B", 2)), float) - world.frame("B", 2).rgb
    assert 0.02 < error.std() / 255 < 0.04


@pytest.mark.parametrize("how", ["too few", "too many", "no number"])
def test_a_model_that_fails_is_one_sentence_and_finished_pieces_stay(film: Path, how: str) -> None:
    def change(request: Request, n: int, pictures: Frames) -> Frames:
        if len(painter.asked) < 2 or n < 2:
            return pictures
        if how == "no number":
            return np.where(np.arange(len(pictures))[:, None, None, None] == 1, np.nan, pictures)
        return pictures[:1] if how == "too few" else np.repeat(pictures, 3, 0)

    says = {
        "too few": r"gave 3 frames for frames 9 to 12 of A, which are 4",
        "too many": r"gave at least 8 frames for frames 9 to 12 of A, which are 4",
        "no number": r"no numbers in frame 12 of A",
    }[how]
    painter = Painter(change)
    with pytest.raises(RenderError, match=says):
        run_of(film, painter).paint(SHOTS)
    again = Painter()
    run_of(film, again).paint(SHOTS)
    assert [name for name, _, _ in again.asked] == ["9_13", "0_6"]


def test_work_for_another_key_or_damaged_counts_as_not_there(tmp_path: Path) -> None:
    import torch

    work = Work(tmp_path / "w", "one")
    work.save("0_6_step", {"x": torch.ones(3)})
    work.put(3, np.zeros((4, 4, 3), np.uint8))
    again = Work(tmp_path / "w", "one")
    assert again.has(3)
    found = again.load("0_6_step")
    assert found is not None and torch.equal(found[0]["x"], torch.ones(3))
    path = next((tmp_path / "w").glob("*.safetensors"))
    path.write_bytes(path.read_bytes()[:-3])
    assert again.load("0_6_step") is None
    other = Work(tmp_path / "w", "two")
    assert not other.has(3) and other.load("0_6_step") is None


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {here!r}]
import test_runs
film, after = Path(sys.argv[1]), int(sys.argv[2])
count = 0
def change(request, n, pictures):
    global count
    count += 1
    if count > after:
        os.kill(os.getpid(), signal.SIGKILL)
    return test_runs.noisy(0.03)(request, n, pictures)
painter = test_runs.Painter(change)
test_runs.run_of(film, painter, tries=2).paint(test_runs.SHOTS)
"""


def test_a_kill_loses_nothing_that_is_finished(film: Path, tmp_path: Path) -> None:
    code = KILLED.format(tests=str(Path(__file__).parents[1]), here=str(Path(__file__).parent))
    command = [sys.executable, "-c", code, str(film), "9"]
    ended = subprocess.run(command, check=False, env={**os.environ})
    assert ended.returncode == -signal.SIGKILL
    first = Painter(noisy(0.03))
    run_of(film, first, tries=2).paint(SHOTS)
    # 5 chunks a try of A, 3 of B: killed in the second piece of A's second try
    assert [name for name, _, _ in first.asked] == ["9_13", "0_6", "0_6"]
    pictures = {p: p.read_bytes() for p in (film / "refined").rglob("*.png")}
    clean = tmp_path / "clean"
    world.write(clean, "A", range(14))
    world.write(clean, "B", range(6))
    run_of(clean, Painter(noisy(0.03)), tries=2).paint(SHOTS)
    assert {p.relative_to(clean): p.read_bytes() for p in (clean / "refined").rglob("*.png")} == {
        p.relative_to(film): data for p, data in pictures.items()
    }
