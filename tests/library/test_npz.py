"""npz files: equal arrays are equal bytes, and none ever holds a pickle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from filmagent.errors import DocumentError
from filmagent.library import cast, npz


def test_equal_arrays_are_equal_bytes(tmp_path: Path) -> None:
    first = {"a": np.array([0.0, 1.5]), "b": np.arange(3)}
    second = {"b": np.arange(3), "a": np.array([-0.0, 1.5])}
    npz.save(tmp_path / "first.npz", first)
    npz.save(tmp_path / "second.npz", second)
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()


def test_python_objects_are_refused_both_ways(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Python objects"):
        npz.save(tmp_path / "x.npz", {"a": np.array([{}], dtype=object)})
    np.savez(tmp_path / "pickled.npz", a=np.array([{}], dtype=object))
    with pytest.raises(DocumentError, match="not a usable npz"):
        npz.load(tmp_path / "pickled.npz")


@pytest.mark.parametrize("name", cast.names())
def test_eyes_face_outwards_or_nobody_sees_them(name: str) -> None:
    for part in cast.load(name).bake.parts:
        if part.kind == "eye":
            corners = part.vertices[part.faces]
            normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            outwards = corners.mean(1) - part.vertices.mean(0)
            assert ((normals * outwards).sum(1) > 0).all()
