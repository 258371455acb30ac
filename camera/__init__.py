"""camera: virtual cinematography with numpy and scipy.

=====================  =======================================================================
`camera.pose`          quaternions, aiming, OpenGL ↔ OpenCV ↔ COLMAP
`camera.trajectory`    `Trajectory`: poses over time
`camera.lens`          `Lens`, `PRIMES`, `FILMBACKS`
`camera.grammar`       `Shot`: what its words mean, as a sentence; `coverage` by idioms
`camera.rigs`          how dollies, cranes, hands and drones move
`camera.framing`       bodies on the screen: size, headroom; aiming; toric space; static setups
`camera.world`         `World`: what stands in the way; clearance and visibility
`camera.planner`       `plan`: a moving shot through a moving scene
`camera.smoothing`     `smooth`: error-state Kalman and banded least squares; `Filter`; `shake`
`camera.formats`       tracks of Nuke, TUM, KITTI, RealEstate10K, GenDoP and OpenUSD
`camera.editing`       `edit`: which take when; `choose_cuts`: the cheapest list of cuts
`camera.metrics`       `score`: how good a track is
`camera.policy`        networks that move a camera by what it sees; `load_dvgformer`, `fly`
`camera.families`      procedural scenes with wishes that can be fulfilled
`camera.bench`         ``python -m camera.bench``: the table of cameras
=====================  =======================================================================

World: metres, seconds, right-handed, Z up. A camera looks along −Z, up +Y; quaternions are wxyz.

>>> from camera import Lens, Trajectory, smooth
>>> Lens(50.0).focal_heights > Lens(35.0).focal_heights
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from camera.editing import choose_cuts as choose_cuts
    from camera.editing import edit as edit
    from camera.grammar import Shot as Shot
    from camera.grammar import coverage as coverage
    from camera.lens import FILMBACKS as FILMBACKS
    from camera.lens import PRIMES as PRIMES
    from camera.lens import Lens as Lens
    from camera.metrics import score as score
    from camera.planner import plan as plan
    from camera.smoothing import Filter as Filter
    from camera.smoothing import shake as shake
    from camera.smoothing import smooth as smooth
    from camera.trajectory import Trajectory as Trajectory
    from camera.world import World as World

_WHERE = {
    "Filter": "camera.smoothing",
    "FILMBACKS": "camera.lens",
    "PRIMES": "camera.lens",
    "Lens": "camera.lens",
    "Shot": "camera.grammar",
    "Trajectory": "camera.trajectory",
    "World": "camera.world",
    "choose_cuts": "camera.editing",
    "coverage": "camera.grammar",
    "edit": "camera.editing",
    "plan": "camera.planner",
    "score": "camera.metrics",
    "shake": "camera.smoothing",
    "smooth": "camera.smoothing",
}
__all__ = [
    "FILMBACKS",
    "PRIMES",
    "Filter",
    "Lens",
    "Shot",
    "Trajectory",
    "World",
    "choose_cuts",
    "coverage",
    "edit",
    "plan",
    "score",
    "shake",
    "smooth",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'camera' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
