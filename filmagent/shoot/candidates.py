"""Judging many camera positions at once: what a director of photography would refuse, in numbers.

Every solver proposes a table of `Candidates` and the people as `Figure`s; `judge` gives each
candidate a cost and says which are sound. A candidate is sound if it stands in free space with air
round it and sees the face it films.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from camera.framing import CROWN, Camera, azimuth
from camera.metrics.faces import SHARE, shoulder_share
from camera.pose import Array, rotate
from camera.world import Bodies, to_bodies
from filmagent.shoot.people import Figure, capsules
from filmagent.shoot.place import Place

AIR = 0.25
"""Metres between a camera and anything of the set."""
CLOSE = 1.2
"""Metres before the lens within which a thing is a blur over the picture."""
BODY_AIR = 0.32
"""Metres between a camera and anybody."""
_SHARE = (SHARE[0] + 0.04, SHARE[1] - 0.04)
"""Share of the width that a foreground shall take: who acts sways about where they stand."""
_COAT = 0.12
"""Metres from a joint to the outside of what is worn over it."""
_BEFORE, _EDGE = 130.0, 0.02
"""Price of a frame full of things before its subject, and the share of it that costs nothing."""
_BLUR, _BLURRED = 400.0, 0.08
"""The same of things close to the lens."""
_FACE = ("eye.L", "eye.R", "mouth", "head_top")
_BULK = ("shoulder.L", "shoulder.R", "elbow.L", "elbow.R", "hip.L", "hip.R")
_TORSO = ("shoulder.L", "shoulder.R")
_HEAD = ("ear.L", "ear.R", "head_top")


@dataclass
class Candidates:
    """Cameras: positions (N, 3), quaternions (N, 4), focal lengths in mm, wish costs (N,)."""

    positions: Array
    quaternions: Array
    focal: Array
    cost: Array

    def __len__(self) -> int:
        return len(self.positions)

    def through(self, frame: Frame) -> Camera:
        """All of them as they look at once."""
        f = frame.focal_heights(self.focal)
        return Camera(self.positions, self.quaternions, f, frame.aspect)

    def pick(self, rows: Array) -> Candidates:
        """Some of them."""
        return Candidates(
            self.positions[rows], self.quaternions[rows], self.focal[rows], self.cost[rows]
        )


@dataclass(frozen=True)
class Frame:
    """The picture's shape: sensor width in mm and width over height."""

    sensor_mm: float
    aspect: float

    def focal_heights(self, focal: Array) -> Array:
        """Focal lengths in frame heights."""
        return focal * self.aspect / self.sensor_mm


@dataclass(frozen=True)
class Judged:
    """Costs (N,), and which candidates are sound (N,)."""

    cost: Array
    sound: Array
    visible: Array
    """How much of the filmed faces is seen, 0–1."""


def judge(
    candidates: Candidates,
    frame: Frame,
    place: Place,
    film: Sequence[Figure],
    *,
    foreground: Figure | None = None,
    around: Sequence[Figure] = (),
    clean: bool = True,
) -> Judged:
    """What is wrong with each candidate.

    Parameters
    ----------
    film
        The people filmed: their faces must be in the frame and seen.
    foreground
        Whose shoulder is in the foreground of an over-the-shoulder.
    around
        Everybody else there.
    clean
        Whether other people in the frame are a fault.
    """
    n = len(candidates)
    camera = candidates.through(frame)
    cost = candidates.cost.copy()
    p = candidates.positions
    air, border = _air(place, p)
    short = np.maximum(AIR - air, 0.0)
    outside = np.maximum(AIR - border, 0.0)
    everyone = [*film, *([foreground] if foreground is not None else []), *around]
    bodies = capsules(everyone)
    near = to_bodies(p, bodies)
    crowd = np.maximum(BODY_AIR - near, 0.0)
    low = np.maximum(0.35 - p[:, 2], 0.0)
    cost += 2000 * (short + crowd + low) + 4000 * outside
    visible = np.ones(n)
    for owner, figure in enumerate(film):
        face = np.concatenate([figure.stack(_FACE), figure.eyes[None] + [0.0, 0.0, CROWN * 0.5]])
        sight = _sight(place, p, np.concatenate([face, figure.stack(_TORSO)]), bodies, owner)
        clear = sight[:, : len(face)].mean(axis=1)
        visible = np.minimum(visible, clear)
        cost += 400 * (1 - clear) + 15 * (1 - sight[:, len(face) :].mean(axis=1))
        screen, depth = camera.project(figure.stack((*_FACE, "chin")))
        over = np.maximum(np.abs(screen[..., 0]) - (frame.aspect / 2 - 0.02), 0)
        over = np.where(depth > 0.1, over, 2.0).max(axis=1)
        cost += 60 * over
        facing = np.cos(azimuth(camera, figure.eyes, figure.look))
        cost += 3.0 * np.maximum(0.35 - facing, 0.0)
    if foreground is not None:
        cost += _foreground_cost(camera, foreground)
    if clean:
        cost += _strangers_cost(candidates, frame, film, around)
    sound = (
        (air >= AIR) & (border >= AIR) & (near >= BODY_AIR - 0.05) & (visible > 0.99) & (low <= 0)
    )
    return Judged(cost, sound, visible)


