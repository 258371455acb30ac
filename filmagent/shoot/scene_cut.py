"""One scene's cut list: the grid, its costs, the 180° and 30° rules, and the best list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from camera.editing import Piece, View, choose_cuts, cut_faults
from camera.lens import Lens
from camera.pose import Array
from camera.world import World
from filmagent.documents import Scene, SceneCoverage, SceneTiming, Setup, TakeReport
from filmagent.errors import FilmError, InputError
from filmagent.shoot import people
from filmagent.shoot import place as places
from filmagent.shoot.arrangement import Company
from filmagent.shoot.moments import STEP, Moment, lengths, moments, point_costs, show_costs
from filmagent.shoot.moving import walking_figure
from filmagent.shoot.standing import Standing
from filmagent.shoot.style import Style

_WIDE = ("establishing", "master", "group", "two_shot")
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


@dataclass(frozen=True)
class SceneMaterial:
    """What a scene's cut is made from."""

    scene: Scene
    timing: SceneTiming
    coverage: SceneCoverage
    reports: Mapping[str, TakeReport]
    takes: Mapping[str, Mapping[str, Array]]
    fps: tuple[int, int]
    size: tuple[int, int] = (1920, 1080)
    """Pixels of the picture, for its aspect."""

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.size[0] / self.size[1]

    @property
    def rate(self) -> float:
        """Frames a second."""
        return self.fps[0] / self.fps[1]


