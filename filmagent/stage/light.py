"""The gaffer: lights a scene so that faces read, from the set's own light and the cameras' side.

The set's light plan is the truth of the place: its windows and lamps stay where and what they are,
turned down at most, and the street behind a room is brightened as daylight is. Where people stand
or sit, film lamps bring each face up to its exposure: a soft key on the far side of
the face from the camera (the shadow side is then the one we see), a fill on the near side, a rim
from behind. Two people who talk light each other: one's key is the other's rim.

Nothing here depends on how long anything lasts, and places are rounded, so that a changed word
does not relight a scene.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.documents import SceneCoverage, SceneTiming, StageLight, StageWorld
from filmagent.errors import InputError
from filmagent.library.sets import LightPlan, SetPiece
from filmagent.stage.lamps import Spot, direction, rig, room_light, upward
from filmagent.stage.meter import Meter

Array = NDArray[Any]
Tracks = Mapping[str, Mapping[str, Array]]

CARD = {"day": 1.6, "dawn": 1.2, "dusk": 1.2, "night": 1.15}
"""Radiance of an 18 % grey card at a face, in units of 0.18, before the view transform."""

_SET_SHARE = {"day": (0.5, 1.1), "dawn": (0.45, 1.0), "dusk": (0.45, 1.0), "night": (0.3, 1.3)}
"""Least and most of a face's light that the set's own lamps, windows and sky may give."""

_OUTSIDE = {"day": 2.0, "dawn": 1.4, "dusk": 1.2, "night": 1.0}
"""How much brighter the street is when it is seen from a room than when a scene is set in it."""

_ROOM = {"day": 0.5, "dawn": 0.4, "dusk": 0.35, "night": 0.35}
"""Light in the middle of an interior, as a share of a face's: or rooms fall off into black."""

_STOPS = (-0.2, 0.8)
"""How far from the light plan's exposure one may go before lamps are turned down instead: down
costs the street outside its daylight, so little of that."""

_STOPS_OUTSIDE = (-2.0, 2.0)
"""The same where the set is the street itself."""

_FILL = {"day": 0.65, "dawn": 0.55, "dusk": 0.55, "night": 0.6}
"""Fill, as a share of the light on the key side."""

_MOST_SPOTS = 4
_FACE = {"stand": 1.58, "sit": 1.18}
"""Metres from the floor to the middle of a face."""


@dataclass(frozen=True)
class Lighting:
    """What the gaffer hands over."""

    lights: list[StageLight]
    world: StageWorld
    exposure: float
    look: str = "Medium High Contrast"
    """Of AgX, whose plain rendering is made for grading and looks flat on its own."""


def plan_for(set_piece: SetPiece, wished: str, time: str) -> tuple[str, LightPlan]:
    """The light plan wished for, or the nearest to the time of day.

    Raises
    ------
    InputError
        If the set has no light plan at all.
    """
    plans = set_piece.spec.light_plans
    order = [wished, time, *{"dusk": ("night",), "dawn": ("day",)}.get(time, ()), "day"]
    for name in [*order, *sorted(plans)]:
        if name in plans:
            return name, plans[name]
    raise InputError(f'The set "{set_piece.spec.name}" has no light plan; add one to its set.toml.')


def light(
    set_piece: SetPiece,
    plan: LightPlan,
    time: str,
    timing: SceneTiming,
    coverage: SceneCoverage,
    tracks: Tracks,
    seed: int,
) -> Lighting:
    """Light a scene.

    Parameters
    ----------
    set_piece, plan
        The set and which of its light plans is on.
    time
        ``day``, ``dawn``, ``dusk`` or ``night``: how bright faces may be.
    timing
        Where people are.
    coverage, tracks
        Which side the cameras are on: from the tracks (setup id → its npz) where they are known,
        from the setups' side of the line otherwise.
    seed
        Varies the keys by a few degrees from scene to scene, as gaffers do.
    """
    spots = spots_of(timing)
    if not spots:
        return Lighting(list(plan.lights), plan.world, plan.exposure)
    inside = set_piece.spec.setting == "int"
    brighter = _OUTSIDE.get(time, 1.0) if inside else 1.0
    world = plan.world.model_copy(update={"strength": plan.world.strength * brighter})
    outside = [_scaled(lamp, brighter) for lamp in plan.lights if lamp.kind == "sun"]
    house = [lamp for lamp in plan.lights if lamp.kind != "sun"]
    wanted = CARD.get(time, CARD["day"]) * math.pi
    least, most = _SET_SHARE.get(time, _SET_SHARE["day"])
    meter = Meter(set_piece.bake, outside, world)
    sky = np.array([_reading(meter, spot) for spot in spots])
    meter = meter.relit([*outside, *house], world)
    own = np.array([_reading(meter, spot) for spot in spots]) - sky
    exposure = _exposure(
        float(np.max(sky + own)),
        least * wanted,
        most * wanted,
        plan.exposure,
        _STOPS if inside else _STOPS_OUTSIDE,
    )
    wanted /= 2**exposure
    # a window two steps away outshines any sky that one could look at through it: gel it down
    dimmed = min(1.0, max(0.15, (most * wanted - float(sky.max())) / max(float(own.max()), 1e-6)))
    dimmed = round(dimmed, 1) if dimmed > 0.25 else round(dimmed, 2)
    house = [*outside, *(_scaled(lamp, dimmed) for lamp in house)]
    if inside:
        house += room_light(
            set_piece.spec.stage.bounds, meter.relit(house, world), _ROOM.get(time, 0.3) * wanted
        )
    meter = meter.relit(house, world)
    lamps: list[StageLight] = []
    for index, spot in enumerate(spots):
        rng = np.random.default_rng([seed, *_identity(spot)])
        swing = float(rng.uniform(-4, 4))
        side = -camera_side(spot, coverage, tracks, timing)
        lamps += rig(meter, spot, side, index, wanted, _FILL.get(time, _FILL["day"]), swing)
    return Lighting([*house, *lamps], world, exposure)


