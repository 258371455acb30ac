"""Anny's body for a recipe, turned to our conventions.

Anny (NAVER; code Apache-2.0, data CC0 from MakeHuman): 19,158 vertices with helper geometry,
163 bones of the rig ``makehuman-blender``, 52 ARKit face shapes. It faces −Y; a figure faces +Y.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.errors import InputError, MissingDependency
from filmagent.library import npz, shelf
from filmagent.library.bake import ARKIT
from filmagent.library.casting.recipe import Recipe

Array = NDArray[Any]
_TURN = np.diag([-1.0, -1.0, 1.0])
_MASKS = ("ears", "eyelids", "face", "fingernails", "inside-mouth", "lips")
_VERSION = 1
_GROWN = 0.0287
"""Metres from the middle of the face to an eye, of small grown people."""
_log = logging.getLogger(__name__)


@dataclass
class Figure:
    """An undecorated body: every surface of a member is made from its rows."""

    points: Array
    """(N, 3) metres, Z up, soles at 0, facing +Y."""
    quads: dict[str, Array]
    """Group (``body``, ``tights``, ``skirt``, ``l-eye`` …) → (Q, 4) vertex indices."""
    weights: sp.csr_matrix
    """(N, J), rows sum to 1."""
    shapes: Array
    """(52, N, 3) displacements in ARKit order."""
    bones: list[str]
    parents: Array
    rest: Array
    """(J, 4, 4) body_from_bone, Y along the bone."""
    lengths: Array
    masks: dict[str, Array]
    """MakeHuman's greyscale masks at the vertices of the body, (N,) 0–1."""

    def bone(self, name: str) -> int:
        """Index of a bone."""
        return self.bones.index(name)

    def head_of(self, name: str) -> Array:
        """Where a bone starts, (3,)."""
        head: Array = self.rest[self.bone(name), :3, 3]
        return head

    def influence(self, *prefixes: str) -> Array:
        """Summed weights of the bones whose names start with one of ``prefixes``, (N,)."""
        chosen = [i for i, name in enumerate(self.bones) if name.startswith(prefixes)]
        return np.asarray(self.weights[:, chosen].sum(axis=1)).ravel()

    def face_scale(self) -> float:
        """How large the face is against a grown one's: 1, and less for children."""
        return min(1.0, abs(float(self.head_of("eye.L")[0])) / _GROWN)

    def centre(self, group: str) -> Array:
        """Mean of a group's vertices, (3,)."""
        mean: Array = self.points[np.unique(self.quads[group])].mean(axis=0)
        return mean


def figure(recipe: Recipe) -> Figure:
    """The body of a recipe; Anny runs once for each distinct body and is then remembered.

    Raises
    ------
    MissingDependency
        If Anny is not installed.
    InputError
        If the recipe asks for a phenotype or feature that Anny lacks.
    """
    key = json.dumps([_VERSION, recipe.body, recipe.features], sort_keys=True)
    name = hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
    path = shelf.cache() / "casting" / f"{name}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        npz.save(path, _run_anny(recipe))
    return _turned(npz.load(path))


def _run_anny(recipe: Recipe) -> dict[str, Array]:
    try:
        import anny
        import torch
    except ImportError:
        raise MissingDependency(
            "Baking a cast member needs Anny; install it with `pip install 'filmagent[cast]'`."
        ) from None
    _log.info("building the body of %s", recipe.title)
    model = anny.Anny(
        rig="makehuman-blender", topology="makehuman", facial_actions="all",
        phenotypes="all", local_changes="all",
    )  # fmt: skip
    phenotype = {label: 0.5 for label in model.phenotype_labels} | recipe.body
    features = _features(recipe.features)
    _check(recipe.body, model.phenotype_labels, "phenotype")
    _check(features, model.local_change_labels, "feature")
    still = torch.eye(4, dtype=model.dtype)[None, None].repeat(1, model.bone_count, 1, 1)
    with torch.no_grad():
        out = model(
            pose_parameters=still,
            phenotype_kwargs=phenotype,
            local_changes_kwargs=features,
            return_bone_ends=True,
        )
    labels = list(model.blendshape_labels)
    chosen = [labels.index(f"facial_action:{shape}") for shape in ARKIT]
    arrays: dict[str, Array] = {
        "points": out["rest_vertices"][0].numpy(),
        "rest": out["rest_bone_poses"][0].numpy(),
        "tails": out["rest_bone_tails"][0].numpy(),
        "parents": np.array([-1 if p is None or p < 0 else p for p in model.bone_parents]),
        "bones": np.array(list(model.bone_labels)),
        "weight_ids": model.vertex_bone_indices.numpy(),
        "weights": model.vertex_bone_weights.numpy(),
        "shapes": model.blendshapes[chosen].numpy().astype(np.float32),
    }
    root = Path(anny.paths.get_anny_root_dir()) / "data" / "mpfb2"
    groups, uvs = _obj(root / "3dobjs" / "base.obj", len(arrays["points"]))
    arrays |= {f"quads/{group}": quads for group, quads in groups.items()}
    arrays |= {f"mask/{mask}": _mask(root / "textures", mask, uvs) for mask in _MASKS}
    return arrays


