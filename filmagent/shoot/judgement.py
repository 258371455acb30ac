"""A finished take against the bodies as they act: the figures of its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from camera.framing import eyes_height
from camera.grammar import SIZES
from camera.metrics import contained
from camera.pose import Array, conjugate, rotate
from filmagent.documents import Setup
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Candidates, Frame, shoulder_share
from filmagent.shoot.people import Figure, capsules
from filmagent.shoot.place import Place

_HEAD = ("eye.L", "eye.R", "mouth", "head_top", "chin")


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
    """Framing, visibility, containment, headroom and clearance over the frames a take is used in.

    People without a performance give none of the figures that need bodies.
    """
    first, end = int(arrays["frames"][0]), int(arrays["frames"][-1]) + 1
    used = (
        np.unique(
            np.concatenate([np.linspace(a, max(b - 1, a), 10).astype(int) for a, b in ranges])
        )
        if ranges
        else np.array([first])
    )
    used = used[(used >= first) & (used < end)]
    rows = used - first
    positions, quaternions = arrays["positions"][rows], arrays["quaternions"][rows]
    scores = {"clearance": float(np.min(place.world.clearance(positions[::3])))}
    scores["clearance"] = min(scores["clearance"], 99.0)
    subject = setup.subjects[0] if setup.subjects else ""
    if subject not in acted or setup.kind == "insert":
        return scores
    around = [_at(f, used - company.first) for f in acted.values()]
    owner = list(acted).index(subject)
    figure = around[owner]
    there = np.isfinite(figure.eyes).all(axis=1)
    if not there.any():
        return scores
    head = figure.stack(_HEAD)[there]
    p, q = positions[there, None], quaternions[there, None]
    local = rotate(conjugate(q), head - p)
    depth = np.maximum(-local[..., 2], 0.05)
    f = frame.focal_heights(arrays["focal_mm"][rows][there])[:, None, None]
    screen = np.where(local[..., 2:3] < -0.05, f * local[..., :2] / depth[..., None], 9.0)
    inside = contained(screen, frame.aspect).all(axis=1)
    bodies = capsules(around)
    count = len(_HEAD)
    them = bodies.at(np.repeat(np.flatnonzero(there), count))
    clear = place.world.visible(
        np.repeat(positions[there], count, axis=0),
        head.reshape(-1, 3),
        them,
        np.full(count * len(head), owner),
        margin=0.06,
    )
    scores["head_in_frame"] = float(inside.mean())
    scores["visible"] = float(clear.mean())
    scores["headroom"] = float(np.median(0.5 - screen[:, 3, 1]))
    if setup.kind in ("single", "ots", "reaction"):
        scores["framing_error"] = float(
            np.sqrt(np.mean((screen[:, :2, 1].mean(axis=1) - eyes_height(size)) ** 2))
        )
        shows = depth[:, 0] / f[:, 0, 0]
        scores["size_ratio"] = float(np.median(shows) / SIZES[size].shows)
    if setup.over in acted:
        middle = len(rows) // 2
        one = Candidates(
            positions[[middle]],
            quaternions[[middle]],
            arrays["focal_mm"][rows][[middle]],
            np.zeros(1),
        )
        over = _at(acted[setup.over], used[[middle]] - company.first)
        scores["shoulder_share"] = float(
            shoulder_share(
                one, frame, Figure(over.actor, {k: v[0] for k, v in over.points.items()})
            )[0]
        )
    return scores


def _at(figure: Figure, rows: Array) -> Figure:
    return Figure(
        figure.actor, {k: v[np.clip(rows, 0, len(v) - 1)] for k, v in figure.points.items()}
    )
