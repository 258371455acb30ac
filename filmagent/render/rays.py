"""Rays against triangles, by embree, and the directions they are shot in."""

from __future__ import annotations

from typing import Any

import numpy as np
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh
from numpy.typing import NDArray

Array = NDArray[Any]


class Rays:
    """A triangle mesh to shoot rays at.

    Parameters
    ----------
    vertices, faces
        (V, 3) metres and (F, 3).
    """

    def __init__(self, vertices: Array, faces: Array) -> None:
        self._scene = rtcore_scene.EmbreeScene()
        self._mesh = TriangleMesh(
            self._scene,
            np.ascontiguousarray(vertices, np.float32),
            np.ascontiguousarray(faces, np.int32),
        )

    def first(self, origins: Array, directions: Array) -> dict[str, Array]:
        """First hits: ``face`` (N,) or −1, ``distance`` (N,), ``normal`` (N, 3) unnormalised."""
        hit = self._scene.run(_float(origins), _float(directions), output=True)
        return {"face": hit["primID"], "distance": hit["tfar"], "normal": hit["Ng"]}

    def blocked(self, origins: Array, directions: Array, reach: Array | float) -> Array:
        """Whether something is nearer than ``reach`` along unit directions, (N,) bool."""
        distance = self._scene.run(_float(origins), _float(directions), query="DISTANCE")
        found: Array = (distance > 0) & (distance < reach) & np.isfinite(distance)
        return found


def _float(array: Array) -> Array:
    return np.ascontiguousarray(array, np.float32)


def cosine_directions(normals: Array, count: int) -> Array:
    """Cosine-weighted directions about normals (N, 3), the same low-discrepancy set for each.

    Malley's method on a Hammersley set: Pharr, Jakob, Humphreys, "Physically Based Rendering",
    4th ed., section A.5.3.
    """
    u, v = hammersley(count)
    radius, angle = np.sqrt(u), 2 * np.pi * v
    local = np.stack([radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1 - u)], -1)
    turned: Array = np.einsum("kj,njc->nkc", local, frames(normals)).astype(np.float32)
    return turned


def hammersley(count: int) -> tuple[Array, Array]:
    """``count`` points of the unit square, (count,) each."""
    index: Array = np.arange(count)
    reversed_bits = np.zeros(count)
    scale = 0.5
    while np.any(index):
        reversed_bits += scale * (index & 1)
        index = index >> 1
        scale *= 0.5
    return (np.arange(count) + 0.5) / count, reversed_bits


def frames(normals: Array) -> Array:
    """Two tangents and the normal as rows, (N, 3, 3); Duff et al., JCGT 6(1), 2017."""
    x, y, z = normals.T.astype(np.float64)
    sign = np.where(z >= 0, 1.0, -1.0)
    a = -1.0 / (sign + z)
    b = x * y * a
    one = np.stack([1 + sign * x * x * a, sign * b, -sign * x], -1)
    two = np.stack([b, sign + y * y * a, -y], -1)
    return np.stack([one, two, normals], 1)
