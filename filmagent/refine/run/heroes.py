"""The best frame of everybody, from shots that are painted, carried into the shots after them.

Of everybody in a shot, the frame of the scene's earlier shots that shows their face best is their
hero frame; the first one's is the place's too. What was painted there is where a later shot starts
from (`filmagent.refine.identity.hero`), and is held the longer, the better it is known; frames that
are known for the most part are the shot's keyframes, where a model takes any. Where a shot comes
back (shot, reverse shot, shot again), it goes on from how it looked when it was left. Only earlier
shots and earlier pieces count, so that a film that is painted again finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from filmagent.errors import RenderError
from filmagent.refine import passes
from filmagent.refine.identity import (
    Carried,
    Hero,
    Part,
    carried,
    keyframes,
    shows,
    together,
)
from filmagent.refine.identity.hero import NEEDS
from filmagent.refine.passes import Passes
from filmagent.refine.run.clips import Floats, Frames
from filmagent.refine.run.shot import Shot
from filmagent.refine.sources import painted_path

_VERSION = 3
"""Of what is carried: raised when the same hero frames would give others."""
_LOOKS = 4
"""Frames of a shot that may be somebody's best, and of a piece that may be keyframes."""
_HELD = 0.5
"""Share of the noise that is left where a hero frame's painting is known."""
_OPEN = 8
"""Hero frames kept in memory."""


@dataclass(frozen=True)
class Chosen:
    """A hero frame, and whom it is taken over for."""

    setup: str
    frame: int
    things: tuple[int, ...] | None
    """Object ids; None: everything."""
    place: bool
    """Whether for the place too: all that is nobody."""
    painted: Path = field(default=Path(), repr=False)
    """Its picture."""


@dataclass
class Carry:
    """What hero frames bring to a piece of a shot; each of its frames is worked out once.

    Parameters
    ----------
    engine
        The engine's pictures of the piece.
    read
        Works a frame out, by its number in the scene.
    """

    engine: Frames
    read: Callable[[int], Carried]
    _known: dict[int, NDArray[np.uint8]] = field(init=False, default_factory=dict)
    """By frame, how far it is known, in 255ths: a map that a piece of any length has room for."""

    def __post_init__(self) -> None:
        self._last = lru_cache(_OPEN)(self._noted)

    @property
    def pictures(self) -> Frames:
        """The engine's pictures with what is known painted on them."""
        return Frames(self.engine.numbers, self.engine.size, lambda n: self._last(n).picture)

    def sigma(self, start: float, held: Frames | None = None) -> Frames:
        """σ_start of every pixel, lower where it is known.

        Never above what ``held``, of others' making, has it at.
        """

        def read(number: int) -> Floats:
            if number not in self._known:
                self._last(number)
            known = self._known[number].astype(np.float32) / 255
            own = np.float32(start) * (1 - np.float32(1 - _HELD) * known)
            return own if held is None else np.minimum(own, held.read(number))

        return Frames(self.engine.numbers, self.engine.size[:2], read)

    def keyframes(self) -> dict[int, Floats]:
        """Frames that are known for the most part, painted, by their number in the piece."""

        def read(number: int) -> tuple[Carried, Floats]:
            frame = self.engine.numbers[number]
            return self._last(frame), self.engine.read(frame)

        return keyframes(read, _spread(len(self.engine.numbers)))

    def _noted(self, number: int) -> Carried:
        found = self.read(number)
        self._known[number] = np.rint(found.known * 255).astype(np.uint8)
        return found