def _features(raw: dict[str, float]) -> dict[str, float]:
    """Spell ``lr-ear-wing-incr`` as its left and right halves."""
    out = {}
    for name, value in raw.items():
        for full in (f"l-{name[3:]}", f"r-{name[3:]}") if name.startswith("lr-") else (name,):
            out[full] = value
    return out


def _check(asked: dict[str, float], known: list[str], what: str) -> None:
    for name in asked:
        if name not in known:
            raise InputError(f"Anny has no {what} {name!r}; it has: {', '.join(sorted(known))}.")


def _obj(path: Path, count: int) -> tuple[dict[str, Array], Array]:
    """Quads by group, and one uv for each vertex (the first the file gives it)."""
    uvs: list[tuple[float, float]] = []
    groups: dict[str, list[list[int]]] = {}
    first = np.zeros((count, 2))
    seen = np.zeros(count, bool)
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if line.startswith("vt "):
            uvs.append((float(words[1]), float(words[2])))
        elif line.startswith("g "):
            group = words[1].removeprefix("helper-").removesuffix("-1").removesuffix("-2")
        elif line.startswith("f ") and not group.startswith(("joint", "genital")):
            corners = [word.split("/") for word in words[1:]]
            groups.setdefault(group, []).append([int(c[0]) - 1 for c in corners])
            for corner in corners:
                vertex = int(corner[0]) - 1
                if not seen[vertex] and len(corner) > 1 and corner[1]:
                    first[vertex], seen[vertex] = uvs[int(corner[1]) - 1], True
    return {name: np.array(quads) for name, quads in groups.items()}, first


def _mask(folder: Path, name: str, uvs: Array) -> Array:
    from PIL import Image

    image = np.asarray(Image.open(folder / f"mpfb_{name}.jpg").convert("L"), np.float64) / 255.0
    height, width = image.shape
    x = np.clip((uvs[:, 0] * width).astype(int), 0, width - 1)
    y = np.clip(((1.0 - uvs[:, 1]) * height).astype(int), 0, height - 1)
    values: Array = image[y, x].astype(np.float32)
    return values


def _turned(arrays: dict[str, Array]) -> Figure:
    quads = {key[6:]: value for key, value in arrays.items() if key.startswith("quads/")}
    points = arrays["points"] @ _TURN
    floor = points[np.unique(quads["body"]), 2].min()
    points[:, 2] -= floor
    rest = arrays["rest"].astype(np.float64).copy()
    tails = arrays["tails"] @ _TURN - [0, 0, floor]
    rest[:, :3] = _TURN @ rest[:, :3]
    rest[:, 2, 3] -= floor
    bones = [str(bone) for bone in arrays["bones"]]
    for side in "LR":
        # eyes at rest look straight ahead, along their own Y, so that aiming them is exact
        eye = bones.index(f"eye.{side}")
        rest[eye, :3, :3] = np.eye(3)
        rest[eye, :3, 3] = points[np.unique(quads[f"{side.lower()}-eye"])].mean(axis=0)
    count, per = arrays["weights"].shape
    rows = np.repeat(np.arange(count), per)
    weights = sp.csr_matrix(
        (arrays["weights"].ravel().astype(np.float64), (rows, arrays["weight_ids"].ravel())),
        shape=(count, len(rest)),
    )
    return Figure(
        points=points,
        quads=quads,
        weights=weights,
        shapes=arrays["shapes"].astype(np.float64) @ _TURN,
        bones=bones,
        parents=arrays["parents"].astype(np.int16),
        rest=rest,
        lengths=np.maximum(np.linalg.norm(tails - rest[:, :3, 3], axis=1), 0.01),
        masks={key[5:]: value for key, value in arrays.items() if key.startswith("mask/")},
    )