def spots_of(timing: SceneTiming) -> list[Spot]:
    """Where the scene's people stand and sit for a while; at most a few, far enough apart."""
    found: list[Spot] = []
    for actor in timing.actors:
        if actor.extra:
            continue
        for segment in actor.segments:
            if segment.kind not in _FACE:
                continue
            x, y, z = segment.position
            heading = _rounded(segment.end_heading, math.radians(15))
            face = (
                _rounded(x, 0.25),
                _rounded(y, 0.25),
                round(z + _FACE[segment.kind] + _seat(segment.seat_height), 2),
            )
            spot = Spot(actor.actor, face, heading)
            if all(_apart(spot, other) for other in found):
                found.append(spot)
    return found[:_MOST_SPOTS]


def camera_side(spot: Spot, coverage: SceneCoverage, tracks: Tracks, timing: SceneTiming) -> int:
    """+1 where the cameras that look at this face are on its left, −1 on its right."""
    left = direction(spot.heading + math.pi / 2)
    votes = 0.0
    for setup in coverage.setups:
        if setup.id in tracks and (spot.actor in setup.subjects or not setup.subjects):
            offset = np.asarray(tracks[setup.id]["positions"][0]) - spot.face
            votes += float(np.sign(offset @ left)) if offset @ spot.ahead > 0 else 0.0
    if votes == 0:
        votes = _line_side(spot, coverage, timing)
    return 1 if votes >= 0 else -1


def _scaled(lamp: StageLight, factor: float) -> StageLight:
    return lamp.model_copy(update={"energy": round(lamp.energy * factor, 6)})


def _reading(meter: Meter, spot: Spot) -> float:
    return meter.irradiance(np.asarray(spot.face), upward(spot.ahead))


def _exposure(
    own: float, least: float, most: float, planned: float, leeway: tuple[float, float]
) -> float:
    """Stops at which the set's own light is neither too little nor too much, near the plan's."""
    if own <= 0:
        return planned
    low, high = math.log2(least / own), math.log2(most / own)
    stops = min(max(planned, low), high)
    return round(min(max(stops, planned + leeway[0]), planned + leeway[1]) * 10) / 10 + 0.0


def _line_side(spot: Spot, coverage: SceneCoverage, timing: SceneTiming) -> float:
    """Votes from the setups' side of the line of action."""
    places = {a.actor: s.position for a in timing.actors for s in a.segments if s.kind in _FACE}
    votes = 0.0
    for setup in coverage.setups:
        if setup.side == "any" or len(setup.line) != 2 or not places.keys() >= set(setup.line):
            continue
        one, two = (np.asarray(places[a]) for a in setup.line)
        along = two - one
        left = np.array([-along[1], along[0], 0.0])
        camera = left if setup.side == "left" else -left
        votes += float(np.sign(camera @ direction(spot.heading + math.pi / 2)))
    return votes


def _rounded(value: float, step: float) -> float:
    return round(round(value / step) * step, 6) + 0.0


def _seat(height: float | None) -> float:
    # a chair's seat is 0.45 m high; on a stool the face is as much higher
    return 0.0 if height is None else _rounded(height - 0.45, 0.05)


def _identity(spot: Spot) -> list[int]:
    return [round(100 * v) & 0xFFFF for v in (*spot.face, spot.heading)]


def _apart(one: Spot, other: Spot) -> bool:
    distance = math.dist(one.face, other.face)
    turned = abs((one.heading - other.heading + math.pi) % (2 * math.pi) - math.pi)
    return distance > 0.6 or turned > math.radians(50)
