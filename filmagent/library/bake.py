"""The bake: one npz that holds a set, a body or a prop, ready for every engine and planner.

Keys of the npz
---------------
``manifest``               0-d string: JSON of `Bake.manifest` (parts, materials, free ``extra``)
``<part>/vertices``        (V, 3) float32, metres, Z up
``<part>/faces``           (F, 3) int32, counter-clockwise from outside
``<part>/uvs``             (V, 2) float32, optional; sets: metres; bodies: 0–1
``<part>/colours``         (V, 3) float32, optional; linear Rec.709, multiplies the base colour
``<part>/normals``         (V, 3) float32, optional; otherwise flat or smooth by the part's flag
``<part>/bone_ids``        (V, 4) int16 and ``<part>/bone_weights`` (V, 4) float32: bodies
``<part>/shape_index``     (S+1,) int32 and ``<part>/shape_vertices`` (N,) int32 and
``<part>/shape_deltas``    (N, 3) float16: sparse face shapes, shape s is N[index[s]:index[s+1]]
``bones/rest``             (J, 4, 4) float64, body_from_bone at rest, Y along the bone
``bones/parents``          (J,) int16, −1 for the root; parents come before children
``bones/lengths``          (J,) float32
``strands/<name>/points``  (S, K, 3) float32 hair curves, ``strands/<name>/radius`` (K,) metres
``textures/<name>/albedo`` (H, W, 3) uint8 sRGB; ``…/roughness`` (H, W) uint8;
                           ``…/normal`` (H, W, 3) uint8 tangent space, OpenGL green up

Bodies stand at the origin with their soles on z = 0, at rest facing +Y (heading 0).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from filmagent.errors import DocumentError
from filmagent.library import npz

FORMAT = 1
Array = NDArray[Any]

ARKIT: tuple[str, ...] = (
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "eyeBlinkLeft",
    "eyeBlinkRight",
    "eyeLookDownLeft",
    "eyeLookDownRight",
    "eyeLookInLeft",
    "eyeLookInRight",
    "eyeLookOutLeft",
    "eyeLookOutRight",
    "eyeLookUpLeft",
    "eyeLookUpRight",
    "eyeSquintLeft",
    "eyeSquintRight",
    "eyeWideLeft",
    "eyeWideRight",
    "jawForward",
    "jawLeft",
    "jawOpen",
    "jawRight",
    "mouthClose",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthFunnel",
    "mouthLeft",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthPucker",
    "mouthRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "noseSneerLeft",
    "noseSneerRight",
    "tongueOut",
)
"""The 52 ARKit face shapes, in the order of every ``face`` array."""


@dataclass
class Material:
    """What a surface looks like; every engine translates it as well as it can. Colours linear."""

    model: Literal["principled", "skin", "eye", "hair", "glass", "emission"] = "principled"
    base_colour: tuple[float, float, float] = (0.8, 0.8, 0.8)
    roughness: float = 0.5
    metallic: float = 0.0
    specular: float = 0.5
    alpha: float = 1.0
    transmission: float = 0.0
    ior: float = 1.45
    subsurface: float = 0.0
    sheen: float = 0.0
    emission: tuple[float, float, float] = (0.0, 0.0, 0.0)
    emission_strength: float = 0.0
    texture: str = ""
    """A name under ``textures/``; multiplies base colour, and gives roughness and normal."""
    texture_metres: float = 1.0
    """Size of one tile where uvs are in metres (0: uvs are already 0–1)."""
    two_sided: bool = False


@dataclass
class MeshPart:
    """One mesh of a bake."""

    name: str
    material: str
    vertices: Array
    faces: Array
    uvs: Array | None = None
    colours: Array | None = None
    normals: Array | None = None
    smooth: bool = True
    use: Literal["both", "render", "preview"] = "both"
    """Who draws it: a hair cap is ``preview``, a strand-covered scalp ``both``."""
    kind: str = ""
    """Sets: wall, floor, ceiling, furniture, glass, ground, sky … Bodies: skin, cloth, hair,
    brow, lash, eye, teeth, tongue, shoe, accessory."""
    collide: bool = True
    """Cameras and people keep clear of it."""
    bone_ids: Array | None = None
    bone_weights: Array | None = None
    shape_index: Array | None = None
    shape_vertices: Array | None = None
    shape_deltas: Array | None = None


@dataclass
class Bake:
    """A set, a body or a prop."""

    kind: Literal["set", "cast", "prop"]
    name: str
    parts: list[MeshPart] = field(default_factory=list)
    materials: dict[str, Material] = field(default_factory=dict)
    textures: dict[str, Array] = field(default_factory=dict)
    """``<name>/albedo`` … as under ``textures/``."""
    strands: dict[str, Array] = field(default_factory=dict)
    """``<name>/points``, ``<name>/radius`` …; materials of strands are in ``extra``."""
    bones: list[str] = field(default_factory=list)
    bone_parents: Array | None = None
    bone_rest: Array | None = None
    bone_lengths: Array | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    """JSON: landmarks, recipe, grip … whatever its kind documents."""

    def part(self, name: str) -> MeshPart:
        """The part called ``name``; KeyError if there is none."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)

    def save(self, path: Path) -> None:
        """Write the npz: equal bakes are equal files."""
        arrays: dict[str, Array] = {}
        parts = []
        for part in self.parts:
            entry: dict[str, Any] = {}
            for key, value in vars(part).items():
                if isinstance(value, np.ndarray):
                    arrays[f"{part.name}/{key}"] = value.astype(_DTYPES[key])
                elif value is not None:
                    entry[key] = value
            parts.append(entry)
        manifest = {
            "format": FORMAT,
            "kind": self.kind,
            "name": self.name,
            "parts": parts,
            "materials": {key: asdict(value) for key, value in sorted(self.materials.items())},
            "bones": self.bones,
            "extra": self.extra,
        }
        arrays["manifest"] = np.array(json.dumps(manifest, sort_keys=True))
        arrays |= {f"textures/{key}": value for key, value in self.textures.items()}
        arrays |= {f"strands/{key}": value for key, value in self.strands.items()}
        if self.bone_rest is not None:
            arrays["bones/rest"] = np.asarray(self.bone_rest, np.float64)
            arrays["bones/parents"] = np.asarray(self.bone_parents, np.int16)
            arrays["bones/lengths"] = np.asarray(self.bone_lengths, np.float32)
        npz.save(path, arrays)

    @classmethod
    def load(cls, path: Path) -> Bake:
        """Read a bake.

        Raises
        ------
        DocumentError
            If it is not a bake, or one of a newer format.
        """
        arrays = npz.load(path)
        try:
            manifest = json.loads(str(arrays["manifest"][()]))
            if manifest["format"] > FORMAT:
                raise DocumentError(f"{path} is a bake of a newer filmagent; upgrade filmagent.")
            parts = [
                MeshPart(
                    **entry
                    | {
                        key: arrays[f"{entry['name']}/{key}"]
                        for key in _DTYPES
                        if f"{entry['name']}/{key}" in arrays
                    }
                )
                for entry in manifest["parts"]
            ]
            return cls(
                kind=manifest["kind"],
                name=manifest["name"],
                parts=parts,
                materials={k: Material(**v) for k, v in manifest["materials"].items()},
                textures=_under(arrays, "textures/"),
                strands=_under(arrays, "strands/"),
                bones=manifest["bones"],
                bone_parents=arrays.get("bones/parents"),
                bone_rest=arrays.get("bones/rest"),
                bone_lengths=arrays.get("bones/lengths"),
                extra=manifest["extra"],
            )
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise DocumentError(
                f"{path} is not a filmagent bake ({error}); delete it to have it made again."
            ) from None


def _under(arrays: dict[str, Array], prefix: str) -> dict[str, Array]:
    return {key[len(prefix) :]: value for key, value in arrays.items() if key.startswith(prefix)}


_DTYPES: dict[str, type[np.generic]] = {
    "vertices": np.float32,
    "faces": np.int32,
    "uvs": np.float32,
    "colours": np.float32,
    "normals": np.float32,
    "bone_ids": np.int16,
    "bone_weights": np.float32,
    "shape_index": np.int32,
    "shape_vertices": np.int32,
    "shape_deltas": np.float16,
}
