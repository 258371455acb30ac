"""Cameras on one person: singles, reactions, over-the-shoulders; opposing ones solved as a pair.

A pair shares every number: lens, size, distance, angle off the eyeline, height. So the
two pictures match and the looks cross. The best sound row of the table of tries wins, and what it
gave up is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from camera.grammar import wider
from camera.pose import Array, heading_of
from filmagent.shoot.candidates import Candidates, Frame, backdrop, clutter, judge
from filmagent.shoot.place import Place
from filmagent.shoot.still import Solved
from filmagent.shoot.tries import Solo, Table, cameras, table

_ASIDE, _AVERTED = 50.0, 2.0
"""Degrees off the lens up to which a face is well seen, and the price of each beyond."""


def solve_solo(solo: Solo, frame: Frame, place: Place) -> Solved:
    """The camera for one setup on one person."""
    return solve_together([solo], frame, place)[0]


def solve_together(solos: Sequence[Solo], frame: Frame, place: Place) -> list[Solved]:
    """One row of the table for all of ``solos``: the row whose cameras cost least together.

    Opposing solos are on opposite sides of their own looks. Sides that are 0 are free: both ways
    are tried.
    """
    best: tuple[float, list[Solved]] | None = None
    sides = [[s.side for s in solos]]
    if not all(s.side for s in solos):
        one = [1 if i % 2 == 0 else -1 for i in range(len(solos))]
        sides = [one, [-sign for sign in one]]
    for signs in sides:
        fixed = [replace(s, side=sign) for s, sign in zip(solos, signs, strict=True)]
        cost, solved = _solve_sided(fixed, frame, place)
        if best is None or cost < best[0] - 1e-6:
            best = cost, solved
    assert best is not None
    if best[0] > 1000 and len(solos) > 1:
        # no common row is sound: each for itself, which is said
        alone = [solve_solo(s, frame, place) for s in solos]
        if sum(a.cost for a in alone) < best[0]:
            note = "it does not match its opposing shot: the set leaves no room for a pair"
            return [replace(a, given_up=(*a.given_up, note)) for a in alone]
    return best[1]


def _solve_sided(solos: Sequence[Solo], frame: Frame, place: Place) -> tuple[float, list[Solved]]:
    """The wished size first; other sizes only where it finds no good place."""
    setup = solos[0].setup
    cost, solved = _solve_sizes(solos, frame, place, [setup.size])
    if cost < 30.0 * len(solos):
        return cost, solved
    other = [wider(setup.size, 1), wider(setup.size, -1), wider(setup.size, 2)]
    more, resized = _solve_sizes(
        solos, frame, place, [s for s in dict.fromkeys(other) if s != setup.size]
    )
    return (more, resized) if more < cost - 1e-6 else (cost, solved)


def _solve_sizes(
    solos: Sequence[Solo], frame: Frame, place: Place, sizes: Sequence[str]
) -> tuple[float, list[Solved]]:
    tried = table(solos, frame, sizes)
    all_candidates = [cameras(s, tried, frame) for s in solos]
    costs = []
    for solo, candidates in zip(solos, all_candidates, strict=True):
        partner = solo.partner if solo.over else None
        around = (
            *solo.around,
            *((solo.partner,) if solo.partner is not None and not solo.over else ()),
        )
        judged = judge(candidates, frame, place, [solo.figure], foreground=partner, around=around)
        costs.append(judged.cost + _averted(solo, candidates))
    # the slow looks at the picture only for the rows that could win
    total = np.sum(costs, axis=0)
    short = np.argsort(total, kind="stable")[:40]
    for i, (solo, candidates) in enumerate(zip(solos, all_candidates, strict=True)):
        few = candidates.pick(short)
        distance = np.linalg.norm(few.positions - solo.figure.eyes, axis=1)
        picture = clutter(few, frame, place, distance)
        picture += 1.5 * np.exp(-np.maximum(backdrop(few, frame, place) - distance, 0.0) / 1.5)
        costs[i][short] += picture
    total = np.sum(costs, axis=0)
    row = int(short[np.argmin(total[short])])
    solved = [
        _solved(solo, candidates, tried, row, float(cost[row]))
        for solo, candidates, cost in zip(solos, all_candidates, costs, strict=True)
    ]
    return float(total[row]), solved


def _averted(solo: Solo, candidates: Candidates) -> Array:
    """What it costs (N,) that a face is turned from the lens, unless that is asked."""
    if solo.setup.view in ("profile", "back"):
        return np.zeros(len(candidates))
    towards = heading_of(candidates.positions - solo.figure.eyes)
    off = np.abs(np.angle(np.exp(1j * (towards[:, None] - solo.faces))))
    return np.asarray(_AVERTED * np.maximum(np.degrees(off) - _ASIDE, 0.0).mean(axis=1))


def _solved(solo: Solo, candidates: Candidates, tried: Table, row: int, cost: float) -> Solved:
    setup, focal, size = solo.setup, float(tried.focal[row]), tried.sizes[row]
    degrees = float(np.degrees(tried.turn[row]))
    position = np.round(candidates.positions[row], 6)
    distance = float(np.linalg.norm(position - solo.figure.eyes))
    given_up = []
    if size != setup.size:
        given_up.append(f"{setup.size} became {size}: the set leaves no room for the wished size")
    if setup.lens_mm is not None and focal != setup.lens_mm:
        given_up.append(f"the {setup.lens_mm:g} mm wished for became {focal:g} mm to stand clear")
    if cost > 1000:
        given_up.append("the camera stands closer to things than it should: there is no free place")
    elif cost > 80:
        given_up.append("the face is not seen wholly free from anywhere: this is the best place")
    to = "the eyeline" if solo.partner is not None else "where the face looks"
    reasons = [
        f"{focal:g} mm at {distance:.1f} m keeps the {size} true, {degrees:.0f}° off {to}",
        f"camera {position[2] - solo.figure.eyes[2]:+.2f} m from the eyes' height",
    ]
    if solo.over and solo.partner is not None:
        reasons.append(f"over {solo.partner.actor}'s shoulder, so that the two are tied")
    elif solo.setup.kind == "ots" and solo.apart:
        reasons.append("one has turned their back: alone in the frame, at the angle of the look")
    elif solo.setup.kind == "ots" and solo.uneven:
        reasons.append(
            "one head is far above the other: alone in the frame, at the angle of the look"
        )
    return Solved(
        position,
        np.round(candidates.quaternions[row], 9),
        focal,
        round(distance, 3),
        size,
        tuple(reasons),
        tuple(given_up),
        cost,
        degrees,
    )
