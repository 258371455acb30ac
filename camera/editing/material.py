"""What an editor is given: takes, and the script they play, on one grid of steps.

Everything is plain data: names, seconds, metres. A step is a moment of the scene that cuts may
begin at; steps need not be equally long, and between two of them time may be left out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import SIZES
from camera.pose import Array, conjugate, rotate

TAKE_KINDS: tuple[str, ...] = (
    "establishing",
    "master",
    "two_shot",
    "group",
    "ots",
    "single",
    "reaction",
    "insert",
    "follow",
    "entrance",
    "exit",
)
"""What takes are for. The first four are wide; ``follow``, ``entrance``, ``exit`` go with moves."""
EVENTS: tuple[str, ...] = ("move", "gesture", "thing", "leave", "look")
"""Somebody goes, sits, rises; does something; handles a thing; is on the way out; looks round."""


@dataclass(frozen=True)
class Line:
    """A line of dialogue; seconds of the scene."""

    speaker: str
    start: float
    end: float
    words: Sequence[tuple[float, float]] = ()
    """(start, end) of each word: there is no cut inside one."""
    to: str = ""
    emotion: str = "neutral"
    energy: float = 0.5
    """0–1: how strongly it is said."""
    seen: bool = True
    """Whether the speaker is on the set: a voice-over is not."""


@dataclass(frozen=True)
class Event:
    """Something that is worth seeing; seconds of the scene."""

    kind: str
    """One of `EVENTS`."""
    who: str
    """A person; for ``thing`` the thing."""
    start: float
    end: float
    target: str = ""
    """Whom it is done to."""
    action: bool = False
    """Whether a cut is invited just after it begins: a match on action."""


@dataclass(frozen=True)
class Script:
    """A scene as it is played.

    Parameters
    ----------
    seconds : (T,)
        When each step begins; rising.
    end
        When the last one ends.
    lines, events
        What is said and done, in any order.
    people : name → (T, 3) metres
        Everybody's eyes at each step; NaN while away.
    force
        Seconds at which there must be a cut.

    Raises
    ------
    ValueError
        If a time runs backwards, a number is not finite, or a place has another shape.
    """

    seconds: Array
    end: float
    lines: Sequence[Line] = ()
    events: Sequence[Event] = ()
    people: Mapping[str, Array] = field(default_factory=dict)
    force: Sequence[float] = ()

    def __post_init__(self) -> None:
        seconds = np.asarray(self.seconds, np.float64)
        if seconds.ndim != 1 or not len(seconds):
            raise ValueError(f"a script needs (T,) seconds of at least one step, not {seconds}")
        whole = np.append(seconds, self.end)
        if not np.isfinite(whole).all() or not (np.diff(whole) > 0).all():
            at = int(np.argmax(~(np.diff(np.nan_to_num(whole, nan=-np.inf)) > 0)))
            raise ValueError(f"a script's seconds must rise; after step {at} they do not")
        object.__setattr__(self, "seconds", seconds)
        for line in self.lines:
            spans = [("line", line.start, line.end), *(("word", a, b) for a, b in line.words)]
            for what, a, b in spans:
                _rising(f"a {what} of {line.speaker!r}", a, b)
            if not np.isfinite(line.energy):
                raise ValueError(f"a line of {line.speaker!r} has the energy {line.energy}")
        for event in self.events:
            known("event", event.kind, EVENTS)
            _rising(f"a {event.kind} of {event.who!r}", event.start, event.end)
        people = {n: np.asarray(p, np.float64) for n, p in self.people.items()}
        for name, places in people.items():
            if places.shape != (len(seconds), 3):
                raise ValueError(
                    f"the places of {name!r} must be ({len(seconds)}, 3), not {places.shape}"
                )
        object.__setattr__(self, "people", people)

    @property
    def steps(self) -> int:
        """T."""
        return len(self.seconds)

    @property
    def step(self) -> float:
        """How long a step usually is, seconds."""
        return float(np.median(np.diff(np.append(self.seconds, self.end))))

    @property
    def widths(self) -> Array:
        """(T,) seconds each step is shown; where time is left out, as long as usual."""
        spans = np.diff(np.append(self.seconds, self.end))
        return np.where(self._gaps(spans), self.step, spans)

    @property
    def breaks(self) -> list[int]:
        """Steps at which there must be a cut, since time is left out, or it is forced."""
        spans = np.diff(np.append(self.seconds, self.end))
        out = {int(i) + 1 for i in np.flatnonzero(self._gaps(spans))}
        out |= {int(i) for i in np.searchsorted(self.seconds, np.asarray(self.force, float))}
        return sorted(b for b in out if 0 < b < self.steps)

    def _gaps(self, spans: Array) -> Array:
        gaps = spans > 2.2 * self.step
        gaps[-1] = False
        return np.asarray(gaps)


@dataclass(frozen=True)
class Take:
    """A camera over the scene: what an editor may cut to.

    Parameters
    ----------
    name
        By which the cut list calls it.
    subjects
        Whom or what it shows, most important first.
    positions : (T, 3) or (3,) metres
    size
        One of `camera.grammar.SIZES`, or (T,) of them.
    kind
        One of `TAKE_KINDS`.
    quaternions : (T, 4) or (4,), optional
        wxyz, world from camera; with ``focal`` they say where on the screen somebody is.
    focal : (T,) or float, optional
        Focal length in frame heights (`camera.Lens.focal_heights`).
    cost : (T,) or float
        Price a second of showing it, of whatever the caller knows; inf where it must not be.
    hidden : (T,) or float
        How much of its subjects cannot be seen, 0–1.
    pair
        The take it is the counterpart of: a reverse.
    line
        The two people whose line of action it keeps to; the scene's main one if not given.
    """

    name: str
    subjects: tuple[str, ...]
    positions: ArrayLike
    size: str | Sequence[str] = "MS"
    kind: str = "single"
    quaternions: ArrayLike | None = None
    focal: ArrayLike = 1.9
    cost: ArrayLike = 0.0
    hidden: ArrayLike = 0.0
    pair: str = ""
    line: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known("kind", self.kind, TAKE_KINDS)
        for size in {self.size} if isinstance(self.size, str) else set(self.size):
            known("size", size, SIZES)
        if len(self.line) not in (0, 2):
            raise ValueError(f"take {self.name!r}: a line has two ends, not {self.line}")

    def at(self, name: str, steps: int, *shape: int) -> Array:
        """One of its arrays over the grid's steps, (T, …).

        Raises
        ------
        ValueError
            If it has another shape, or what is no number.
        """
        given = np.asarray(getattr(self, name), np.float64)
        try:
            array = np.broadcast_to(given, (steps, *shape))
        except ValueError:
            raise ValueError(
                f"take {self.name!r}: its {name} must be {(steps, *shape)}, not {given.shape}"
            ) from None
        fine = ~np.isnan(array) & ~np.isneginf(array) if name == "cost" else np.isfinite(array)
        if not fine.all():
            raise ValueError(f"take {self.name!r}: its {name} has a value that is no number")
        return np.asarray(array)

    def sizes(self, steps: int) -> Array:
        """(T,) index of its size."""
        order = {name: number for number, name in enumerate(SIZES)}
        names = [self.size] * steps if isinstance(self.size, str) else list(self.size)
        if len(names) != steps:
            raise ValueError(f"take {self.name!r} has {len(names)} sizes for {steps} steps")
        return np.array([order[n] for n in names], np.int64)

    def screen(self, points: Array) -> Array:
        """(T, 2) where points (T, 3) are on its screen; NaN behind it, or if it has no aim."""
        steps = len(points)
        if self.quaternions is None:
            return np.full((steps, 2), np.nan)
        towards = points - self.at("positions", steps, 3)
        local = rotate(conjugate(self.at("quaternions", steps, 4)), towards)
        depth = np.where(-local[:, 2] > 1e-3, -local[:, 2], np.nan)
        return np.asarray(local[:, :2] / depth[:, None] * self.at("focal", steps)[:, None])


def known(kind: str, word: str, words: Iterable[str]) -> None:
    """Raise a ValueError with the nearest word if ``word`` is none of ``words``."""
    every = list(words)
    if word not in every:
        near = difflib.get_close_matches(str(word), every, n=1, cutoff=0.0)[0]
        raise ValueError(
            f"{kind} {word!r} is not known; did you mean {near!r}? There are {', '.join(every)}"
        )


def _rising(what: str, a: float, b: float) -> None:
    if not (np.isfinite(a) and np.isfinite(b) and a <= b):
        raise ValueError(f"{what} runs from {a} to {b} s; give finite seconds that do not go back")
