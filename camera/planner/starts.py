"""From where a shot can be begun: directions round the subject, places on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from camera.grammar import ANGLES, AZIMUTHS, VIEWS
from camera.planner.scene import Cast, Request
from camera.pose import Array, facing

_ROUND = ((0.0, 0.0), (0.3, 0.0), (-0.3, 0.0), (0.0, 0.25), (0.6, 0.0), (-0.6, 0.0), (0.0, -0.2))
"""Azimuth and elevation, radians, by which the starts differ when there is one wish."""


@dataclass(frozen=True)
class Start:
    """A wished direction, radians, and by how much the camera begins aside and above of it."""

    azimuth: float
    elevation: float
    aside: float = 0.0
    above: float = 0.0


def directions(request: Request, cast: Cast) -> list[Start]:
    """From where a request is begun.

    Raises
    ------
    ValueError
        If the azimuths are none.
    """
    picture = request.picture
    elevation = ANGLES[request.shot.angle] if picture.elevation is None else picture.elevation
    if picture.azimuth is not None:
        return [Start(picture.azimuth, elevation, a, e) for a, e in _ROUND]
    if request.azimuths is not None:
        given = np.atleast_1d(np.asarray(request.azimuths, np.float64))
        if not given.size or not np.all(np.isfinite(given)):
            raise ValueError(f"azimuths {given.tolist()} are not finite radians")
    elif beside(request, cast):
        given = np.array([1.2, -1.2, np.pi / 2, -np.pi / 2, 1.9, -1.9])
    elif request.shot.view not in VIEWS:
        given = AZIMUTHS[request.shot.view] + np.array([0.0, 0.2, -0.2])
    else:
        least, best, most = VIEWS[request.shot.view]
        given = np.array([s * a for a, s in product((best, least, most), (1.0, -1.0))])
    if len(given) > 3:
        return [Start(float(a), elevation) for a in given]
    above = (0.0, 0.25)[: max(1, 4 // len(given))]
    return [Start(float(a), elevation, 0.0, e) for a in given for e in above]


def beside(request: Request, cast: Cast) -> bool:
    """Whether the camera is to stand beside the line between two, not before one of them."""
    return (
        cast.eyes.shape[1] > 1
        and request.picture.azimuth is None
        and request.azimuths is None
        and request.shot.view not in ("ots", "pov")
    )


def towards(heading: Array, elevation: Array) -> Array:
    """Unit directions (..., 3) of a heading and an elevation, radians."""
    away = facing(heading) * np.cos(elevation)[..., None]
    away[..., 2] = np.sin(elevation)
    return np.asarray(away)


def places(request: Request, eyes: Array, away: Array, y: float) -> Array:
    """Where (T, S, 2) each subject shall be; without a wish spread out as they are seen."""
    frames, subjects = eyes.shape[:2]
    if request.picture.screen is not None:
        return np.tile(np.asarray(request.picture.screen, np.float64), (frames, 1, 1))
    screen = np.full((frames, subjects, 2), y)
    screen[..., 0] = 0.0
    if subjects > 1:
        right = np.array([-away[:, 1].mean(), away[:, 0].mean()])
        order = np.argsort((eyes[:, :, :2] @ right).mean(axis=0), kind="stable")
        screen[:, order, 0] = np.linspace(-1, 1, subjects) * 0.17 * request.lens.aspect
    return screen
