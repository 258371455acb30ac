"""A lit set as it is kept: light on its surfaces lamp by lamp, and around people.

Incoming light is kept as nine spherical harmonics: R. Ramamoorthi, P. Hanrahan, "An Efficient
Representation for Irradiance Environment Maps", SIGGRAPH 2001.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.render.lamps import Lamp
from filmagent.render.surface import Surface

Array = NDArray[Any]

KEYS = 2
"""Live lamps; vertex attributes and shaders hold this many."""


@dataclass
class Lighting:
    """A lit set.

    Attributes
    ----------
    surface
        The set, cut where light changes.
    bounced
        (V, 3) irradiance from surfaces and sky, W/m².
    direct
        (V, L) direct irradiance of each lamp with its shadows, per unit of its colour × energy.
    origin, step, counts
        Probe grid: corner (3,), spacing (3,) in metres, numbers (3,).
    probes
        (P, 9, 3) irradiance harmonics from surfaces and sky; P runs over the grid, z fastest.
    reach
        (P, L) direct irradiance of each lamp on a plane that faces it.
    """

    surface: Surface
    bounced: Array
    direct: Array
    origin: Array
    step: Array
    counts: Array
    probes: Array
    reach: Array

    def ambient(self, lamps: list[Lamp], keys: list[int]) -> Array:
        """Irradiance of the set without the direct light of ``keys``, (V, 3)."""
        others = [k for k in range(len(lamps)) if k not in keys]
        colours = np.array([lamps[k].colour for k in others]).reshape(-1, 3)
        found = self.bounced + self.direct[:, others] @ colours.astype(np.float32)
        # film lamps stand in windows: a pane mirrors the room, never the lamp a hand away
        panes = np.unique(self.surface.faces[self.surface.clear()])
        found[panes] = self.bounced[panes]
        return np.asarray(found)

    def around(self, points: Array, lamps: list[Lamp], keys: list[int]) -> Array:
        """Irradiance harmonics at points (N, 3) without the ``keys``, (N, 9, 3)."""
        rows, weights = self._cells(points)
        total = np.einsum("nc,nckd->nkd", weights, self.probes[rows])
        reach = np.einsum("nc,ncl->nl", weights, self.reach[rows])
        for number, lamp in enumerate(lamps):
            if number in keys or not reach[:, number].any():
                continue
            towards = -lamp.forward[None] if lamp.light.kind == "sun" else lamp.position - points
            towards = towards / np.maximum(np.linalg.norm(towards, axis=1, keepdims=True), 1e-6)
            basis = harmonics(np.broadcast_to(towards, points.shape)) * BANDS
            total += basis[..., None] * reach[:, number, None, None] * lamp.colour
        return np.asarray(total)

    def strength(self, points: Array, lamps: list[Lamp]) -> Array:
        """How much light each lamp gives at points (N, 3), (N, L), mean of red, green, blue."""
        rows, weights = self._cells(points)
        bright = np.array([lamp.colour.mean() for lamp in lamps])
        return np.asarray(np.einsum("nc,ncl->nl", weights, self.reach[rows]) * bright)

    def _cells(self, points: Array) -> tuple[Array, Array]:
        """The eight probes around each point, and their shares: (N, 8) each."""
        place = np.clip((points - self.origin) / self.step, 0, self.counts - 1.001)
        cell = place.astype(int)
        part = place - cell
        rows, weights = [], []
        for corner in np.ndindex(2, 2, 2):
            at = np.minimum(cell + corner, self.counts - 1)
            rows.append((at[:, 0] * self.counts[1] + at[:, 1]) * self.counts[2] + at[:, 2])
            weights.append(np.prod(np.where(np.array(corner), part, 1 - part), axis=1))
        return np.stack(rows, 1), np.stack(weights, 1)


BANDS = np.array([np.pi, *[2 * np.pi / 3] * 3, *[np.pi / 4] * 5])
"""What a cosine lobe keeps of each harmonic."""


def harmonics(directions: Array) -> Array:
    """The nine real spherical harmonics up to degree two, (…, 9)."""
    x, y, z = np.moveaxis(directions, -1, 0)
    return np.stack(
        [
            np.full_like(x, 0.282095),
            0.488603 * y,
            0.488603 * z,
            0.488603 * x,
            1.092548 * x * y,
            1.092548 * y * z,
            0.315392 * (3 * z * z - 1),
            1.092548 * x * z,
            0.546274 * (x * x - y * y),
        ],
        -1,
    )
