"""Light and display values: opened highlights, a stock's colour matrix, a print's curves.

Frames come through the film's view transform already (AgX by default), as 8-bit sRGB. To let light
scatter and expose again, they are *opened*: decoded to display light y (IEC 61966-2-1), and the
shoulder undone by x = y / (1 − k y), which leaves middle grey nearly where it is and gives white
back the range that the view transform took. `closed` is its inverse.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.look.presets import Look

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SHOULDER = 0.86
LUMINANCE = (0.2126, 0.7152, 0.0722)
"""ITU-R BT.709: luminance of linear red, green and blue."""


def decoded(value: Doubles) -> Doubles:
    """sRGB display values 0–1 to light, IEC 61966-2-1."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def encoded(light: Doubles) -> Doubles:
    """Light to sRGB display values, IEC 61966-2-1."""
    held = np.maximum(light, 0.0)
    return np.where(held <= 0.0031308, held * 12.92, 1.055 * held ** (1 / 2.4) - 0.055)


def opened(value: Doubles) -> Doubles:
    """Display values 0–1 to light with its highlights opened: 0 to 1 / (1 − SHOULDER)."""
    light = decoded(value)
    return np.asarray(light / (1.0 - SHOULDER * light))


def closed(light: Doubles) -> Doubles:
    """The inverse of `opened`; what is brighter than white stays at white."""
    held = np.maximum(light, 0.0)
    return np.minimum(encoded(held / (1.0 + SHOULDER * held)), 1.0)


def matrix(look: Look, strength: float) -> Floats:
    """What a stock makes of the square root of light, (3, 3): ``root @ matrix``.

    Exposure and balance are gains of light. Saturation is taken from the root, which is nearly
    what eyes see: desaturated in light, skin would turn mauve.
    """
    weights = np.array(LUMINANCE)
    if look.monochrome is not None:
        seen = np.array(look.monochrome) / sum(look.monochrome)
        colour = np.repeat(seen[:, None], 3, 1)
    else:
        grey = np.repeat(weights[:, None], 3, 1)
        colour = look.saturation * np.eye(3) + (1.0 - look.saturation) * grey
    gains = np.array(look.balance) / (weights @ np.array(look.balance))
    whole = np.sqrt(2.0**look.exposure) * (np.diag(np.sqrt(gains)) @ colour)
    return np.asarray(strength * whole + (1.0 - strength) * np.eye(3), np.float32)


def curves(look: Look, strength: float, value: Doubles) -> Doubles:
    """A print's curves: display values (N,) of a neutral print to (N, 3) of this one.

    Contrast is a power below and above the pivot, so that black, pivot and white stay where they
    are and the slope at the pivot is the contrast. Tints of shadows and highlights fall off
    quadratically and leave black and white alone, which `Look.black` and `Look.white` place.

    Raises
    ------
    ValueError
        If a curve would turn back: two tones would change places.
    """
    pivot = look.pivot
    low = pivot * (np.minimum(value, pivot) / pivot) ** look.contrast
    high = 1 - (1 - pivot) * ((1 - np.maximum(value, pivot)) / (1 - pivot)) ** look.contrast
    toned = np.where(value < pivot, low, high)[:, None]
    dark = 6.75 * toned * (1 - toned) ** 2
    bright = 6.75 * toned**2 * (1 - toned)
    toned = toned + dark * np.array(look.shadows) + bright * np.array(look.highlights)
    toned = look.black + (look.white - look.black) * toned
    whole = strength * toned + (1 - strength) * value[:, None]
    if (np.diff(whole, axis=0) < -1e-9).any():
        raise ValueError(
            f"look {look.title!r}: its tints turn a curve back (shadows {look.shadows}, "
            f"highlights {look.highlights}); use smaller ones"
        )
    return np.asarray(np.clip(whole, 0.0, 1.0))
