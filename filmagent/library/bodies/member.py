"""A body from elsewhere becomes a cast member: the same bake as the shipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.documents.breakdown import Age, Gender
from filmagent.errors import InputError
from filmagent.library.bake import ARKIT, Bake
from filmagent.library.bodies import bones as layout
from filmagent.library.bodies import flesh, names, parts, points
from filmagent.library.bodies.flesh import Mesh
from filmagent.library.bodies.names import BoneMap
from filmagent.library.bodies.rig import Rig, facing, metres
from filmagent.library.bodies.smplx import Meanings, Model

Array = NDArray[Any]


@dataclass(frozen=True)
class Person:
    """Who somebody is, for those who cast: what no mesh says."""

    name: str
    title: str = ""
    gender: Gender = "unknown"
    years: int = 35
    words: tuple[str, ...] = ()
    height: float | None = None
    """Metres; by the file's own units when None."""

    @property
    def age(self) -> Age:
        """The age that a breakdown speaks of."""
        ages: tuple[tuple[int, Age], ...] = ((13, "child"), (20, "teen"), (60, "adult"))
        return next((age for limit, age in ages if self.years < limit), "old")


@dataclass(frozen=True, eq=False)
class Made:
    """A member, how its bones were understood, and what is to be known of it."""

    bake: Bake
    bone_map: BoneMap
    notes: list[str] = field(default_factory=list)


def of_smplx(
    model: Model,
    person: Person,
    betas: Sequence[float] = (),
    meanings: Meanings | None = None,
) -> Made:
    """A member from SMPL-X, SMPL-H or SMPL weights, in a plain suit and shoes painted on.

    Parameters
    ----------
    model
        `smplx.read`.
    person
        Who it is.
    betas
        Shape coefficients; the model's mean body without them.
    meanings
        What its expressions mean, where the user says so.
    """
    rig = model.rig(np.asarray(betas, float))
    mesh = model.mesh(np.asarray(betas, float), meanings)
    bone_map = names.guess(rig).required(model.source)
    made = of_meshes(rig, parts.dressed(mesh, rig, bone_map), person, bone_map, model.source)
    known = sorted(mesh.shapes)
    lost = len(ARKIT) - len(known)
    note = (
        f"{model.source} moves {len(known)} of 52 face shapes ({', '.join(known) or 'none'}); "
        f"the other {lost} stay at rest: say what its expressions mean in [expressions]."
    )
    return Made(made.bake, bone_map, [*made.notes, *([note] if lost else [])])


def of_meshes(
    rig: Rig, meshes: Sequence[Mesh], person: Person, bone_map: BoneMap, source: str
) -> Made:
    """A member from a rigged character.

    Parameters
    ----------
    rig, meshes
        Skeleton and skinned meshes, in their own axes and units.
    person
        Who it is.
    bone_map
        Whose bone is whose.
    source
        Where it is from, for sentences.

    Raises
    ------
    InputError
        If there is no mesh, one is degenerate or follows no bone, or a needed bone is missing.
    """
    bone_map.required(source)
    if not meshes:
        raise InputError(f"{source} has no mesh that follows the skeleton; parent one to it.")
    for mesh in meshes:
        flesh.check(mesh, source)
    joints = {slot: rig.heads[rig.index(bone)] for slot, bone in bone_map.items()}
    axes = facing(joints)
    cloud = np.concatenate([mesh.vertices for mesh in meshes]) @ axes
    scale = metres(float(np.ptp(cloud[:, 2])), person.height)
    hips = (joints["upperleg01.L"] + joints["upperleg01.R"]) / 2 @ axes
    origin = np.array([hips[0], hips[1], cloud[:, 2].min()])
    height = float(np.ptp(cloud[:, 2])) * scale
    joints = {slot: (point @ axes - origin) * scale for slot, point in joints.items()}
    placed = [(mesh.vertices @ axes - origin) * scale for mesh in meshes]
    cloud = np.concatenate(placed)
    theirs = flesh.owners(rig, bone_map)
    on = {
        part: np.concatenate([flesh.share(mesh, theirs, slots) for mesh in meshes])
        for part, slots in (("head", ("head", "jaw", "eye")), ("leg", ("foot", "toes", "lowerleg")))
    }
    bones = layout.lay(joints, height, points.eyes(cloud, on["head"], joints["head"]))
    bake = Bake("cast", person.name, bones=list(bones.names), bone_parents=bones.parents)
    bake.bone_rest, bake.bone_lengths = bones.rest, bones.lengths
    for mesh, vertices in zip(meshes, placed, strict=True):
        weights = flesh.move(mesh, vertices, rig, bone_map, bones, source)
        parts.add(bake, mesh, vertices, axes * scale, weights)
    bake.extra = {
        "title": person.title or person.name.capitalize(),
        "gender": person.gender,
        "age": person.age,
        "years": person.years,
        "words": list(person.words),
        "origin": source.replace("\\", "/").rpartition("/")[2],
        **points.measure(bones, cloud, on),
    }
    return Made(bake, bone_map, _notes(bake, bone_map, scale))


def _notes(bake: Bake, bone_map: BoneMap, scale: float) -> list[str]:
    lacking = [
        said
        for said, slot in (
            ("fingers", "finger2-1.L"), ("toes", "toes.L"), ("eyes", "eye.L"), ("neck", "neck01"),
        )
        if slot not in bone_map
    ]  # fmt: skip
    notes = []
    if lacking:
        notes.append(f"It has no bones for {', '.join(lacking)}: these stay as they were modelled.")
    if abs(scale - 1.0) > 1e-6:
        notes.append(f"It was scaled by {scale:.4g} to stand {bake.extra['measures']['height']} m.")
    if not any(p.shape_vertices is not None and len(p.shape_vertices) for p in bake.parts):
        notes.append("It has no face shapes (jawOpen, eyeBlinkLeft …): its face stays still.")
    return notes
