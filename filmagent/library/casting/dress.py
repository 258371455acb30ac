"""Puts a member together: skin, face, clothes and hair become one bake."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.documents.seeds import seed
from filmagent.library.bake import ARKIT, Bake, Material, MeshPart
from filmagent.library.casting import (
    body,
    complexion,
    fabrics,
    face,
    hair,
    landmarks,
    portrait,
    spectacles,
    wardrobe,
)
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Recipe
from filmagent.library.casting.sheet import (
    Sheet,
    from_group,
    full_normals,
    keep_faces,
    lighten,
)

Array = NDArray[Any]
_HIDE = 0.02
"""Skin this far inside a garment's edges is left out, metres."""
_SMALLEST = 1e-4
"""Face shapes move a vertex at least this far, metres."""


@dataclass
class Dresser:
    """What is needed to make one part of one member."""

    figure: Figure
    bake: Bake
    name: str
    layers: list[Sheet] = field(default_factory=list)
    """Clothes already worn: the next goes over them."""
    leaves: list[Sheet] = field(default_factory=list)
    """Folded collars already worn: the next collar goes over them."""
    hidden: Array = field(default_factory=lambda: np.zeros(0))
    """(N,) metres inside what will be worn over the next garment."""

    def rng(self, item: str) -> np.random.Generator:
        """Chance for one item of this member, whatever else is made."""
        return np.random.default_rng(seed(0, f"casting/{self.name}", item))

    def add(self, sheet: Sheet, name: str, material: str, kind: str, **more: Any) -> MeshPart:
        """A part from a sheet: four weights a vertex and, with ``shapes=True``, face shapes."""
        shapes = more.pop("shapes", False)
        for name_of, steps in (("uvs", 8192), ("colours", 2048)):
            if more.get(name_of) is not None:
                more[name_of] = np.round(np.asarray(more[name_of]) * steps) / steps
        ids, weights = _four(sheet.carry(self.figure.weights))
        part = MeshPart(
            name=name, material=material, kind=kind,
            vertices=_rounded(sheet.points), faces=sheet.faces.astype(np.int32),
            bone_ids=ids, bone_weights=weights, **more,
        )  # fmt: skip
        if shapes:
            part.shape_index, part.shape_vertices, part.shape_deltas = _sparse_shapes(
                sheet, self.figure
            )
        self.bake.parts.append(part)
        return part

    def add_rigid(
        self, points: Array, faces: Array, bone: str, name: str, material: str, kind: str,
        **more: Any,
    ) -> MeshPart:  # fmt: skip
        """A part that follows one bone."""
        ids = np.zeros((len(points), 4), np.int16)
        ids[:, 0] = self.figure.bone(bone)
        weights = np.zeros((len(points), 4), np.float32)
        weights[:, 0] = 1
        part = MeshPart(
            name=name, material=material, kind=kind,
            vertices=_rounded(points), faces=faces.astype(np.int32),
            bone_ids=ids, bone_weights=weights, **more,
        )  # fmt: skip
        self.bake.parts.append(part)
        return part


def member(name: str, recipe: Recipe) -> Bake:
    """The bake of a recipe."""
    figure = body.figure(recipe)
    wardrobe.raise_on_soles(figure, recipe)
    bake = Bake(
        kind="cast", name=name, bones=figure.bones, bone_parents=figure.parents,
        bone_rest=figure.rest, bone_lengths=figure.lengths,
    )  # fmt: skip
    dresser = Dresser(figure, bake, name)
    covered = wardrobe.dress(dresser, recipe)
    _skin(dresser, recipe, covered)
    _face(dresser, recipe)
    hair.grow(dresser, recipe)
    if recipe.glasses:
        spectacles.put_on(dresser, recipe.glasses)
    bake.materials |= _materials(recipe)
    bake.textures |= fabrics.textures(recipe.garments)
    bake.extra = landmarks.measure(figure, bake) | {
        "title": recipe.title, "gender": recipe.gender, "age": recipe.age,
        "years": recipe.years, "words": recipe.words, "hair": hair.note(recipe),
        "strands": hair.strands(),
    }  # fmt: skip
    return bake


def _skin(dresser: Dresser, recipe: Recipe, covered: Array) -> None:
    figure = dresser.figure
    sheet = from_group(figure, "body")
    hidden = sheet.carry((covered > _HIDE).astype(float)) > 0.999
    sheet = keep_faces(sheet, ~hidden[sheet.faces].all(axis=1))
    paint = portrait.undercoat(
        figure, recipe, complexion.paint(figure, recipe, dresser.rng("skin"))
    )
    uvs = complexion.unwrap(figure)
    dresser.bake.textures |= portrait.texture(figure, recipe, dresser.rng("portrait"))
    for use, surface in (("render", sheet), ("preview", lighten(sheet, 5600))):
        dresser.add(
            surface, "skin" if use == "render" else "skin_preview", "skin", "skin", shapes=True,
            use=use, colours=surface.carry(paint), uvs=surface.carry(uvs),
            normals=full_normals(surface, sheet) if use == "preview" else None,
        )  # fmt: skip


