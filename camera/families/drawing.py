"""Cameras drawn by the dozen: round one subject, or beside two.

Each keeps its place to its calmed subject, as an operator who follows does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter1d

from camera.families.plot import Random
from camera.framing import eyes_height
from camera.grammar import ANGLES, HEAD, SIZES, VIEWS, size_of
from camera.lens import PRIMES, Lens
from camera.metrics.framing import SIDES
from camera.pose import Array, facing, heading_of

# Seconds, standard deviations of what an operator averages over: going, turning round, aiming
_CALM, _CALM_TURN, _CALM_AIM = 0.45, 0.8, 0.15
_DRAWS = 72
_SIZES = ("CU", "MCU", "MS", "cowboy", "MLS", "LS")


@dataclass(frozen=True)
class Drawn:
    """K cameras: who they show, and their tracks (K, F, …)."""

    first: Array
    two: Array
    focal: Array
    centres: Array
    positions: Array
    targets: Array
    screen: Array

    def __getitem__(self, rows: Array) -> Drawn:
        return Drawn(
            self.first[rows],
            self.two[rows],
            self.focal[rows],
            self.centres[rows],
            self.positions[rows],
            self.targets[rows],
            self.screen[rows],
        )


def draw(r: Random, times: Array, eyes: Array, heading: Array) -> Drawn:
    """Cameras round the first subjects: eyes (F, S, 3) and headings (F, S) of one or two."""
    count = eyes.shape[1]
    dt = float(times[1] - times[0])
    calm = gaussian_filter1d(eyes, _CALM / dt, axis=0, mode="nearest")
    turn = gaussian_filter1d(heading, _CALM_TURN / dt, axis=0, mode="nearest")
    still = np.ptp(eyes, axis=0).max(axis=-1) < 0.3
    aimed = gaussian_filter1d(eyes, _CALM_AIM / dt, axis=0, mode="nearest")
    calm, aimed = (np.where(still[None, :, None], eyes.mean(axis=0), c) for c in (calm, aimed))
    turn = np.where(still & (np.ptp(heading, axis=0) < 0.2), heading.mean(axis=0), turn)
    k = _DRAWS
    first = r.integers(0, count, k)
    two = (r.random(k) < 0.6) & (count > 1)
    focal = r.choice(np.array(PRIMES[1:5]), k)
    heights = focal * Lens(35.0).focal_heights / 35.0
    size = r.integers(0, len(_SIZES), k)
    shows = np.array([SIZES[name].shows for name in _SIZES])[size] * np.exp(
        r.uniform(-0.04, 0.04, k)
    )
    view = r.integers(0, len(SIDES), k)
    least, _, most = (np.array([VIEWS[v][i] for v in SIDES])[view] for i in range(3))
    azimuth = r.choice([-1.0, 1.0], k) * r.uniform(least, most)
    angle = r.choice(["eye", "eye", "eye", "high", "low"], k)
    elevation = np.array([ANGLES[a] for a in angle]) * 0.8 + r.uniform(-0.06, 0.06, k)
    x = r.uniform(0, 0.3, k) * r.choice([-1.0, 1.0], k)
    centre, target = calm[:, first].swapaxes(0, 1), aimed[:, first].swapaxes(0, 1)
    base = turn[:, first].T
    if count > 1:
        apart = calm[:, 1] - calm[:, 0]
        axis = np.unwrap(heading_of(apart))
        gap = float(np.linalg.norm(apart[:, :2], axis=1).mean())
        aside = r.choice([-1.0, 1.0], k) * np.pi / 2 + r.uniform(-0.8, 0.8, k)
        azimuth = np.where(two, aside, azimuth)
        across = gap * np.abs(np.sin(aside))
        shows = np.where(two, np.clip(across / r.uniform(0.5, 1.0, k), 1.0, 5.0), shows)
        centre = np.where(two[:, None, None], calm.mean(axis=1), centre)
        target = np.where(two[:, None, None], aimed.mean(axis=1), target)
        base = np.where(two[:, None], axis, base)
        x = np.where(two, 0.2 * x, x)
    away = facing(base + azimuth[:, None]) * np.cos(elevation)[:, None, None]
    away[..., 2] = np.sin(elevation)[:, None]
    positions = centre + (heights * shows)[:, None, None] * away
    y = np.array([eyes_height(size_of(HEAD / s)) for s in shows])
    return Drawn(first, two, focal, centre, positions, target, np.stack([x, y], axis=1))


def giving_way(r: Random, times: Array, drawn: Drawn) -> Drawn:
    """The same cameras, each going round its subject for a while, nearer or farther, and back."""
    k = len(drawn.first)
    begin, end = times[0], times[-1]
    middle = r.uniform(begin, end, (k, 1))
    width = r.uniform(0.08, 0.18, (k, 1)) * (end - begin)
    bump = np.exp(-0.5 * ((times - middle) / width) ** 2)
    turn = r.choice([-1.0, 1.0], (k, 1)) * r.uniform(0.25, 0.9, (k, 1)) * bump
    scale = np.exp(r.uniform(-0.1, 0.06, (k, 1)) * bump)[..., None]
    off = drawn.positions - drawn.centres
    c, s = np.cos(turn), np.sin(turn)
    round_ = np.stack(
        [c * off[..., 0] - s * off[..., 1], s * off[..., 0] + c * off[..., 1], off[..., 2]], axis=-1
    )
    return replace(drawn, positions=drawn.centres + scale * round_)
