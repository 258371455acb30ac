"""From a layout to a bake: pieces made and placed, merged by surface, footprints, marks, lights."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from filmagent.documents.seeds import seed
from filmagent.errors import DocumentError
from filmagent.library.bake import Bake, Material, MeshPart
from filmagent.library.kit import footprint, plan, shape, surfaces, textures
from filmagent.library.kit.layout import PieceLayout, SetLayout
from filmagent.library.kit.shape import Anchor, Shape
from filmagent.library.kit.solids import Mesh, joined

Array = NDArray[Any]

_MODULES = (
    "structure",
    "furniture",
    "cabinets",
    "tableware",
    "counterware",
    "bakery",
    "dressing",
    "lamps",
    "fittings",
    "pavement",
    "street",
    "bicycle",
    "facade",
    "shopfront",
    "greenery",
    "vehicle",
)


@dataclass(frozen=True)
class Placed:
    """A piece in the world."""

    layout: PieceLayout
    shape: Shape
    position: Array
    turn: float
    """Degrees."""

    def world(self, anchor: Anchor) -> tuple[Array, float]:
        """An anchor's position and heading (radians) in the world."""
        radians = np.radians(self.turn)
        c, s = np.cos(radians), np.sin(radians)
        x, y, z = anchor.position
        offset = np.array([c * x - s * y, s * x + c * y, z])
        return self.position + offset, anchor.heading + float(radians)


def bake(name: str, layout: SetLayout, place: str) -> Bake:
    """Build a set.

    Raises
    ------
    InputError, DocumentError
        If a piece, surface or support is unknown, naming ``place``.
    """
    for module in _MODULES:
        importlib.import_module(f"filmagent.library.kit.{module}")
    placed = _place(layout, place)
    materials = _materials(layout, placed, place)
    parts, pieces = merge(placed)
    near = outline(layout.floor).buffer(0.5).bounds
    prints = {entry.layout.id: footprint.footprint(entry, near) for entry in placed.values()}
    for entry in pieces:
        print_ = prints[entry["id"]]
        entry["footprint"] = [] if print_ is None else footprint.rings(print_)
    hinges = {key: value for entry in placed.values() for key, value in _hinges(entry).items()}
    return Bake(
        kind="set",
        name=name,
        parts=parts,
        materials=materials,
        textures=texture_arrays(
            materials,
            {
                name: image
                for entry in placed.values()
                for name, image in entry.shape.images.items()
            },
        ),
        extra={
            "set": plan.resolve(layout, placed, prints, place),
            "pieces": pieces,
            "hinges": hinges,
        },
    )


def _place(layout: SetLayout, place: str) -> dict[str, Placed]:
    placed: dict[str, Placed] = {}
    for entry in layout.piece:
        where = f'{place}: piece "{entry.id}"'
        made = shape.make(entry.kit, entry.params, seed(layout.seed, "set", entry.id), where)
        position, turn = np.zeros(3), entry.turn
        position[: len(entry.at)] = entry.at
        if entry.on:
            if entry.on not in placed:
                raise DocumentError(
                    f'{where} stands on "{entry.on}", which is no piece before it; '
                    "mend the name or the order."
                )
            support = placed[entry.on]
            if entry.spot not in support.shape.anchors:
                known = ", ".join(sorted(support.shape.anchors)) or "none"
                raise DocumentError(
                    f'{where}: "{entry.on}" has no spot "{entry.spot}"; it has {known}.'
                )
            spot = support.shape.anchors[entry.spot]
            local = Anchor(
                (
                    spot.position[0] + position[0],
                    spot.position[1] + position[1],
                    spot.position[2] + position[2],
                )
            )
            position, turn = support.world(local)[0], turn + support.turn
        placed[entry.id] = Placed(entry, made, position, turn)
    return placed


