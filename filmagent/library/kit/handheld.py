"""Props: what hands hold. Each maker returns a shape at rest on z = 0, its reader at −y."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from filmagent.library.bake import Material
from filmagent.library.kit import printed
from filmagent.library.kit.panels import prism, rounded_box, sheet
from filmagent.library.kit.paper import book, letter, newspaper, pen
from filmagent.library.kit.shape import Shape, small
from filmagent.library.kit.solids import Mesh, box, joined, shaded
from filmagent.library.kit.turned import cylinder, lathe, tube

Array = NDArray[Any]


def cup() -> Shape:
    """A porcelain cup of coffee, its handle towards +x."""
    shape = small()
    outside = [
        (0.0, 0.0),
        (0.024, 0.0),
        (0.026, 0.003),
        (0.024, 0.006),
        (0.032, 0.016),
        (0.039, 0.036),
        (0.041, 0.066),
        (0.042, 0.071),
        (0.0405, 0.0725),
        (0.039, 0.070),
        (0.0375, 0.058),
    ]
    shape.add(lathe(outside, 28, 60.0), "porcelain")
    shape.add(_disc(0.038, 28, 0.058), "coffee")
    handle = [
        (0.037, 0.058),
        (0.052, 0.061),
        (0.062, 0.050),
        (0.060, 0.034),
        (0.048, 0.023),
        (0.034, 0.022),
    ]
    shape.add(
        tube([(x, 0.0, z) for x, z in _smooth(handle)], 0.0042, 8), "porcelain", stretch=(1, 1.4, 1)
    )
    shape.anchor("rim", (-0.04, 0, 0.072))
    return shape


def _disc(radius: float, segments: int, height: float) -> Mesh:
    around = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    rim = np.column_stack(
        [radius * np.cos(around), radius * np.sin(around), np.full(segments, height)]
    )
    faces = [[0, k, k + 1] for k in range(1, segments - 1)]
    return Mesh(rim, np.tile([0.0, 0, 1], (segments, 1)), rim[:, :2].copy(), np.array(faces))


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    line = np.array(points)
    for _ in range(2):
        a, b = line[:-1], line[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        line = np.vstack([line[:1], cut[1:-1], line[-1:]])
    return [(float(x), float(z)) for x, z in line]


def glass() -> Shape:
    """A tumbler of water."""
    shape = small()
    wall = [
        (0.0, 0.0),
        (0.027, 0.0),
        (0.030, 0.003),
        (0.037, 0.108),
        (0.0365, 0.110),
        (0.0355, 0.108),
        (0.0295, 0.012),
        (0.0, 0.010),
    ]
    shape.add(lathe(wall, 28, 50.0), "tumbler")
    shape.add(
        lathe([(0.0, 0.0105), (0.0292, 0.0125), (0.0335, 0.078), (0.0, 0.078)], 28, 30.0), "water"
    )
    shape.own["tumbler"] = Material(
        base_colour=(0.95, 0.97, 0.96), roughness=0.02, transmission=1.0, ior=1.45
    )
    shape.own["water"] = Material(
        base_colour=(0.92, 0.96, 0.97), roughness=0.0, transmission=1.0, ior=1.33
    )
    return shape


def phone() -> Shape:
    """A smartphone on its back, its lit screen up, its top towards +y."""
    shape = small()
    shape.add(rounded_box(0.072, 0.148, 0.0082, 0.010, 0.0018), "plastic_black")
    screen = shape.print(
        "screen",
        printed.phone_screen(),
        Material(model="emission", emission=(1.0, 1.0, 1.0), emission_strength=0.9, roughness=0.08),
    )
    shape.add(sheet(0.066, 0.140, fitted=True), screen, (0, -0.070, 0.0084), tilt=-90)
    shape.add(cylinder(0.006, 0.0012, 12, 0.0004), "glass_dark", (0.022, 0.058, -0.0008))
    return shape


def key() -> Shape:
    """A door key on a split ring with a leather tag, its blade towards +x."""
    shape = small()
    bow = (
        shapely.Point(0, 0)
        .buffer(0.0135, quad_segs=8)
        .difference(shapely.Point(-0.006, 0).buffer(0.0042, quad_segs=6))
    )
    teeth = [
        shapely.box(0.030 + 0.0042 * k, -0.0036 - drop, 0.0325 + 0.0042 * k, 0.0)
        for k, drop in enumerate((0.0030, 0.0014, 0.0036, 0.0022, 0.0030))
    ]
    blade = shapely.union_all(
        [
            shapely.box(0.011, -0.0036, 0.052, 0.0036),
            *teeth,
            shapely.Polygon([(0.052, -0.0036), (0.055, -0.001), (0.055, 0.002), (0.052, 0.0036)]),
        ]
    )
    outline = shapely.union_all([bow, blade])
    blank = prism(outline, 0.0011, 0.0004)
    shape.add(joined(blank, blank.moved(stretch=(1, 1, -1))), "brass", (0, 0, 0.0022))
    shape.add(box((0.038, 0.0016, 0.0005), 0.0), "cast_iron", (0.032, 0.001, 0.0034))
    around = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    ring = np.column_stack(
        [
            0.0125 * np.cos(around) - 0.0175,
            0.0125 * np.sin(around),
            0.0022 + 0.0012 * np.cos(around),
        ]
    )
    for lift in (0.0, 0.0015):
        shape.add(tube(ring + np.array([0, 0, lift]), 0.0008, 8, closed=True), "chrome")
    tag = shapely.Polygon(
        [(-0.014, 0.0), (-0.008, 0.009), (0.034, 0.009), (0.034, -0.009), (-0.008, -0.009)]
    ).buffer(0.002, quad_segs=3)
    tag = tag.difference(shapely.Point(-0.008, 0).buffer(0.0022, quad_segs=5))
    shape.add(prism(tag, 0.0028, 0.0006), "leather_red", (-0.034, 0.008, 0.0), turn=158)
    return shape


def bag() -> Shape:
    """A leather holdall standing up, two handles at its top."""
    shape = small()
    width, depth, tall = 0.40, 0.17, 0.27
    rows = [
        (0.0, 0.94, 0.94),
        (0.012, 1.0, 1.0),
        (0.10, 1.02, 1.04),
        (0.2, 0.99, 0.86),
        (0.25, 0.965, 0.45),
        (tall, 0.95, 0.16),
    ]
    around = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    c, s = np.cos(around), np.sin(around)
    x, y = np.sign(c) * np.abs(c) ** 0.35 * width / 2, np.sign(s) * np.abs(s) ** 0.35 * depth / 2
    rings = [np.column_stack([x * a, y * b, np.full(32, z)]) for z, a, b in rows]
    vertices = np.vstack([*rings, np.array([[0, 0, 0], [0, 0, tall]])])
    k = np.arange(32)
    n = (k + 1) % 32
    last = 32 * (len(rows) - 1)
    faces = [np.column_stack([np.full(32, len(vertices) - 2), n, k])]
    for row in range(len(rows) - 1):
        a, b = 32 * row + k, 32 * row + n
        faces += [np.column_stack([a, b, b + 32]), np.column_stack([a, b + 32, a + 32])]
    faces.append(np.column_stack([np.full(32, len(vertices) - 1), last + k, last + n]))
    shape.add(shaded(vertices, np.vstack(faces), 50.0), "leather_brown")
    shape.add(tube([(-0.17, 0, tall), (0.17, 0, tall)], 0.004, 6), "brass")
    for y in (-0.045, 0.045):
        path = [
            (-0.10, y * 1.9, 0.15),
            (-0.10, y * 1.55, 0.23),
            (-0.085, y * 0.8, 0.33),
            (-0.05, y * 0.25, 0.405),
            (0.0, y * 0.15, 0.42),
            (0.05, y * 0.25, 0.405),
            (0.085, y * 0.8, 0.33),
            (0.10, y * 1.55, 0.23),
            (0.10, y * 1.9, 0.15),
        ]
        shape.add(tube(path, 0.0075, 8), "leather_brown")
        for side in (-0.10, 0.10):
            shape.add(box((0.03, 0.006, 0.06), 0.002), "brass", (side, y * 1.93, 0.12))
    shape.anchor("handle", (0, 0, 0.42))
    return shape


def laptop() -> Shape:
    """An open laptop, its screen lit, its user at −y."""
    shape = small()
    width, depth = 0.31, 0.215
    shape.add(rounded_box(width, depth, 0.012, 0.012, 0.002), "galvanised")
    shape.add(
        box((width * 0.86, depth * 0.46, 0.0012), 0.0), "plastic_black", (0, depth * 0.16, 0.012)
    )
    for row in range(5):
        for column in range(13):
            x = width * 0.82 * ((column + 0.5) / 13 - 0.5)
            y = depth * (0.16 + 0.088 * (row - 2))
            shape.add(box((0.0165, 0.0155, 0.0013), 0.0), "plastic_grey", (x, y, 0.0131))
    shape.add(box((0.10, 0.06, 0.0004), 0.0), "steel", (0, -depth * 0.29, 0.012))
    lid = rounded_box(width, depth, 0.006, 0.012, 0.0015).moved((0, depth / 2, 0))
    shape.add(lid, "galvanised", (0, depth / 2 - 0.004, 0.010), tilt=72)
    glow = shape.print(
        "desktop",
        printed.columns_of_print(9, (256, 176), 2, "", (236, 238, 242), (90, 96, 110)),
        Material(model="emission", emission=(1.0, 1.0, 1.0), emission_strength=1.1, roughness=0.1),
    )
    shape.add(
        sheet(width - 0.02, depth - 0.02, fitted=True),
        glow,
        (0, depth / 2 - 0.0074, 0.0214),
        tilt=-18,
    )
    return shape


MAKERS: dict[str, Callable[[], Shape]] = {
    "bag": bag,
    "book": book,
    "cup": cup,
    "glass": glass,
    "key": key,
    "laptop": laptop,
    "letter": letter,
    "newspaper": newspaper,
    "pen": pen,
    "phone": phone,
}
