"""Actions of the upper body, read from ``gestures.toml`` and layered over what the body does.

A gesture has anticipation (a slight move the other way), a minimum-jerk stroke, a small overshoot
that settles, and a slower return (Thomas and Johnston, "The Illusion of Life", 1981, ch. 3).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.cast.arms import Hand, mirrored, palm_of, shoulder_at, turn_to
from filmagent.cast.lipsync import weights
from filmagent.cast.posture import RELAXED
from filmagent.cast.rotation import Array, about_z, apply, unit, window
from filmagent.cast.skeleton import OUT
from filmagent.cast.trunk import Frame
from filmagent.documents import Gesture, PropHold
from filmagent.library.bake import ARKIT

_LANDMARKS = {"mouth": "mouth", "chin": "chin", "face": "nose_tip", "brow": "brow"}


@dataclass(frozen=True)
class Spec:
    """One entry of the file; its header says what the fields mean."""

    hands: str = ""
    rise: float = 0.4
    fall: float = 0.5
    anchor: str = "shoulder"
    pos: tuple[float, ...] = (0.1, 0.5, -0.4)
    fingers: tuple[float, ...] = (0.0, 1.0, 0.0)
    palm: tuple[float, ...] = (0.0, 0.0, -1.0)
    elbow: tuple[float, ...] = (0.45, -0.6, -0.7)
    curl: tuple[float, ...] = tuple(RELAXED)
    shake: dict[str, Any] | None = None
    trunk: dict[str, float] | None = None
    nod: tuple[float, float, float] | None = None
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gaze: tuple[float, float] | None = None
    face: dict[str, float] | None = None
    stagger: float = 0.0
    size: float = 0.5


@cache
def specs() -> dict[str, Spec]:
    """Every action a body knows."""
    return {name: Spec(**entry) for name, entry in _raw()["action"].items()}


@cache
def beats() -> tuple[Spec, ...]:
    """The beats of talking hands, from small to large."""
    return tuple(sorted((Spec(**b) for b in _raw()["beat"]), key=lambda s: s.size))


@cache
def _raw() -> dict[str, Any]:
    text = Path(__file__).with_name("gestures.toml").read_text("utf-8")
    parsed: dict[str, Any] = tomllib.loads(text)
    return parsed


@dataclass(frozen=True)
class Act:
    """A gesture on its way: spec, time, sides, strength."""

    id: str
    spec: Spec
    start: float
    end: float
    sides: tuple[str, ...] = ()
    target: tuple[float, float, float] | None = None
    strength: float = 1.0
    action: str = ""

    def weight(self, t: Array) -> Array:
        """How far the gesture is in force: below 0 in anticipation, above 1 in overshoot."""
        length = self.end - self.start
        rise, fall = (min(x, 0.45 * length) for x in (self.spec.rise, self.spec.fall))
        plain = window(t, self.start, self.end, rise, fall)
        x = (t - self.start) / rise
        before = -0.035 * _bump(x, -0.35, 0.45)
        after = 0.045 * _bump(x, 0.75, 1.9) * (length > rise + fall + 0.35)
        out: Array = self.strength * (plain + before + after * plain)
        return out

    def hold(self, t: Array) -> Array:
        """The plain 0–1 weight, for what must not overshoot."""
        length = self.end - self.start
        return self.strength * window(
            t,
            self.start,
            self.end,
            min(self.spec.rise, 0.45 * length),
            min(self.spec.fall, 0.45 * length),
        )


def _bump(x: Array, first: float, last: float) -> Array:
    y = np.clip((x - first) / (last - first), 0, 1)
    out: Array = np.sin(np.pi * y) ** 2
    return out


def acts(
    gestures: Sequence[Gesture], holds: Sequence[tuple[str, PropHold]], side_of: dict[str, float]
) -> list[Act]:
    """What an actor's gestures are, with hands chosen.

    Parameters
    ----------
    gestures
        Of one actor; unknown actions do nothing.
    holds
        (prop id, hold) of this actor.
    side_of
        Gesture id → lateral place of its target in body axes (left is negative), where known.
    """
    known = specs()
    out = []
    for g in sorted(gestures, key=lambda g: (g.start, g.id)):
        spec = known.get(g.action)
        if spec is None or g.end - g.start < 0.1:
            continue
        busy = {
            hold.hand[0].upper(): prop
            for prop, hold in holds
            if hold.start < g.end - 0.1 and hold.end > g.start + 0.1
        }
        out.append(
            Act(
                g.id,
                spec,
                g.start,
                g.end,
                _sides(spec, g, busy, side_of.get(g.id)),
                g.target_position,
                1.0,
                g.action,
            )
        )
    return out


def _sides(
    spec: Spec,
    gesture: Gesture,
    busy: dict[str, str],
    lateral: float | None,
) -> tuple[str, ...]:
    if spec.hands == "both":
        return tuple(s for s in ("L", "R") if s not in busy)
    if spec.hands == "holding":
        own = [s for s in ("R", "L") if busy.get(s) == gesture.target]
        return tuple(own[:1] or [s for s in ("R", "L") if s in busy][:1] or ["R"])
    if spec.hands == "free":
        wished = "L" if lateral is not None and lateral < -0.25 else "R"
        order = (wished, "L" if wished == "R" else "R")
        return tuple([s for s in order if s not in busy][:1])
    return {"right": ("R",), "left": ("L",)}.get(spec.hands, ())


@dataclass
class Attitude:
    """What all gestures together ask of trunk, head, face and gaze."""

    lean: Array
    tilt: Array
    twist: Array
    slump: Array
    shrug: Array
    head: Array
    """(F, 3) pitch, roll, yaw."""
    face: Array
    """(F, 52)."""


def attitude(all_acts: Sequence[Act], t: Array) -> Attitude:
    """Sum the gestures' trunk, head and face."""
    n = len(t)
    lean, tilt, twist, slump, shrug = np.zeros((5, n))
    out = Attitude(lean, tilt, twist, slump, shrug, np.zeros((n, 3)), np.zeros((n, len(ARKIT))))
    for act in all_acts:
        w, spec = act.weight(t), act.spec
        for name, value in (spec.trunk or {}).items():
            getattr(out, name)[:] += w * value
        out.head += w[:, None] * np.array(spec.head)
        if spec.nod is not None:
            axis, size, hertz = spec.nod
            x = t - act.start
            # nods tire: the first is the largest
            tired = np.exp(-np.maximum(x, 0) / max(1.2, 0.7 * (act.end - act.start)))
            wave = np.sin(2 * np.pi * hertz * x)
            wave = -0.5 * (1 - np.cos(2 * np.pi * hertz * x)) if int(axis) == 0 else wave
            out.head[:, int(axis)] += act.hold(t) * size * wave * tired
        if spec.face:
            out.face += np.clip(act.hold(t), 0, 1)[:, None] * weights(spec.face)
    return out


