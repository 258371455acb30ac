"""Hair: a cap that hides the scalp, sculpted locks over it, strands for fine renders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import Material, MeshPart
from filmagent.library.casting import combing, locks, tails
from filmagent.library.casting.combing import Head
from filmagent.library.casting.recipe import Hair, Recipe
from filmagent.library.casting.sheet import clip, normals

if TYPE_CHECKING:
    from filmagent.library.casting.dress import Dresser

Array = NDArray[Any]

_LOCKS: dict[str, tuple[int, int, float, float]] = {
    "bob": (560, 10, 0.0072, 0.34),
    "bun": (420, 9, 0.0062, 0.34),
    "curls": (520, 16, 0.0046, 0.8),
    "afro": (900, 14, 0.0042, 0.8),
    "long": (620, 14, 0.0072, 0.34),
    "ponytail": (440, 9, 0.0060, 0.34),
    "braid": (440, 9, 0.0060, 0.34),
    "side": (900, 7, 0.0042, 0.4),
    "balding": (900, 5, 0.0021, 0.4),
    "short": (820, 6, 0.0042, 0.4),
    "crop": (800, 5, 0.0034, 0.4),
    "buzz": (5200, 3, 0.00035, 0.6),
}
"""Style → locks, knots along each, half-width in metres, flatness."""
_PREVIEW: dict[str, tuple[int, int, float, int]] = {
    "bob": (1, 6, 1.0, 0),
    "bun": (1, 6, 1.0, 0),
    "curls": (2, 14, 1.3, 3),
    "afro": (3, 10, 1.7, 3),
    "long": (1, 8, 1.0, 0),
    "ponytail": (1, 6, 1.0, 0),
    "braid": (1, 6, 1.0, 0),
    "side": (1, 4, 1.1, 0),
    "balding": (2, 4, 1.7, 0),
    "short": (1, 4, 1.1, 0),
    "crop": (1, 4, 1.1, 0),
    "buzz": (26, 2, 2.1, 3),
}
"""Style → every how many-th lock, knots, how much wider, and sides (0: an arch of three)."""
_TIPS = {"bob": 0.5, "long": 0.3}
"""Style → how wide a lock ends, as a part of its width: a bob is cut blunt."""
_STRANDS_A_LOCK = {
    "bob": 8, "bun": 8, "long": 8, "ponytail": 8, "braid": 8, "short": 5, "side": 5, "crop": 5,
    "balding": 4, "curls": 0, "afro": 0, "buzz": 0,
}  # fmt: skip
_STRAND_KNOTS = 8
_STRANDS = "strands"


def grow(dresser: Dresser, recipe: Recipe) -> None:
    """Add the member's hair."""
    hair = recipe.hair
    scene = combing.head(dresser.figure, hair.style)
    if hair.style != "buzz":
        _cap(dresser, scene, hair)
    paths, ups = _paths(scene, hair, dresser.rng("hair"))
    tint = _tints(hair, len(paths), dresser.rng("hair colour"))
    _, knots, width, flat = _LOCKS[hair.style]
    rng = dresser.rng("hair width")
    widths = width * rng.uniform(0.7, 1.25, len(paths))
    sides = 3 if hair.style == "buzz" else 4
    tip = _TIPS.get(hair.style, 0.06)
    fine = locks.sweep(
        combing.resample(paths, knots), ups, widths, flat, tint, sides=sides, tip=tip
    )
    _add(dresser, fine, "hair", "render")
    _preview(dresser, scene, hair, paths, ups, widths, tint)
    _strands(dresser, hair, paths, ups, widths)
    # curves have no colours of their own: as the locks are on the whole
    red, green, blue = (round(float(part), 5) for part in tint.mean(axis=0))
    dresser.bake.materials[_STRANDS] = Material(
        model="hair", base_colour=(red, green, blue), roughness=0.5, specular=0.25
    )
    dresser.bake.textures |= locks.streaks()


def _preview(
    dresser: Dresser, scene: Head, hair: Hair, paths: Array, ups: Array, widths: Array, tint: Array
) -> None:
    """The same locks with fewer knots, arched instead of round: the same silhouette."""
    every, knots, wider, sides = _PREVIEW.get(hair.style, (1, 5, 1.0, 0))
    chosen = slice(None, None, every)
    coarse = combing.resample(paths[chosen], knots)
    flat = _LOCKS[hair.style][3]
    light = locks.sweep(
        coarse, ups[chosen], wider * widths[chosen], flat, tint[chosen], sides=sides or 3,
        arched=not sides, tip=_TIPS.get(hair.style, 0.06),
    )  # fmt: skip
    own = normals(light.points, light.faces)
    _, round_head = scene.lift(light.points, -1.0)
    # light falls on a head of hair as on one body: a lock leans only partly out of it
    soft = own * np.sign(np.sum(own * round_head, axis=1, keepdims=True) + 0.3) + 0.8 * round_head
    soft /= np.linalg.norm(soft, axis=1, keepdims=True)
    _add(dresser, light, "hair_preview", "preview", normals=np.round(soft * 127) / 127)


def _add(dresser: Dresser, made: locks.Locks, name: str, use: str, **more: Any) -> None:
    part = dresser.add_rigid(
        made.points, made.faces, "head", name, "hair", "hair", use=use,
        uvs=made.uvs, colours=made.colours, collide=False, **more,
    )  # fmt: skip
    _hang(dresser, part)


