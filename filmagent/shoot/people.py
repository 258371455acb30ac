"""Bodies as the camera department sees them: landmarks, capsules, where somebody looks.

A `Figure` is either canonical (one row: how the blocking places somebody, whatever they do) or
acted (a row a frame, from a performance by forward kinematics). Cameras that stand still are solved
on canonical figures, so that the length of a line never moves a camera.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from camera.framing import Body
from camera.pose import Array, facing, heading_of
from camera.world import Bodies
from filmagent.documents import ActorTiming, Segment
from filmagent.errors import FilmError
from filmagent.library import cast, skin
from filmagent.library.cast import Member

POINTS: tuple[str, ...] = (
    "eye.L",
    "eye.R",
    "head_top",
    "chin",
    "mouth",
    "ear.L",
    "ear.R",
    "shoulder.L",
    "shoulder.R",
    "elbow.L",
    "elbow.R",
    "wrist.L",
    "wrist.R",
    "grip.L",
    "grip.R",
    "hip.L",
    "hip.R",
    "knee.L",
    "knee.R",
    "ankle.L",
    "ankle.R",
)
_HEAD_YAW, _SHARE, _DEAD_YAW = np.radians(64.0), 0.9, np.radians(5.0)
"""How far a head turns, its share of a look (the eyes take the rest), what it does not turn for."""
_BEHIND, _GIVEN_UP = np.radians(120.0), np.radians(160.0)
"""Radians aside from which a head follows less, and from which it stays ahead."""
# What `camera.framing` calls a landmark: the eyes apart, which are one point there
_BODY: dict[str, str] = {
    "crown": "head_top",
    "mouth": "mouth",
    "chin": "chin",
    **{
        f"{point}.{side}": f"{name}.{side}"
        for point, name in (
            ("shoulder", "shoulder"),
            ("elbow", "elbow"),
            ("hand", "grip"),
            ("hip", "hip"),
            ("knee", "knee"),
            ("foot", "ankle"),
        )
        for side in ("L", "R")
    },
}
# Axis ends (each the mean of some points) and radius of every capsule of a body
_CAPSULES: tuple[tuple[tuple[str, ...], tuple[str, ...], float], ...] = (
    (("ear.L", "ear.R", "head_top"), ("chin", "ear.L", "ear.R"), 0.105),
    (("shoulder.L",), ("shoulder.R",), 0.085),
    (("shoulder.L", "shoulder.R"), ("hip.L", "hip.R"), 0.17),
    (("shoulder.L",), ("elbow.L",), 0.07),
    (("shoulder.R",), ("elbow.R",), 0.07),
    (("elbow.L",), ("grip.L",), 0.05),
    (("elbow.R",), ("grip.R",), 0.05),
    (("hip.L",), ("knee.L",), 0.09),
    (("hip.R",), ("knee.R",), 0.09),
    (("knee.L",), ("ankle.L",), 0.07),
    (("knee.R",), ("ankle.R",), 0.07),
)
# Proportions of a standing adult of height 1, for bodies without landmarks: x right, y front, z up
_PLAIN: dict[str, tuple[float, float, float]] = {
    "eye.L": (-0.018, 0.05, 0.935),
    "eye.R": (0.018, 0.05, 0.935),
    "head_top": (0.0, 0.0, 1.0),
    "chin": (0.0, 0.05, 0.868),
    "mouth": (0.0, 0.055, 0.89),
    "ear.L": (-0.043, 0.0, 0.925),
    "ear.R": (0.043, 0.0, 0.925),
    "shoulder.L": (-0.105, -0.01, 0.82),
    "shoulder.R": (0.105, -0.01, 0.82),
    "elbow.L": (-0.14, 0.0, 0.63),
    "elbow.R": (0.14, 0.0, 0.63),
    "wrist.L": (-0.15, 0.03, 0.49),
    "wrist.R": (0.15, 0.03, 0.49),
    "grip.L": (-0.15, 0.04, 0.45),
    "grip.R": (0.15, 0.04, 0.45),
    "hip.L": (-0.055, 0.0, 0.53),
    "hip.R": (0.055, 0.0, 0.53),
    "knee.L": (-0.055, 0.0, 0.29),
    "knee.R": (0.055, 0.0, 0.29),
    "ankle.L": (-0.055, -0.01, 0.05),
    "ankle.R": (0.055, -0.01, 0.05),
}
_LEGS = ("knee.L", "knee.R", "ankle.L", "ankle.R")


@dataclass(frozen=True)
class Stature:
    """A member's landmarks standing at the origin, facing +Y."""

    points: Mapping[str, Array]
    hip_height: float
    hip_above_seat: float


@dataclass(frozen=True)
class Figure:
    """Somebody's landmarks: name → (3,) or (F, 3) metres, world frame."""

    actor: str
    points: Mapping[str, Array]

    @property
    def eyes(self) -> Array:
        """Midway between the eyes."""
        return (self.points["eye.L"] + self.points["eye.R"]) / 2

    @property
    def look(self) -> Any:
        """Heading of the face, radians."""
        return heading_of(self.eyes - (self.points["ear.L"] + self.points["ear.R"]) / 2)

    @cached_property
    def body(self) -> Body:
        """The same person as `camera.framing` sees people; a pose a row."""
        named = {point: self.points[name] for point, name in _BODY.items()}
        return Body.of({"eyes": self.eyes, **named}, self.look)

    @cached_property
    def axes(self) -> Array:
        """The axes of the body's capsules (..., M, 2, 3): where each begins and ends."""
        pairs = [
            [np.mean([self.points[n] for n in names], axis=0) for names in (first, last)]
            for first, last, _ in _CAPSULES
        ]
        return np.stack([np.stack(pair, axis=-2) for pair in pairs], axis=-3)

    def stack(self, names: Sequence[str]) -> Array:
        """The named points as (..., P, 3)."""
        return np.stack([self.points[name] for name in names], axis=-2)


