"""MakeHuman garments: ``.mhclo`` files with their ``.obj``, fitted to a figure.

A ``.mhclo`` binds each vertex of an obj to the base mesh: one vertex, or three with barycentric
weights and an offset that is scaled by distances on the body (MakeHuman's documentation, "The
MHCLO file format"). ``delete_verts`` names the skin that the garment hides. MakeHuman's axes are
X to the left, Y up, Z ahead, in decimetres; here Z is up, Y ahead, in metres. Both files are read
as data: no path that they name is followed out of their folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.errors import InputError
from filmagent.library.casting import cloth
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Garment
from filmagent.library.casting.sheet import Sheet, full_normals, lighten

if TYPE_CHECKING:
    from filmagent.library.casting.dress import Dresser

Array = NDArray[Any]
_MOST = 400_000
"""More vertices than any garment has: a damaged or hostile file, not cloth."""
_AXES = {"x_scale": (0, 0), "y_scale": (1, 2), "z_scale": (2, 1)}
"""Key → MakeHuman's axis, and the axis of ours that it is measured along."""
_TURN = np.array([[-1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
"""Ours from MakeHuman's: x is mirrored because a figure has been turned to face +Y."""


@dataclass(frozen=True)
class Fitted:
    """A MakeHuman garment on a figure."""

    sheet: Sheet
    covered: Array
    """(N,) metres: 0.5 where the garment hides the skin, −0.5 elsewhere."""

    def wear(self, dresser: Dresser, garment: Garment) -> None:
        """Add it to the bake."""
        light = lighten(self.sheet, 3000)
        kind = "shoe" if garment.kind == "shoes" else "cloth"
        for use, surface in (("render", self.sheet), ("preview", light)):
            name = garment.name if use == "render" else f"{garment.name}_preview"
            dresser.add(
                surface, name, garment.name, kind, use=use,
                uvs=cloth.unwrap(surface, dresser.figure),
                normals=full_normals(surface, self.sheet) if use == "preview" else None,
            )  # fmt: skip
        dresser.layers.append(self.sheet)


@dataclass
class _File:
    """What a ``.mhclo`` says."""

    obj: str = ""
    scales: dict[str, tuple[int, int, float]] = field(default_factory=dict)
    rows: list[tuple[tuple[int, ...], tuple[float, ...], tuple[float, ...]]] = field(
        default_factory=list
    )
    deleted: list[int] = field(default_factory=list)


def read(path: Path, figure: Figure) -> Fitted:
    """Fit the garment of a ``.mhclo`` to a figure.

    Raises
    ------
    InputError
        If the file or its obj is missing, damaged, or made for another base mesh.
    """
    text = _text(path)
    file = _parsed(path, text, len(figure.points))
    if not file.obj or Path(file.obj).name != file.obj:
        raise InputError(f"{path} must name an obj_file that lies beside it; it says {file.obj!r}.")
    beside = path.parent / file.obj
    count, faces = _obj(beside, _text(beside))
    if count != len(file.rows):
        raise InputError(
            f"{path} binds {len(file.rows)} vertices but {beside.name} has {count}; "
            "export the two together."
        )
    rows = np.repeat(np.arange(count), [len(row[0]) for row in file.rows])
    columns = np.concatenate([row[0] for row in file.rows])
    shares = np.concatenate([row[1] for row in file.rows])
    origin = sp.csr_matrix((shares, (rows, columns)), shape=(count, len(figure.points)))
    offsets = np.array([row[2] for row in file.rows]) * _scale(file, figure)
    points = origin @ figure.points + offsets @ _TURN.T
    covered = np.full(len(figure.points), -0.5)
    covered[file.deleted] = 0.5
    return Fitted(Sheet(points, faces, origin), covered)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise InputError(f"There is no file {path}; put it beside the recipe.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not text; it is damaged or no MakeHuman garment.") from None


def _parsed(path: Path, text: str, base: int) -> _File:
    """The lines of a ``.mhclo``, each vertex checked against the ``base`` mesh's count."""
    file = _File()
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        try:
            if words[0] in ("verts", "delete_verts", "weights"):
                section = words[0]
            elif words[0][0].isalpha():
                _setting(file, words)
            elif section == "verts":
                file.rows.append(_bound(words))
            elif section == "delete_verts":
                file.deleted += _listed(words)
            ids = file.rows[-1][0] if section == "verts" and file.rows else file.deleted[-1:]
            if any(not 0 <= vertex < base for vertex in ids):
                raise ValueError(f"it names a vertex that the base mesh of {base} has not")
            if len(file.rows) > _MOST or len(file.deleted) > _MOST:
                raise ValueError("it has more vertices than any garment")
        except (ValueError, IndexError) as error:
            raise InputError(
                f"{path}, line {number} is damaged ({error}); export the garment again."
            ) from None
    if not file.rows:
        raise InputError(f"{path} binds no vertices; export the garment again.")
    return file


def _setting(file: _File, words: list[str]) -> None:
    """A line that starts with a key; keys of looks (material, z_depth …) are not needed."""
    if words[0] == "obj_file":
        file.obj = words[1]
    elif words[0] in _AXES:
        span = float(words[3])
        if not np.isfinite(span) or span <= 0:
            raise ValueError("a scale must be positive")
        file.scales[words[0]] = int(words[1]), int(words[2]), span


def _bound(words: list[str]) -> tuple[tuple[int, ...], tuple[float, ...], tuple[float, ...]]:
    """Vertices, weights and offset of one line under ``verts``."""
    if len(words) == 1:
        return (int(words[0]),), (1.0,), (0.0, 0.0, 0.0)
    if len(words) not in (6, 9):
        raise ValueError(f"{len(words)} numbers where 1, 6 or 9 are due")
    numbers = [float(word) for word in words[3:]] + [0.0] * (9 - len(words))
    if not np.isfinite(numbers).all():
        raise ValueError("a number is not finite")
    return tuple(map(int, words[:3])), tuple(numbers[:3]), tuple(numbers[3:])


def _listed(words: list[str]) -> list[int]:
    """``7 10 - 12`` as 7, 10, 11, 12."""
    out: list[int] = []
    place = 0
    while place < len(words):
        if words[place] == "-":
            first, last = out[-1], int(words[place + 1])
            if not 0 < last - first < _MOST:
                raise ValueError(f"the range {first} - {last} is none")
            out += range(first + 1, last + 1)
            place += 2
        else:
            out.append(int(words[place]))
            place += 1
    return out


def _scale(file: _File, figure: Figure) -> Array:
    """(3,) what offsets along MakeHuman's axes are multiplied by: a body's size in metres."""
    # decimetres where nothing is measured
    scale = np.full(3, 0.1)
    for key, (first, second, span) in file.scales.items():
        theirs, ours = _AXES[key]
        if not 0 <= min(first, second) <= max(first, second) < len(figure.points):
            raise InputError(f"{key} names a vertex that the base mesh has not; export it again.")
        scale[theirs] = abs(figure.points[first, ours] - figure.points[second, ours]) / span
    return scale


def _obj(path: Path, text: str) -> tuple[int, Array]:
    """Vertex count and triangles of an obj."""
    count = 0
    faces: list[tuple[int, int, int]] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if words[:1] == ["v"]:
            count += 1
        elif words[:1] == ["f"]:
            try:
                corners = [int(word.split("/")[0]) - 1 for word in words[1:]]
            except ValueError:
                corners = []
            if len(corners) < 3 or min(corners) < 0:
                raise InputError(f"{path}, line {number} is no face; export the garment again.")
            faces += [(corners[0], b, c) for b, c in pairwise(corners[1:])]
    if not faces or max(map(max, faces)) >= count:
        raise InputError(f"{path} has no faces, or faces of vertices it lacks; export it again.")
    return count, np.array(faces)
