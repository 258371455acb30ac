"""Tileable procedural textures: each a dict of albedo, roughness and normal, uint8.

All noise is summed from random waves of whole periods, so that every texture meets itself at its
edges. Values are quantised, which shrinks the npz and cannot be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Texture = dict[str, Array]


def make(name: str) -> Texture:
    """The texture called ``name``; KeyError if there is none."""
    return _MAKERS[name](np.random.default_rng(sum(name.encode()) * 7919))


def names() -> list[str]:
    """Every texture's name."""
    return sorted(_MAKERS)


def noise(rng: np.random.Generator, size: int, grain: float, stretch: float = 1.0) -> Array:
    """Tileable smooth noise (size, size), zero mean, unit deviation, features ``grain`` pixels."""
    white = np.fft.rfft2(rng.standard_normal((size, size)))
    # a Gaussian of deviation s has the transform exp(−2 π² s² f²)
    rows = np.exp(-2 * (np.pi * grain * np.fft.fftfreq(size)) ** 2)[:, None]
    columns = np.exp(-2 * (np.pi * grain * stretch * np.fft.rfftfreq(size)) ** 2)[None, :]
    field = np.fft.irfft2(white * rows * columns, (size, size))
    field -= field.mean()
    return np.asarray(field / max(float(field.std()), 1e-9))


def finish(albedo: Array, roughness: Array, height: Array, metres: float) -> Texture:
    """Pack linear albedo (H, W, 3), roughness and height (metres) of a tile ``metres`` wide."""
    srgb = np.where(
        albedo <= 0.0031308,
        12.92 * albedo,
        1.055 * np.clip(albedo, 1e-6, None) ** (1 / 2.4) - 0.055,
    )
    texel = metres / height.shape[1]
    # image rows run down, the texture's v runs up
    slope_u = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) / (2 * texel)
    slope_v = (np.roll(height, 1, 0) - np.roll(height, -1, 0)) / (2 * texel)
    normal = np.dstack([-slope_u, -slope_v, np.ones_like(height)])
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    return {
        "albedo": _quantised(srgb * 255.0, 4),
        "roughness": _quantised(roughness * 255.0, 8),
        "normal": _quantised((normal * 0.5 + 0.5) * 255.0, 4),
    }


def _quantised(values: Array, step: int) -> Array:
    steps = np.round(np.clip(values, 0, 255) / step) * step
    # 128 must stay 128: a flat normal is exactly flat
    return np.asarray(np.clip(steps, 0, 255), np.uint8)


def _grain(rng: np.random.Generator, size: int) -> Array:
    fine = noise(rng, size, 0.8, 30.0)
    broad = noise(rng, size, 4.0, 12.0)
    warp = noise(rng, size, 10.0, 4.0)
    rings = np.sin((np.arange(size)[:, None] / size * 2 * np.pi * 9) + 1.4 * warp)
    return np.asarray(0.45 * fine + 0.4 * broad + 0.35 * rings)


_OAK_DARK, _OAK_LIGHT = np.array([0.19, 0.098, 0.042]), np.array([0.42, 0.255, 0.125])


def _wood_colour(grain: Array) -> Array:
    mix = np.clip(0.55 + 0.2 * grain, 0, 1)[..., None]
    return np.asarray(_OAK_DARK * (1 - mix) + _OAK_LIGHT * mix)


def _oak(rng: np.random.Generator) -> Texture:
    grain = _grain(rng, 256)
    return finish(_wood_colour(grain), 0.42 - 0.04 * grain, 0.00025 * grain, 1.0)


