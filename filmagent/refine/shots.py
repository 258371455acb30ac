"""Shots graded: only frames that are missing or stale, each written whole or not at all.

A graded frame is ``refined/<setup>/rgb.%04d.png``. Beside the frames of a setup lies
``keys.json``: for each the hash of what it was made from, which is the key that the renderer keeps
for its source (`filmagent.render.keys`), look, strength, seed and number. A run that is stopped
goes on where it was; a frame made before is never made again. Where a video model has painted a
shot (`filmagent.refine.sources`), the look goes on top of that.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from filmagent.documents.base import write_bytes
from filmagent.documents.naming import frame_path
from filmagent.documents.seeds import seed as seed_of
from filmagent.library import png
from filmagent.refine import passes
from filmagent.refine.denoise import REACH, Denoiser
from filmagent.refine.look import Grade, Look
from filmagent.refine.sources import FOLDER, Engine, Painted, read_keys, source, write_keys

VERSION = 1
"""Of the pictures: raised when the same frame and look would give another one."""

Progress = Callable[[int, int], None]
_RUN = 24
"""Frames that one thread takes at a time; motion is found once within a run."""
_SAVE = 1.0
"""Seconds between savings of the keys."""


@dataclass(frozen=True)
class Finish:
    """How a film is finished."""

    look: Look
    strength: float = 1.0
    denoise: bool = False
    """Average noise away along exact motion first: for ray-traced frames, not a model's."""
    seed: int = 0
    """The film's."""


