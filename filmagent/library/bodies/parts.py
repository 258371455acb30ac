"""The meshes of a body from elsewhere as parts of a bake: what they are, what they look like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import ARKIT, Bake, Material, MeshPart
from filmagent.library.bodies import flesh, hems
from filmagent.library.bodies.flesh import Mesh
from filmagent.library.bodies.names import BoneMap
from filmagent.library.bodies.rig import Rig

Array = NDArray[Any]

_KINDS = (
    ("eye", ("eyeball", "eyes", "cornea", "iris", "sclera")),
    ("lash", ("lash",)),
    ("brow", ("brow",)),
    ("teeth", ("teeth", "tooth", "gum")),
    ("tongue", ("tongue",)),
    ("hair", ("hair", "beard", "moustache", "scalp")),
    ("shoe", ("shoe", "boot", "sneaker", "sandal", "heel", "foot")),
    ("accessory", ("glass", "hat", "watch", "earring", "necklace", "belt", "bag")),
    ("cloth", (
        "shirt", "pant", "trouser", "jean", "dress", "skirt", "coat", "jacket", "top", "bottom",
        "cloth", "suit", "sweater", "sock", "glove", "scarf", "vest", "hood", "short", "uniform",
    )),
    ("skin", ("skin", "body", "head", "face", "arm", "leg", "hand", "nail")),
    ("eye", ("eye",)),
)  # fmt: skip
_ROUGH = {"shoe": 0.5, "cloth": 0.85, "skin": 0.5, "hair": 0.6, "eye": 0.1}
_SUIT = {"skin": (0.48, 0.29, 0.20), "cloth": (0.055, 0.075, 0.11), "shoe": (0.03, 0.028, 0.026),
         "eye": (0.75, 0.72, 0.70)}  # fmt: skip
_BARE = ("head", "jaw", "eye", "neck", "wrist", "finger")
"""Slots whose skin is bare."""
_IRIS = (0.10, 0.06, 0.035)


def add(bake: Bake, mesh: Mesh, vertices: Array, turn: Array, weights: tuple[Array, Array]) -> None:
    """Add a mesh to a bake.

    Parameters
    ----------
    bake
        What gets the part, its material and its picture.
    mesh
        Theirs.
    vertices
        (V, 3) in body axes.
    turn
        (3, 3) their axes and units → ours, for rows.
    weights
        Of `flesh.move`.
    """
    name = _unique(_safe(mesh.name), [part.name for part in bake.parts])
    kind = mesh.kind or _kind(mesh.name)
    bake.materials[name] = Material(
        base_colour=mesh.colour,
        roughness=_ROUGH.get(kind, mesh.roughness) if mesh.kind else mesh.roughness,
        alpha=mesh.alpha,
        subsurface=0.08 if kind == "skin" else 0.0,
        texture=name if mesh.picture is not None else "",
        texture_metres=0.0,
        two_sided=kind in ("hair", "lash", "brow", "cloth"),
    )
    if mesh.picture is not None:
        bake.textures[f"{name}/albedo"] = mesh.picture
    index, moved, deltas = _sparse(mesh.shapes, turn)
    bake.parts.append(
        MeshPart(
            name=name,
            material=name,
            vertices=vertices,
            faces=mesh.faces,
            uvs=mesh.uvs,
            colours=_iris(mesh, vertices) if mesh.kind == "eye" else None,
            kind=kind,
            bone_ids=weights[0],
            bone_weights=weights[1],
            shape_index=index if len(moved) else None,
            shape_vertices=moved if len(moved) else None,
            shape_deltas=deltas if len(moved) else None,
        )
    )


def _sparse(shapes: Mapping[str, Array], turn: Array) -> tuple[Array, Array, Array]:
    """The 52 face shapes as sparse rows; what nobody calls by an ARKit name is left out."""
    known = {arkit(name): delta for name, delta in shapes.items() if arkit(name)}
    index, moved, deltas = [0], [], []
    for shape in ARKIT:
        if shape in known:
            delta = known[shape] @ turn
            rows = np.flatnonzero(np.abs(delta).max(axis=1) > 2e-5)
            moved.append(rows)
            deltas.append(delta[rows])
        index.append(sum(len(rows) for rows in moved))
    return (
        np.array(index),
        np.concatenate(moved) if moved else np.zeros(0, int),
        np.concatenate(deltas) if deltas else np.zeros((0, 3)),
    )


def arkit(name: str) -> str:
    """The ARKit shape that a shape key's name means, or ""."""
    plain = re.sub(r"[\s._\-]", "", re.split(r"[:|]", name)[-1]).casefold()
    for short, long in (("l", "left"), ("r", "right")):
        if plain.endswith(short) and f"{plain[:-1]}{long}" in _ARKIT:
            return _ARKIT[f"{plain[:-1]}{long}"]
    return _ARKIT.get(plain, "")


_ARKIT = {shape.casefold(): shape for shape in ARKIT}


def _kind(name: str) -> str:
    plain = name.casefold()
    return next((kind for kind, words in _KINDS if any(w in plain for w in words)), "cloth")


def dressed(mesh: Mesh, rig: Rig, bone_map: BoneMap) -> list[Mesh]:
    """One skin in parts: head and hands bare, a suit, shoes, eyeballs; ``mesh`` follows ``rig``."""
    owners = flesh.owners(rig, bone_map)
    bare, worn = hems.cut(mesh, flesh.share(mesh, owners, _BARE))
    eyes, skin = hems.cut(bare, flesh.share(bare, owners, ("eye",)))
    shoes, suit = hems.cut(worn, flesh.share(worn, owners, ("foot", "toes")))
    made = {"skin": skin, "cloth": suit, "shoe": shoes, "eye": eyes}
    called = {"skin": "skin", "cloth": "suit", "shoe": "shoes", "eye": "eyes"}
    return [
        replace(part, name=called[kind], kind=kind, colour=_SUIT[kind])
        for kind, part in made.items()
        if len(part.faces)
    ]


def _iris(mesh: Mesh, vertices: Array) -> Array:
    """Eyeballs that look ahead: the iris is what lies within 25° of forward."""
    colours = np.ones((len(vertices), 3))
    for sign in (-1.0, 1.0):
        ball = np.flatnonzero(vertices[:, 0] * sign > 0)
        if len(ball):
            way = vertices[ball] - (vertices[ball].min(0) + vertices[ball].max(0)) / 2
            way = way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
            colours[ball[way[:, 1] > 0.9]] = np.array(_IRIS)
    return colours


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "mesh"


def _unique(name: str, taken: Sequence[str]) -> str:
    number, out = 2, name
    while out in taken:
        out, number = f"{name}_{number}", number + 1
    return out
