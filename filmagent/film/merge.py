"""Three-way merge of documents by id: what a person changed by hand survives a new machine output.

``base`` is the last machine output, ``mine`` what stands in the folder now, ``new`` the machine's
new output. Where only one side changed, that side is taken; where both did, the person wins and
the place is listed. What is ``locked`` never changes.
"""

from __future__ import annotations

from typing import Any

_MISSING: Any = object()
ID_KEYS = ("id", "scene", "take", "setup", "beat", "actor", "prop")
"""How the elements of a list are told apart: the first of these that names each of them once."""


def merge(base: Any, mine: Any, new: Any, place: str = "") -> tuple[Any, list[str]]:
    """Merge three versions of plain JSON.

    Returns
    -------
    merged, conflicts
        Conflicts name the places where the person's value was kept against a new one.
    """
    if mine in (new, base):
        return new, []
    if isinstance(mine, dict) and mine.get("locked") is True:
        return mine, []
    if new == base:
        return mine, []
    if all(isinstance(v, dict) for v in (base, mine, new)):
        return _merge_dicts(base, mine, new, place)
    if all(isinstance(v, list) for v in (base, mine, new)):
        key = _id_key(base, mine, new)
        if key:
            return _merge_lists(base, mine, new, key, place)
    return mine, [place]


def _merge_dicts(
    base: dict[str, Any], mine: dict[str, Any], new: dict[str, Any], place: str
) -> tuple[dict[str, Any], list[str]]:
    merged: dict[str, Any] = {}
    conflicts: list[str] = []
    for key in [*new, *(k for k in mine if k not in new)]:
        value, more = _one(
            base.get(key, _MISSING),
            mine.get(key, _MISSING),
            new.get(key, _MISSING),
            f"{place}.{key}" if place else key,
        )
        conflicts += more
        if value is not _MISSING:
            merged[key] = value
    return merged, conflicts


def _merge_lists(
    base: list[Any], mine: list[Any], new: list[Any], key: str, place: str
) -> tuple[list[Any], list[str]]:
    was, hand, crew = ({entry[key]: entry for entry in side} for side in (base, mine, new))
    conflicts: list[str] = []
    merged: list[Any] = []
    for name in _order([e[key] for e in mine], [e[key] for e in new], mine != base):
        value, more = _one(
            was.get(name, _MISSING),
            hand.get(name, _MISSING),
            crew.get(name, _MISSING),
            f"{place}[{name}]",
        )
        conflicts += more
        if value is not _MISSING:
            merged.append(value)
    return merged, conflicts


def _one(base: Any, mine: Any, new: Any, place: str) -> tuple[Any, list[str]]:
    if mine is _MISSING:
        # removed by the person, or never there
        return (new, []) if base is _MISSING else (_MISSING, [] if new == base else [place])
    if new is _MISSING:
        locked = isinstance(mine, dict) and mine.get("locked") is True
        if base is _MISSING or locked:
            return mine, []
        return (_MISSING, []) if mine == base else (mine, [place])
    if base is _MISSING:
        return (mine, []) if mine == new else (mine, [place])
    return merge(base, mine, new, place)


def _order(mine: list[Any], new: list[Any], edited: bool) -> list[Any]:
    first, second = (mine, new) if edited else (new, mine)
    order = list(first)
    for position, name in enumerate(second):
        if name not in order:
            # after the neighbour it follows in its own list
            before = [n for n in second[:position] if n in order]
            order.insert(order.index(before[-1]) + 1 if before else 0, name)
    return order


def _id_key(*sides: list[Any]) -> str | None:
    if not all(isinstance(entry, dict) for side in sides for entry in side):
        return None
    for key in ID_KEYS:
        names = [[entry.get(key) for entry in side] for side in sides]
        if all(isinstance(name, str) for side in names for name in side) and all(
            len(set(side)) == len(side) for side in names
        ):
            return key
    return None
