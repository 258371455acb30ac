"""What the Blender child hands over of a file: skeleton, skinned meshes, motion, as one npz.

Keys (written by ``filmagent/blender/importing.py``; metres, Z up)
------------------------------------------------------------------
``manifest``            JSON: ``source``, ``bones``, ``meshes`` (``name``, ``material``, ``colour``,
                        ``roughness``, ``alpha``, ``shapes``), ``fps`` (numerator, denominator),
                        ``action``
``bones/parents``       (J,) −1 for a root; parents first
``bones/heads``         (J, 3) at rest
``mesh_000/vertices``   (V, 3), ``…/faces`` (F, 3), ``…/uvs`` (V, 2) optional,
                        ``…/picture`` (H, W, 3) uint8 sRGB, top row first, optional,
                        ``…/weight_rows``, ``…/weight_bones``, ``…/weights`` (N,),
                        ``…/shape_000`` (V, 3)
``motion/turns``        (F, J, 4) wxyz, world turn of each bone from its rest
``motion/heads``        (F, J, 3) where bones start
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from filmagent.errors import InputError
from filmagent.library import npz
from filmagent.library.bodies.flesh import Mesh
from filmagent.library.bodies.rig import Array, Rig, checked


@dataclass(frozen=True, eq=False)
class Motion:
    """How a skeleton moves."""

    turns: Array
    heads: Array
    fps: tuple[int, int]
    action: str


@dataclass(frozen=True, eq=False)
class Handed:
    """A file as Blender read it."""

    source: str
    rig: Rig
    meshes: list[Mesh]
    motion: Motion | None


def read(path: Path) -> Handed:
    """Read what the child wrote.

    Raises
    ------
    InputError
        If the skeleton in it cannot be one.
    """
    found = npz.load(path)
    told = json.loads(str(found["manifest"][()]))
    source = str(told["source"])
    rig = checked(list(told["bones"]), found["bones/parents"], found["bones/heads"], source)
    meshes = [
        _mesh(found, f"mesh_{number:03d}", entry, len(rig.names))
        for number, entry in enumerate(told["meshes"])
    ]
    motion = None
    if "motion/turns" in found and len(found["motion/turns"]):
        if not all(np.isfinite(found[key]).all() for key in ("motion/turns", "motion/heads")):
            raise InputError(
                f"{source} moves bones to places that are not numbers; export it anew."
            )
        fps = (int(told["fps"][0]), int(told["fps"][1]))
        motion = Motion(found["motion/turns"], found["motion/heads"], fps, str(told["action"]))
    return Handed(source, rig, meshes, motion)


def _mesh(found: dict[str, Array], key: str, entry: dict[str, Any], bones: int) -> Mesh:
    vertices = found[f"{key}/vertices"].astype(float)
    weights = sp.csr_matrix(
        (
            found[f"{key}/weights"].astype(float),
            (found[f"{key}/weight_rows"], found[f"{key}/weight_bones"]),
        ),
        shape=(len(vertices), bones),
    )
    return Mesh(
        name=entry["name"],
        vertices=vertices,
        faces=found[f"{key}/faces"].astype(np.int64),
        weights=weights,
        uvs=found.get(f"{key}/uvs"),
        colour=(entry["colour"][0], entry["colour"][1], entry["colour"][2]),
        roughness=entry["roughness"],
        alpha=entry["alpha"],
        picture=found.get(f"{key}/picture"),
        shapes={
            name: found[f"{key}/shape_{i:03d}"].astype(float)
            for i, name in enumerate(entry["shapes"])
        },
    )