def merge(placed: dict[str, Placed]) -> tuple[list[MeshPart], list[dict[str, Any]]]:
    """One part a surface, kind and collision flag; and which rows of it are whose piece."""
    groups: dict[tuple[str, str, bool, str], list[tuple[str, Any]]] = {}
    for key, entry in placed.items():
        own: dict[tuple[str, str, bool, str], list[Mesh]] = {}
        for patch in entry.shape.patches:
            group = (patch.kind, patch.surface, patch.collide, patch.hinge)
            own.setdefault(group, []).append(patch.mesh)
        for group, meshes in own.items():
            mesh = joined(*meshes).moved(entry.position, entry.turn)
            groups.setdefault(group, []).append((key, mesh))
    parts: list[MeshPart] = []
    spans: dict[str, dict[str, list[int]]] = {key: {} for key in placed}
    for (kind, surface, collide, hinge), members in sorted(groups.items()):
        name = ".".join(filter(None, (kind, surface, "" if collide else "free", hinge)))
        vertex, face = 0, 0
        for key, mesh in members:
            span = spans[key].setdefault(name, [vertex, vertex, face, face])
            vertex, face = vertex + len(mesh.vertices), face + len(mesh.faces)
            span[1], span[3] = vertex, face
        starts = np.cumsum([0, *(len(mesh.vertices) for _, mesh in members)])
        parts.append(
            MeshPart(
                name=name,
                material=surface,
                kind=kind,
                collide=collide,
                # 0.1 mm, and 1/500 in normals: what the eye cannot see need not be stored
                vertices=np.round(np.vstack([m.vertices for _, m in members]), 4).astype(
                    np.float32
                ),
                normals=np.round(np.vstack([m.normals for _, m in members]), 2).astype(np.float32),
                uvs=np.round(np.vstack([m.uvs for _, m in members]), 3).astype(np.float32),
                faces=np.vstack(
                    [m.faces + start for (_, m), start in zip(members, starts, strict=False)]
                ).astype(np.int32),
            )
        )
    pieces = [
        {
            "id": key,
            "kit": entry.layout.kit,
            "on": entry.layout.on,
            "parts": spans[key],
            "held": entry.layout.held,
            "overlaps": entry.layout.overlaps,
        }
        for key, entry in placed.items()
    ]
    return parts, pieces


def _materials(layout: SetLayout, placed: dict[str, Placed], place: str) -> dict[str, Material]:
    known = dict(surfaces.shelf())
    for name, surface in layout.surface.items():
        known[name] = surfaces.made(surface.model_dump(), known, f'{place}: surface "{name}"')
    used = {}
    for key, entry in placed.items():
        known |= entry.shape.own
        for patch in entry.shape.patches:
            if patch.surface not in known:
                raise DocumentError(
                    f'{place}: piece "{key}" is made of "{patch.surface}", which '
                    "is no surface; mend the name or add it under [surface]."
                )
            used[patch.surface] = known[patch.surface]
    return used


def texture_arrays(
    materials: dict[str, Material],
    own: dict[str, dict[str, Array]],
) -> dict[str, Array]:
    """The texture images these materials name, as `Bake.textures` holds them."""
    names = sorted({material.texture for material in materials.values() if material.texture})
    return {
        f"{name}/{channel}": image
        for name in names
        for channel, image in (own.get(name) or textures.make(name)).items()
    }


def _hinges(entry: Placed) -> dict[str, dict[str, Any]]:
    found = {}
    for key, hinge in entry.shape.hinges.items():
        pivot, _ = entry.world(Anchor(tuple(hinge["pivot"])))
        found[f"{entry.layout.id}.{key}"] = {
            **hinge,
            "pivot": [round(float(v), 4) for v in pivot],
            "parts": sorted(
                {
                    ".".join(
                        filter(None, (p.kind, p.surface, "" if p.collide else "free", p.hinge))
                    )
                    for p in entry.shape.patches
                    if p.hinge == key
                }
            ),
        }
    return found


def outline(rings: list[list[list[float]]]) -> shapely.Geometry:
    """The union of rings of points."""
    return shapely.union_all([shapely.Polygon(ring) for ring in rings])
