"""Colour as eyes compare it: CIE L*a*b* of display pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.look.colour import LUMINANCE, decoded, encoded

Floats = NDArray[np.float32]

_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [*LUMINANCE], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _XYZ.sum(1)
_LIGHT = decoded(np.arange(256) / 255).astype(np.float32)


def luma(picture: NDArray[np.uint8]) -> Floats:
    """Luma 0–1 of display pictures (…, 3) uint8, by the weights of ITU-R BT.709."""
    return np.asarray(picture.astype(np.float32) @ (np.array(LUMINANCE, np.float32) / 255))


def lab(picture: NDArray[np.uint8] | Floats) -> Floats:
    """CIE L*a*b* under D65 of display sRGB (…, 3), uint8 or 0–1; ISO/CIE 11664-4."""
    if picture.dtype == np.uint8:
        light = np.take(_LIGHT, picture.astype(np.uint8, copy=False))
    else:
        light = decoded(np.clip(picture, 0.0, 1.0).astype(np.float64)).astype(np.float32)
    ratio = light @ (_XYZ / _WHITE[:, None]).T.astype(np.float32)
    cubed = (6 / 29) ** 3
    f = np.where(ratio > cubed, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.asarray(np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1), np.float32)


def display(colours: Floats) -> Floats:
    """The inverse of `lab`: display values 0–1, (…, 3); what no screen shows is cut off."""
    light, red, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    y = (light + 16) / 116
    f = np.stack([y + red / 500, y, y - blue / 200], -1)
    ratio = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    found = encoded(np.asarray(ratio, np.float64) @ np.linalg.inv(_XYZ / _WHITE[:, None]).T)
    return np.asarray(np.clip(found, 0.0, 1.0), np.float32)
