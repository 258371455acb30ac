"""Leaps on the spot: crouch, push off, fly as gravity has it, land soft."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from filmagent.cast.gestures import Act
from filmagent.cast.rotation import Array, ease
from filmagent.cast.travel import Travel
from filmagent.cast.trunk import Leap

_GRAVITY = 9.81
_GATHER, _LAND = 0.34, 0.36
"""Seconds of bending the knees before, and of giving way after."""
_DEPTH = 0.11
"""Metres the hips sink to gather."""
_SOON = 0.14
"""Seconds before the flight in which heels leave the floor."""


def leaps(acts: Sequence[Act], travel: Travel) -> Leap:
    """The hops of an actor's gestures; who sits or goes stays on the floor."""
    t = travel.t
    out = Leap(*np.zeros((3, len(t))))
    for act in acts:
        if act.spec.hop is None:
            continue
        rows = (t >= act.start) & (t <= act.end)
        if not rows.any() or travel.seated[rows].max() > 0 or travel.stride[rows].max() > 0:
            continue
        height, count = act.spec.hop
        air = 2 * np.sqrt(2 * height / _GRAVITY)
        slot = (act.end - act.start) / count
        for k in range(int(count)):
            # what is too short for gathering and landing is hopped lower
            size = min(1.0, slot / (_GATHER + air + _LAND))
            begin = act.start + k * slot + _GATHER * size
            _hop(out, t, begin, air * size, height * size**2, size)
    return out


def _hop(out: Leap, t: Array, begin: float, air: float, height: float, size: float) -> None:
    end = begin + air
    x = np.clip((t - begin) / air, 0.0, 1.0)
    out.flight += 4 * height * x * (1 - x)
    gather = ease((t - begin + _GATHER * size) / (0.7 * _GATHER * size))
    gather = gather * ease((begin - t) / (0.3 * _GATHER * size))
    giving = ease((t - end + 0.02) / (0.35 * _LAND * size))
    giving = giving * ease((end + _LAND * size - t) / (0.65 * _LAND * size))
    out.crouch += size * (_DEPTH * gather + 0.8 * _DEPTH * giving)
    out.toes += ease((t - begin + _SOON) / (2 * _SOON)) * ease((end + 0.08 - t) / (1.3 * _SOON))
