"""A film's documents as what is scored: a line's shot is the one on the screen at its middle."""

from __future__ import annotations

from collections.abc import Mapping

from filmagent.crew.bench.script import Deed, Line, Scene, Script
from filmagent.documents import (
    Beat,
    Blocking,
    Breakdown,
    Edit,
    SceneBlocking,
    SceneTiming,
    Setup,
    ShotList,
)
from filmagent.documents.checks import WALKS

_CLOSE, _MEDIUM = ("ECU", "CU", "MCU"), ("MS", "cowboy")
_OF_MOVES = {
    "zoom": "zoom",
    "pan": "pan",
    "follow": "follow",
    "lead": "follow",
    "arc": "curve surround",
    "truck": "track",
}
"""Our moves that FilmAgent's nine have; others count by their size."""
_GOING = (*WALKS, "enter", "exit", "follow")
_HIGH = 0.75
"""Energy of a line from which feelings run high."""


def nine(setup: Setup) -> str:
    """Which of FilmAgent's nine shots a setup comes nearest."""
    if setup.move in _OF_MOVES:
        return _OF_MOVES[setup.move]
    return "close" if setup.size in _CLOSE else "medium" if setup.size in _MEDIUM else "long"


def kind(setup: Setup) -> str:
    """A setup in our own vocabulary: how the camera moves, or what it is, or how large."""
    if setup.move != "static":
        return setup.move
    return setup.kind if setup.kind in ("ots", "insert", "two_shot") else setup.size


def script_of(
    breakdown: Breakdown,
    blocking: Blocking,
    shotlist: ShotList,
    edit: Edit | None = None,
    timings: Mapping[str, SceneTiming] | None = None,
) -> Script:
    """A film as a script. Without an edit, a line's shot is the last setup made for its speaker."""
    setups = {s.id: s for scene in shotlist.scenes for s in scene.setups}
    blockings = {s.scene: s for s in blocking.scenes}
    scenes = []
    for scene in breakdown.scenes:
        blocked = blockings.get(scene.id, SceneBlocking(scene=scene.id, set=scene.set))
        own = [s for c in shotlist.scenes if c.scene == scene.id for s in c.setups]
        lines = []
        pending: list[str] = []
        for beat in scene.beats:
            pending += [c.actor for c in blocked.cues if c.beat == beat.id and c.action in _GOING]
            if beat.kind != "line":
                continue
            shown = _shown(beat, scene.id, edit, timings or {}, setups) or _made_for(beat, own)
            lines.append(_line(beat, blocked, shown, tuple(pending)))
            pending = []
        if pending:
            lines.append(Line(movers=tuple(pending)))
        start = {p.actor: p.mark for p in blocked.placements}
        scenes.append(
            Scene(scene.id, scene.set, tuple(scene.people), scene.slugline, tuple(lines), start)
        )
    people = tuple(
        f"{c.name}: {c.description}" if c.description else c.name for c in breakdown.characters
    )
    return Script(breakdown.title or "film", tuple(scenes), people)


def _line(
    beat: Beat, blocking: SceneBlocking, shown: Setup | None, movers: tuple[str, ...]
) -> Line:
    reading = next((r for r in blocking.readings if r.beat == beat.id), None)
    tense = reading is not None and (
        reading.energy >= _HIGH or reading.emotion in ("angry", "afraid")
    )
    return Line(
        beat.speaker or "",
        beat.text,
        nine(shown) if shown else "",
        kind(shown) if shown else "",
        tuple(Deed(c.actor, c.action) for c in blocking.cues if c.beat == beat.id),
        movers,
        tense,
    )


def _shown(
    beat: Beat,
    scene: str,
    edit: Edit | None,
    timings: Mapping[str, SceneTiming],
    setups: Mapping[str, Setup],
) -> Setup | None:
    timing = timings.get(scene)
    line = next((x for x in timing.lines if x.beat == beat.id), None) if timing else None
    if edit is None or line is None:
        return None
    frame = (line.start + line.end) / 2 * edit.fps[0] / edit.fps[1]
    cuts = (c for c in edit.cuts if c.kind == "shot" and c.scene == scene)
    return next((setups.get(c.setup) for c in cuts if c.source_in <= frame < c.source_out), None)


def _made_for(beat: Beat, setups: list[Setup]) -> Setup | None:
    over = [s for s in setups if beat.id in s.beats]
    own = [s for s in over if beat.speaker in s.subjects]
    best = own or over
    return best[-1] if best else None
