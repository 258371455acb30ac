"""What a pilot sees before it decides: a handful of tokens, all in the level axes of its camera.

=========  ==========================================================================
``wish``   the shot: sizes, angles, screen places, lens, move, rig, time gone and left
``self``   how the camera moves, how far it is from its wish, what it nearly touches
``ring``   how far rays go: round the horizon, upwards and downwards
``ways``   what a step to any side would cost: room there, and whether the subject is seen
``actor``  subjects (two at most): place, velocity, look, where on the screen, how much is seen
``other``  the nearest other people: place, velocity, girth
=========  ==========================================================================

Everything is known to whoever stands on the set at that moment; nothing of the future is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from camera.framing import aim
from camera.grammar import MOVES, RIGS
from camera.policy.pilot.motion import State, to_level
from camera.policy.pilot.wishing import Wished
from camera.pose import Array, azimuth_elevation
from camera.world.bodies import nearest_body

ACTORS, OTHERS = 2, 4
"""Tokens of subjects and of other people; what is missing is zero and marked as such."""
AHEAD = 0.5
"""Seconds that it looks ahead, as if everybody went straight on."""
_REACH = 8.0
ROUND, PITCHES = 24, (-0.45, 0.0, 0.45)
"""Rays of a ring, and how far the rings look up, radians."""
WAYS = 12
"""Places that ``ways`` looks from: here, eight steps round, up, down, the wished place."""
_STEP = 0.7
"""Metres of the steps that ``ways`` tries."""

_SELF = {
    "decided": 5,
    "pitch": 1,
    "height": 1,
    "framing": 4,  # x and y of two subjects, off their screen places
    "size": 1,
    "place": 3,
    "drift": 3,
    "soon": 3,
    "turn": 2,
    "turn_soon": 2,
    "gap": 1,
    "off_set": 3,
    "border": 1,
    "inwards": 3,
    "near": 1,
    "off_people": 3,
    "line": 4,
}
_ENDS = np.cumsum(list(_SELF.values()))
SELF: dict[str, slice] = {
    name: slice(int(end) - width, int(end))
    for (name, width), end in zip(_SELF.items(), _ENDS, strict=True)
}
"""Which numbers of the ``self`` token are what."""
SEEN = 15
"""The number of an ``actor`` token that says how much of them is seen."""
WIDTHS: dict[str, int] = {
    "wish": 19 + len(MOVES) + len(RIGS),
    "self": int(_ENDS[-1]),
    "ring": ROUND * len(PITCHES) + 2,
    "ways": 3 * WAYS,
    "actor": 17,
    "other": 10,
}
"""Numbers in a token of each kind."""
COUNTS: dict[str, int] = {
    "wish": 1,
    "self": 1,
    "ring": 1,
    "ways": 1,
    "actor": ACTORS,
    "other": OTHERS,
}
"""Tokens of each kind."""


def observe(wished: Wished, rows: Array, state: State) -> dict[str, Array]:
    """What cameras see of one scene.

    Parameters
    ----------
    rows : (K,) int
        The frame that it is for each camera.
    state : K cameras

    Returns
    -------
    dict of (K, tokens, width) float32
        By kind, as `COUNTS` and `WIDTHS` say.
    """
    own = _self(wished, rows, state)
    tokens = {
        "wish": _wish(wished, rows)[:, None],
        "self": own[:, None],
        "ring": _ring(wished, state)[:, None],
        "ways": _ways(wished, rows, state)[:, None],
        "actor": _actors(wished, rows, state),
        "other": _others(wished, rows, state),
    }
    return {kind: np.clip(value, -8.0, 8.0).astype(np.float32) for kind, value in tokens.items()}


def _wish(w: Wished, rows: Array) -> Array:
    count = len(rows)
    times = w.times
    gone = times[rows] - times[0]
    left = times[-1] - times[rows]
    screen = np.zeros((2, 2))
    screen[: min(len(w.screen), 2)] = w.screen[:2]
    shot = w.request.shot
    numbers = [
        np.log(w.distance[rows]),
        w.distance[rows] / 4,
        np.sin(w.azimuth[rows]),
        np.cos(w.azimuth[rows]),
        w.elevation[rows],
        *w.rates[rows].T,
        *(np.full(count, v) for v in 2 * screen.ravel()),
        np.log(w.focal[rows]),
        np.full(count, float(len(w.screen) > 1)),
        gone / 10,
        left / 10,
        np.exp(-gone),
        np.exp(-left),
        np.full(count, w.request.radius),
    ]
    words = _word(tuple(MOVES), shot.move) + _word(tuple(RIGS), shot.rig)
    return np.column_stack([*numbers, np.tile(words, (count, 1))])


def _word(known: tuple[str, ...], word: str) -> list[float]:
    return [float(word == one) for one in known]


def _self(w: Wished, rows: Array, s: State) -> Array:
    def far(vectors: Array) -> Array:
        """Near things exactly, far ones by their direction."""
        size = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors * np.minimum(1.0, 3.0 / np.maximum(size, 1e-6)))

    place, drift = w.place[rows], w.drift[rows]
    errors, size = _framing(w, rows, s)
    turns = [turn_to(w, rows, s, seconds) for seconds in (0.0, AHEAD)]
    world = w.request.world
    gap, gradient = world.signed_distance(s.position)
    border, inwards = world.border(s.position)
    bodies = w.cast.bodies
    near, away = nearest_body(s.position, bodies.at(rows) if len(bodies.ends) > 1 else bodies)
    return np.column_stack(
        [
            s.decided,
            s.pitch,
            s.position[:, 2] / 2,
            errors,
            size,
            far(to_level(place - s.position, s.yaw)),
            to_level(drift, s.yaw),
            far(to_level(place + AHEAD * drift - s.position, s.yaw)),
            *turns,
            np.minimum(gap, 2.0),
            to_level(gradient, s.yaw) * np.exp(-np.maximum(gap, 0.0))[:, None],
            np.minimum(border, 2.0),
            to_level(inwards, s.yaw) * np.exp(-np.clip(border, 0.0, 9.0))[:, None],
            np.minimum(near, 2.0),
            to_level(away, s.yaw) * np.exp(-np.clip(near, 0.0, 9.0))[:, None],
            _line(w, rows, s),
        ]
    )


def _framing(w: Wished, rows: Array, s: State) -> tuple[Array, Array]:
    """How far (K, 4) two subjects are from their screen places, and the log size error (K,)."""
    error = np.zeros((len(rows), 2, 2))
    eyes = w.eyes[rows, :2]
    screen, depth = w.request.lens.project(eyes, s.position[:, None], s.quaternion[:, None])
    scale = (w.focal[rows] / w.request.lens.focal_heights)[:, None, None]
    behind = depth <= 0.05
    off = np.where(behind[..., None], 2.0, np.nan_to_num(screen * scale) - w.screen[:2])
    error[:, : off.shape[1]] = off
    far = np.linalg.norm(eyes[:, 0] - s.position, axis=1)
    return error.reshape(len(rows), 4), np.log(np.maximum(far, 0.05) / w.distance[rows])


def turn_to(w: Wished, rows: Array, s: State, seconds: float) -> Array:
    """By how much (K, 2) yaw and pitch are off what would compose the picture, radians."""
    eyes = (w.eyes[rows] + seconds * w.going[rows]).mean(axis=1)
    place = s.position + seconds * s.velocity
    apart = np.linalg.norm(eyes - place, axis=1) < 0.05
    place = np.where(apart[:, None], place - 0.1, place)
    yaw, pitch, _ = azimuth_elevation(aim(place, eyes, w.screen.mean(axis=0), w.focal[rows]))
    round_ = (yaw - s.yaw + np.pi) % (2 * np.pi) - np.pi
    return np.stack([round_, pitch - s.pitch], axis=1)


def _line(w: Wished, rows: Array, s: State) -> Array:
    """Metres (K,) on the right side of the line of action, its normal, and 1 if there is one."""
    side = w.cast.side
    if side is None:
        return np.zeros((len(rows), 4))
    point, normal = (np.broadcast_to(a, (len(w.times), 2))[rows] for a in side)
    over = ((s.position[:, :2] - point) * normal).sum(axis=1)
    flat = np.concatenate([normal, np.zeros((len(rows), 1))], axis=1)
    return np.column_stack(
        [np.clip(over, -2.0, 2.0), to_level(flat, s.yaw)[:, :2], np.ones(len(rows))]
    )


@lru_cache(maxsize=1)
def _rays() -> Array:
    """Directions (R, 3) in level axes (right, ahead, up)."""
    turn = np.arange(ROUND) * 2 * np.pi / ROUND
    rings = [
        np.stack([np.sin(turn) * np.cos(p), np.cos(turn) * np.cos(p), np.full(ROUND, np.sin(p))])
        for p in PITCHES
    ]
    poles = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]])
    return np.concatenate([np.concatenate(rings, axis=1).T, poles])


def _in_world(directions: Array, yaw: Array) -> Array:
    """Level directions (R, 3) of cameras (K,) in the world, (K, R, 3)."""
    c, s = np.cos(yaw)[:, None], np.sin(yaw)[:, None]
    x, y, z = directions.T
    return np.stack([c * x - s * y, s * x + c * y, np.broadcast_to(z, (len(yaw), len(z)))], axis=-1)


def _ring(w: Wished, s: State) -> Array:
    """How near (K, R) rays end: 1 at the lens, 0 far away."""
    rays = _in_world(_rays(), s.yaw)
    origins = np.broadcast_to(s.position[:, None], rays.shape)
    lengths = w.request.world.ray_lengths(origins.reshape(-1, 3), rays.reshape(-1, 3), _REACH)
    return np.asarray(np.exp(-lengths.reshape(rays.shape[:2]) / 2.0))


@lru_cache(maxsize=1)
def _steps() -> Array:
    """Steps (10, 3) in level axes: eight round, one up, one down."""
    turn = np.arange(8) * np.pi / 4
    flat = np.stack([np.sin(turn), np.cos(turn), np.zeros(8)], axis=1)
    return np.asarray(np.concatenate([flat, [[0.0, 0.0, 0.7], [0.0, 0.0, -0.7]]]) * _STEP)


def _ways(w: Wished, rows: Array, s: State) -> Array:
    """Here, the ten steps and the wished place: room there, and how much of the subject is seen.

    Seen from here: as it is now. From elsewhere: where the subject will be in half a second, by
    eyes and chest, past the set and past people who go straight on.
    """
    world, count = w.request.world, len(rows)
    moved = s.position[:, None] + _in_world(_steps(), s.yaw)
    soon = w.place[rows] + AHEAD * w.drift[rows]
    spots = np.concatenate([s.position[:, None], moved, soon[:, None]], axis=1)
    flat = spots.reshape(-1, 3)
    room = np.minimum(world.signed_distance(flat)[0], world.border(flat)[0]).reshape(count, -1)
    later = np.full(spots.shape[1], AHEAD)
    later[0] = 0.0
    eyes = w.eyes[rows, None, 0] + later[:, None] * w.going[rows, None, 0]
    targets = eyes[:, :, None] + np.array([[0.0, 0.0, 0.0], [0.0, 0.0, -0.4]])
    shape = targets.shape[:3]
    origins = np.broadcast_to(spots[:, :, None], targets.shape)
    clear = world.visible(origins.reshape(-1, 3), targets.reshape(-1, 3))
    hidden = _behind_people(w, rows, origins, targets, later)
    seen, covered = clear.reshape(shape).mean(axis=2), hidden.mean(axis=2)
    return np.concatenate([np.clip(room, -1.0, 1.5), seen, covered], axis=1)


def _behind_people(w: Wished, rows: Array, origins: Array, targets: Array, later: Array) -> Array:
    """Whether (K, P, T) somebody's upright middle is near a sightline, other than the subject."""
    others = w.owners != (w.cast.owners[0] if len(w.cast.owners) else -1)
    middle = w.people[rows][:, others]
    if not middle.shape[1]:
        return np.zeros(targets.shape[:3])
    # (K, P, O, 2): where each will be, seen from above
    at = middle[:, None, :, :2] + later[None, :, None, None] * w.hurry[rows][:, None, others, :2]
    a, b = origins[:, :, :1, None, :2], targets[:, :, :1, None, :2]
    along = b - a
    off = at[:, :, None] - a
    t = np.clip((off * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-9), 0.0, 1.0)
    gap = np.linalg.norm(off - t[..., None] * along, axis=-1) - w.girth[others]
    near: Array = (gap < 0.05).any(axis=3)
    return np.broadcast_to(near, targets.shape[:3]).astype(float)


