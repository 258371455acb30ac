"""One frame as it is drawn: the camera now and at the next frame, and who is in front of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.render.person import Person
from filmagent.render.staged import Camera
from filmagent.render.things import Thing, boxes_in_view

Array = NDArray[Any]


@dataclass
class Moment:
    """A frame of a setup; people and props are posed for it."""

    number: int
    camera: Camera
    after: Camera
    size: tuple[int, int]
    people: list[Person] = field(default_factory=list)
    props: list[Thing] = field(default_factory=list)

    @cached_property
    def clip(self) -> Array:
        """clip_from_world, (4, 4)."""
        return np.asarray(self.camera.projection(self.size) @ self.camera.view())

    @cached_property
    def clip_after(self) -> Array:
        """clip_from_world at the next frame, (4, 4)."""
        return np.asarray(self.after.projection(self.size) @ self.after.view())

    @cached_property
    def still(self) -> bool:
        """Whether the camera stands still until the next frame."""
        return bool(np.array_equal(self.clip, self.clip_after))

    @cached_property
    def lens(self) -> tuple[float, float]:
        """The lens's blur now, as `blur_of` says it."""
        return blur_of(self.camera, self.size[0])

    @cached_property
    def calm(self) -> bool:
        """Whether the camera stands still and its focus too."""
        return self.still and self.lens == blur_of(self.after, self.size[0])

    @cached_property
    def in_view(self) -> list[Person]:
        """The people who may be in the picture; the others only throw shadows into it."""
        return [
            person
            for person in self.people
            if boxes_in_view(person.box[0][None], person.box[1][None], self.clip)[0]
        ]

    def empty(self) -> Moment:
        """The same without people and props."""
        return Moment(self.number, self.camera, self.after, self.size)


def blur_of(camera: Camera, width: int) -> tuple[float, float]:
    """A thin lens's blur: its radius in pixels is the first times (the second − 1 / distance).

    Light from a point at distance z through an aperture A, focused at s, covers A |z − s| / s
    there, seen f / z as large on the film (as Cycles' camera does it).
    """
    focal, aperture = camera.focal_mm / 1000, camera.focal_mm / 1000 / max(camera.fstop, 0.5)
    pixels = width / (camera.sensor_mm / 1000)
    return 0.5 * aperture * focal * pixels, 1.0 / max(camera.focus_m, 0.1)
