"""What a camera sees of somebody, frame by frame: the face, and how much of the body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from camera.framing import Camera
from camera.pose import Array
from filmagent.shoot.candidates import Frame
from filmagent.shoot.people import Figure, capsules
from filmagent.shoot.place import Place

FACE = ("eye.L", "eye.R", "mouth")
"""What must be seen for a face to be seen."""
TURNED = 60.0
"""Degrees off the lens from which a face is seen from the side."""
_BODY = ("head_top", "chin", "shoulder.L", "shoulder.R", "hip.L", "hip.R")
MARGIN = 0.06
"""The last metres before a point that do not hide it: the skin over it."""


@dataclass(frozen=True)
class Track:
    """A camera over some frames.

    Parameters
    ----------
    positions : (F, 3) metres
    quaternions : (F, 4) wxyz, world from camera
    focal : (F,) mm
    """

    positions: Array
    quaternions: Array
    focal: Array

    def through(self, frame: Frame) -> Camera:
        """All of its frames at once."""
        f = frame.focal_heights(self.focal)
        return Camera(self.positions, self.quaternions, f, frame.aspect)

    def framed(self, frame: Frame, points: Array) -> Array:
        """Which of points (F, P, 3) are in the frame: (F, P)."""
        camera = self.through(frame)
        screen, _ = camera.project(points)
        return np.asarray((np.abs(screen) < camera.half).all(axis=-1))


@dataclass(frozen=True)
class Seen:
    """A face over some frames (F,)."""

    there: Array
    """Whether there is anybody: all else is False and NaN where not."""
    framed: Array
    """Whether both eyes and the mouth are inside the frame."""
    clear: Array
    """Whether neither the set nor anybody else is before any of them."""
    degrees: Array
    """Between where the face points and the lens."""

    @property
    def good(self) -> Array:
        """Whether the face is framed, clear and within `TURNED` of the lens."""
        return self.framed & self.clear & (self.degrees <= TURNED)


def faces(track: Track, people: Sequence[Figure], whose: int, frame: Frame, place: Place) -> Seen:
    """How the face of ``people[whose]`` is seen; figures have a row a frame, NaN where away."""
    figure = people[whose]
    there = np.isfinite(figure.eyes).all(axis=1)
    framed, clear = np.zeros(len(there), bool), np.zeros(len(there), bool)
    degrees = np.full(len(there), np.nan)
    rows = np.flatnonzero(there)
    if not len(rows):
        return Seen(there, framed, clear, degrees)
    face = figure.stack(FACE)[rows]
    here = Track(track.positions[rows], track.quaternions[rows], track.focal[rows])
    framed[rows] = here.framed(frame, face).all(axis=1)
    clear[rows] = _free(here, face, people, rows, whose, place).all(axis=1)
    towards = here.positions - figure.eyes[rows]
    towards /= np.maximum(np.linalg.norm(towards, axis=1, keepdims=True), 1e-9)
    cosine = (_forward(figure)[rows] * towards).sum(axis=1)
    degrees[rows] = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return Seen(there, framed, clear, degrees)


def body(track: Track, people: Sequence[Figure], whose: int, frame: Frame, place: Place) -> Array:
    """Share (F,) of a body, head to hips, that is clear; 0 where the head is out of the frame."""
    figure = people[whose]
    share = np.zeros(len(track.positions))
    rows = np.flatnonzero(np.isfinite(figure.eyes).all(axis=1))
    if not len(rows):
        return share
    here = Track(track.positions[rows], track.quaternions[rows], track.focal[rows])
    points = figure.stack(_BODY)[rows]
    framed = here.framed(frame, figure.eyes[rows][:, None])[:, 0]
    share[rows] = framed * _free(here, points, people, rows, whose, place).mean(axis=1)
    return share


def _free(
    here: Track, points: Array, people: Sequence[Figure], rows: Array, whose: int, place: Place
) -> Array:
    """Whether nothing is between a camera and points (R, P, 3) of somebody: (R, P)."""
    count = points.shape[1]
    free = place.world.visible(
        np.repeat(here.positions, count, axis=0),
        points.reshape(-1, 3),
        capsules(people).at(np.repeat(rows, count)),
        np.full(count * len(rows), whose),
        margin=MARGIN,
    )
    return np.asarray(free.reshape(-1, count))


def _forward(figure: Figure) -> Array:
    """Where a face points (F, 3): across the plane of the eyes and the mouth."""
    left, right, mouth = (figure.points[name] for name in FACE)
    forward = np.cross((left + right) / 2 - mouth, right - left)
    return np.asarray(forward / np.maximum(np.linalg.norm(forward, axis=-1, keepdims=True), 1e-9))
