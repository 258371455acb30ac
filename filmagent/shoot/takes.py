"""Setups become takes: which camera each arrangement of the people needs, and its track."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from camera.pose import Array
from filmagent.documents import SceneCoverage, SceneTiming, Setup, TakeReport
from filmagent.documents.settings import CameraName
from filmagent.shoot import place as places
from filmagent.shoot.arrangement import Company, Fps
from filmagent.shoot.candidates import Frame
from filmagent.shoot.flying import Shooting, fly_moves
from filmagent.shoot.judgement import figures_of
from filmagent.shoot.motives import motivated
from filmagent.shoot.moving import Move, Mover
from filmagent.shoot.place import Place
from filmagent.shoot.still import Piece
from filmagent.shoot.stretches import shoot_moving
from filmagent.shoot.talks import solve_talks
from filmagent.shoot.unit import Unit
from filmagent.shoot.usable import usable
from filmagent.shoot.wide import solve_rest

_SOLO_KINDS = ("ots", "single", "reaction")


@dataclass
class Take:
    """A take: what is written to ``takes/<take>.json`` and ``.npz``."""

    report: TakeReport
    arrays: dict[str, Array]


def shoot(
    coverage: SceneCoverage,
    timing: SceneTiming,
    performances: Mapping[str, Mapping[str, Array]],
    *,
    fps: Fps,
    size: tuple[int, int],
    sensor_mm: float = 36.0,
    seed: int = 0,
    keep: Collection[str] = (),
    set_piece: object | None = None,
    camera: CameraName = "planner",
    pilot: Path | None = None,
) -> list[Take]:
    """The takes of a scene's setups, in their order.

    Parameters
    ----------
    performances
        Actor → arrays of the performance npz; people without one are placed by the timing.
    size
        Pixels, for the aspect.
    keep
        Setups whose takes are locked: left alone.
    set_piece
        A `filmagent.library.sets.SetPiece`, or a `filmagent.shoot.place.Place`; None loads the
        timing's set.
    camera
        Who moves the cameras that move: the planner, the pilot (policy), or the better of both.
    pilot
        The pilot's weights; None where there are none.
    """
    if set_piece is None:
        place = places.of_set(timing.set)
    else:
        place = set_piece if isinstance(set_piece, Place) else Place.of_set(set_piece)
    company = Company(timing, fps)
    frames = np.arange(company.first, company.end)
    acted = {f.actor: f for f in company.acted(performances, frames)}
    motives = {s.id: motivated(s, company) for s in coverage.setups}
    coverage = coverage.model_copy(update={"setups": [s for s, _ in motives.values()]})
    unit = Unit(coverage, company, place, Frame(sensor_mm, size[0] / size[1]), seed, acted)
    wanted = [s for s in coverage.setups if s.id not in keep]
    solve_talks(
        unit,
        [
            s
            for s in coverage.setups
            if s.kind in _SOLO_KINDS and s.subjects and s.subjects[0] in company.actors
        ],
    )
    for setup in wanted:
        if setup.id not in unit.solved:
            unit.solved[setup.id] = solve_rest(unit, setup)
    moving = {s.id: _moving(unit, s) for s in wanted if _moves(unit, s)}
    made = dict(zip(moving, fly_moves(list(moving.values()), camera, pilot), strict=True))
    return [
        _moving_take(unit, moving[s.id], made[s.id], motives[s.id][1])
        if s.id in moving
        else _still_take(unit, s, unit.solved[s.id], motives[s.id][1])
        for s in wanted
    ]


def _moves(unit: Unit, setup: Setup) -> bool:
    """Whether a setup is shot on the move."""
    moving = setup.move != "static" or not unit.solved[setup.id]
    return moving and bool(setup.subjects) and setup.subjects[0] in unit.company.actors


def _still_take(unit: Unit, setup: Setup, pieces: Sequence[Piece], motive: str) -> Take:
    """One pose a piece, held over the scene; between pieces the camera changes place unseen."""
    frames = np.arange(unit.company.first, unit.company.end)
    which = np.zeros(len(frames), np.int64)
    for number, piece in enumerate(pieces[1:], 1):
        change = (pieces[number - 1].end + piece.start) // 2
        which[frames >= change] = number
    # pieces of one arrangement are one camera
    poses = [p.solved for p in pieces]
    arrays = {
        "frames": frames,
        "positions": np.array([s.position for s in poses])[which],
        "quaternions": np.array([s.quaternion for s in poses])[which],
        "focal_mm": np.array([s.focal for s in poses])[which],
        "focus_m": np.array([s.focus for s in poses])[which],
    }
    static = all(bool(np.all(v == v[0])) for k, v in arrays.items() if k != "frames")
    longest = max(pieces, key=lambda p: p.end - p.start)
    reasons = list(longest.solved.reasons)
    if setup.move != "static":
        reasons.append(f"it stands still: a {setup.move.replace('_', ' ')} goes with people only")
    elif motive:
        reasons.append(motive)
    if not static:
        reasons.append("the camera is set anew where people have moved")
    given_up = list(
        dict.fromkeys([g for p in pieces for g in p.solved.given_up] + unit.notes.get(setup.id, []))
    )
    ranges = [(p.start, p.end) for p in pieces]
    return _report(
        unit,
        setup,
        arrays,
        longest.solved.focal,
        longest.solved.size,
        static,
        ranges,
        reasons,
        given_up,
    )


def _moving(unit: Unit, setup: Setup) -> Shooting:
    """A setup that moves, as planned."""
    pieces = unit.solved[setup.id]
    spans = unit.company.spans(setup.beats)
    if pieces and setup.move not in ("follow", "lead", "pan"):
        spans = [(pieces[0].start, pieces[0].end)]
    still = pieces[0].solved if pieces else None
    mover = Mover(setup, unit.company, unit.acted, unit.frame, unit.place, unit.seed, still)
    return Shooting(mover, shoot_moving(mover, spans), spans)


def _moving_take(unit: Unit, shooting: Shooting, made: Move, motive: str) -> Take:
    setup, still = shooting.mover.setup, shooting.mover.still
    first, end = int(made.arrays["frames"][0]), int(made.arrays["frames"][-1]) + 1
    # a move may be for less than it was asked for
    spans = [(max(a, first), min(b, end)) for a, b in shooting.spans if a < end and b > first]
    return _report(
        unit,
        setup,
        made.arrays,
        made.focal,
        still.size if still is not None else setup.size,
        False,
        spans or shooting.spans,
        [*made.reasons, *([motive] if motive else [])],
        [*made.given_up, *unit.notes.get(setup.id, [])],
    )


def _report(
    unit: Unit,
    setup: Setup,
    arrays: dict[str, Array],
    focal: float,
    size: str,
    static: bool,
    ranges: Sequence[tuple[int, int]],
    reasons: Sequence[str],
    given_up: Sequence[str],
) -> Take:
    frames = arrays["frames"]
    wide = setup.kind in ("establishing", "master", "group", "entrance", "exit", "follow")
    ranges, unseen = usable(setup, arrays, ranges, unit.company, unit.acted, unit.frame, unit.place)
    scores = figures_of(
        setup, size, arrays, ranges, unit.company, unit.acted, unit.frame, unit.place
    )
    report = TakeReport(
        take=f"{setup.id}_t01",
        setup=setup.id,
        scene=unit.coverage.scene,
        lens_mm=focal,
        sensor_mm=unit.frame.sensor_mm,
        fstop=5.6 if wide else 2.8 if focal < 85 else 4.0,
        first=int(frames[0]),
        end=int(frames[-1]) + 1,
        static=static,
        ranges=[(int(a), int(b)) for a, b in ranges],
        scores=scores,
        reasons=[*([setup.why] if setup.why else []), *reasons],
        given_up=[*given_up, *unseen],
    )
    return Take(report, arrays)
