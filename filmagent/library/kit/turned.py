"""Solids of revolution and tubes: lathes, cylinders, spheres, what is swept along a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from filmagent.library.kit.solids import Array, Mesh


def lathe(profile: Sequence[tuple[float, float]], segments: int = 20, angle: float = 35.0) -> Mesh:
    """A profile of (radius, height) turned about z, from bottom to top, outside counter-clockwise.

    Uvs are (arc at the largest radius, length along the profile).
    """
    line = np.asarray(profile, float)
    count = len(line)
    around = np.linspace(0.0, 2.0 * np.pi, segments + 1)
    steps = np.diff(line, axis=0)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(steps, axis=1))])
    out = np.stack([steps[:, 1], -steps[:, 0]], axis=1)
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
    rows: list[tuple[int, Array]] = []  # (profile point, its normal in (radius, height))
    spans: list[tuple[int, int]] = []
    limit = np.cos(np.radians(angle))
    for k in range(count - 1):
        ends = []
        for point, near in ((k, k - 1), (k + 1, k + 1)):
            normal = out[k]
            if 0 <= near < count - 1 and near != k and out[k] @ out[near] > limit:
                normal = out[k] + out[near]
                normal = normal / np.linalg.norm(normal)
            ends.append(len(rows))
            rows.append((point, normal))
        spans.append((ends[0], ends[1]))
    circle = np.stack([np.cos(around), np.sin(around)], axis=1)
    radius_max = float(line[:, 0].max())
    vertices, normals, uvs = [], [], []
    for point, normal in rows:
        radius, height = line[point]
        vertices.append(np.column_stack([circle * radius, np.full(len(circle), height)]))
        normals.append(np.column_stack([circle * normal[0], np.full(len(circle), normal[1])]))
        uvs.append(np.column_stack([around * radius_max, np.full(len(circle), length[point])]))
    ring = segments + 1
    around_ids = np.arange(segments)
    faces = []
    for low, high in spans:
        a, b = low * ring + around_ids, low * ring + around_ids + 1
        c, d = high * ring + around_ids + 1, high * ring + around_ids
        if line[rows[low][0], 0] > 1e-9:
            faces.append(np.column_stack([a, b, c]))
        if line[rows[high][0], 0] > 1e-9:
            faces.append(np.column_stack([a, c, d]))
    return Mesh(np.vstack(vertices), np.vstack(normals), np.vstack(uvs), np.vstack(faces))


def cylinder(
    radius: float, height: float, segments: int = 16, bevel: float = 0.003, top: float | None = None
) -> Mesh:
    """A closed cylinder on z = 0 (a cone where ``top``, the upper radius, differs)."""
    upper = radius if top is None else top
    if bevel <= 0:
        return lathe([(0.0, 0.0), (radius, 0.0), (upper, height), (0.0, height)], segments)
    cut = min(bevel, 0.4 * height, 0.4 * max(upper, 1e-9), 0.4 * radius)
    profile = [
        (0.0, 0.0),
        (radius - cut, 0.0),
        (radius, cut),
        (upper, height - cut),
        (upper - cut, height),
        (0.0, height),
    ]
    return lathe(profile, segments, angle=50.0)


def sphere(radius: float, segments: int = 16, rings: int = 8) -> Mesh:
    """A ball about the origin."""
    polar = np.linspace(-np.pi / 2, np.pi / 2, rings + 1)
    profile = [(float(radius * np.cos(p)), float(radius * np.sin(p))) for p in polar]
    profile[0], profile[-1] = (0.0, -radius), (0.0, radius)
    return lathe(profile, segments, angle=80.0)


def tube(
    points: ArrayLike, radius: float | Sequence[float], segments: int = 8, closed: bool = False
) -> Mesh:
    """A round bar along a polyline (N, 3); ``radius`` may be one for each point."""
    line = np.asarray(points, float)
    count = len(line)
    radii = np.broadcast_to(np.asarray(radius, float), count)
    if closed:
        tangents = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)
    else:
        tangents = np.gradient(line, axis=0)
    tangents /= np.maximum(np.linalg.norm(tangents, axis=1, keepdims=True), 1e-12)
    side = np.cross(tangents[0], [0.0, 0.0, 1.0] if abs(tangents[0, 2]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    rings, normals, uvs = [], [], []
    travelled = 0.0
    around = np.linspace(0.0, 2.0 * np.pi, segments + 1)
    for k in range(count):
        side = side - tangents[k] * (side @ tangents[k])
        side /= max(float(np.linalg.norm(side)), 1e-12)
        other = np.cross(tangents[k], side)
        out = np.outer(np.cos(around), side) + np.outer(np.sin(around), other)
        travelled += float(np.linalg.norm(line[k] - line[k - 1])) if k else 0.0
        rings.append(line[k] + out * radii[k])
        normals.append(out)
        uvs.append(np.column_stack([np.full(segments + 1, travelled), around * radii.max()]))
    ring = segments + 1
    spans = [(k, k + 1) for k in range(count - 1)] + ([(count - 1, 0)] if closed else [])
    around_ids = np.arange(segments)
    faces = []
    for low, high in spans:
        a, b = low * ring + around_ids, low * ring + around_ids + 1
        c, d = high * ring + around_ids + 1, high * ring + around_ids
        faces += [np.column_stack([a, b, c]), np.column_stack([a, c, d])]
    vertices, shading, where = np.vstack(rings), np.vstack(normals), np.vstack(uvs)
    if not closed:
        for end, sign in ((0, -1.0), (count - 1, 1.0)):
            start = len(vertices)
            vertices = np.vstack([vertices, rings[end][:-1]])
            shading = np.vstack([shading, np.tile(tangents[end] * sign, (segments, 1))])
            where = np.vstack([where, rings[end][:-1, :2]])
            fan = np.column_stack(
                [
                    np.full(segments - 2, start),
                    start + np.arange(1, segments - 1),
                    start + np.arange(2, segments),
                ]
            )
            faces.append(fan if sign > 0 else fan[:, ::-1])
    return Mesh(vertices, shading, where, np.vstack(faces))
