"""How good camera tracks and cuts are: weight-free, in physical or frame units.

========================  =====================================================================
`score`                   the figures of one track on one subject
`camera.metrics.framing`  place, headroom, lead room, size and view on the screen
`camera.metrics.safety`   crashes, clearance, visibility
`camera.metrics.motion`   LDLJ, SPARC, speeds, horizon, lag, equal path lengths
`camera.metrics.faces`    faces seen; shoulders in the foreground
`camera.metrics.cuts`     the line, jump cuts, where the gaze must go, shot lengths
`camera.metrics.samples`  many tracks: Fréchet and energy distance, bootstrap intervals
========================  =====================================================================

No figure stands alone: a camera that stands still is smooth and hits nothing, so compare at equal
path length (`motion.trimmed`), and read smoothness beside framing.
"""

from camera.metrics.cuts import score_cuts as score_cuts
from camera.metrics.framing import contained as contained
from camera.metrics.framing import framing_error as framing_error
from camera.metrics.framing import head_fraction as head_fraction
from camera.metrics.framing import screen_track as screen_track
from camera.metrics.motion import log_dimensionless_jerk as log_dimensionless_jerk
from camera.metrics.motion import sparc as sparc
from camera.metrics.motion import trimmed as trimmed
from camera.metrics.score import score as score

__all__ = [
    "contained",
    "framing_error",
    "head_fraction",
    "log_dimensionless_jerk",
    "score",
    "score_cuts",
    "screen_track",
    "sparc",
    "trimmed",
]