def cut_scene(
    material: SceneMaterial,
    style: Style,
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
    timing, rate = material.timing, material.rate
    setups = [s for s in material.coverage.setups if s.id in material.reports]
    if not setups:
        raise InputError(f"Scene {material.scene.id} has no setup; add one to shotlist.json.")
    material = SceneMaterial(
        material.scene,
        timing,
        SceneCoverage(scene=material.coverage.scene, setups=setups),
        material.reports,
        material.takes,
        material.fps,
        material.size,
    )
    frames, breaks = _grid(timing, rate, tail, force)
    views = _views(material, frames)
    cuts = _cut_table(material, views, frames)
    lost = _lost(material, frames)
    held = before.prices([s.id for s in setups], frames, lost) if before is not None else None
    listener, boundary = style.listener, style.boundary
    pieces: list[Piece] = []
    # the listener's share and the share of cuts on line ends are promises: prices move until kept
    for _ in range(7):
        costs = show_costs(
            material.scene,
            timing,
            material.coverage,
            material.reports,
            rate,
            frames,
            listener,
            lost,
        )
        costs = np.where(np.isfinite(costs).any(axis=0)[None], costs, 50.0)
        points = point_costs(timing, frames, rate, style, boundary)
        if held is not None:
            costs = costs + held.leaving * STEP / rate
            points = points + held.cutting
        pieces = choose_cuts(
            costs,
            cuts,
            lengths=lengths(timing, frames, rate, style, pace),
            least=max(int(np.ceil(style.least * min(pace, 1.0) * rate / STEP)), 1),
            most=int(style.most * rate / STEP),
            rhythm_weight=style.rhythm,
            breaks=breaks,
            point_costs=points,
        )
        share, on_edges = _shares(material, frames, pieces)
        if share >= 0.22 and on_edges <= 0.38:
            break
        listener -= 0.16 if share < 0.22 else 0.0
        boundary += 0.5 if on_edges > 0.38 else 0.0
    last = int(frames[-1]) + STEP
    end = min(last, int(np.ceil((timing.duration + tail) * rate)))
    out = []
    for piece in pieces:
        a = int(frames[piece.start])
        b = int(frames[piece.end - 1]) + STEP if piece.end < len(frames) else end
        out.extend(_split(material, setups[piece.shot], a, b, frames[piece.start : piece.end]))
    out = _explained(material, [p for p in out if p.end > p.start])
    if before is None:
        return out
    names = before.names([(p.setup.id, p.start, p.end) for p in out])
    return [replace(p, name=name) for p, name in zip(out, names, strict=True)]


def _grid(
    timing: SceneTiming, rate: float, tail: float, force: Sequence[float]
) -> tuple[Array, list[int]]:
    """Frames of the grid with dead time left out, and the steps where there must be a cut."""
    end = int(np.ceil((timing.duration + tail) * rate))
    frames = np.arange(0, max(end, 1), STEP)
    keep = np.ones(len(frames), bool)
    seconds = frames / rate
    for a, b in _dead(timing):
        keep &= ~((seconds >= a) & (seconds < b))
    kept = frames[keep]
    breaks = [i + 1 for i in np.flatnonzero(np.diff(kept) > STEP)]
    breaks += [int(np.searchsorted(kept, t * rate)) for t in force]
    return kept, sorted({b for b in breaks if 0 < b < len(kept)})


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


def _lost(material: SceneMaterial, frames: Array) -> Array:
    """(S, T) whether the people a setup is about are out of its frame, walkers first."""
    company = Company(material.timing, material.fps)
    setups, world = material.coverage.setups, _world(material.timing.set)
    sampled = np.zeros((len(setups), len(frames[::4])), bool)
    for k, frame in enumerate(frames[::4]):
        second = float(frame) / material.rate
        figures = {
            a: walking_figure(company, a, second) for a, t in company.actors.items() if not t.extra
        }
        walking = {
            a for a in figures if people.segment_at(company.actors[a], second).kind == "walk"
        }
        for i, setup in enumerate(setups):
            here = [s for s in setup.subjects if s in figures]
            if setup.kind in ("insert", "establishing") or not here:
                continue
            about = [s for s in here if s in walking] or here[:1]
            sampled[i, k] = not all(
                _shows(material, setup, int(frame), figures[s].eyes, world) for s in about
            )
    return np.repeat(sampled, 4, axis=1)[:, : len(frames)]


def _world(name: str) -> World | None:
    """The set's world; None where it is not on the shelf."""
    try:
        return places.of_set(name).world
    except FilmError:
        return None


def _shows(
    material: SceneMaterial, setup: Setup, frame: int, point: Array, world: World | None
) -> bool:
    """Whether a camera has a head in its frame, and nothing of the set before it."""
    arrays, report = material.takes[setup.id], material.reports[setup.id]
    row = int(np.clip(frame - int(arrays["frames"][0]), 0, len(arrays["frames"]) - 1))
    lens = Lens(float(arrays["focal_mm"][row]), report.sensor_mm, material.aspect)
    screen, depth = lens.project(point, arrays["positions"][row], arrays["quaternions"][row])
    if not (
        depth > 0.1 and abs(screen[0]) < material.aspect / 2 - 0.03 and -0.47 < screen[1] < 0.5
    ):
        return False
    if world is None:
        return True
    # a post passed by hides one side of a head, a door that has closed hides all of it
    about = point + np.array([[0.0, 0.0, 0.1], [0.0, 0.0, -0.3], [0.3, 0.0, 0.0], [-0.3, 0.0, 0.0]])
    return bool(world.visible(arrays["positions"][row], about, margin=0.1).any())


def _split(
    material: SceneMaterial, setup: Setup, start: int, end: int, steps: Array
) -> list[ScenePiece]:
    """One piece, or two where a short scene had to run over time that is left out."""
    gaps = np.flatnonzero(np.diff(steps) > STEP)
    pieces, at = [], start
    for gap in gaps:
        pieces.append(ScenePiece(setup, at, int(steps[gap]) + STEP, ""))
        at = int(steps[gap + 1])
    return [*pieces, ScenePiece(setup, at, end, "")]


def _views(material: SceneMaterial, frames: Array) -> list[list[View]]:
    """What each setup's camera sees at sampled steps (every eighth)."""
    company = Company(material.timing, material.fps)
    line = _main_line(material.timing)
    table = []
    for frame in frames[::8]:
        second = float(frame) / material.rate
        eyes = {a: walking_figure(company, a, second).eyes for a in company.actors}
        table.append([_view(material, s, int(frame), eyes, line) for s in material.coverage.setups])
    return table


def _view(
    material: SceneMaterial,
    setup: Setup,
    frame: int,
    eyes: Mapping[str, Array],
    line: tuple[str, str] | None,
) -> View:
    arrays = material.takes[setup.id]
    row = int(np.clip(frame - int(arrays["frames"][0]), 0, len(arrays["frames"]) - 1))
    position = np.asarray(arrays["positions"][row], np.float64)
    subjects = tuple(setup.subjects)
    target = eyes.get(subjects[0] if subjects else "", None)
    if target is None:
        target = np.mean(list(eyes.values()), axis=0) if eyes else np.add(position, (0.0, 1.0, 0.0))
    pair = tuple(setup.line) if len(setup.line) == 2 else line
    side = 0
    if setup.kind not in ("insert", "establishing") and pair and all(a in eyes for a in pair):
        a, b = eyes[pair[0]], eyes[pair[1]]
        ab, ac = (b - a)[:2], (position - a)[:2]
        cross = float(ab[0] * ac[1] - ab[1] * ac[0])
        length = max(float(np.hypot(*ab)), 1e-6)
        side = 0 if abs(cross) / length < 0.15 else (1 if cross > 0 else -1)
        if pair != tuple(sorted(pair)):
            side = -side
    return View(position, setup.size, subjects, target, side)


def _main_line(timing: SceneTiming) -> tuple[str, str] | None:
    """The two who talk most to each other."""
    count: dict[tuple[str, str], int] = {}
    here = {a.actor for a in timing.actors if not a.extra}
    for x in timing.lines:
        if x.to in here and x.actor in here and x.to != x.actor:
            pair = (x.actor, x.to) if x.actor <= x.to else (x.to, x.actor)
            count[pair] = count.get(pair, 0) + 1
    if count:
        return max(sorted(count), key=lambda p: count[p])
    people = sorted(here)
    return (people[0], people[1]) if len(people) == 2 else None


def _cut_table(material: SceneMaterial, views: list[list[View]], frames: Array) -> Array:
    """(T, S, S) cost of each cut at each step."""
    setups = material.coverage.setups
    n = len(setups)
    sampled = np.zeros((len(views), n, n))
    known: dict[tuple[object, ...], float] = {}
    for k, row in enumerate(views):
        for i in range(n):
            for j in range(n):
                if i == j:
                    continue
                key = (
                    i,
                    j,
                    row[i].position.tobytes(),
                    row[j].position.tobytes(),
                    row[i].target.tobytes(),
                    row[i].side,
                    row[j].side,
                )
                if key not in known:
                    known[key] = _cut_cost(setups[i], setups[j], row[i], row[j])
                sampled[k, i, j] = known[key]
    return np.asarray(sampled[np.minimum(np.arange(len(frames)) // 8, len(views) - 1)])


def _cut_cost(before: Setup, after: Setup, a: View, b: View) -> float:
    faults = cut_faults(a, b)
    cost = 7.0 * faults["line"] + 5.0 * faults["angle"] + 5.0 * faults["jump"]
    if before.kind == after.kind == "insert":
        cost += 2.0
    if {before.kind, after.kind} == {"establishing", "master"}:
        cost += 1.5
    if before.pair == after.id or after.pair == before.id:
        cost -= 0.25
    elif before.subjects[:1] != after.subjects[:1] and before.kind == after.kind == "single":
        cost += 0.3
    return cost


def _shares(material: SceneMaterial, frames: Array, pieces: Sequence[Piece]) -> tuple[float, float]:
    """The share of the lines' time on a listener, and of cuts within 3 frames of a line's edge."""
    timing, rate = material.timing, material.rate
    setups = material.coverage.setups
    spoken = [m.line for m in moments(timing, frames / rate)]
    shown = np.empty(len(frames), np.int64)
    for piece in pieces:
        shown[piece.start : piece.end] = piece.shot
    total = listening = 0
    for line, shot in zip(spoken, shown, strict=True):
        if line is None:
            continue
        total += 1
        first = setups[shot].subjects[:1]
        solo = setups[shot].kind in ("single", "ots", "reaction")
        listening += bool(solo and first and first[0] != line.actor)
    edges = np.array([x for line in timing.lines for x in (line.start, line.end)]) * rate
    cuts = [frames[p.start] for p in pieces[1:]]
    near = [c for c in cuts if len(edges) and np.abs(edges - c).min() <= 3.0 + 1e-6]
    people = {a.actor for a in timing.actors if not a.extra}
    share = listening / total if total and len(people) > 1 else 1.0
    return share, len(near) / max(len(cuts), 1)


def _explained(material: SceneMaterial, pieces: Sequence[ScenePiece]) -> list[ScenePiece]:
    out = []
    for number, piece in enumerate(pieces):
        seconds = np.linspace(piece.start, piece.end, 7)[1:-1] / material.rate
        passing = moments(material.timing, seconds)
        middle = passing[2]
        if piece.setup.kind in _WIDE:
            middle = next((m for m in passing if m.movers), middle)
        out.append(
            ScenePiece(piece.setup, piece.start, piece.end, _why(piece, middle, number == 0))
        )
    return out


def _verb(action: str) -> str:
    first, *rest = action.split("_")
    return " ".join([f"{first}es" if first.endswith("s") else f"{first}s", *rest])


def _why(piece: ScenePiece, m: Moment, opening: bool) -> str:
    """A director's sentence."""
    setup, subject = piece.setup, (piece.setup.subjects or [""])[0]
    name = subject.replace("_", " ").title()
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
        speaker = m.line.actor.replace("_", " ").title()
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
