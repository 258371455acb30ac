"""The best frame of everybody, from shots that are painted, carried into the shots after them.

Of everybody in a shot, the frame of the scene's earlier shots that shows their face best is their
hero frame; the first one's is the place's too. What was painted there is where a later shot starts
from (`filmagent.refine.identity.hero`), and is held the longer, the better it is known; frames that
are known for the most part are the shot's keyframes, where a model takes any. Only earlier shots
count, so that a film that is painted again finds the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np

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

_VERSION = 2
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
    things: tuple[int, ...]
    """Object ids; the place is all that is nobody."""
    place: bool


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
            Chosen(*where, tuple(things), place=not order)
            for order, (where, things) in enumerate(found.items())
        ]

    def fingerprint(self, shot: Shot) -> str:
        """A hash of what is carried into a shot."""
        digest = blake2b(digest_size=16)
        for one in self.of(shot):
            digest.update(f"{_VERSION} {one!r}".encode())
            digest.update(painted_path(self.film, one.setup, one.frame).read_bytes())
        return digest.hexdigest()

    def pictures(self, shot: Shot, engine: Frames) -> Frames:
        """The engine's pictures of a piece with what is known painted on them."""
        chosen = self.of(shot)
        if not chosen:
            return engine
        return Frames(engine.numbers, engine.size, lambda n: self._carried(shot, chosen, n).picture)

    def sigma(self, shot: Shot, engine: Frames, start: float, held: Frames | None) -> Frames | None:
        """σ_start of every pixel of a piece, lower where it is known; ``held``: of others' making.

        Never above what others hold it to.
        """
        chosen = self.of(shot)
        if not chosen:
            return held

        def read(number: int) -> Floats:
            known = self._carried(shot, chosen, number).known
            own = np.float32(start) * (1 - np.float32(1 - _HELD) * known)
            return own if held is None else np.minimum(own, held.read(number))

        return Frames(engine.numbers, engine.size[:2], read)

    def keyframes(self, shot: Shot, engine: Frames) -> dict[int, Floats]:
        """Frames of a piece that are known for the most part, painted, by their number in it."""
        chosen = self.of(shot)
        if not chosen:
            return {}

        def read(number: int) -> tuple[Carried, Floats]:
            return self._carried(shot, chosen, engine.numbers[number]), engine[number : number + 1][
                0
            ]

        return keyframes(read, _spread(len(engine.numbers)))

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
            things = list(one.things)
            if one.place:
                there = np.flatnonzero(np.bincount(known.ids.ravel()))
                things += [int(thing) for thing in there if int(thing) not in people]
            several.append(carried(self._hero(one.setup, one.frame), known, things))
        return together(several)

    def _read(self, setup: str, frame: int) -> Hero:
        painted = passes.picture(painted_path(self.film, setup, frame))
        return Hero(painted.astype(np.float32) / 255, self._passes(setup, frame, NEEDS))

    def _passes(self, setup: str, frame: int, also: Sequence[str]) -> Passes:
        return passes.read(self.film / "frames", self.quality, setup, frame, also)


def _spread(count: int) -> list[int]:
    """A few of so many, from the first to the last."""
    return list(dict.fromkeys(np.linspace(0, count - 1, min(_LOOKS, count)).astype(int).tolist()))