def _hang(dresser: Dresser, part: MeshPart) -> None:
    """What reaches below the jaw follows neck and back more the lower it is."""
    figure = dresser.figure
    high, low = figure.head_of("head")[2] - 0.01, figure.head_of("upperarm01.L")[2] - 0.06
    share = np.clip((high - part.vertices[:, 2]) / (high - low), 0, 1)
    if not share.any() or part.bone_ids is None or part.bone_weights is None:
        return
    # head, neck and back; steps of 1/256 so that the sums are exact
    places = [0.0, 0.35, 0.7, 1.0]
    mixed = np.stack([
        np.interp(share, places, weights)
        for weights in ([1, 0.4, 0, 0], [0, 0.6, 0.5, 0], [0, 0, 0.5, 1.0])
    ], axis=1)  # fmt: skip
    mixed = np.round(mixed * 256) / 256
    mixed[:, 0] = 1 - mixed[:, 1:].sum(axis=1)
    for column, bone in enumerate(("head", "neck02", "spine01")):
        part.bone_ids[:, column] = figure.bone(bone)
        part.bone_weights[:, column] = mixed[:, column]
    part.bone_ids[part.bone_weights == 0] = 0


def _cap(dresser: Dresser, scene: Head, hair: Hair) -> None:
    """A skin of hair close to the scalp, meeting it at the hairline."""
    sheet = scene.scalp
    depth = {"short": 0.008, "crop": 0.006, "curls": 0.034, "afro": 0.05, "balding": 0.0025}.get(
        hair.style, 0.006
    )
    line = combing.hairline(dresser.figure, hair.style)
    sheet, inset = clip(sheet, sheet.carry(line) - 0.003), 0.003
    inside = sheet.carry(line) - inset
    lift = depth * np.clip(inside / max(0.012, 0.7 * depth), 0.08, 1) ** 0.7
    points = sheet.points + normals(sheet.points, sheet.faces) * lift[:, None]
    shade = 0.55
    colours = np.tile(np.array(hair.colour) * shade, (len(points), 1))
    # streaks run from the forehead to the nape
    uvs = np.stack([12 * points[:, 0], 3 * (points[:, 1] - points[:, 2])], axis=1)
    cap = sheet.moved(points)
    dresser.add(cap, "hair_cap", "hair", "hair", colours=colours, uvs=uvs, collide=False)


def _paths(scene: Head, hair: Hair, rng: np.random.Generator) -> tuple[Array, Array]:
    """(R, 26, 3) lock centres and (R, 3) normals at their roots."""
    count = _LOCKS[hair.style][0]
    start, ups = combing.roots(scene.scalp, count, rng)
    if hair.style == "buzz":
        tips = start + ups * hair.length + rng.normal(0, 0.0007, start.shape)
        return np.stack([start, (start + tips) / 2, tips], axis=1), np.cross(ups, [0, 0, 1.0])
    layer = {
        "bob": (0.008, 0.020), "long": (0.006, 0.018), "curls": (0.006, 0.04),
        "afro": (0.006, 0.055), "bun": (0.005, 0.011), "ponytail": (0.005, 0.011),
        "braid": (0.005, 0.012), "side": (0.005, 0.013), "balding": (0.002, 0.0045),
    }  # fmt: skip
    low, high = layer.get(hair.style, (0.004, 0.014))
    loft = rng.uniform(low, high, count)
    paths = combing.comb(scene, hair, start, ups, rng, loft)
    if hair.style == "bob":
        level = scene.eye[2] - 0.118 + rng.uniform(-0.006, 0.006, count)
        paths = combing.cut_level(paths, level)
    if hair.style == "long":
        level = scene.eye[2] - 0.30 + rng.uniform(-0.02, 0.02, count)
        paths = combing.cut_level(paths, level)
        # a lock that caught on something sticks out: a comb would take it along
        whole = (scene.eye[1] - paths[:, :, 1]).max(axis=1) < 0.27
        paths, ups = paths[whole], ups[whole]
    if hair.style in ("curls", "afro"):
        paths = _curl(paths, ups, rng)
    if hair.style in tails.TAILS:
        coil, coil_ups = tails.TAILS[hair.style](scene, hair, rng)
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


def _tints(hair: Hair, count: int, rng: np.random.Generator) -> Array:
    """(count, 3): no two locks alike; some grey."""
    base = np.array(hair.colour) * rng.lognormal(0, 0.16, (count, 1))
    # grey and dark hairs grow side by side: every lock is a mixture, few are of one kind
    silver, pepper = np.array([0.27, 0.262, 0.25]), np.array(hair.colour) * 0.38
    share = rng.beta(5 * max(hair.grey, 0.01), 5 * (1.15 - hair.grey), (count, 1))
    mixed = (pepper + (silver - pepper) * share) * rng.lognormal(0, 0.07, (count, 1))
    made: Array = mixed if hair.grey else base
    return made


def _strands(dresser: Dresser, hair: Hair, paths: Array, ups: Array, widths: Array) -> None:
    """Single hairs on and around each lock, for engines that draw curves."""
    each = _STRANDS_A_LOCK[hair.style]
    if not each:
        return
    # curves are rigid with the head: hair that hangs on shoulders is drawn by its locks alone
    rigid = paths[:, :, 2].min(axis=1) > dresser.figure.head_of("head")[2] - 0.03
    paths, ups, widths = paths[rigid], ups[rigid], widths[rigid]
    if not len(paths):
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


def strands() -> dict[str, Any]:
    """Which curves a bake has, of what material, and what they ride on."""
    return {"hair": {"material": _STRANDS, "bone": "head"}}


def note(recipe: Recipe) -> dict[str, Any]:
    """What strands are made of, for engines that draw them."""
    hair = recipe.hair
    return {"style": hair.style, "colour": list(hair.colour), "grey": hair.grey, "bone": "head"}
