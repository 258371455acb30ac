"""Wide setups: whom and which places of the scene they hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camera.framing import Line
from camera.pose import Array
from filmagent.documents import Setup
from filmagent.shoot.arrangement import Company, Stance
from filmagent.shoot.groups import solve_wide
from filmagent.shoot.inserts import insert
from filmagent.shoot.people import Figure
from filmagent.shoot.still import Piece, Solved
from filmagent.shoot.unit import Unit, on_set

_MASTER_REACH = 3.2
"""Metres round where people come to rest that a master holds."""
_ONE_SPOT = 0.1
"""Metres between two people on one spot."""


def solve_rest(unit: Unit, setup: Setup) -> list[Piece]:
    """Wide setups and inserts; a follow shot has no still camera (an empty list)."""
    company = unit.company
    spans = company.spans(setup.beats)
    whole = (spans[0][0], spans[-1][1])
    if setup.kind == "insert" or (
        setup.subjects
        and setup.subjects[0] not in company.actors
        and any(p.prop == setup.subjects[0] for p in company.timing.props)
    ):
        return [Piece(*whole, insert(unit, setup, spans))]
    if setup.kind == "follow" or setup.move in ("follow", "lead"):
        return []
    subjects = [s for s in setup.subjects if s in company.actors]
    if not subjects and setup.kind != "establishing":
        subjects = [a for a, t in company.actors.items() if not t.extra]
    if setup.kind == "two_shot" and subjects:
        arrangements = company.arrangements(subjects, spans)
        known: dict[tuple[object, ...], Solved] = {}
        pieces = []
        for arrangement in arrangements:
            if arrangement.key not in known:
                film = [company.figure(s) for s in arrangement.stances]
                known[arrangement.key] = solve_wide(
                    setup,
                    film,
                    unit.frame,
                    unit.place,
                    around=company.others(arrangement),
                    line=_line(unit, film),
                )
            pieces.append(Piece(arrangement.start, arrangement.end, known[arrangement.key]))
        if pieces:
            return pieces
    film, extra = _passed_by(unit, setup, subjects, spans)
    around = [
        company.figure(s)
        for a in company.actors
        if a not in subjects
        for s in company.places(a, spans)[:1]
        if on_set(unit.place, s)
    ]
    solved = solve_wide(
        setup, film, unit.frame, unit.place, around=around, extra=extra, line=_line(unit, film)
    )
    return [Piece(*whole, solved)]


def _passed_by(
    unit: Unit, setup: Setup, subjects: Sequence[str], spans: Sequence[tuple[int, int]]
) -> tuple[list[Figure], list[Array]]:
    """The places a wide setup must hold, at most five a person, and the door it must show."""
    company = unit.company
    film: list[Figure] = []
    ways: list[Stance] = []
    for actor in subjects:
        stances = [s for s in company.places(actor, spans) if on_set(unit.place, s)]
        if setup.kind in ("master", "group", "establishing"):
            stances = _round_rest(company, subjects, spans, stances)
        ways += company.places(actor, spans)
        # where somebody ends is where they are seen longest: it comes first
        stances = stances[::-1]
        step = max(len(stances) / 5.0, 1.0)
        film += [company.figure(stances[int(i * step)]) for i in range(min(len(stances), 5))]
    extra: list[Array] = []
    if unit.place.doors and (setup.kind in ("entrance", "exit")) and ways:
        end = np.array(ways[0 if setup.kind == "entrance" else -1].position)
        extra = [min(unit.place.doors.values(), key=lambda d: float(np.linalg.norm(d - end)))]
    if not film and not extra:
        extra = list(unit.place.doors.values())[:1]
    if not film and not extra:
        middle = unit.place.grid(1.0).mean(axis=0)
        extra = [np.array([middle[0], middle[1], 1.2])]
    return film, extra


def _round_rest(
    company: Company,
    subjects: Sequence[str],
    spans: Sequence[tuple[int, int]],
    stances: Sequence[Stance],
) -> list[Stance]:
    """The places of a way near where people come to rest: a master is not for a whole street."""
    rests = [s.position[:2] for a in subjects for s in company.places(a, spans, settled=True)]
    near = [
        s
        for s in stances
        if any(np.hypot(*np.subtract(s.position[:2], rest)) < _MASTER_REACH for rest in rests)
    ]
    return near or list(stances)


def _line(unit: Unit, film: Sequence[Figure]) -> Line | None:
    """The line of the first two people in a frame, if its side is chosen."""
    firsts: dict[str, Figure] = {}
    for figure in film:
        firsts.setdefault(figure.actor, figure)
    for pair, side in unit.sides.items():
        if pair[0] in firsts and pair[1] in firsts:
            a, b = (firsts[actor].eyes for actor in pair)
            # two who pass the same spot at different times have no line there
            return Line(a, b, side) if np.hypot(*(b - a)[:2]) > _ONE_SPOT else None
    return None