def _face(dresser: Dresser, recipe: Recipe) -> None:
    figure = dresser.figure
    for eye in face.eyeballs(figure, recipe, dresser.rng("eyes")):
        name = eye.bone.replace(".", "_")
        dresser.add_rigid(
            eye.points, eye.faces, eye.bone, name, "eye", "eye", colours=eye.colours, use="render"
        )
        light = eye.every_other()
        dresser.add_rigid(
            light.points, light.faces, eye.bone, f"{name}_preview", "eye", "eye",
            colours=light.colours, use="preview",
        )  # fmt: skip
    for name, sheet in face.mouth(figure).items():
        kind = "tongue" if name == "tongue" else "teeth"
        dresser.add(sheet, name, kind, kind, shapes=True)
    dresser.add(face.lashes(figure, dresser.rng("lashes")), "lashes", "lash", "lash", shapes=True)
    dresser.add(
        face.brows(figure, recipe, dresser.rng("brows")), "brows", "brow", "brow", shapes=True
    )
    if recipe.hair.beard:
        _beard(dresser, recipe)


def _beard(dresser: Dresser, recipe: Recipe) -> None:
    sheet = face.beard(dresser.figure, recipe, dresser.rng("beard"), 2400)
    count = len(sheet.points) // 5
    shade = dresser.rng("beard tint").lognormal(0, 0.2, (count, 1))
    dresser.add(
        sheet, "beard", "beard", "hair", shapes=True, collide=False,
        colours=np.repeat(np.round(np.array(recipe.hair.colour) * shade, 4), 5, axis=0),
    )  # fmt: skip


def _materials(recipe: Recipe) -> dict[str, Material]:
    hair_colour = recipe.hair.colour
    made = {
        "skin": Material(
            model="skin", base_colour=(1, 1, 1), roughness=0.48, specular=0.4, subsurface=0.12,
            texture="head", texture_metres=0.0,
        ),
        "eye": Material(model="eye", base_colour=(1, 1, 1), roughness=0.06, specular=0.6),
        "teeth": Material(base_colour=(0.50, 0.45, 0.37), roughness=0.25, subsurface=0.05),
        "tongue": Material(base_colour=(0.36, 0.10, 0.09), roughness=0.35, subsurface=0.1),
        "lash": Material(
            model="hair", base_colour=(0.012, 0.009, 0.008), roughness=0.95, two_sided=True
        ),
        "brow": Material(
            model="hair", base_colour=recipe.hair.brow_colour or hair_colour, roughness=0.95,
            two_sided=True,
        ),
        "beard": Material(
            model="hair", base_colour=(1, 1, 1), roughness=0.6, specular=0.25, two_sided=True
        ),
        "hair": Material(
            model="hair", base_colour=(1, 1, 1), roughness=0.6, specular=0.25, two_sided=True,
            texture="hair", texture_metres=0.0,
        ),
    }  # fmt: skip
    if recipe.glasses:
        made |= spectacles.materials(recipe.glasses)
    return made | fabrics.materials(recipe.garments)


def _four(weights: sp.csr_matrix) -> tuple[Array, Array]:
    """The four heaviest bones of each row, normalised."""
    dense = np.asarray(weights.todense())
    ids = np.argsort(-dense, axis=1, kind="stable")[:, :4]
    top = np.take_along_axis(dense, ids, axis=1)
    top[top < 1e-3] = 0
    ids[top == 0] = 0
    # steps of 1/256, the heaviest takes what is left: exact sums that pack well
    shares = np.round(top / top.sum(axis=1, keepdims=True) * 256)
    shares[:, 0] = 256 - shares[:, 1:].sum(axis=1)
    ids[shares == 0] = 0
    return ids.astype(np.int16), (shares / 256).astype(np.float32)


def _sparse_shapes(sheet: Sheet, figure: Figure) -> tuple[Array, Array, Array]:
    index, vertices, deltas = [0], [], []
    for shape in range(len(ARKIT)):
        moved = sheet.carry(figure.shapes[shape])
        chosen = np.flatnonzero(np.linalg.norm(moved, axis=1) > _SMALLEST)
        vertices.append(chosen)
        # a thousandth of a millimetre is all a face needs, and it packs well
        deltas.append(np.round(moved[chosen], 5).astype(np.float16))
        index.append(index[-1] + len(chosen))
    return (
        np.array(index, np.int32),
        np.concatenate(vertices).astype(np.int32),
        np.concatenate(deltas),
    )


def _rounded(points: Array) -> Array:
    """To 2⁻¹⁶ m (0.015 mm), which packs well."""
    made: Array = (np.round(points * 65536) / 65536).astype(np.float32)
    return made
