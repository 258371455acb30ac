"""How well each take shows what each moment is about, and where a cut is welcome.

Prices are a second. The order of what matters: who speaks, or who listens near the end of a long
line; then gestures; then who is about to speak; then the place. Leake et al., "Computational video
editing for dialogue-driven scenes" (SIGGRAPH 2017, section 5), has the idioms these prices come
from: start wide, show the speaker, show reactions, intensify with emotion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from camera.editing.material import Event, Line, Script, Take
from camera.editing.style import Style
from camera.pose import Array

WIDE = ("establishing", "master", "group", "two_shot")
SOLO = ("single", "ots", "reaction")
_OPENING, _SOON, _LONG, _LATE = 2.6, 1.5, 1.6, 0.55
"""Seconds a scene opens for, in which a next line is near, of a long line; its share before late"""
_FLOOR, _FALL = -0.1, 0.65
"""The least price of a listener; how far below its usual price it goes once that is lowered."""
_COOL = ("neutral", "happy")
NEAR = 3.0 / 24.0
"""Seconds around a line's start or end in which a cut is on its boundary: three frames."""
WORD = 0.03
"""Seconds of a word's ends that a cut may take."""


@dataclass(frozen=True)
class Moments:
    """What happens at each of T steps."""

    line: Array
    """(T,) index of the line being said, the latest begun; −1 for none."""
    progress: Array
    """(T,) how much of it is said, 0–1."""
    coming: Array
    """(T,) index of the line that begins within a moment; −1."""
    gesture: Array
    """(T,) index of the gesture that matters; −1."""
    thing: Array
    """(T,) index of the event of a thing that is handled; −1."""
    moving: dict[str, Array]
    """(T,) whether each person walks, sits down or rises."""
    leaving: dict[str, Array]
    """(T,) whether each person is on the way out for good."""
    arc: Array
    """(T,) how far the talk has come, 0–1: scenes come closer as they go on."""


def moments(script: Script) -> Moments:
    """What a script's steps are about."""
    t = script.seconds
    lines = script.lines
    line = _latest([(x.start, x.end) for x in lines], t)
    starts = np.array([x.start for x in lines])
    ends = np.array([x.end for x in lines])
    if len(lines):
        said = (t - starts[line]) / np.maximum(ends[line] - starts[line], 1e-6)
        order = np.argsort(starts, kind="stable")
        at = np.searchsorted(starts[order], t)
        after = order[np.minimum(at, len(order) - 1)]
        coming = np.where((at < len(order)) & (starts[after] < t + _SOON), after, -1)
        arc = np.clip((t - starts.min()) / max(ends.max() - starts.min(), 1e-6), 0.0, 1.0)
    else:
        said, coming, arc = np.zeros(len(t)), np.full(len(t), -1), np.zeros(len(t))
    spans = {k: [(e.start, e.end) if e.kind == k else (0.0, 0.0) for e in script.events]
             for k in ("gesture", "thing")}  # fmt: skip
    return Moments(
        line,
        np.where(line >= 0, said, 0.0),
        coming,
        _last(spans["gesture"], t),
        _last(spans["thing"][::-1], t, turned=len(script.events)),
        _whose("move", script.events, t),
        _whose("leave", script.events, t),
        arc,
    )


def _latest(spans: Sequence[tuple[float, float]], t: Array) -> Array:
    """(T,) index of the span over each second that began last; −1 for none."""
    index = np.full(len(t), -1, np.int64)
    for number in sorted(range(len(spans)), key=lambda n: spans[n][0]):
        index[(t >= spans[number][0]) & (t < spans[number][1])] = number
    return index


def _last(spans: Sequence[tuple[float, float]], t: Array, turned: int = 0) -> Array:
    """(T,) index of the last span in the list over each second; counted from the end if turned."""
    index = np.full(len(t), -1, np.int64)
    for number, (a, b) in enumerate(spans):
        index[(t >= a) & (t < b)] = turned - 1 - number if turned else number
    return index


def _whose(kind: str, events: Sequence[Event], t: Array) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for event in events:
        if event.kind == kind:
            during = (t >= event.start) & (t < event.end)
            found[event.who] = found.get(event.who, np.zeros(len(t), bool)) | during
    return found


def show_costs(
    takes: Sequence[Take], script: Script, style: Style, listener: float, pace: float = 1.0
) -> Array:
    """Price (S, T) a second of showing each take at each step; inf where it must not be."""
    m = moments(script)
    # a quick scene opens quickly, too
    opening = script.seconds - script.seconds[0] < _OPENING * min(pace, 1.0)
    return np.array([_show(take, script, m, style, listener, opening) for take in takes])


def _show(
    take: Take, script: Script, m: Moments, style: Style, listener: float, opening: Array
) -> Array:
    first = take.subjects[0] if take.subjects else ""
    cost = _about(take, script, m, listener)
    early = {"establishing": -1.2, "entrance": -0.5, "master": -0.6}.get(take.kind, 0.9)
    cost += np.where(opening, early, 0.8 if take.kind == "establishing" else 0.0)
    cost += _motion(take, first, m)
    if take.kind == "insert":
        things = np.array([*(e.who for e in script.events), ""])[m.thing]
        cost += np.where((m.thing >= 0) & np.isin(things, take.subjects), -2.4, 3.0)
    if take.kind in SOLO and script.lines:
        asked = np.array([_size_for(line) for line in script.lines])[m.line] - 1.6 * m.arc
        away = np.abs(take.sizes(script.steps) - np.clip(asked, 1, 3).astype(np.int64))
        cost += np.where(m.line >= 0, 0.24 * away, 0.0)
    hidden = np.clip(take.at("hidden", script.steps), 0.0, 1.0)
    return np.asarray(cost + style.hidden * hidden + take.at("cost", script.steps))


