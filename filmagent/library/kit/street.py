"""What is fixed to a street: lamps, shelters, signs, benches, bins, post boxes, bicycles."""

from __future__ import annotations

import numpy as np

from filmagent.library.bake import Material
from filmagent.library.kit import printed
from filmagent.library.kit.panels import sheet
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import box
from filmagent.library.kit.turned import cylinder, lathe, sphere, tube


@piece
def street_lamp(height: float = 4.6, surface: str = "cast_iron") -> Shape:
    """A cast-iron lamp post with a glazed lantern; offers ``bulb`` inside it."""
    shape = Shape("lamp")
    post = [
        (0.0, 0.0),
        (0.17, 0.0),
        (0.17, 0.06),
        (0.13, 0.1),
        (0.12, 0.5),
        (0.14, 0.54),
        (0.10, 0.6),
        (0.065, 0.75),
        (0.05, 1.6),
        (0.065, 1.64),
        (0.045, 1.7),
        (0.036, height - 0.75),
        (0.06, height - 0.72),
        (0.06, height - 0.68),
        (0.03, height - 0.62),
        (0.0, height - 0.6),
    ]
    shape.add(lathe(post, 16, 30.0), surface)
    shape.add(tube([(-0.28, 0, height - 0.82), (0.28, 0, height - 0.82)], 0.016, 8), surface)
    low, high, z0, z1 = 0.12, 0.20, height - 0.6, height - 0.12
    for x in (-1, 1):
        for y in (-1, 1):
            shape.add(tube([(x * low, y * low, z0), (x * high, y * high, z1)], 0.011, 6), surface)
    shape.add(box((2 * low + 0.03, 2 * low + 0.03, 0.03), 0.005), surface, (0, 0, z0 - 0.02))
    shape.add(box((2 * high + 0.05, 2 * high + 0.05, 0.03), 0.006), surface, (0, 0, z1))
    shape.add(cylinder(high + 0.02, 0.16, 4, 0.004, top=0.06), surface, (0, 0, z1 + 0.03), 45.0)
    shape.add(sphere(0.035, 10, 6), surface, (0, 0, z1 + 0.21))
    shape.add(
        sphere(0.085, 16, 10), "lantern", (0, 0, z0 + 0.2), stretch=(1, 1, 1.5), collide=False
    )
    shape.own["lantern"] = Material(
        model="emission", base_colour=(0.85, 0.82, 0.72), emission=(1.0, 0.72, 0.40), roughness=0.3
    )
    shape.anchor("bulb", (0, 0, z0 - 0.12))
    return shape


@piece
def bus_shelter(
    width: float = 3.4,
    depth: float = 1.3,
    height: float = 2.45,
    line: str = "12 · 52",
    surface: str = "painted_black",
) -> Shape:
    """A glazed shelter open towards −y (the kerb), with a bench: seat_1 … seat_3, facing −y."""
    shape = Shape("furniture", hull=False)
    for x in (-width / 2 + 0.04, width / 2 - 0.04):
        for y in (0.04, depth - 0.04):
            if y > 0.5 or x < 0:
                shape.add(box((0.07, 0.07, height), 0.008), surface, (x, y, 0))
    shape.add(box((0.07, 0.07, height), 0.008), surface, (width / 2 - 0.04, 0.04, 0))
    shape.add(box((width + 0.16, depth + 0.16, 0.09), 0.02), surface, (0, depth / 2, height))
    for z in (0.12, height - 0.12):
        shape.add(box((width - 0.15, 0.04, 0.05), 0.006), surface, (0, depth - 0.04, z))
    shape.add(box((0.05, 0.04, height - 0.29), 0.006), surface, (0, depth - 0.04, 0.17))
    for x in (-(width - 0.1) / 4 - 0.0, (width - 0.1) / 4):
        shape.add(
            box(((width - 0.2) / 2 - 0.02, 0.008, height - 0.32), 0.0),
            "glass",
            (x, depth - 0.04, 0.18),
            kind="glass",
        )
    shape.add(
        box((0.008, depth - 0.2, height - 0.4), 0.0),
        "glass",
        (-width / 2 + 0.04, depth / 2, 0.2),
        kind="glass",
    )
    for k in range(3):
        shape.add(
            box((width * 0.62, 0.105, 0.03), 0.008),
            "oak",
            (-width * 0.12, depth - 0.55 + 0.12 * k, 0.43),
        )
    for x in (-width * 0.38, width * 0.14):
        shape.add(box((0.05, 0.34, 0.05), 0.006), surface, (x, depth - 0.43, 0.38))
        shape.add(box((0.05, 0.05, 0.38), 0.006), surface, (x, depth - 0.43, 0))
    chart = shape.print(
        "timetable",
        printed.columns_of_print(21, (128, 192), 2, "BUS"),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.4),
    )
    shape.add(box((0.72, 0.05, 1.1), 0.01), surface, (width / 2 - 0.5, depth - 0.10, 0.85))
    shape.add(sheet(0.64, 1.02, fitted=True), chart, (width / 2 - 0.5, depth - 0.127, 0.89))
    for k in range(3):
        shape.anchor(f"seat_{k + 1}", (-width * 0.12 + (k - 1) * 0.72, depth - 0.40, 0.46), np.pi)
    return shape


