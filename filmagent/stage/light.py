"""The gaffer: lights a scene so that faces read, from the set's own light and the cameras' side.

The set's light plan is the truth of the place: its windows, lamps and sky stay as they are. Where
people stand or sit, film lamps bring each face up to its exposure: a soft key on the far side of
the face from the camera (the shadow side is then the one we see), a fill on the near side, a rim
from behind. Two people who talk light each other: one's key is the other's rim.

Nothing here depends on how long anything lasts, and places are rounded, so that a changed word
does not relight a scene.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.documents import SceneCoverage, SceneTiming, StageLight, StageWorld
from filmagent.errors import InputError
from filmagent.library.sets import LightPlan, SetPiece
from filmagent.stage.meter import Meter

Array = NDArray[Any]
Tracks = Mapping[str, Mapping[str, Array]]

CARD = {"day": 1.6, "dawn": 1.2, "dusk": 1.2, "night": 1.05}
"""Radiance of an 18 % grey card at a face, in units of 0.18, before the view transform."""

_SET_SHARE = {"day": (0.5, 1.1), "dawn": (0.45, 1.0), "dusk": (0.45, 1.0), "night": (0.3, 0.9)}
"""Least and most of a face's light that the set's own lamps, windows and sky may give."""

_OUTSIDE = {"day": 2.0, "dawn": 1.4, "dusk": 1.2, "night": 1.0}
"""How much brighter the street is when it is seen from a room than when a scene is set in it."""

_ROOM = {"day": 0.5, "dawn": 0.4, "dusk": 0.35, "night": 0.35}
"""Light in the middle of an interior, as a share of a face's: or rooms fall off into black."""

_STOPS = (-0.2, 0.8)
"""How far from the light plan's exposure one may go before lamps are turned down instead: down
costs the street outside its daylight, so little of that."""

_STOPS_OUTSIDE = (-2.0, 2.0)

_FILL = {"day": 0.65, "dawn": 0.55, "dusk": 0.5, "night": 0.5}
"""Fill, as a share of the light on the key side."""

_KEY_ANGLES = (45.0, 35.0, 55.0, 25.0, 65.0)
"""Degrees off the nose, the wished one first."""

_MOST_SPOTS = 4
_FACE = {"stand": 1.58, "sit": 1.18}
"""Metres from the floor to the middle of a face."""


@dataclass(frozen=True)
class Spot:
    """A place where somebody plays."""

    actor: str
    face: tuple[float, float, float]
    heading: float

    @property
    def ahead(self) -> Array:
        """Where the face looks, (3,)."""
        return direction(self.heading)


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
        house += _room_light(set_piece, meter.relit(house, world), _ROOM.get(time, 0.3) * wanted)
    meter = meter.relit(house, world)
    lamps: list[StageLight] = []
    for index, spot in enumerate(spots):
        rng = np.random.default_rng([seed, *_identity(spot)])
        swing = float(rng.uniform(-4, 4))
        side = -camera_side(spot, coverage, tracks, timing)
        lamps += _rig(meter, spot, side, index, wanted, _FILL.get(time, 0.4), swing)
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


def direction(heading: float) -> Array:
    """The unit vector of a heading, (3,)."""
    return np.array([-math.sin(heading), math.cos(heading), 0.0])


def looking(towards: Array) -> tuple[float, float, float, float]:
    """Quaternion wxyz of a lamp that shines along ``towards`` (3,)."""
    back = -towards / np.linalg.norm(towards)
    other = np.array([0.0, 1.0, 0.0]) if abs(back[2]) > 0.99 else np.array([0.0, 0.0, 1.0])
    right = np.cross(other, back)
    right /= np.linalg.norm(right)
    turn = np.column_stack([right, np.cross(back, right), back])
    w = math.sqrt(max(0.0, 1 + turn[0, 0] + turn[1, 1] + turn[2, 2])) / 2
    if w > 1e-4:
        x, y, z = (turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1])
        return (w, x / (4 * w), y / (4 * w), z / (4 * w))
    axis = np.sqrt(np.maximum(0, (np.diag(turn) + 1) / 2))
    axis *= np.where(turn[int(axis.argmax())] < 0, -1, 1)
    return (0.0, float(axis[0]), float(axis[1]), float(axis[2]))


def _scaled(lamp: StageLight, factor: float) -> StageLight:
    return lamp.model_copy(update={"energy": round(lamp.energy * factor, 6)})


