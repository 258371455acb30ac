"""The crew's discussion of a film, kept: who was asked what, what they said, who decided.

JSON lines are appended while the film is made, each whole or not at all; `write_markdown` renders
them for a reader. A `Transcript` is a view on the file for one item: `Transcript.of` narrows it.
Runs append; of an item that was discussed in several runs, the last discussion is rendered.

>>> import tempfile
>>> from pathlib import Path
>>> log = Transcript(Path(tempfile.mkdtemp()) / "discussion.jsonl")
>>> page = log.of(department="blocking", scene="1")
>>> page.say("director", "She must be seated before he comes in.")
>>> print(log.markdown().splitlines()[2])
## Scene 1
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from filmagent.crew.problems import Problem
from filmagent.documents import write_text

__all__ = ["DEPARTMENTS", "Event", "Transcript", "brief", "read", "shortened"]

DEPARTMENTS = (
    "writing",
    "casting",
    "locations",
    "blocking",
    "acting",
    "light",
    "coverage",
    "storyboard",
    "dailies",
    "notes",
)
"""In the order in which a film is made; departments of other names come after, by name."""
_EVERY_RUN = ("notes",)
"""Departments whose every discussion stays: a later one does not take the place of an earlier."""
_ASKED, _TEXT, _LIST, _DEEP, _ANSWER = 700, 600, 40, 6, 12_000
"""Letters of a question and of a text, entries of a list, levels, letters of a whole answer."""
_SEAM = 300
"""Letters beyond a cut in which secrets are looked for."""
_SECRETS = re.compile(
    r"\b(?:sk|pk|rk|key|ghp|hf|xox[a-z])[-_][A-Za-z0-9_-]{12,}"
    r"|(?i:\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}"
    r"|(?i:(?:api[-_]?key|token|secret|password)[\"']?\s*[:=]\s*[\"']?)(?=\S*\d)[^\s\"',}]{8,}"
    r"|(?<=://)[^\s/@:]+:[^\s/@]+(?=@)"
)


class Event(BaseModel):
    """One line of the transcript."""

    model_config = ConfigDict(extra="ignore")

    run: int
    step: int
    """Its place in the discussion of its item, 1-based."""
    department: str = ""
    scene: str = ""
    item: str = ""
    kind: Literal["asked", "said", "decided"]
    role: str
    """Who was asked, who speaks, or who decided."""
    task: str = ""
    version: str = ""
    """Of the prompt."""
    attempt: int = 0
    asked: str = ""
    answer: Any = None
    problems: list[str] = []
    error: str = ""
    """Why there is no answer ("" when there is one)."""
    by: str = ""
    """``model`` or ``house``; for decisions."""
    text: str = ""
    """What is said; why it was decided so."""

    @property
    def place(self) -> tuple[str, str, str]:
        """The item it belongs to."""
        return self.department, self.scene, self.item


@dataclass
class _File:
    path: Path
    run: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    steps: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def append(self, event: Event) -> None:
        """Write one event down."""
        with self.lock:
            self.steps[event.place] += 1
            event.step = self.steps[event.place]
            row = json.dumps(event.model_dump(exclude_defaults=True), ensure_ascii=False)
            line = row.encode("utf-8", "replace") + b"\n"
            # one write of the whole line: a killed process leaves it there or not
            out = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            try:
                os.write(out, line)
            finally:
                os.close(out)


class Transcript:
    """The discussion of a film, or of one item of it. Safe to use from several threads.

    Parameters
    ----------
    path
        The file of JSON lines; made when the first event comes, continued if it is there.
    """

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _end_last_line(path)
        self._file = _File(path, run=1 + max((e.run for e in read(path)), default=0))
        self.department, self.scene, self.item = "", "", ""
        self._held: list[Event] | None = None

    @property
    def path(self) -> Path:
        """The file of JSON lines."""
        return self._file.path

    def of(
        self, department: str | None = None, scene: str | None = None, item: str | None = None
    ) -> Transcript:
        """The same transcript, for one department, scene or item; what is None stays."""
        view = object.__new__(Transcript)
        view._file, view._held = self._file, self._held
        view.department = self.department if department is None else department
        view.scene = self.scene if scene is None else scene
        view.item = self.item if item is None else item
        return view

    def held(self) -> Transcript:
        """The same page, whose events wait until `take`: for what goes on at the same time."""
        view = self.of()
        view._held = []
        return view

    def take(self, page: Transcript) -> None:
        """Write down what was held."""
        for event in page._held or []:
            self._write(event)
        page._held = []

    def asked(
        self,
        role: str,
        task: str,
        version: str,
        attempt: int,
        asked: str,
        *,
        answer: Any = None,
        problems: Sequence[Problem] = (),
        error: str = "",
    ) -> None:
        """A question, and what came of it: an answer with its problems, or why there is none."""
        self._add(
            kind="asked",
            role=role,
            task=task,
            version=version,
            attempt=attempt,
            asked=shortened(asked, _ASKED),
            answer=_bounded(brief(answer)),
            problems=[shortened(str(problem), _TEXT) for problem in problems[:_LIST]],
            error=shortened(error, _TEXT),
        )

    def say(self, role: str, text: str) -> None:
        """A remark: a critic's complaint, a judge's reason, what was given up."""
        self._add(kind="said", role=role, text=shortened(text, _TEXT))

    def decided(self, role: str, by: Literal["model", "house"], why: str = "") -> None:
        """Who decided the item, and why it was not whoever was asked."""
        self._add(kind="decided", role=role, by=by, text=shortened(why, _TEXT))

    def _add(self, **fields: Any) -> None:
        place = {"department": self.department, "scene": self.scene, "item": self.item}
        self._write(Event.model_validate({"run": self._file.run, "step": 0, **place, **fields}))

    def _write(self, event: Event) -> None:
        if self._held is None:
            self._file.append(event)
        else:
            self._held.append(event)

    def events(self) -> list[Event]:
        """The last discussion of every item, in the order of `markdown`."""
        return in_order(read(self.path))

    def markdown(self, title: str = "") -> str:
        """The discussion as Markdown."""
        from filmagent.crew.discussion import rendered

        return rendered(self.events(), title)

    def write_markdown(self, path: Path, title: str = "") -> None:
        """Render the discussion for a reader; the same discussion is the same bytes."""
        write_text(path, self.markdown(title))


def read(path: Path) -> list[Event]:
    """The events of a file, in the order they were written.

    Lines that are not whole (a process was killed while it wrote) are passed over.
    """
    found = []
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            found.append(Event.model_validate_json(line))
        except ValidationError:
            continue
    return found


def in_order(events: Iterable[Event]) -> list[Event]:
    """The last discussion of every item, by scene, department and item: not by when it was held."""
    kept = list(events)
    last: dict[tuple[str, str, str], int] = {}
    for event in kept:
        last[event.place] = max(event.run, last.get(event.place, 0))
    kept = [e for e in kept if e.run == last[e.place] or e.department in _EVERY_RUN]
    return sorted(kept, key=_order)


def _order(event: Event) -> tuple[Any, ...]:
    rank = (
        DEPARTMENTS.index(event.department) if event.department in DEPARTMENTS else len(DEPARTMENTS)
    )
    return (
        _natural(event.scene),
        rank,
        event.department,
        _natural(event.item),
        event.run,
        event.step,
        event.role,
    )


def _natural(name: str) -> list[tuple[int, int, str]]:
    """``2`` before ``10``, ``1.4`` before ``1.4a``."""
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in re.findall(r"[0-9]+|[^0-9]+", name)
    ]


def shortened(text: str, most: int) -> str:
    """A text of at most ``most`` letters: its beginning and its end; without what looks secret."""
    if len(text) <= most + _SEAM:
        safe = _SECRETS.sub("[secret]", text)
        if len(safe) <= most:
            return safe
    head = (most - 5) * 2 // 3
    tail = most - 5 - head
    # a secret that a cut goes through is found in the letters beyond it
    first = _SECRETS.sub("[secret]", text[: head + _SEAM])[:head]
    last = _SECRETS.sub("[secret]", text[-(tail + _SEAM) :])[-tail:]
    return f"{first} […] {last}"


def brief(value: Any, depth: int = 0) -> Any:
    """JSON data of bounded size: long texts shortened, long lists cut, what is empty left out."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, str):
        return shortened(value, _TEXT)
    if depth >= _DEEP and isinstance(value, (dict, list)):
        return "…"
    if isinstance(value, dict):
        kept = {k: brief(v, depth + 1) for k, v in list(value.items())[:_LIST]}
        return {str(k): v for k, v in kept.items() if v not in (None, "", [], {})}
    if isinstance(value, (list, tuple)):
        cut = [brief(inner, depth + 1) for inner in value[:_LIST]]
        return [*cut, f"… and {len(value) - _LIST} more"] if len(value) > _LIST else cut
    return value


def _bounded(answer: Any) -> Any:
    text = json.dumps(answer, ensure_ascii=False)
    return answer if len(text) <= _ANSWER else shortened(text, _ANSWER)


def _end_last_line(path: Path) -> None:
    """What a killed process left half written is closed, so that the next line stands alone."""
    try:
        with path.open("r+b") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
    except FileNotFoundError:
        return
