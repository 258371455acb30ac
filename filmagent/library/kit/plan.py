"""The plan of a set: marks, doors, floor, obstacles and lights, resolved from its pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from filmagent.errors import DocumentError
from filmagent.library.kit import footprint, surfaces
from filmagent.library.kit.layout import LightLayout, MarkLayout, PlanLayout, SetLayout

if TYPE_CHECKING:
    from filmagent.library.kit.build import Placed

Array = NDArray[Any]

_BODY = 0.29
"""A walker's radius and a centimetre: approach points keep clear by more than is asked."""
_FEET_AHEAD = 0.34
"""From below the seated pelvis to the feet that sit down."""


def resolve(
    layout: SetLayout,
    placed: dict[str, Placed],
    prints: dict[str, shapely.Geometry | None],
    place: str,
) -> dict[str, Any]:
    """Everything `SetSpec` holds, as JSON."""
    floor = shapely.union_all([shapely.Polygon(ring) for ring in layout.floor])
    if not isinstance(floor, shapely.Polygon):
        raise DocumentError(
            f"{place}: the rings of `floor` do not touch; make them overlap, so "
            "that people can walk from one to the next."
        )
    solid = [area for area in prints.values() if area is not None]
    free = floor.buffer(-_BODY, join_style="mitre").difference(
        shapely.union_all(solid).buffer(_BODY)
    )
    shapely.prepare(free)
    return {
        "title": layout.title,
        "words": layout.words,
        "setting": layout.setting,
        "public": layout.public,
        "floor": footprint.rings(floor)[0],
        "stage": layout.stage or layout.floor[0],
        "obstacles": [ring for area in solid for ring in footprint.rings(area)],
        "marks": [_mark(mark, placed, free, place) for mark in layout.mark],
        "doors": [
            {
                "id": door.id,
                "position": _vector(door.at),
                "heading": _angle(door.face),
                "outside": _vector(door.outside),
                "description": door.description,
            }
            for door in layout.door
        ],
        "light_plans": {
            name: _plan(name, entry, placed, place) for name, entry in layout.light.items()
        },
    }


def _vector(at: Any) -> list[float]:
    values = [float(v) for v in at] + [0.0] * (3 - len(at))
    return [round(v, 4) + 0.0 for v in values]


def _angle(degrees: float) -> float:
    return float(round(np.radians(degrees), 6))


def _mark(
    mark: MarkLayout,
    placed: dict[str, Placed],
    free: shapely.Geometry,
    place: str,
) -> dict[str, Any]:
    where = f'{place}: mark "{mark.id}"'
    entry: dict[str, Any] = {
        "id": mark.id,
        "role": mark.role,
        "partners": mark.partners,
        "background": mark.background,
        "description": mark.description,
    }
    if mark.seat:
        seat, heading = _anchor(mark.seat, "seat", placed, where)
        position = np.array([seat[0], seat[1], 0.0])
        ahead = np.array([-np.sin(heading), np.cos(heading), 0.0])
        entry |= {
            "kind": "seat",
            "position": _vector(position),
            "heading": round(float((heading + np.pi) % (2 * np.pi) - np.pi), 6),
            "seat_height": round(float(seat[2]), 4),
            "approach": _approach(position, heading, free, where),
            "feet": _vector(position + _FEET_AHEAD * ahead),
        }
    else:
        position, heading = np.array(_vector(mark.at)), float(np.radians(mark.face))
        entry |= {
            "kind": "stand",
            "position": _vector(position),
            "heading": _angle(mark.face),
            "approach": _vector(position),
        }
    if mark.surface:
        top, _ = _anchor(mark.surface, "top", placed, where)
        # within reach: towards the edge on the mark's own side, and a little to its right
        away = position[:2] - top[:2]
        away = away / max(float(np.linalg.norm(away)), 1e-6)
        right = np.array([np.cos(heading), np.sin(heading)])
        reach = top[:2] + 0.13 * away + 0.06 * right
        entry["surface"] = _vector([reach[0], reach[1], top[2]])
    return entry


