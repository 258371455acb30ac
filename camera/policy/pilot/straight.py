"""A pilot that does not learn: straight to where the wish is, looking where the picture says.

What a learnt one has to be better than. It knows what the network knows, and follows the wished
place with its own speed; it neither sees an obstacle coming nor goes round one.
"""

from __future__ import annotations

import numpy as np

from camera.policy.pilot.motion import SCALE
from camera.policy.pilot.observation import AHEAD, SELF
from camera.pose import Array

GO, TURN = 1.6, 3.0
"""Of a way, and of a turn, how much it would go in a second."""


def servo(seen: dict[str, Array]) -> tuple[Array, Array]:
    """Decisions (B, 5) of observations, and how unsure they are: not at all."""
    own = seen["self"][:, 0].astype(np.float64)
    place, drift, now, soon = (own[:, SELF[n]] for n in ("place", "drift", "turn", "turn_soon"))
    going = drift + GO * place
    turning = (soon - now) / AHEAD + TURN * now
    decided = np.concatenate([going, turning], axis=1) / SCALE
    return decided, np.full_like(decided, 1e-3)
