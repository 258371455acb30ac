"""Child processes that render: started, fed, watched, replaced when they die.

One thread, one selector. Each worker is a process group of its own that reads requests on stdin
and answers in JSON lines (`filmagent.blender` and `filmagent.render.preview` document them). A job
is a run of frames; when its worker dies, the frames it had not finished go to another, at most
`TRIES` times. What a finished frame wrote is whole (files are renamed into place), so a job can be
cut off anywhere.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filmagent.errors import RenderError

Event = dict[str, Any]

TRIES = 3
_SILENCE = 600.0
"""Seconds without a word after which a worker is taken for hung."""
_log = logging.getLogger(__name__)


@dataclass
class Job:
    """A request for a worker, and the frames of it that are not done."""

    request: Event
    frames: list[int] = field(default_factory=list)
    place: tuple[str, str] = ("", "")
    """Scene and setup: a worker goes on where it is, because opening either takes time."""
    tries: int = 0


class Pool:
    """A number of workers of one kind.

    Parameters
    ----------
    command
        What starts a worker.
    count
        How many.
    log
        Where workers' stderr goes (appended).
    environment
        Variables set for the workers.
    """

    def __init__(
        self,
        command: Sequence[str],
        count: int,
        log: Path,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._command, self._count, self._log = list(command), count, log
        self._environment = {**os.environ, **(environment or {})}
        self._selector = selectors.DefaultSelector()
        self._workers: list[_Worker] = []

    def run(self, jobs: Sequence[Job], on_event: Callable[[Job, Event], None]) -> None:
        """Do jobs, first ones first; ``on_event`` gets every answer.

        Raises
        ------
        RenderError
            If a job fails for a reason of its own, or has killed `TRIES` workers.
        """
        waiting = deque(jobs)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        try:
            while waiting or any(worker.job for worker in self._workers):
                self._feed(waiting)
                for worker in self._heard():
                    self._read(worker, waiting, on_event)
                self._bury_silent(waiting)
        finally:
            self.close()

    def close(self) -> None:
        """Stop all workers; none outlives this call."""
        for worker in self._workers:
            worker.stop()
            self._selector.unregister(worker.process.stdout)  # type: ignore[arg-type]
            worker.process.stdout.close()  # type: ignore[union-attr]
        self._workers.clear()

    def _feed(self, waiting: deque[Job]) -> None:
        while waiting:
            idle = next((worker for worker in self._workers if worker.job is None), None)
            if idle is None:
                if len(self._workers) >= self._count:
                    return
                idle = _Worker(self._command, self._environment, self._log)
                self._selector.register(idle.process.stdout, selectors.EVENT_READ, idle)  # type: ignore[arg-type]
                self._workers.append(idle)
            busy = {worker.place[0] for worker in self._workers if worker.job and worker.place}
            job = _next(waiting, idle.place, busy)
            waiting.remove(job)
            if not idle.take(job):
                self._bury(idle, waiting)

    def _heard(self) -> list[_Worker]:
        return [key.data for key, _ in self._selector.select(timeout=1.0)]

    def _read(
        self, worker: _Worker, waiting: deque[Job], on_event: Callable[[Job, Event], None]
    ) -> None:
        lines, alive = worker.lines()
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                _log.warning("a worker said something that is not JSON: %.80s", line)
                continue
            job = worker.job
            if job is None or event.get("event") == "ready":
                continue
            if event["event"] == "frame" and event["frame"] in job.frames:
                job.frames.remove(event["frame"])
            on_event(job, event)
            if event["event"] == "failed":
                raise RenderError(self._failure(str(event.get("error", "a renderer failed."))))
            if event["event"] in ("done", "built"):
                worker.job = None
        if not alive:
            self._bury(worker, waiting)

    def _bury_silent(self, waiting: deque[Job]) -> None:
        for worker in list(self._workers):
            if worker.job and time.monotonic() - worker.spoke > _SILENCE:
                _log.warning("a render worker said nothing for %d s; it is replaced", _SILENCE)
                self._bury(worker, waiting)

    def _bury(self, worker: _Worker, waiting: deque[Job]) -> None:
        self._workers.remove(worker)
        self._selector.unregister(worker.process.stdout)  # type: ignore[arg-type]
        code = worker.stop()
        worker.process.stdout.close()  # type: ignore[union-attr]
        job = worker.job
        if job is None:
            return
        job.tries += 1
        if job.tries >= TRIES:
            raise RenderError(
                self._failure(
                    f"A renderer died {TRIES} times on the same frames (exit code {code})."
                )
            )
        _log.warning("a render worker died (exit code %s); its frames are given to another", code)
        if "frames" in job.request:
            job.request["frames"] = list(job.frames)
        if job.frames or "frames" not in job.request:
            waiting.appendleft(job)

    def _failure(self, what: str) -> str:
        what = what.rstrip(".")
        return f"{what}; see {self._log}, then run again: finished frames are kept."


def _next(waiting: Sequence[Job], here: tuple[str, str] | None, busy: set[str]) -> Job:
    """The job for a worker that stands ``here``: its setup's, its scene's, or a free scene's.

    Among scenes that no worker is in, the one with most frames left comes first: scenes are lit
    side by side, and the longest does not begin last.
    """
    if here is not None:
        for depth in (2, 1):
            for job in waiting:
                if job.place[:depth] == here[:depth]:
                    return job
    left: dict[str, int] = {}
    for job in waiting:
        left[job.place[0]] = left.get(job.place[0], 0) + len(job.frames)
    free = {scene: count for scene, count in left.items() if scene not in busy}
    if not free:
        return waiting[0]
    longest = max(free, key=lambda scene: free[scene])
    return next(job for job in waiting if job.place[0] == longest)


class _Worker:
    """One child process."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.job: Job | None = None
        self.place: tuple[str, str] | None = None
        self.spoke = time.monotonic()
        self._rest = b""

    def take(self, job: Job) -> bool:
        """Give a job; False if the worker is gone."""
        self.job = job
        self.place = job.place
        self.spoke = time.monotonic()
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(job.request).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return False
        return True

    def lines(self) -> tuple[list[bytes], bool]:
        """Whole lines that have come, and whether the worker is still there."""
        assert self.process.stdout is not None
        data = self.process.stdout.read()
        if data is None:
            return [], True
        self.spoke = time.monotonic()
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [line for line in lines if line.strip()], bool(data)

    def stop(self) -> int:
        """End the process and all that it started; its exit code."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        return code


# runs a command so that the kernel kills it with its parent, even a parent killed with -9
_LEASH = (
    "import ctypes, os, sys\n"
    "if sys.platform == 'linux': ctypes.CDLL(None).prctl(1, 9)\n"
    "os.execv(sys.argv[1], sys.argv[1:])\n"
)


def leashed(*words: str) -> list[str]:
    """A command of this Python that dies with the process that starts it."""
    return [sys.executable, "-I", "-S", "-c", _LEASH, sys.executable, *words]


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
