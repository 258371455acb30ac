"""Hair beyond where it is tied: the knot of a bun, a ponytail, a braid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting import flows
from filmagent.library.casting.combing import Head
from filmagent.library.casting.recipe import Hair

Array = NDArray[Any]
_KNOTS = 26
_CLOTH = 0.035
"""Room for clothes between a tail and the back, metres."""


def _bun(scene: Head, hair: Hair, rng: np.random.Generator) -> tuple[Array, Array]:
    """Locks wound around a knot at the back of the head."""
    centre = flows.tied_at(scene, "bun")
    count, knots = 34, 26
    height = np.linspace(-0.92, 0.92, count) + rng.normal(0, 0.03, count)
    angle = rng.uniform(0, 6.3, (count, 1)) + np.linspace(0, 2.6, knots)
    lean = np.linspace(-0.16, 0.16, knots) * rng.choice([-1, 1], (count, 1))
    across = np.clip(height[:, None] + lean, -0.97, 0.97)
    ring = np.sqrt(1 - across**2)
    radius = 0.038
    paths = centre + radius * np.stack(
        [np.cos(angle) * ring, 0.75 * across + 0 * angle, np.sin(angle) * ring], axis=-1
    )
    ups = paths[:, 0] - centre
    return paths, ups / np.linalg.norm(ups, axis=1, keepdims=True)


def _ponytail(scene: Head, hair: Hair, rng: np.random.Generator) -> tuple[Array, Array]:
    """A tail that arches from its band and falls, a band around its root."""
    count = 90
    tie = flows.tied_at(scene, "ponytail")
    t = np.linspace(0, 1, _KNOTS)
    arch = np.stack([
        0 * t, -0.055 * np.sin(np.minimum(t / 0.5, 1) * np.pi / 2) - 0.008 * t,
        0.022 * np.sin(np.minimum(t / 0.22, 1) * np.pi) - hair.length * np.maximum(t - 0.1, 0),
    ], axis=1)  # fmt: skip
    thick = np.interp(t, [0, 0.06, 0.35, 0.8, 1.0], [0.009, 0.011, 0.027, 0.022, 0.006])
    tail = _bundle(tie + arch, thick, count, rng)
    return _with_band(tail, tie + np.array([0, -0.008, 0.006]), 0.0135, rng)


def _braid(scene: Head, hair: Hair, rng: np.random.Generator) -> tuple[Array, Array]:
    """Three bundles that pass over one another down the back."""
    tie = flows.tied_at(scene, "braid")
    t = np.linspace(0, 1, 3 * _KNOTS)
    spine = tie + np.stack([0 * t, -0.02 * np.sin(np.pi * np.minimum(2 * t, 1) / 2), 0 * t], 1)
    spine[:, 2] -= hair.length * t
    for _ in range(3):
        spine, _up = scene.lift(spine, _CLOTH * np.clip(6 * t, 0.2, 1))
    spine[:, 0] = 0.0
    taper = np.interp(t, [0, 0.1, 0.88, 0.92, 1.0], [0.9, 1.0, 0.72, 0.35, 0.75])
    turns = hair.length / 0.062
    paths, ups = [], []
    for strand in range(3):
        phase = 2 * np.pi * (turns * t + strand / 3)
        weave = np.stack([0.0125 * np.sin(phase), 0.0065 * np.sin(2 * phase), 0 * t], axis=1)
        line = spine + weave * taper[:, None]
        # a lock shows for a turn or two before it passes under: that keeps its bends round
        for first in np.linspace(0, len(t) - 1 - _KNOTS, 9).round().astype(int):
            piece = slice(first, first + _KNOTS)
            made, up = _bundle(line[piece], 0.0075 * taper[piece], 7, rng)
            paths.append(made)
            ups.append(up)
    return np.concatenate(paths), np.concatenate(ups)


def _bundle(line: Array, thick: Array, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """``count`` locks around a line (K, 3), ``thick`` (K,) metres from it."""
    turn = rng.uniform(0, 2 * np.pi, count)
    out = np.sqrt(rng.uniform(0.25, 1.0, count))
    across = np.stack([np.cos(turn), np.sin(turn), np.zeros(count)], axis=1)
    length = rng.uniform(0.8, 1.0, count)
    places = np.arange(len(line)) * length[:, None]
    low = np.floor(places).astype(int).clip(0, len(line) - 2)
    share = (places - low)[..., None]
    centre = line[low] * (1 - share) + line[low + 1] * share
    wide = thick[low] * out[:, None]
    return centre + across[:, None] * wide[..., None], across


def _with_band(
    tail: tuple[Array, Array], middle: Array, radius: float, rng: np.random.Generator
) -> tuple[Array, Array]:
    """A tail with locks wound around its root."""
    count = 8
    angle = rng.uniform(0, 6.3, (count, 1)) + np.linspace(0, 3.4, _KNOTS)
    along = np.linspace(-0.006, 0.006, count)[:, None] + 0 * angle
    ring = np.stack([radius * np.cos(angle), along, radius * np.sin(angle)], axis=-1)
    paths = middle + ring
    ups = ring[:, 0] / np.linalg.norm(ring[:, 0], axis=1, keepdims=True)
    return np.concatenate([tail[0], paths]), np.concatenate([tail[1], ups])


TAILS: dict[str, Callable[[Head, Hair, np.random.Generator], tuple[Array, Array]]] = {
    "bun": _bun, "ponytail": _ponytail, "braid": _braid,
}  # fmt: skip
"""Style → the locks (R, K, 3) that are added to what grows, and (R, 3) their outer sides."""
