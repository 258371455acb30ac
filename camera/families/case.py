"""What a case is made of."""

from __future__ import annotations

from dataclasses import dataclass

from camera.grammar import Shot
from camera.lens import Lens
from camera.pose import Array
from camera.trajectory import Trajectory
from camera.world import Bodies, World


@dataclass(frozen=True)
class Wish:
    """What the picture should be, the whole time.

    Parameters
    ----------
    subjects : numbers of the people to show, the most important first
    screen : (S, 2) frame heights
        Where the eyes of each should be.
    head_fraction
        Head height (chin to crown) of the first over frame height.
    azimuth, elevation
        Radians from where the first subject faces to the camera, counter-clockwise from above; and
        of the camera above their eyes.
    """

    subjects: tuple[int, ...]
    screen: Array
    head_fraction: float
    azimuth: float
    elevation: float


@dataclass(frozen=True)
class Case:
    """A scene, a wish and its witness. F frames, N people, the subjects' numbers first.

    Parameters
    ----------
    times : (F,) seconds
    world, bodies
        What stands and what moves; owners of bodies are people's numbers.
    points : (F, N, 12, 3) metres, in the order of `camera.families.POINTS`
    eyes : (F, N, 3) metres, midway between the eyes
    look : (F, N) radians, heading of each face
    heading : (F, N) radians, heading of each body: where a walker goes
    shot
        The wish in words.
    wish
        The wish in numbers.
    line : (points (F, 2), normals (F, 2)), optional
        The line of action of two subjects: the camera stays where (p − point)·normal > 0.
    witness
        A track that fulfils the wish.
    """

    family: str
    seed: int
    action: str
    times: Array
    world: World
    bodies: Bodies
    points: Array
    eyes: Array
    look: Array
    heading: Array
    shot: Shot
    wish: Wish
    lens: Lens
    line: tuple[Array, Array] | None
    witness: Trajectory

    @property
    def names(self) -> tuple[str, ...]:
        """The people's names, as in ``shot.subjects``."""
        return tuple(f"person {n}" for n in range(self.eyes.shape[1]))
