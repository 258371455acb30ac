"""What a case asks of whoever is to film it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from camera.families.case import Case

if TYPE_CHECKING:
    from camera.planner import Request
    from camera.world import World


def request(case: Case, world: World | None = None) -> Request:
    """What a case asks of the planner: the wish's words and numbers, in its world or another."""
    from camera.planner import Picture, Request, Scene

    wish, who = case.wish, list(case.wish.subjects)
    scene = Scene(
        case.times,
        case.eyes[:, who],
        case.heading[:, who],
        side=case.line,
        bodies=case.bodies,
        owners=wish.subjects,
        points=case.points[:, who],
    )
    picture = Picture(wish.screen, wish.head_fraction, wish.azimuth, wish.elevation)
    return Request(case.shot, scene, world or case.world, case.lens, picture)
