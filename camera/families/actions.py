"""What people do in a plot: stand, walk, talk, chase, circle; and the strangers round them.

Candidates are drawn by the dozen and tested at once; the first that touches nothing is taken.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from camera.families.people import Track
from camera.families.plot import Plot, Random
from camera.pose import Array, facing, heading_of

_GIRTH = 0.26
"""Metres round a person's axis that are kept free of the set."""
_AT = (0.5, 1.4)  # heights at which that is looked at
_TRIES = 12


def stand(r: Random, plot: Plot, times: Array) -> list[Track] | None:
    """One person who stays, and looks about."""
    spots = _drawn(r, plot, _TRIES)
    free = np.flatnonzero(_free(plot, spots, 0.45))
    if not len(free):
        return None
    heading = np.full(len(times), r.uniform(-np.pi, np.pi))
    look = heading + _wander(r, times, 0.25)
    return [_person(r, plot, np.tile(spots[free[0]], (len(times), 1)), heading, look)]


def talk(r: Random, plot: Plot, times: Array) -> list[Track] | None:
    """Two people who face each other."""
    middle, turn = _drawn(r, plot, 4 * _TRIES), r.uniform(-np.pi, np.pi, 4 * _TRIES)
    half = facing(turn)[:, :2] * r.uniform(0.45, 0.85)
    free = np.flatnonzero(_free(plot, middle - half, 0.45) & _free(plot, middle + half, 0.45))
    if not len(free):
        return None
    tracks = []
    for sign in (-1.0, 1.0):
        spot = middle[free[0]] + sign * half[free[0]]
        heading = np.full(len(times), turn[free[0]] + (np.pi if sign > 0 else 0.0))
        look = heading + _wander(r, times, 0.12)
        tracks.append(_person(r, plot, np.tile(spot, (len(times), 1)), heading, look))
    return tracks


def walk(r: Random, plot: Plot, times: Array) -> list[Track] | None:
    """One person on their way."""
    path = _path(r, plot)
    if path is None:
        return None
    along = _pace(r.uniform(0.9, 1.5), times, r.uniform(0, 0.8), _length(path))
    return [_walker(r, plot, path, along, times)]


def chase(r: Random, plot: Plot, times: Array) -> list[Track] | None:
    """One person who runs, and another who runs after."""
    path = _path(r, plot, least=6.0)
    if path is None:
        return None
    length, speed = _length(path), r.uniform(1.9, 3.0)
    gap = r.uniform(1.3, 2.0)
    if length < gap + 3.0:
        return None
    first = gap + _pace(speed, times, 0.0, length - gap)
    second = _pace(speed, times, r.uniform(0.1, 0.4), length - gap)
    return [_walker(r, plot, path, along, times) for along in (first, second)]


def circle(r: Random, plot: Plot, times: Array) -> list[Track] | None:
    """One person who walks round another."""
    middle, radius = _drawn(r, plot, 4 * _TRIES), r.uniform(0.9, 1.5)
    compass = radius * facing(np.arange(8) * np.pi / 4)[:, :2]
    rims = (middle[:, None] + compass).reshape(-1, 2)
    free = np.flatnonzero(_free(plot, rims, 0.4).reshape(-1, 8).all(1) & _free(plot, middle, 0.4))
    if not len(free):
        return None
    centre = middle[free[0]]
    way = r.choice([-1.0, 1.0])
    turned = _pace(r.uniform(0.5, 0.9), times, 0.5, np.inf) / radius
    angle = r.uniform(-np.pi, np.pi) + way * turned
    rim = centre + radius * facing(angle)[:, :2]
    heading, inwards = angle + way * np.pi / 2, angle + np.pi
    first = _person(r, plot, np.tile(centre, (len(times), 1)), angle, angle)
    return [first, _person(r, plot, rim, heading, inwards)]


ACTIONS: dict[str, Callable[[Random, Plot, Array], list[Track] | None]] = {
    "stand": stand,
    "walk": walk,
    "talk": talk,
    "chase": chase,
    "circle": circle,
}


def strangers(r: Random, plot: Plot, times: Array, cast: list[Track]) -> list[Track]:
    """People who stand or walk straight on, clear of the cast, the set and each other."""
    least, most = plot.strangers
    wanted = int(r.integers(least, most + 1))
    if not wanted:
        return []
    coarse = np.linspace(0, len(times) - 1, 11).astype(int)
    found: list[Track] = []
    count = wanted * _TRIES
    start, heading = _drawn(r, plot, count), r.uniform(-np.pi, np.pi, count)
    speed = r.uniform(0.5, 1.4, count) * (r.random(count) < 0.6)
    step = (facing(heading)[:, :2] * speed[:, None])[:, None]
    way = start[:, None] + step * (times[coarse] - times[0])[:, None]
    clear = _free(plot, way.reshape(-1, 2), _GIRTH).reshape(way.shape[:2]).all(axis=1)
    for track in cast:
        clear &= _apart(way, track.ground[coarse, :2])
    for tries in np.arange(count).reshape(wanted, _TRIES):
        left = tries[clear[tries]]
        if not len(left):
            continue
        which = left[0]
        clear &= _apart(way, way[which])
        xy = start[which] + step[which] * (times - times[0])[:, None]
        turn = np.full(len(times), heading[which])
        found.append(_person(r, plot, xy, turn, turn + _wander(r, times, 0.2)))
    return found


