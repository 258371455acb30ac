"""The transcript as a page to read: by scene and department, who said what, and who decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from filmagent.crew.transcript import Event

_ONE_LINE = 110
"""Letters up to which the fields of a thing stand on one line."""
_MARKS = re.compile(r"[\\`*\[\]]|(?<!\w)_|_(?!\w)|^(?:[#>+-]|\d+[.)])(?=\s)", re.MULTILINE)
_TRIES = ("first", "second", "third", "fourth", "fifth", "sixth")


def rendered(events: Sequence[Event], title: str = "") -> str:
    """Events, already in order, as Markdown."""
    rows = [f"# {_safe(title) or 'The film'}: what the crew said", ""]
    for scene, in_scene in groupby(events, key=lambda e: e.scene):
        rows += [f"## Scene {_safe(scene)}" if scene else "## The whole film", ""]
        for department, in_department in groupby(in_scene, key=lambda e: e.department):
            if department:
                rows += [f"### {_safe(department).capitalize()}", ""]
            for item, of_item in groupby(in_department, key=lambda e: e.item):
                if item:
                    rows += [f"#### {_safe(item)}", ""]
                for event in of_item:
                    rows += [*_event(event), ""]
    return "\n".join(rows).rstrip() + "\n"


def _event(event: Event) -> list[str]:
    if event.kind == "said":
        return [f"**{_who(event.role)}:** {_safe(event.text)}"]
    if event.kind == "decided":
        return [f"*{_decision(event)}*"]
    return _asked(event)


def _decision(event: Event) -> str:
    why = f" {_safe(event.text)}" if event.text else ""
    if event.by == "house":
        return f"The house crew decides.{why}"
    return f"{_who(event.role)} decides.{why}"


def _asked(event: Event) -> list[str]:
    nth = _TRIES[event.attempt - 1] if 0 < event.attempt <= len(_TRIES) else f"{event.attempt}th"
    what = f"{_safe(event.task)}, prompt {_safe(event.version)}"
    head = f"**{_who(event.role)}** ({what}{f', {nth} try' if event.attempt > 1 else ''})"
    if event.error:
        return [f"{head}: no answer. {_safe(event.error)}"]
    if event.problems:
        # what was wrong says more than the wrong answer, which the JSON lines keep
        return [f"{head} is told what cannot be:", "", *(f"- {_safe(p)}" for p in event.problems)]
    return [f"{head}:", "", *_told(event.answer)]


def _told(value: Any, indent: str = "") -> list[str]:
    """Data as nested bullets."""
    if isinstance(value, dict):
        return [row for key, inner in value.items() for row in _entry(_key(key), inner, indent)]
    if isinstance(value, list):
        return [row for inner in value for row in _entry("", inner, indent)]
    return [f"{indent}- {_scalar(value)}"]


def _entry(key: str, value: Any, indent: str) -> list[str]:
    short = _line(value)
    head = f"{indent}- {key}: " if key else f"{indent}- "
    if short is not None:
        return [f"{head}{short}"]
    if not key and isinstance(value, dict):
        # the first field stands for the thing, the others below it
        first, *others = value.items()
        rest = [row for k, v in others for row in _entry(_key(k), v, indent + "  ")]
        return [*_entry(_key(first[0]), first[1], indent), *rest]
    return [head.rstrip(), *_told(value, indent + "  ")]


def _line(value: Any) -> str | None:
    """A value on one line, None if it is too long or too deep for that."""
    if not isinstance(value, (dict, list)):
        return _scalar(value)
    inner: Iterable[tuple[str, Any]] = (
        value.items() if isinstance(value, dict) else (("", entry) for entry in value)
    )
    words = []
    for key, entry in inner:
        if isinstance(entry, (dict, list)):
            return None
        words.append(f"{_key(key)} {_scalar(entry)}" if key else _scalar(entry))
    line = ", ".join(words)
    return line if len(line) <= _ONE_LINE else None


def _key(key: str) -> str:
    return _safe(str(key)).replace("_", " ")


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _safe(str(value))


def _who(role: str) -> str:
    safe = _safe(role)
    return safe[:1].upper() + safe[1:]


def _safe(text: str) -> str:
    """Text that stands for itself in Markdown, on one line."""
    line = " ".join(text.split())
    marked = _MARKS.sub(lambda found: "\\" + found[0], line)
    return marked.replace("&", "&amp;").replace("<", "&lt;")
