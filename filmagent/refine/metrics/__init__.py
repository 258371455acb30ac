"""What refining did to a shot, without weights: measured against the renderer's exact passes.

===================  =====================================================================
`metrics.steady`     excess warping error, flicker
`metrics.shape`      structure of edges, silhouettes
`metrics.colour`     drift from shot to shot, identity
`metrics.report`     all of them for a film's shots, and thresholds
===================  =====================================================================
"""

from __future__ import annotations

from filmagent.refine.metrics.report import (
    ShotReport,
    judge,
    measure,
    settle,
    thresholds,
    write,
)

__all__ = ["ShotReport", "judge", "measure", "settle", "thresholds", "write"]
