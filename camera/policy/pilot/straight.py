"""A pilot that does not learn: straight to where the wish is, looking where the picture says.

What a learnt one has to be better than. It knows what the network knows, and follows the wished
place with its own speed; it neither sees an obstacle coming nor goes round one.
"""

from __future__ import annotations

import numpy as np

from camera.policy.pilot.motion import SCALE
from camera.pose import Array

_GO, _TURN = 1.6, 3.0


def servo(seen: dict[str, Array]) -> tuple[Array, Array]:
    """Decisions (B, 5) of observations, and how unsure they are: not at all."""
    own = seen["self"][:, 0].astype(np.float64)
    # see `camera.policy.pilot.observation`: after the decision, pose, framing and size
    place, drift = own[:, 12:15], own[:, 15:18]
    now, soon = own[:, 21:23], own[:, 23:25]
    going = drift + _GO * place
    turning = (soon - now) / 0.5 + _TURN * now
    decided = np.concatenate([going, turning], axis=1) / SCALE
    return decided, np.full_like(decided, 1e-3)
