"""Smoothing on R³ × SO(3), and the life that rigs put back.

========================  ====================================================================
`smoothing.offline`       `smooth`: a whole track at once
`smoothing.live`          `Filter`: sample by sample, causal
`smoothing.banded`        `Whittaker`: jerk-penalised least squares, one banded solve
`smoothing.paths`         the same on rotations
`smoothing.kalman`        the error-state Kalman smoother, noise by innovation likelihood
`smoothing.noise`         how noisy and how lively a track is
`smoothing.gating`        strays, χ² gates, robust weights
`smoothing.repair`        clear of the world again, subject in its place again
`camera.rigs`             `MOTIONS`: how rigs move (``camera/rigs.toml``)
`smoothing.life`          `shake`, `eased`
========================  ====================================================================

>>> import numpy as np
>>> from camera import Trajectory
>>> times = np.arange(48) / 24
>>> noisy = np.random.default_rng(0).normal(0, 0.01, (48, 3))
>>> seen = Trajectory(times, noisy, np.tile([1.0, 0, 0, 0], (48, 1)))
>>> bool(smooth(seen).positions.std() < 0.5 * seen.positions.std())
True
>>> smooth(seen, rig="tripod").is_still
True
"""

from __future__ import annotations

from camera.rigs import MOTIONS
from camera.smoothing.life import eased, shake
from camera.smoothing.live import Filter
from camera.smoothing.offline import smooth

__all__ = ["MOTIONS", "Filter", "eased", "shake", "smooth"]