def _apart(ways: Array, other: Array) -> Array:
    """Whether ways (K, T, 2) keep clear of another (T, 2)."""
    x, y = ways[..., 0] - other[:, 0], ways[..., 1] - other[:, 1]
    return np.asarray((x * x + y * y > 0.75**2).all(axis=1))


def _drawn(r: Random, plot: Plot, count: int) -> Array:
    """Points (count, 2) in the plot's areas, each area as likely as it is large."""
    a = plot.areas
    size = np.maximum(a[:, 2] - a[:, 0], 0) * np.maximum(a[:, 3] - a[:, 1], 0)
    area = a[r.choice(len(a), count, p=size / size.sum())]
    return np.asarray(r.uniform(area[:, :2], area[:, 2:]))


def _free(plot: Plot, xy: Array, girth: float) -> Array:
    """Whether somebody ``girth`` round can stand at each of (N, 2)."""
    rows = []
    for height in _AT:
        p = np.concatenate([xy, (plot.floor(xy) + height)[:, None]], axis=1)
        border, _ = plot.world.border(p)
        rows.append((plot.world.signed_distance(p)[0] > girth) & (border > girth))
    return rows[0] & rows[1]


def _path(r: Random, plot: Plot, least: float = 3.0) -> Array | None:
    """A smooth way (65, 2) through the areas of one of the plot's routes."""
    route = plot.routes[int(r.integers(len(plot.routes)))]
    areas = plot.areas[list(route)]
    marks = r.uniform(areas[:, None, :2], areas[:, None, 2:], (len(route), _TRIES, 2))
    knots = np.arange(len(route))
    ways = CubicSpline(knots, marks)(np.linspace(0, len(route) - 1, 65)).swapaxes(0, 1)
    steps = np.linalg.norm(np.diff(ways, axis=1), axis=2)
    tight = _turning(ways).max(axis=1)
    good = np.flatnonzero((steps.sum(axis=1) >= least) & (tight < 2.2))
    for which in good:
        if _free(plot, ways[which, ::2], _GIRTH).all():
            return np.asarray(ways[which])
    return None


def _turning(ways: Array) -> Array:
    """Radians a metre (K, P−2) that ways (K, P, 2) turn by."""
    step = np.diff(ways, axis=1)
    heading = np.arctan2(step[..., 1], step[..., 0])
    turn = np.abs((np.diff(heading, axis=1) + np.pi) % (2 * np.pi) - np.pi)
    return np.asarray(turn / np.maximum(np.linalg.norm(step[:, 1:], axis=2), 1e-6))


def _length(path: Array) -> float:
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())


def _pace(speed: float, times: Array, start: float, most: float) -> Array:
    """Metres gone (F,): off at ``start``, at ``speed``, until ``most``; gently at both ends."""
    dt = float(times[1] - times[0])
    raw = np.clip(speed * (times - times[0] - start), 0.0, most)
    return np.asarray(gaussian_filter1d(raw, 0.25 / dt, mode="nearest"))


def _walker(r: Random, plot: Plot, path: Array, along: Array, times: Array) -> Track:
    gone = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1)))
    spline = CubicSpline(gone, path)
    xy, ahead = spline(along), spline(along, 1)
    heading = np.unwrap(heading_of(ahead))
    person = _person(r, plot, xy, heading, heading + _wander(r, times, 0.15))
    # the bounce of steps: a step is about 0.72 m
    speed = np.gradient(along, times)
    bounce = 0.018 * np.minimum(speed, 1.0) * np.cos(2 * np.pi * along / 0.72)
    ground = person.ground + bounce[:, None] * np.array([0.0, 0.0, 1.0])
    return Track(ground, person.heading, person.look, person.height)


def _person(r: Random, plot: Plot, xy: Array, heading: Array, look: Array) -> Track:
    ground = np.concatenate([xy, plot.floor(xy)[:, None]], axis=1)
    return Track(ground, heading, look, float(r.uniform(1.58, 1.88)))


def _wander(r: Random, times: Array, radians: float) -> Array:
    """A slow look about (F,), of this standard deviation."""
    t = times - times[0]
    rates, phases = r.uniform(0.05, 0.25, 3), r.uniform(0, 2 * np.pi, 3)
    waves = np.sin(2 * np.pi * rates * t[:, None] + phases)
    return np.asarray(radians * np.sqrt(2 / 3) * waves.sum(axis=1))
