"""The transcript as a page to read: by scene and department, who said what, and who decided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from filmagent.crew.transcript import Event

_ONE_LINE, _SHORT, _TEXTS = 110, 48, 160
"""Letters up to which a list, a field and the texts of a thing stand on its line."""
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
    what = f"{_safe(event.task)} {_safe(event.version)}"
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
        return [row for key, inner in value.items() for row in _field(key, inner, indent)]
    if isinstance(value, list):
        return [row for inner in value for row in _thing(inner, indent)]
    return [f"{indent}- {_scalar(value)}"]


def _field(key: str, value: Any, indent: str) -> list[str]:
    """``- premise: Two sisters …``, or the name alone above what is too much for a line."""
    head, line = f"{indent}- {_key(key)}:", _line(value)
    if line is not None:
        return [f"{head} {line}"]
    return [head, *_told(value, indent + "  ")]


def _thing(value: Any, indent: str) -> list[str]:
    """One of several: what is short on one line, the texts and lists it has below."""
    if not isinstance(value, dict):
        line = _line(value)
        return [f"{indent}- {line}"] if line is not None else [f"{indent}-", *_told(value, indent)]
    short = {key: line for key, inner in value.items() if (line := _brief(key, inner)) is not None}
    told = [line for line in short.values() if line]
    rest = [(key, inner) for key, inner in value.items() if key not in short]
    texts = [_scalar(inner) for _, inner in rest if isinstance(inner, str)]
    head = " · ".join(told)
    if sum(map(len, texts)) <= _TEXTS:
        head, texts = ": ".join([part for part in (head, " ".join(texts)) if part]), []
    deeper = [(key, inner) for key, inner in rest if not isinstance(inner, str)]
    return [
        f"{indent}- {head}",
        *(f"{indent}  {text}" for text in texts),
        *(row for key, inner in deeper for row in _field(key, inner, indent + "  ")),
    ]


def _brief(key: str, value: Any) -> str | None:
    """A field of a thing as its line has it ("" says nothing); None if it is too long."""
    if isinstance(value, bool):
        return _key(key) if value else ""
    if isinstance(value, (int, float)):
        return f"{_key(key)} {value:g}"
    line = _line(value)
    return line if line is not None and len(line) <= _SHORT else None


def _line(value: Any) -> str | None:
    """A value on one line; None for what has parts, and for lists that are long."""
    if isinstance(value, list):
        if any(isinstance(entry, (dict, list)) for entry in value):
            return None
        line = ", ".join(_scalar(entry) for entry in value)
        return line if len(line) <= _ONE_LINE else None
    return None if isinstance(value, dict) else _scalar(value)


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
