"""Inserts: close views of things, from near the viewpoint of who handles them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camera.framing import aim
from camera.pose import Array, facing, heading_of
from filmagent.documents import Setup
from filmagent.errors import FilmError
from filmagent.library import props
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Candidates, Frame, judge
from filmagent.shoot.people import Figure, capsules
from filmagent.shoot.place import Place
from filmagent.shoot.still import Solved
from filmagent.shoot.unit import Unit, on_set

_RING = np.array(
    [
        [0, 0, 0],
        *([np.cos(a), np.sin(a), 0.0] for a in np.radians([0, 90, 180, 270, 45, 135, 225, 315])),
    ]
)


def insert(unit: Unit, setup: Setup, spans: Sequence[tuple[int, int]]) -> Solved:
    """The camera of an insert: where its thing lies at the end of it, or the hands that hold it."""
    company = unit.company
    prop = next((p for p in company.timing.props if p.prop in setup.subjects), None)
    owner_id = next((s for s in setup.subjects if s in company.actors), "")
    point: Array | None = None
    last = spans[-1][1] / company.rate
    if prop is not None:
        held = [h for h in prop.holds if h.start * company.rate < spans[-1][1]]
        if held and not owner_id:
            owner_id = held[-1].actor
        point = np.array(prop.position)
        for since, rest in prop.rests:
            if since <= last + 0.5:
                point = np.array(rest)
        point = np.round(point + np.array([0.0, 0.0, 0.01]), 3)
        if not owner_id:
            owner_id = _nearest_actor(company, point, spans)
    stances = company.places(owner_id, spans) if owner_id in company.actors else []
    owner = company.figure(stances[-1]) if stances else None
    if point is None or (prop is not None and not prop.rests and owner is not None and prop.holds):
        assert owner is not None, "an insert without a prop has a person"
        point = (owner.points["grip.L"] + owner.points["grip.R"]) / 2
    around = [
        company.figure(s)
        for a in company.actors
        if a != owner_id
        for s in company.places(a, spans)[-1:]
        if on_set(unit.place, s)
    ]
    shows = 0.3 if prop is None else float(np.clip(2.3 * _extent(prop.model), 0.2, 0.6))
    return solve_insert(setup, point, owner, unit.frame, unit.place, around=around, shows=shows)


def _extent(model: str) -> float:
    """The longest side of a prop, metres; a hand's breadth where the shelf lacks it."""
    try:
        parts = props.load(model).bake.parts
    except FilmError:
        return 0.1
    vertices = np.concatenate([p.vertices for p in parts])
    return float(np.ptp(vertices, axis=0).max())


def _nearest_actor(company: Company, point: Array, spans: Sequence[tuple[int, int]]) -> str:
    best, nearest = "", np.inf
    for actor in company.actors:
        for stance in company.places(actor, spans)[-1:]:
            distance = float(np.linalg.norm(np.array(stance.position)[:2] - point[:2]))
            if distance < nearest:
                best, nearest = actor, distance
    return best


def solve_insert(
    setup: Setup,
    thing: Array,
    owner: Figure | None,
    frame: Frame,
    place: Place,
    *,
    around: Sequence[Figure] = (),
    shows: float = 0.3,
) -> Solved:
    """A close view of a thing on a surface or in a hand, from near its owner's viewpoint.

    ``shows`` is the height of the picture at the thing, metres.
    """
    base = float(heading_of(owner.eyes - thing)) if owner is not None else 0.0
    rows = []
    for mm in [setup.lens_mm] if setup.lens_mm else [85.0, 50.0]:
        for grow in (1.0, 1.3, 1.7):
            reach = max(float(frame.focal_heights(np.array(mm))) * shows * grow, 0.35)
            for turn in np.radians(np.arange(-180, 180, 12.0)):
                for lift in np.radians([28.0, 38.0, 50.0, 62.0]):
                    wish = min(abs(abs(float(np.degrees(turn))) - 35), 60) / 12
                    wish += abs(float(np.degrees(lift)) - 38) / 14
                    cost = wish + 10 * (grow - 1) + (0.0 if mm == 85.0 else 1.5)
                    rows.append((mm, reach, base + turn, lift, cost))
    focal, distance, heading, lifts, costs = np.array(rows).T
    away = facing(heading) * np.cos(lifts)[:, None]
    away[:, 2] = np.sin(lifts)
    positions = thing + distance[:, None] * away
    q = aim(positions, thing, np.array([0.0, -0.02]), frame.focal_heights(focal))
    candidates = Candidates(positions, q, focal, costs)
    people = [*([owner] if owner is not None else []), *around]
    judged = judge(candidates, frame, place, [], around=people, clean=False)
    # the thing and its edges are seen past walls and bodies, and nobody fills the frame round it
    spots = 0.15 * shows * _RING[:5] + [0.0, 0.0, 0.02]
    frame_spots = np.concatenate([spots, 0.75 * shows * _RING[1:]])
    count = len(frame_spots)
    origins = np.repeat(positions, count, axis=0)
    targets = np.tile(thing + frame_spots, (len(positions), 1))
    clear = place.world.visible(origins, targets, capsules(people), None, margin=0.05)
    clear = clear.reshape(-1, count)
    total = judged.cost + 60 * (1 - clear[:, :5].mean(axis=1)) + 9 * (1 - clear[:, 5:].mean(axis=1))
    best = int(np.argmin(total))
    given_up = [] if total[best] < 60 else ["the thing is partly hidden from every free place"]
    near = float(distance[best])
    who = f"from near {owner.actor}'s viewpoint" if owner is not None else "from above"
    return Solved(
        np.round(positions[best], 6),
        np.round(q[best], 9),
        float(focal[best]),
        round(near, 3),
        setup.size,
        (f"{focal[best]:g} mm at {near:.2f} m fills the frame with the thing, {who}",),
        tuple(given_up),
        float(total[best]),
    )
