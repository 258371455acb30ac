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

import numpy as np

from camera.framing import aim
from camera.grammar import MOVES, RIGS
from camera.policy.pilot.motion import State, to_level
from camera.policy.pilot.surroundings import PITCHES, ROUND, WAYS, ring, ways
from camera.policy.pilot.wishing import Wished
from camera.pose import Array, azimuth_elevation
from camera.world.bodies import nearest_body

ACTORS, OTHERS = 2, 4
"""Tokens of subjects and of other people; what is missing is zero and marked as such."""
AHEAD = 0.5
"""Seconds that it looks ahead, as if everybody went straight on."""

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
        "ring": ring(wished, state)[:, None],
        "ways": ways(wished, rows, state, AHEAD)[:, None],
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
