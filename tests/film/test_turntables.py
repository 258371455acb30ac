"""A character is drawn once from every side, whole and on white."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from filmagent.film import turntables
from filmagent.library import shelf
from filmagent.refine import passes


@pytest.mark.slow
def test_a_member_is_drawn_from_every_side_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = shelf.cache()
    monkeypatch.setenv("FILMAGENT_CACHE", str(tmp_path))
    for name in ("sets", "light"):
        if (kept / name).is_dir():
            (tmp_path / name).symlink_to(kept / name)
    paths = turntables.of(["kofi"])["kofi"]
    pictures = {p.stem: passes.picture(p) for p in paths}
    assert list(pictures) == ["half", "face", "figure", "side", "face_side", "back"]
    for name, picture in pictures.items():
        assert (picture[:8] == 255).all(), f"{name} has no white above the head"
        assert 0.05 < (picture.min(-1) < 250).mean() < 0.8
    # from head to shoes in one piece: nothing stands before them
    figure = pictures["figure"].min(-1) < 250
    parts, count = ndimage.label(ndimage.binary_closing(figure, iterations=3))
    largest = np.bincount(parts.ravel())[1:].max()
    assert largest > 0.98 * (parts > 0).sum() and count < 4
    drawn = [p.stat().st_mtime_ns for p in paths]
    again = turntables.of(["kofi", "kofi"])["kofi"]
    assert [p.stat().st_mtime_ns for p in again] == drawn
