"""What stands of an edit after a change: where old cuts still fit, and what they are called.

A changed word must be felt only near it. So an edit that is made again is given the one before
and the timings it was cut for. Beats that both timings have tie the two clocks together; where a
moment is about the same as it was, leaving the old picture has a price, and so has a cut where
there was none. The best list under these prices keeps far cuts, unless they became much worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from camera.pose import Array
from filmagent.documents import Cut, Edit, SceneTiming
from filmagent.shoot.moments import Moment, moments
from filmagent.shoot.splits import straight

_SETTLED, _NEAR = 2.0, 0.5
"""Price a second of another picture than before: where nothing has changed, and where it has."""
_MOVED = 1.5
"""Price of a cut where there was none, and nothing has changed."""
_STRETCH = 2.0
"""Beats that became longer or shorter by more than this factor keep nothing."""


@dataclass(frozen=True)
class Before:
    """An edit, and the timings it was cut for."""

    edit: Edit
    timings: Mapping[str, SceneTiming]

    def scene(self, timing: SceneTiming, fps: tuple[int, int]) -> Standing | None:
        """What stands of it in a scene that now has this timing; None if nothing can."""
        old = self.timings.get(timing.scene)
        cuts = [c for c in straight(self.edit).cuts if c.kind == "shot" and c.scene == timing.scene]
        if old is None or not cuts or tuple(self.edit.fps) != tuple(fps):
            return None
        return Standing(cuts, old, timing, fps[0] / fps[1])


@dataclass(frozen=True)
class Prices:
    """What keeping to the old edit saves."""

    leaving: Array
    """(S, T) a second: showing each setup where the old edit showed another."""
    cutting: Array
    """(T,) a cut: where there was none."""


@dataclass(frozen=True)
class Standing:
    """One scene's old cuts on its new clock."""

    cuts: Sequence[Cut]
    old: SceneTiming
    new: SceneTiming
    rate: float
    _tied: tuple[Array, Array] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tied", _tied(self.old, self.new))

    def frames(self) -> Array:
        """Frames at which the old cuts lie now, where nothing has changed there; sorted."""
        edges = sorted({c.source_in for c in self.cuts} | {c.source_out for c in self.cuts})
        now, then = self._tied
        seconds = np.interp(np.array(edges) / self.rate, then, now)
        frames = np.round(seconds * self.rate).astype(np.int64)
        kept = self._same(frames / self.rate) | self._same((frames - 1) / self.rate)
        return np.asarray(np.unique(frames[kept]))

    def prices(self, setups: Sequence[str], frames: Array, faulty: Array | None = None) -> Prices:
        """The prices of leaving the old edit.

        Parameters
        ----------
        setups
            The S setups there are now.
        frames
            The T frames at which the steps of the grid begin.
        faulty : (S, T) bool, optional
            Where a setup must not be held on to: whom it is about cannot be seen any more.
        """
        seconds = frames / self.rate
        shown = self._shown(setups, seconds)
        same = self._same(seconds)
        price = np.where(same, _SETTLED, _NEAR) * (shown >= 0) * self._near(seconds)
        if faulty is not None and len(setups):
            price = np.where(faulty[np.maximum(shown, 0), np.arange(len(frames))], 0.0, price)
        leaving = price * (shown[None] != np.arange(len(setups))[:, None])
        old = np.isin(frames, self.frames())
        return Prices(leaving, np.where(same & (price > 0) & ~old, _MOVED, 0.0))

    def names(self, pieces: Sequence[tuple[str, int, int]]) -> list[str]:
        """The old cut that each (setup, first frame, end) goes on being; "" for a new one."""
        now, then = self._tied
        pairs = []
        for number, (setup, start, end) in enumerate(pieces):
            a, b = np.interp(np.array([start, end]) / self.rate, now, then) * self.rate
            for place, cut in enumerate(self.cuts):
                shared = min(b, cut.source_out) - max(a, cut.source_in)
                if cut.setup == setup and shared > 0:
                    pairs.append((-float(shared), place, number))
        names, taken = [""] * len(pieces), set()
        for _, place, number in sorted(pairs):
            if not names[number] and place not in taken:
                names[number] = self.cuts[place].id
                taken.add(place)
        return names

    def _shown(self, setups: Sequence[str], seconds: Array) -> Array:
        """(T,) which setup the old edit showed; −1 where none that there still is."""
        index = {name: number for number, name in enumerate(setups)}
        now, then = self._tied
        at = np.round(np.interp(seconds, now, then) * self.rate)
        shown = np.full(len(seconds), -1, np.int64)
        for cut in self.cuts:
            shown[(at >= cut.source_in) & (at < cut.source_out)] = index.get(cut.setup, -1)
        return shown

    def _same(self, seconds: Array) -> Array:
        """(T,) whether the moment is about what it was about, as long before and after."""
        now, then = self._tied
        was = np.interp(seconds, now, then)
        here, there = moments(self.new, seconds), moments(self.old, was)
        slope = self._slope(seconds)
        return np.array(
            [
                abs(s - 1.0) < 1e-3 and _equal(a, b, float(x - y))
                for s, a, b, x, y in zip(slope, here, there, seconds, was, strict=True)
            ],
            dtype=bool,
        )

    def _near(self, seconds: Array) -> Array:
        slope = self._slope(seconds)
        return (slope > 1.0 / _STRETCH) & (slope < _STRETCH)

    def _slope(self, seconds: Array) -> Array:
        """(T,) old seconds a new second."""
        now, then = self._tied
        at = np.clip(np.searchsorted(now, seconds, side="right") - 1, 0, len(now) - 2)
        return np.asarray((then[at + 1] - then[at]) / (now[at + 1] - now[at]))


def _tied(old: SceneTiming, new: SceneTiming) -> tuple[Array, Array]:
    """Seconds of the new clock and the old ones they were: both rise."""
    was = {b.beat: b for b in old.beats}
    pairs = [(0.0, 0.0)]
    for beat in sorted(new.beats, key=lambda b: (b.start, b.end)):
        if beat.beat in was:
            pairs += [(beat.start, was[beat.beat].start), (beat.end, was[beat.beat].end)]
    pairs.append((new.duration, old.duration))
    kept = [pairs[0]]
    for now, then in pairs[1:]:
        # lines over lines, and beats that changed places, do not turn a clock back
        if now > kept[-1][0] + 1e-6 and then > kept[-1][1] + 1e-6:
            kept.append((now, then))
    # the handle after the end goes on at the same pace
    kept.append((kept[-1][0] + 10.0, kept[-1][1] + 10.0))
    now_, then_ = np.array(kept).T
    return now_, then_


def _equal(a: Moment, b: Moment, shift: float) -> bool:
    """Whether two moments, ``shift`` seconds apart, are about the same."""
    if (a.line is None) != (b.line is None):
        return False
    if a.line is not None and b.line is not None:
        moved = {"start": a.line.start - shift, "end": a.line.end - shift}
        if abs(moved["start"] - b.line.start) > 1e-3 or abs(moved["end"] - b.line.end) > 1e-3:
            return False
        if a.line.model_copy(update={"start": b.line.start, "end": b.line.end}) != b.line:
            return False
    return replace(a, line=None, progress=0.0, second=0.0) == replace(
        b, line=None, progress=0.0, second=0.0
    )


def number_after(ids: Sequence[str], setup: str) -> int:
    """The first number of a cut's name (``1B-3``) that no cut of a setup ever had."""
    numbers = [
        int(rest)
        for name, _, rest in (i.rpartition("-") for i in ids)
        if name == setup and rest.isdigit()
    ]
    return max(numbers, default=0) + 1
