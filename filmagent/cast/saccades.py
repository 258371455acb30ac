"""How eyes jump and rest: saccades on the main sequence, fixations, micro-saccades."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from filmagent.cast.rotation import Array, ease, hashed

_LOOKS = 1.3
"""Fixations a second on a face or a room."""
_MICRO = 1.6
"""Micro-saccades a second (Martinez-Conde, Macknik and Hubel, 2004: one or two)."""
_MICRO_SIZE = np.radians(0.25)


def duration(amplitude: Array | float) -> Array:
    """Seconds of a saccade of so many degrees: 21 ms + 2.2 ms a degree.

    The main sequence (Bahill, Clark and Stark, "The main sequence, a tool for studying human eye
    movements", 1975). With minimum jerk its peak speed is 1.875 times the mean: 150°/s for 2°,
    440°/s for 10°, 645°/s for 30°.
    """
    out: Array = 0.021 + 0.0022 * np.abs(np.asarray(amplitude, float))
    return out


def fixations(t: Array, distance: Array, seed: int) -> Array:
    """Small jumps of the eyes between points of what they look at.

    Parameters
    ----------
    t
        (F,) seconds.
    distance
        (F,) metres to what is looked at: on a near face the eyes go from eye to eye, and now and
        then to the mouth; far away they wander a little.
    seed
        The actor's.

    Returns
    -------
    array
        (F, 2) radians, yaw to the left and pitch up.
    """
    near = 1.0 / np.maximum(distance, 0.6)
    across = _jumps(t, _LOOKS, seed + 7)
    mouth = _jumps(t, _LOOKS, seed + 7, lambda slot: _seldom(slot, seed + 9))
    height = _jumps(t, _LOOKS, seed + 7, lambda slot: hashed(slot, seed + 8))
    yaw = (0.010 + 0.016 * near) * across * (1 - 0.7 * mouth)
    pitch = (0.006 + 0.007 * near) * height - 0.040 * near * mouth
    micro = [_MICRO_SIZE * _jumps(t, _MICRO, seed + 31 + axis) for axis in (0, 1)]
    return np.column_stack([yaw + micro[0], pitch + micro[1]])


def _seldom(slot: Array, seed: int) -> Array:
    return (hashed(slot, seed) > 0.72).astype(float)


def _jumps(
    t: Array, rate: float, seed: int, value: Callable[[Array], Array] | None = None
) -> Array:
    """A value a slot, held; each jump happens somewhere in its slot, as fast as a small saccade."""
    of = value or (lambda slot: hashed(slot, seed + 1))
    x = t * rate
    slot = np.floor(x).astype(np.int64)
    at = 0.35 + 0.3 * hashed(slot, seed)
    share = ease((x - slot - at) / (rate * float(duration(1.5))))
    old, new = of(slot - 1), of(slot)
    out: Array = old + (new - old) * share
    return out
