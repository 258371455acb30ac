"""Hair: a cap that hides the scalp, sculpted locks over it, strands for fine renders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting import combing, locks
from filmagent.library.casting.combing import Head
from filmagent.library.casting.recipe import Hair, Recipe
from filmagent.library.casting.sheet import clip, lighten, normals

if TYPE_CHECKING:
    from filmagent.library.casting.dress import Dresser

Array = NDArray[Any]

_LOCKS: dict[str, tuple[int, int, float, float]] = {
    "bob": (560, 10, 0.0072, 0.34),
    "bun": (420, 9, 0.0062, 0.34),
    "curls": (520, 16, 0.0046, 0.8),
    "short": (820, 6, 0.0042, 0.4),
    "crop": (800, 5, 0.0034, 0.4),
    "buzz": (5200, 3, 0.00035, 0.6),
}
"""Style → locks, knots along each, half-width in metres, flatness."""
_STRANDS_A_LOCK = {"bob": 8, "bun": 8, "short": 6, "crop": 6, "curls": 0, "buzz": 0}
_STRAND_KNOTS = 8


def grow(dresser: Dresser, recipe: Recipe) -> None:
    """Add the member's hair."""
    hair = recipe.hair
    scene = combing.head(dresser.figure)
    if hair.style != "buzz":
        _cap(dresser, scene, hair)
    paths, ups = _paths(scene, hair, dresser.rng("hair"))
    tint = _tints(hair, len(paths), dresser.rng("hair colour"))
    _, knots, width, flat = _LOCKS[hair.style]
    rng = dresser.rng("hair width")
    widths = width * rng.uniform(0.7, 1.25, len(paths))
    sides = 3 if hair.style == "buzz" else 4
    fine = locks.sweep(combing.resample(paths, knots), ups, widths, flat, tint, sides=sides)
    _add(dresser, fine, "hair", "render")
    # a cropped head needs no locks from afar: its painted scalp is the hair
    thin = slice(None, None, {"short": 7, "crop": 7, "buzz": 26, "curls": 7}.get(hair.style, 5))
    coarse = combing.resample(paths[thin], {"curls": 7, "buzz": 2}.get(hair.style, 5))
    light = locks.sweep(coarse, ups[thin], 2.1 * widths[thin], flat, tint[thin], sides=3)
    _add(dresser, light, "hair_preview", "preview")
    _strands(dresser, hair, paths, ups, widths)
    dresser.bake.textures |= locks.streaks()


def _add(dresser: Dresser, made: locks.Locks, name: str, use: str) -> None:
    dresser.add_rigid(
        made.points, made.faces, "head", name, "hair", "hair", use=use,
        uvs=made.uvs, colours=made.colours, collide=False,
    )  # fmt: skip


def _cap(dresser: Dresser, scene: Head, hair: Hair) -> None:
    """A skin of hair close to the scalp, meeting it at the hairline."""
    sheet = scene.scalp
    depth = {"short": 0.008, "crop": 0.006, "curls": 0.034}.get(hair.style, 0.006)
    inside = sheet.carry(combing.hairline(dresser.figure))
    sheet, inset = clip(sheet, inside - 0.003), 0.003
    inside = sheet.carry(combing.hairline(dresser.figure)) - inset
    lift = depth * np.clip(inside / max(0.012, 0.7 * depth), 0.08, 1) ** 0.7
    points = sheet.points + normals(sheet.points, sheet.faces) * lift[:, None]
    shade = 0.55
    colours = np.tile(np.array(hair.colour) * shade, (len(points), 1))
    uvs = np.stack([0.5 + 0.4 * np.sin(40 * points[:, 0]), 0.5 + 0.4 * np.sin(9 * points[:, 1])], 1)
    cap = sheet.moved(points)
    dresser.add(
        cap, "hair_cap", "hair", "hair", colours=colours, uvs=uvs, collide=False, use="render"
    )
    light = lighten(cap, 420)
    dresser.add(
        light, "hair_cap_preview", "hair", "hair", colours=colours[: len(light.points)],
        uvs=uvs[: len(light.points)], collide=False, use="preview",
    )  # fmt: skip


def _paths(scene: Head, hair: Hair, rng: np.random.Generator) -> tuple[Array, Array]:
    """(R, 26, 3) lock centres and (R, 3) normals at their roots."""
    count = _LOCKS[hair.style][0]
    start, ups = combing.roots(scene.scalp, count, rng)
    if hair.style == "buzz":
        tips = start + ups * hair.length + rng.normal(0, 0.0007, start.shape)
        return np.stack([start, (start + tips) / 2, tips], axis=1), np.cross(ups, [0, 0, 1.0])
    layer = {"bob": (0.008, 0.020), "curls": (0.006, 0.04), "bun": (0.005, 0.011)}
    low, high = layer.get(hair.style, (0.004, 0.014))
    loft = rng.uniform(low, high, count)
    paths = combing.comb(scene, hair, start, ups, rng, loft)
    if hair.style == "bob":
        level = scene.eye[2] - 0.118 + rng.uniform(-0.006, 0.006, count)
        paths = combing.cut_level(paths, level)
    if hair.style == "curls":
        paths = _curl(paths, ups, rng)
    if hair.style == "bun":
        coil, coil_ups = _bun(scene, rng)
        paths, ups = np.concatenate([paths, coil]), np.concatenate([ups, coil_ups])
    return paths, ups


