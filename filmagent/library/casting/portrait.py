"""The head's painted texture: mottling, pores, stubble, spots, wrinkles, the shadow of hair.

It multiplies the vertex colours, in the cylinder of `complexion.unwrap`; a normal map goes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from filmagent.library.casting import combing, complexion
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Recipe
from filmagent.library.casting.sheet import Sheet, from_group, keep_faces

Array = NDArray[Any]
_SIZE = (384, 768)
_LONG = 0.006
"""A beard is more than stubble from this length on, metres."""
_MEAN = 0.9
"""What the texture is where nothing is painted: room above it for light spots."""


@dataclass(frozen=True)
class Canvas:
    """What lies under each texel of the head's texture."""

    eye: Array
    """(3,) left eye's centre mirrored to +x: the face is painted on its half."""
    place: Array
    """(H, W, 3) metres relative to the point between the eyes; x is mirrored to be positive."""
    ears: Array
    lips: Array
    hairline: Array
    """(H, W) metres behind the hairline."""
    on: Array
    """(H, W) bool: there is skin under the texel."""


def texture(figure: Figure, recipe: Recipe, rng: np.random.Generator) -> dict[str, Array]:
    """``head/albedo``, ``head/normal`` and ``head/roughness`` of a member."""
    canvas = _canvas(figure, recipe.hair.style)
    shade = np.full((*_SIZE, 3), _MEAN)
    height = np.zeros(_SIZE)
    pores = _noise(rng, 0.8) - 0.6 * _noise(rng, 1.6)
    mottle = _noise(rng, 6.0)
    shade *= (1 + 0.018 * pores + 0.022 * mottle)[..., None]
    shade *= 1 + 0.03 * _noise(rng, 14.0)[..., None] * np.array([0.3, 1.0, 1.0])
    height += 0.00003 * pores
    height += _wrinkle(canvas, recipe, shade, rng)
    _spots(canvas, recipe, shade, rng)
    _stubble(canvas, recipe, shade, height, rng)
    _lids(canvas, recipe, shade)
    _scalp(canvas, recipe, shade, rng)
    face = canvas.on & (canvas.place[..., 1] > -0.13)
    oily = np.exp(-((canvas.place[..., 0] / 0.022) ** 2)) * face
    rough = np.clip(0.95 - 0.14 * oily + 0.05 * mottle - 0.22 * canvas.lips, 0, 1)
    edge = np.clip(np.arange(_SIZE[0])[::-1] / (0.05 * _SIZE[0]), 0, 1)[:, None]
    shade = _MEAN + (shade - _MEAN) * edge[..., None]
    return {
        "head/albedo": _srgb(shade),
        "head/normal": _normals(height * edge, canvas),
        "head/roughness": np.round(rough * 255).astype(np.uint8),
    }


def _canvas(figure: Figure, style: str) -> Canvas:
    sheet = from_group(figure, "body")
    head = sheet.carry(figure.influence("neck", *complexion.HEAD)) > 0.5
    sheet = keep_faces(sheet, head[sheet.faces].all(axis=1))
    uvs = sheet.carry(complexion.unwrap(figure))
    eye = figure.head_of("eye.L")
    inside = sheet.carry(figure.masks["inside-mouth"])[:, None]
    values = np.concatenate([
        (sheet.points - [0, eye[1], eye[2]]) / figure.face_scale(),
        sheet.carry(figure.masks["ears"])[:, None],
        sheet.carry(figure.masks["lips"])[:, None],
        sheet.carry(combing.hairline(figure, style))[:, None],
    ], axis=1)  # fmt: skip
    reach = np.hypot(sheet.points[:, 0], sheet.points[:, 1] - figure.head_of("head")[1])
    painted, on = _rasterise(sheet, uvs, values, reach - 0.2 * inside[:, 0])
    place = painted[..., :3].copy()
    place[..., 0] = np.abs(place[..., 0])
    return Canvas(
        np.array([abs(eye[0]) / figure.face_scale(), 0, 0]),
        place,
        painted[..., 3],
        painted[..., 4],
        painted[..., 5],
        on,
    )


