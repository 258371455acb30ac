"""Frames of shots: only what is missing or stale is rendered, by child processes."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from filmagent.errors import RenderError
from filmagent.render import keys, passes
from filmagent.render.staged import Staged
from filmagent.render.supervise import Job, Pool, cores, leashed

VERSION = 2
"""Of the pictures: raised when the same scene would look different."""

Quality = Literal["preview", "draft", "final"]
Progress = Callable[[int, int], None]
_RUN = {"preview": 30, "draft": 12, "final": 6}
"""Frames a job; a worker that dies loses at most these."""
_SAVE = 1.0
"""Seconds between savings of the keys."""
_log = logging.getLogger(__name__)


@dataclass
class Shot:
    """Frames of a setup that the film needs."""

    scene: str
    setup: str
    take: str
    frames: list[int]


@dataclass
class StillShot:
    """One frame, and the PNG it goes to."""

    scene: str
    setup: str
    take: str
    frame: int
    path: Path


def render(
    film: Path,
    shots: Sequence[Shot],
    *,
    quality: Quality = "preview",
    size: tuple[int, int] | None = None,
    samples: int | None = None,
    workers: int | None = None,
    on_progress: Progress | None = None,
    wanted: Sequence[str] = passes.PASSES,
) -> int:
    """Bring the frames of shots up to date.

    Parameters
    ----------
    film
        The film folder; frames go to ``frames/<quality>/<setup>/``.
    shots
        What the film needs, scene frames.
    quality
        ``preview`` draws with OpenGL; ``draft`` and ``final`` with Blender, from the .blend.
    size
        Pixels, width and height; the stage's own by default.
    samples
        Cycles' samples a pixel; by quality when None.
    workers
        Child processes; one a core for the preview, one for Blender, when None.
    on_progress
        Called with (frames done, frames to render).
    wanted
        Passes to write.

    Returns
    -------
    int
        How many frames were rendered (not kept or moved).

    Raises
    ------
    RenderError
        If a renderer keeps failing; what it finished is kept.
    """
    plans = [_plan(film, shot, quality, size, samples, tuple(wanted)) for shot in _merged(shots)]
    jobs = [job for plan in plans for job in plan.jobs]
    total = sum(len(job.frames) for job in jobs)
    done, saved = 0, time.monotonic()
    by_setup = {plan.shot.setup: plan for plan in plans}
    if on_progress and total:
        on_progress(0, total)

    def heard(job: Job, event: Mapping[str, Any]) -> None:
        nonlocal done, saved
        if event["event"] != "frame":
            return
        plan = by_setup[job.request["setup"]]
        plan.kept[event["frame"]] = plan.wanted[event["frame"]]
        plan.changed = True
        done += 1
        if on_progress:
            on_progress(done, total)
        if time.monotonic() - saved > _SAVE:
            _save(plans)
            saved = time.monotonic()

    try:
        if jobs:
            _pool(film, quality, workers, len(jobs)).run(jobs, heard)
    finally:
        _save(plans)
        for plan in plans:
            _sweep(plan.folder)
    return done


def stills(
    film: Path,
    shots: Sequence[StillShot],
    *,
    quality: Quality = "preview",
    size: tuple[int, int] | None = None,
    budget: float | None = None,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> list[Path]:
    """Render single frames to PNGs; the paths of those that were made.

    Parameters
    ----------
    film, shots, quality, size, workers, on_progress
        As for `render`.
    budget
        Seconds for all of them together: each gets an equal share of what is left, and those that
        it does not reach are left out.
    """
    began = time.monotonic()
    made: list[Path] = []
    jobs = []
    for shot in sorted(shots, key=lambda shot: (shot.scene, shot.setup, shot.frame)):
        request = {
            **_base(film, shot.scene, shot.setup, shot.take, quality, size),
            "path": str(shot.path),
            "frames": [shot.frame],
            "passes": ["rgb"],
        }
        if budget is not None:
            request["seconds"] = round(budget / max(1, len(shots)) * 0.7, 2)
        jobs.append(Job(request, [shot.frame], (shot.scene, shot.setup)))

    class _Spent(Exception):
        pass

    def heard(job: Job, event: Mapping[str, Any]) -> None:
        if event["event"] == "frame":
            made.append(Path(job.request["path"]))
            if on_progress:
                on_progress(len(made), len(jobs))
            if budget is not None and time.monotonic() - began > budget:
                raise _Spent

    try:
        if jobs:
            _pool(film, quality, workers, len(jobs)).run(jobs, heard)
    except _Spent:
        _log.info("the time for stills is spent: %d of %d made", len(made), len(jobs))
    return made


def complete(frames: Path, quality: str, wanted: Mapping[str, Sequence[int]]) -> bool:
    """Whether every wanted frame of every setup has its picture."""
    return all(
        path.exists()
        for setup, numbers in wanted.items()
        for number in numbers
        for path in passes.files(frames, quality, setup, number, ("rgb",))
    )


def frames_digest(frames: Path, quality: str) -> str:
    """Hash of what all frames of a quality show."""
    folder = frames / quality
    return keys.digest(
        [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    )


@dataclass
class _Plan:
    """What is to be done for a shot."""

    shot: Shot
    folder: Path
    wanted: dict[int, str]
    kept: dict[int, str]
    jobs: list[Job]
    changed: bool


def _merged(shots: Sequence[Shot]) -> list[Shot]:
    """One shot a setup, in the order of scenes, so that a worker keeps a scene open."""
    found: dict[str, Shot] = {}
    for shot in shots:
        if shot.setup in found:
            found[shot.setup].frames = sorted({*found[shot.setup].frames, *shot.frames})
        else:
            found[shot.setup] = Shot(shot.scene, shot.setup, shot.take, sorted(set(shot.frames)))
    return sorted(found.values(), key=lambda shot: (shot.scene, shot.setup))


def _plan(
    film: Path,
    shot: Shot,
    quality: Quality,
    size: tuple[int, int] | None,
    samples: int | None,
    names: tuple[str, ...],
) -> _Plan:
    staged = Staged.read(film, shot.scene)
    folder = film / "frames" / quality / shot.setup
    _sweep(folder)
    engine = {
        "quality": quality,
        "version": VERSION,
        "size": list(size or staged.doc.size),
        "samples": samples,
        "blender": None if quality == "preview" else blender_version(),
    }
    maker = keys.FrameKeys(staged, shot.setup, engine, everybody=quality != "preview")
    wanted = {frame: maker.of(frame) for frame in shot.frames}
    kept = keys.read(folder)
    whole = [f for f in kept if not _lacking(film, quality, shot.setup, f, names)]
    todo, move = keys.moves(wanted, kept, whole)
    # a key stands for the picture: passes that a picture lacks are added, and it stays
    right = {frame for frame in todo if kept.get(frame) == wanted[frame]}
    known = {
        frame: key
        for frame, key in kept.items()
        if frame not in move
        and (frame not in todo or frame in right)
        and not _lacking(film, quality, shot.setup, frame, ("rgb",))
    }
    if known != kept:
        # before any picture changes: a kill must never leave an old key with a new picture
        keys.write(folder, known)
    lack: dict[tuple[str, ...], list[int]] = {}
    for frame in todo:
        some = names
        if frame in known:
            some = _lacking(film, quality, shot.setup, frame, names)
        else:
            _drop(film, quality, shot.setup, frame, set(passes.ENDINGS).difference(names))
        lack.setdefault(some, []).append(frame)
    moved = _move(film / "frames", quality, shot.setup, move, names)
    for frame in moved:
        _drop(film, quality, shot.setup, frame, set(passes.ENDINGS).difference(names))
    known |= {frame: wanted[frame] for frame in moved}
    base = _base(film, shot.scene, shot.setup, shot.take, quality, size)
    base["folder"] = str(folder)
    if samples:
        base["samples"] = samples
    jobs = [
        Job({**base, "passes": list(some), "frames": run}, run, (shot.scene, shot.setup))
        for some, frames in lack.items()
        for run in _runs(frames, _RUN[quality])
    ]
    return _Plan(shot, folder, wanted, known, jobs, known != kept)


def _lacking(
    film: Path, quality: str, setup: str, frame: int, names: Sequence[str]
) -> tuple[str, ...]:
    """Which passes of a frame are not on disk."""
    return tuple(
        name
        for name in names
        if not passes.files(film / "frames", quality, setup, frame, (name,))[0].exists()
    )


def _drop(film: Path, quality: str, setup: str, frame: int, names: Iterable[str]) -> None:
    """Clear passes away that are of another picture."""
    for path in passes.files(film / "frames", quality, setup, frame, tuple(names)):
        path.unlink(missing_ok=True)


def _base(
    film: Path, scene: str, setup: str, take: str, quality: Quality, size: tuple[int, int] | None
) -> dict[str, Any]:
    stage = film / "stage" / f"scene_{scene.zfill(2)}.json"
    request: dict[str, Any] = {"id": setup, "do": "render", "setup": setup, "quality": quality}
    if quality == "preview":
        request |= {"stage": str(stage), "root": str(film)}
    else:
        request |= {"blend": str(stage.with_suffix(".blend")), "take": take}
    if size:
        request["size"] = list(size)
    return request


def _runs(frames: Sequence[int], longest: int) -> list[list[int]]:
    """Neighbouring frames together, in runs of nearly equal length."""
    if not frames:
        return []
    count = -(-len(frames) // longest)
    bounds = [round(k * len(frames) / count) for k in range(count + 1)]
    return [list(frames[a:b]) for a, b in pairwise(bounds)]


def _move(
    frames: Path, quality: str, setup: str, move: Mapping[int, int], names: Sequence[str]
) -> list[int]:
    """Give frames the files of others; all are picked up before any is put down."""
    held = []
    for frame, source in move.items():
        old = passes.files(frames, quality, setup, source, names)
        new = passes.files(frames, quality, setup, frame, names)
        for one, other in zip(old, new, strict=True):
            temporary = other.with_name(f".{other.name}.{os.getpid()}.tmp")
            temporary.unlink(missing_ok=True)
            try:
                os.link(one, temporary)
            except OSError:
                shutil.copyfile(one, temporary)
            held.append((temporary, other))
    for temporary, path in held:
        temporary.replace(path)
    return list(move)


def _save(plans: Sequence[_Plan]) -> None:
    for plan in plans:
        if plan.changed:
            keys.write(plan.folder, plan.kept)
            plan.changed = False


def _sweep(folder: Path) -> None:
    """Clear away what a killed worker was writing."""
    for path in folder.glob(".*.tmp"):
        path.unlink(missing_ok=True)


def _pool(film: Path, quality: Quality, workers: int | None, jobs: int) -> Pool:
    log = film / ".filmagent" / "logs" / f"render-{quality}.log"
    if quality == "preview":
        count = min(workers or cores(), jobs)
        return Pool(leashed("-m", "filmagent.render.preview", "worker"), count, log, _ALONE)
    # Cycles uses every core by itself
    count = min(workers or max(1, cores() // 8), jobs)
    return Pool(leashed("-m", "filmagent.blender", "worker"), count, log, {})


_ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LP_NUM_THREADS": "0"}


def build_blend(stage: Path, blend: Path, film: Path) -> None:
    """Build a scene's .blend in a child process.

    Raises
    ------
    RenderError
        If Blender cannot; the sentence is the worker's own.
    """
    job = Job(
        {"id": "build", "do": "build", "stage": str(stage), "blend": str(blend), "root": str(film)}
    )
    log = film / ".filmagent" / "logs" / "build.log"
    Pool(leashed("-m", "filmagent.blender", "worker"), 1, log).run([job], lambda job, event: None)
    if not blend.exists():
        raise RenderError(f"Blender left no {blend}; see {log}, then run again.")


def blender_version() -> str:
    """The version of Blender that renders here, "none" where there is none."""
    try:
        return version("bpy")
    except PackageNotFoundError:
        return "none"
