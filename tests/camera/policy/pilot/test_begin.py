"""Where a flight begins: clear, in sight of its subject, already going."""

from __future__ import annotations

import numpy as np

from camera.families import make
from camera.families.asking import request as asked
from camera.policy.pilot.begin import begin
from camera.policy.pilot.expert import task
from camera.policy.pilot.wishing import wished
from camera.world.bodies import nearest_body


def test_a_flight_begins_clear_of_everything_and_sees_its_subject() -> None:
    for family in ("pillars", "stairs"):
        for seed in range(3):
            case = make(family, seed, demanding=True, seconds=3.0)
            at = begin(asked(case))
            gap = min(
                case.world.signed_distance(at.position)[0][0],
                case.world.border(at.position)[0][0],
                nearest_body(at.position, case.bodies.at(np.array([0])))[0][0],
            )
            assert gap > 0.3, (family, seed)
            who = case.wish.subjects[0]
            points = case.points[0, who]
            clear = case.world.visible(
                np.repeat(at.position, len(points), axis=0),
                points,
                case.bodies.at(np.array([0])),
                np.full(len(points), who),
                rows=np.zeros(len(points), int),
            )
            assert clear.mean() > 0.7, (family, seed)


def test_where_the_wish_is_free_it_begins_there_and_goes_along() -> None:
    case = make("street", 0)
    at, w = begin(asked(case)), case.witness
    assert np.linalg.norm(at.position[0] - w.positions[0]) < 0.1
    assert np.linalg.norm(at.velocity[0] - w.velocities()[0]) < 0.3


def test_any_task_can_be_begun() -> None:
    for seed in range(6):
        request = task(seed)
        at = begin(request)
        off = wished(request, at.position[0]).place[0] - at.position[0]
        assert np.isfinite(at.position).all() and np.linalg.norm(off) < 6.0
