"""Where people look: eyes first, then the head, then a share of the chest.

Angles are (yaw to the left, pitch up) in body axes. A new target is caught by a saccade whose
length grows with its angle (`filmagent.cast.saccades`); the head follows some 50 ms later and
covers most of a large angle (Freedman and Sparks, 1997).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from filmagent.cast.rotation import (
    Array,
    about_x,
    about_z,
    apply,
    ease,
    euler,
    noise,
    scaled,
    smooth,
    unit,
    wrap,
)
from filmagent.cast.saccades import duration, fixations
from filmagent.cast.skeleton import NECK, SIDES
from filmagent.cast.trunk import Frame

_HEAD_YAW, _HEAD_PITCH = np.radians(72), np.radians(38)
_EYE_YAW, _EYE_PITCH = np.radians(38), np.radians(26)
_NECK_SHARES = {"neck01": 0.22, "neck02": 0.45, "neck03": 0.72, "head": 1.0}
_FAR = 6.0


@dataclass
class Look:
    """Something attended to from a second on, until the next one."""

    start: float
    points: Array | None = None
    """(F, 3) world; None looks where one goes."""
    offset: tuple[float, float] = (0.0, 0.0)
    """Yaw, pitch away from it: thinking, shyness, a cup."""
    key: str = ""


@dataclass
class Aim:
    """What the layers ask of eyes, head and chest; (F, 2) yaw and pitch, body axes."""

    eyes: Array
    head: Array
    chest: Array
    distance: Array
    shifts: list[float] = field(default_factory=list)
    """Seconds of large gaze shifts: people blink in them."""


def aim(
    looks: Sequence[Look], frame_eyes: Array, to_body: Array, t: Array, course: Array, going: Array
) -> Aim:
    """Follow a list of looks.

    Parameters
    ----------
    looks
        In order of their start.
    frame_eyes
        (F, 3) world, between the eyes.
    to_body
        (F, 3, 3) body_from_world rotation.
    course, going
        (F,) change of heading ahead, and how much one walks, 0–1.
    """
    n = len(t)
    ahead = np.column_stack([0.7 * course, np.full(n, -0.06)])
    result = Aim(ahead.copy(), ahead.copy(), ahead.copy(), np.full(n, _FAR))
    before = ahead
    for i, look in enumerate(looks):
        wished, far = _angles(look, frame_eyes, to_body, ahead, going)
        at = int(np.clip(np.searchsorted(t, look.start), 0, n - 1))
        change = [float(wrap(wished[at, 0] - before[at, 0])), wished[at, 1] - before[at, 1]]
        amplitude = float(np.degrees(np.hypot(*change)))
        if i == 0:
            result.eyes, result.head, result.chest = wished.copy(), wished.copy(), wished.copy()
            result.distance = far
        else:
            eye = ease((t - look.start) / duration(amplitude))
            head = ease((t - look.start - 0.05) / (0.32 + 0.0045 * amplitude))
            chest = ease((t - look.start - 0.12) / (0.7 + 0.006 * amplitude))
            result.eyes = _towards(result.eyes, wished, eye)
            result.head = _towards(result.head, wished, head)
            result.chest = _towards(result.chest, wished, chest)
            result.distance = result.distance * (far / result.distance) ** eye
            if amplitude > 16:
                result.shifts.append(look.start)
        before = wished
    return result


def _towards(a: Array, b: Array, share: Array) -> Array:
    out: Array = a + (b - a) * share[:, None]
    return out


def _angles(
    look: Look,
    eyes: Array,
    to_body: Array,
    ahead: Array,
    going: Array,
) -> tuple[Array, Array]:
    if look.points is None:
        return ahead + look.offset, np.full(len(eyes), _FAR)
    way = apply(to_body, look.points - eyes)
    far = np.maximum(np.linalg.norm(way, axis=-1), 0.25)
    yaw = np.arctan2(-way[:, 0], way[:, 1])
    angles = np.column_stack([yaw, np.arcsin(np.clip(way[:, 2] / far, -1, 1))]) + look.offset
    # what is behind is heard, not looked at; what is underfoot has no direction. Both fade to a
    # look ahead before the yaw can jump from one side to the other
    aside = np.abs(yaw)
    behind = ease((aside - np.radians(75)) / np.radians(35)) * going
    behind = np.maximum(behind, ease((aside - np.radians(120)) / np.radians(40)))
    behind = np.maximum(behind, ease((0.5 - np.hypot(way[:, 0], way[:, 1])) / 0.3))
    return angles + (ahead - angles) * behind[:, None], far


def chest_twist(target: Aim, going: Array) -> Array:
    """The chest's share of a look, (F,) radians to the left."""
    yaw = target.chest[:, 0]
    beyond = np.sign(yaw) * np.maximum(np.abs(yaw) - np.radians(16), 0.0)
    out: Array = np.radians(26) * np.tanh(0.34 * beyond / np.radians(26)) * (1 - 0.6 * going)
    return out


