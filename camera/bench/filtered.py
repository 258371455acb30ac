"""The published cleaning of camera tracks: a constant-velocity smoother on positions alone.

As E.T. does (R. Courant et al., "E.T. the Exceptional Trajectories", ECCV 2024): state position
and velocity, fixed noise in absolute units, rotations left as they are; H. E. Rauch, F. Tung and
C. T. Striebel, "Maximum likelihood estimates of linear dynamic systems", 1965.
"""

from __future__ import annotations

import numpy as np

from camera.pose import Array

_PROCESS, _MEASURED = 0.5, 0.05  # m/s² and m


def constant_velocity(times: Array, positions: Array) -> Array:
    """Smoothed positions (F, 3); all three axes share one gain."""
    n = len(times)
    seen = np.array([[1.0, 0.0]])
    x, cov = np.stack([positions[0], np.zeros(3)]), np.diag([_MEASURED**2, 1.0])
    kept: list[tuple[Array, Array]] = [(x, cov)]
    said: list[tuple[Array, Array, Array]] = []
    for k in range(1, n):
        dt = times[k] - times[k - 1]
        f = np.array([[1.0, dt], [0.0, 1.0]])
        q = _PROCESS**2 * np.array([[dt**4 / 4, dt**3 / 2], [dt**3 / 2, dt**2]])
        xp, pp = f @ x, f @ cov @ f.T + q
        gain = pp @ seen.T / (seen @ pp @ seen.T + _MEASURED**2)
        x = xp + gain * (positions[k] - xp[0])
        cov = pp - gain @ seen @ pp
        kept.append((x, cov))
        said.append((f, xp, pp))
    smooth = [kept[-1][0]]
    for k in range(n - 2, -1, -1):
        (x, cov), (f, xp, pp) = kept[k], said[k]
        smooth.append(x + cov @ f.T @ np.linalg.inv(pp) @ (smooth[-1] - xp))
    return np.array([s[0] for s in smooth[::-1]])
