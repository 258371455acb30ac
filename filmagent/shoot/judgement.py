"""A finished take against the bodies as they act: the figures of its report.

They are reckoned by `camera.metrics` and `camera.framing`, over the frames a take is meant to be
used in; how a face and a shoulder are seen is what the solvers go by (`faces`, `candidates`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from camera.framing import Camera, compose, eyes_for, see, share
from camera.grammar import SIZES
from camera.lens import Lens
from camera.metrics import contained, framing_error, head_fraction, screen_track
from camera.metrics.faces import shoulder_share
from camera.metrics.motion import kinetics
from camera.pose import Array
from camera.trajectory import Trajectory
from filmagent.documents import Setup
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Frame
from filmagent.shoot.faces import faces, filmed, free
from filmagent.shoot.people import Figure
from filmagent.shoot.place import Place

_HEAD = ("eye.L", "eye.R", "mouth", "head_top", "chin")
_SOLO = ("single", "ots", "reaction")
_FAR = 99.0
"""Clearances from here on are written as this: there is nothing near."""
_LOOKS = 10
"""Frames of each range that are looked at."""


def figures_of(
    setup: Setup,
    size: str,
    arrays: Mapping[str, Array],
    ranges: Sequence[tuple[int, int]],
    company: Company,
    acted: Mapping[str, Figure],
    frame: Frame,
    place: Place,
) -> dict[str, float]:
    """The figures of a take over the frames it is used in.

    Returns
    -------
    dict
        Always ``clearance`` (metres, at least) and, of cameras that move, ``jerk`` (RMS, m/s³).
        Of who is filmed, where they have a performance: ``head_in_frame``, ``visible`` (shares),
        ``headroom`` (median, frame heights); of shots of one person also ``framing_error`` (RMS
        height of the eyes against the size's, frame heights), ``size_ratio`` (height of the
        picture at the subject, over the size's) and ``face_seen`` (share); of one alone
        ``composition`` (median score, 0–1), over a shoulder ``shoulder_share`` (median of the
        frame's width that head and shoulders take).
    """
    first, end = int(arrays["frames"][0]), int(arrays["frames"][-1]) + 1
    scores = {"clearance": _clearance(arrays, ranges, place)}
    if np.ptp(arrays["positions"], axis=0).any():
        scores["jerk"] = _jerk(arrays, ranges, company.rate)
    used = _used(ranges, first, end)
    subject = setup.subjects[0] if setup.subjects else ""
    if subject not in acted or setup.kind == "insert":
        return scores
    there = used[np.isfinite(acted[subject].eyes[_rows(acted[subject], used, company)]).all(axis=1)]
    if not len(there):
        return scores
    people = [_at(f, _rows(f, there, company)) for f in acted.values()]
    owner = list(acted).index(subject)
    seen_by = _trajectory(arrays, there - first, there / company.rate)
    lens = Lens(float(arrays["focal_mm"][0]), frame.sensor_mm, frame.aspect)
    scores |= _framed(setup, size, seen_by, lens, people[owner])
    camera = filmed(arrays, there - first, frame)
    scores["visible"] = float(free(camera, people, owner, _HEAD, place).mean())
    if setup.kind in _SOLO:
        scores["face_seen"] = float(faces(camera, people, owner, place).seen.mean())
    if setup.over in acted:
        over = people[list(acted).index(setup.over)]
        if np.isfinite(over.eyes).all():
            scores["shoulder_share"] = float(np.median(shoulder_share(camera, over.body)))
    return scores


def _framed(
    setup: Setup, size: str, seen_by: Trajectory, lens: Lens, figure: Figure
) -> dict[str, float]:
    """Where a head is on the screen."""
    screen, depth = screen_track(seen_by, lens, figure.stack(_HEAD))
    scores = {
        "head_in_frame": float(contained(screen, lens.aspect).all(axis=1).mean()),
        "headroom": float(np.median(np.nan_to_num(0.5 - screen[:, 3, 1], nan=-1.0))),
    }
    if setup.kind in (*_SOLO, "follow"):
        if setup.kind != "ots":
            # past a shoulder the room before a face is the shoulder's
            pictures = compose(see(Camera.along(seen_by, lens), figure.body), wished=size)
            scores["composition"] = float(np.median(pictures.score))
        height = screen[:, :2, 1].mean(axis=1)
        # across the frame composition decides; up and down the size does
        held = np.stack([np.zeros(len(height)), height], axis=1)
        scores["framing_error"] = framing_error(
            held, (0.0, float(np.median(eyes_for(figure.body, size))))
        )
        focal = np.full(len(height), lens.focal_heights)
        if seen_by.focal_lengths is not None:
            focal = focal * seen_by.focal_lengths / lens.focal_mm
        shown = head_fraction(depth[:, 0] / np.median(share(figure.body, size)), focal)
        scores["size_ratio"] = float(SIZES[size].head_fraction / np.median(shown))
    return scores


def _clearance(
    arrays: Mapping[str, Array], ranges: Sequence[tuple[int, int]], place: Place
) -> float:
    """Metres to the set, at least, over every frame that may be shown and between them."""
    positions = arrays["positions"]
    if not np.ptp(positions, axis=0).any():
        return min(float(place.world.clearance(positions[:1])[0]), _FAR)
    first = int(arrays["frames"][0])
    spans = [positions[max(a - first, 0) : b - first] for a, b in ranges] or [positions]
    least = [float(place.world.swept_clearance(s).min()) for s in spans if len(s)]
    return min([*least, _FAR])


def _jerk(arrays: Mapping[str, Array], ranges: Sequence[tuple[int, int]], rate: float) -> float:
    """RMS jerk of the worst range, m/s³."""
    first, count = int(arrays["frames"][0]), len(arrays["frames"])
    worst = 0.0
    for a, b in ranges or [(first, first + count)]:
        rows = np.arange(max(a - first, 0), min(b - first, count))
        if len(rows) > 4:
            moved = _trajectory(arrays, rows, rows / rate)
            worst = max(worst, kinetics(moved)["jerk"])
    return worst


def _trajectory(arrays: Mapping[str, Array], rows: Array, times: Array) -> Trajectory:
    return Trajectory(
        times,
        arrays["positions"][rows],
        arrays["quaternions"][rows],
        np.asarray(arrays["focal_mm"][rows], np.float64),
    )


def _used(ranges: Sequence[tuple[int, int]], first: int, end: int) -> Array:
    """Frames to look at, rising."""
    looks = [np.linspace(a, max(b - 1, a), _LOOKS).astype(int) for a, b in ranges]
    used = np.unique(np.concatenate(looks)) if looks else np.array([first])
    return np.asarray(used[(used >= first) & (used < end)])


def _rows(figure: Figure, used: Array, company: Company) -> Array:
    return np.clip(used - company.first, 0, len(figure.eyes) - 1)


def _at(figure: Figure, rows: Array) -> Figure:
    return Figure(figure.actor, {k: v[rows] for k, v in figure.points.items()})
