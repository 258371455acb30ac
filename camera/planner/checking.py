"""What a track is worth: exact clearance, sightlines and framing, in every frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camera.lens import Lens
from camera.planner.asked import Asked
from camera.planner.people import between_edges
from camera.pose import Array
from camera.rigs import motion
from camera.trajectory import Trajectory

SEEN, KEPT, SIZED, HASTE = 0.985, 0.08, 0.15, 1.02
"""What a track is good from: share seen, framing error in frame heights, log size, haste."""


@dataclass(frozen=True)
class Verdict:
    """What a track is worth.

    Parameters
    ----------
    figures
        As in `Plan.costs`.
    radius
        Metres to be kept clear.
    haste
        Speed, acceleration or turning over what the rig does, whichever is most.
    """

    figures: dict[str, float]
    radius: float
    haste: float

    @property
    def unsafe(self) -> bool:
        """Whether something comes nearer than the radius."""
        return self.figures["clearance"] < self.radius

    @property
    def blind(self) -> bool:
        """Whether too much is not seen, or from the wrong side of the line."""
        return self.figures["visibility"] < SEEN or self.figures["line"] > 0.0

    @property
    def astray(self) -> bool:
        """Whether the picture is not the one that was asked for."""
        return self.figures["framing"] > KEPT or self.figures["size"] > SIZED

    @property
    def hasty(self) -> bool:
        """Whether the rig cannot do it."""
        return self.haste > HASTE

    @property
    def faults(self) -> frozenset[str]:
        """Which of these hold; none of a track in which there is nothing to mend."""
        return frozenset(n for n in ("unsafe", "blind", "astray", "hasty") if getattr(self, n))

    @property
    def price(self) -> float:
        """To compare tracks by: a crash is worse than any picture, a hidden face than a bad one."""
        f = self.figures
        short = max(self.radius - f["clearance"], 0.0) / max(self.radius, 1e-9)
        crash = 100 * (1 + min(short, 3.0)) if short else 0.0
        picture = 3 * max(f["framing"] - KEPT, 0.0) + 1.5 * max(f["size"] - SIZED, 0.0)
        hidden = 10 * max(SEEN - f["visibility"], 0.0) + f["line"]
        return crash + hidden + picture + 0.5 * min(max(self.haste - HASTE, 0.0), 2.0)


def judge(asked: Asked, track: Trajectory) -> Verdict:
    """Measure a track against what was asked."""
    cast, request = asked.cast, asked.request
    world, p = request.world, track.positions
    clear = float(world.swept_clearance(p, cast.bodies).min())
    if world.rings is not None:
        clear = min(clear, float(world.border(p)[0].min()))
    screen, depth = _seen(track, request.lens, cast.eyes)
    wished = _dense(asked, asked.shown[0])
    off = np.nan_to_num(np.linalg.norm(screen - wished, axis=-1), nan=1.0)
    share = asked.share
    away = np.log(np.maximum(depth, 0.05) / _dense(asked, asked.depth)[:, None]) @ share
    figures = {
        "clearance": clear,
        "visibility": _visibility(asked, track),
        "framing": float(np.sqrt(np.mean(off**2))),
        "size": float(np.sqrt(np.mean(away**2))),
        "line": _crossed(asked, p),
        "speed": float(np.linalg.norm(track.velocities(), axis=1).max()),
        "turn": float(np.linalg.norm(track.angular_velocities(), axis=1).max()),
    }
    return Verdict(figures, request.radius, _haste(request.shot.rig, track, figures))


def _haste(rig: str, track: Trajectory, figures: dict[str, float]) -> float:
    able = motion(rig)
    if able.still:
        return 0.0
    # at its fastest a rig takes `ease` seconds to start
    hardest = float(np.linalg.norm(track.accelerations(), axis=1).max())
    return max(
        figures["speed"] / able.speed,
        figures["turn"] / able.turn,
        hardest * max(able.ease, 0.1) / able.speed,
    )


def _seen(track: Trajectory, lens: Lens, points: Array) -> tuple[Array, Array]:
    """Points (F, ..., 3) on the screen (F, ..., 2), zooms followed, and their depths (F, ...)."""
    ones = [1] * (points.ndim - 2)
    position = track.positions.reshape(len(points), *ones, 3)
    quaternion = track.quaternions.reshape(len(points), *ones, 4)
    screen, depth = lens.project(points, position, quaternion)
    if track.focal_lengths is not None:
        screen = screen * (track.focal_lengths / lens.focal_mm).reshape(len(points), *ones, 1)
    return screen, depth


def _dense(asked: Asked, values: Array) -> Array:
    """Values (T, ...) at instants, in every frame."""
    flat = values.reshape(len(values), -1)
    gone = asked.cast.gone
    made = np.stack([np.interp(gone, asked.u, c) for c in flat.T], axis=1)
    return made.reshape(len(gone), *values.shape[1:])


def _visibility(asked: Asked, track: Trajectory) -> float:
    """Share of the points that are in frame, or ought to be, that are, and are not hidden.

    Of the first subject what is well between the picture's edges ought to be in frame, of the
    others, whose distance is not wished, the eyes.
    """
    cast, request = asked.cast, asked.request
    subjects, each = cast.points.shape[1:3]
    shows = float(np.mean(asked.depth / asked.focal))
    core = np.zeros((subjects, each), bool)
    distance = float(np.mean(asked.depth))
    for k, y in enumerate(asked.screen[0].mean(axis=0)[:, 1]):
        high = shows if k == 0 else 0.2
        core[k] = between_edges(asked.brief, k, y, high, asked.direction[0], distance)
    screen, _ = _seen(track, request.lens, cast.points)
    # a point behind the camera is NaN, and in no frame
    inside = (np.abs(screen[..., 0]) <= request.lens.aspect / 2) & (np.abs(screen[..., 1]) <= 0.5)
    row, s, point = np.nonzero(inside)
    seen = request.world.visible(
        track.positions[row], cast.points[row, s, point], cast.bodies, cast.owners[s], rows=row
    )
    return float(seen.sum() / max(int((inside | core).sum()), 1))


def _crossed(asked: Asked, positions: Array) -> float:
    if asked.cast.side is None:
        return 0.0
    point, normal = asked.cast.side
    return float((((positions[:, :2] - point) * normal).sum(1) <= 0).mean())


def given_up(asked: Asked, verdict: Verdict, told: str) -> list[str]:
    """What of the wishes could not be met, in words; ``told`` is what was given up on the way."""
    f, shot = verdict.figures, asked.request.shot
    hidden, crossed = 100 * (1 - f["visibility"]), 100 * f["line"]
    lines = {
        told: bool(told),
        f"the way is narrow: the camera comes within {f['clearance']:.2f} m of something": (
            verdict.unsafe
        ),
        f"the subject is hidden for {hidden:.0f} % of the move": f["visibility"] < 0.95,
        f"the size {shot.size} is not kept: the place allows no such distance": f["size"] > 0.25,
        f"the framing is off by {f['framing']:.2f} frame heights": f["framing"] > 0.1,
        f"the line of action is crossed for {crossed:.0f} % of the move": f["line"] > 0,
        f"the {shot.rig} would have to go {verdict.haste:.1f} times as fast as it can": (
            verdict.hasty
        ),
    }
    return [line for line, holds in lines.items() if holds]