def _curl(paths: Array, ups: Array, rng: np.random.Generator) -> Array:
    """Wind each path into a helix."""
    count, knots = paths.shape[:2]
    along = np.gradient(paths, axis=1)
    along /= np.linalg.norm(along, axis=2, keepdims=True)
    first = np.cross(along, rng.normal(size=(count, 1, 3)))
    first /= np.linalg.norm(first, axis=2, keepdims=True)
    second = np.cross(along, first)
    t = np.linspace(0, 1, knots)
    turns = rng.uniform(2.2, 3.4, (count, 1)) * rng.choice([-1, 1], (count, 1))
    angle = 2 * np.pi * turns * t + rng.uniform(0, 6.3, (count, 1))
    radius = 0.0085 * np.minimum(1, 3 * t)
    swing = np.cos(angle)[..., None] * first + np.sin(angle)[..., None] * second
    curled: Array = paths + swing * radius[:, None]
    return curled


def _bun(scene: Head, rng: np.random.Generator) -> tuple[Array, Array]:
    """Locks wound around a knot at the back of the head."""
    centre = combing.bun_centre(scene)
    count, knots = 34, 26
    height = np.linspace(-0.92, 0.92, count) + rng.normal(0, 0.03, count)
    angle = rng.uniform(0, 6.3, (count, 1)) + np.linspace(0, 2.6, knots)
    lean = np.linspace(-0.16, 0.16, knots) * rng.choice([-1, 1], (count, 1))
    across = np.clip(height[:, None] + lean, -0.97, 0.97)
    ring = np.sqrt(1 - across**2)
    radius = 0.038
    paths = centre + radius * np.stack(
        [np.cos(angle) * ring, 0.75 * across + 0 * angle, np.sin(angle) * ring], axis=-1
    )
    ups = paths[:, 0] - centre
    return paths, ups / np.linalg.norm(ups, axis=1, keepdims=True)


def _tints(hair: Hair, count: int, rng: np.random.Generator) -> Array:
    """(count, 3): no two locks alike; some grey."""
    base = np.array(hair.colour) * rng.lognormal(0, 0.16, (count, 1))
    silver = np.array([0.42, 0.41, 0.395]) * rng.uniform(0.7, 1.25, (count, 1))
    pepper = np.array(hair.colour) * 0.4 * rng.uniform(0.7, 1.2, (count, 1))
    if hair.grey:
        kind = rng.random((count, 1))
        base = np.where(kind < 0.35 * hair.grey, silver, np.where(kind > 0.8, pepper, base))
    made: Array = base
    return made


def _strands(dresser: Dresser, hair: Hair, paths: Array, ups: Array, widths: Array) -> None:
    """Single hairs on and around each lock, for engines that draw curves."""
    each = _STRANDS_A_LOCK[hair.style]
    if not each:
        return
    rng = dresser.rng("strands")
    centre = combing.resample(paths, _STRAND_KNOTS)
    along = np.gradient(centre, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-9)
    across = np.cross(along, ups[:, None])
    across /= np.maximum(np.linalg.norm(across, axis=2, keepdims=True), 1e-9)
    t = np.linspace(0, 1, _STRAND_KNOTS)
    side = rng.uniform(-1.1, 1.1, (len(paths), each, 1))
    out = rng.uniform(0.15, 0.75, (len(paths), each, 1))
    spread = widths[:, None, None] * np.interp(t, [0, 0.3, 1], [0.9, 1.0, 0.75])
    points = (
        centre[:, None]
        + across[:, None] * (side * spread)[..., None]
        + ups[:, None, None] * (out * spread)[..., None]
    ).reshape(-1, _STRAND_KNOTS, 3)
    dresser.bake.strands["hair/points"] = (np.round(points * 16384) / 16384).astype(np.float32)
    dresser.bake.strands["hair/radius"] = np.interp(
        t, [0, 0.6, 1], [0.00007, 0.00006, 0.00002]
    ).astype(np.float32)


def note(recipe: Recipe) -> dict[str, Any]:
    """What strands are made of, for engines that draw them."""
    hair = recipe.hair
    return {"style": hair.style, "colour": list(hair.colour), "grey": hair.grey, "bone": "head"}