def _actors(w: Wished, rows: Array, s: State) -> Array:
    out = np.zeros((len(rows), ACTORS, WIDTHS["actor"]))
    subjects = min(w.eyes.shape[1], ACTORS)
    errors, _ = _framing(w, rows, s)
    for n in range(subjects):
        away = to_level(w.eyes[rows, n] - s.position, s.yaw)
        far = np.linalg.norm(away, axis=1)
        faced = w.look[rows, n] - s.yaw
        points = w.cast.points[rows, n]
        seen = _seen(w, rows, s, points, n)
        out[:, n] = np.column_stack(
            [
                np.ones(len(rows)),
                away / np.maximum(far, 1e-6)[:, None],
                np.log(np.maximum(far, 0.05)),
                far / 4,
                to_level(w.going[rows, n], s.yaw),
                np.sin(faced),
                np.cos(faced),
                errors[:, 2 * n : 2 * n + 2],
                2 * np.tile(w.screen[n], (len(rows), 1)),
                seen,
                np.full(len(rows), float(n == 0)),
            ]
        )
    return out


def _seen(w: Wished, rows: Array, s: State, points: Array, number: int) -> Array:
    """How much (K,) of a subject nothing stands before now."""
    count, each = points.shape[:2]
    own = w.cast.owners[number] if len(w.cast.owners) else -1
    clear = w.request.world.visible(
        np.repeat(s.position, each, axis=0),
        points.reshape(-1, 3),
        w.cast.bodies,
        np.full(count * each, own),
        rows=np.repeat(rows, each) if len(w.cast.bodies.ends) > 1 else np.zeros(count * each, int),
    )
    return np.asarray(clear.reshape(count, each).mean(axis=1))


def _others(w: Wished, rows: Array, s: State) -> Array:
    out = np.zeros((len(rows), OTHERS, WIDTHS["other"]))
    subjects = w.cast.owners[:ACTORS]
    others = np.flatnonzero(~np.isin(w.owners, subjects))
    away = to_level(w.people[rows][:, others] - s.position[:, None], s.yaw)
    flat = np.linalg.norm(away[..., :2], axis=-1)
    order = np.argsort(flat, axis=1, kind="stable")[:, :OTHERS]
    hurry = to_level(w.hurry[rows][:, others], s.yaw)
    for n in range(order.shape[1]):
        which = order[:, n]
        each = np.arange(len(rows))
        far = np.maximum(flat[each, which], 1e-3)
        out[:, n] = np.column_stack(
            [
                np.ones(len(rows)),
                away[each, which] / np.maximum(far, 1.0)[:, None],
                np.exp(-far / 2),
                np.log(far),
                hurry[each, which],
                w.girth[others][which],
            ]
        )
    return out


def stacked(parts: Sequence[dict[str, Array]]) -> dict[str, Array]:
    """Observations of several scenes, one after the other."""
    return {kind: np.concatenate([part[kind] for part in parts]) for kind in parts[0]}
