"""The light of a set, computed once for a light plan: soft shadows, bounces, and probes for people.

Direct light is sampled from every lamp; then each vertex looks around once with cosine-weighted
rays, what they hit is kept as a sparse matrix of form factors, and light bounces by multiplying
with it (Cohen & Wallace, "Radiosity and Realistic Image Synthesis", 1993, chapter 4, with ray-cast
form factors). Probes on a grid keep the incoming light for people (`render.probes`).

Every lamp's direct light is kept apart, so that each setup can take the lamps that make its faces
out of the baked light and shade them live, with shadows that people throw.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.documents import StageLight, StageWorld
from filmagent.library.bake import Bake
from filmagent.render.lamps import Lamp, sky
from filmagent.render.lighting import Lighting
from filmagent.render.probes import grid, probes
from filmagent.render.rays import Rays, cosine_directions
from filmagent.render.surface import Surface

Array = NDArray[Any]

VERSION = 5
RAYS = 64
"""Rays that look around from each vertex."""
_CHUNK = 1_000_000
_log = logging.getLogger(__name__)


def light_set(
    bake: Bake, lights: list[StageLight], world: StageWorld, roaming: tuple[Array, Array]
) -> Lighting:
    """Compute the light of a set; ``roaming`` is the box in which people are."""
    began = time.perf_counter()
    surface = Surface.of(bake)
    lamps = [Lamp(light) for light in lights]
    _cut_even(surface, roaming)
    rays = _rays(surface)
    finest = _finest(roaming)
    for least in (finest / 2, finest / 4):
        first, copies = _alike(surface)
        points, normals = _lifted(surface)[first], surface.normals[first]
        near = _inside(points, roaming)
        rough = np.zeros(len(points))
        for lamp in lamps:
            if lamp.light.kind != "sun":
                rough[near] += lamp.colour.mean() * lamp.irradiance(
                    points[near], normals[near], rays, 2
                )
        if not surface.steep(rough[copies], least, near[copies]):
            break
    rays = _rays(surface)
    lighting = _lit(surface, lamps, world, rays, roaming)
    _log.info(
        "lit %s: %d vertices in %.1f s",
        bake.name,
        len(surface.vertices),
        time.perf_counter() - began,
    )
    return lighting


def _finest(roaming: tuple[Array, Array]) -> float:
    """Metres between vertices that know the light: 0.6 in a room, more on a street."""
    width, depth = (roaming[1] - roaming[0])[:2]
    return float(max(0.6, np.sqrt(width * depth) / 20))


def _cut_even(surface: Surface, roaming: tuple[Array, Array]) -> None:
    """No edge is longer than `_finest` near people; further away, than a third of the distance."""
    low, high = roaming
    finest = _finest(roaming)
    for _ in range(9):
        beyond = np.maximum(np.maximum(low - surface.vertices, surface.vertices - high), 0.0)
        limit = np.maximum(finest, 0.3 * np.linalg.norm(beyond, axis=1))
        if not surface.longest(limit):
            break


def _alike(surface: Surface) -> tuple[Array, Array]:
    """Vertices that stand for their neighbours: their indices, and whose copy each vertex is.

    Within 7 cm and one facing, light is one: a cup's hundred vertices look around as one or two.
    """
    keys = np.concatenate([np.floor(surface.vertices / 0.07), np.round(surface.normals * 1.5)], 1)
    whole = keys.astype(np.int64) + (1 << 11)
    code = np.zeros(len(whole), np.int64)
    for column, bits in zip(whole.T, (14, 14, 13, 7, 7, 7), strict=True):
        code = (code << bits) | (column & ((1 << bits) - 1))
    _, first, copies = np.unique(code, return_index=True, return_inverse=True)
    return first, copies


def _inside(points: Array, roaming: tuple[Array, Array]) -> Array:
    """Which points are where people may be, or within half a metre of it, (N,) bool."""
    low, high = roaming
    beyond = high + np.array([0.5, 0.5, 1.5])
    return np.asarray(np.all((points > low - 0.5) & (points < beyond), axis=1))


def _rays(surface: Surface) -> Rays:
    return Rays(surface.vertices, surface.faces[~surface.clear()])


def _lifted(surface: Surface) -> Array:
    """Where light is measured for each vertex: off the surface, and in from its faces' corners.

    A vertex in the corner of a room lies on the neighbouring wall's plane; a little inside its own
    faces it sees what they see.
    """
    corners = surface.vertices[surface.faces]
    inward = (corners.mean(1)[:, None] - corners).reshape(-1, 3)
    count = len(surface.vertices)
    at = surface.faces.ravel()
    mean = np.stack([np.bincount(at, inward[:, k], count) for k in range(3)], -1)
    mean = mean / np.maximum(np.bincount(at, minlength=count), 1)[:, None]
    length = np.linalg.norm(mean, axis=1, keepdims=True)
    step = np.minimum(0.03, 0.4 * length) / np.maximum(length, 1e-9)
    return np.asarray(surface.vertices + mean * step + surface.normals * 0.008)


def _lit(
    surface: Surface, lamps: list[Lamp], world: StageWorld, rays: Rays, roaming: tuple[Array, Array]
) -> Lighting:
    first, copies = _alike(surface)
    points, normals = _lifted(surface)[first], surface.normals[first]
    direct = _direct(lamps, points, normals, rays, 10)[copies]
    colours = np.array([lamp.colour for lamp in lamps]).reshape(-1, 3)
    factors, heaven, buried = _look_around(surface, points, normals, rays, world)
    heaven, buried = heaven[copies], buried[copies]
    albedo, glow = _reflectance(surface, world.glow)
    thirds = surface.faces[~surface.clear()]
    start = direct @ colours + heaven
    bounced = np.zeros_like(start)
    for _ in range(4):
        total = _mended(start + bounced, buried, surface)
        leaving = albedo * total[thirds].mean(1) + np.pi * glow
        bounced = (factors @ leaving)[copies]
    smooth = _smoothed(bounced + heaven, surface)
    total = _mended(direct @ colours + smooth, buried, surface)
    leaving = albedo * total[thirds].mean(1) / np.pi + glow
    origin, step, counts, where = grid(roaming)
    around = probes(where, rays, leaving, world)
    reach = _direct(lamps, where, None, rays, 4)
    mended = _mended(np.concatenate([smooth, direct], 1), buried, surface)
    return Lighting(
        surface,
        mended[:, :3].astype(np.float32),
        mended[:, 3:].astype(np.float32),
        origin,
        step,
        counts,
        around,
        reach,
    )


def _direct(
    lamps: list[Lamp], points: Array, normals: Array | None, rays: Rays, samples: int
) -> Array:
    """Direct light of each lamp at points, (N, L)."""
    found = np.zeros((len(points), len(lamps)))
    for number, lamp in enumerate(lamps):
        found[:, number] = lamp.irradiance(
            points, normals, rays, samples if lamp.soft else min(samples, 3)
        )
    return found


def _look_around(
    surface: Surface, points: Array, normals: Array, rays: Rays, world: StageWorld
) -> tuple[sp.csr_matrix, Array, Array]:
    """Form factors (V, F), the sky's irradiance (V, 3), and which vertices are inside things."""
    opaque = int((~surface.clear()).sum())
    blocks, heaven, inside = [], [], []
    for first in range(0, len(points), _CHUNK // RAYS):
        here = slice(first, first + _CHUNK // RAYS)
        count = len(points[here])
        directions = _turned(normals[here], first, RAYS)
        hit = rays.first(np.repeat(points[here], RAYS, 0), directions)
        face = hit["face"]
        met = face >= 0
        rows = np.repeat(np.arange(count), RAYS)
        blocks.append(
            sp.csr_matrix(
                (np.full(int(met.sum()), 1 / RAYS, np.float32), (rows[met], face[met])),
                shape=(count, opaque),
            )
        )
        open_sky = np.where(met[:, None], 0.0, sky(world, directions))
        heaven.append(np.pi * open_sky.reshape(count, RAYS, 3).mean(1))
        behind = met & (np.einsum("nc,nc->n", hit["normal"], directions) > 0)
        near = behind & (hit["distance"] < 0.5)
        inside.append(near.reshape(count, RAYS).mean(1) > 0.6)
    return sp.vstack(blocks).tocsr(), np.concatenate(heaven), np.concatenate(inside)


def _turned(normals: Array, first: int, count: int) -> Array:
    """Cosine directions, each vertex's set turned by its own angle, (N * count, 3)."""
    spread = cosine_directions(normals, count)
    angle = 2 * np.pi * np.modf((np.arange(len(normals)) + first) * 0.618033988749895)[0]
    axis = normals[:, None]
    sine, cosine = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
    along = np.einsum("nkc,nc->nk", spread, normals)[..., None]
    turned = spread * cosine + np.cross(axis, spread) * sine + axis * along * (1 - cosine)
    return np.ascontiguousarray(turned.reshape(-1, 3), np.float32)


def _reflectance(surface: Surface, glows: dict[str, float]) -> tuple[Array, Array]:
    """Diffuse reflectance and emitted radiance of the opaque faces, (F, 3) each."""
    base, glow = [], []
    for number in range(len(surface.parts)):
        material = surface.material(number)
        name = surface.parts[number].material
        tint = surface.texture_means.get(material.texture, np.ones(3))
        base.append(np.array(material.base_colour) * tint * (1 - material.metallic))
        strength = glows.get(name, material.emission_strength)
        glow.append(np.array(material.emission) * strength)
    opaque = ~surface.clear()
    part = surface.part[opaque]
    tint = surface.colours[surface.faces[opaque]].mean(1)
    return np.clip(np.array(base)[part] * tint, 0, 0.95), np.array(glow)[part]


def _mended(values: Array, buried: Array, surface: Surface) -> Array:
    """Values of vertices inside things, replaced by those of their neighbours outside."""
    if not buried.any():
        return values
    links = _links(surface)
    known = ~buried
    result = np.where(known[:, None], values, 0.0)
    for _ in range(6):
        reach = np.asarray(links @ known.astype(np.float64))
        fresh = ~known & (reach > 0)
        if not fresh.any():
            break
        summed = links @ (result * known[:, None])
        result[fresh] = summed[fresh] / reach[fresh][:, None]
        known = known | fresh
    return np.asarray(result)


def _links(surface: Surface) -> sp.csr_matrix:
    edges = surface.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    count = len(surface.vertices)
    ones = np.ones(len(edges))
    one_way = sp.csr_matrix((ones, (edges[:, 0], edges[:, 1])), shape=(count, count))
    both = (one_way + one_way.T).tocsr()
    both.data[:] = 1.0
    return both


def _smoothed(values: Array, surface: Surface) -> Array:
    """Ray noise evened out between neighbours that face the same way (two rounds)."""
    links = _links(surface).tocoo()
    alike = np.einsum("ec,ec->e", surface.normals[links.row], surface.normals[links.col])
    weight = np.clip(alike * 4 - 3, 0, 1)
    joined = sp.csr_matrix((weight, (links.row, links.col)), shape=links.shape)
    joined = joined + sp.identity(len(values)) * 2.0
    joined = sp.diags(1.0 / np.asarray(joined.sum(1)).ravel()) @ joined
    return np.asarray(joined @ (joined @ values))
