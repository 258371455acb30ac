"""What the pilot is compared with: DVGFormer's token layout, and the pilot with pictures.

======================  ========================================================================
``dvg_layout``          DVGFormer's tokens at the pilot's size on its lessons, flown as it says
``dvg_layout_guarded``  the same, guarded and finished as the pilot is
``pilot_images``        the pilot with pictures in place of structured tokens, guarded, finished
======================  ========================================================================

They begin where the pilots do and are trained on the pilots' lessons, see `camera.policy.layout`
and `camera.policy.images`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from camera.bench.pilots import Learnt
from camera.families.asking import request
from camera.families.case import Case
from camera.trajectory import Trajectory

if TYPE_CHECKING:
    from camera.policy.images import ImagePilot
    from camera.policy.layout import LayoutNetwork


def _layout(guarded: bool) -> Callable[[Case, Path], Trajectory]:
    def camera(case: Case, weights: Path) -> Trajectory:
        from camera.policy.layout import fly_layout
        from camera.policy.pilot import finished
        from camera.policy.pilot.begin import begin

        asked = request(case)
        flown = fly_layout(_loaded(weights), asked, begin(asked), guarded=guarded, seed=case.seed)
        return finished(flown) if guarded else flown.trajectory

    return camera


def _images(case: Case, weights: Path) -> Trajectory:
    from camera.policy.images import looks
    from camera.policy.pilot import finished, fly
    from camera.policy.pilot.begin import begin
    from camera.policy.pilot.pilot import Memory

    network, asked = _eyed(weights), request(case)
    flown = fly(Memory(network), [asked], [begin(asked)], network.config.rate, look=looks)[0]
    return finished(flown)


@lru_cache(maxsize=2)
def _loaded(weights: Path) -> LayoutNetwork:
    from camera.policy.layout import load_layout

    return load_layout(weights)


@lru_cache(maxsize=2)
def _eyed(weights: Path) -> ImagePilot:
    from camera.policy.images import load_images

    return load_images(weights)


LAYOUTS: dict[str, Learnt] = {
    "dvg_layout": Learnt("dvg_layout.safetensors", _layout(guarded=False)),
    "dvg_layout_guarded": Learnt("dvg_layout.safetensors", _layout(guarded=True)),
    "pilot_images": Learnt("pilot_images.safetensors", _images),
}
"""Name → a camera that has learnt."""
