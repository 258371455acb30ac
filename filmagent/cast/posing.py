"""Where gestures want hands: at a place about the body, on the face, on a table, on the hips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from filmagent.cast.arms import Hand, mirrored, palm_of, shoulder_at, turn_to
from filmagent.cast.gestures import Act
from filmagent.cast.rotation import Array, about_z, apply, unit
from filmagent.cast.skeleton import OUT
from filmagent.cast.trunk import Frame

_LANDMARKS = {"mouth": "mouth", "chin": "chin", "face": "nose_tip", "brow": "brow", "eye": "brow"}


def pose(frame: Frame, act: Act, side: str, marks: dict[str, Array], table: Array) -> Hand:
    """Where an act wants a hand, (F, …) body axes; the caller blends by the act's weight.

    ``table`` is (F, 3) world, a point on the table one sits at, NaN where there is none.
    """
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
    elif spec.anchor == "hip":
        turn = turn_to(palm, fingers, facing)
        joint = posed.head(f"upperleg01.{side}")
        centre = joint + apply(
            posed.turn_of("root"), np.tile(mirrored(np.array(spec.pos), side), (n, 1))
        )
        wrist = centre + apply(turn, palm.wrist - palm.centre)
    elif spec.anchor == "table":
        turn = turn_to(palm, fingers, facing)
        centre = _before(frame, table) + np.array(spec.pos) * [OUT[side], 1.0, 1.0]
        wrist = centre + apply(turn, palm.wrist - palm.centre)
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
    if spec.drum is not None:
        _drum(hand, spec.drum, t - act.start, side)
    if spec.shake is not None:
        _shake(hand, spec.shake, directed, t - act.start, side)
    return hand


def _before(frame: Frame, table: Array) -> Array:
    """The middle of the near edge of a table, or of a lap desk where there is none."""
    n = frame.posed.frames
    seated = frame.travel.seated
    elbow = frame.posed.head("spine03")[:, 2]
    own = np.column_stack([np.zeros(n), np.full(n, 0.36), elbow - 0.02 - 0.06 * seated])
    there = np.isfinite(table).all(axis=1)
    if not there.any():
        return own
    top = frame.to_body(np.where(there[:, None], table, 0.0))
    near = np.column_stack([np.zeros(n), np.clip(top[:, 1] - 0.06, 0.27, 0.42), top[:, 2]])
    out: Array = np.where(there[:, None], near, own)
    return out


def _drum(hand: Hand, drum: Sequence[float], x: Array, side: str) -> None:
    """Fingers that type: each in its own time, none at the same."""
    amount, hertz = drum
    for finger in range(1, 5):
        turn = 2 * np.pi * (hertz * (0.8 + 0.13 * finger) * x + 0.37 * finger + (side == "L") * 0.5)
        hand.curl[:, finger] += amount * np.maximum(np.sin(turn), 0.0) ** 2


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
