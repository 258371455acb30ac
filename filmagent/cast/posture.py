"""Where hands are when they do nothing: hanging, swinging, in the lap, on the table."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from filmagent.cast.arms import Hand, joint_at, mirrored, palm_of, shoulder_at, turn_to
from filmagent.cast.rotation import Array, about_x, apply, ease, noise, unit
from filmagent.cast.skeleton import OUT
from filmagent.cast.trunk import Frame
from filmagent.documents import Segment
from filmagent.documents.seeds import seed as seed_of
from filmagent.library.cast import Member

RELAXED = np.array([0.12, 0.14, 0.22, 0.28, 0.32])
_HALF_HAND = 0.06
_EDGE = 0.10
"""Metres from the middle of one's place at a table back to where wrists rest."""
_STRETCHED, _SHORT = 0.68, 0.14
"""Share of an arm that lies on a table unstrained, and metres by which it may miss its place."""
_ARMS = ("clavicle", "shoulder01", "upperarm", "lowerarm", "wrist", "finger", "metacarpal")


@lru_cache(maxsize=16)
def girth(member: Member) -> tuple[float, float]:
    """Half widths of the dressed body where hands hang and where elbows do, arms left out."""
    height = member.hip_height
    hang, elbow = [0.1], [0.1]
    arm = np.array([bone.startswith(_ARMS) for bone in member.bones])
    for part in member.parts("preview"):
        if part.bone_ids is None or part.bone_weights is None or part.kind == "hair":
            continue
        on_arm = np.where(arm[part.bone_ids], part.bone_weights, 0.0).sum(axis=1)
        own = part.vertices[on_arm < 0.25]
        for store, low, high in ((hang, 0.72, 1.02), (elbow, 1.05, 1.25)):
            band = own[(own[:, 2] > low * height) & (own[:, 2] < high * height)]
            if len(band):
                store.append(float(np.quantile(np.abs(band[:, 0]), 0.995)))
    return max(hang), max(elbow)


@lru_cache(maxsize=16)
def thigh_top(member: Member) -> float:
    """From the line of hip and knee to the cloth on the front of the thigh, metres."""
    hip, knee = member.point("hip.R"), member.point("knee.R")
    along = (knee - hip) / np.linalg.norm(knee - hip)
    front = [0.06]
    for part in member.parts("preview"):
        if part.kind not in ("cloth", "skin"):
            continue
        own = part.vertices - hip
        share = own @ along / np.linalg.norm(knee - hip)
        near = (share > 0.55) & (share < 0.8) & (np.abs(own[:, 0]) < 0.09)
        if near.any():
            away = own[near] - (own[near] @ along)[:, None] * along
            front.append(float(np.quantile(away[:, 1], 0.97)))
    return max(front)


def idle(frame: Frame, side: str, member: Member, tables: Array, seed: int) -> Hand:
    """A hand at rest, whatever the body does.

    Parameters
    ----------
    frame
        Pelvis, spine and legs are posed.
    side
        ``L`` or ``R``.
    member
        For its girth.
    tables
        (F, 3) world point on the table one sits at, NaN where there is none.
    seed
        Of this actor.
    """
    hand = _hanging(frame, side, member, seed)
    seated = frame.travel.seated
    if not (seated > 0).any():
        return hand
    joint = joint_at(frame, side)
    at_table = np.isfinite(tables).all(axis=1)
    if at_table.any():
        # a child's arms end before the edge: their hands stay in the lap, whichever way they lean
        away = np.median(frame.to_body(np.where(at_table[:, None], tables, 0.0))[at_table, 1])
        at_table &= bool(away - _EDGE < _STRETCHED * sum(frame.posed.skeleton.arm) + _SHORT)
    if not at_table.all():
        lap = _in_lap(frame, side, thigh_top(member), seed)
        # hands leave the thighs late when sitting down and early when standing up
        hand = hand.towards(lap, ease((seated - 0.25) / 0.7) * ~at_table, joint)
    if at_table.any():
        tabled = _on_table(frame, side, np.where(at_table[:, None], tables, 0.0), seed)
        share = ease((seated - 0.30) / 0.7) * at_table
        hand = hand.towards(tabled, share, joint)
        # over the table's edge, not through it
        hand.wrist[:, 2] += 0.14 * np.sin(np.pi * share)
    return hand


def table_of(segment: Segment, surface: Array | None) -> Array:
    """The table point of a seated segment, NaN when there is none in reach."""
    if segment.kind != "sit" or surface is None:
        return np.full(3, np.nan)
    far = np.hypot(*(surface[:2] - np.array(segment.position[:2])))
    return surface if 0.2 < far < 0.9 else np.full(3, np.nan)