def turn_head(frame: Frame, target: Aim, held: Array, seed: int) -> None:
    """Turn neck and head. ``held`` (F, 3) adds pitch, roll, yaw of nods and attitudes."""
    t = frame.travel.t
    rate = 1.0 / max(float(t[1] - t[0]), 1e-6) if len(t) > 1 else 1.0
    # a head has weight: it never follows a target's own jerks
    wished = smooth(target.head, 0.09 * rate)
    yaw = _limited(_dead(wished[:, 0], np.radians(5)) * 0.9, _HEAD_YAW)
    pitch = _limited(_dead(wished[:, 1], np.radians(3)) * 0.75, _HEAD_PITCH)
    idle = 0.012 * np.column_stack([noise(t, 0.55, seed + k) for k in (11, 12, 13)])
    total = held + idle
    turn = euler(pitch + total[:, 0], total[:, 1] - 0.06 * yaw, yaw + total[:, 2])
    between = np.swapaxes(frame.chest, -1, -2) @ turn
    for bone in NECK:
        frame.posed.turn(bone, frame.chest @ scaled(between, _NECK_SHARES[bone]))


def turn_eyes(frame: Frame, target: Aim, seed: int) -> Array:
    """Turn the eyeballs to a point at the target's distance.

    Returns
    -------
    array
        (F, 2, 2) yaw and pitch of left and right eye in the head, for the lids.
    """
    posed, t = frame.posed, frame.travel.t
    yaw, pitch = (target.eyes + fixations(t, target.distance, seed)).T
    way = np.column_stack(
        [-np.sin(yaw) * np.cos(pitch), np.cos(yaw) * np.cos(pitch), np.sin(pitch)]
    )
    middle = 0.5 * (posed.head("eye.L") + posed.head("eye.R"))
    point = middle + way * target.distance[:, None]
    head = posed.turn_of("head")
    angles = np.zeros((len(t), 2, 2))
    for i, side in enumerate(SIDES):
        seen = apply(np.swapaxes(head, -1, -2), unit(point - posed.head(f"eye.{side}")))
        eye_yaw = np.arctan2(-seen[:, 0], seen[:, 1])
        eye_pitch = np.arcsin(np.clip(seen[:, 2], -1, 1))
        angles[:, i, 0] = _EYE_YAW * np.tanh(_stiff(eye_yaw / _EYE_YAW))
        angles[:, i, 1] = _EYE_PITCH * np.tanh(_stiff(eye_pitch / _EYE_PITCH))
        posed.turn(f"eye.{side}", head @ about_z(angles[:, i, 0]) @ about_x(angles[:, i, 1]))
    return angles


def _stiff(x: Array) -> Array:
    """Before tanh: exact in the middle of the range, bounded at its end."""
    inside = np.clip(x, -0.96, 0.96)
    out: Array = np.arctanh(inside)
    return out


def _dead(angle: Array, size: float) -> Array:
    """Small angles are left to the eyes; C1 at zero."""
    out: Array = np.sign(angle) * (np.sqrt(angle**2 + size**2) - size)
    return out


def _limited(angle: Array, limit: float) -> Array:
    out: Array = limit * np.tanh(angle / limit)
    return out
