"""SMPL-X, SMPL-H and SMPL models as users have them: one ``.npz`` each, read with numpy alone.

Pavlakos et al., "Expressive Body Capture" (CVPR 2019), equations 1–3: a body is a template plus
shape offsets, its joints are regressed from it, and its skin follows them by linear blending.
Pose correctives (``posedirs``) are left out: a bake's skin blends linearly in every engine.
The weights are licensed to their users; nothing of them is shipped.
"""

from __future__ import annotations

import difflib
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.errors import InputError
from filmagent.library.bake import ARKIT
from filmagent.library.bodies.flesh import Mesh
from filmagent.library.bodies.rig import Rig, checked

Array = NDArray[Any]

_BODY = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2",
    "left_ankle", "right_ankle", "spine3", "left_foot", "right_foot", "neck", "left_collar",
    "right_collar", "head", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
    "left_wrist", "right_wrist",
)  # fmt: skip
_HANDS = tuple(
    f"{side}_{finger}{joint}"
    for side in ("left", "right")
    for finger in ("index", "middle", "pinky", "ring", "thumb")
    for joint in (1, 2, 3)
)
JOINTS = {
    24: (*_BODY, "left_hand", "right_hand"),
    52: (*_BODY, *_HANDS),
    55: (*_BODY, "jaw", "left_eye_smplhf", "right_eye_smplhf", *_HANDS),
}
"""Names of the joints of SMPL, SMPL-H and SMPL-X, by how many there are."""
Meanings = Mapping[str, Sequence[tuple[int, float]]]
"""ARKit shape → expression coefficients, counted from 0, and their values."""
_NEEDED = ("v_template", "f", "shapedirs", "J_regressor", "kintree_table", "weights")
_EXPRESSIONS = {20: 10, 400: 300}
"""Where expressions begin among SMPL-X's shape offsets, by how many offsets there are."""


@dataclass(frozen=True, eq=False)
class Model:
    """A model's arrays, Y up, facing +Z, metres."""

    source: str
    template: Array
    """(V, 3)."""
    faces: Array
    """(F, 3)."""
    shapes: Array
    """(V, 3, B) offsets of the shape coefficients."""
    expressions: Array
    """(V, 3, E) offsets of the expression coefficients; E is 0 but for SMPL-X."""
    regressor: Array
    """(J, V) joints from vertices."""
    parents: Array
    """(J,) −1 for the root."""
    weights: Array
    """(V, J)."""
    meanings: tuple[str, ...]
    """What each expression coefficient means, where the file says it."""

    @property
    def joints(self) -> tuple[str, ...]:
        """Names of the joints."""
        return JOINTS[len(self.parents)]

    def shaped(self, betas: Array) -> tuple[Array, Array]:
        """Vertices (V, 3) and joints (J, 3) of a body; betas beyond the model's are left out."""
        count = min(len(betas), self.shapes.shape[2])
        points = self.template + self.shapes[..., :count] @ np.asarray(betas, float)[:count]
        return points, self.regressor @ points

    def rig(self, betas: Array) -> Rig:
        """The joints of a body as a skeleton."""
        _, joints = self.shaped(betas)
        return checked(list(self.joints), self.parents, joints, self.source)

    def mesh(self, betas: Array, meanings: Meanings | None = None) -> Mesh:
        """The skin of a body, with the face shapes that its expressions and its jaw give.

        Parameters
        ----------
        betas
            Shape coefficients.
        meanings
            Where the user says what expressions mean.
        """
        points, joints = self.shaped(betas)
        return Mesh(
            name="body",
            vertices=points,
            faces=self.faces,
            weights=sp.csr_matrix(self.weights),
            shapes=self._face(points, joints, meanings or {}),
        )

    def _face(self, points: Array, joints: Array, meanings: Meanings) -> dict[str, Array]:
        shapes = self._jaw(points, joints)
        for index, name in enumerate(self.meanings):
            if name in ARKIT and index < self.expressions.shape[2]:
                shapes[name] = self.expressions[..., index]
        for name, parts in meanings.items():
            for index, _ in parts:
                if not 0 <= index < self.expressions.shape[2]:
                    raise InputError(
                        f"{self.source} has {self.expressions.shape[2]} expressions; "
                        f"{name} asks for number {index} (they count from 0)."
                    )
            total = np.zeros_like(points)
            for index, value in parts:
                total = total + value * self.expressions[..., index]
            shapes[name] = total
        return shapes

    def _jaw(self, points: Array, joints: Array) -> dict[str, Array]:
        """What the jaw's joint does, as shapes: there is no jaw in an ARKit face but these."""
        if "jaw" not in self.joints:
            return {}
        jaw = self.joints.index("jaw")
        weight, arm = self.weights[:, jaw : jaw + 1], points - joints[jaw]
        turns = {"jawOpen": (0, 20.0), "jawLeft": (1, 8.0), "jawRight": (1, -8.0)}
        shapes = {
            name: weight * (arm @ _turn(axis, np.radians(angle)).T - arm)
            for name, (axis, angle) in turns.items()
        }
        return shapes | {"jawForward": weight * np.array([0.0, 0.0, 0.006])}