@piece
def bus_sign(text: str = "BUS\n12", height: float = 2.7, surface: str = "galvanised") -> Shape:
    """A bus stop's pole and flag, the flag towards +x, read from both sides along y."""
    shape = Shape("furniture")
    shape.add(cylinder(0.03, height, 12), surface)
    shape.add(cylinder(0.09, 0.03, 14), surface)
    shape.add(box((0.44, 0.025, 0.42), 0.006), "enamel_red", (0.25, 0, height - 0.47))
    flag = shape.print(
        "bus_flag",
        printed.lettering(text, (128, 124), (150, 28, 24), (238, 232, 220), True),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.35),
    )
    for turn, y in ((0.0, -0.0135), (180.0, 0.0135)):
        shape.add(sheet(0.43, 0.41, fitted=True), flag, (0.25, y, height - 0.465), turn)
    return shape


@piece
def bench(length: float = 1.7, wood: str = "oak", iron: str = "cast_iron") -> Shape:
    """A park bench facing +y: seat_1, seat_2."""
    shape = Shape("furniture")
    for x in (-length / 2 + 0.12, length / 2 - 0.12):
        shape.add(tube([(x, 0.2, 0.0), (x, 0.19, 0.25), (x, 0.2, 0.41)], 0.02, 8), iron)
        shape.add(
            tube([(x, -0.26, 0.0), (x, -0.2, 0.25), (x, -0.2, 0.42), (x, -0.3, 0.86)], 0.02, 8),
            iron,
        )
        shape.add(tube([(x, 0.2, 0.405), (x, -0.2, 0.395)], 0.018, 8), iron)
        shape.add(
            tube([(x, -0.23, 0.64), (x, 0.0, 0.65), (x, 0.2, 0.62), (x, 0.21, 0.41)], 0.015, 8),
            iron,
        )
    for k in range(4):
        shape.add(box((length, 0.09, 0.03), 0.007), wood, (0, -0.14 + 0.108 * k, 0.42))
    for k in range(3):
        shape.add(
            box((length, 0.03, 0.09), 0.007),
            wood,
            (0, -0.215 - 0.025 * k, 0.53 + 0.115 * k),
            tilt=12,
        )
    for k in range(2):
        shape.anchor(f"seat_{k + 1}", ((k - 0.5) * 0.8, -0.06, 0.45), 0.0)
    return shape


