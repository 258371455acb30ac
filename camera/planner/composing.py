"""Turning a camera on its way so that the picture is the one asked for, the whole time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from camera.framing import aim, eyes_height
from camera.grammar import DUTCH
from camera.planner.scene import Cast, Request, cast
from camera.planner.starts import places
from camera.planner.subject import calm
from camera.pose import Array
from camera.trajectory import Trajectory

_CALM_AIM = 0.6
"""Hertz above which an operator's aim no longer follows a subject's steps."""
_APART = 0.2
"""Metres from a subject that no camera is aimed from."""


def composed(request: Request, track: Trajectory) -> Trajectory:
    """The same way, with the subjects where the request wishes them on the screen.

    Whoever drives a camera and whoever aims it are two people on a set. The way is left as it is;
    the aim follows the subjects' calmed eyes, so that the picture is composed from the first frame
    to the last and the horizon is as asked.

    Raises
    ------
    ValueError
        If the track has other times than the request's scene, or as `camera.plan`.
    """
    scene = cast(request.scene, request.radius)
    eyes = calm(scene.times, scene.eyes, _CALM_AIM).mean(axis=1)
    screen = wished_screen(request, scene, track).mean(axis=1)
    off = eyes - track.positions
    near = np.maximum(np.linalg.norm(off, axis=1, keepdims=True), 1e-9)
    # from inside of a head there is no aim: as from just before it
    eyes = np.where(near < _APART, track.positions + _APART * off / near, eyes)
    roll = DUTCH if request.shot.dutch else 0.0
    q = aim(track.positions, eyes, screen, focal_heights(request, track), roll)
    focus = np.maximum(np.linalg.norm(scene.eyes[:, 0] - track.positions, axis=1), 0.1)
    return replace(track, quaternions=q, focus_distances=focus)


def wished_screen(request: Request, scene: Cast, track: Trajectory) -> Array:
    """Where (F, S, 2) the subjects shall be on the screen, frame heights.

    Subjects without wished places are spread out in the order in which this track sees them.

    Raises
    ------
    ValueError
        If the track has other times than the scene.
    """
    if len(track) != len(scene.times) or not np.allclose(track.times, scene.times):
        raise ValueError(
            f"a track of {len(track)} samples from {track.times[0]:g} s does not film a scene of "
            f"{len(scene.times)} from {scene.times[0]:g} s; give both the same times"
        )
    away = track.positions - scene.eyes[:, 0]
    away = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    return places(request, scene.eyes, away, eyes_height(request.shot.size))


def focal_heights(request: Request, track: Trajectory) -> Array:
    """(F,) focal length in frame heights, zooms followed."""
    zoom = 1.0 if track.focal_lengths is None else track.focal_lengths / request.lens.focal_mm
    return np.full(len(track), request.lens.focal_heights) * zoom
