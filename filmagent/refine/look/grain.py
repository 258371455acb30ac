"""Film grain: Gaussian in the negative's density, new on every frame, the same on every run.

A negative's density follows the logarithm of its exposure, and grain is a fluctuation of density
(Selwyn 1935; C. E. K. Mees, "The Theory of the Photographic Process"). So grain multiplies light
by 10 ** (σ n), n Gaussian, before the print's curve, whose toe and shoulder then make it weak in
deep shadows and highlights, as on film. `FOG` adds the grain that unexposed film has too.

Drawing new Gaussians for each frame would take longer than the rest of the grade. As in AV1 (A.
Norkin and N. Birkbeck, "Film Grain Synthesis for AV1 Video Codec", DCC 2018) one sheet is drawn
a film, and each frame shows a piece of it, at a place, upside down or not, that its seed chooses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.look.presets import Look

Floats = NDArray[np.float32]

FOG = 0.004
"""Exposure, in opened light, that unexposed film has."""
_ROOM = 192
"""Pixels by which the sheet is larger than the picture."""


class Grain:
    """The grain of one look at one size.

    Parameters
    ----------
    size
        Pixels, width and height.
    look
        The look.
    strength
        0 (none) to 1.
    seed
        The film's.
    """

    def __init__(self, size: tuple[int, int], look: Look, strength: float, seed: int) -> None:
        self._size = size
        sigma = look.grain * strength
        self._sheet: Floats | None = None
        if sigma > 0.0:
            pixels = look.grain_size * size[1] / 360
            noise = _sheet(size, pixels, look.grain_colour, seed)
            # half the exponent: it multiplies the square root of light
            self._sheet = np.exp((0.5 * np.log(10.0) * sigma) * noise).astype(np.float32)

    def __call__(self, root: Floats, seed: int) -> Floats:
        """Multiply the square root of light (H, W, 3) by a frame's grain, in place."""
        if self._sheet is None:
            return root
        width, height = self._size
        pick = np.random.default_rng(seed)
        x, y = (int(n) for n in pick.integers(0, _ROOM, 2))
        upright = 1 if pick.integers(0, 2) else -1
        root *= self._sheet[y : y + height, x : x + width][::upright]
        return root


def _sheet(size: tuple[int, int], pixels: float, colour: float, seed: int) -> NDArray[np.float64]:
    """Gaussian noise, mean 0 and variance 1, correlated over ``pixels``: (H, W, 3)."""
    shape = size[1] + _ROOM, size[0] + _ROOM
    draw = np.random.default_rng(seed)
    layers = draw.standard_normal((4, *shape), dtype=np.float32)
    # a grain as wide as a pixel is no blur at all
    sigma = 0.42 * np.sqrt(max(pixels**2 - 1.0, 0.0))
    y, x = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])
    passed = np.exp(-2 * (np.pi * sigma) ** 2 * (x**2 + y**2))
    blurred = np.fft.irfft2(np.fft.rfft2(layers) * passed, s=shape)
    blurred /= blurred.std((1, 2), keepdims=True)
    mixed = np.sqrt(1 - colour) * blurred[:1] + np.sqrt(colour) * blurred[1:]
    return np.ascontiguousarray(mixed.transpose(1, 2, 0))
