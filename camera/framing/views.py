"""From where somebody is seen, and who is in the picture: vertical angle, view, company."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from camera.framing.body import LIMBS
from camera.framing.screen import Camera, Seen
from camera.framing.sizes import held
from camera.grammar import ANGLES, AZIMUTHS, DUTCH
from camera.pose import Array, azimuth_elevation, facing, forward, heading_of

VIEWS: tuple[str, ...] = tuple(AZIMUTHS)
"""Names of where the camera is, seen from the subject; see `views`."""
TILTED = DUTCH / 3
"""Radians of roll from which a picture is dutch and no accident."""

_BELOW = {"elbow", "hand", "hip", "knee", "foot"}
_ANGLES = sorted(ANGLES, key=lambda name: ANGLES[name])
_ANGLE_BORDERS = np.array([(ANGLES[a] + ANGLES[b]) / 2 for a, b in pairwise(_ANGLES)])
_BUST = [i for i, ends in enumerate(LIMBS) if not _BELOW & {e.split(".")[0] for e in ends}]
_EQUAL = float(np.log(2.5))
"""Log ratio of two depths up to which two people are seen as equals."""


def elevation(camera: Camera, eyes: ArrayLike) -> Array:
    """Radians (...,) of cameras above the level of a subject's eyes (..., 3), seen from them."""
    d: Array = camera.positions - np.asarray(eyes, np.float64)
    return np.asarray(np.arctan2(d[..., 2], np.hypot(d[..., 0], d[..., 1])))


def angles(radians: ArrayLike, *, hysteresis: float = 0.04) -> Array:
    """Names (F, ...) of vertical angles (bird, high, eye, low, worm) by elevation (F, ...)."""
    return np.array([*_ANGLES, ""])[held(radians, _ANGLE_BORDERS, hysteresis)]


def dutch(camera: Camera, *, hysteresis: float = 0.015) -> Array:
    """Which pictures (F, ...) are rolled."""
    roll = np.abs(azimuth_elevation(camera.quaternions)[2])
    return np.asarray(held(roll, [TILTED], hysteresis) == 1)


def azimuth(camera: Camera, body_eyes: ArrayLike, look: ArrayLike) -> Array:
    """Radians (...,) in [−π, π) from where a subject looks to the camera, counter-clockwise."""
    d: Array = camera.positions - np.asarray(body_eyes, np.float64)
    turn = heading_of(d) - np.asarray(look, np.float64)
    return np.asarray((turn + np.pi) % (2 * np.pi) - np.pi)


def views(radians: ArrayLike, *, hysteresis: float = 0.05) -> Array:
    """Names (F, ...) of the eight `VIEWS` by azimuth (F, ...)."""
    step = np.pi / 4
    turned = (np.asarray(radians, np.float64) + step / 2) % (2 * np.pi)
    index = held(turned, step * np.arange(1, 9), hysteresis, period=2 * np.pi)
    return np.array([*VIEWS, ""])[index]


def company(cast: Sequence[Seen]) -> Array:
    """Who is in each picture (...,): "", "single", "ots", "pov", "two_shot" or "group".

    A point of view is from within somebody's head along their look. Over the shoulder: the head or
    shoulders of somebody near the lens, whose face is turned away, frame another. Faces in frame
    count otherwise; of two, one much nearer than the other is not an equal and is left out.
    """
    if not cast:
        raise ValueError("nobody to tell the picture by; give at least one body")
    camera = cast[0].camera
    ahead = forward(camera.quaternions)
    pov = np.zeros(np.broadcast_shapes(*(s.eyes_depth.shape for s in cast)), bool)
    away, faces, depths, present = [], [], [], []
    for seen in cast:
        gap = np.linalg.norm(camera.positions - seen.body.eyes, axis=-1)
        along = (ahead * facing(seen.body.look)).sum(-1)
        within = gap < 0.25
        pov |= within & (along > 0.8)
        turned = np.abs(azimuth(camera, seen.body.eyes, seen.body.look)) > 0.5 * np.pi
        faces.append(seen.face_inside & ~turned & ~within)
        away.append(turned)
        depths.append(np.where(seen.eyes_depth > 0, seen.eyes_depth, np.inf))
        present.append(np.isfinite(seen.limbs[0][..., _BUST]).any(axis=-1) & ~within)
    face, depth = np.stack(np.broadcast_arrays(*faces)), np.stack(np.broadcast_arrays(*depths))
    nearest = np.where(face, depth, np.inf).min(axis=0)
    shoulder = np.stack(np.broadcast_arrays(*away)) & np.stack(np.broadcast_arrays(*present))
    over = (shoulder & (depth < 0.8 * nearest)).any(axis=0) & face.any(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        equal = face & (np.log(depth / nearest) < _EQUAL)
    count = equal.sum(axis=0)
    # people seen from behind are company too where nobody's face is
    count = np.where(face.any(axis=0), count, shoulder.sum(axis=0))
    named = np.array(["", "single", "two_shot", "group"])[np.minimum(count, 3)]
    return np.asarray(np.where(pov, "pov", np.where(over & (count == 1), "ots", named)))
