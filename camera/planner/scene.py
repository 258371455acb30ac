"""What a shot films, what is asked of it, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import Shot
from camera.lens import Lens
from camera.pose import Array
from camera.trajectory import Trajectory
from camera.world import Bodies, World


@dataclass(frozen=True)
class Scene:
    """What a shot films.

    Parameters
    ----------
    times : (F,) seconds
    eyes : (F, 3) or (F, S, 3) metres, of the subject or of each subject, the most important first
    look : (F,) or (F, S) radians, heading each subject looks or walks along
    others : (F, O, 3) metres, eyes of everybody else where no ``bodies`` are given; NaN where
        absent
    side : (point (2,), normal (2,)) or ((F, 2), (F, 2)), optional
        The line of action: the camera stays where (p − point)·normal > 0.
    bodies : optional
        Everybody as capsules, the subjects too, with F rows.
    owners : whose of the bodies each subject's is, S numbers
    points : (F, P, 3) or (F, S, P, 3) metres, optional
        What of each subject shall be seen; otherwise their head and shoulders.
    """

    times: Array
    eyes: Array
    look: Array
    others: Array = field(default_factory=lambda: np.zeros((1, 0, 3)))
    side: tuple[Array, Array] | None = None
    bodies: Bodies | None = None
    owners: tuple[int, ...] = ()
    points: Array | None = None


@dataclass(frozen=True)
class Picture:
    """What the picture shall be the whole time, in numbers; what is None follows from the shot.

    Parameters
    ----------
    screen : (S, 2) frame heights, where the eyes of each subject should be
    head_fraction
        Head height (chin to crown) of the first subject over frame height.
    azimuth, elevation
        Radians from where the first subject looks to the camera, counter-clockwise from above; and
        of the camera above their eyes.
    """

    screen: ArrayLike | None = None
    head_fraction: float | None = None
    azimuth: float | None = None
    elevation: float | None = None


@dataclass(frozen=True)
class Request:
    """A shot to plan.

    Parameters
    ----------
    picture : optional
        Numbers where the shot's words are too coarse.
    azimuths : optional
        Directions of the camera that are equally welcome, radians from the first subject's look
        (for ``follow`` from straight behind); otherwise those of the shot's view.
    radius
        Metres kept clear of everything.
    seed
        Of the rig's shake.
    after : optional
        What the camera did until the shot begins: it goes on from there without a jump, whatever
        else that costs.
    """

    shot: Shot
    scene: Scene
    world: World
    lens: Lens
    picture: Picture = Picture()
    azimuths: ArrayLike | None = None
    radius: float = 0.3
    seed: int = 0
    after: Trajectory | None = None


@dataclass(frozen=True)
class Plan:
    """A track and what it is worth.

    Parameters
    ----------
    trajectory
    costs : figures by name
        ``clearance`` (least, metres), ``visibility`` (share of what shall be seen),
        ``framing`` (RMS of the eyes, frame heights), ``size`` (RMS of the log distance),
        ``line`` (share of the time beyond the line of action), ``speed`` (m/s), ``turn`` (rad/s).
    reasons, given_up
        What was done, and which of the wishes could not be met.
    """

    trajectory: Trajectory
    costs: dict[str, float]
    reasons: list[str]
    given_up: list[str]


@dataclass(frozen=True)
class Cast:
    """A scene's arrays, checked: F frames, S subjects, P points each."""

    times: Array
    eyes: Array
    look: Array
    points: Array
    owners: Array
    bodies: Bodies
    side: tuple[Array, Array] | None

    @property
    def gone(self) -> Array:
        """(F,) how much of the shot has gone, from 0 to 1."""
        return np.asarray((self.times - self.times[0]) / (self.times[-1] - self.times[0]))

    def at(self, u: Array) -> Cast:
        """The scene at other instants, fractions (T,) of the shot; linear between frames."""
        place = np.interp(u, self.gone, np.arange(len(self.times)))
        row = np.minimum(place.astype(np.int64), len(self.times) - 2)

        def between(values: Array) -> Array:
            f = (place - row).reshape(-1, *[1] * (values.ndim - 1))
            return np.asarray(values[row] * (1 - f) + values[row + 1] * f)

        side = self.side
        return Cast(
            between(self.times),
            between(self.eyes),
            between(self.look),
            between(self.points),
            self.owners,
            Bodies(between(self.bodies.ends), self.bodies.radii, self.bodies.owners),
            None if side is None else (between(side[0]), between(side[1])),
        )


