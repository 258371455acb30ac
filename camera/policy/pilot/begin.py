"""Where a flight begins: where a crew would set its camera up, going as its wish goes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from camera.framing import aim
from camera.grammar import HEAD, SIZES
from camera.planner.moves import motion
from camera.planner.scene import Cast, Request, cast
from camera.planner.starts import directions, towards
from camera.policy.pilot.motion import State
from camera.policy.pilot.observation import AHEAD, turn_to
from camera.policy.pilot.safety import SPARE
from camera.policy.pilot.wishing import wished
from camera.pose import Array, azimuth_elevation
from camera.world.bodies import nearest_body

_ASIDE = (0.0, 0.3, -0.3, 0.6, -0.6, 1.0, -1.0)
_ABOVE = (0.0, 0.25, -0.2, 0.5)
_CLOSER = (1.0, 0.85, 0.7, 0.55)
"""Radians and shares of the distance by which a place may be off the wish."""
_HIDDEN, _TIGHT = 6.0, 20.0
"""Price of a subject that is not seen, and of a metre too little room, against a radian off."""


def begin(request: Request) -> State:
    """A camera at the first frame of a request.

    It stands as near to the wish as it is clear of everything and the subjects are seen, and
    already goes and turns with them.

    Raises
    ------
    ValueError
        As `camera.plan`.
    """
    scene = cast(request.scene, request.radius)
    places, off = _places(request, scene)
    first = scene.bodies.at(np.zeros(1, np.int64))
    world = request.world
    room = np.minimum(world.signed_distance(places)[0], world.border(places)[0])
    if len(first.radii):
        room = np.minimum(room, nearest_body(places, first)[0])
    short = np.maximum(request.radius + SPARE - room, 0.0)
    targets = scene.points[0].reshape(-1, 3)
    owners = np.repeat(scene.owners, scene.points.shape[2])
    count, each = len(places), len(targets)
    clear = world.visible(
        np.repeat(places, each, axis=0),
        np.tile(targets, (count, 1)),
        first,
        np.tile(owners, count),
        rows=np.zeros(count * each, np.int64),
    )
    hidden = 1.0 - clear.reshape(count, each).mean(axis=1)
    best = places[np.argmin(off + _TIGHT * short + _HIDDEN * hidden)]
    return _going(request, best)


def _places(request: Request, scene: Cast) -> tuple[Array, Array]:
    """Places (K, 3) to begin at, and how far (K,) each is off the wish."""
    shot, picture = request.shot, request.picture
    shows = SIZES[shot.size].shows
    if picture.head_fraction is not None:
        shows = HEAD / picture.head_fraction
    far = request.lens.focal_heights * shows
    turned = np.pi if shot.move == "follow" and picture.azimuth is None else 0.0
    seconds = float(scene.times[-1] - scene.times[0])
    places, off = [], []
    for start in directions(request, scene):
        move = motion(shot, np.zeros(1), seconds, far, start.azimuth)
        depth = far * float(move.size[0] * move.zoom[0])
        for aside, above, closer in product(_ASIDE, _ABOVE, _CLOSER):
            heading = scene.look[0, 0] + turned + start.azimuth + aside
            lift = np.clip(start.elevation + move.rise[0] + above, -1.2, 1.2)
            away = towards(np.array([heading]), np.array([lift]))[0]
            places.append(scene.eyes[0, 0] + closer * depth * away)
            off.append(abs(aside) + abs(above) + 2.0 * (1.0 - closer))
    return np.array(places), np.array(off)


def _going(request: Request, place: Array) -> State:
    """A camera at a place (3,) that goes as its wished place does, and looks at its subjects."""
    w = wished(request, place)
    now = np.zeros(1, np.int64)
    eyes = w.eyes[0].mean(axis=0)[None]
    q = aim(place[None], eyes, w.screen.mean(axis=0), w.focal[:1])
    yaw, pitch, _ = azimuth_elevation(q)
    still = State(place[None], w.drift[:1], yaw, pitch, np.zeros((1, 2)))
    turning = (turn_to(w, now, still, AHEAD) - turn_to(w, now, still, 0.0)) / AHEAD
    return replace(still, turning=turning)
