"""The preview's child process: ``python -m filmagent.render.preview worker``.

It speaks the protocol of `filmagent.blender`: one JSON request a line on stdin, JSON events on
stdout; what else is printed goes to stderr. A request names a stage instead of a .blend::

    {"id": "r1", "do": "render", "stage": "F/stage/scene_01.json", "root": "F", "setup": "1A",
     "frames": [0, 1, 2], "folder": "F/frames/preview/1A", "passes": ["rgb", "ids"],
     "size": [640, 360]}
    {"id": "s1", "do": "render", "stage": "…", "root": "F", "setup": "1A", "frames": [12],
     "path": "F/cut/boards/1A.png", "size": [480, 270]}
    {"do": "quit"}
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from filmagent.documents import SceneStage
from filmagent.documents.base import write_bytes
from filmagent.documents.naming import frame_path
from filmagent.errors import FilmError, RenderError
from filmagent.library import png
from filmagent.render import passes as files
from filmagent.render.picture import Preview
from filmagent.render.staged import Staged

Event = dict[str, Any]
_PR_SET_PDEATHSIG = 1


class Worker:
    """Answers requests one after the other, keeping the last scene open."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._key: tuple[str, int, tuple[int, int] | None] | None = None
        self._preview: Preview | None = None

    def say(self, event: Event) -> None:
        """Print an event."""
        self._out.write(json.dumps(event) + "\n")
        self._out.flush()

    def serve(self, lines: Iterable[str]) -> None:
        """Answer every line until ``quit`` or the end."""
        self.say({"event": "ready", "device": "OpenGL"})
        for line in lines:
            if not line.strip():
                continue
            request = json.loads(line)
            if request.get("do") == "quit":
                return
            self.answer(request)

    def answer(self, request: Event) -> bool:
        """Render one request; returns whether it went well."""
        mine = {"id": request.get("id", "")}
        began = time.perf_counter()
        try:
            self._render(mine, request)
        except (FilmError, OSError, MemoryError, KeyError, ValueError) as error:
            # the worker outlives a job that failed; the caller decides on another try
            logging.getLogger(__name__).exception("request %s failed", mine["id"])
            self.say(
                {
                    **mine,
                    "event": "failed",
                    "error": str(error) or type(error).__name__,
                    "kind": type(error).__name__,
                }
            )
            return False
        self.say({**mine, "event": "done", "seconds": round(time.perf_counter() - began, 3)})
        return True

    def _render(self, mine: Event, request: Event) -> None:
        preview = self._opened(request)
        names = tuple(request.get("passes", ["rgb"]))
        for frame in request["frames"]:
            began = time.perf_counter()
            arrays = preview.frame(request["setup"], frame, names)
            if request.get("path"):
                write_bytes(Path(request["path"]), png.encode(arrays["rgb"]))
                written = [Path(request["path"])]
            else:
                folder = Path(request["folder"])
                folder.mkdir(parents=True, exist_ok=True)
                number = frame_path(folder, "", "", "x", frame, "").name.split(".")[1]
                written = files.write(folder, number, arrays)
            self.say(
                {
                    **mine,
                    "event": "frame",
                    "frame": frame,
                    "files": [str(p) for p in written],
                    "seconds": round(time.perf_counter() - began, 4),
                    "skipped": False,
                }
            )

    def _opened(self, request: Event) -> Preview:
        stage = Path(request["stage"])
        size = tuple(request["size"]) if request.get("size") else None
        stamp = stage.stat().st_mtime_ns if stage.exists() else 0
        key = (str(stage), stamp, size)
        if key != self._key or self._preview is None:
            self._key = None
            if self._preview is not None:
                self._preview.close()
                self._preview = None
            root = Path(request.get("root") or stage.parent.parent)
            self._preview = Preview(Staged(root, SceneStage.read(stage)), size)
            self._key = key
        return self._preview


def private_stdout() -> TextIO:
    """Keep stdout for events: whatever a library prints goes to stderr from now on."""
    sys.stdout.flush()
    kept = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return kept


def die_with_parent() -> None:
    """Linux: be killed when the parent dies, however it dies; elsewhere stdin's end stops us."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main(words: list[str]) -> int:
    """Run the worker; returns the exit code."""
    if words != ["worker"]:
        raise RenderError("usage: python -m filmagent.render.preview worker")
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    die_with_parent()
    Worker(private_stdout()).serve(sys.stdin)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
