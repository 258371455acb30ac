"""The stage's lights and sky as the preview computes them; the same watts mean the same light.

Blender's units, checked against Cycles 4.5 (a white plane 4 m under each light): a sun of 1 W/m²
gives 1 W/m² on a plane facing it; P watts of point or spot give P / 4πr²; P watts of area light
are a Lambertian emitter of radiance P / πA.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.documents import StageLight, StageWorld
from filmagent.render.rays import Rays, hammersley
from filmagent.render.staged import rotation

Array = NDArray[Any]

_NEAREST = 0.15
"""Metres: closer than this to a lamp, light grows no further (fixtures are never lamps' size)."""


@dataclass
class Lamp:
    """A `StageLight` with its axes."""

    light: StageLight

    def __post_init__(self) -> None:
        self.position = np.array(self.light.position, np.float64)
        turn = rotation(np.array(self.light.quaternion))
        self.across, self.up, self.forward = turn[:, 0], turn[:, 1], -turn[:, 2]
        self.colour = np.array(self.light.colour) * self.light.energy

    @property
    def soft(self) -> bool:
        """Large enough that its shadows have no edge at a few metres."""
        return self.light.kind == "area" and max(self.light.size) > 0.3

    def points(self, count: int) -> Array:
        """Where light starts, (count, 3) metres, spread over the lamp (sun: directions to it)."""
        u, v = hammersley(count)
        width, height = self.light.size
        if self.light.kind == "area":
            x, y = (u - 0.5) * width, (v - 0.5) * height
            return np.asarray(self.position + x[:, None] * self.across + y[:, None] * self.up)
        radius, angle = np.sqrt(u), 2 * np.pi * v
        x, y = radius * np.cos(angle), radius * np.sin(angle)
        if self.light.kind == "sun":
            slope = np.tan(width / 2)
            towards = -self.forward + slope * (x[:, None] * self.across + y[:, None] * self.up)
            return np.asarray(towards / np.linalg.norm(towards, axis=1, keepdims=True))
        spread = x[:, None] * self.across + y[:, None] * self.up
        return np.asarray(self.position + width * spread)

    def falloff(self, towards: Array, distance: Array, samples: int = 1) -> Array:
        """Irradiance per unit of `colour` on a plane facing the lamp, along unit ``towards``.

        ``samples`` is among how many points an area lamp is shared: each stands for a disk of its
        part of the lamp, so that light stays finite and even close by.
        """
        if self.light.kind == "sun":
            return np.ones(len(towards))
        square = 1.0 / np.maximum(distance, _NEAREST) ** 2
        cosine = -towards @ self.forward
        if self.light.kind == "area":
            disk = self.light.size[0] * self.light.size[1] / (np.pi * samples)
            square = 1.0 / (distance**2 + disk)
            return np.asarray(square * np.maximum(cosine, 0.0) / np.pi)
        if self.light.kind == "spot":
            edge = np.cos(self.light.spot_angle / 2)
            width = max((1 - edge) * self.light.spot_blend, 1e-4)
            t = np.clip((cosine - edge) / width, 0.0, 1.0)
            square = square * t * t * (3 - 2 * t)
        return np.asarray(square / (4 * np.pi))

    def irradiance(self, points: Array, normals: Array | None, rays: Rays, samples: int) -> Array:
        """Light that reaches points with shadows, (N,), per unit of `colour`.

        Without normals: on a plane that faces the lamp.
        """
        total = np.zeros(len(points))
        if self.light.kind != "area" and self.light.kind != "sun" and self.light.size[0] < 0.02:
            samples = 1
        for place in self.points(samples):
            if self.light.kind == "sun":
                towards = np.broadcast_to(place, points.shape)
                distance = np.full(len(points), 1e4)
            else:
                offset = place - points
                distance = np.linalg.norm(offset, axis=1)
                towards = offset / np.maximum(distance, 1e-6)[:, None]
            value = self.falloff(towards, distance, samples)
            if normals is not None:
                value = value * np.maximum(np.einsum("nc,nc->n", towards, normals), 0.0)
            # what adds less than a thousandth of a dim room's light is not worth its ray
            lit = value * self.colour.max() > 2e-3
            value[~lit] = 0.0
            if self.light.shadow and lit.any():
                start = points[lit]
                hidden = rays.blocked(start, towards[lit], distance[lit] - 0.01)
                value[np.flatnonzero(lit)[hidden]] = 0.0
            total += value / samples
        return total


def sky(world: StageWorld, directions: Array) -> Array:
    """Radiance of the sky along unit directions (…, 3): ground, horizon, zenith.

    The ramp is the one that Blender's scene gets: straight in z, with the horizon's edge within
    0.7 % of level.
    """
    ground, horizon, top = (np.array(c) for c in (world.ground, world.horizon, world.top))
    stops = np.array([0.497, 0.503, 0.75, 1.0])
    values = np.stack([ground, horizon, horizon + (top - horizon) * 0.65, top])
    level = directions[..., 2] * 0.5 + 0.5
    found = np.stack([np.interp(level, stops, values[:, c]) for c in range(3)], -1)
    return np.asarray(found * world.strength)
