"""Each measure finds the fault it is for, and is quiet where nothing is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import moving_world as world
import numpy as np
import pytest
from numpy.typing import NDArray

from filmagent.errors import RenderError
from filmagent.library import png
from filmagent.refine import metrics
from filmagent.refine.metrics.report import STRETCHES, ShotReport, Stretch
from filmagent.refine.passes import Passes

Picture = NDArray[np.uint8]
Change = Callable[[str, int, Passes], Picture]
SHOTS = ("A", "B", "C")


def judged(change: Change) -> dict[str, ShotReport]:
    shots: list[tuple[str, dict[int, str], Sequence[Stretch]]] = []
    for shot in SHOTS:
        frames = [world.frame(shot, n) for n in range(5)]
        shown = [change(shot, n, f) for n, f in enumerate(frames)]
        shots.append((shot, world.NAMES, [(frames, shown)]))
    return {r.setup: r for r in metrics.judge(shots, ["MARA", "JONAS"])}


def scaled(picture: Picture, gain: float | Sequence[float]) -> Picture:
    return np.clip(picture * np.array(gain) + 0.5, 0, 255).astype(np.uint8)


def kinds(report: ShotReport) -> set[str]:
    return {fault.split()[0] for fault in report.faults}


def grain(shot: str, n: int, f: Passes) -> Picture:
    noise = np.random.default_rng(n).normal(0, 8, f.rgb.shape)
    return np.clip(f.rgb + noise, 0, 255).astype(np.uint8)


def pump(shot: str, n: int, f: Passes) -> Picture:
    return scaled(f.rgb, 1.03 if n % 2 else 1.0)


def stuck(shot: str, n: int, f: Passes) -> Picture:
    columns = np.add.outer(np.arange(world.SIZE[1]), np.arange(world.SIZE[0]))[..., None]
    return np.clip(f.rgb + 13 * np.sin(columns / 2.5), 0, 255).astype(np.uint8)


def hue(shot: str, n: int, f: Passes) -> Picture:
    return scaled(f.rgb, (1.12, 1.0, 0.88)) if shot == "B" else f.rgb


def swapped(shot: str, n: int, f: Passes) -> Picture:
    if shot != "B":
        return f.rgb
    other = {1: 1, 2: 3, 3: 2}
    return world.frame(shot, n, lambda thing: world._PAINT[other[thing]]).rgb


def shifted(shot: str, n: int, f: Passes) -> Picture:
    return np.roll(f.rgb, 4, axis=1) if shot == "C" else f.rgb


def test_the_perfect_case_is_quiet() -> None:
    for report in judged(lambda shot, n, f: f.rgb).values():
        assert report.faults == []
        assert report.excess_warp_error == 0 and report.flicker == 0 and report.structure == 1
        assert set(report.silhouette.values()) == {1.0}
        assert all(v == 0 for v in report.drift.values())


def test_one_look_on_every_shot_is_no_fault() -> None:
    for report in judged(lambda shot, n, f: scaled(f.rgb, (1.06, 1.0, 0.94))).values():
        assert report.faults == []


@pytest.mark.parametrize(
    ("change", "fault", "where"),
    [
        (grain, "excess_warp_error", SHOTS),
        (pump, "flicker", SHOTS),
        (stuck, "excess_warp_error", SHOTS),
        (hue, "drift", ("B",)),
        (swapped, "identity", ("B",)),
        (shifted, "silhouette", ("C",)),
        (shifted, "structure", ("C",)),
    ],
)
def test_a_fault_is_caught_where_it_is(change: Change, fault: str, where: Sequence[str]) -> None:
    reports = judged(change)
    assert {shot for shot, report in reports.items() if fault in kinds(report)} == set(where)


@pytest.mark.parametrize(
    ("change", "others"),
    [
        (pump, {"drift", "identity", "silhouette", "structure"}),
        (hue, {"flicker", "excess_warp_error", "identity", "silhouette"}),
        (swapped, {"flicker", "excess_warp_error"}),
    ],
)
def test_a_fault_is_not_taken_for_another(change: Change, others: set[str]) -> None:
    assert not set.union(*(kinds(r) for r in judged(change).values())) & others


def test_a_film_folder_is_measured_and_its_report_written(tmp_path: Path) -> None:
    world.write(tmp_path, "A", range(9))
    report = metrics.measure(
        tmp_path,
        {"A": range(9)},
        refined=tmp_path / "frames" / "preview",
        names={"A": world.NAMES},
        people=["MARA", "JONAS"],
    )
    metrics.write(tmp_path / "report.json", report)
    written = json.loads((tmp_path / "report.json").read_text())
    assert written[0]["setup"] == "A" and written[0]["faults"] == []
    assert written[0]["silhouette"] == {"MARA": 1.0, "JONAS": 1.0}
    assert STRETCHES < 9


def test_a_shot_of_few_frames_is_measured_too(tmp_path: Path) -> None:
    for shot, frames in (("A", 1), ("B", 3)):
        world.write(tmp_path, shot, range(frames))
        (tmp_path / "other" / shot).mkdir(parents=True)
        for n in range(frames):
            picture = png.encode(np.roll(world.frame(shot, n).rgb, 4 + 3 * (n % 2), axis=1))
            (tmp_path / "other" / shot / f"rgb.{n:04d}.png").write_bytes(picture)
    one, three = metrics.measure(
        tmp_path,
        {"A": range(1), "B": range(3)},
        refined=tmp_path / "other",
        names=dict.fromkeys("AB", world.NAMES),
        people=["MARA", "JONAS"],
    )
    assert "structure" in one.kinds and one.excess_warp_error == 0 and one.missed > 0.3
    assert {"structure", "excess_warp_error"} <= set(three.kinds)


def test_a_picture_of_another_size_is_named(tmp_path: Path) -> None:
    world.write(tmp_path, "A", range(5))
    folder = tmp_path / "other" / "A"
    folder.mkdir(parents=True)
    for n in range(5):
        (folder / f"rgb.{n:04d}.png").write_bytes(png.encode(world.frame("A", n).rgb[::2, ::2]))
    with pytest.raises(RenderError, match=r"rgb\.0000\.png is 96x64, the engine's frame 192x128"):
        metrics.measure(tmp_path, {"A": range(5)}, refined=tmp_path / "other", names={}, people=[])


def test_a_worse_shot_misses_by_more() -> None:
    def missed(strength: float) -> float:
        def noisy(shot: str, n: int, f: Passes) -> Picture:
            noise = np.random.default_rng(n).normal(0, strength, f.rgb.shape)
            return np.clip(f.rgb + noise, 0, 255).astype(np.uint8)

        return judged(noisy)["A"].missed

    assert missed(0) == 0 < missed(8) < missed(16)