def _rasterise(sheet: Sheet, uvs: Array, values: Array, depth: Array) -> tuple[Array, Array]:
    """Vertex values spread over the texture; the outermost surface wins."""
    rows, columns = _SIZE
    out = np.zeros((rows, columns, values.shape[1]))
    out[..., 5] = -0.5
    front = np.full(_SIZE, -np.inf)
    xy = np.stack([uvs[:, 0] * columns - 0.5, (1 - uvs[:, 1]) * rows - 0.5], axis=1)
    for face in sheet.faces:
        corner = xy[face]
        low = np.maximum(np.floor(corner.min(axis=0)).astype(int), 0)
        high = np.minimum(np.ceil(corner.max(axis=0)).astype(int), [columns - 1, rows - 1])
        if high[0] - low[0] > columns // 4:
            continue  # across the seam
        x, y = np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1))
        (x0, y0), (x1, y1), (x2, y2) = corner
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        b = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
        c = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / area
        share = np.stack([1 - b - c, b, c], axis=-1)
        here = (share > -0.02).all(axis=-1)
        near = share @ depth[face]
        here &= near > front[y, x]
        front[y[here], x[here]] = near[here]
        out[y[here], x[here]] = share[here] @ values[face]
    return out, np.isfinite(front)


def _noise(rng: np.random.Generator, size: float) -> Array:
    """Noise with blobs of ``size`` texels, mean 0, deviation 1, seamless around the head."""
    field = gaussian_filter(rng.normal(size=_SIZE), size, mode=("nearest", "wrap"))
    out: Array = (field - field.mean()) / field.std()
    return out


def _lines(recipe: Recipe) -> list[tuple[list[tuple[float, float]], float, float]]:
    """Wrinkles as (x, z) paths from between the eyes, width in metres, and strength."""
    age = recipe.skin.wrinkles
    made = [
        # from the wing of the nose around the mouth
        (
            [(0.017, -0.040), (0.024, -0.050), (0.029, -0.062), (0.031, -0.072)],
            0.0016,
            0.45 + 0.4 * age,
        ),
        # under the eye
        (
            [(0.014, -0.010), (0.022, -0.0165), (0.032, -0.019), (0.042, -0.014)],
            0.0015,
            0.2 + 0.5 * age,
        ),
    ]
    if age < 0.1:
        return made
    for z in (0.042, 0.052, 0.062):
        made.append(
            (
                [(0.0, z - 0.001), (0.018, z), (0.034, z + 0.002), (0.05, z - 0.004)],
                0.0011,
                0.55 * age,
            )
        )
    for lift in (0.012, 0.003, -0.006):
        made.append(
            ([(0.052, 0.4 * lift), (0.060, 0.9 * lift), (0.067, 1.5 * lift)], 0.0009, 0.7 * age)
        )
    made += [
        ([(0.005, 0.014), (0.0065, 0.022), (0.006, 0.030)], 0.0012, 0.7 * age),
        ([(0.016, -0.016), (0.026, -0.025), (0.036, -0.026)], 0.0014, 0.4 * age),
        ([(0.027, -0.083), (0.030, -0.092), (0.029, -0.100)], 0.0013, 0.5 * age),
    ]
    return made


def _wrinkle(canvas: Canvas, recipe: Recipe, shade: Array, rng: np.random.Generator) -> Array:
    """Paint the wrinkles; returns their height, metres (H, W)."""
    front = canvas.on & (canvas.place[..., 1] > -0.05)
    x, z = canvas.place[..., 0][front], canvas.place[..., 2][front]
    wander = 0.0012 * _noise(rng, 9.0)[front]
    depth = np.zeros(len(x))
    for path, width, strength in _lines(recipe):
        away = _away(x, z + wander, np.array(path))
        depth = np.maximum(depth, strength * np.exp(-((away / width) ** 2)))
    shade[front] *= 1 - depth[:, None] * np.array([0.13, 0.22, 0.24])
    height = np.zeros(_SIZE)
    height[front] = -0.00045 * depth
    made: Array = gaussian_filter(height, 0.7)
    return made


