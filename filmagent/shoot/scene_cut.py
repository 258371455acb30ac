"""One scene's cut list: its grid of time, what is left out, the best list, and why each shot is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from camera import editing
from camera.pose import Array
from filmagent.documents import SceneCoverage, SceneTiming, Setup
from filmagent.errors import InputError
from filmagent.shoot import rushes
from filmagent.shoot.moments import Moment, moments
from filmagent.shoot.rushes import SceneMaterial
from filmagent.shoot.standing import Standing

_STEP = 3
"""Frames of a step of the grid, before it is drawn to the ends of words."""
_WIDE = ("establishing", "master", "group", "two_shot")
_GONE = 0.9
"""How much of somebody may be hidden before an earlier cut to them is not held on to."""
_KEEP_BEFORE, _KEEP_AFTER, _DEAD, _END = 1.7, 1.3, 5.5, 4.0


@dataclass(frozen=True)
class ScenePiece:
    """One shot: a setup over scene frames [start, end), and why."""

    setup: Setup
    start: int
    end: int
    why: str
    name: str = ""
    """The cut of an earlier edit that it goes on being."""
    joins: Mapping[str, float] = field(default_factory=dict)
    """What is wrong with the cut from the piece before: see `camera.editing.Faults`."""


def cut_scene(
    material: SceneMaterial,
    style: editing.Style,
    *,
    pace: float = 1.0,
    force: Sequence[float] = (),
    tail: float = 0.0,
    before: Standing | None = None,
) -> list[ScenePiece]:
    """The best cut list of a scene.

    Parameters
    ----------
    pace
        Factor on shot lengths: a montage is below 1.
    force
        Seconds at which there must be a cut.
    tail
        Seconds of the handle shown after the scene's end.
    before
        What stands of an earlier edit: away from what has changed it is kept.

    Raises
    ------
    InputError
        If the scene has no setup with a take.
    """
    setups = [s for s in material.coverage.setups if s.id in material.reports]
    if not setups:
        raise InputError(f"Scene {material.scene.id} has no setup; add one to shotlist.json.")
    coverage = SceneCoverage(scene=material.coverage.scene, setups=setups)
    material = replace(material, coverage=coverage)
    held_at = before.frames() if before is not None else ()
    frames, end = _grid(material, tail, held_at, style.least)
    played = rushes.script(material, frames, end, force)
    takes = rushes.takes(material, played, frames)
    held = None
    if before is not None:
        faulty = np.array([np.asarray(t.hidden) > _GONE for t in takes])
        held = before.prices([s.id for s in setups], frames, faulty)
        takes = [
            replace(t, cost=t.cost + more) for t, more in zip(takes, held.leaving, strict=True)
        ]
    made = editing.edit(
        takes, played, style, pace=pace, point_costs=0.0 if held is None else held.cutting
    )
    out: list[ScenePiece] = []
    for piece, shot in zip(made.pieces, made.shots, strict=True):
        last, following = int(frames[piece.end - 1]), [*frames[piece.end :], end][0]
        stop = last + _STEP if following - last > 2 * _STEP else int(following)
        whole = ScenePiece(setups[piece.shot], 0, stop, "", joins=shot.faults)
        out += _split(whole, frames[piece.start : piece.end])
    out = _explained(material, [p for p in out if p.end > p.start])
    if before is None:
        return out
    names = before.names([(p.setup.id, p.start, p.end) for p in out])
    return [replace(p, name=name) for p, name in zip(out, names, strict=True)]


def _grid(
    material: SceneMaterial, tail: float, held: Sequence[int] | Array, least: float
) -> tuple[Array, int]:
    """Frames at which steps begin, with dead time left out; and the last one's end.

    Steps are drawn to frames at which earlier cuts are held, and to the ends of words, so that a
    cut can be just there.
    """
    timing, rate = material.timing, material.rate
    end = max(int(np.ceil((timing.duration + tail) * rate)), 1)
    frames = np.arange(0, end, _STEP)
    drawn = np.zeros(len(frames), bool)
    words = {
        round((line.start + second) * rate)
        for line in timing.lines
        for span in rushes.spoken(line)
        for second in span
    }
    for frame in [*(int(f) for f in held), *sorted(words)]:
        row = min(round(frame / _STEP), len(frames) - 1)
        if row > 0 and not drawn[row] and abs(row * _STEP - frame) < _STEP and frame < end:
            frames[row], drawn[row] = frame, True
    keep = np.ones(len(frames), bool)
    for a, b in _dead(timing):
        # what is too short to be a shot after time that is left out is joined to what is before it
        more = (end / rate - b) if end / rate - b < least else 0.0
        keep &= ~((frames / rate >= a + more) & (frames / rate < b + more))
    kept = frames[keep]
    return kept, min(int(kept[-1]) + 2 * _STEP - 1, end)


def _dead(timing: SceneTiming) -> list[tuple[float, float]]:
    """Seconds that a long walk, or nothing at all, fills: their middles are left out."""
    busy: list[tuple[float, float]] = [(x.start - 0.2, x.end + 0.3) for x in timing.lines]
    for actor in timing.actors:
        if actor.extra:
            continue
        busy += [
            (g.start, g.end) for g in actor.gestures if g.action not in ("idle", "talk", "listen")
        ]
        busy += [(s.start, s.end) for s in actor.segments if s.kind in ("sit_down", "stand_up")]
        # coming in and going out are events: the door must be seen to be passed
        gone = [s for s in actor.segments if s.kind == "offstage"]
        busy += [
            (t - 1.0, t + 0.2) for s in gone for t in (s.start, s.end) if 0.0 < t < timing.duration
        ]
    leaving = any(
        s.kind == "walk" and s.start < timing.duration <= s.end
        for a in timing.actors
        if not a.extra
        for s in a.segments
    )
    # whoever leaves is seen to leave; otherwise a scene ends soon after its last event
    close = timing.duration - 0.8 if leaving else timing.duration + _KEEP_AFTER
    edges = sorted([(0.0, 0.0), *busy, (close, timing.duration)])
    dead, reach = [], 0.0
    for a, b in edges:
        if a - reach > (_DEAD if a < timing.duration else _END):
            dead.append((reach + _KEEP_BEFORE, a - _KEEP_AFTER))
        reach = max(reach, b)
    return dead


def _split(whole: ScenePiece, steps: Array) -> list[ScenePiece]:
    """One piece, or two where a short scene had to run over time that is left out.

    From one part to the next the picture jumps.
    """
    pieces, at = [], int(steps[0])
    for gap in np.flatnonzero(np.diff(steps) > 2 * _STEP):
        pieces.append(replace(whole, start=at, end=int(steps[gap]) + _STEP))
        at = int(steps[gap + 1])
        whole = replace(whole, joins={**dict.fromkeys(whole.joins, 0.0), "angle": 1.0, "jump": 1.0})
    return [*pieces, replace(whole, start=at)]


def _explained(material: SceneMaterial, pieces: Sequence[ScenePiece]) -> list[ScenePiece]:
    out = []
    for number, piece in enumerate(pieces):
        seconds = np.linspace(piece.start, piece.end, 7)[1:-1] / material.rate
        passing = moments(material.timing, seconds)
        spoken = [m for m in passing if m.line is not None]
        # words are what most shots are for, also where they end before its middle
        middle = spoken[len(spoken) // 2] if len(spoken) > 1 else passing[2]
        if piece.setup.kind in _WIDE:
            middle = next((m for m in passing if m.movers), middle)
        out.append(replace(piece, why=_why(piece, middle, number == 0, _names(material.timing))))
    return out


def _names(timing: SceneTiming) -> dict[str, str]:
    """Actors as people call them; one whose name is of another script by the cast member's."""
    return {
        a.actor: (a.member if re.fullmatch(r"id_[0-9a-f]{8}", a.actor) else a.actor)
        .replace("_", " ")
        .title()
        for a in timing.actors
    }


