"""The side of every line of action, once for a scene: where all its cameras stand best.

A side belongs to two people: it is the side of the line from the first of them by name to the
second, +1 left, −1 right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from filmagent.documents import SceneCoverage, Setup
from filmagent.shoot.arrangement import Arrangement
from filmagent.shoot.solos import solve_together
from filmagent.shoot.still import Solved
from filmagent.shoot.tries import Solo
from filmagent.shoot.unit import Unit

_ROOM, _NO_ROOM = 3.5, 15.0
"""Metres beside a line of action that masters need, and the price of each that lacks."""
_ASKED = 14.0
"""Price of a camera on the side that the shot list did not ask for."""
Job = tuple[list[Setup], Arrangement, list[Solo]]
"""Setups solved together, in an arrangement of the people, and whom each films there."""


def choose_sides(unit: Unit, jobs: Sequence[Job]) -> None:
    """The side of every line of action, once for the scene: where all its cameras stand best."""
    lines: dict[tuple[str, str], list[Job]] = {}
    for job in jobs:
        for solo in job[2]:
            if solo.partner is not None and _settled(job[1], job[2]):
                lines.setdefault(_line(solo.figure.actor, solo.partner.actor), []).append(job)
                break
    for pair, members in lines.items():
        asked = _asked(unit.coverage, pair)
        costs = {}
        for side in (1, -1):
            unit.sides[pair] = side
            seen: dict[tuple[object, ...], float] = {}
            for group, arrangement, solos in members:
                key = (tuple(s.id for s in group), arrangement.key)
                if key not in seen:
                    solved = together(unit, arrangement, solos)
                    seen[key] = _sum(solved) - 4.0 * _opened(unit, solos)
            costs[side] = sum(seen.values()) + (_ASKED * len(seen) if asked == -side else 0.0)
            costs[side] += _NO_ROOM * max(_ROOM - _room(unit, members, pair, side), 0.0)
        unit.sides[pair] = 1 if costs[1] <= costs[-1] else -1
        if asked and unit.sides[pair] != asked:
            for group, _, _ in members:
                for setup in group:
                    unit.notes.setdefault(setup.id, []).append(
                        f"the other side of the line of {pair[0]} and {pair[1]} was asked for; "
                        "from there the set or their backs hide the faces"
                    )


def together(unit: Unit, arrangement: Arrangement, solos: Sequence[Solo]) -> list[Solved]:
    """The cameras of a group in an arrangement, from the sides chosen so far; solved once."""
    sided = _sided(unit, solos)
    key = tuple((s.setup.id, s.side) for s in sided), arrangement.key
    if key not in unit.known:
        solved = solve_together(sided, unit.frame, unit.place)
        if _sum(solved) > 100 and not _settled(arrangement, solos):
            # the line is not drawn yet while the partner is on the way: either side will do
            free = solve_together(solos, unit.frame, unit.place)
            solved = free if _sum(free) < _sum(solved) else solved
        unit.known[key] = solved
    return unit.known[key]


def _sum(solved: Sequence[Solved]) -> float:
    return sum(min(s.cost, 600.0) for s in solved)


def _settled(arrangement: Arrangement, solos: Sequence[Solo]) -> bool:
    """Whether everybody's partner stands still as well: the line of action is drawn."""
    still = {s.actor for s in arrangement.stances}
    return all(s.partner is not None and s.partner.actor in still for s in solos)


def _room(
    unit: Unit,
    members: Sequence[Job],
    pair: tuple[str, str],
    side: int,
) -> float:
    """Metres one can step back from a pair to one side of their line, at least."""
    rooms = []
    for _, arrangement, _ in members:
        spots = {s.actor: np.array(s.position) for s in arrangement.stances}
        if pair[0] not in spots or pair[1] not in spots:
            continue
        a, b = spots[pair[0]], spots[pair[1]]
        across = np.array([-(b - a)[1], (b - a)[0], 0.0], np.float64) * side
        normal = across / max(float(np.linalg.norm(across)), 1e-6)
        starts = np.add([a, (a + b) / 2, b], (0.0, 0.0, 1.5))
        free = unit.place.world.ray_lengths(starts, np.tile(normal, (3, 1)), _ROOM)
        steps = starts[:, None] + np.arange(0.0, _ROOM, 0.25)[:, None] * normal
        inside = unit.place.world.contains(steps).sum(axis=1) * 0.25
        rooms.append(float(np.minimum(free, inside).min()))
    return min(rooms, default=_ROOM)


def _asked(coverage: SceneCoverage, pair: tuple[str, str]) -> int:
    for setup in coverage.setups:
        if setup.side != "any" and len(setup.line) == 2 and _line(*setup.line) == pair:
            sign = 1 if setup.side == "left" else -1
            return sign if tuple(setup.line) == pair else -sign
    return 0


def _opened(unit: Unit, solos: Sequence[Solo]) -> float:
    """How far bodies are turned towards the side the cameras are on, −1 to 1 each."""
    total = 0.0
    for solo in _sided(unit, solos):
        if solo.partner is not None:
            turned = np.angle(np.exp(1j * (float(solo.figure.look) - solo.eyeline)))
            total += float(np.clip(turned * solo.side / np.radians(30), -1, 1))
    return total


def _sided(unit: Unit, solos: Sequence[Solo]) -> list[Solo]:
    sided = []
    for solo in solos:
        side = 0
        if solo.partner is not None:
            a, b = solo.figure.actor, solo.partner.actor
            side = unit.sides.get(_line(a, b), 0) * (1 if _line(a, b)[0] == a else -1)
        sided.append(replace(solo, side=side))
    return sided


def _line(a: str, b: str) -> tuple[str, str]:
    """The line of action of two people: by name, so that both mean the same one."""
    return (a, b) if a <= b else (b, a)
