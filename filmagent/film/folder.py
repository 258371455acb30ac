"""The film folder: where everything is, and that only one process works on it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filmagent.errors import BusyError, InputError

MARK = "film.json"


class Folder:
    """Paths of a film. Every name that comes from text has been made safe before it gets here."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = root / MARK
        self.idea = root / "idea.txt"
        self.outline = root / "outline.json"
        self.scenes = root / "scenes.json"
        self.screenplay = root / "screenplay.fountain"
        self.breakdown = root / "breakdown.json"
        self.blocking = root / "blocking.json"
        self.shotlist = root / "shotlist.json"
        self.edit = root / "edit.json"
        self.notes = root / "notes.json"
        self.recordings = root / "recordings"
        self.crew = root / "crew"
        self.answers = root / "crew" / "answers"
        self.takes = root / "takes"
        self.frames = root / "frames"
        self.refined = root / "refined"
        self.stage = root / "stage"
        self.bakes = root / "stage" / "bakes"
        self.cut = root / "cut"
        self.hidden = root / ".filmagent"
        self.records = self.hidden / "records.json"
        self.base = self.hidden / "base"

    def scene(self, scene: str) -> str:
        """``scene_01`` for scene 1."""
        return f"scene_{scene.zfill(2)}"

    def performance(self, scene: str) -> Path:
        """Folder of a scene's performance."""
        return self.root / "performance" / self.scene(scene)

    def timing(self, scene: str) -> Path:
        """A scene's timing document."""
        return self.performance(scene) / "timing.json"

    def line(self, scene: str, beat: str) -> Path:
        """A recorded line, without its ending (.wav and .json)."""
        # a beat's id has a dot (``1.4``), which must not look like an ending
        return self.performance(scene) / "lines" / beat.replace(".", "_")

    def staged(self, scene: str) -> Path:
        """A scene's stage document."""
        return self.stage / f"{self.scene(scene)}.json"

    def blend(self, scene: str) -> Path:
        """A scene's .blend."""
        return self.stage / f"{self.scene(scene)}.blend"

    def take(self, take: str) -> Path:
        """A take's report; its track has the ending .npz."""
        return self.takes / f"{take}.json"

    def relative(self, path: Path) -> str:
        """A path as documents write it."""
        return path.relative_to(self.root).as_posix()

    def require(self) -> None:
        """Raise InputError unless this is a film folder."""
        if not self.settings.exists():
            raise InputError(
                f"{self.root} is not a film folder (it has no {MARK}); "
                f"make one with `filmagent make SCREENPLAY -o {self.root}`."
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the film for this process; the lock falls with the process, however it ends.

        Raises
        ------
        BusyError
            If another process holds it.
        """
        self.hidden.mkdir(parents=True, exist_ok=True)
        path = self.hidden / "lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
                raise BusyError(
                    f"Another filmagent (process {holder}) is working on {self.root}; "
                    "wait for it to finish, or stop it."
                ) from None
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(handle)
