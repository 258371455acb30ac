"""Pelvis, spine and legs: the body from the ground up, before arms and head."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from filmagent.cast.rotation import (
    Array,
    about_x,
    about_y,
    about_z,
    apply,
    blend,
    ease,
    euler,
    noise,
    smooth,
)
from filmagent.cast.skeleton import OUT, SIDES, SPINE, Posed, Skeleton, bend
from filmagent.cast.steps import Feet, feet
from filmagent.cast.travel import Travel

_SHARES = {"spine05": 0.2, "spine04": 0.42, "spine03": 0.66, "spine02": 0.86, "spine01": 1.0}
_SOFT_KNEE = 0.007
"""Metres below straight legs that somebody at ease stands."""


@dataclass
class Leap:
    """All (F,)."""

    flight: Array
    """Metres both feet are off the floor."""
    crouch: Array
    """Metres the hips are lower than legs would have them."""
    toes: Array
    """0–1, feet pointed."""


@dataclass
class Bearing:
    """How the trunk is carried, beyond what going about needs; all (F,), radians."""

    lean: Array
    """Forward, of the chest."""
    tilt: Array
    """To the right."""
    twist: Array
    """Of the chest to the left."""
    slump: Array
    """0–1: rounded back, dropped shoulders."""
    sway: Array
    """Weight: −1 on the left leg … 1 on the right."""
    breath: Array
    """−1…1."""
    shrug: Array
    """Shoulders raised, 0–1."""
    leap: Leap
    """Hops on the spot."""


@dataclass
class Frame:
    """A posed body in the making: body axes, and how they stand in the world."""

    posed: Posed
    travel: Travel
    feet: Feet
    root: Array
    """(F, 3) world."""
    heading: Array
    """(F, 3, 3) world_from_body rotation, about Z."""
    chest: Array
    """(F, 3, 3) turn."""
    extras: dict[str, Array] = field(default_factory=dict)

    def to_body(self, world: Array) -> Array:
        """World points (F, 3) in body axes."""
        return apply(np.swapaxes(self.heading, -1, -2), world - self.root)

    def to_world(self, body: Array) -> Array:
        """Points in body axes (F, 3) in the world."""
        return self.root + apply(self.heading, body)

    def turned(self, rotation: Array) -> Array:
        """World turns (F, 3, 3) in body axes."""
        out: Array = np.swapaxes(self.heading, -1, -2) @ rotation
        return out


def restless(t: Array, seed: int) -> tuple[Array, Array]:
    """Weight shifts (−1…1) and breathing (−1…1) of a living body."""
    # a squashed slow noise rests on one leg, then on the other, and seldom between
    sway = np.tanh(2.6 * noise(t, 0.16, seed))
    breath = np.sin(2 * np.pi * (0.24 * t + (seed % 997) / 997 + 0.06 * noise(t, 0.2, seed + 1)))
    return sway, breath


def build(skeleton: Skeleton, travel: Travel, bearing: Bearing) -> Frame:
    """Pose pelvis, spine and legs."""
    placed = feet(travel.work, travel.t, skeleton)
    _fly(placed, skeleton, bearing.leap)
    posed = Posed(skeleton, len(travel.t))
    hips, pelvis, chest = _carriage(skeleton, travel, bearing)
    heading = about_z(travel.yaw)
    hips[:, 2] += bearing.leap.flight - bearing.leap.crouch
    root_head = skeleton.head("root")
    middle = root_head + apply(pelvis, skeleton.hips - root_head)
    wished = np.column_stack([travel.ground, travel.floor]) + apply(heading, hips)
    frame = Frame(posed, travel, placed, wished - apply(heading, middle), heading, chest)
    posed.turn("root", pelvis)
    _lower_to_reach(frame)
    for bone in SPINE:
        posed.turn(bone, blend(pelvis, chest, np.full(len(travel.t), _SHARES[bone])))
    for side in SIDES:
        _leg(frame, side)
    return frame


def _fly(placed: Feet, skeleton: Skeleton, leap: Leap) -> None:
    """Take both feet off the floor, the balls of the feet last."""
    if not leap.toes.any():
        return
    pitch = -0.75 * leap.toes
    for side in SIDES:
        turn = placed.turn[side]
        ball = skeleton.ball(side) - skeleton.head(f"foot.{side}")
        pointed = turn @ about_x(pitch)
        stays = placed.ankle[side] + apply(turn, ball)
        placed.ankle[side] = stays - apply(pointed, ball)
        placed.ankle[side][:, 2] += leap.flight
        placed.turn[side] = pointed
        # toes follow the foot only in the air
        droop = pitch * ease(leap.flight / 0.05)
        placed.toes[side] = placed.toes[side] @ about_x(droop)
        placed.planted[side] = placed.planted[side] & (leap.toes < 0.01)


def _carriage(skeleton: Skeleton, travel: Travel, bearing: Bearing) -> tuple[Array, Array, Array]:
    """Middle of the hips against the ground point (F, 3), turns of pelvis and chest."""
    seated, go, phase = travel.seated, travel.stride, travel.phase
    still = (1 - go) * (1 - seated)
    sine, cosine = np.sin(phase), np.cos(phase)
    sway = bearing.sway * still
    style = travel.style
    x = -0.020 * style["sway"] * go * sine + 0.032 * sway + 0.010 * seated * bearing.sway
    standing = skeleton.hip_height - _SOFT_KNEE - 0.008 * go - 0.004 * np.abs(sway)
    # who runs is highest when both feet are off the floor, who walks when one foot bears all
    top = np.where(style["bob"] < 0, -0.38, 0.35)
    standing = standing - 0.013 * style["bob"] * go * np.cos(2 * (phase - top)) - style["crouch"]
    z = standing + (travel.hip_seated - standing) * seated
    y = -0.02 * bearing.lean * still - 0.05 * travel.fold * (1 - seated)
    hips = np.column_stack([x, y, z])
    fold = travel.fold
    pelvis = euler(
        0.16 * seated
        - 0.55 * fold
        - 0.03 * go
        + 0.10 * seated * bearing.slump
        - 0.18 * np.maximum(bearing.lean, 0) * seated,
        0.045 * style["sway"] * go * sine - 0.052 * sway,
        -0.085 * style["hips"] * go * cosine - 0.04 * sway,
    )
    chest = euler(
        -fold
        - bearing.lean
        - 0.045 * go
        - style["lean"]
        - 0.14 * np.clip(bearing.slump + style["slump"], -0.2, 1.0)
        + 0.03 * seated
        + 0.010 * bearing.breath,
        0.35 * bearing.tilt - 0.012 * go * sine + 0.035 * sway,
        0.10 * go * cosine + bearing.twist + 0.02 * sway,
    )
    return hips, pelvis, chest


def _lower_to_reach(frame: Frame) -> None:
    """Lower the pelvis where a leg would otherwise be too short for its footprint."""
    posed, skeleton = frame.posed, frame.posed.skeleton
    longest = 0.996 * sum(skeleton.leg)
    room = np.full(posed.frames, np.inf)
    for side in SIDES:
        hip = frame.to_world(posed.head(f"upperleg01.{side}"))
        ankle = frame.feet.ankle[side]
        flat = np.sum((hip - ankle)[:, :2] ** 2, axis=-1)
        highest = np.sqrt(np.maximum(longest**2 - flat, 0.01))
        room = np.minimum(room, highest - (hip - ankle)[:, 2] + frame.feet.slack[side])
    drop = np.maximum(-room, 0.0)
    rate = 1.0 / max(float(np.median(np.diff(frame.travel.t))) if posed.frames > 1 else 1.0, 1e-6)
    # the widest of nearby drops, then rounded: never less than what a frame needs
    reach = max(1, int(0.12 * rate))
    padded = np.pad(drop, reach, mode="edge")
    widest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=-1)
    frame.root[:, 2] -= np.maximum(smooth(widest, 0.4 * reach), drop)


def _leg(frame: Frame, side: str) -> None:
    posed, placed = frame.posed, frame.feet
    ankle = frame.to_body(placed.ankle[side])
    foot = frame.turned(placed.turn[side])
    forward = np.array([0.0, 1.0, 0.0])
    toes = apply(frame.turned(placed.toes[side]), forward)
    pelvis = apply(posed.turn_of("root"), forward)
    seated = frame.travel.seated[:, None]
    pole = 0.55 * toes * [1.0, 1.0, 0.0] + 0.45 * pelvis * [1.0, 1.0, 0.0]
    pole = pole + seated * np.array([0.10 * OUT[side], 0.0, 0.4])
    rest = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
    bend(posed, rest, ankle, pole, np.array([1.0, 0.0, 0.0]))
    posed.turn(f"foot.{side}", foot)
    toe_turn = frame.turned(placed.toes[side])
    for k in range(1, 6):
        posed.turn(f"toe{k}-1.{side}", toe_turn)


def shoulders(
    frame: Frame, side: str, elevation: Array, shrug: Array, breath: Array, droop: Array
) -> None:
    """Turn a collar bone: it rises with the arm, the breath and a shrug."""
    up = 0.30 * elevation + 0.36 * shrug + 0.012 * breath - 0.06 * droop
    frame.posed.turn(f"clavicle.{side}", frame.chest @ about_y(-OUT[side] * up))