def _anchor(name: str, usual: str, placed: dict[str, Placed], where: str) -> tuple[Array, float]:
    key, _, anchor = name.partition(".")
    if key not in placed:
        raise DocumentError(f'{where} names the piece "{key}", which there is none of; mend it.')
    anchors = placed[key].shape.anchors
    if (anchor or usual) not in anchors:
        raise DocumentError(
            f'{where}: piece "{key}" has no "{anchor or usual}"; '
            f"it has {', '.join(sorted(anchors)) or 'none'}."
        )
    return placed[key].world(anchors[anchor or usual])


def _approach(position: Array, heading: float, free: shapely.Geometry, where: str) -> list[float]:
    best: tuple[float, list[float]] | None = None
    for aside in range(0, 111, 10):
        for sign in (1.0, -1.0):
            angle = heading + sign * np.radians(aside)
            for reach in (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
                point = position[:2] + reach * np.array([-np.sin(angle), np.cos(angle)])
                cost = (reach - 0.45) + aside / 200.0
                if (best is None or cost < best[0]) and free.covers(shapely.Point(point)):
                    best = (cost, _vector(point))
    if best is None:
        raise DocumentError(
            f"{where}: nobody can come within 0.9 m of this seat; move what stands round it."
        )
    return best[1]


def _plan(name: str, plan: PlanLayout, placed: dict[str, Placed], place: str) -> dict[str, Any]:
    world = plan.world
    return {
        "exposure": plan.exposure,
        "world": {
            "top": world.top,
            "horizon": world.horizon,
            "ground": world.ground,
            "strength": world.strength,
            "glow": dict(sorted(plan.glow.items())),
        },
        "lights": [
            _light(light, placed, f'{place}: light "{light.id}" of {name}') for light in plan.lights
        ],
    }


def _light(light: LightLayout, placed: dict[str, Placed], where: str) -> dict[str, Any]:
    if light.on:
        position = _anchor(light.on, "bulb", placed, where)[0]
    elif light.kind == "sun" and not light.at:
        position = np.array([0.0, 0.0, 20.0])
    elif len(light.at) == 3:
        position = np.array(light.at)
    else:
        raise DocumentError(f"{where} has no place; give `at` = [x, y, z], or `on` a lamp.")
    if light.kind == "sun":
        azimuth, elevation = np.radians([light.azimuth, light.elevation])
        source = np.array(
            [
                -np.sin(azimuth) * np.cos(elevation),
                np.cos(azimuth) * np.cos(elevation),
                np.sin(elevation),
            ]
        )
        direction = -source
    elif light.towards:
        direction = np.asarray(light.towards, float) - position
    else:
        direction = np.array([0.0, 0.0, -1.0])
    size = light.size if len(light.size) == 2 else [light.size[0], light.size[0]]
    colour = light.colour or list(surfaces.kelvin(light.kelvin) if light.kelvin else (1, 1, 1))
    return {
        "id": light.id,
        "kind": light.kind,
        "position": _vector(position),
        "quaternion": [round(float(v), 6) + 0.0 for v in aimed(direction)],
        "energy": light.energy,
        "colour": [round(float(c), 4) for c in colour],
        "size": size,
        "spot_angle": _angle(light.spot_angle),
        "spot_blend": light.spot_blend,
        "shadow": light.shadow,
        "role": light.role,
    }


def aimed(direction: Array) -> Array:
    """The quaternion wxyz that turns −Z to ``direction``, with X kept level."""
    z = -direction / np.linalg.norm(direction)
    x = np.cross([0.0, 0.0, 1.0], z)
    x = np.array([1.0, 0.0, 0.0]) if np.linalg.norm(x) < 1e-6 else x / np.linalg.norm(x)
    y = np.cross(z, x)
    m = np.column_stack([x, y, z])
    trace = m.trace()
    # the largest component first keeps the square root away from zero
    squares = np.array(
        [1 + trace, 1 + 2 * m[0, 0] - trace, 1 + 2 * m[1, 1] - trace, 1 + 2 * m[2, 2] - trace]
    )
    k = int(np.argmax(squares))
    off = {
        0: [None, m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]],
        1: [m[2, 1] - m[1, 2], None, m[0, 1] + m[1, 0], m[0, 2] + m[2, 0]],
        2: [m[0, 2] - m[2, 0], m[0, 1] + m[1, 0], None, m[1, 2] + m[2, 1]],
        3: [m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], None],
    }[k]
    largest = np.sqrt(squares[k]) / 2
    q = np.array([largest if v is None else v / (4 * largest) for v in off])
    return q if q[0] >= 0 else -q
