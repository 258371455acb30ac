"""A moving shot through a moving scene: a B-spline track optimised against wish and world.

The camera's path is a uniform cubic B-spline; its orientation follows in closed form from where the
subject shall be on the screen (`framing.aim`), so only the position is optimised: L-BFGS on the
control points with exact gradients. Costs: distance (log size), direction, clearance of walls and
bodies, clearance of the sightline, side of the line of action, acceleration and jerk.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import BSpline
from scipy.linalg import solveh_banded
from scipy.optimize import minimize

from camera.framing import aim, eyes_height
from camera.grammar import ANGLES, SIZES, SPEEDS, Shot, wider
from camera.lens import Lens
from camera.pose import Array, facing, heading_of
from camera.smoothing import shake, smooth
from camera.trajectory import Trajectory
from camera.world import World

_RATE = 6.0  # samples a second the costs are measured at
_HIDDEN, _NARROW = 6.0, 5.0
"""Prices of a move throughout which the subject is hidden, and of one that touches the set."""
_SIGHT = np.array([0.12, 0.3, 0.5, 0.7, 0.85])


@dataclass(frozen=True)
class Scene:
    """What a shot films.

    Parameters
    ----------
    times : (F,) seconds
    eyes : (F, 3) metres, of the subject
    look : (F,) radians, heading the subject looks or walks along
    others : (F, O, 3) metres, eyes of everybody else; NaN where absent
    side : (point (2,), normal (2,)), optional
        The line of action: the camera stays where (p − point)·normal > 0.
    """

    times: Array
    eyes: Array
    look: Array
    others: Array = field(default_factory=lambda: np.zeros((1, 0, 3)))
    side: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Plan:
    """A track and what it cost."""

    trajectory: Trajectory
    costs: dict[str, float]
    reasons: list[str]
    given_up: list[str]


@dataclass(frozen=True)
class _Wish:
    distance: Array
    direction: Array
    focal: Array
    moving: bool


def plan(
    shot: Shot,
    scene: Scene,
    world: World,
    lens: Lens,
    *,
    azimuths: ArrayLike = (0.35, -0.35),
    screen_x: float = 0.0,
    radius: float = 0.3,
    seed: int = 0,
) -> Plan:
    """The best track for a shot.

    Parameters
    ----------
    azimuths
        Candidate directions of the camera, radians from the subject's look (for ``follow`` from
        straight behind); each is optimised and the cheapest kept.
    screen_x
        Where the subject's eyes are across the frame, frame heights.
    radius
        Metres kept clear of everything.
    seed
        Of the rig's shake.

    Raises
    ------
    ValueError
        If the scene's arrays disagree or are not finite.
    """
    times, eyes, look = _checked(scene)
    calm = _calm(times, eyes)
    at = _samples(times)
    pick = np.clip(np.searchsorted(times, at), 0, len(times) - 1)
    basis, knots = _basis(at), _knots(times)
    full = BSpline.design_matrix(np.clip(times, times[0], times[-1] - 1e-9), knots, 3).toarray()
    wishes = [
        _wish(shot, lens, times, calm, look, float(azimuth))
        for azimuth in np.atleast_1d(np.asarray(azimuths, np.float64))
    ]
    tried = [0.0] * len(wishes)
    order = list(range(len(wishes)))
    if len(wishes) > 1:
        # a few steps tell which ways round are free; only those are carried through
        trials = [
            _optimise(w, scene, world, calm, at, pick, basis, full, radius, steps=8, rounds=1)
            for w in wishes
        ]
        tried = [total for total, _, _ in trials]
        prices = [total + _HIDDEN * _hidden(world, track, eyes) for total, track, _ in trials]
        order = [int(i) for i in np.argsort(np.round(prices, 9), kind="stable")[:2]]
    best: tuple[float, Array, _Wish, dict[str, float]] | None = None
    for i in order:
        wish = wishes[i]
        _, track, costs = _optimise(wish, scene, world, calm, at, pick, basis, full, radius)
        hidden = _hidden(world, track, eyes)
        narrow = max(1.0 - float(world.clearance(track[::4]).min()) / radius, 0.0)
        # what is carried through ends with other weights: the trials' costs are comparable
        price = tried[i] + _HIDDEN * hidden + _NARROW * narrow
        if best is None or price < best[0] - 1e-9:
            best = (price, track, wish, costs)
        if hidden < 0.02 and narrow < 0.3:
            break
    assert best is not None
    _, positions, wish, costs = best
    screen = np.array([screen_x, eyes_height(shot.size)])
    focal_heights = wish.focal * lens.aspect / lens.sensor_mm
    quaternions = aim(positions, calm, screen, focal_heights)
    focus = np.linalg.norm(eyes - positions, axis=1)
    raw = Trajectory(times, positions, quaternions, wish.focal, np.maximum(focus, 0.1))
    rig = shot.rig if shot.rig != "tripod" else "dolly"
    track_ = shake(smooth(raw, rig), shot.rig, seed) if len(raw) > 3 else raw
    clear = float(world.swept_clearance(track_.positions).min())
    costs["clearance"] = clear
    seen = world.visible(track_.positions[::6], eyes[::6])
    costs["visibility"] = float(seen.mean())
    given_up = []
    if clear < radius * 0.8:
        given_up.append(f"the way is narrow: the camera comes within {clear:.2f} m of the set")
    if seen.mean() < 0.95:
        given_up.append(f"the subject is hidden for {100 * (1 - seen.mean()):.0f} % of the move")
    error = float(np.sqrt(np.mean(np.log(focus / wish.distance) ** 2)))
    if error > 0.25:
        given_up.append(f"the size {shot.size} is not kept: the room allows no such distance")
    path = track_.path_length()
    reasons = [
        f"{shot.move.replace('_', ' ')} over {path:.1f} m in {track_.duration:.1f} s, "
        f"{focus.min():.1f}–{focus.max():.1f} m from the subject"
    ]
    return Plan(track_, costs, reasons, given_up)


def _hidden(world: World, track: Array, eyes: Array) -> float:
    """Share of a move in which the set hides the subject."""
    return float(1.0 - world.visible(track[::4], eyes[::4]).mean())


def ease(u: ArrayLike) -> Array:
    """0→1 with no speed and no acceleration at both ends (Perlin's quintic)."""
    x = np.clip(np.asarray(u, np.float64), 0.0, 1.0)
    return np.asarray(x**3 * (x * (6 * x - 15) + 10))


def _wish(shot: Shot, lens: Lens, times: Array, eyes: Array, look: Array, azimuth: float) -> _Wish:
    n = len(times)
    u = ease((times - times[0]) / max(times[-1] - times[0], 1e-9))
    travel = SPEEDS[shot.speed] * (times[-1] - times[0])
    shows = np.full(n, SIZES[shot.size].shows)
    elevation = np.full(n, ANGLES[shot.angle])
    turn = np.full(n, azimuth)
    focal = np.full(n, lens.focal_mm)
    d = lens.focal_heights * SIZES[shot.size].shows
    base = look
    if shot.move in ("follow", "lead"):
        base = look + (np.pi if shot.move == "follow" else 0.0)
    else:
        base = np.full(n, look[0])
    if shot.move in ("push_in", "pull_out"):
        far = min(travel / d, SIZES[wider(shot.size, 1)].shows / SIZES[shot.size].shows - 1, 0.6)
        shows = shows * (1 + far * ((1 - u) if shot.move == "push_in" else u))
    elif shot.move == "zoom":
        focal = focal * np.exp(np.log(1.35) * u)
        shows = shows / (focal / lens.focal_mm)
    elif shot.move == "arc":
        sweep = np.sign(azimuth or 1.0) * min(travel / d, np.radians(50))
        turn = azimuth + sweep * (u - 0.5)
    elif shot.move == "truck":
        turn = azimuth + np.arctan2(travel * (u - 0.5), d)
    elif shot.move in ("pedestal", "crane"):
        rise = min(travel, 0.6 if shot.move == "pedestal" else 1.4)
        elevation = elevation + np.arctan2(rise * (1 - u), d)
    if shot.move == "handheld" or shot.move in ("pan", "tilt"):
        eyes = np.repeat(eyes.mean(axis=0)[None], n, axis=0)
    away = facing(base + turn) * np.cos(elevation)[:, None]
    away[:, 2] = np.sin(elevation)
    return _Wish(
        lens.focal_heights * shows * (focal / lens.focal_mm),
        away,
        focal,
        shot.move not in ("pan", "tilt", "zoom", "handheld", "static"),
    )


def _optimise(
    wish: _Wish,
    scene: Scene,
    world: World,
    calm: Array,
    at: Array,
    pick: Array,
    basis: Array,
    full: Array,
    radius: float,
    steps: int = 40,
    rounds: int = 3,
) -> tuple[float, Array, dict[str, float]]:
    start = calm[pick] + wish.distance[pick, None] * wish.direction[pick]
    if not wish.moving:
        # one point for the whole shot: a single control point repeated
        basis = np.ones((len(at), 1))
        full = np.ones((len(calm), 1))
    control = np.linalg.lstsq(basis, start, rcond=None)[0]
    dt = float(at[1] - at[0]) if len(at) > 1 else 1.0
    d2, d3 = np.diff(basis, 2, axis=0) / dt**2, np.diff(basis, 3, axis=0) / dt**3
    others = np.broadcast_to(scene.others, (len(scene.times), *scene.others.shape[1:]))[pick]
    weight, cost, shape = 8.0, np.inf, control.shape
    parts: dict[str, float] = {}
    for _ in range(rounds):

        def value(x: Array, weight: float = weight) -> tuple[float, Array]:
            c = x.reshape(shape)
            p = basis @ c
            total, gradient, found = _cost(
                p, calm[pick], wish, pick, scene, others, world, weight, radius
            )
            acceleration, jerk = d2 @ c, d3 @ c
            total += (0.05 * (acceleration**2).sum() + 0.01 * (jerk**2).sum()) / len(at)
            parts.update(found)
            back = basis.T @ gradient + (0.1 * d2.T @ acceleration + 0.02 * d3.T @ jerk) / len(at)
            return total, back.ravel()

        found = minimize(
            value,
            control.ravel(),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": steps, "ftol": 1e-6},
        )
        control, cost = found.x.reshape(shape), float(found.fun)
        value(found.x)
        positions = full @ control
        distance, _ = world.rough_clearance(positions[:: max(len(positions) // 60, 1)])
        if distance.min() > radius and parts["border"] < 1e-3 and parts["sight"] < 1e-3:
            break
        weight *= 5.0
    return cost, positions, parts


def _cost(
    p: Array,
    eyes: Array,
    wish: _Wish,
    pick: Array,
    scene: Scene,
    others: Array,
    world: World,
    weight: float,
    radius: float,
) -> tuple[float, Array, dict[str, float]]:
    n = len(p)
    gradient = np.zeros_like(p)
    found: dict[str, float] = {}
    r = p - eyes
    d = np.maximum(np.linalg.norm(r, axis=1), 1e-6)
    off = np.log(d / wish.distance[pick])
    found["size"] = float((off**2).mean())
    gradient += (2 * off / d**2)[:, None] * r * 2.0
    unit = r / d[:, None]
    w = wish.direction[pick]
    cosine = (unit * w).sum(1)
    found["direction"] = float((1 - cosine).mean())
    gradient -= (w - cosine[:, None] * unit) / d[:, None] * 1.5
    total = 2.0 * (off**2).sum() + 1.5 * (1 - cosine).sum()

    def hinge(gap: Array, away: Array, least: float, scale: Array | float, name: str) -> None:
        nonlocal total
        short = np.maximum(least - np.where(np.isfinite(gap), gap, least), 0.0)
        total += weight * 10 * float((short**2).sum())
        found[name] = found.get(name, 0.0) + float((short**2).sum())
        push = (-weight * 20 * short)[:, None] * np.nan_to_num(away) * scale
        gradient[...] += push.reshape(-1, n, 3).sum(axis=0)

    gap, away = world.rough_clearance(p, radius + 0.15)
    hinge(gap, away, radius + 0.15, 1.0, "walls")
    gap, away = world.border(p)
    hinge(gap, away, radius, 1.0, "border")
    line = (p[None] + _SIGHT[:, None, None] * (eyes - p)[None]).reshape(-1, 3)
    scale = np.repeat(1 - _SIGHT, n)[:, None]
    gap, away = world.rough_clearance(line, 0.12)
    hinge(gap, away, 0.12, scale, "sight")
    for o in range(others.shape[1]):
        gap, away = _column(p, others[:, o])
        hinge(gap, away, radius + 0.2, 1.0, "bodies")
        gap, away = _column(line, np.tile(others[:, o], (len(_SIGHT), 1)))
        hinge(gap, away, 0.08, scale, "sight")
    low = p[:, 2] - 0.35
    hinge(low, np.tile([0.0, 0.0, 1.0], (n, 1)), 0.0, 1.0, "floor")
    if scene.side is not None:
        point, normal = scene.side
        gap = (p[:, :2] - point) @ normal
        hinge(gap, np.tile([*normal, 0.0], (n, 1)), 0.3, 1.0, "line")
    return total / n, gradient / n, found


def _column(p: Array, eyes: Array) -> tuple[Array, Array]:
    """Distance to somebody taken as an upright column 0.28 m round, and its gradient."""
    off = p - eyes
    off[:, 2] = np.maximum(off[:, 2] - 0.15, 0.0)
    distance = np.linalg.norm(off, axis=1)
    return distance - 0.28, off / np.maximum(distance, 1e-9)[:, None]


def _samples(times: Array) -> Array:
    count = max(int(np.ceil((times[-1] - times[0]) * _RATE)), 4) + 1
    return np.asarray(np.linspace(times[0], times[-1], count))


def _knots(times: Array) -> Array:
    spans = max(int(np.ceil((times[-1] - times[0]) / 0.9)), 2)
    inner = np.linspace(times[0], times[-1], spans + 1)
    return np.concatenate([[times[0]] * 3, inner, [times[-1]] * 3])


def _basis(at: Array) -> Array:
    knots = _knots(at)
    return np.asarray(BSpline.design_matrix(np.clip(at, at[0], at[-1] - 1e-9), knots, 3).toarray())


def _calm(times: Array, eyes: Array) -> Array:
    """The subject's eyes without the bounce of steps: what an operator follows."""
    if len(times) < 5:
        return eyes
    n = len(times)
    dt = float(np.median(np.diff(times)))
    lam = (2 * np.sin(np.pi * min(0.5 * dt, 0.5))) ** -4.0
    d = np.diff(np.eye(3), axis=0)
    second = d[1] - d[0]
    bands = np.zeros((3, n))
    bands[0] = 1.0
    for i in range(3):
        for j in range(i, 3):
            bands[j - i, i : n - 2 + i] += lam * second[i] * second[j]
    return np.asarray(solveh_banded(bands, eyes, lower=True))


def _checked(scene: Scene) -> tuple[Array, Array, Array]:
    times = np.asarray(scene.times, np.float64)
    eyes = np.asarray(scene.eyes, np.float64)
    look = np.unwrap(np.asarray(scene.look, np.float64))
    if eyes.shape != (len(times), 3) or look.shape != (len(times),):
        raise ValueError(f"eyes {eyes.shape} and look {look.shape} do not fit {len(times)} times")
    if not (np.all(np.isfinite(eyes)) and np.all(np.isfinite(look))):
        raise ValueError(
            "the subject's eyes or look are not finite; give where they are throughout"
        )
    if len(times) < 2:
        raise ValueError("a moving shot needs at least two frames")
    return times, eyes, look


def walking_heading(times: Array, eyes: Array, fallback: Array) -> Array:
    """Where a walker goes (F,), radians: the calmed velocity's heading, held while they stand."""
    calm = _calm(times, eyes)
    v = np.gradient(calm[:, :2], times, axis=0)
    speed = np.linalg.norm(v, axis=1)
    walking = speed > 0.35
    if not walking.any():
        return fallback
    index = np.arange(len(times))
    heading = np.unwrap(np.asarray(heading_of(v))[walking])
    return np.asarray(np.interp(index, index[walking], heading))
