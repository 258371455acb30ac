"""Wishes for setups: size, angle, view, side, move, speed, lens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from camera.grammar import ANGLES, wider
from camera.lens import PRIMES
from filmagent.crew.notes.dailies import Dailies
from filmagent.crew.notes.scope import Scope
from filmagent.crew.notes.vocabulary import Found, carried, find, listed, match, without
from filmagent.documents import Setup
from filmagent.documents.notes import Changes, ShotChange
from filmagent.documents.shots import Speed
from filmagent.errors import InputError

_MM = re.compile(
    r"(?<!\w)(?:an? |the |on )*(\d{2,3})(?:\.0)? ?(?:mm|millimet(?:er|re)s?)(?: lens)?(?!\w)"
)
_ANGLES = sorted(ANGLES, key=lambda name: ANGLES[name])
"""Low to high."""
_SPEEDS = get_args(Speed)
_USUAL_MM = 50.0
TABLES = ("lens", "size", "angle", "view", "move", "speed", "rig")


def read_wishes(rest: str, about: Scope, dailies: Dailies, changes: Changes) -> str | None:
    """``a bit closer``, ``from below``, ``slow push in``, ``85 mm``, ``other side``."""
    found = find(rest, TABLES)
    spans = [(f.start, f.end) for f in found]
    lens = _MM.search(rest)
    flip = match(rest, listed("side", "flip"))
    spans += [m.span() for m in (lens, flip) if m]
    if not spans:
        return None
    targets = _targets(about, dailies)
    for setup in targets:
        wishes: dict[str, Any] = {}
        for one in found:
            wishes |= _WISHES[one.table](_so_far(setup, changes, wishes), one, about, dailies)
        if lens:
            wishes["lens_mm"] = float(lens[1])
        if wishes:
            changes.shots.append(ShotChange(setup=setup.id, **wishes))
    if flip:
        changes.shots += _flipped(targets, dailies)
    return without(rest, spans)


def _targets(about: Scope, dailies: Dailies) -> list[Setup]:
    """The setups a clause is about: named, or shown at the named lines, or all of a scene."""
    if about.setups:
        return [dailies.setups[s] for s in about.setups]
    shown = [dailies.cut_at(beat, 0.6) for beat in about.lines]
    if shown and all(shown):
        return [dailies.setups[s] for s in dict.fromkeys(c.setup for c in shown if c)]
    if about.scene:
        return [s for i, s in dailies.setups.items() if dailies.scene_of[i] == about.scene]
    raise InputError('Say which shot is meant, as in "shot 1B: closer".')


def _so_far(setup: Setup, changes: Changes, wishes: Mapping[str, Any]) -> Setup:
    """A setup as the wishes before have it, so that "closer, and closer" is two steps."""
    known = setup.model_copy()
    for change in (c for c in changes.shots if c.setup == setup.id):
        known = known.model_copy(update=change.model_dump(exclude_none=True, exclude={"setup"}))
    return known.model_copy(update=dict(wishes))


def _size(setup: Setup, found: Found, about: Scope, dailies: Dailies) -> dict[str, Any]:
    steps = found.entry.get("steps")
    return {"size": found.entry["is"] if steps is None else wider(setup.size, steps)}


def _angle(setup: Setup, found: Found, about: Scope, dailies: Dailies) -> dict[str, Any]:
    steps = found.entry.get("steps")
    if steps is None:
        return {"angle": found.entry["is"]}
    place = _ANGLES.index(setup.angle) + steps
    return {"angle": _ANGLES[min(max(place, 0), len(_ANGLES) - 1)]}


def _view(setup: Setup, found: Found, about: Scope, dailies: Dailies) -> dict[str, Any]:
    if found.entry.get("clean"):
        return {"view": "three_quarter", "over": ""}
    view = found.entry["is"]
    if view != "ots":
        return {"view": view, "over": ""} if setup.over else {"view": view}
    named = [p for p in about.people if p not in setup.subjects[:1]]
    other = [p for p in setup.line if p not in setup.subjects]
    there = dailies.scenes[dailies.scene_of[setup.id]].people
    company = [*named, *other, *(p for p in there if p not in setup.subjects)]
    return {"view": "ots", "over": (setup.over or company[0]) if company else ""}


def _move(setup: Setup, found: Found, about: Scope, dailies: Dailies) -> dict[str, Any]:
    move = found.entry["is"]
    return {"move": move, "rig": carried(move)} | ({"speed": "normal"} if move == "static" else {})


def _speed(setup: Setup, found: Found, about: Scope, dailies: Dailies) -> dict[str, Any]:
    steps = found.entry.get("steps")
    if steps is None:
        return {"speed": found.entry["is"]}
    if setup.move == "static":
        raise InputError(
            f"Shot {setup.id} does not move, so it cannot move {found.said}; for its length say "
            '"longer" or "shorter", for how a line is said name the line.'
        )
    place = _SPEEDS.index(setup.speed) + steps
    return {"speed": _SPEEDS[min(max(place, 0), len(_SPEEDS) - 1)]}


def _lens(setup: Setup, found: Found, about: Scope, dailies: Dailies) -> dict[str, Any]:
    now = setup.lens_mm or _USUAL_MM
    more = [p for p in PRIMES if (p > now if found.entry["steps"] > 0 else p < now)]
    nearest = min(more, key=lambda p: abs(p - now), default=now)
    return {"lens_mm": nearest}


def _rig(setup: Setup, found: Found, about: Scope, dailies: Dailies) -> dict[str, Any]:
    return {"rig": found.entry["is"]}


_WISHES = {
    "size": _size,
    "angle": _angle,
    "view": _view,
    "move": _move,
    "speed": _speed,
    "lens": _lens,
    "rig": _rig,
}


def _flipped(targets: list[Setup], dailies: Dailies) -> list[ShotChange]:
    """Everything on the line of the shots meant goes to its other side, or eyes would not meet."""
    lines = {frozenset(s.line) for s in targets if len(s.line) == 2}
    if not lines:
        raise InputError(
            f"Shot {targets[0].id} has nobody opposite, so it has no other side; "
            'say "from the left", "profile" or "from behind".'
        )
    scenes = {dailies.scene_of[s.id] for s in targets}
    on_line = [
        s
        for s in dailies.setups.values()
        if frozenset(s.line) in lines and dailies.scene_of[s.id] in scenes
    ]
    other = {"left": "right", "right": "left", "any": "left"}
    return [ShotChange(setup=s.id, side=other[s.side]) for s in on_line]  # type: ignore[arg-type]