def _verb(action: str) -> str:
    first, *rest = action.split("_")
    return " ".join([f"{first}es" if first.endswith("s") else f"{first}s", *rest])


def _why(piece: ScenePiece, m: Moment, opening: bool, names: Mapping[str, str]) -> str:
    """A director's sentence."""
    setup, subject = piece.setup, (piece.setup.subjects or [""])[0]
    name = names.get(subject, "")
    if setup.kind == "insert":
        return f"the {subject.replace('_', ' ')} matters now: see it"
    if setup.kind == "entrance":
        return f"{name} comes in: see the door, and who it is"
    if setup.kind == "exit":
        return f"{name} goes: let them leave the frame"
    if opening and setup.kind in _WIDE:
        return "begin wide: where we are, and who is there"
    if subject in m.movers and setup.move != "static":
        return f"go with {name}"
    if m.movers and setup.kind in _WIDE:
        return "somebody moves: stay wide enough to see where to"
    if m.line is not None:
        speaker = names.get(m.line.actor, m.line.actor.replace("_", " ").title())
        if subject == m.line.actor:
            return (
                f"{name} speaks"
                + (f", {m.line.emotion}" if m.line.emotion != "neutral" else "")
                + ": stay on the face"
            )
        if setup.kind in ("single", "ots", "reaction"):
            return f"{speaker} speaks: what it does to {name} is the scene"
        return "both of them in one frame: how far apart they are"
    if m.gesture[0] and subject == m.gesture[0]:
        return f"{name} {_verb(m.gesture[1])}: the answer without words"
    if m.gap_to and subject == m.gap_to:
        return f"before {name} speaks: the thought comes first"
    if setup.kind in _WIDE:
        return "give the eye the room again"
    return f"a silence belongs to {name}"
