"""What light does on its way through lens and film: bloom, halation, vignette.

Scattered light is smooth, so it is found on a small picture, about `ROWS` rows high, where a
Gaussian is a matrix product however wide it is, and brought up again. The lens's scatter is a sum
of Gaussians: a narrow core with long tails, the shape that measured glare has (G. Spencer et al.,
"Physically-Based Glare Effects for Digital Images", SIGGRAPH 1995, section 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from filmagent.refine.look.colour import LUMINANCE
from filmagent.refine.look.presets import Look

Floats = NDArray[np.float32]

ROWS = 90
_SCATTER = ((0.012, 0.5), (0.035, 0.3), (0.1, 0.2))
"""Standard deviation as a share of the picture's height, and its share of the scattered light."""
_HALATION = 0.014
"""Standard deviation as a share of the picture's height."""
_HIGHLIGHT = 2.2
"""Opened light above which the film's base throws enough back to be seen (display 0.89)."""
_BRIGHTEST = 3.0
"""Opened light above `_HIGHLIGHT` that counts at most."""


class Glow:
    """Bloom, halation and vignette of one look at one size.

    Parameters
    ----------
    size
        Pixels, width and height.
    look
        The look.
    strength
        0 (nothing) to 1.
    """

    def __init__(self, size: tuple[int, int], look: Look, strength: float) -> None:
        self._size = size
        self._factor = max(1, round(size[1] / ROWS))
        self._small = tuple(-(-n // self._factor) for n in size)
        width, height = self._small
        self._bloom = look.bloom * strength
        self._halation = look.halation * strength
        self._tint = np.array(look.halation_colour, np.float32)
        self._scatter = [
            (np.float32(share), _gaussian(width, sigma * height), _gaussian(height, sigma * height))
            for sigma, share in _SCATTER
        ]
        ring = _HALATION * height
        self._ring = _gaussian(width, ring), _gaussian(height, ring)
        self._fall = _vignette(size, look.vignette * strength)

    def __call__(self, light: Floats) -> Floats:
        """Scatter light (H, W, 3), in place; the same array."""
        veil = self._veil(light) if self._bloom or self._halation else None
        if self._bloom:
            light *= np.float32(1.0 - self._bloom)
        if veil is not None:
            self._add(light, veil)
        if self._fall is not None:
            light *= self._fall
        return light

    def _veil(self, light: Floats) -> Floats:
        small = _shrunk(light, self._factor)
        veil = np.zeros_like(small)
        if self._bloom:
            for share, across, along in self._scatter:
                veil += share * (along @ small @ across.T)
            veil *= np.float32(self._bloom)
        if self._halation:
            bright = np.tensordot(np.array(LUMINANCE, np.float32), small, 1)
            bright = np.clip(bright - np.float32(_HIGHLIGHT), 0.0, np.float32(_BRIGHTEST))
            # what is bright itself is bright already: a ring round it is what is seen
            ring = np.maximum(self._ring[1] @ bright @ self._ring[0].T - bright, 0.0)
            veil += np.float32(self._halation) * self._tint[:, None, None] * ring
        return veil

    def _add(self, light: Floats, veil: Floats) -> None:
        whole = self._small[0] * self._factor, self._small[1] * self._factor
        for channel, plane in enumerate(veil):
            image = Image.fromarray(plane).resize(whole, Image.Resampling.BILINEAR)
            light[..., channel] += np.asarray(image)[: self._size[1], : self._size[0]]


def _shrunk(light: Floats, factor: int) -> Floats:
    """Means of blocks of pixels: (3, rows, columns) of (H, W, 3)."""
    height, width = light.shape[:2]
    down, right = -height % factor, -width % factor
    if down or right:
        light = np.pad(light, ((0, down), (0, right), (0, 0)), mode="edge")
    rows = light.reshape(-1, factor, light.shape[1], 3).sum(1)
    # a row of a block is ``factor`` times three numbers: their sums are a matrix product
    means = np.tile(np.eye(3, dtype=np.float32), (factor, 1)) / np.float32(factor**2)
    blocks = (rows.reshape(-1, 3 * factor) @ means).reshape(len(rows), -1, 3)
    return np.ascontiguousarray(blocks.transpose(2, 0, 1))


def _gaussian(count: int, sigma: float) -> Floats:
    """Blur of ``count`` samples as a matrix; beyond the ends the last sample goes on."""
    reach = int(np.ceil(4 * sigma)) + 1
    source = np.arange(-reach, count + reach)
    weights = np.exp(-0.5 * ((source[None] - np.arange(count)[:, None]) / sigma) ** 2)
    weights /= weights.sum(1, keepdims=True)
    blur = np.zeros((count, count))
    np.add.at(blur.T, np.clip(source, 0, count - 1), weights.T)
    return blur.astype(np.float32)


def _vignette(size: tuple[int, int], amount: float) -> Floats | None:
    """Fall-off of light, (H, W, 3), 1 at the centre, 1 − amount in the corners.

    1 / (1 + k r²)², the cos⁴ law of a simple lens with r the tangent of the angle
    (W. J. Smith, "Modern Optical Engineering", section on illumination).
    """
    if amount <= 0.0:
        return None
    width, height = size
    x = (np.arange(width) + 0.5) * 2 / width - 1
    y = (np.arange(height) + 0.5) * 2 / height - 1
    aspect = width / height
    square = ((x * aspect) ** 2 + y[:, None] ** 2) / (aspect**2 + 1)
    k = 1.0 / np.sqrt(max(1.0 - amount, 1e-3)) - 1.0
    fall = 1.0 / (1.0 + k * square) ** 2
    return np.repeat(fall[..., None], 3, -1).astype(np.float32)
