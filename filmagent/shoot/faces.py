"""What a camera sees of somebody, frame by frame: the face, and how much of the body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from camera.framing import Camera
from camera.metrics.faces import Faced, clear, faced, inside
from camera.pose import Array
from filmagent.shoot.candidates import Frame
from filmagent.shoot.people import Figure, capsules
from filmagent.shoot.place import Place

FACE = ("eye.L", "eye.R", "mouth")
"""What must be seen for a face to be seen."""
_BODY = ("head_top", "chin", "shoulder.L", "shoulder.R", "hip.L", "hip.R")
_MARGIN = 0.06
"""The last metres before a point that do not hide it: the skin over it."""


def filmed(arrays: Mapping[str, Array], rows: Array, frame: Frame) -> Camera:
    """The camera of a take at some of its rows."""
    return Camera(
        arrays["positions"][rows],
        arrays["quaternions"][rows],
        frame.focal_heights(np.asarray(arrays["focal_mm"][rows], np.float64)),
        frame.aspect,
    )


def faces(camera: Camera, people: Sequence[Figure], whose: int, place: Place) -> Faced:
    """How the face of ``people[whose]`` is seen; figures have a row a frame, NaN where away."""
    face = people[whose].stack(FACE)
    return faced(camera, face, place.world, capsules(people), whose, margin=_MARGIN)


def free(
    camera: Camera, people: Sequence[Figure], whose: int, names: Sequence[str], place: Place
) -> Array:
    """Which points (F, P) of somebody neither the set nor anybody else is before."""
    points = people[whose].stack(names)
    return clear(camera, points, place.world, capsules(people), whose, margin=_MARGIN)


def body(camera: Camera, people: Sequence[Figure], whose: int, place: Place) -> Array:
    """Share (F,) of a body, head to hips, that is clear; 0 where the head is out of the frame."""
    framed = inside(camera, people[whose].eyes[:, None])[:, 0]
    return np.asarray(framed * free(camera, people, whose, _BODY, place).mean(axis=1))