def _rig(
    meter: Meter, spot: Spot, side: int, index: int, wanted: float, fill: float, swing: float
) -> list[StageLight]:
    """Key, fill and rim of one face; ``side`` +1 keys from its left."""
    face = np.asarray(spot.face)
    lamps = []
    warmth = _softened(meter.tint(face, _upward(spot.ahead)))
    place, angle = _key_place(meter, face, spot.heading, side, swing)
    towards = (place - face) / np.linalg.norm(place - face)
    missing = wanted - meter.irradiance(face, towards)
    if missing > 0.05 * wanted:
        lamps.append(
            _lamp(f"key {index + 1} {spot.actor}", "key", place, face, missing, 0.35, warmth)
        )
    near = _clear(
        meter, face, direction(spot.heading - math.copysign(math.radians(50), angle)), 0.35, 2.4
    )
    seen = near - face
    missing = fill * wanted - meter.irradiance(face, seen / np.linalg.norm(seen))
    if missing > 0.05 * wanted:
        lamps.append(
            _lamp(
                f"fill {index + 1} {spot.actor}", "fill", near, face, missing, 0.6, (1.0, 1.0, 1.0)
            )
        )
    behind = _clear(
        meter, face, direction(spot.heading + math.pi - math.copysign(0.6, angle)), 0.8, 2.2
    )
    if np.linalg.norm(behind - face) > 1.1:
        lamps.append(
            _lamp(
                f"rim {index + 1} {spot.actor}",
                "rim",
                behind,
                face,
                0.5 * wanted,
                0.15,
                (0.94, 0.97, 1.0),
            )
        )
    return lamps


def _key_place(
    meter: Meter, face: Array, heading: float, side: int, swing: float
) -> tuple[Array, float]:
    """Where a key has room, and the angle off the nose it came to (radians, + left)."""
    best: tuple[float, Array, float] | None = None
    for hand in (side, -side):
        for degrees in _KEY_ANGLES:
            angle = hand * math.radians(degrees + swing)
            place = _clear(meter, face, direction(heading + angle), 0.65, 2.3)
            room = float(np.linalg.norm(place - face))
            if room > 1.5:
                return place, angle
            if best is None or room > best[0]:
                best = (room, place, angle)
    assert best is not None
    return best[1], best[2]


def _clear(meter: Meter, face: Array, ahead: Array, rise: float, most: float) -> Array:
    """A point up to ``most`` metres off a face, ``rise`` per metre up, short of any wall."""
    towards = ahead + np.array([0, 0, rise])
    towards /= np.linalg.norm(towards)
    # past the nose and the shoulders of whoever sits there
    free = meter.reach(face + towards * 0.3, towards, most) + 0.3
    return np.asarray(face + towards * max(0.5, min(most, free - 0.35)))


def _lamp(
    name: str,
    role: str,
    place: Array,
    face: Array,
    irradiance: float,
    radius: float,
    colour: tuple[float, float, float],
) -> StageLight:
    """A spot whose hard edge is lost and whose beam holds a person from head to waist."""
    offset = face - place
    distance = float(np.linalg.norm(offset))
    luminance = float(np.dot(colour, (0.2126, 0.7152, 0.0722)))
    return StageLight.model_validate(
        {
            "id": name,
            "kind": "spot",
            "role": role,
            "position": place.tolist(),
            "quaternion": looking(offset),
            "colour": colour,
            "size": (radius, radius),
            "energy": irradiance * 4 * math.pi * distance**2 / luminance,
            "spot_angle": min(2.2, 2 * math.atan2(1.1, distance)),
            "spot_blend": 1.0,
        }
    )


def _reading(meter: Meter, spot: Spot) -> float:
    return meter.irradiance(np.asarray(spot.face), _upward(spot.ahead))


def _exposure(
    own: float, least: float, most: float, planned: float, leeway: tuple[float, float]
) -> float:
    """Stops at which the set's own light is neither too little nor too much, near the plan's."""
    if own <= 0:
        return planned
    low, high = math.log2(least / own), math.log2(most / own)
    stops = min(max(planned, low), high)
    return round(min(max(stops, planned + leeway[0]), planned + leeway[1]) * 10) / 10 + 0.0


def _room_light(set_piece: SetPiece, meter: Meter, wanted: float) -> list[StageLight]:
    """A large soft panel under the ceiling, where the middle of the room is too dark."""
    x0, y0, x1, y1 = set_piece.spec.stage.bounds
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2, 1.2])
    up = np.array([0.0, 0.0, 1.0])
    missing = wanted - meter.irradiance(middle, up)
    height = meter.reach(middle, up, 4.0)
    if missing < 0.1 * wanted or height < 0.8:
        return []
    size = (0.6 * (x1 - x0), 0.6 * (y1 - y0))
    rise = height - 0.12
    # irradiance below the middle of a square panel of radiance L, side s, at distance d, is about
    # that of the disc of equal area: π L s² / (s² + π d²)
    area = size[0] * size[1]
    radiance = missing * (area + math.pi * rise**2) / (math.pi * area)
    return [
        StageLight.model_validate(
            {
                "id": "room",
                "kind": "area",
                "role": "fill",
                "energy": radiance * math.pi * area,
                "position": (middle + up * rise).tolist(),
                "quaternion": (1.0, 0.0, 0.0, 0.0),
                "size": size,
                "colour": _softened(meter.tint(middle, up)),
            }
        )
    ]


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


def _upward(ahead: Array) -> Array:
    tilted = ahead + np.array([0, 0, 0.35])
    return np.asarray(tilted / np.linalg.norm(tilted))


def _softened(colour: Sequence[float]) -> tuple[float, float, float]:
    red, green, blue = (0.5 + 0.5 * c for c in colour)
    return (red, green, blue)


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
