"""Small tileable cloth textures, woven in numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TILE: dict[str, float] = {
    "cotton": 0.06, "denim": 0.06, "wool": 0.08, "knit": 0.072, "rib": 0.06, "twill": 0.05,
    "corduroy": 0.048, "leather": 0.1, "silk": 0.08, "nylon": 0.04,
}  # fmt: skip
"""Size of one tile, metres."""
_SIZE = 128


def textures(cloths: set[str]) -> dict[str, Array]:
    """``<cloth>/albedo``, ``/normal`` and ``/roughness`` for each cloth."""
    made: dict[str, Array] = {}
    for cloth in sorted(cloths):
        height, shade = _WEAVES[cloth]()
        made[f"{cloth}/albedo"] = _grey(shade)
        made[f"{cloth}/normal"] = _normal(height, TILE[cloth])
    return made


def _grid() -> tuple[Array, Array]:
    u = (np.arange(_SIZE) + 0.5) / _SIZE
    x, y = np.meshgrid(u, u)
    return x, y


def _noise(rng: np.random.Generator, power: float) -> Array:
    """Tileable noise with spectrum f^-power, mean 0, deviation 1."""
    spectrum = np.fft.rfft2(rng.normal(size=(_SIZE, _SIZE)))
    fy, fx = np.fft.fftfreq(_SIZE)[:, None], np.fft.rfftfreq(_SIZE)[None]
    f = np.hypot(fx, fy)
    f[0, 0] = np.inf
    field = np.fft.irfft2(spectrum * f**-power, s=(_SIZE, _SIZE))
    out: Array = (field - field.mean()) / field.std()
    return out


def _cotton() -> tuple[Array, Array]:
    x, y = _grid()
    noise = _noise(np.random.default_rng(1), 0.8)
    over = np.sin(2 * np.pi * 24 * x) * np.sin(2 * np.pi * 24 * y)
    return 0.00008 * over, 0.95 + 0.02 * noise + 0.015 * over


def _twill(lines: int, contrast: float, key: int) -> tuple[Array, Array]:
    x, y = _grid()
    rng = np.random.default_rng(key)
    ridge = np.sin(2 * np.pi * lines * (x + y))
    threads = np.sin(2 * np.pi * 32 * x)
    noise = _noise(rng, 0.6)
    return 0.00016 * ridge, 0.92 + contrast * (0.5 * ridge + 0.25 * threads + 0.5 * noise)


def _wool() -> tuple[Array, Array]:
    rng = np.random.default_rng(4)
    nap, fine = _noise(rng, 1.1), _noise(rng, 0.2)
    return 0.0002 * nap + 0.00006 * fine, 0.92 + 0.035 * nap + 0.035 * fine


def _knit() -> tuple[Array, Array]:
    """Stocking stitch: columns of V."""
    x, y = _grid()
    columns, rows = 12, 14
    u = (x * columns) % 1 - 0.5
    leg = np.abs(u)
    v = (y * rows + 1.1 * leg) % 1
    yarn = np.cos(np.pi * np.clip((leg - 0.25) / 0.25, -1, 1) / 2)
    bulge = np.sin(np.pi * v) ** 0.7
    height = yarn * (0.55 + 0.45 * bulge)
    noise = _noise(np.random.default_rng(5), 0.5)
    return 0.0011 * height, 0.70 + 0.24 * height + 0.02 * noise


def _rib() -> tuple[Array, Array]:
    """Two stitches out, two in: upright cords with the stitch's V on them."""
    x, y = _grid()
    cord = np.clip(0.5 + 0.75 * np.sin(2 * np.pi * 8 * x), 0, 1)
    stitch = np.sin(2 * np.pi * (18 * y + 1.2 * np.abs((8 * x) % 1 - 0.5)))
    noise = _noise(np.random.default_rng(8), 0.5)
    return 0.0016 * cord + 0.00012 * stitch * cord, 0.66 + 0.27 * cord + 0.03 * stitch * cord + (
        0.02 * noise
    )


def _corduroy() -> tuple[Array, Array]:
    x, _ = _grid()
    wale = np.abs(np.sin(np.pi * 16 * x)) ** 0.6
    nap = _noise(np.random.default_rng(9), 0.4)
    return 0.0007 * wale + 0.00004 * nap, 0.68 + 0.27 * wale + 0.03 * nap


def _silk() -> tuple[Array, Array]:
    """Satin: hardly a thread to see, slow ripples in the gloss."""
    x, y = _grid()
    noise = _noise(np.random.default_rng(10), 1.6)
    thread = np.sin(2 * np.pi * 60 * x + 2 * np.pi * 2 * y)
    return 0.00012 * noise + 0.00001 * thread, 0.97 + 0.012 * noise + 0.01 * thread


def _nylon() -> tuple[Array, Array]:
    """Ripstop: a fine plain weave with a thicker thread every few millimetres."""
    x, y = _grid()
    weave = np.sin(2 * np.pi * 32 * x) * np.sin(2 * np.pi * 32 * y)
    rip = np.maximum(np.cos(2 * np.pi * 8 * x), np.cos(2 * np.pi * 8 * y)) ** 12
    rip = np.where(np.maximum(np.cos(2 * np.pi * 8 * x), np.cos(2 * np.pi * 8 * y)) > 0, rip, 0)
    return 0.00004 * weave + 0.00012 * rip, 0.94 + 0.012 * weave + 0.03 * rip


def _leather() -> tuple[Array, Array]:
    rng = np.random.default_rng(6)
    grain = np.abs(_noise(rng, 0.9))
    return 0.00025 * np.minimum(grain, 1), 0.94 + 0.03 * _noise(rng, 1.0)


_WEAVES = {
    "cotton": _cotton, "denim": lambda: _twill(20, 0.075, 2), "twill": lambda: _twill(24, 0.03, 3),
    "wool": _wool, "knit": _knit, "rib": _rib, "corduroy": _corduroy, "leather": _leather,
    "silk": _silk, "nylon": _nylon,
}  # fmt: skip


def _grey(shade: Array) -> Array:
    """Linear reflectance to sRGB bytes, three channels."""
    linear = np.clip(shade, 0, 1)
    srgb = np.where(linear < 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.repeat(np.round(srgb * 255).astype(np.uint8)[..., None], 3, axis=2)


def _normal(height: Array, tile: float) -> Array:
    """Tangent-space normals of a height field in metres; green up, first row at v = 1."""
    step = tile / _SIZE
    dx = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) / (2 * step)
    dv = -(np.roll(height, -1, 0) - np.roll(height, 1, 0)) / (2 * step)
    normal = np.stack([-dx, -dv, np.ones_like(dx)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    made: Array = np.round((normal * 0.5 + 0.5) * 255).astype(np.uint8)
    return made
