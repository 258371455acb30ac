"""Clips over a performance: where an actor's gesture names one, the whole body plays it.

The clip begins where the actor stands and faces; it comes and goes by minimum jerk. The face, and
where the eyes look, stay the actor's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from filmagent.cast.imported.clip import Clip, slerp
from filmagent.cast.imported.retarget import retarget, stand
from filmagent.cast.rotation import Array, about_z, continuous, quaternions, window
from filmagent.cast.skeleton import SIDES, Skeleton
from filmagent.documents import ActorTiming
from filmagent.library import skin
from filmagent.library.cast import Member

_FADE = 0.4
"""Seconds in which a clip comes and goes."""
_BACK = 1.6
"""Metres a second that somebody comes back to the mark with at most, time allowing."""
_OWN = ("eye.", "jaw")


def overlay(
    performance: Mapping[str, Any],
    actor: ActorTiming,
    member: Member,
    clips: Mapping[str, Clip],
    fps: tuple[int, int],
) -> dict[str, Any]:
    """A performance with its gestures' clips played.

    Parameters
    ----------
    performance
        Of `filmagent.cast.perform`; it is not changed.
    actor
        The actor's timing, whose gestures name actions.
    member
        Who plays the actor.
    clips
        Action → clip.
    fps
        Of the performance.
    """
    out = dict(performance)
    rate = fps[0] / fps[1]
    seconds = (np.arange(len(out["root"])) + int(out["first_frame"])) / rate
    for gesture in sorted(actor.gestures, key=lambda g: (g.start, g.id)):
        clip = clips.get(gesture.action)
        if clip is None:
            continue
        rows = np.flatnonzero((seconds >= gesture.start) & (seconds <= gesture.end))
        if len(rows) > 2:
            _play(out, clip, member, rows, seconds[rows] - gesture.start, fps)
    return out


def _play(
    out: dict[str, Any],
    clip: Clip,
    member: Member,
    rows: Array,
    seconds: Array,
    fps: tuple[int, int],
) -> None:
    skeleton = Skeleton.of(member)
    first = rows[:1]
    before = skin.pose(
        member, out["rotations"][first], out["root"][first], out["root_rotation"][first]
    )[0]
    hips = [member.bone(f"upperleg01.{side}") for side in SIDES]
    ground = before[hips, :3, 3].mean(axis=0)
    feet = before[[member.bone(f"foot.{side}") for side in SIDES], 2, 3]
    floor = float(feet.min()) - skeleton.ankle_height
    turn = skin.rotation_matrices(out["root_rotation"][rows[0]])
    heading = float(np.arctan2(-turn[0, 1], turn[1, 1]))
    played = retarget(replace(clip.at(seconds), fps=fps), skeleton)
    played = stand(played, (float(ground[0]), float(ground[1]), floor), heading)
    length = float(seconds[-1])
    gone = float(np.linalg.norm((played.root[-1] - out["root"][rows[-1]])[:2]))
    # who has gone away comes back as fast as one walks, 15/8 of the mean being minimum jerk's peak
    back = float(np.clip(1.875 * gone / _BACK, _FADE, 0.6 * max(length, _FADE)))
    share = window(seconds, 0.0, length, _FADE, back)[:, None]
    theirs = np.concatenate(
        [played.posed.encode(), quaternions(about_z(played.yaw))[:, None]], axis=1
    )
    ours = np.concatenate([out["rotations"][rows], out["root_rotation"][rows][:, None]], axis=1)
    mixed = slerp(ours.astype(float), theirs, share)
    kept = np.array([bone.startswith(_OWN) for bone in [*member.bones, ""]])
    mixed[:, kept] = ours[:, kept]
    rotations, roots = np.array(out["rotations"], float), np.array(out["root"], float)
    turns = np.array(out["root_rotation"], float)
    rotations[rows], turns[rows] = mixed[:, :-1], mixed[:, -1]
    roots[rows] = roots[rows] + (played.root - roots[rows]) * share
    out["rotations"] = np.round(continuous(rotations), 7).astype(np.float32)
    out["root"], out["root_rotation"] = np.round(roots, 7), np.round(continuous(turns), 9)
