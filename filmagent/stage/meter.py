"""A light meter: how much of a set's own light arrives at a point, bounces included.

The estimate is a small path tracer with next-event estimation (Kajiya, "The rendering equation",
SIGGRAPH 1986; Veach, thesis 1997, chapter 8) over fixed directions, so that the same set gives the
same reading. Light units are Blender's: a spot or point of P watts gives P / 4πd², an area light of
P watts P cosθ cosθ' / πd², a sun its strength.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
import trimesh
from numpy.typing import NDArray

from filmagent.documents import StageLight, StageWorld
from filmagent.library.bake import Bake

Array = NDArray[Any]

_SEEN_THROUGH = {"glass", "sky"}
_RAYS = 256
_BOUNCES = 3
_REFLECTANCE = 0.4
"""Of textured surfaces, whose average nobody keeps."""
_EDGE = 1e-3
"""Metres that a ray starts off a surface."""


class Meter:
    """Reads irradiance anywhere in a set lit by a light plan."""

    def __init__(self, bake: Bake, lights: Sequence[StageLight], world: StageWorld):
        parts = [
            part
            for part in bake.parts
            if part.kind not in _SEEN_THROUGH
            and part.use != "preview"
            and bake.materials[part.material].model != "glass"
        ]
        starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
        self._mesh = trimesh.Trimesh(
            np.vstack([part.vertices for part in parts]),
            np.vstack([part.faces + start for part, start in zip(parts, starts, strict=False)]),
            process=False,
        )
        albedo, glow = [], []
        for part in parts:
            material = bake.materials[part.material]
            grey = _REFLECTANCE if material.texture else float(np.mean(material.base_colour))
            strength = world.glow.get(part.material, material.emission_strength)
            albedo.append(np.full(len(part.faces), min(grey, 0.8)))
            glow.append(np.full(len(part.faces), strength * float(np.mean(material.emission))))
        self._albedo = np.concatenate(albedo)
        self._glow = np.concatenate(glow)
        self._lights = list(lights)
        self._world = world

    def relit(self, lights: Sequence[StageLight], world: StageWorld) -> Meter:
        """A meter in the same set under other lights; what glows there stays as it was."""
        other = copy(self)
        other._lights = list(lights)
        other._world = world
        return other

    def reach(self, origin: Array, direction: Array, most: float) -> float:
        """Metres that are free along a ray, at most ``most``."""
        _, _, where = self._hits(origin[None], direction[None])
        return most if not len(where) else float(min(most, where[0]))

    def irradiance(self, point: Array, normal: Array) -> float:
        """W/m² (luminance of Rec.709) that fall on a card at ``point`` (3,) facing ``normal``."""
        point = np.asarray(point, float) + np.asarray(normal, float) * _EDGE
        total = float(self._direct(point[None], np.asarray(normal, float)[None])[0])
        directions = _hemisphere(np.asarray(normal, float), _RAYS)
        origins = np.repeat(point[None], _RAYS, axis=0)
        carried = np.ones(_RAYS)
        for bounce in range(_BOUNCES):
            index, faces, distance = self._hits(origins, directions)
            escaped = np.ones(len(origins), bool)
            escaped[index] = False
            # a cosine-weighted direction carries π·L of the card's irradiance
            total += float(
                np.pi * (carried[escaped] * self._sky(directions[escaped])).sum() / _RAYS
            )
            if not len(index):
                break
            hit = origins[index] + directions[index] * distance[:, None]
            facing = np.array(self._mesh.face_normals[faces])
            facing *= -np.sign(np.einsum("ij,ij->i", facing, directions[index]))[:, None]
            hit += facing * _EDGE
            arriving = self._direct(hit, facing)
            glow = self._glow[faces]
            carried = carried[index] * self._albedo[faces]
            total += float(
                np.pi * (carried * arriving / np.pi).sum() / _RAYS
                + np.pi * (carried / np.maximum(self._albedo[faces], 1e-6) * glow).sum() / _RAYS
            )
            origins = hit
            directions = _scattered(facing, bounce)
        return total

    def tint(self, point: Array, normal: Array) -> tuple[float, float, float]:
        """The colour of the direct light there, brightest channel 1; white where none arrives."""
        colour = np.zeros(3)
        for light in self._lights:
            share = self._from(light, np.asarray(point, float)[None], np.asarray(normal)[None])[0]
            colour += share * np.asarray(light.colour)
        if colour.max() <= 0:
            return (1.0, 1.0, 1.0)
        red, green, blue = colour / colour.max()
        return (float(red), float(green), float(blue))

    def _direct(self, points: Array, normals: Array) -> Array:
        total = np.zeros(len(points))
        for light in self._lights:
            total += _luminance(light.colour) * self._from(light, points, normals)
        return total

    def _from(self, light: StageLight, points: Array, normals: Array) -> Array:
        """Irradiance (P,) from one light of colour white, shadows included."""
        axis = -_matrix(light.quaternion)[:, 2]
        if light.kind == "sun":
            towards = np.repeat(-axis[None], len(points), axis=0)
            distance = np.full(len(points), 1e3)
            arriving = np.full(len(points), light.energy)
        else:
            offset = np.asarray(light.position) - points
            distance = np.linalg.norm(offset, axis=1)
            towards = offset / np.maximum(distance, 1e-6)[:, None]
            # nearer than a lamp's own size it is no point any more
            near = np.maximum(distance, 0.5 * max(light.size))
            leaving = -towards @ axis
            if light.kind == "area":
                arriving = light.energy * np.maximum(leaving, 0) / (np.pi * near**2)
            else:
                arriving = light.energy / (4 * np.pi * near**2)
            if light.kind == "spot":
                arriving = arriving * cone(leaving, light.spot_angle, light.spot_blend)
        arriving = arriving * np.maximum(np.einsum("ij,ij->i", towards, normals), 0)
        lit = np.flatnonzero(arriving > 0)
        if light.shadow and len(lit):
            index, _, where = self._hits(points[lit], towards[lit])
            blocked = index[where < distance[lit][index] - 0.06]
            arriving[lit[blocked]] = 0
        return np.asarray(arriving)

    def _sky(self, directions: Array) -> Array:
        world = self._world
        top, horizon, ground = (_luminance(c) for c in (world.top, world.horizon, world.ground))
        up = directions[:, 2]
        share = np.sqrt(np.clip(up, 0, 1))
        return np.asarray(
            world.strength * np.where(up < 0, ground, horizon + (top - horizon) * share)
        )

    def _hits(self, origins: Array, directions: Array) -> tuple[Array, Array, Array]:
        """Rays that hit, the faces they hit first, and how far away."""
        where, rays, faces = self._mesh.ray.intersects_location(
            origins, directions, multiple_hits=False
        )
        order = np.argsort(rays, kind="stable")
        rays = rays[order]
        distance = np.linalg.norm(where[order] - origins[rays], axis=1)
        return rays, faces[order], distance


def cone(cosine: Array, angle: float, blend: float) -> Array:
    """A spot's falloff: 1 inside, a smooth edge, 0 outside (Cycles ``spot_light_attenuation``)."""
    edge = np.cos(angle / 2)
    inner = (1 - edge) * blend
    share = np.clip((cosine - edge) / max(inner, 1e-6), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def _luminance(colour: Sequence[float]) -> float:
    return float(np.dot(colour, (0.2126, 0.7152, 0.0722)))


def _matrix(quaternion: Sequence[float]) -> Array:
    w, x, y, z = np.asarray(quaternion, float) / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def _disc(count: int, turn: float) -> tuple[Array, Array]:
    index = np.arange(count) + 0.5
    angle = index * np.pi * (3 - np.sqrt(5)) + turn
    radius = np.sqrt(index / count)
    return radius * np.cos(angle), radius * np.sin(angle)


def _frame(normals: Array) -> tuple[Array, Array]:
    other = np.where(np.abs(normals[:, 2:]) > 0.9, [[1.0, 0, 0]], [[0, 0, 1.0]])
    across = np.cross(other, normals)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    return across, np.cross(normals, across)


def _hemisphere(normal: Array, count: int) -> Array:
    """Cosine-weighted directions on a Fibonacci spiral (Malley's method)."""
    x, y = _disc(count, 0.0)
    across, up = _frame(normal[None])
    z = np.sqrt(np.maximum(0, 1 - x * x - y * y))
    return np.asarray(x[:, None] * across + y[:, None] * up + z[:, None] * normal)


def _scattered(normals: Array, bounce: int) -> Array:
    """One cosine-weighted direction a hit, taken from a spiral so that neighbours differ."""
    count = len(normals)
    x, y = _disc(count, 1.0 + bounce)
    order = np.argsort((np.arange(count) * 0.618034) % 1.0, kind="stable")
    x, y = x[order], y[order]
    across, up = _frame(normals)
    z = np.sqrt(np.maximum(0, 1 - x * x - y * y))
    return np.asarray(x[:, None] * across + y[:, None] * up + z[:, None] * normals)