def stature(member: str) -> Stature:
    """The landmarks of a cast member; a plain adult's where the shelf lacks the member."""
    try:
        person = cast.load(member)
    except FilmError:
        height = 1.72
        points = {name: height * np.array(p) for name, p in _PLAIN.items()}
        return Stature(points, 0.53 * height, 0.09)
    return Stature(
        {name: person.point(name) for name in POINTS}, person.hip_height, person.seat_height
    )


def canonical(
    actor: str, body: Stature, position: Array, heading: float, seat_height: float | None
) -> Figure:
    """Somebody standing or sitting at ease, looking ahead; coordinates to the millimetre."""
    points = {name: np.array(p) for name, p in body.points.items()}
    if seat_height is not None:
        drop = seat_height + body.hip_above_seat - body.hip_height
        thigh = body.points["hip.L"][2] - body.points["knee.L"][2]
        for name, p in points.items():
            p[2] += drop
            if name in _LEGS:
                p[1] += thigh
                p[2] = points["hip.L"][2] if name.startswith("knee") else 0.08
    _hang_arms(points, seated=seat_height is not None)
    forward = facing(heading)
    right = np.array([forward[1], -forward[0], 0.0])
    up = np.array([0.0, 0.0, 1.0])
    turn = np.stack([right, forward, up], axis=1)
    return Figure(actor, {n: np.round(position + turn @ p, 3) for n, p in points.items()})


def _hang_arms(points: dict[str, Array], *, seated: bool) -> None:
    """Arms beside the body, forearms on lap or table where seated: a body's rest is an A-pose."""
    for side, sign in (("L", -1.0), ("R", 1.0)):
        shoulder = points[f"shoulder.{side}"]
        upper = float(np.linalg.norm(points[f"elbow.{side}"] - shoulder))
        lower = float(np.linalg.norm(points[f"wrist.{side}"] - points[f"elbow.{side}"]))
        down = _unit([0.22 * sign, 0.25 if seated else 0.05, -1.0])
        on = _unit([-0.25 * sign, 1.0, -0.1]) if seated else _unit([0.06 * sign, 0.2, -1.0])
        points[f"elbow.{side}"] = shoulder + upper * down
        points[f"wrist.{side}"] = points[f"elbow.{side}"] + lower * on
        points[f"grip.{side}"] = points[f"wrist.{side}"] + 0.09 * on


def _unit(vector: Sequence[float]) -> Array:
    v = np.array(vector)
    return np.asarray(v / np.linalg.norm(v))


def turned_head(aside: Any) -> Any:
    """How far a head turns, radians, to what is ``aside`` radians of where the body faces.

    The eyes take a share, the neck gives less and less, and what is behind is heard, not looked
    at: the head stays ahead then.
    """
    yaw = np.angle(np.exp(1j * np.asarray(aside, np.float64)))
    wished = _SHARE * np.sign(yaw) * np.maximum(np.abs(yaw) - _DEAD_YAW, 0.0)
    follows = np.clip((_GIVEN_UP - np.abs(yaw)) / (_GIVEN_UP - _BEHIND), 0.0, 1.0)
    return _HEAD_YAW * np.tanh(wished / _HEAD_YAW) * follows


def acted(actor: ActorTiming, performance: Mapping[str, Array], frames: Array) -> Figure:
    """Somebody's landmarks at scene frames (F,), by forward kinematics; NaN while out of sight."""
    member = cast.load(actor.member)
    first, count = int(performance["first_frame"]), len(performance["root"])
    rows = np.clip(frames - first, 0, count - 1)
    stride = np.unique(np.concatenate([rows[::3], rows[-1:]]))
    poses = skin.pose(
        member,
        performance["rotations"][stride],
        performance["root"][stride],
        performance["root_rotation"][stride],
    )
    gone = ~np.asarray(performance["visible"], bool)[rows] if "visible" in performance else None
    points = {}
    for name in POINTS:
        known = member.track(name, poses)
        track = np.stack([np.interp(rows, stride, known[:, axis]) for axis in range(3)], axis=1)
        if gone is not None:
            track[gone] = np.nan
        points[name] = track
    return Figure(actor.actor, points)


def capsules(figures: Sequence[Figure]) -> Bodies:
    """The bodies of several figures of the same number of rows; owners are their order."""
    if not figures:
        return Bodies.none()
    axes = [figure.axes if figure.axes.ndim == 4 else figure.axes[None] for figure in figures]
    radii = np.array([radius for _, _, radius in _CAPSULES])
    owners = np.repeat(np.arange(len(figures)), len(radii))
    return Bodies(np.concatenate(axes, axis=1), np.tile(radii, len(figures)), owners)


def member_of(actor: ActorTiming) -> Member | None:
    """The cast member, if the shelf has one."""
    try:
        return cast.load(actor.member)
    except FilmError:
        return None


def segment_at(actor: ActorTiming, second: float) -> Segment:
    """What the body does then; before the first and after the last, those."""
    for segment in actor.segments:
        if segment.start <= second < segment.end:
            return segment
    return actor.segments[0] if second < actor.segments[0].start else actor.segments[-1]