def _away(x: Array, z: Array, path: Array) -> Array:
    """Distance from points to a polyline, which fades towards its ends."""
    best = np.full(len(x), np.inf)
    for k in range(len(path) - 1):
        a, b = path[k], path[k + 1]
        t = np.clip(((x - a[0]) * (b - a)[0] + (z - a[1]) * (b - a)[1]) / ((b - a) @ (b - a)), 0, 1)
        gap = np.hypot(x - a[0] - t * (b - a)[0], z - a[1] - t * (b - a)[1])
        run = (k + t) / (len(path) - 1)
        best = np.minimum(best, gap + 0.0012 * np.abs(2 * run - 1) ** 3)
    return best


def _spots(canvas: Canvas, recipe: Recipe, shade: Array, rng: np.random.Generator) -> None:
    """Freckles over nose and cheeks, and the spots of age."""
    tan = np.array([0.10, 0.25, 0.32])
    x, z = canvas.place[..., 0], canvas.place[..., 2]
    cheeks = np.exp(-(((z + 0.03) / 0.025) ** 2) - (x / 0.06) ** 2) * (canvas.place[..., 1] > -0.06)
    for amount, size, where, cut in (
        (recipe.skin.freckles, 1.1, cheeks, 1.5), (recipe.skin.spots, 2.6, 1.0, 2.0),
    ):  # fmt: skip
        if amount:
            dots = np.clip((_noise(rng, size) - cut) * 1.6, 0, 1)
            shade *= 1 - (amount * dots * where)[..., None] * tan


def _beard_area(canvas: Canvas) -> Array:
    """(H, W) 0–1: where a beard grows."""
    x, y, z = np.moveaxis(canvas.place, -1, 0)
    return beard_share(x, y, z) * canvas.on * (1 - canvas.lips)


def beard_share(x: Array, y: Array, z: Array) -> Array:
    """0–1: how thick a beard grows at places relative to between the eyes, x positive."""
    line = np.interp(
        x, [0.0, 0.02, 0.035, 0.05, 0.062, 0.07], [-0.048, -0.052, -0.068, -0.062, -0.035, 0.0]
    )
    below = np.clip((line - z) / 0.008, 0, 1)
    jaw = np.interp(y, [-0.11, -0.08, -0.04, 0.02], [-0.04, -0.085, -0.125, -0.14])
    above = np.clip((z - jaw) / 0.012, 0, 1)
    front = np.clip((y + 0.098) / 0.012, 0, 1)
    share: Array = below * above * front
    return share


def beard_cut(cut: str, x: Array, z: Array) -> Array:
    """0–1: what a cut leaves of a beard, at places relative to between the eyes, x positive."""
    lip = np.clip((z + 0.068) / 0.004, 0, 1) * np.clip((0.037 - x) / 0.006, 0, 1)
    if cut == "moustache":
        return lip
    if cut == "goatee":
        chin = np.clip((0.026 - x) / 0.006, 0, 1) * np.clip((-0.078 - z) / 0.004, 0, 1)
        sides = np.clip(1 - np.abs(x - 0.031) / 0.008, 0, 1) * np.clip((-0.06 - z) / 0.004, 0, 1)
        sides *= np.clip((z + 0.105) / 0.006, 0, 1)
        made: Array = np.maximum.reduce([lip, chin, sides])
        return made
    return np.ones_like(x)


