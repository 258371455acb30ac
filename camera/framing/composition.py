"""How well a picture is composed: headroom, lead room, thirds, and where its edges cut people.

All figures are in frame heights unless said; batched over pictures like `camera.framing.screen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from camera.framing.aiming import eyes_height
from camera.framing.body import LIMBS, POINTS
from camera.framing.screen import Camera, Seen
from camera.framing.sizes import shows
from camera.grammar import SIZES
from camera.pose import Array, facing, rotate

LEAD = 0.07
"""Frame widths that a face seen from the side is moved away from where it looks."""

_SHOWS = np.log([s.shows for s in SIZES.values()])
_AIR = np.array([s.headroom for s in SIZES.values()])
# Limbs that should be cut in the middle if at all, never near these ends
_JOINTS = {"chin": 1.0, "elbow": 0.4, "hand": 0.4, "hip": 0.6, "knee": 1.0, "foot": 1.0}
_CUT_AT = 0.07
"""Metres from a joint within which a cut looks like an amputation."""
_WEIGHTS = {"headroom": 6.0, "lead": 4.0, "thirds": 0.4, "joints": 0.5, "cut": 3.0}
"""What a frame height, or a cut, takes from a score, as the exponent of e."""

_ENDS = tuple(np.array([POINTS.index(limb[end]) for limb in LIMBS]) for end in (0, 1))
_WEIGHT = tuple(
    np.array([_JOINTS.get(limb[end].split(".")[0], 0.0) for limb in LIMBS]) for end in (0, 1)
)


@dataclass(frozen=True)
class Composition:
    """The figures of pictures (...,) of one subject.

    ``headroom`` is the air over the crown (negative: cropped) and ``headroom_error`` how far it is
    from what suits the size; ``lead_room`` the share of the frame's width before the face and
    ``lead_error`` how far the eyes are from where it suits the look; ``thirds`` how far they are
    from the nearest crossing of thirds; ``joints`` how badly edges cut at joints, 0 not at all;
    ``face_cut`` whether the face is not wholly in the frame; ``score`` all of it in one, 0–1.
    NaN where the subject is behind the camera; the score is 0 there.
    """

    headroom: Array
    headroom_error: Array
    lead_room: Array
    lead_error: Array
    thirds: Array
    joints: Array
    face_cut: Array
    score: Array


def headroom(seen: Seen) -> Array:
    """Air (...,) between a body's crown and the frame's top edge; negative crops it."""
    return np.asarray(0.5 - seen.screen[..., POINTS.index("crown"), 1])


def air_for(metres: ArrayLike) -> Array:
    """The headroom (...,) that suits a picture showing so many metres (`sizes.shows`)."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.interp(np.log(np.asarray(metres, np.float64)), _SHOWS, _AIR))


def look_across(camera: Camera, look: ArrayLike) -> Array:
    """How far (...,) a face looks to the right of the screen: −1 left, 0 into or away, 1 right."""
    right = rotate(camera.quaternions, np.array([1.0, 0.0, 0.0]))
    return np.asarray((right * facing(look)).sum(-1))


def lead_room(seen: Seen) -> Array:
    """Share (...,) of the frame's width before the face: ½ in the middle or looking this way."""
    side = _side(look_across(seen.camera, seen.body.look))
    return np.asarray(0.5 - side * seen.eyes[..., 0] / seen.camera.aspect)


def lead_x(across: ArrayLike, aspect: float) -> Array:
    """Screen x (...,) that gives a look (`look_across`) its room, frame heights."""
    return np.asarray(-_side(np.asarray(across, np.float64)) * LEAD * aspect)


def thirds(screen: ArrayLike, aspect: float) -> Array:
    """Distance (...,) of screen points (..., 2) from the nearest crossing of thirds."""
    s = np.abs(np.asarray(screen, np.float64))
    return np.asarray(np.hypot(s[..., 0] - aspect / 6, s[..., 1] - 1 / 6))


def third_lines(screen: ArrayLike, aspect: float) -> Array:
    """Distance (..., 2) of screen points from the nearest upright and the nearest level third."""
    s = np.abs(np.asarray(screen, np.float64))
    return np.asarray(np.abs(s - np.array([aspect / 6, 1 / 6])))


def joints_cut(seen: Seen) -> Array:
    """How badly (...,) the frame's edges cut at joints: 0 not at all, 1 right at a knee or chin.

    A limb is better cut in its middle. Each cut counts by its distance in metres from the joint,
    e^(−(d/0.07)²); the worst counts.
    """
    enter, leave = seen.limbs
    first, last = (seen.body.points[..., ends, :] for ends in _ENDS)
    length = np.linalg.norm(last - first, axis=-1)
    worst = np.zeros(np.broadcast_shapes(enter.shape, length.shape))
    for t, cut in ((enter, enter > 0), (leave, leave < 1)):
        for weight, gap in ((_WEIGHT[0], t * length), (_WEIGHT[1], (1 - t) * length)):
            badness = weight * np.exp(-((gap / _CUT_AT) ** 2))
            worst = np.maximum(worst, np.where(cut, np.nan_to_num(badness), 0.0))
    return np.asarray(worst.max(axis=-1))


def compose(seen: Seen, *, wished: str | None = None, others: Sequence[Seen] = ()) -> Composition:
    """The composition of pictures of one subject.

    Parameters
    ----------
    seen
        The subject.
    wished
        The size asked for, whose headroom is the right one; None: the size it is seen in.
    others
        Whoever else is filmed: the lead room and the thirds of a subject seen together with
        others are theirs to share, so only headroom (over the highest), joints and faces count.

    Raises
    ------
    ValueError
        If the size is not known.
    """
    if wished is not None:
        eyes_height(wished)
    all_seen = [seen, *others]
    metres = shows(seen)
    suits = np.asarray(SIZES[wished].headroom) if wished is not None else air_for(metres)
    air = np.min(np.broadcast_arrays(*(headroom(s) for s in all_seen)), axis=0)
    cut = np.any(np.broadcast_arrays(*(~s.face_inside for s in all_seen)), axis=0)
    joints = np.max(np.broadcast_arrays(*(joints_cut(s) for s in all_seen)), axis=0)
    room, eyes = lead_room(seen), seen.eyes
    best_x = lead_x(look_across(seen.camera, seen.body.look), seen.camera.aspect)
    lead = np.zeros_like(room) if others else np.abs(eyes[..., 0] - best_x)
    off = thirds(eyes, seen.camera.aspect)
    # a face that looks this way is framed in the middle: only its height is on a third
    level = third_lines(eyes, seen.camera.aspect)[..., 1]
    weights = _WEIGHTS
    bad = (
        weights["headroom"] * np.abs(air - suits)
        + weights["lead"] * lead
        + (0.0 if others else weights["thirds"] * level)
        + weights["joints"] * joints
        + weights["cut"] * cut
    )
    score = np.where(np.isfinite(bad), np.exp(-np.nan_to_num(bad)), 0.0)
    return Composition(air, np.abs(air - suits), room, lead, off, joints, cut, score)


def _side(across: Array) -> Array:
    """How much of a face's look is to a side: a quarter turn off the lens axis counts whole."""
    return np.asarray(np.clip(across / 0.4, -1.0, 1.0))
