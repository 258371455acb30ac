"""What is fixed to a wall: radiators, coat hooks, curtains, clocks."""

from __future__ import annotations

import numpy as np

from filmagent.library.kit.panels import rounded_box
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import Mesh, box, shaded
from filmagent.library.kit.turned import cylinder, lathe, tube


@piece
def radiator(width: float = 1.0, height: float = 0.6, surface: str = "enamel_white") -> Shape:
    """A cast radiator standing on the floor, its wall at y = 0."""
    shape = Shape()
    count = max(3, int(width / 0.06))
    for k in range(count):
        x = -width / 2 + width * (k + 0.5) / count
        shape.add(rounded_box(0.042, 0.12, height - 0.08, 0.02, 0.018), surface, (x, -0.10, 0.08))
    for z in (0.16, height - 0.08):
        shape.add(tube([(-width / 2, -0.10, z), (width / 2, -0.10, z)], 0.022, 10), surface)
    for x in (-width / 2 + 0.06, width / 2 - 0.06):
        shape.add(box((0.03, 0.09, 0.1), 0.006), surface, (x, -0.10, 0))
    shape.add(
        tube(
            [
                (width / 2, -0.10, 0.16),
                (width / 2 + 0.06, -0.10, 0.16),
                (width / 2 + 0.06, -0.10, 0.0),
            ],
            0.011,
            8,
        ),
        "copper",
    )
    return shape


@piece
def coat_hooks(width: float = 1.0, coats: int = 2, seed: int = 0) -> Shape:
    """A hook rail at z = 0 against a wall at y = 0, with coats and a scarf hanging from it."""
    shape = Shape("decor", stands=False)
    rng = np.random.default_rng(seed)
    shape.add(box((width, 0.022, 0.10), 0.006), "walnut", (0, -0.011, -0.05))
    count = max(3, int(width / 0.2))
    for k in range(count):
        x = -width / 2 + width * (k + 0.5) / count
        shape.add(
            tube([(x, -0.02, 0.0), (x, -0.07, 0.0), (x, -0.085, 0.03)], 0.006, 8),
            "brass",
            collide=False,
        )
        if k < coats:
            cloth = ["wool_dark", "leather_brown", "canvas_green"][int(rng.integers(3))]
            shape.add(_hung_coat(rng), cloth, (x, -0.03, 0.01), kind="decor", collide=False)
    return shape


def _hung_coat(rng: np.random.Generator) -> Mesh:
    around = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    rows = [(0.02, 0.03), (-0.05, 0.05), (-0.14, 0.13), (-0.35, 0.17), (-0.7, 0.19), (-1.02, 0.22)]
    rings = []
    folds = rng.uniform(0, 2 * np.pi, 3)
    for z, radius in rows:
        depth = 0.07 + 0.05 * abs(z)
        wave = 1 + 0.10 * abs(z) * (
            np.sin(5 * around + folds[0]) + 0.6 * np.sin(8 * around + folds[1])
        )
        rings.append(
            np.column_stack(
                [
                    radius * np.cos(around) * wave,
                    np.minimum(-depth + depth * np.sin(around) * wave, 0.005),
                    np.full(20, z),
                ]
            )
        )
    vertices = np.vstack(rings)
    k = np.arange(20)
    n = (k + 1) % 20
    faces = [np.column_stack([20 * r + k, 20 * r + n, 20 * r + n + 20]) for r in range(5)]
    faces += [np.column_stack([20 * r + k, 20 * r + n + 20, 20 * r + k + 20]) for r in range(5)]
    return shaded(vertices, np.vstack(faces)[:, ::-1], 60.0)


@piece
def cafe_curtain(
    width: float = 2.4, height: float = 0.6, cloth: str = "linen", open: float = 0.0, seed: int = 0
) -> Shape:
    """A half curtain on a brass rod: its top at z = 0, hanging, in the plane y = 0.

    ``open`` is the share of its width drawn aside to the two ends.
    """
    shape = Shape("decor", collide=False, stands=False)
    rng = np.random.default_rng(seed)
    shape.add(tube([(-width / 2, 0, 0.0), (width / 2, 0, 0.0)], 0.008, 8), "brass")
    spans = (
        [(-width / 2 + 0.01, width / 2 - 0.01)]
        if open == 0
        else [
            (-width / 2 + 0.01, -width / 2 + width * (1 - open) / 2),
            (width / 2 - width * (1 - open) / 2, width / 2 - 0.01),
        ]
    )
    for left, right in spans:
        count = max(8, int((right - left) / 0.022))
        x = np.linspace(left, right, count)
        wave = 0.016 * np.sin(np.cumsum(rng.uniform(0.9, 1.5, count)))
        vertices = np.vstack(
            [
                np.column_stack([x, wave * 0.5, np.full(count, 0.0)]),
                np.column_stack([x, wave, np.full(count, -height / 2)]),
                np.column_stack([x, wave * 1.2, np.full(count, -height)]),
            ]
        )
        k = np.arange(count - 1)
        faces = np.vstack(
            [
                f
                for r in (0, count)
                for f in (
                    np.column_stack([r + k, r + count + k, r + count + k + 1]),
                    np.column_stack([r + k, r + count + k + 1, r + k + 1]),
                )
            ]
        )
        shape.add(shaded(vertices, faces, 70.0), cloth)
    return shape


@piece
def clock(width: float = 0.34) -> Shape:
    """A round wall clock at ten to two, its wall at y = 0, centred on z = 0."""
    shape = Shape("decor", collide=False, stands=False)
    r = width / 2
    rim = [(0.0, 0.0), (r, 0.0), (r, 0.03), (r - 0.012, 0.042), (r - 0.024, 0.03)]
    shape.add(lathe(rim, 32, 35.0), "walnut", tilt=90)
    shape.add(cylinder(r - 0.02, 0.028, 32, 0.001), "enamel_white", tilt=90)
    for hour in range(12):
        long = 0.028 if hour % 3 == 0 else 0.016
        c, s = np.cos(np.radians(30 * hour)), np.sin(np.radians(30 * hour))
        shape.add(
            box((0.006, 0.002, long), 0.0),
            "painted_black",
            ((r - 0.055) * s, -0.0295, (r - 0.055) * c),
            roll=30.0 * hour,
        )
    for angle, long, wide in ((-55.0, 0.5, 0.010), (57.0, 0.72, 0.007)):
        shape.add(box((wide, 0.003, r * long), 0.0), "painted_black", (0, -0.032, 0), roll=angle)
    return shape
