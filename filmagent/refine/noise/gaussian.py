"""Gaussian numbers by name: the same key gives the same numbers, whatever was asked before.

A key is hashed by a counter through the finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast
Splittable Pseudorandom Number Generators", OOPSLA 2014, figure 16), and every 16 bits of it pick a
quantile of the normal distribution.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Keys = NDArray[np.uint64]
Floats = NDArray[np.float32]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
_BITS = 16
_BLOCK = 1 << 13
"""Keys hashed at a time: their words stay in the cache."""


def key_of(name: str) -> np.uint64:
    """The key of somebody or something that is called so throughout the film."""
    return np.uint64(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little"))


def mixed(keys: Keys) -> Keys:
    """Keys with all their bits stirred: a bijection of 64 bits."""
    stirred = keys ^ (keys >> _SHIFTS[0])
    stirred *= _FIRST
    stirred ^= stirred >> _SHIFTS[1]
    stirred *= _SECOND
    stirred ^= stirred >> _SHIFTS[2]
    return stirred


def joined(keys: Keys, value: NDArray[np.int64] | int) -> Keys:
    """Keys of (what the keys stand for, an integer), elementwise; order counts."""
    number = np.asarray(value).astype(np.int64).view(np.uint64)
    return mixed((keys + _STEP) * _SECOND ^ number)


def normals(keys: Keys, count: int) -> Floats:
    """``count`` independent standard normal numbers for each key, (N, count) float32.

    They are quantiles at the middles of 2¹⁶ equal shares, scaled to unit variance: none is further
    out than 4.3.
    """
    words = -(-count * _BITS // 64)
    steps = _STEP * np.arange(1, words + 1, dtype=np.uint64)
    table, found = _quantiles(), np.empty((len(keys), count), np.float32)
    for start in range(0, len(keys), _BLOCK):
        block = mixed(keys[start : start + _BLOCK, None] + steps)
        picks = block.astype("<u8", copy=False).view("<u2")
        found[start : start + _BLOCK] = table[picks[:, :count]]
    return found


@cache
def _quantiles() -> Floats:
    share = 1 << _BITS
    table = ndtri((np.arange(share) + 0.5) / share)
    return np.asarray(table / table.std(), np.float32)
