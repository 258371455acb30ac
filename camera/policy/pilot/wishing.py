"""What a shot wishes at every frame, as far as it can be known by then.

The planner sees the whole shot; a pilot only what has been. So people are followed by a causal
filter, Brown's double exponential smoothing (R. G. Brown, "Smoothing, Forecasting and Prediction
of Discrete Time Series", 1963, §9), which lags neither behind who stands nor behind who walks
straight on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camera.framing import eyes_height
from camera.grammar import ANGLES, HEAD, SIZES
from camera.planner.moves import motion
from camera.planner.scene import Cast, Request, cast
from camera.planner.starts import places, towards
from camera.pose import Array, heading_of

_GOING, _TURNING = 0.3, 0.6
"""Seconds over which a subject's going is averaged, and their turning round."""


@dataclass(frozen=True)
class Wished:
    """A request frame by frame: F frames, S subjects, O people.

    Parameters
    ----------
    request, cast
        What was asked for, and its scene with every array in its full shape.
    eyes, going : (F, S, 3) metres and m/s
        The subjects' eyes and their velocity, by what was seen until then.
    look : (F, S) radians
    place, drift : (F, 3) metres and m/s
        Where the camera should be, and how fast that place moves.
    screen : (S, 2) frame heights
    focal : (F,) frame heights
    distance, azimuth, elevation : (F,)
        Metres and radians of the place from the first subject's eyes; azimuth from their look.
    rates : (F, 3)
        How fast the logarithm of the distance, azimuth and elevation change, a second.
    people, hurry : (F, O, 3) metres and m/s
        Middles of everybody's body, and their velocity.
    girth : (O,) metres
        Radius of a person's widest capsule.
    owners : (O,)
    """

    request: Request
    cast: Cast
    eyes: Array
    going: Array
    look: Array
    place: Array
    drift: Array
    screen: Array
    focal: Array
    distance: Array
    azimuth: Array
    elevation: Array
    rates: Array
    people: Array
    hurry: Array
    girth: Array
    owners: Array

    @property
    def times(self) -> Array:
        """(F,) seconds."""
        return self.cast.times


def wished(request: Request, start: Array) -> Wished:
    """A request's wish, for a camera that begins at ``start`` (3,) metres.

    Where the request names no azimuth, the side that the camera begins on is the wished one.

    Raises
    ------
    ValueError
        As `camera.plan`; or if the start is not three finite numbers, or is in the subject's eyes.
    """
    scene = cast(request.scene, request.radius)
    begin = np.asarray(start, np.float64)
    if begin.shape != (3,) or not np.all(np.isfinite(begin)):
        raise ValueError(f"a camera begins at three finite metres, not {np.asarray(start)!r}")
    times = scene.times
    eyes, going = followed(times, scene.eyes, _GOING)
    look, _ = followed(times, np.unwrap(scene.look, axis=0), _TURNING)
    shot, picture = request.shot, request.picture
    shows = SIZES[shot.size].shows
    if picture.head_fraction is not None:
        shows = HEAD / picture.head_fraction
    far = request.lens.focal_heights * shows
    away = begin - scene.eyes[0, 0]
    if np.linalg.norm(away) < 1e-3:
        raise ValueError("the camera begins in its subject's eyes; begin farther away")
    held = picture.azimuth is not None
    base = look[:, 0] + (np.pi if shot.move == "follow" and not held else 0.0)
    azimuth = heading_of(away) - base[0] if picture.azimuth is None else picture.azimuth
    elevation = ANGLES[shot.angle] if picture.elevation is None else picture.elevation
    gone = (times - times[0]) / (times[-1] - times[0])
    # an arc goes on towards the one side that is asked for, wherever before it it begins
    one = request.azimuths is not None and np.size(request.azimuths) == 1
    sense = np.ravel(np.asarray(request.azimuths, np.float64))[0] if one else azimuth
    sense = float(np.angle(np.exp(1j * sense)))
    move = motion(shot, gone, float(times[-1] - times[0]), far, sense)
    if not (move.accompanies or held):
        base = np.full_like(base, base[0])
    # the camera stands where the move begins
    turn = azimuth + (0.0 if held else move.turn - move.turn[0])
    lift = np.clip(elevation + move.rise, -1.4, 1.4)
    depth = far * move.size * move.zoom
    direction = towards(base + turn, lift)
    screen = places(request, eyes, direction, eyes_height(shot.size))[0]
    focal = request.lens.focal_heights * move.zoom
    # depth is along the axis; the place is that far off it that the eyes come to their screen place
    reach = depth * np.sqrt(1 + (screen[0] ** 2).sum() / focal**2)
    place = eyes[:, 0] + reach[:, None] * direction
    drift = np.gradient(place - eyes[:, 0], times, axis=0) + going[:, 0]
    people, girth, owners = _people(scene)
    middles, hurry = followed(times, people, _GOING)
    azimuths = np.asarray(base + turn - look[:, 0])
    course = np.stack([np.log(reach), azimuths, lift], axis=1)
    return Wished(
        request,
        scene,
        eyes,
        going,
        look,
        place,
        drift,
        screen,
        focal,
        reach,
        azimuths,
        lift,
        np.gradient(course, times, axis=0),
        middles,
        hurry,
        girth,
        owners,
    )


def followed(times: Array, values: Array, seconds: float) -> tuple[Array, Array]:
    """Where (F, ...) values are and how fast they change, by what was seen until each frame."""
    if len(times) < 2 or not values.size:
        return values, np.zeros_like(values)
    dt = float(np.median(np.diff(times)))
    a = 1.0 - np.exp(-2.0 * dt / seconds)
    flat = values.reshape(len(times), -1)
    # people were there before the shot: the filter begins in their state, not at rest
    speed = (flat[1] - flat[0]) / dt
    lag = speed * dt * (1 - a) / a
    first = _averaged(flat, a, flat[0] - lag)
    second = _averaged(first, a, flat[0] - 2 * lag)
    level = 2 * first - second
    trend = (first - second) * a / ((1 - a) * dt)
    return level.reshape(values.shape), trend.reshape(values.shape)


def _averaged(values: Array, a: float, before: Array) -> Array:
    """Exponential averages (F, N), the first of which is ``before``."""
    out = np.empty_like(values)
    out[0] = before
    # `scipy.signal` would take longer to import than a film's flights take to filter
    for row in range(1, len(values)):
        out[row] = out[row - 1] + a * (values[row] - out[row - 1])
    return out


def _people(scene: Cast) -> tuple[Array, Array, Array]:
    """Everybody's middle (F, O, 3), widest radius (O,) and owner (O,)."""
    bodies, frames = scene.bodies, len(scene.times)
    owners = np.unique(bodies.owners)
    if not len(owners):
        return np.zeros((frames, 0, 3)), np.zeros(0), owners
    middles = bodies.ends.mean(axis=2)
    each = [middles[:, bodies.owners == o].mean(axis=1) for o in owners]
    people = np.broadcast_to(np.stack(each, axis=1), (frames, len(owners), 3))
    girth = np.array([bodies.radii[bodies.owners == o].max() for o in owners])
    return np.asarray(people), girth, owners
