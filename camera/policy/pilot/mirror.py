"""What a pilot would see and decide in the mirror: left for right.

Nothing in filming knows left from right, so every lesson is two.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from camera.policy.pilot.motion import WIDTH
from camera.policy.pilot.observation import SELF, WIDTHS
from camera.policy.pilot.surroundings import PITCHES, ROUND, WAYS

_SIDEWAYS = (
    *(("decided", 0), ("decided", 3), ("framing", 0), ("framing", 2)),
    *((name, 0) for name in ("place", "drift", "soon", "turn", "turn_soon")),
    *((name, 0) for name in ("off_set", "inwards", "off_people")),
    ("line", 1),
)
_FLIPPED: dict[str, tuple[int, ...]] = {
    "wish": (2, 6, 8, 10),
    "self": tuple(SELF[name].start + place for name, place in _SIDEWAYS),
    "ring": (),
    "ways": (),
    "actor": (1, 6, 9, 11, 13),
    "other": (1, 6),
}
"""Numbers of each token that change their sign, by the columns of `pilot.observation`."""
_DECIDED = (0, 3)


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, tuple[Tensor, Tensor]], Tensor]:
    """By kind, which number comes from where and with which sign; and the signs of a decision."""
    tables = {}
    for kind, width in WIDTHS.items():
        source, sign = np.arange(width), np.ones(width, np.float32)
        sign[list(_FLIPPED[kind])] = -1.0
        if kind == "ring":
            for ring in range(len(PITCHES)):
                turn = np.arange(ROUND)
                source[ring * ROUND + turn] = ring * ROUND + (-turn) % ROUND
        if kind == "ways":
            for group in range(width // WAYS):
                turn = np.arange(8)
                source[group * WAYS + 1 + turn] = group * WAYS + 1 + (-turn) % 8
        tables[kind] = torch.from_numpy(source), torch.from_numpy(sign)
    signs = torch.ones(WIDTH)
    signs[list(_DECIDED)] = -1.0
    return tables, signs


def mirrored(seen: dict[str, Tensor], decided: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    """Observations (..., tokens, width) by kind and decisions (..., 5), left for right."""
    tables, signs = _tables()
    turned = {}
    for kind, values in seen.items():
        source, sign = tables[kind]
        turned[kind] = values[..., source] * sign.to(values.dtype)
    return turned, decided * signs.to(decided.dtype)