def _planks(rng: np.random.Generator) -> Texture:
    size, rows = 512, 12
    grain = _grain(rng, size)
    row = np.arange(size) * rows // size
    joint = rng.integers(0, size, rows)
    tone = rng.uniform(0.72, 1.12, (rows, 2))
    column = (np.arange(size)[None, :] - joint[row][:, None]) % size
    half = (column >= size // 2).astype(int)
    shifted = np.take_along_axis(
        grain, (np.arange(size)[None, :] + (row * 97)[:, None] + half * 211) % size, axis=1
    )
    albedo = _wood_colour(shifted) * tone[row[:, None], half][..., None]
    pitch = size / rows
    edge = np.minimum(np.arange(size) % pitch, pitch - np.arange(size) % pitch)[:, None]
    end = np.minimum(column % (size // 2), size // 2 - column % (size // 2))
    gap = np.clip(np.minimum(edge, end) / 1.3, 0, 1)
    worn = np.clip(noise(rng, size, 30.0) * 0.05, -0.1, 0.1)
    albedo *= (0.3 + 0.7 * gap)[..., None]
    return finish(albedo, 0.42 + worn - 0.03 * shifted, 0.0016 * gap + 0.0001 * shifted, 1.6)


def _courses(size: int, rows: int, columns: int, joint: float, bond: float) -> tuple[Array, Array]:
    """Brick ids (size, size) and distance to the joint, in pixels, of a running bond."""
    y, x = np.mgrid[0:size, 0:size].astype(float)
    height, width = size / rows, size / columns
    row = (y // height).astype(int)
    shifted = (x + (row % 2) * width * bond) % size
    column = (shifted // width).astype(int)
    inside_x, inside_y = shifted % width, y % height
    edge = np.minimum(
        np.minimum(inside_x, width - inside_x), np.minimum(inside_y, height - inside_y)
    )
    return row * columns + column, np.clip((edge - joint / 2) / 2.0, 0, 1)


def _brick(rng: np.random.Generator) -> Texture:
    size, rows, columns = 512, 16, 5
    ids, face = _courses(size, rows, columns, 4.5, 0.5)
    tone = rng.uniform(0.75, 1.2, rows * columns)[ids]
    hue = rng.uniform(-0.5, 0.5, rows * columns)[ids]
    rough = noise(rng, size, 1.5) * 0.09 + noise(rng, size, 8.0) * 0.07
    clay = np.array([0.27, 0.095, 0.055]) * (tone * (1 + rough))[..., None]
    clay[..., 1] *= 1 + 0.3 * hue
    mortar = np.array([0.36, 0.33, 0.28]) * (1 + 0.8 * rough)[..., None]
    albedo = mortar * (1 - face[..., None]) + clay * face[..., None]
    return finish(albedo, 0.85 + 0 * face, 0.005 * face + 0.0006 * rough / 0.1, 1.2)


def _paving(rng: np.random.Generator) -> Texture:
    size, rows, columns = 512, 4, 3
    ids, face = _courses(size, rows, columns, 2.5, 0.5)
    tone = rng.uniform(0.84, 1.1, rows * columns)[ids]
    rough = noise(rng, size, 0.9) * 0.07 + noise(rng, size, 14.0) * 0.06
    flag = np.array([0.30, 0.285, 0.255]) * (tone * (1 + rough))[..., None]
    spots = np.clip(noise(rng, size, 2.2) - 2.4, 0, 1)[..., None]
    albedo = flag * (1 - 0.6 * spots) * (0.38 + 0.62 * face[..., None])
    return finish(albedo, 0.8 + 0.4 * rough, 0.003 * face + 0.0006 * rough / 0.1, 1.8)


def _asphalt(rng: np.random.Generator) -> Texture:
    size = 512
    stones = noise(rng, size, 1.1)
    patches = noise(rng, size, 40.0)
    grey = 0.055 * (1 + 0.34 * stones + 0.1 * patches)
    cracks = np.abs(noise(rng, size, 26.0)) < 0.012
    grey = np.where(cracks, 0.62 * grey, grey)
    albedo = np.dstack([grey * 1.02, grey, grey * 0.98])
    return finish(albedo, 0.86 - 0.05 * stones, 0.0009 * stones, 1.5)


def _plaster(rng: np.random.Generator) -> Texture:
    size = 256
    broad, fine = noise(rng, size, 22.0), noise(rng, size, 1.4)
    trowel = noise(rng, size, 4.0, 3.0)
    tone = 1 + 0.045 * broad + 0.02 * fine + 0.015 * trowel
    albedo = np.dstack([tone, tone * (1 - 0.008 * broad), tone * (1 - 0.02 * broad)]) * 0.95
    return finish(albedo, 0.85 + 0.03 * broad, 0.0006 * fine + 0.0012 * trowel, 2.0)


def _paint(rng: np.random.Generator) -> Texture:
    size = 256
    brush, broad = noise(rng, size, 0.8, 25.0), noise(rng, size, 18.0)
    tone = 1 + 0.03 * brush + 0.05 * broad
    return finish(np.dstack([tone] * 3) * 0.93, 0.38 + 0.05 * broad, 0.00012 * brush, 1.0)


def _granite(rng: np.random.Generator) -> Texture:
    size = 256
    tone = 1 + 0.22 * noise(rng, size, 0.9) + 0.12 * noise(rng, size, 3.0)
    return finish(np.dstack([tone] * 3) * 0.85, 0.7 + 0 * tone, 0.0003 * tone, 0.5)


def _tiles(rng: np.random.Generator) -> Texture:
    size, rows, columns = 256, 8, 4
    ids, face = _courses(size, rows, columns, 2.0, 0.5)
    tone = rng.uniform(0.9, 1.0, rows * columns)[ids] * (0.5 + 0.5 * face)
    swell = noise(rng, size, 9.0)
    return finish(np.dstack([tone] * 3), 0.65 - 0.47 * face, 0.002 * face + 0.0002 * swell, 0.6)


def _marble(rng: np.random.Generator) -> Texture:
    size = 256
    veins = np.abs(noise(rng, size, 16.0) + 0.35 * noise(rng, size, 4.0))
    vein = np.exp(-((veins / 0.09) ** 2))
    tone = 0.96 - 0.34 * vein + 0.03 * noise(rng, size, 20.0)
    return finish(np.dstack([tone, tone, tone * 1.01]), 0.16 + 0.08 * vein, 0 * tone, 1.2)


def _brushed(rng: np.random.Generator) -> Texture:
    size = 256
    lines, smears = noise(rng, size, 0.6, 40.0), noise(rng, size, 14.0)
    tone = 1 + 0.03 * lines + 0.03 * smears
    return finish(
        np.dstack([tone] * 3) * 0.94, 0.3 + 0.05 * lines + 0.06 * smears, 0.00002 * lines, 0.5
    )


def _leather(rng: np.random.Generator) -> Texture:
    size = 256
    cells = np.abs(noise(rng, size, 2.2))
    worn = noise(rng, size, 24.0)
    tone = 0.9 + 0.10 * np.clip(cells, 0, 1) + 0.08 * worn
    return finish(np.dstack([tone] * 3) * 0.9, 0.42 + 0.07 * worn, 0.0004 * np.sqrt(cells), 0.5)


def _fabric(rng: np.random.Generator) -> Texture:
    size, threads = 256, 64
    y, x = np.mgrid[0:size, 0:size] * (2 * np.pi * threads / size)
    weave = np.where((np.sin(x / 2) * np.sin(y / 2)) > 0, np.abs(np.sin(x)), np.abs(np.sin(y)))
    slub = noise(rng, size, 0.8, 14.0) + noise(rng, size, 0.8, 14.0).T
    tone = 0.82 + 0.16 * weave + 0.03 * slub
    return finish(np.dstack([tone] * 3), 0.9 + 0 * tone, 0.0005 * weave, 0.3)


def _bark(rng: np.random.Generator) -> Texture:
    size = 256
    ridges = noise(rng, size, 2.5, 5.0).T + 0.5 * noise(rng, size, 1.0, 4.0).T
    tone = 1 + 0.3 * np.clip(ridges, -1.5, 1.5)
    return finish(np.dstack([tone] * 3) * 0.8, 0.95 + 0 * tone, 0.0025 * ridges, 0.6)


_MAKERS: dict[str, Callable[[np.random.Generator], Texture]] = {
    "asphalt": _asphalt,
    "bark": _bark,
    "brick": _brick,
    "brushed": _brushed,
    "fabric": _fabric,
    "granite": _granite,
    "leather": _leather,
    "marble": _marble,
    "oak": _oak,
    "paint": _paint,
    "paving": _paving,
    "planks": _planks,
    "plaster": _plaster,
    "tiles": _tiles,
}
