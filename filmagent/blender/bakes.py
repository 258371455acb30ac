"""Reads stage documents and bakes (``filmagent/library/bake.py`` documents their keys)."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

NEWEST_STAGE = 1
NEWEST_BAKE = 1

Array = np.ndarray


class StageError(Exception):
    """An input that cannot be built or rendered: one sentence for the user."""


@dataclass
class Part:
    """One mesh of a bake."""

    name: str
    material: str
    vertices: Array
    faces: Array
    uvs: Array | None = None
    colours: Array | None = None
    normals: Array | None = None
    smooth: bool = True
    use: str = "both"
    kind: str = ""
    bone_ids: Array | None = None
    bone_weights: Array | None = None
    shape_index: Array | None = None
    shape_vertices: Array | None = None
    shape_deltas: Array | None = None


@dataclass
class Bake:
    """A set, a body or a prop."""

    name: str
    parts: list[Part]
    materials: dict[str, dict[str, Any]]
    textures: dict[str, Array]
    strands: dict[str, Array]
    bones: list[str]
    rest: Array
    parents: Array
    lengths: Array
    extra: dict[str, Any] = field(default_factory=dict)


_ARRAYS = (
    "vertices",
    "faces",
    "uvs",
    "colours",
    "normals",
    "bone_ids",
    "bone_weights",
    "shape_index",
    "shape_vertices",
    "shape_deltas",
)
_PART = ("name", "material", "smooth", "use", "kind")


def arrays(path: Path) -> dict[str, Array]:
    """All arrays of an npz; never one that would need a pickle."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except FileNotFoundError:
        raise StageError(f"{path} is missing; run `filmagent make` on the film.") from None
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise StageError(
            f"{path} is not a usable npz ({error}); delete it to have it made again."
        ) from None


def bake(path: Path) -> Bake:
    """Read a bake."""
    found = arrays(path)
    try:
        manifest = json.loads(str(found["manifest"][()]))
        if manifest["format"] > NEWEST_BAKE:
            raise StageError(f"{path} is a bake of a newer filmagent; upgrade filmagent.")
        parts = []
        for entry in manifest["parts"]:
            own = {
                key: found[f"{entry['name']}/{key}"]
                for key in _ARRAYS
                if f"{entry['name']}/{key}" in found
            }
            parts.append(Part(**{key: entry[key] for key in _PART if key in entry}, **own))
        return Bake(
            name=manifest["name"],
            parts=parts,
            materials=manifest["materials"],
            textures=_under(found, "textures/"),
            strands=_under(found, "strands/"),
            bones=manifest["bones"],
            rest=found.get("bones/rest", np.zeros((0, 4, 4))),
            parents=found.get("bones/parents", np.zeros(0, np.int16)),
            lengths=found.get("bones/lengths", np.zeros(0, np.float32)),
            extra=manifest["extra"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StageError(
            f"{path} is not a filmagent bake ({error}); delete it to have it made again."
        ) from None


def _under(found: dict[str, Array], prefix: str) -> dict[str, Array]:
    return {key[len(prefix) :]: value for key, value in found.items() if key.startswith(prefix)}


def stage(path: Path) -> dict[str, Any]:
    """Read a ``stage/scene_<id>.json``."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        version = document.get("schema_version", 1)
    except FileNotFoundError:
        raise StageError(f"{path} is missing; run `filmagent make` on the film.") from None
    except (UnicodeDecodeError, ValueError, AttributeError) as error:
        raise StageError(
            f"{path} is not a stage document ({error}); delete it to have it made again."
        ) from None
    if version > NEWEST_STAGE:
        raise StageError(f"{path} was written by a newer filmagent; upgrade filmagent.")
    return document