def read(path: Path) -> Model:
    """Read a model.

    Raises
    ------
    InputError
        If it is a pickle (which would run code), no model, or one that contradicts itself.
    """
    if path.suffix.casefold() in (".pkl", ".pickle", ".p"):
        raise InputError(
            f"{path} is a pickle, which runs whatever code it holds when it is loaded, so it is "
            "not opened. SMPL-X comes as .npz too: use that. For SMPL and SMPL-H, if you trust the "
            "file, run once in an environment of your own: " + _CONVERSION.format(name=path.stem)
        )
    found = arrays(path, _NEEDED)
    extra = arrays(path, (), ("expression_names",))
    template, faces = found["v_template"].astype(float), found["f"].astype(np.int64)
    regressor, weights = found["J_regressor"].astype(float), found["weights"].astype(float)
    offsets = found["shapedirs"].astype(float)
    parents = found["kintree_table"][0].astype(np.int64).copy()
    parents[0] = -1
    count, joints = len(template), len(parents)
    if joints not in JOINTS:
        raise InputError(
            f"{path} has {joints} joints; SMPL has 24, SMPL-H 52 and SMPL-X 55: give one of them."
        )
    shapes = {
        "v_template": (template.shape, (count, 3)),
        "shapedirs": (offsets.shape[:2], (count, 3)),
        "J_regressor": (regressor.shape, (joints, count)),
        "weights": (weights.shape, (count, joints)),
    }
    for key, (is_, wanted) in shapes.items():
        if is_ != wanted:
            raise InputError(f"{path}: {key} is of shape {is_} where {wanted} is due; get it anew.")
    if not all(np.isfinite(a).all() for a in (template, offsets, regressor, weights)):
        raise InputError(f"{path} holds values that are not numbers; get it anew.")
    first = _EXPRESSIONS.get(offsets.shape[2], offsets.shape[2]) if joints == 55 else None
    names = extra.get("expression_names")
    return Model(
        str(path),
        template,
        faces,
        offsets[..., :first],
        offsets[..., first:] if first is not None else offsets[..., :0],
        regressor,
        parents,
        weights,
        tuple(str(n) for n in names) if names is not None else (),
    )


def meanings(path: Path) -> Meanings:
    """What a user says expressions mean: the table ``expressions`` of a TOML.

    ``mouthSmileLeft = [[3, 1.5], [7, -0.4]]`` is 1.5 of coefficient 3 and −0.4 of coefficient 7.

    Raises
    ------
    InputError
        If it cannot be read, or names a shape that a face does not have.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("expressions", {})
        found = {
            str(name): [(int(index), float(value)) for index, value in pairs]
            for name, pairs in table.items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: its expressions cannot be read ({error}); write them as "
            "jawOpen = [[0, 1.5]] under [expressions]."
        ) from None
    for name in found:
        if name not in ARKIT:
            near = difflib.get_close_matches(name, ARKIT, n=1, cutoff=0.3) or [ARKIT[0]]
            raise InputError(f"{path}: no face has a shape {name!r}; did you mean {near[0]}?")
    return found


def arrays(path: Path, needed: Iterable[str], wanted: Iterable[str] = ()) -> dict[str, Array]:
    """Some arrays of an npz, the others never opened: official files hold pickles beside them.

    Raises
    ------
    InputError
        If the file is missing or damaged, or lacks what is needed.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            held = set(archive.files)
            lost = sorted(set(needed) - held)
            if lost:
                raise InputError(f"{path} has no {', '.join(lost)}; is it the file you meant?")
            return {key: archive[key] for key in {*needed, *wanted} & held}
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        raise InputError(
            f"{path} cannot be read as an npz of plain arrays ({error}); get it anew."
        ) from None


def _turn(axis: int, angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    out = np.eye(3)
    out[i, i], out[j, j], out[i, j], out[j, i] = c, c, -s, s
    return out


_CONVERSION = (
    "python -c \"import pickle, numpy as np; d = pickle.load(open('{name}.pkl', 'rb'), "
    "encoding='latin1'); np.savez('{name}.npz', **{{k: np.asarray(d[k].todense() if hasattr(d[k], "
    "'todense') else d[k]) for k in ('v_template', 'f', 'shapedirs', 'posedirs', 'J_regressor', "
    "'kintree_table', 'weights')}})\""
)
