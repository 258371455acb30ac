"""Names to places: where a mark, door, person or prop is, and where one stands to talk there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Protocol

import numpy as np
import shapely

from camera.world import World
from filmagent.documents.blocking import Relation, SceneBlocking
from filmagent.library import sets
from filmagent.library.sets import Door, Mark, SetPiece
from filmagent.stage.navigation import Point, heading_of, length, navigator
from filmagent.stage.tracks import Track

METRES: dict[Relation, float] = {
    "lovers": 0.75,
    "family": 0.95,
    "friends": 1.05,
    "acquaintances": 1.2,
    "opponents": 1.35,
    "strangers": 1.5,
}
"""How far apart two people stand to talk (Hall's personal distance, 0.6–2 m)."""
OPEN = math.radians(30)
"""How far a talker's body is turned from the partner towards the camera's side (20–45°)."""
_LENS, _FAR = 1.6, 8.0
"""Metres above the floor at which a camera looks, and how far is far enough to step back."""
_FEET = 0.45
"""Metres in front of a seat where the feet stand, where the set does not say."""


class Spec(Protocol):
    """What a set says of its marks and doors."""

    @property
    def marks(self) -> Mapping[str, Mark]: ...  # noqa: D102
    @property
    def doors(self) -> Mapping[str, Door]: ...  # noqa: D102


class Piece(Protocol):
    """The part of `filmagent.library.sets.SetPiece` that staging reads."""

    @property
    def spec(self) -> Spec: ...  # noqa: D102
    @property
    def floor(self) -> shapely.Polygon: ...  # noqa: D102
    @property
    def obstacles(self) -> tuple[shapely.Polygon, ...]: ...  # noqa: D102


class Places:
    """Where things are on a set with people on it."""

    def __init__(self, piece: Piece, blocking: SceneBlocking):
        self.marks, self.doors = piece.spec.marks, piece.spec.doors
        self.way = navigator(piece.floor, piece.obstacles)
        self.tracks: dict[str, Track] = {}
        self._relations: dict[frozenset[str], Relation] = {
            frozenset((one, other)): kind for one, other, kind in blocking.relations
        }
        self._sides: dict[frozenset[str], float] = {}
        self._sight = _sight(blocking.set) if isinstance(piece, SetPiece) else None

    def distance(self, one: str, other: str) -> float:
        """How far apart two people stand to talk."""
        return METRES[self._relations.get(frozenset((one, other)), "acquaintances")]

    def taken(self, apart_from: str) -> list[Point]:
        """Where everybody else is, or is going to."""
        return [t.point for a, t in self.tracks.items() if a != apart_from and t.present]

    def standing(self, apart_from: str, at: float) -> list[Point]:
        """Whom a walker must go round: everybody else, where they are and where they end up."""
        found = []
        for actor, track in self.tracks.items():
            if actor == apart_from or not track.present:
                continue
            now = track.at(at)
            # who sits takes no more room than the seat, which one walks round anyway
            if track.kind != "sit":
                found.append(track.point)
            if now.kind in ("stand", "turn") and math.dist(now.point, track.point) > 0.1:
                found.append(now.point)
        return found

    def feet(self, mark: Mark) -> Point:
        """Where the feet stand in front of a seat."""
        if mark.feet is not None:
            return mark.feet[0], mark.feet[1]
        h = mark.heading
        return (mark.position[0] - _FEET * math.sin(h), mark.position[1] + _FEET * math.cos(h))

    def approach(self, mark: Mark, start: Point | None = None) -> Point:
        """Where one walks to for a mark; a seat is come to from the nearer side of its table."""
        usual = self._usual_approach(mark)
        if mark.kind != "seat" or start is None:
            return usual
        ahead = np.array([-math.sin(mark.heading), math.cos(mark.heading)])
        offset = np.subtract(usual, mark.position[:2])
        other = np.asarray(mark.position[:2]) + 2 * float(offset @ ahead) * ahead - offset
        mirrored = (float(other[0]), float(other[1]))
        if not self.way.is_free(mirrored):
            return usual
        ways = [(self.way.path(start, side), side) for side in (usual, mirrored)]
        long = [length(way) if way is not None else math.inf for way, _ in ways]
        return mirrored if long[1] < long[0] - 0.2 else usual

    def _usual_approach(self, mark: Mark) -> Point:
        if mark.approach is not None:
            return mark.approach[0], mark.approach[1]
        if mark.kind == "seat":
            return self.way.nearest_free(self.feet(mark))
        return mark.position[0], mark.position[1]

    def point(self, name: str, at: float) -> Point | None:
        """Where somebody or something is at a time; None for what has no place of its own."""
        if name in self.tracks:
            return self.tracks[name].at(at).point
        if name in self.marks:
            surface = self.marks[name].surface
            place = surface if surface is not None else self.marks[name].position
            return place[0], place[1]
        if name in self.doors:
            return self.doors[name].position[0], self.doors[name].position[1]
        return None

    def beside(self, actor: str, target: str) -> Point:
        """Where to stop to talk to somebody: a partner mark of theirs, or in front of them."""
        track, other = self.tracks[actor], self.tracks[target]
        far = self.distance(actor, target)
        taken = self.taken(actor)
        place = self._partner_place(track.point, other, taken)
        if place is not None:
            return place
        return self.way.spot(self._up_to(track, other, far), taken, towards=other.point)

    def _partner_place(self, start: Point, other: Track, taken: list[Point]) -> Point | None:
        """A free place at a partner mark of somebody who sits."""
        mark = self.marks.get(other.mark)
        for name in mark.partners if mark and other.kind == "sit" else ():
            partner = self.marks.get(name)
            if partner is None:
                continue
            place = self.approach(partner, start)
            near = 0.6 <= math.dist(place, other.point) <= 2.0
            if near and all(math.dist(place, t) > 0.6 for t in taken):
                return place
        return None

    def _up_to(self, track: Track, other: Track, far: float) -> Point:
        """The place ``far`` metres short of somebody on the way to them."""
        if other.kind == "sit":
            ahead = (-math.sin(other.heading), math.cos(other.heading))
            return other.point[0] + far * ahead[0], other.point[1] + far * ahead[1]
        path = self.way.path(track.point, other.point)
        if path is None or len(path) < 2:
            return other.point
        gone = np.hypot(*(path - np.asarray(other.point)).T)
        near = np.flatnonzero(gone >= far)
        stop = path[near[-1]] if len(near) else path[0]
        return float(stop[0]), float(stop[1])

    def facing(self, actor: str, target: str, at: float) -> float | None:
        """Heading of somebody who talks to ``target``: opened towards the camera's side."""
        goal = self.point(target, at)
        here = self.tracks[actor].point
        if goal is None or math.dist(goal, here) < 0.05:
            return None
        straight = heading_of(np.subtract(goal, here))
        if target not in self.tracks:
            return straight
        return straight + OPEN * self.side(actor, target)

    def side(self, actor: str, target: str) -> float:
        """+1 where the camera's side is left of the line from ``actor`` to ``target``, else −1.

        It is the side with more room, and stays the same for a pair through the scene.
        """
        pair = frozenset((actor, target))
        first, second = sorted(pair) if len(pair) == 2 else (actor, target)
        if pair not in self._sides:
            a, b = self.tracks[first].point, self.tracks[second].point
            line = np.subtract(b, a)
            # the room along the whole line: a doorway behind one of them is no place to step back
            spots = [(a[0] + u * line[0], a[1] + u * line[1]) for u in (-0.3, 0.1, 0.5, 0.9, 1.3)]
            left = float(np.median([self._room(p, (-line[1], line[0])) for p in spots]))
            right = float(np.median([self._room(p, (line[1], -line[0])) for p in spots]))
            self._sides[pair] = 1.0 if left >= right else -1.0
        return self._sides[pair] if actor == first else -self._sides[pair]

    def _room(self, start: Point, direction: tuple[float, float]) -> float:
        """Metres a camera could step back: over chairs and off the kerb, not through walls."""
        if self._sight is None:
            return self.way.room(start, direction)
        unit = np.append(np.asarray(direction) / max(float(np.hypot(*direction)), 1e-9), 0.0)
        return float(self._sight.ray_lengths([[*start, _LENS]], [unit], _FAR)[0])


@cache
def _sight(name: str) -> World:
    mesh = sets.load(name).collision_mesh()
    return World(mesh.vertices, mesh.faces)