@dataclass
class Heroes:
    """The hero frames of a film.

    Parameters
    ----------
    film
        The film folder.
    quality
        Of the engine's frames.
    shots
        All the film's, in the order in which they are painted.
    faces
        The faces of everybody in each scene, by object id.
    """

    film: Path
    quality: str
    shots: Sequence[Shot]
    faces: Mapping[str, Mapping[int, Sequence[Part]]]
    _shown: dict[tuple[str, int, int], float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._hero = lru_cache(_OPEN)(self._read)

    def of(self, shot: Shot) -> list[Chosen]:
        """The hero frames of those who can be seen in a shot; none where none is painted yet."""
        before: list[Shot] = []
        for other in self.shots:
            if other.setup == shot.setup:
                break
            if other.scene == shot.scene:
                before.append(other)
        numbers = {name: number for number, name in shot.names.items()}
        found: dict[tuple[str, int], list[int]] = {}
        for who in shot.shows:
            if who not in numbers or numbers[who] not in self.faces.get(shot.scene, {}):
                continue
            best = self._best(shot.scene, numbers[who], [s for s in before if who in s.shows])
            if best is not None:
                found.setdefault(best, []).append(numbers[who])
        return [
            Chosen(*where, tuple(things), place=not order, painted=painted_path(self.film, *where))
            for order, (where, things) in enumerate(found.items())
        ]

    def fingerprint(self, shot: Shot) -> str:
        """A hash of what is carried into a shot."""
        digest = blake2b(f"{_VERSION}".encode(), digest_size=16)
        for one in self.of(shot):
            digest.update(f"{one!r}".encode())
            digest.update(one.painted.read_bytes())
        return digest.hexdigest()

    def into(self, shot: Shot, engine: Frames, painted: Mapping[int, Path]) -> Carry | None:
        """What is brought to a piece of a shot; None where nothing is painted yet.

        Parameters
        ----------
        shot
            The shot.
        engine
            The engine's pictures of the piece.
        painted
            Frames of its earlier pieces as they were painted: the last of them is everybody's hero
            frame, and the place's, beside those of earlier shots.
        """
        chosen = self.of(shot)
        if painted:
            left = max(painted)
            again = Chosen(shot.setup, left, None, place=True, painted=painted[left])
            chosen = [again, *chosen]
        return Carry(engine, lambda n: self._carried(shot, chosen, n)) if chosen else None

    def _best(self, scene: str, thing: int, shots: Sequence[Shot]) -> tuple[str, int] | None:
        found, most = None, 0.0
        for shot in shots:
            for frame in (shot.frames[place] for place in _spread(len(shot.frames))):
                if not painted_path(self.film, shot.setup, frame).exists():
                    continue
                value = self._shows(scene, shot.setup, frame, thing)
                if value > most:
                    found, most = (shot.setup, frame), value
        return found

    def _shows(self, scene: str, setup: str, frame: int, thing: int) -> float:
        key = setup, frame, thing
        if key not in self._shown:
            try:
                known = self._passes(setup, frame, NEEDS)
            except RenderError:
                # painted before anybody asked for its passes: nobody's best until they are there
                return 0.0
            self._shown[key] = shows(known, thing, self.faces[scene][thing])
        return self._shown[key]

    def _carried(self, shot: Shot, chosen: Sequence[Chosen], frame: int) -> Carried:
        known = self._passes(shot.setup, frame, NEEDS)
        people = self.faces.get(shot.scene, {})
        several = []
        for one in chosen:
            things = None if one.things is None else list(one.things)
            if things is not None and one.place:
                there = np.flatnonzero(np.bincount(known.ids.ravel()))
                things += [int(thing) for thing in there if int(thing) not in people]
            several.append(carried(self._hero(one, one.painted.stat().st_mtime_ns), known, things))
        return together(several)

    def _read(self, one: Chosen, written: int) -> Hero:
        painted = passes.picture(one.painted)
        return Hero(painted.astype(np.float32) / 255, self._passes(one.setup, one.frame, NEEDS))

    def _passes(self, setup: str, frame: int, also: Sequence[str]) -> Passes:
        return passes.read(self.film / "frames", self.quality, setup, frame, also)


def _spread(count: int) -> list[int]:
    """A few of so many, from the first to the last."""
    return list(dict.fromkeys(np.linspace(0, count - 1, min(_LOOKS, count)).astype(int).tolist()))
