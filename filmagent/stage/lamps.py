"""Film lamps: where a key, a fill and a rim have room, and how strong they must be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.documents import StageLight
from filmagent.stage.meter import Meter

Array = NDArray[Any]

_KEY_ANGLES = (45.0, 35.0, 55.0, 25.0, 65.0)
"""Degrees off the nose, the wished one first."""


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


def rig(
    meter: Meter, spot: Spot, side: int, index: int, wanted: float, fill: float, swing: float
) -> list[StageLight]:
    """Key, fill and rim of one face, each only where the light that is there does not do.

    Parameters
    ----------
    side
        +1 keys from the face's left, −1 from its right, unless there is no room.
    index
        Number of the spot: lamps are named by it.
    wanted
        W/m² on a card that faces the key.
    fill
        Share of ``wanted`` that the near side gets.
    swing
        Degrees added to the key's angle.
    """
    face = np.asarray(spot.face)
    lamps = []
    warmth = _softened(meter.tint(face, upward(spot.ahead)))
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


def room_light(
    floor: tuple[float, float, float, float], meter: Meter, wanted: float
) -> list[StageLight]:
    """A large soft panel under the ceiling, where the middle of the room is too dark.

    ``floor`` is the room's least x, least y, most x, most y; ``wanted`` W/m² on a table.
    """
    x0, y0, x1, y1 = floor
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


def upward(ahead: Array) -> Array:
    """A face's own normal: ahead, and a little up."""
    tilted = ahead + np.array([0, 0, 0.35])
    return np.asarray(tilted / np.linalg.norm(tilted))


def _softened(colour: Sequence[float]) -> tuple[float, float, float]:
    red, green, blue = (0.5 + 0.5 * c for c in colour)
    return (red, green, blue)
