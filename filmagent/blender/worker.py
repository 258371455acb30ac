"""The warm worker: JSON requests in, JSON events out."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

import bpy
import numpy as np

from . import importing, render
from .bakes import StageError
from .build import build
from .cameras import tracks
from .devices import use_best
from .read import facts

Event = dict[str, Any]


class Worker:
    """Answers requests one after the other, keeping the last .blend open."""

    def __init__(self, out: TextIO):
        self._out = out
        self._open: tuple[str, int] | None = None

    def say(self, event: Event) -> None:
        """Print an event."""
        self._out.write(json.dumps(event) + "\n")
        self._out.flush()

    def ready(self) -> None:
        """Say what renders here."""
        self.say({"event": "ready", "blender": bpy.app.version_string, "device": use_best()})

    def serve(self, lines: Iterable[str]) -> None:
        """Answer every line until ``quit`` or the end."""
        self.ready()
        for line in lines:
            if not line.strip():
                continue
            try:
                request = json.loads(line)
            except ValueError as error:
                self.say({"event": "failed", "error": f"A request is not JSON ({error})."})
                continue
            if request.get("do") == "quit":
                return
            self.answer(request)

    def answer(self, request: Event) -> bool:
        """Do what one request asks; returns whether it went well."""
        mine = {"id": request.get("id", "")}
        began = time.perf_counter()
        try:
            if request.get("do") == "build":
                self._build(mine, request)
            elif request.get("do") == "render":
                self._render(mine, request)
            elif request.get("do") == "cameras":
                self._cameras(mine, request)
            elif request.get("do") == "import":
                self._import(mine, request)
            else:
                raise StageError(
                    f'A worker cannot "{request.get("do")}"; ask it to build, render or quit.'
                )
        except (StageError, RuntimeError, OSError, KeyError, MemoryError) as error:
            # the worker outlives a job that failed; the caller decides on another try
            logging.getLogger(__name__).exception("request %s failed", mine["id"])
            text = f"the request lacks {error}" if isinstance(error, KeyError) else str(error)
            self._open = None
            self.say(
                {
                    **mine,
                    "event": "failed",
                    "error": text.strip() or type(error).__name__,
                    "kind": type(error).__name__,
                }
            )
            return False
        if request["do"] != "build":
            self.say({**mine, "event": "done", "seconds": round(time.perf_counter() - began, 3)})
        return True

    def _build(self, mine: Event, request: Event) -> None:
        began = time.perf_counter()
        root = Path(request["root"]) if request.get("root") else None
        build(Path(request["stage"]), Path(request["blend"]), root)
        self._open = None
        self.say(
            {
                **mine,
                "event": "built",
                "blend": request["blend"],
                "seconds": round(time.perf_counter() - began, 3),
            }
        )

    def _open_blend(self, request: Event) -> None:
        blend = Path(request["blend"])
        stamp = (str(blend), blend.stat().st_mtime_ns if blend.exists() else 0)
        if stamp != self._open:
            render.load(blend)
            self._open = stamp

    def _cameras(self, mine: Event, request: Event) -> None:
        self._open_blend(request)
        # reading leaves collections out: the next render opens the file again
        self._open = None
        folder = Path(request["folder"])
        scene = render.stage_of()
        known = facts(scene)
        files = {
            take: _written(folder / f"{number:03d}.npz", track)
            for number, (take, track) in enumerate(sorted(tracks(scene).items()))
        }
        self.say({**mine, "event": "cameras", "files": files, **known})

    def _import(self, mine: Event, request: Event) -> None:
        self._open = None
        file, out = Path(request["file"]), Path(request["npz"])
        found = importing.read(file, out, bool(request.get("motion")))
        self.say({**mine, "event": "imported", **found})

    def _render(self, mine: Event, request: Event) -> None:
        self._open_blend(request)
        for frame in render.render(request):
            self.say(
                {
                    **mine,
                    "event": "frame",
                    "frame": frame.frame,
                    "files": frame.files,
                    "seconds": round(frame.seconds, 3),
                    "skipped": frame.skipped,
                }
            )


def _written(path: Path, track: dict[str, np.ndarray]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with render.Whole(path) as part, open(part, "wb") as file:
        np.savez_compressed(file, **track)
    return str(path)


def private_stdout() -> TextIO:
    """Keep stdout for events: whatever Blender prints goes to stderr from now on."""
    sys.stdout.flush()
    kept = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return kept
