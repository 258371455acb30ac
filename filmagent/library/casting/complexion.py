"""The colours of skin: by vertex for the whole body, and a painted texture for the head."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Recipe

Array = NDArray[Any]


def paint(figure: Figure, recipe: Recipe, rng: np.random.Generator) -> Array:
    """(N, 3) linear colours at the figure's vertices."""
    skin = recipe.skin
    tone = np.array(skin.tone)
    colours = np.tile(tone, (len(figure.points), 1))
    blood = np.array([1.06, 0.78, 0.76])
    flush = skin.flush * _flush(figure)
    colours *= 1 + (blood - 1) * flush[:, None]
    colours = _mix(colours, np.array(skin.lips), 0.9 * figure.masks["lips"])
    colours = _mix(colours, tone * [0.78, 0.66, 0.66], 0.5 * figure.masks["eyelids"])
    nails = np.clip(tone * 0.55 + [0.30, 0.17, 0.14], 0, 0.75)
    colours = _mix(colours, nails, 0.7 * figure.masks["fingernails"])
    colours = _mix(colours, np.array([0.25, 0.055, 0.05]), figure.masks["inside-mouth"])
    made: Array = colours * rng.normal(1, 0.012, (len(colours), 1))
    return made


def _mix(colours: Array, other: Array, share: Array) -> Array:
    mixed: Array = colours + (other - colours) * share[:, None]
    return mixed


def _flush(figure: Figure) -> Array:
    """(N,) 0–1: where blood shows: cheeks, nose, ears, knuckles, elbows."""
    eye, points = figure.head_of("eye.L"), figure.points
    x, y, z = np.abs(points[:, 0]), points[:, 1], points[:, 2] - eye[2]
    x, z = x / figure.face_scale(), z / figure.face_scale()
    face = figure.influence("head", "jaw", "special", "levator", "oris", "risorius", "temporalis",
                            "orbicularis", "oculi") > 0.5  # fmt: skip
    cheek = np.exp(-(((x - 0.042) / 0.02) ** 2) - ((z + 0.042) / 0.02) ** 2) * (y > eye[1] - 0.03)
    nose = np.exp(-((x / 0.014) ** 2) - ((z + 0.042) / 0.016) ** 2) * (y > eye[1])
    total = np.where(face, 0.8 * cheek + 0.8 * nose, 0) + 0.7 * figure.masks["ears"]
    for side in "LR":
        for finger in range(2, 6):
            knuckle = figure.head_of(f"finger{finger}-1.{side}")
            total += 0.5 * np.exp(-((np.linalg.norm(points - knuckle, axis=1) / 0.012) ** 2))
    made: Array = np.clip(total, 0, 1)
    return made


def unwrap(figure: Figure) -> Array:
    """(N, 2) uvs: the head unrolled around its upright axis, seam at the nape; the rest at v = 0.

    The seam lies under the hair, so that no vertex needs two uvs and normals stay whole.
    """
    centre = figure.head_of("head")
    points = figure.points
    u = 0.5 - np.arctan2(points[:, 0], points[:, 1] - centre[1] - 0.02) / (2 * np.pi)
    low, high = _band(figure)
    # a margin, so that blurred copies of the texture do not mix crown and neck
    v = np.clip((points[:, 2] - low) / (high - low), 0.012, 0.99)
    return np.stack([u, v], axis=1)


HEAD = ("head", "jaw", "special", "levator", "oris", "risorius", "temporalis", "orbicularis",
         "oculi", "tongue", "eye")  # fmt: skip
"""Prefixes of the bones of head and face."""


def _band(figure: Figure) -> tuple[float, float]:
    """Heights of the texture's lower and upper edge."""
    top = figure.points[np.unique(figure.quads["body"]), 2].max()
    return float(figure.head_of("neck01")[2]), float(top)
