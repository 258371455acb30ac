"""Footsteps: where each foot stands from when to when, and the feet that follow from it.

A foot is planted or swings between two plants. Planted feet do not move: they pivot on the heel
when they land and on the ball before they leave, and the sole's contact point stays to the last
digit. This is the whole contract between planning (`walk`, `sit`) and the legs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from filmagent.cast.rotation import Array, about_x, about_z, apply, ease, wrap
from filmagent.cast.skeleton import OUT, SIDES, Skeleton

_ROUND = 0.022
"""Metres a walking foot swings out."""


@dataclass(frozen=True)
class Plant:
    """A foot on the floor: below the ankle (x, y), yaw of the foot, height of the floor."""

    x: float
    y: float
    yaw: float
    z: float = 0.0


@dataclass(frozen=True)
class Step:
    """A swing from where the foot is to ``plant``; scene seconds."""

    lift: float
    land: float
    plant: Plant
    stride: float = 0.0
    """How much of a walking step it is, 0–1: heel strike, push-off."""
    high: float = 0.0
    """Metres the foot is raised in mid-swing beyond a walk's."""


@dataclass
class Footwork:
    """Both feet over a scene."""

    start: dict[str, Plant]
    steps: dict[str, list[Step]] = field(default_factory=lambda: {"L": [], "R": []})

    def last(self, side: str) -> Plant:
        """Where a foot stands after everything planned so far."""
        return self.steps[side][-1].plant if self.steps[side] else self.start[side]

    def free(self, side: str) -> float:
        """When a foot has landed from its last step."""
        return self.steps[side][-1].land if self.steps[side] else -np.inf

    def add(self, side: str, step: Step) -> None:
        """Plan a step; never earlier than the foot is back on the floor."""
        lift = max(step.lift, self.free(side) + 0.02)
        land = max(step.land, lift + 0.22)
        self.steps[side].append(Step(lift, land, step.plant, step.stride, step.high))


@dataclass
class Feet:
    """Feet frame by frame, world axes."""

    ankle: dict[str, Array]
    """(F, 3)."""
    turn: dict[str, Array]
    """(F, 3, 3)."""
    toes: dict[str, Array]
    """(F, 3, 3): toes stay flat when the heel rises."""
    planted: dict[str, Array]
    """(F,) bool."""
    swing: dict[str, Array]
    """(F,) 0 on the floor, 1 mid-swing: where the weight is not."""
    slack: dict[str, Array]
    """(F,) metres a swinging foot may stay behind where it would be: its knee is bent."""


def feet(work: Footwork, t: Array, skeleton: Skeleton) -> Feet:
    """Where the feet are at scene seconds ``t``."""
    out = Feet({}, {}, {}, {}, {}, {})
    for side in SIDES:
        _foot(work, side, t, skeleton, out)
    return out