def grade(
    film: Path,
    shots: Mapping[str, Sequence[int]],
    finish: Finish,
    *,
    quality: str = "preview",
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> int:
    """Bring the graded frames of shots up to date.

    Parameters
    ----------
    film
        The film folder: ``frames/<quality>/<setup>/``, or what a model painted of it, is read,
        ``refined/<setup>/`` written.
    shots
        Scene frames of each setup that the film needs.
    finish
        Look, strength, seed.
    quality
        Which frames to grade.
    workers
        Threads; one a core when None. The heavy steps let other threads run.
    on_progress
        Called with (frames done, frames to grade).

    Returns
    -------
    int
        How many frames were graded.

    Raises
    ------
    RenderError
        If a source frame is missing or damaged; what was graded is kept.
    """
    plans = [_plan(film, setup, frames, finish, quality) for setup, frames in shots.items()]
    runs = [(plan, run) for plan in plans for run in plan.runs()]
    total = sum(len(run) for _, run in runs)
    done, saved = 0, time.monotonic()
    if on_progress and total:
        on_progress(0, total)
    studio = _Studio(film, finish, quality)
    count = workers or _cores()
    with ThreadPoolExecutor(max(1, min(count, len(runs)))) as pool:
        waiting = {pool.submit(studio.work, plan, run): None for plan, run in runs}
        try:
            for future in as_completed(waiting):
                done += future.result()
                if on_progress:
                    on_progress(done, total)
                if time.monotonic() - saved > _SAVE:
                    _save(plans)
                    saved = time.monotonic()
        finally:
            studio.stopped = True
            pool.shutdown(cancel_futures=True)
            _save(plans)
    return done


def complete(film: Path, shots: Mapping[str, Sequence[int]]) -> bool:
    """Whether every frame of every setup has a graded picture."""
    return all(
        frame_path(film, FOLDER, setup, "rgb", frame, "png").exists()
        for setup, frames in shots.items()
        for frame in frames
    )


def grade_still(path: Path, finish: Finish) -> None:
    """Grade one picture in place, undenoised.

    Raises
    ------
    RenderError
        If it is missing or damaged.
    """
    picture = passes.picture(path)
    size = picture.shape[1], picture.shape[0]
    graded = Grade(size, finish.look, finish.strength, _sheet_seed(finish))(
        picture, _grain_seed(finish, path.stem, 0)
    )
    write_bytes(path, png.encode(graded))


@dataclass
class _Plan:
    """What is to be done for a setup."""

    setup: str
    folder: Path
    source: Engine | Painted
    wanted: dict[int, str]
    kept: dict[int, str]
    todo: list[int]
    saved: dict[int, str] = field(default_factory=dict)

    def runs(self) -> Iterator[list[int]]:
        for start in range(0, len(self.todo), _RUN):
            yield self.todo[start : start + _RUN]


class _Studio:
    """Grades runs of frames; threads share it."""

    def __init__(self, film: Path, finish: Finish, quality: str) -> None:
        self._film, self._finish, self._quality = film, finish, quality
        self._grades: dict[tuple[int, int], Grade] = {}
        self.stopped = False

    def work(self, plan: _Plan, run: Sequence[int]) -> int:
        """Grade frames of a setup; how many."""
        # a model's frames have none of a ray tracer's noise
        denoise = self._finish.denoise and not plan.source.painted
        sources = self._denoised if denoise else self._plain
        done = 0
        for frame, picture in sources(plan, run):
            if self.stopped:
                break
            grade = self._grade((picture.shape[1], picture.shape[0]))
            graded = grade(picture, _grain_seed(self._finish, plan.setup, frame))
            path = frame_path(self._film, FOLDER, plan.setup, "rgb", frame, "png")
            write_bytes(path, png.encode(graded, grainy=grade.grainy))
            plan.kept[frame] = plan.wanted[frame]
            done += 1
        return done

    def _plain(self, plan: _Plan, run: Sequence[int]) -> Iterator[tuple[int, passes.Picture]]:
        for frame in run:
            yield frame, passes.picture(plan.source.path(frame))

    def _denoised(self, plan: _Plan, run: Sequence[int]) -> Iterator[tuple[int, passes.Picture]]:
        denoiser, around = Denoiser(), dict[int, passes.Passes]()
        for frame in run:
            near = range(frame - REACH, frame + REACH + 1)
            around = {n: around[n] for n in near if n in around}
            for n in near:
                if n not in around and (n == frame or plan.source.path(n).exists()):
                    around[n] = passes.read(self._film / "frames", self._quality, plan.setup, n)
            yield frame, denoiser(frame, around)

    def _grade(self, size: tuple[int, int]) -> Grade:
        # two threads may make the same one; they are equal, and the last stays
        if size not in self._grades:
            finish = self._finish
            self._grades[size] = Grade(size, finish.look, finish.strength, _sheet_seed(finish))
        return self._grades[size]


def _plan(film: Path, setup: str, frames: Sequence[int], finish: Finish, quality: str) -> _Plan:
    folder = film / FOLDER / setup
    for left in folder.glob(".*.tmp"):
        left.unlink(missing_ok=True)
    origin = source(film, setup, frames, quality)
    wanted = _keys(origin, setup, sorted(set(frames)), finish)
    kept = {
        frame: key
        for frame, key in read_keys(folder).items()
        if frame_path(film, FOLDER, setup, "rgb", frame, "png").exists()
    }
    todo = [frame for frame in wanted if kept.get(frame) != wanted[frame]]
    known = {frame: key for frame, key in kept.items() if frame not in todo}
    if known != kept:
        # before any picture changes: a kill must never leave an old key with a new picture
        write_keys(folder, known)
    return _Plan(setup, folder, origin, wanted, known, todo, dict(known))


def _keys(
    origin: Engine | Painted, setup: str, frames: Sequence[int], finish: Finish
) -> dict[int, str]:
    """What each graded frame is made from, as a hash."""
    constant = json.dumps(
        [VERSION, finish.look.model_dump(mode="json"), finish.strength, finish.denoise],
        sort_keys=True,
    ).encode()
    reach = REACH if finish.denoise and not origin.painted else 0
    keys = {}
    for frame in frames:
        digest = blake2b(constant, digest_size=16)
        digest.update(f"{_grain_seed(finish, setup, frame)}".encode())
        for number in range(frame - reach, frame + reach + 1):
            digest.update(f"|{origin.key(number)}".encode())
        keys[frame] = digest.hexdigest()
    return keys


def _sheet_seed(finish: Finish) -> int:
    return seed_of(finish.seed, "grain", "sheet")


def _grain_seed(finish: Finish, setup: str, frame: int) -> int:
    return seed_of(finish.seed, "grain", f"{setup}/{frame}")


def _save(plans: Sequence[_Plan]) -> None:
    for plan in plans:
        now = dict(plan.kept)
        if now != plan.saved:
            write_keys(plan.folder, now)
            plan.saved = now


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
