"""Changes that cannot be carried out, and why: names, locks, and what can be played."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic import BaseModel

from filmagent.crew.notes.applying import blocked
from filmagent.crew.notes.dailies import Dailies
from filmagent.crew.problems import Problem, quoted, unknown
from filmagent.documents import SceneBlocking
from filmagent.documents.checks import problems as played
from filmagent.documents.notes import (
    Changes,
    CueChange,
    Length,
    ReadingChange,
    ShotAdd,
    ShotChange,
    ShotDrop,
    Showing,
)

_MOST = 60
"""Changes one note may ask for."""


def problems(changes: Changes, dailies: Dailies) -> list[Problem]:
    """Everything that keeps changes from being carried out; empty when all can be."""
    found = [p for _, _, p in _each(changes, dailies)]
    count = sum(len(getattr(changes, name)) for name in Changes.model_fields)
    if count > _MOST:
        found.append(Problem("", f"{count} changes are too many for one note; {_MOST} at most."))
    return found


def possible(changes: Changes, dailies: Dailies) -> tuple[Changes, list[Problem]]:
    """The changes that can be carried out, and what is wrong with the others."""
    wrong = _each(changes, dailies)
    refused = {(name, place) for name, place, _ in wrong}
    kept = {
        name: [
            change
            for place, change in enumerate(getattr(changes, name))
            if (name, place) not in refused
        ][:_MOST]
        for name in Changes.model_fields
    }
    return Changes(**kept), [p for _, _, p in wrong]


def _each(changes: Changes, dailies: Dailies) -> list[tuple[str, int, Problem]]:
    found = []
    new = {a.setup for a in changes.adds}
    for name in Changes.model_fields:
        for place, change in enumerate(getattr(changes, name)):
            problem = _CHECKS[type(change)](change, dailies, new)
            if problem is not None:
                found.append((name, place, problem))
    dropped = [d.setup for d in changes.drops]
    for scene in dailies.shotlist.scenes:
        left = [s for s in scene.setups if s.id not in dropped]
        if scene.setups and not left:
            what = f"scene {scene.scene} would have no shot left; keep one."
            found += [("drops", i, Problem(f"setup {d}", what)) for i, d in enumerate(dropped)]
    return found


def _setup(name: str, dailies: Dailies, new: Iterable[str] = ()) -> Problem | None:
    where = f"setup {name}"
    if name not in dailies.setups:
        return None if name in new else unknown(where, name, "a shot of this film", dailies.setups)
    if dailies.held(name):
        return Problem(
            where,
            f"shot {name} is locked; let go of it with `filmagent lock FILM {name} --unlock`.",
        )
    return None


def _person(where: str, name: str, scene: str, dailies: Dailies) -> Problem | None:
    there = dailies.scenes[scene].people if scene in dailies.scenes else list(dailies.people)
    return None if name in there else unknown(where, name, f"somebody of scene {scene}", there)


def _subjects(where: str, names: Sequence[str], scene: str, dailies: Dailies) -> Problem | None:
    blocking = dailies.blockings.get(scene)
    things = [p.prop for p in blocking.props] if blocking else []
    for name in names:
        if name not in things:
            problem = _person(where, name, scene, dailies)
            if problem is not None:
                return problem
    return None


def _beat(where: str, name: str, dailies: Dailies, line: bool = True) -> Problem | None:
    known = [b.id for b in dailies.lines()] if line else list(dailies.beats)
    what = "a line of this film" if line else "a beat of this film"
    return None if name in known else unknown(where, name, what, known)


def _first(found: Iterable[Problem | None]) -> Problem | None:
    return next((p for p in found if p is not None), None)


def _change(change: ShotChange, dailies: Dailies, new: set[str]) -> Problem | None:
    problem = _setup(change.setup, dailies)
    if problem is not None:
        return problem
    where, scene = f"setup {change.setup}", dailies.scene_of[change.setup]
    setup = dailies.setups[change.setup]
    if change.subjects is not None:
        if not change.subjects:
            return Problem(where, "a shot needs somebody or something to show.")
        problem = _subjects(where, change.subjects, scene, dailies)
    if change.over:
        problem = problem or _person(where, change.over, scene, dailies)
    over = setup.over if change.over is None else change.over
    if (change.view or setup.view) == "ots" and not over:
        return problem or Problem(where, "over whose shoulder? Nobody else is in the scene.")
    return problem


def _add(change: ShotAdd, dailies: Dailies, new: set[str]) -> Problem | None:
    where = f"setup {change.setup}"
    if change.setup in dailies.setups:
        return Problem(where, f"there is already a shot {change.setup}.")
    stem = change.setup.rstrip("0123456789")
    if stem not in dailies.setups and change.setup[:-1] not in dailies.setups:
        return Problem(
            where, f"{quoted(change.setup)} does not follow a shot: 1B1 stands after 1B."
        )
    if not change.beats or not change.subjects:
        return Problem(where, "a new shot needs somebody to show, and beats to show them in.")
    scenes = {dailies.scene_of.get(b, "") for b in change.beats}
    scene = dailies.scene_of.get(change.beats[0], "")
    beats = _first(_beat(where, b, dailies, line=False) for b in change.beats)
    if beats is None and (len(scenes) > 1 or dailies.scene_of.get(stem, scene) != scene):
        return Problem(where, "its beats are of another scene.")
    return beats or _subjects(where, change.subjects, scene, dailies)


def _drop(change: ShotDrop, dailies: Dailies, new: set[str]) -> Problem | None:
    return _setup(change.setup, dailies)


def _show(change: Showing, dailies: Dailies, new: set[str]) -> Problem | None:
    where = f"setup {change.setup}"
    if change.setup in dailies.setups and dailies.held(change.setup):
        # a locked shot may be shown: nothing of it changes
        problem = None
    else:
        problem = _setup(change.setup, dailies, new)
    problem = problem or _beat(where, change.beat, dailies)
    if problem is None and change.setup in dailies.setups:
        here, there = dailies.scene_of[change.setup], dailies.scene_of[change.beat]
        if here != there:
            return Problem(where, f"line {change.beat} is of scene {there}, the shot of {here}.")
    return problem


def _length(change: Length, dailies: Dailies, new: set[str]) -> Problem | None:
    where = f"cut {change.cut}"
    if change.cut not in dailies.cuts:
        return unknown(where, change.cut, "a cut of this film", dailies.cuts)
    if dailies.cuts[change.cut].locked:
        return Problem(where, f"cut {change.cut} is locked in edit.json; unlock it there.")
    return None


def _reading(change: ReadingChange, dailies: Dailies, new: set[str]) -> Problem | None:
    where = f"beat {change.beat}"
    problem = _beat(where, change.beat, dailies)
    return problem or _unlocked(where, dailies.scene_of.get(change.beat, ""), dailies)


def _unlocked(where: str, scene: str, dailies: Dailies) -> Problem | None:
    blocking = dailies.blockings.get(scene)
    if blocking is None:
        return Problem(where, f"scene {scene} is not blocked yet; run `filmagent block` first.")
    if blocking.locked:
        return Problem(where, f"the blocking of scene {scene} is locked in blocking.json.")
    return None


def _cue(change: CueChange, dailies: Dailies, new: set[str]) -> Problem | None:
    where = f"beat {change.beat}"
    scene = dailies.scene_of.get(change.beat, "")
    problem = _first(
        [
            _beat(where, change.beat, dailies, line=False),
            _person(where, change.actor, scene, dailies) if scene else None,
            _unlocked(where, scene, dailies),
        ]
    )
    if problem is not None:
        return problem
    blocking = dailies.blockings[scene]
    here = [c for c in blocking.cues if (c.beat, c.actor) == (change.beat, change.actor)]
    if any(c.locked and c.action == change.instead for c in here):
        return Problem(where, f"{change.actor}'s {change.instead} is locked in blocking.json.")
    if change.instead and not any(c.action == change.instead for c in here):
        done = [c.action for c in here]
        return unknown(where, change.instead, f"what {change.actor} does there", done)
    known = [a.name for a in dailies.catalogue.actions]
    if change.action and change.action not in known:
        return unknown(where, change.action, "an action of the catalogue", known)
    after = blocked(blocking, Changes(cues=[change]))
    return _playable(where, blocking, after, dailies)


def _playable(
    where: str, before: SceneBlocking, after: SceneBlocking, dailies: Dailies
) -> Problem | None:
    was = set(played(before, dailies.breakdown, dailies.catalogue))
    now = [p for p in played(after, dailies.breakdown, dailies.catalogue) if p not in was]
    return Problem(where, f"{now[0]}.") if now else None


_Check = Callable[[Any, Dailies, set[str]], Problem | None]
_CHECKS: dict[type[BaseModel], _Check] = {
    ShotChange: _change,
    ShotAdd: _add,
    ShotDrop: _drop,
    Showing: _show,
    Length: _length,
    ReadingChange: _reading,
    CueChange: _cue,
}