def _hanging(frame: Frame, side: str, member: Member, seed: int) -> Hand:
    posed, skeleton, travel = frame.posed, frame.posed.skeleton, frame.travel
    n, t = len(travel.t), travel.t
    palm = palm_of(skeleton, side)
    shoulder = shoulder_at(frame, side)
    hang, _ = girth(member)
    length = sum(skeleton.arm)
    apart = abs(float(skeleton.head(f"upperarm01.{side}")[0]))
    # hips that shift to a side, and thighs that rise, take the hand beside them along
    hip, knee = posed.head(f"upperleg01.{side}"), posed.head(f"lowerleg01.{side}")
    still = skeleton.head(f"upperleg01.{side}"), skeleton.head(f"lowerleg01.{side}")
    beside = (hip + 0.3 * (knee - hip))[:, 0] - (still[0] + 0.3 * (still[1] - still[0]))[0]
    away = np.maximum(hang + _HALF_HAND + np.maximum(beside * OUT[side], 0.0), apart + 0.02)
    clear = np.maximum(away - (shoulder[:, 0] * OUT[side]), 0.02)
    sign = 1.0 if side == "R" else -1.0
    # the right arm comes forward with the left foot, which lands at phase 0
    elbow = np.clip(travel.style["elbow"], 0.0, 1.0)
    swing = travel.stride * np.cos(travel.phase - 0.25) * sign * travel.style["swing"]
    bent = 0.965 - 0.045 * np.maximum(swing, 0) - 0.01 * noise(t, 0.2, seed + 3 * ord(side))
    bent = bent - 0.245 * elbow
    angle = (
        0.10
        + 0.55 * elbow
        + 0.40 * swing
        + 0.05 * np.maximum(swing, 0)
        + 0.02 * noise(t, 0.3, seed + 5 * ord(side))
    )
    drop = np.sqrt(np.maximum((bent * length) ** 2 - clear**2, 0.01))
    hanging = np.column_stack([clear * OUT[side], drop * np.sin(angle), -drop * np.cos(angle)])
    # a bent arm's hand is not where its shoulder points, but a quarter turn further
    lift = about_x(0.8 * angle + 0.55 * elbow)
    fingers = apply(lift, np.tile(mirrored(np.array([-0.10, 0.14, -1.0]), side), (n, 1)))
    facing = apply(lift, np.tile(mirrored(np.array([-1.0, -0.28, 0.0]), side), (n, 1)))
    pole = np.tile(mirrored(np.array([0.10, -1.0, 0.0]), side), (n, 1))
    pole = pole + elbow[:, None] * mirrored(np.array([0.12, 0.3, -0.8]), side)
    curl = RELAXED + 0.05 * noise(t, 0.25, seed + 7 * ord(side))[:, None] * np.ones(5)
    curl = curl + elbow[:, None] * np.array([0.2, 0.4, 0.42, 0.42, 0.4])
    return Hand(shoulder + hanging, turn_to(palm, fingers, facing), unit(pole), curl, np.zeros(n))


def _in_lap(frame: Frame, side: str, thick: float, seed: int) -> Hand:
    posed, n = frame.posed, frame.posed.frames
    skeleton = posed.skeleton
    palm = palm_of(skeleton, side)
    rng = np.random.default_rng(seed_of(seed, "lap", side))
    hip, knee = posed.head(f"upperleg01.{side}"), posed.head(f"lowerleg01.{side}")
    along = unit(knee - hip)
    inward = mirrored(np.array([-1.0, 0.0, 0.0]), side)
    up = unit(np.array([0.0, 0.0, 1.0]) - along * along[:, 2:])
    fingers = unit(along + inward * rng.uniform(0.25, 0.55))
    spot = hip + (knee - hip) * rng.uniform(0.60, 0.74) + up * (thick + 0.034) + 0.01 * inward
    facing = np.tile(mirrored(np.array([-0.15, 0.0, -1.0]), side), (n, 1))
    turn = turn_to(palm, fingers, facing)
    wrist = spot + apply(turn, palm.wrist - palm.centre)
    pole = np.tile(mirrored(np.array([0.75, -0.8, -0.35]), side), (n, 1))
    return Hand(wrist, turn, unit(pole), np.tile(RELAXED * 0.8, (n, 1)), np.zeros(n))


def _on_table(frame: Frame, side: str, table: Array, seed: int) -> Hand:
    n = frame.posed.frames
    skeleton = frame.posed.skeleton
    palm = palm_of(skeleton, side)
    rng = np.random.default_rng(seed_of(seed, "table", side))
    top = frame.to_body(table)
    ahead = np.clip(top[:, 1] - _EDGE, 0.24, _STRETCHED * sum(skeleton.arm)) + rng.uniform(
        -0.03, 0.02
    )
    wide = rng.uniform(0.10, 0.15)
    # hands rest, now and then find another place, and rest again
    t, key = frame.travel.t, seed_of(seed, "table/drift", side)
    ahead = ahead + 0.030 * np.tanh(3 * noise(t, 0.12, key))
    across = OUT[side] * (wide + 0.025 * np.tanh(3 * noise(t, 0.10, key + 1)))
    wrist = np.column_stack([across, ahead, top[:, 2] + 0.042])
    fingers = np.tile(mirrored(np.array([-rng.uniform(0.5, 0.8), 0.75, -0.06]), side), (n, 1))
    facing = np.tile(mirrored(np.array([-0.35, 0.0, -1.0]), side), (n, 1))
    pole = np.tile(mirrored(np.array([0.9, -0.5, -0.5]), side), (n, 1))
    curl = np.tile(RELAXED * [0.6, 1.0, 1.1, 1.2, 1.2], (n, 1))
    return Hand(wrist, turn_to(palm, fingers, facing), unit(pole), curl, np.zeros(n))
