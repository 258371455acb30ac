"""MakeHuman's garments: fitted as their files say, refused in one sentence where damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from filmagent.errors import InputError
from filmagent.library.casting import mhclo, rack
from filmagent.library.casting.body import Figure

OBJ = """# a square of cloth
v 0 0 0
v 0 0 0
v 0 0 0
v 0 0 0
vt 0 0
f 1/1 2/1 3/1 4/1
"""
MHCLO = """# made by hand
basemesh hm08
name square
obj_file square.obj
x_scale 0 1 2.0
y_scale 0 2 4.0
z_scale 0 3 1.0
material square.mhmat
verts 0
0
0 1 2 0.5 0.5 0.0 0.0 0.0 0.0
0 1 2 1.0 0.0 0.0 2.0 4.0 1.0
   3
delete_verts
0 2 - 3
"""


@pytest.fixture
def figure() -> Figure:
    """Four vertices: one at the origin, one a metre along each of our axes."""
    points = np.array([[0.0, 0, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]])
    return Figure(
        points=points, quads={}, weights=sp.identity(4, format="csr"), shapes=np.zeros((52, 4, 3)),
        bones=[], parents=np.zeros(0), rest=np.zeros((0, 4, 4)), lengths=np.zeros(0), masks={},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "square.obj").write_text(OBJ)
    (tmp_path / "square.mhclo").write_text(MHCLO)
    return tmp_path


def test_a_garment_sits_where_its_file_binds_it(folder: Path, figure: Figure):
    fitted = mhclo.read(folder / "square.mhclo", figure)
    np.testing.assert_allclose(fitted.sheet.points, [
        [0, 0, 0],       # one vertex of the body
        [0.5, 0, 0],     # between two
        [-1, 1, 1],      # an offset in the body's own measures: their x left, y up, z ahead
        [0, 1, 0],
    ])  # fmt: skip
    assert len(fitted.sheet.faces) == 2
    np.testing.assert_allclose(fitted.sheet.carry(figure.points), [
        [0, 0, 0], [0.5, 0, 0], [0, 0, 0], [0, 1, 0],
    ])  # fmt: skip


def test_a_taller_body_stretches_the_offsets(folder: Path, figure: Figure):
    figure.points *= 1.5
    fitted = mhclo.read(folder / "square.mhclo", figure)
    np.testing.assert_allclose(fitted.sheet.points[2], [-1.5, 1.5, 1.5])


def test_skin_that_the_garment_deletes_is_hidden(folder: Path, figure: Figure):
    fitted = mhclo.read(folder / "square.mhclo", figure)
    np.testing.assert_array_equal(fitted.covered > 0, [True, False, True, True])


@pytest.mark.parametrize(("old", "new", "message"), [
    ("\n0\n0 1", "\nzero one\n0 1", "line|binds 3"),
    ("1.0 0.0 0.0 2.0", "1.0 0.0 nan 2.0", "line 12 is damaged"),
    ("   3\n", "   999\n", "a vertex that the base mesh of 4 has not"),
    ("   3\n", "   3 4\n", "2 numbers where 1, 6 or 9 are due"),
    ("   3\n", "", "binds 3 vertices but square.obj has 4"),
    ("0 2 - 3", "0 3 - 2", "the range 3 - 2 is none"),
    ("x_scale 0 1 2.0", "x_scale 0 1 0", "line 5 is damaged"),
    ("square.obj", "../square.obj", "must name an obj_file that lies beside it"),
    ("square.obj", "circle.obj", "There is no file"),
])  # fmt: skip
def test_a_damaged_file_is_refused_in_one_sentence(
    folder: Path, figure: Figure, old: str, new: str, message: str
):
    assert old in MHCLO
    (folder / "square.mhclo").write_text(MHCLO.replace(old, new))
    with pytest.raises(InputError, match=message):
        mhclo.read(folder / "square.mhclo", figure)


def test_an_obj_without_sense_is_refused(folder: Path, figure: Figure):
    for face, message in (("f 1 2 9", "vertices it lacks"), ("f a b c", "line 7 is no face")):
        (folder / "square.obj").write_text(OBJ.replace("f 1/1 2/1 3/1 4/1", face))
        with pytest.raises(InputError, match=message):
            mhclo.read(folder / "square.mhclo", figure)
    (folder / "square.obj").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not text"):
        mhclo.read(folder / "square.mhclo", figure)


def test_a_recipe_names_a_file_beside_it(tmp_path: Path):
    entry = {"wear": "coat", "mhclo": "cape.mhclo"}
    filled = rack.filled({"garments": [entry]}, tmp_path)["garments"][0]
    assert filled["mhclo"] == str(tmp_path / "cape.mhclo")
    for name in ("../cape.mhclo", "/etc/cape.mhclo", "cape.exe"):
        with pytest.raises(InputError, match="beside the recipe"):
            rack.filled({"garments": [entry | {"mhclo": name}]}, tmp_path)