@piece
def bin(surface: str = "enamel_green") -> Shape:
    """A litter bin with a hooded top."""
    shape = Shape("furniture")
    shape.add(
        lathe(
            [
                (0.0, 0.0),
                (0.21, 0.0),
                (0.22, 0.02),
                (0.24, 0.72),
                (0.25, 0.74),
                (0.25, 0.78),
                (0.21, 0.78),
                (0.2, 0.5),
                (0.0, 0.5),
            ],
            24,
            35.0,
        ),
        surface,
    )
    for k in range(4):
        angle = np.radians(45 + 90 * k)
        shape.add(
            box((0.03, 0.03, 0.18), 0.004),
            surface,
            (0.2 * np.cos(angle), 0.2 * np.sin(angle), 0.77),
        )
    shape.add(
        lathe([(0.0, 0.0), (0.255, 0.0), (0.26, 0.02), (0.2, 0.08), (0.0, 0.13)], 24, 35.0),
        surface,
        (0, 0, 0.94),
    )
    for z in (0.2, 0.56):
        shape.add(
            lathe([(0.231, 0.0), (0.245, 0.008), (0.245, 0.026), (0.233, 0.034)], 24, 30.0),
            "brass",
            (0, 0, z),
        )
    return shape


@piece
def bollard(height: float = 0.95, surface: str = "cast_iron") -> Shape:
    """A cast-iron bollard."""
    shape = Shape("furniture")
    profile = [
        (0.0, 0.0),
        (0.11, 0.0),
        (0.11, 0.07),
        (0.085, 0.1),
        (0.07, height - 0.24),
        (0.09, height - 0.22),
        (0.09, height - 0.17),
        (0.06, height - 0.14),
        (0.085, height - 0.07),
        (0.06, height - 0.01),
        (0.0, height),
    ]
    return shape.add(lathe(profile, 16, 35.0), surface)


@piece
def hydrant(surface: str = "enamel_red") -> Shape:
    """A fire hydrant."""
    shape = Shape("furniture")
    body = [
        (0.0, 0.0),
        (0.15, 0.0),
        (0.15, 0.04),
        (0.105, 0.05),
        (0.10, 0.44),
        (0.125, 0.45),
        (0.125, 0.49),
        (0.10, 0.5),
        (0.09, 0.58),
        (0.05, 0.64),
        (0.03, 0.65),
        (0.03, 0.69),
        (0.0, 0.69),
    ]
    shape.add(lathe(body, 20, 35.0), surface)
    for turn in (90.0, -90.0, 0.0):
        wide = 0.045 if turn else 0.06
        nozzle = Shape("furniture")
        nozzle.add(cylinder(wide, 0.16, 14), surface, tilt=90)
        nozzle.add(cylinder(wide + 0.012, 0.035, 8), "brass", (0, -0.15, 0), tilt=90)
        shape.include(nozzle, (0, 0, 0.36), turn)
    return shape


@piece
def post_box(surface: str = "enamel_red", text: str = "POST") -> Shape:
    """A pillar box, its slot towards −y."""
    shape = Shape("furniture")
    body = [
        (0.0, 0.0),
        (0.25, 0.0),
        (0.25, 0.10),
        (0.22, 0.12),
        (0.22, 1.22),
        (0.255, 1.24),
        (0.255, 1.28),
        (0.24, 1.33),
        (0.12, 1.40),
        (0.0, 1.42),
    ]
    shape.add(lathe(body, 28, 35.0), surface)
    shape.add(box((0.24, 0.05, 0.09), 0.012), surface, (0, -0.21, 1.07))
    shape.add(box((0.20, 0.02, 0.03), 0.0), "rubber", (0, -0.228, 1.10))
    sign = shape.print(
        "post_sign",
        printed.lettering(text, (96, 48), (235, 230, 216), (120, 20, 18), True),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.4),
    )
    shape.add(box((0.2, 0.02, 0.11), 0.004), surface, (0, -0.215, 0.84))
    shape.add(sheet(0.18, 0.09, fitted=True), sign, (0, -0.2265, 0.85))
    return shape


@piece
def street_name(text: str = "LUNE STREET", width: float = 0.9) -> Shape:
    """An enamelled name plate on a wall at y = 0, facing −y."""
    shape = Shape("decor", collide=False, stands=False)
    shape.add(box((width, 0.012, 0.22), 0.004), "enamel_white", (0, -0.006, 0))
    plate = shape.print(
        f"name.{sum(text.encode())}",
        printed.lettering(text, (192, 46), (24, 40, 92), (236, 234, 226), True),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.25),
    )
    return shape.add(sheet(width - 0.02, 0.2, fitted=True), plate, (0, -0.0125, 0.01))