def undercoat(figure: Figure, recipe: Recipe, colours: Array) -> Array:
    """Colours (N, 3) of skin with that of a beard's hair between its hairs, pale or dark."""
    if recipe.hair.beard < _LONG:
        return colours
    eye = figure.head_of("eye.L")
    x, y, z = ((figure.points - [0, eye[1], eye[2]]) / figure.face_scale()).T
    share = beard_share(np.abs(x), y, z) * beard_cut(recipe.hair.beard_cut, np.abs(x), z)
    share *= figure.influence(*complexion.HEAD) > 0.3
    share *= np.clip(1 - 2 * (figure.masks["lips"] + figure.masks["ears"]), 0, 1)
    made: Array = colours + (0.7 * share)[:, None] * (0.7 * np.array(recipe.hair.colour) - colours)
    return made


def _stubble(
    canvas: Canvas, recipe: Recipe, shade: Array, height: Array, rng: np.random.Generator
) -> None:
    if not recipe.skin.stubble and not recipe.hair.beard:
        return
    shaved = np.full(_SIZE, recipe.skin.stubble)
    if recipe.hair.beard:
        x, _, z = np.moveaxis(canvas.place, -1, 0)
        shaved = np.maximum(shaved, 0.9 * beard_cut(recipe.hair.beard_cut, x, z))
    where = gaussian_filter(_beard_area(canvas) * shaved, 2.5)
    dots = np.clip(0.6 + 0.4 * _noise(rng, 0.6), 0, 1)
    hair = np.array(recipe.hair.brow_colour or recipe.hair.colour) / np.array(recipe.skin.tone)
    tint = 0.35 + 0.65 * np.clip(hair, 0, 1)
    shade *= 1 - (where * dots)[..., None] * (1 - tint) * 0.85
    height += 0.00004 * where * dots


def _lids(canvas: Canvas, recipe: Recipe, shade: Array) -> None:
    """Darker lids and sockets; with makeup, drawn lash lines."""
    x, z = canvas.place[..., 0] - canvas.eye[0], canvas.place[..., 2]
    front = canvas.place[..., 1] > -0.03
    socket = np.exp(-((x / 0.022) ** 2) - ((z + 0.004) / 0.014) ** 2) * front
    weight = 0.10 + 0.14 * recipe.skin.wrinkles + 0.10 * recipe.skin.makeup
    shade *= 1 - (socket * weight)[..., None] * np.array([0.7, 1.0, 0.95])


def _scalp(canvas: Canvas, recipe: Recipe, shade: Array, rng: np.random.Generator) -> None:
    """The shadow of the hair's roots, fading in behind the hairline."""
    depth = canvas.hairline + 0.0022 * _noise(rng, 1.0) + 0.0015 * _noise(rng, 4.0)
    share = np.clip((depth + 0.001) / 0.009, 0, 1) * canvas.on
    hair = np.clip(np.array(recipe.hair.colour) / np.array(recipe.skin.tone), 0, 1)
    # under grey hair the scalp is skin in shadow
    hair = np.full(3, 0.5) if recipe.hair.grey else np.maximum(hair, 0.12)
    grain = np.clip(0.9 + 0.1 * _noise(rng, 0.6), 0, 1)[..., None]
    shade *= 1 - share[..., None] * (1 - hair) * grain * 0.93


def _srgb(linear: Array) -> Array:
    linear = np.clip(linear, 0, 1)
    curve = np.where(linear < 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    # steps of two levels cannot be seen and pack in half the space
    made: Array = (np.round(curve * 127.5) * 2).clip(0, 255).astype(np.uint8)
    return made


def _normals(height: Array, canvas: Canvas) -> Array:
    """Tangent-space normals, green up: u runs around the head, v up."""
    wide = 2 * np.pi * 0.085 / _SIZE[1]
    z = canvas.place[..., 2][canvas.on]
    tall = z.max() - z.min()
    du = np.gradient(height, axis=1) / wide
    dv = -np.gradient(height, axis=0) / (tall / _SIZE[0])
    normal = np.stack([-du, -dv, np.ones_like(du)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    # steps of four levels: pores are finer than that, and noise would not pack
    made: Array = (np.round((normal * 0.5 + 0.5) * 63.75) * 4).clip(0, 255).astype(np.uint8)
    return made
