"""Standing feet stand still: each stays on one spot of the floor while it stands.

The ball of a foot is held; the heel may rise over it. Between two stands the correction passes
from the one to the other by minimum jerk, so that no step jumps, and legs follow by analytic
inverse kinematics (L. Kovar, J. Schreiner and M. Gleicher, "Footskate cleanup for motion capture
editing", SCA 2002, without its stretching of legs: the hips come down instead).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from filmagent.cast.imported.contacts import runs
from filmagent.cast.rotation import Array, about_x, about_z, apply, blend, ease, smooth
from filmagent.cast.skeleton import SIDES, Posed, bend

if TYPE_CHECKING:
    from filmagent.cast.imported.retarget import Played

_FLAT = 35.0
"""Percentile of a standing foot's pitch that counts as flat: heels are up for a while."""
_LONGEST = 0.996
"""Share of a leg's length that a standing leg may be stretched to."""


def plant(played: Played, rate: float, *, toes: bool) -> None:
    """Hold the standing feet of a body.

    Parameters
    ----------
    played
        Its legs and root are changed; ``played.planted`` (F, 2) says when feet stand.
    rate
        Frames a second.
    toes
        Whether its toes have turns of their own; otherwise they stay on the floor.
    """
    posed = played.posed
    turn = {side: posed.turn_of(f"foot.{side}") for side in SIDES}
    level = {
        side: _levelled(played, turn[side], side, played.planted[:, i])
        for i, side in enumerate(SIDES)
    }
    ankles = {}
    for i, side in enumerate(SIDES):
        joint = posed.skeleton.head(f"foot.{side}")
        ankle = played.world(f"foot.{side}", joint)
        stand = about_z(played.yaw) @ level[side]
        ball = ankle + apply(stand, posed.skeleton.ball(side) - joint)
        heel = ankle + apply(stand, posed.skeleton.heel(side) - joint)
        ankles[side] = ankle + _held(ball, heel, played.planted[:, i])
    _lower(played, ankles, rate)
    back = np.swapaxes(about_z(played.yaw), -1, -2)
    legs = {side: apply(back, ankles[side] - played.root) for side in SIDES}
    after = posed.again()
    for i, side in enumerate(SIDES):
        _leg(after, legs[side], level[side], side)
        if not toes:
            _toes(after, level[side], side, smooth(played.planted[:, i].astype(float), 0.04 * rate))
    played.posed = after


def _levelled(played: Played, turn: Array, side: str, on: Array) -> Array:
    """A foot's turn with its standing pitch brought to the floor (another rig's soles slant)."""
    skeleton = played.posed.skeleton
    if not on.any():
        return turn
    along = skeleton.ball(side) - skeleton.heel(side)
    fall = np.arcsin(np.clip(apply(turn, along / np.linalg.norm(along))[:, 2], -1, 1))
    # pitch is negative while the heel is up
    slant = float(np.percentile(fall[on], 100.0 - _FLAT))
    if abs(slant) < np.radians(1.5):
        return turn
    level: Array = turn @ about_x(-slant)
    return level


def _held(ball: Array, heel: Array, on: Array) -> Array:
    """What keeps a ball on one spot and the sole on the floor, (F, 3); a passage between stands."""
    shift = np.zeros_like(ball)
    stands = runs(on)
    if not stands:
        return shift
    for first, last in stands:
        shift[first:last, :2] = ball[first:last, :2].mean(axis=0) - ball[first:last, :2]
        shift[first:last, 2] = -np.minimum(ball[first:last, 2], heel[first:last, 2])
    shift[: stands[0][0]] = shift[stands[0][0]]
    shift[stands[-1][1] :] = shift[stands[-1][1] - 1]
    for (_, end), (start, _) in pairwise(stands):
        share = ease(np.arange(1, start - end + 1) / (start - end + 1))[:, None]
        shift[end:start] = shift[end - 1] + (shift[start] - shift[end - 1]) * share
    return shift


def _lower(played: Played, ankles: dict[str, Array], rate: float) -> None:
    """Bring the hips down where a leg is too short for where its foot stands."""
    skeleton = played.posed.skeleton
    longest = _LONGEST * sum(skeleton.leg)
    drop = np.zeros(played.posed.frames)
    for side in SIDES:
        hip = played.world(f"upperleg01.{side}", skeleton.head(f"upperleg01.{side}"))
        way = hip - ankles[side]
        highest = np.sqrt(np.maximum(longest**2 - np.sum(way[:, :2] ** 2, axis=-1), 0.01))
        drop = np.maximum(drop, way[:, 2] - highest)
    if not (drop > 0).any():
        return
    reach = max(1, int(0.10 * rate))
    padded = np.pad(drop, reach, mode="edge")
    widest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=-1)
    root = played.root.copy()
    root[:, 2] -= np.maximum(smooth(widest, 0.4 * reach), drop)
    played.root = root


def _leg(posed: Posed, ankle: Array, foot: Array, side: str) -> None:
    thigh, shank, end = (f"{bone}.{side}" for bone in ("upperleg01", "lowerleg01", "foot"))
    hinge = np.array([1.0, 0.0, 0.0])
    axis = apply(posed.turn_of(thigh), hinge)
    direction = ankle - posed.head(thigh)
    bend(posed, (thigh, shank, end), ankle, np.cross(axis, direction), hinge)
    posed.turn(end, foot)


def _toes(posed: Posed, foot: Array, side: str, on: Array) -> None:
    """Toes that have no turn of their own lie flat while the foot stands."""
    ahead = foot[:, :, 1]
    flat = about_z(np.arctan2(-ahead[:, 0], ahead[:, 1]))
    turn = blend(foot, flat, np.clip(on, 0, 1))
    for number in range(1, 6):
        bone = f"toe{number}-1.{side}"
        if posed.skeleton.has(bone):
            posed.turn(bone, turn)