_SEEN = np.array([[0.0, 0.0, 0.10], [0.0, 0.0, 0.0], [0.0, 0.0, -0.25]])


def cast(scene: Scene, radius: float) -> Cast:
    """The scene with every array in its full shape.

    Raises
    ------
    ValueError
        If arrays disagree or are not finite, naming which and where.
    """
    times = np.asarray(scene.times, np.float64)
    if times.ndim != 1 or len(times) < 2:
        raise ValueError(f"a moving shot needs at least two frames, not times {times.shape}")
    if not np.all(np.isfinite(times)) or np.any(np.diff(times) <= 0):
        raise ValueError("times must be finite and increase")
    if not (np.isfinite(radius) and radius >= 0):
        raise ValueError(f"the radius kept clear must be 0 m or more, not {radius}")
    frames = len(times)
    eyes = np.asarray(scene.eyes, np.float64)
    eyes = eyes[:, None] if eyes.ndim == 2 else eyes
    look = np.asarray(scene.look, np.float64)
    look = look[:, None] if look.ndim == 1 else look
    if eyes.shape != (frames, eyes.shape[1], 3) or look.shape != eyes.shape[:2]:
        raise ValueError(
            f"eyes {np.shape(scene.eyes)} and look {np.shape(scene.look)} do not fit {frames} times"
        )
    for name, value in (("eyes", eyes), ("look", look)):
        good = np.isfinite(value).reshape(frames, -1).all(1)
        if not good.all():
            at = int(np.argmin(good))
            raise ValueError(
                f"the subject's {name} are not finite at {times[at]:g} s (frame {at}); "
                "give where they are throughout"
            )
    subjects = eyes.shape[1]
    points = eyes[:, :, None] + _SEEN if scene.points is None else _points(scene.points, eyes)
    owners = np.asarray(scene.owners, np.int64)
    bodies = scene.bodies
    if bodies is None:
        bodies, owners = _figures(eyes, np.asarray(scene.others, np.float64)), np.arange(subjects)
    if owners.shape != (subjects,):
        raise ValueError(f"{len(owners)} owners name the bodies of {subjects} subjects")
    if len(bodies.ends) not in (1, frames):
        raise ValueError(f"bodies have {len(bodies.ends)} rows for {frames} times")
    if len(bodies.ends) == 1:
        bodies = bodies.at(np.zeros(frames, np.int64))
    return Cast(
        times, eyes, np.unwrap(look, axis=0), points, owners, bodies, _side(scene.side, frames)
    )


def _points(points: Array, eyes: Array) -> Array:
    p = np.asarray(points, np.float64)
    p = p[:, None] if p.ndim == 3 else p
    if p.ndim != 4 or p.shape[:2] != eyes.shape[:2] or p.shape[3] != 3 or not p.shape[2]:
        raise ValueError(f"points {np.shape(points)} do not fit eyes {eyes.shape}")
    if not np.all(np.isfinite(p)):
        raise ValueError("the points that shall be seen are not all finite")
    return p


def _side(side: tuple[Array, Array] | None, frames: int) -> tuple[Array, Array] | None:
    if side is None:
        return None
    point, normal = (np.broadcast_to(np.asarray(s, np.float64)[..., :2], (frames, 2)) for s in side)
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    if not (np.all(np.isfinite(point)) and np.all(length > 1e-9)):
        raise ValueError("the line of action needs a finite point and a normal that is not zero")
    return point, normal / length


def _figures(eyes: Array, others: Array) -> Bodies:
    """People of whom only the eyes are known, as upright capsules; owners in their order."""
    frames = len(eyes)
    others = np.broadcast_to(others, (frames, *others.shape[1:]))
    every = np.concatenate([eyes, others], axis=1)
    ends = np.stack([every - np.array([0.0, 0.0, 1.3]), every - np.array([0.0, 0.0, 0.1])], axis=2)
    count = every.shape[1]
    # nobody knows what arms do: more room for those that the camera need not be close to
    radii = np.where(np.arange(count) < eyes.shape[1], 0.25, 0.3)
    return Bodies(ends, radii, np.arange(count))