def obstructed(
    candidates: Candidates, frame: Frame, place: Place, distance: Array
) -> tuple[Array, Array]:
    """How much of the frame (N,) is filled by the set before the subject, and close to the lens.

    Before the subject is nearer than 0.6 of its ``distance``; close is nearer than `CLOSE`.
    """
    reach = np.maximum(distance * 0.6, CLOSE)
    x, y = np.linspace(-0.45, 0.45, 9), np.linspace(-0.45, 0.45, 7)
    hit = _depths(candidates, frame, place, reach, x, y)
    before = (hit < distance[:, None] * 0.6 - 1e-3).mean(axis=1)
    return np.asarray(before), np.asarray((hit < CLOSE - 1e-3).mean(axis=1))


def clutter(candidates: Candidates, frame: Frame, place: Place, distance: Array) -> Array:
    """What it costs (N,) that the set stands before the subject, or as a blur before the lens."""
    before, close = obstructed(candidates, frame, place, distance)
    return np.asarray(
        _BEFORE * np.maximum(before - _EDGE, 0) + _BLUR * np.maximum(close - _BLURRED, 0)
    )


def backdrop(candidates: Candidates, frame: Frame, place: Place) -> Array:
    """Median metres (N,) to what is seen across the frame: how deep the picture is."""
    reach = np.full(len(candidates), 25.0)
    x, y = np.linspace(-0.4, 0.4, 7), np.array([0.0, 0.25])
    return np.asarray(np.median(_depths(candidates, frame, place, reach, x, y), axis=1))


def _depths(
    candidates: Candidates, frame: Frame, place: Place, reach: Array, x: Array, y: Array
) -> Array:
    """Metres (N, P) to the set through points of each frame, at most ``reach``.

    ``x`` is in frame widths, ``y`` in frame heights.
    """
    grid = np.stack(np.meshgrid(x * frame.aspect, y, indexing="ij"), -1).reshape(-1, 2)
    f = frame.focal_heights(candidates.focal)
    local = np.concatenate(
        [
            np.tile(grid, (len(candidates), 1, 1)),
            np.broadcast_to(-f[:, None, None], (len(f), len(grid), 1)),
        ],
        axis=-1,
    )
    local /= np.linalg.norm(local, axis=-1, keepdims=True)
    world = rotate(candidates.quaternions[:, None], local)
    hit = place.world.ray_lengths(
        np.repeat(candidates.positions, len(grid), axis=0),
        world.reshape(-1, 3),
        np.repeat(reach, len(grid)),
    )
    return np.asarray(hit.reshape(len(f), -1))


def _foreground_cost(camera: Camera, figure: Figure) -> Array:
    share = shoulder_share(camera, figure.body)
    off = np.maximum(_SHARE[0] - share, 0.0) + np.maximum(share - _SHARE[1], 0.0)
    # part of the head tells whose shoulder it is
    head = _inside(camera, figure.stack(_HEAD))
    return np.asarray(300 * off + 20.0 * (1 - head.mean(axis=1)))


def _strangers_cost(
    candidates: Candidates, frame: Frame, film: Sequence[Figure], around: Sequence[Figure]
) -> Array:
    """Other people's heads: worst when cut by the frame's edge or large in front."""
    cost = np.zeros(len(candidates))
    ways = [np.linalg.norm(candidates.positions - f.eyes, axis=1) for f in film]
    # in a picture of the place alone nobody stands before anybody
    distance = np.min(ways, axis=0) if ways else cost
    camera = candidates.through(frame)
    for figure in around:
        share = _inside(camera, figure.stack(_HEAD)).mean(axis=1)
        before = np.linalg.norm(candidates.positions - figure.eyes, axis=1) < distance * 0.95
        cost += np.where(before, 45.0, 2.0) * share + 5.0 * ((share > 0) & (share < 1))
        # a coat reaches further than the joints in it
        inside = _inside(camera, figure.stack(_BULK), _COAT)
        cost += np.where(before, 70.0, 0.5) * inside.mean(axis=1)
    return cost


def _inside(camera: Camera, points: Array, flesh: float = 0.0) -> Array:
    """Which of points (P, 3), or of the ``flesh`` metres round them, are in the frame: (N, P)."""
    screen, depth = camera.project(points)
    pad = flesh * camera.focal_heights[:, None] / np.maximum(depth, 0.3)
    return np.asarray((np.abs(screen) < camera.half + pad[..., None]).all(axis=-1))


def _air(place: Place, points: Array) -> tuple[Array, Array]:
    """Distance to the set, exact where it matters, and to the limit of where cameras stand."""
    border, _ = place.world.border(points)
    rough, _ = place.world.rough_clearance(points, AIR + place.world.spacing + 0.03)
    air = rough.copy()
    # never below the exact distance: what is near the limit is measured exactly
    close = np.flatnonzero(
        (rough > AIR - 1e-6) & (rough < AIR + place.world.spacing + 0.02) & (border > 0)
    )
    if len(close):
        air[close] = place.world.clearance(points[close])
    return air, border


def _sight(place: Place, origins: Array, targets: Array, bodies: Bodies, owner: int) -> Array:
    """Whether (N, P) nothing but the owner's own body is between origins and targets."""
    count = len(targets)
    o = np.repeat(origins, count, axis=0)
    t = np.tile(targets, (len(origins), 1))
    clear = place.world.visible(o, t, bodies, np.full(len(o), owner), margin=0.06)
    return np.asarray(clear.reshape(len(origins), count))