def _motion(take: Take, first: str, m: Moments) -> Array:
    """What it costs or saves while somebody moves or leaves."""
    none = np.zeros(len(m.line), bool)
    anybody = np.any([none, *m.moving.values()], axis=0)
    shown = np.any([none, *(m.moving[s] for s in take.subjects if s in m.moving)], axis=0)
    cost = np.zeros(len(none))
    goes = take.kind in ("follow", "entrance", "exit")
    if goes:
        cost += np.where(shown, -1.45, np.where(anybody, 0.0, 1.2))
    elif take.kind in WIDE:
        cost += np.where(shown, -0.5, 0.0)
    elif take.kind in SOLO:
        cost += np.where(m.moving.get(first, none), 2.2, 0.0)
    left = m.leaving.get(first, none)
    if take.kind == "exit":
        cost += np.where(left, -0.9, 0.0)
    elif take.kind in SOLO:
        others = np.any([none, *m.leaving.values()], axis=0)
        cost += np.where(others & ~left & (m.line < 0), -0.5, 0.0)
    return cost


def _about(take: Take, script: Script, m: Moments, listener: float) -> Array:
    """How well a take shows who or what matters."""
    subject = take.subjects[0] if take.subjects else ""
    solo, wide = take.kind in (*SOLO, "follow"), take.kind in WIDE
    cost = np.full(len(m.line), 0.55 if wide else 0.8 if solo else 1.2)
    if solo:
        coming = np.array([*(x.speaker == subject for x in script.lines), False])[m.coming]
        cost = np.where(m.coming >= 0, np.where(coming, 0.3, 0.55), cost)
    whose = np.array([*(e.who for e in script.events), ""])[m.gesture]
    whom = np.array([*(e.target for e in script.events), ""])[m.gesture]
    acts = m.gesture >= 0
    if solo:
        cost = np.where(acts & (whom == subject), 0.55, cost)
        cost = np.where(acts & (whose == subject), 0.1, cost)
    elif wide:
        cost = np.where(acts & np.isin(whose, take.subjects), 0.7, cost)
    for number, line in enumerate(script.lines):
        during = m.line == number
        if during.any():
            said = _line(take, line, m, listener, acts & (whose == subject))
            cost = np.where(during, said, cost)
    return cost


def _line(take: Take, line: Line, m: Moments, listener: float, gesture: Array) -> Array | float:
    """The price a second of a take while somebody speaks."""
    subject = take.subjects[0] if take.subjects else ""
    if take.kind in (*SOLO, "follow"):
        if subject == line.speaker and line.seen:
            return 0.15 + (0.25 if take.kind == "reaction" else 0.0)
        if subject == line.to or not line.seen or (not line.to and subject != line.speaker):
            # the end of a long line is for who must answer it; a gesture is worth seeing
            long = line.end - line.start > _LONG
            late = np.where((m.progress > _LATE) & long, 0.55, 0.0) + np.where(gesture, 0.3, 0.0)
            price = listener if line.seen else 0.1
            # a price that has been lowered to keep a promise is not held up by its floor
            return np.asarray(np.maximum(price - late, min(_FLOOR, price - _FALL)))
    elif take.kind == "two_shot" and line.speaker in take.subjects:
        return 0.75
    elif take.kind in WIDE:
        return 1.15 if line.speaker in take.subjects else 1.6
    return 2.2


def _size_for(line: Line) -> float:
    """Feeling asks for a closer shot: an index into the sizes, before the talk's arc."""
    return 3.9 - 2.2 * (line.energy + (0.0 if line.emotion in _COOL else 0.25))


def lengths(script: Script, style: Style, pace: float) -> Array:
    """(T,) seconds of a shot that suit each step."""
    suits = np.full(script.steps, style.action)
    usual = style.emotion.get("neutral", style.action)
    for line in sorted(script.lines, key=lambda x: -x.start):
        during = (script.seconds >= line.start - 0.4) & (script.seconds < line.end + 0.4)
        strong = 1.15 - 0.35 * float(np.clip(line.energy, 0.0, 1.0))
        suits[during] = style.emotion.get(line.emotion, usual) * strong
    return np.asarray(pace * suits)


def boundaries(script: Script) -> Array:
    """(T,) whether a cut at each step is on a line's start or end."""
    edges = np.array([e for x in script.lines for e in (x.start, x.end)])
    if not len(edges):
        return np.zeros(script.steps, bool)
    gap = np.abs(script.seconds[:, None] - edges).min(axis=1)
    return np.asarray(gap <= NEAR + 1e-6)


def inside_words(script: Script) -> Array:
    """(T,) whether a cut at each step would be inside a word."""
    inside = np.zeros(script.steps, bool)
    for line in script.lines:
        for a, b in line.words:
            inside |= (script.seconds > a + WORD) & (script.seconds < b - WORD)
    return inside


def invitations(script: Script) -> Array:
    """(T,) what a cut at each step saves, since a movement or a look has just begun."""
    saved = np.zeros(script.steps)
    for event in script.events:
        after = script.seconds - event.start
        here = (after >= 0.08) & (after <= 0.4)
        saved[here] += 0.25 if event.kind == "look" else 0.5 * event.action
    return saved
