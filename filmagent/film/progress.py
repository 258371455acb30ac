"""What a run tells: a progress bar with time left, or JSON lines."""

from __future__ import annotations

import json
from dataclasses import asdict
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from filmagent.film.production import Event

TITLES = {
    "hand": "reading your .blend back",
    "outline": "outlining",
    "scenes": "writing scenes",
    "dialogue": "reading lines",
    "breakdown": "reading the screenplay",
    "blocking": "blocking",
    "voices": "recording voices",
    "timing": "timing the scenes",
    "performance": "acting",
    "shotlist": "covering",
    "takes": "shooting",
    "edit": "cutting",
    "stage": "lighting",
    "boards": "drawing boards",
    "blend": "building .blend files",
    "frames": "rendering",
    "survey": "measuring frames",
    "paint": "painting",
    "refine": "grading",
    "cut": "finishing",
}


class JsonListener:
    """Each event as one line of JSON."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.flush()

    def __call__(self, event: Event) -> None:
        """Write an event."""
        known = {key: value for key, value in asdict(event).items() if value not in ("", 0.0)}
        self._stream.write(json.dumps(known, ensure_ascii=False) + "\n")
        self._stream.flush()


class ProgressListener:
    """A bar a stage, with the time left, where there is a terminal; notes above it."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:24}"),
            BarColumn(32),
            TextColumn("{task.percentage:3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        self._said: set[str] = set()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Show an event."""
        if event.kind == "stage":
            title = TITLES.get(event.stage, event.stage)
            self._task = self._progress.add_task(title, total=event.total or 1)
        elif event.kind == "note" and event.text not in self._said:
            self._said.add(event.text)
            self._progress.console.print(
                f"  {event.text}", markup=False, style="dim", soft_wrap=True
            )
        elif event.kind in ("item", "progress") and self._task is not None:
            self._progress.update(self._task, completed=event.done, total=event.total or None)
        elif event.kind == "end" and self._task is not None:
            total = self._progress.tasks[self._task].total or 1
            self._progress.update(self._task, completed=total)
