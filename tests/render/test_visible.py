"""Nothing that could be seen is left out of a picture."""

from __future__ import annotations

import numpy as np
import pytest

from filmagent.render.visible import CENTRE, Outlines

SIZE = (32, 18)
CLIP = np.diag([2 / 32, 2 / 18, 0.0, 0.0])
CLIP[3, 3] = 1.0
FOUR = [(0.375, 0.125), (0.875, 0.375), (0.125, 0.625), (0.625, 0.875)]


def reach(corners: np.ndarray, samples: list[tuple[float, float]]) -> np.ndarray:
    """For triangles given in pixels, (F, 3, 2)."""
    flat = corners.reshape(-1, 2) - np.array(SIZE) / 2
    vertices = np.concatenate([flat, np.zeros((len(flat), 1))], 1).astype(np.float32)
    return Outlines(vertices, np.arange(len(flat)).reshape(-1, 3), CLIP, SIZE).reach(samples)


def inside(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    a, b, c = (corners[:, k, None] for k in range(3))

    def side(p: np.ndarray, q: np.ndarray) -> np.ndarray:
        return (q - p)[..., 0] * (points - p)[..., 1] - (q - p)[..., 1] * (points - p)[..., 0]

    s = np.stack([side(a, b), side(b, c), side(c, a)])
    return (s >= 0).all(0) | (s <= 0).all(0)


@pytest.mark.parametrize("samples", [list(CENTRE), FOUR], ids=["one sample", "four samples"])
def test_every_triangle_that_covers_a_sample_is_kept(samples) -> None:
    rng = np.random.default_rng(3)
    middle = rng.uniform(-3, 1.1, (4000, 1, 2)) * [32, 18]
    corners = middle + rng.normal(0, 1, (4000, 3, 2)) * rng.choice([0.1, 0.5, 3], (4000, 1, 1))
    columns, rows = np.meshgrid(np.arange(32), np.arange(18))
    grid = np.stack([columns.ravel(), rows.ravel()], -1)
    points = (grid[:, None] + np.array(samples)).reshape(-1, 2)
    covers = inside(corners, points).any(1)
    kept = reach(corners, samples)
    assert covers.any() and kept[covers].all()
    assert kept[~covers].mean() < 0.3, "and few others"


def test_what_reaches_behind_the_camera_is_kept() -> None:
    clip = np.diag([1.0, 1.0, 0.0, 0.0])
    clip[3, 2] = -1.0
    vertices = np.array([[0, 0, -1], [1, 0, 1], [0, 1, 1]], np.float32)
    assert Outlines(vertices, np.array([[0, 1, 2]]), clip, SIZE).reach(CENTRE).all()


def test_leaving_triangles_out_changes_no_pixel(preview, monkeypatch) -> None:
    frames = [preview.frame(setup, 5) for setup in ("1A", "1B", "1C")]

    def all_of_it(self: Outlines, samples: list[tuple[float, float]]) -> np.ndarray:
        return np.ones(len(self._axes[0][0]), bool)

    monkeypatch.setattr(Outlines, "reach", all_of_it)
    for setup, frame in zip(("1A", "1B", "1C"), frames, strict=True):
        whole = preview.frame(setup, 5)
        for name, values in frame.items():
            assert np.array_equal(values, whole[name]), (setup, name)
