"""Props over a scene: where they lie, in whose hand they are, where they are put down."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from filmagent.documents.blocking import PropPlacement, SceneBlocking
from filmagent.documents.checks import HANDLING
from filmagent.documents.seeds import seed as seed_of
from filmagent.documents.timing import Gesture, PropHold, PropTiming
from filmagent.library.sets import Mark
from filmagent.stage.clock import grid
from filmagent.stage.places import Places

Place = tuple[float, float, float]

REACH = 1.15
"""Metres from the middle of a body at which a hand still gets."""
GIVING = 1.5
"""Metres between two people over which a thing goes from hand to hand."""
_TAKEN, _PUT = 0.5, 0.6
"""Share of taking or putting down at which the thing changes between hand and table."""
_SLOTS = ((0.0, 0.0), (0.17, 0.03), (-0.17, 0.03), (0.1, 0.16), (-0.1, 0.16), (0.3, 0.05))
"""Places on a surface about its point: metres to the right and away from who sits there."""


@dataclass
class _Thing:
    placed: PropPlacement
    first: Place
    lies: Place
    holder: str = ""
    since: float = 0.0
    holds: list[PropHold] = field(default_factory=list)
    rests: list[tuple[float, Place]] = field(default_factory=list)


class Props:
    """Follows the props of a scene through its gestures, in the order of time."""

    def __init__(self, blocking: SceneBlocking, places: Places, begin: float, seed: int):
        self._places, self._seed = places, seed
        self._used: dict[str, int] = {}
        self.things: dict[str, _Thing] = {}
        for placed in blocking.props:
            first = self._first_place(placed)
            self.things[placed.prop] = _Thing(placed, first, first, placed.holder, begin)
        self.problems: list[str] = []

    def _first_place(self, placed: PropPlacement) -> Place:
        mark = self._places.marks.get(placed.mark)
        if mark is not None:
            return self._slot(mark)
        track = self._places.tracks.get(placed.holder)
        return (*track.point, 0.9) if track is not None else (0.0, 0.0, 0.0)

    def _slot(self, mark: Mark) -> Place:
        """The next free place on a mark's surface; on the floor at the mark without one."""
        used = self._used.get(mark.id, 0)
        self._used[mark.id] = used + 1
        if mark.surface is None:
            h = mark.heading - math.pi / 2
            x, y, z = mark.position
            return (x - 0.35 * math.sin(h), y + 0.35 * math.cos(h), z)
        right, away = _SLOTS[used % len(_SLOTS)]
        out = np.subtract(mark.surface[:2], mark.position[:2])
        out = out / max(float(np.hypot(*out)), 1e-9)
        x, y, z = mark.surface
        return (
            x + right * float(out[1]) + away * float(out[0]),
            y - right * float(out[0]) + away * float(out[1]),
            z,
        )

    def place(self, prop: str) -> Place | None:
        """Where a prop lies now, None while it is in a hand."""
        thing = self.things.get(prop)
        return thing.lies if thing is not None and not thing.holder else None

    def put_place(self, actor: str) -> Place | None:
        """Where somebody would put a thing down: a free place on a surface in reach."""
        track = self._places.tracks[actor]
        near = []
        for mark in self._places.marks.values():
            if mark.surface is not None:
                far = math.dist(mark.surface[:2], track.point)
                near.append((mark.id != track.mark, far, mark.id))
        near = [entry for entry in near if entry[1] <= REACH]
        return self._slot(self._places.marks[min(near)[2]]) if near else None

    def handle(self, actor: str, gesture: Gesture) -> Gesture:
        """Play a gesture on the prop it is about; returns it with the place it happens at."""
        if gesture.action == "give":
            self._give(actor, gesture)
            return gesture
        thing = self.things.get(gesture.target)
        if thing is None or gesture.action not in HANDLING:
            return gesture
        long = gesture.end - gesture.start
        where: Place | None = thing.lies if not thing.holder else None
        if gesture.action == "put_down" and thing.holder == actor:
            where = self.put_place(actor)
            if where is None:
                self.problems.append(f"{actor} keeps {gesture.target}: no surface in reach.")
                return gesture
            at = grid(gesture.start + _PUT * long)
            self._close(thing, at)
            thing.lies = where
            thing.rests.append((at, where))
        elif thing.holder or not self._reaches(actor, thing):
            return gesture
        elif gesture.action == "pick_up":
            thing.holder, thing.since = actor, grid(gesture.start + _TAKEN * long)
        else:
            lead = min(0.45, 0.25 * long)
            thing.holder, thing.since = actor, grid(gesture.start + lead)
            at = grid(gesture.end - lead)
            self._close(thing, at)
            thing.rests.append((at, thing.lies))
        if where is None:
            return gesture
        return gesture.model_copy(update={"target_position": where})

    def _give(self, actor: str, gesture: Gesture) -> None:
        """What is in the hand goes over to who the gesture is for, if they are near."""
        own = [thing for thing in self.things.values() if thing.holder == actor]
        tracks = self._places.tracks
        if not own or gesture.target not in tracks:
            return
        thing = max(own, key=lambda held: held.since)
        if math.dist(tracks[actor].point, tracks[gesture.target].point) > GIVING:
            self.problems.append(
                f"{actor} holds {thing.placed.prop} out to {gesture.target}, who is too far away."
            )
            return
        at = grid(0.5 * (gesture.start + gesture.end))
        self._close(thing, at)
        thing.holder, thing.since = gesture.target, at

    def _reaches(self, actor: str, thing: _Thing) -> bool:
        if math.dist(self._places.tracks[actor].point, thing.lies[:2]) <= REACH + 0.25:
            return True
        self.problems.append(f"{actor} cannot reach {thing.placed.prop} and leaves it lying.")
        return False

    def _close(self, thing: _Thing, at: float) -> None:
        """End a hold. A second thing in use at the same time is held in the left hand."""
        if at > thing.since:
            busy = any(
                hold.actor == thing.holder
                and hold.hand == "right"
                and hold.start < at
                and hold.end > thing.since
                for other in self.things.values()
                if other is not thing
                for hold in other.holds
            )
            thing.holds.append(
                PropHold(
                    start=thing.since, end=at, actor=thing.holder, hand="left" if busy else "right"
                )
            )
        thing.holder = ""

    def timings(self, end: float) -> list[PropTiming]:
        """All props over the scene; call once, after the last gesture."""
        found = []
        for thing in self.things.values():
            if thing.holder:
                self._close(thing, end)
            turn = np.random.default_rng(seed_of(self._seed, "prop", thing.placed.prop))
            found.append(
                PropTiming(
                    prop=thing.placed.prop,
                    model=thing.placed.model,
                    position=thing.first,
                    heading=float(turn.uniform(-0.6, 0.6)),
                    holds=thing.holds,
                    rests=thing.rests,
                )
            )
        return found
