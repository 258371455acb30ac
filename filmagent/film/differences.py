"""What changed between two versions of a document, place by place, for people's eyes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from filmagent.film.merge import ID_KEYS

_MISSING: Any = object()


@dataclass(frozen=True)
class Difference:
    """One place of a document."""

    document: str
    place: str
    """``1J size``: ids and keys from the outside in."""
    before: Any
    """None where there was nothing."""
    after: Any

    def __str__(self) -> str:
        """``shotlist.json  1J size: MCU → CU``."""
        return f"{self.document}  {self.place}: {_said(self.before)} → {_said(self.after)}"


def differences(document: str, before: Any, after: Any) -> list[Difference]:
    """The places at which two versions of plain JSON differ; entries of lists go by their ids.

    >>> was = {"setups": [{"id": "1A", "size": "MS"}]}
    >>> now = {"setups": [{"id": "1A", "size": "CU"}]}
    >>> [str(d) for d in differences("shotlist.json", was, now)]
    ['shotlist.json  1A size: MS → CU']
    """
    return [
        Difference(document, " ".join(place), _plain(a), _plain(b))
        for place, a, b in _walk((), before, after)
    ]


def _walk(
    place: tuple[str, ...], before: Any, after: Any
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(k for k in after if k not in before)]:
            inner = (before.get(key, _MISSING), after.get(key, _MISSING))
            nested = any(isinstance(v, list) and v and isinstance(v[0], dict) for v in inner)
            yield from _walk(place if nested else (*place, key), *inner)
        return
    names = _named(before), _named(after)
    if names[0] is not None and names[1] is not None and (names[0] or names[1]):
        for name in [*names[0], *(n for n in names[1] if n not in names[0])]:
            inner = (names[0].get(name, _MISSING), names[1].get(name, _MISSING))
            # a setup's id says its scene
            whole = place[:-1] if place and name.startswith(place[-1]) else place
            yield from _walk((*whole, name), *inner)
        return
    yield place, before, after


def _named(side: Any) -> dict[str, Any] | None:
    """A list's entries by what tells them apart; None for what has no such entries."""
    if side is _MISSING:
        return {}
    if not isinstance(side, list) or not all(isinstance(e, dict) for e in side):
        return None
    for key in ID_KEYS:
        names = [e.get(key) for e in side]
        if all(isinstance(n, str) for n in names) and len(set(names)) == len(names):
            return dict(zip(names, side, strict=True))
    return None


def _plain(value: Any) -> Any:
    return None if value is _MISSING else value


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        known = [str(value[k]) for k in ("kind", "size", "action", "subjects") if value.get(k)]
        return " ".join(known) or "an entry"
    if isinstance(value, list):
        return ", ".join(_said(v) for v in value) or "none"
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