def pose(frame: Frame, act: Act, side: str, marks: dict[str, Array]) -> Hand:
    """Where an act wants a hand, (F, …) body axes; the caller blends by the act's weight."""
    spec, posed = act.spec, frame.posed
    n, t = posed.frames, frame.travel.t
    skeleton = posed.skeleton
    palm = palm_of(skeleton, side)
    shoulder = shoulder_at(frame, side)
    length = sum(skeleton.arm)
    flat = about_z(_yaw_of(frame.chest))

    def directed(vector: Sequence[float]) -> Array:
        return apply(flat, np.tile(mirrored(np.array(vector), side), (n, 1)))

    fingers, facing = directed(spec.fingers), directed(spec.palm)
    if spec.anchor == "target":
        way = _way(frame, act, shoulder, side)
        fingers = way
        turn = turn_to(palm, fingers, facing)
        wrist = shoulder + way * (spec.pos[1] * length)
    elif spec.anchor == "shoulder":
        turn = turn_to(palm, fingers, facing)
        wrist = shoulder + directed(spec.pos) * length
        if spec.stagger:
            wrist[:, 2] += spec.stagger * (0.5 if side == "R" else -0.5)
            wrist[:, 1] += spec.stagger * (0.6 if side == "R" else 0.0)
    else:
        head = posed.turn_of("head")
        name = f"ear.{side}" if spec.anchor == "ear" else _LANDMARKS[spec.anchor]
        ready = np.tile(mirrored(np.array(spec.pos), side), (n, 1))
        centre = posed.point("head", marks[name]) + apply(head, ready)
        level = 0.5 * (head + flat)  # hands follow a bowed head half the way
        turn = turn_to(
            palm,
            apply(level, np.tile(mirrored(np.array(spec.fingers), side), (n, 1))),
            apply(level, np.tile(mirrored(np.array(spec.palm), side), (n, 1))),
        )
        wrist = centre + apply(turn, palm.wrist - palm.centre)
    curl = np.tile(np.array(spec.curl), (n, 1))
    hand = Hand(wrist, turn, unit(directed(spec.elbow)), curl, np.zeros(n))
    if spec.shake is not None:
        _shake(hand, spec.shake, directed, t - act.start, side)
    return hand


def _yaw_of(turn: Array) -> Array:
    return np.arctan2(-turn[:, 0, 1], turn[:, 1, 1])


def _way(frame: Frame, act: Act, shoulder: Array, side: str) -> Array:
    """Direction from the shoulder to the target, kept within what an arm can do."""
    n = frame.posed.frames
    if act.target is None:
        way = np.tile(mirrored(np.array([0.25, 1.0, 0.12]), side), (n, 1))
    else:
        way = frame.to_body(np.tile(np.array(act.target), (n, 1))) - shoulder
    way = unit(way)
    across = np.arctan2(way[:, 0] * OUT[side], way[:, 1])
    limited = np.clip(across, -0.75, 1.75)
    flat = np.hypot(way[:, 0], way[:, 1])
    return unit(
        np.column_stack(
            [
                np.sin(limited) * OUT[side] * flat,
                np.cos(limited) * flat,
                np.clip(way[:, 2], -0.75, 0.8),
            ]
        )
    )


def _shake(hand: Hand, shake: dict[str, Any], directed: Any, x: Array, side: str) -> None:
    axis = directed(shake["axis"])
    wave = np.sin(2 * np.pi * shake["hertz"] * x)
    if shake.get("touch"):
        # palms meet at the end of each stroke and never pass
        wave = 0.5 * (1 - np.cos(2 * np.pi * shake["hertz"] * x))
    if shake.get("turn"):
        forward = unit(axis)
        angle = shake["amount"] * wave * OUT[side]
        hand.turn = _about(forward, angle) @ hand.turn
        return
    hand.wrist = hand.wrist + axis * (shake["amount"] * wave)[:, None]


def _about(axis: Array, angle: Array) -> Array:
    """Rodrigues' formula for an axis (F, 3) and an angle (F,)."""
    x, y, z = axis.T
    zero = np.zeros_like(x)
    k = np.stack(
        [np.stack([zero, -z, y], -1), np.stack([z, zero, -x], -1), np.stack([-y, x, zero], -1)],
        axis=-2,
    )
    s, c = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
    out: Array = np.eye(3) + s * k + (1 - c) * (k @ k)
    return out