def _foot(work: Footwork, side: str, t: Array, skeleton: Skeleton, out: Feet) -> None:
    steps = work.steps[side]
    plants = [work.start[side], *(s.plant for s in steps)]
    lift = np.array([s.lift for s in steps] + [np.inf])
    land = np.array([-np.inf] + [s.land for s in steps])
    stride_in = np.array([0.0] + [s.stride for s in steps])
    stride_out = np.array([s.stride for s in steps] + [0.0])
    high_in = np.array([0.0] + [s.high for s in steps])
    high_out = np.array([s.high for s in steps] + [0.0])
    k = np.searchsorted(lift[:-1], t, side="right")  # plants passed, the present swing's included
    swinging = (k > 0) & (t < land[k])
    pos = np.array([[p.x, p.y, p.z] for p in plants])
    yaw = np.unwrap(np.array([p.yaw for p in plants]))
    stand = np.where(swinging, k - 1, k)

    since, until = t - land[k], lift[k] - t
    # a heel that rises needs a good third of the time the foot has been down
    down = np.where(np.isfinite(lift[k] - land[k]), lift[k] - land[k], 1.0)
    settle = np.minimum(0.14, 0.3 * down)
    push = np.minimum(0.34, 0.45 * down)
    strike, rise = 0.30 * stride_in - 0.8 * high_in, 0.52 * stride_out + 0.25 * high_out
    pitch = np.where(np.isfinite(since), strike[k] * (1 - ease(since / settle)), 0.0)
    pitch -= np.where(np.isfinite(until), rise[k] * ease(1 - until / push), 0.0)

    origin = pos[stand]
    ankle, turn = _pivoted(skeleton, side, origin, yaw[stand], pitch)
    if swinging.any():
        i = k[swinging]
        w = (t[swinging] - lift[i - 1]) / (land[i] - lift[i - 1])
        a, _ = _pivoted(skeleton, side, pos[i - 1], yaw[i - 1], -rise[i - 1])
        b, _ = _pivoted(skeleton, side, pos[i], yaw[i], strike[i])
        # a walking foot is thrown, not placed: a flatter speed than minimum jerk
        thrown = np.where(stride_in[i] > 0.3, w * w * (3 - 2 * w), ease(w))
        e = thrown[:, None]
        length = np.linalg.norm((pos[i] - pos[i - 1])[:, :2], axis=-1)
        height = np.where(stride_in[i] > 0.3, 0.025, 0.045 + 0.04 * np.minimum(length, 0.5))
        height = height + high_in[i]
        turning = yaw[i - 1] + wrap(yaw[i] - yaw[i - 1]) * e[:, 0]
        tilt = -rise[i - 1] * (1 - ease(w / 0.55)) + strike[i] * ease((w - 0.45) / 0.55)
        path = a + (b - a) * e
        path[:, 2] += height * np.sin(np.pi * w) ** 2
        # a foot that passes the other leg goes round it
        aside = OUT[side] * _ROUND * np.minimum(stride_in[i] / 0.3, 1.0) * np.sin(np.pi * w) ** 2
        path[:, 0] += aside * np.cos(turning)
        path[:, 1] += aside * np.sin(turning)
        ankle[swinging] = path
        turn[swinging] = about_z(turning) @ about_x(tilt)
        pitch[swinging] = tilt
        floor = np.maximum(pos[i - 1, 2], pos[i, 2]) * 0 + (pos[i - 1, 2] * (1 - w) + pos[i, 2] * w)
        bent = _toes(tilt, w)
        _clear(skeleton, side, ankle, turn, bent, swinging, floor, w)
        yaw_now = yaw[stand]
        yaw_now[swinging] = turning
    else:
        yaw_now = yaw[stand]
    swing, slack = np.zeros((2, len(t)))
    if swinging.any():
        swing[swinging] = np.sin(np.pi * w) ** 2
        # a runner's foot trails far behind the hips, and is pulled along
        slack[swinging] = 0.03 * swing[swinging] + 3.0 * high_in[i] * np.sin(np.pi * w)
    toe_pitch = np.maximum(pitch, 0.0)
    if swinging.any():
        toe_pitch[swinging] = bent
    out.ankle[side], out.turn[side] = ankle, turn
    out.toes[side] = about_z(yaw_now) @ about_x(toe_pitch)
    out.planted[side], out.swing[side], out.slack[side] = ~swinging, swing, slack


def _pivoted(
    skeleton: Skeleton,
    side: str,
    floor: Array,
    yaw: Array,
    pitch: Array,
) -> tuple[Array, Array]:
    """Ankle and turn of a foot that stands on its heel (pitch > 0) or its ball (pitch < 0)."""
    foot = skeleton.head(f"foot.{side}")
    below = np.array([foot[0], foot[1], 0.0])
    pivot = np.where((pitch > 0)[:, None], skeleton.heel(side), skeleton.ball(side))
    turn = about_z(yaw) @ about_x(pitch)
    contact = floor + apply(about_z(yaw), pivot - below)
    return contact + apply(turn, foot - pivot), turn


def _toes(tilt: Array, w: Array) -> Array:
    """Pitch of a swinging foot's toes: flat as it leaves and lands, else half the foot's."""
    return np.where(tilt > 0, tilt, 0.45 * tilt * ease(w / 0.35) * ease((1 - w) / 0.35))


def _clear(
    skeleton: Skeleton,
    side: str,
    ankle: Array,
    turn: Array,
    bent: Array,
    rows: Array,
    floor: Array,
    w: Array,
) -> None:
    """Raise a swinging foot whose heel or toe would scrape the floor."""
    foot = skeleton.head(f"foot.{side}")
    soles = np.stack([skeleton.heel(side), skeleton.ball(side)]) - foot
    points = np.einsum("fij,pj->fpi", turn[rows], soles)[..., 2]
    tip = skeleton.tip(side) - skeleton.ball(side)
    points = np.column_stack([points, points[:, 1] + apply(about_x(bent), tip)[:, 2]])
    low = points.min(axis=1) + ankle[rows, 2]
    want = floor + 0.012 * np.sin(np.pi * w) ** 2
    ankle[rows, 2] += np.maximum(want - low, 0.0)
