"""Intercutting: two scenes at once, alternating in the order in which the screenplay is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from filmagent.documents import Beat, Line, Scene, SceneTiming
from filmagent.documents.breakdown import Transition
from filmagent.shoot.scene_cut import ScenePiece

_OVER = 0.22
"""Seconds by which an answer from elsewhere begins before a line that breaks off (``--``) ends."""
_LEAD = 0.1
"""Seconds of the other place before that answer."""
_LEFT = 0.6
"""Seconds a shot must keep when it is shortened for it."""


@dataclass(frozen=True)
class Event:
    """A piece of a scene, or a card, before ids are given."""

    scene: str
    piece: ScenePiece | None = None
    card: Beat | None = None
    transition: Transition = "cut"


def partner(scenes: Sequence[Scene], scene: Scene) -> Scene | None:
    """The scene one alternates with, whichever of the two says so; None for most."""
    for other in scenes:
        if other.id == scene.id:
            continue
        for one, two in ((scene, other), (other, scene)):
            if one.join == "intercut" and _named(scenes, one) == two.id:
                return other
    return None


def _named(scenes: Sequence[Scene], scene: Scene) -> str:
    """The scene an intercut scene alternates with: the named one, or the one before."""
    ids = [s.id for s in scenes]
    if scene.intercut_with in ids:
        return str(scene.intercut_with)
    index = ids.index(scene.id)
    return ids[index - 1] if index else ""


def silences(timing: SceneTiming) -> list[float]:
    """Seconds between lines at which an intercut may leave a scene."""
    lines = sorted(timing.lines, key=lambda x: x.start)
    return [(a.end + b.start) / 2 for a, b in pairwise(lines) if b.start - a.end > 0.15]


def woven(
    scenes: Sequence[Scene],
    streams: Mapping[str, Sequence[Event]],
    timings: Mapping[str, SceneTiming],
    fps: tuple[int, int],
) -> list[tuple[Scene, list[Event]]]:
    """All events in film order, by the scene that opens; intercut scenes alternate."""
    order: list[tuple[Scene, list[Event]]] = []
    done: set[str] = set()
    for scene in scenes:
        if scene.id in done:
            continue
        other = partner([s for s in scenes if s.id not in done], scene)
        if other is None:
            order.append((scene, list(streams[scene.id])))
            done.add(scene.id)
            continue
        pair = (scene, other)
        sides = [(streams[s.id], _written(s, timings[s.id], fps)) for s in pair]
        order.append((scene, _overlapped(_alternated(*sides), pair, timings, fps)))
        done |= {scene.id, other.id}
    return order


def _overlapped(
    events: Sequence[Event],
    pair: tuple[Scene, Scene],
    timings: Mapping[str, SceneTiming],
    fps: tuple[int, int],
) -> list[Event]:
    """Let the other place interrupt a line that breaks off: its end sounds over the answer."""
    rate = fps[0] / fps[1]
    broken = {b.id for s in pair for b in s.beats if b.overlapped}
    after = _answers(pair)
    out = list(events)
    for number, (one, two) in enumerate(pairwise(events)):
        if one.scene == two.scene or one.piece is None or two.piece is None:
            continue
        first = _spoken(timings[one.scene], one.piece, rate)[-1:]
        then = _spoken(timings[two.scene], two.piece, rate)[:1]
        breaks_off = first and first[0].beat in broken
        if not (breaks_off and then):
            continue
        if after.get(first[0].beat) != then[0].beat or then[0].start * rate < two.piece.start:
            continue
        # what an earlier turn has taken from this shot's head stays taken
        shown = out[number].piece or one.piece
        start = max(two.piece.start, round((then[0].start - _LEAD) * rate))
        lead = then[0].start - start / rate
        end = min(shown.end, round((first[0].end - _OVER - lead) * rate))
        least = round(_LEFT * rate)
        if end - shown.start >= least and two.piece.end - start >= least:
            out[number] = replace(one, piece=replace(shown, end=end))
            out[number + 1] = replace(two, piece=replace(two.piece, start=start))
    return out


def _answers(pair: tuple[Scene, Scene]) -> dict[str, str]:
    """The line written after each line, over both scenes."""
    lines = [(b.span.first, b.id) for s in pair for b in s.beats if b.kind == "line"]
    return {a: b for (_, a), (_, b) in pairwise(sorted(lines))}


def _spoken(timing: SceneTiming, piece: ScenePiece, rate: float) -> list[Line]:
    """The lines that sound while a piece is shown, by their start."""
    lines = [x for x in timing.lines if x.start * rate < piece.end and x.end * rate > piece.start]
    return sorted(lines, key=lambda x: (x.start, x.beat))


_Written = list[tuple[float, float]]
"""Frames and the screenplay's line played then: the start, each beat, the end."""


def _written(scene: Scene, timing: SceneTiming, fps: tuple[int, int]) -> _Written:
    rate = fps[0] / fps[1]
    lines = {beat.id: beat.span.first for beat in scene.beats}
    spoken = {line.beat: line.start for line in timing.lines}
    begun = sorted(
        (spoken.get(b.beat, b.start) * rate, float(lines[b.beat]))
        for b in timing.beats
        if b.beat in lines
    )
    first = min((beat.span.first for beat in scene.beats), default=scene.span.first)
    end = max((beat.span.end for beat in scene.beats), default=scene.span.end)
    return [(0.0, float(first)), *begun, (timing.duration * rate, float(end))]


def _alternated(
    one: tuple[Sequence[Event], _Written], two: tuple[Sequence[Event], _Written]
) -> list[Event]:
    """Two sides shuffled into the screenplay's order, so that answers follow their questions."""
    placed = [
        (line, side, number, event)
        for side, (events, written) in enumerate((one, two))
        for number, (line, event) in enumerate(zip(_lines(events, written), events, strict=True))
    ]
    return [event for *_, event in sorted(placed, key=lambda p: p[:3])]


def _lines(events: Sequence[Event], written: _Written) -> list[float]:
    """The screenplay's line each event plays; one in which nothing begins lies between two."""
    times, lines = [at for at, _ in written], [line for _, line in written]
    found: list[float] = []
    for event in events:
        last = found[-1] if found else lines[0]
        if event.piece is not None:
            start, end = event.piece.start, event.piece.end
            begun = [line for at, line in written[:-1] if start <= at < end]
            here = begun[0] if begun else float(np.interp(start, times, lines))
        else:
            here = event.card.span.first if event.card is not None else last
        found.append(max(last, here))
    return found
