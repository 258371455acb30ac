"""Pictures of what is on the shelf: tiny scenes in the cache, shot and drawn as a film's are."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from camera.framing import Setup as Stand
from filmagent import cast, render, stage
from filmagent.documents import (
    Edit,
    Scene,
    SceneCoverage,
    SceneTiming,
    Setup,
    Span,
    TakeReport,
)
from filmagent.documents.naming import frame_path
from filmagent.library import cast as members
from filmagent.library import npz, props, sets
from filmagent.render.passes import ENDINGS

FPS = (24, 1)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class View:
    """A picture: a camera that stands still, at one frame."""

    name: str
    frame: int
    stand: Stand
    focus_m: float
    subjects: tuple[str, ...] = ()


@dataclass
class Tableau:
    """A scene that exists for its pictures."""

    root: Path
    timing: SceneTiming
    light: str = "day"

    def __post_init__(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        self.performances = {}
        for actor in self.timing.actors:
            arrays = cast.perform(self.timing, actor.actor, FPS, 0)
            npz.save(self.root / "performance" / f"{actor.actor}.npz", arrays)
            self.performances[actor.actor] = arrays
        self.motions = cast.move_props(self.timing, self.performances, FPS)
        for prop, motion in self.motions.items():
            npz.save(self.root / "props" / f"{prop}.npz", motion)

    def body(self, actor: str, seconds: float) -> tuple[npz.Array, float]:
        """The floor below the pelvis, and the heading, at a time of the scene."""
        arrays = self.performances[actor]
        at = round(seconds * FPS[0] / FPS[1]) - int(arrays["first_frame"])
        at = min(max(at, 0), len(arrays["root"]) - 1)
        w, x, y, z = arrays["root_rotation"][at]
        heading = float(np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)))
        return np.asarray(arrays["root"][at], float), heading

    def pictures(
        self, views: Sequence[View], size: tuple[int, int], progress: Progress | None = None
    ) -> list[Path]:
        """Draw the views; their PNGs, in order."""
        takes = self._shoot(views, size)
        paths = [self.root / "pictures" / f"{view.name}.png" for view in views]
        shots = [
            render.StillShot("1", take.setup, take.take, view.frame, path)
            for view, take, path in zip(views, takes, paths, strict=True)
        ]
        render.stills(self.root, shots, size=size, on_progress=progress)
        return paths

    def frames(
        self,
        views: Sequence[View],
        size: tuple[int, int],
        wanted: Sequence[str],
        progress: Progress | None = None,
    ) -> list[dict[str, Path]]:
        """Draw passes of the views; their files by pass, in order."""
        takes = self._shoot(views, size)
        shots = [
            render.Shot("1", take.setup, take.take, [view.frame])
            for view, take in zip(views, takes, strict=True)
        ]
        render.render(self.root, shots, size=size, on_progress=progress, wanted=wanted)
        return [
            {
                name: frame_path(
                    self.root / "frames", "preview", take.setup, name, view.frame, ENDINGS[name]
                )
                for name in wanted
            }
            for view, take in zip(views, takes, strict=True)
        ]

    def _shoot(self, views: Sequence[View], size: tuple[int, int]) -> list[TakeReport]:
        """A take of each view, and the stage that holds them."""
        first = -FPS[0]
        end = int(np.ceil((self.timing.duration + 1.0) * FPS[0] / FPS[1]))
        tracks: dict[str, Mapping[str, npz.Array]] = {}
        reports, setups = [], []
        for number, view in enumerate(views):
            name = _setup(number)
            tracks[name] = _still(view, first, end)
            npz.save(self.root / "takes" / f"{name}_t01.npz", tracks[name])
            reports.append(
                TakeReport(
                    take=f"{name}_t01",
                    setup=name,
                    scene="1",
                    lens_mm=view.stand.lens.focal_mm,
                    sensor_mm=view.stand.lens.sensor_mm,
                    fstop=4.0,
                    first=first,
                    end=end,
                    static=True,
                )
            )
            setups.append(Setup(id=name, kind="single", size="MS", subjects=list(view.subjects)))
        self._assemble(SceneCoverage(scene="1", setups=setups), reports, tracks, size)
        return reports

    def _assemble(
        self,
        coverage: SceneCoverage,
        reports: list[TakeReport],
        tracks: Mapping[str, Mapping[str, npz.Array]],
        size: tuple[int, int],
    ) -> None:
        timing = self.timing
        piece = sets.load(timing.set)
        bakes = {timing.set: piece.bake_path}
        bakes |= {a.member: members.load(a.member).bake_path for a in timing.actors}
        bakes |= {p.model: props.load(p.model).bake_path for p in timing.props}
        scene = Scene(id="1", slugline=piece.spec.title, time="day", span=Span(first=1, end=2))
        stage.assemble(
            scene,
            timing,
            coverage,
            reports,
            Edit(),
            [],
            fps=FPS,
            size=size,
            set_piece=piece,
            bake_paths={name: str(path) for name, path in bakes.items()},
            performance_paths={a.actor: f"performance/{a.actor}.npz" for a in timing.actors},
            prop_motion_paths={name: f"props/{name}.npz" for name in self.motions},
            seed=0,
            light_plan=self.light,
            tracks=tracks,
        ).write(self.root / "stage" / "scene_01.json")


def _setup(number: int) -> str:
    return f"V{number:03d}"


def _still(view: View, first: int, end: int) -> dict[str, npz.Array]:
    count = end - first
    return {
        "frames": np.arange(first, end),
        "positions": np.tile(view.stand.position, (count, 1)),
        "quaternions": np.tile(view.stand.quaternion, (count, 1)),
        "focal_mm": np.full(count, view.stand.lens.focal_mm),
        "focus_m": np.full(count, view.focus_m),
    }
