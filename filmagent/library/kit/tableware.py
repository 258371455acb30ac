"""What stands on counters, shelves and tables. Each stands on z = 0 with its front towards −y."""

from __future__ import annotations

import numpy as np

from filmagent.library.kit.panels import rounded_box
from filmagent.library.kit.shape import Shape, piece, small
from filmagent.library.kit.solids import box
from filmagent.library.kit.turned import cylinder, lathe, sphere, tube

Profile = list[tuple[float, float]]

CUP: Profile = [
    (0.0, 0.0),
    (0.024, 0.0),
    (0.033, 0.014),
    (0.040, 0.040),
    (0.042, 0.066),
    (0.040, 0.068),
    (0.037, 0.050),
    (0.030, 0.018),
    (0.0, 0.010),
]
_SAUCER: Profile = [
    (0.0, 0.0),
    (0.035, 0.0),
    (0.040, 0.004),
    (0.072, 0.012),
    (0.073, 0.014),
    (0.040, 0.008),
    (0.0, 0.006),
]
_TUMBLER: Profile = [
    (0.0, 0.0),
    (0.027, 0.0),
    (0.035, 0.10),
    (0.033, 0.10),
    (0.025, 0.008),
    (0.0, 0.007),
]
_WINE: Profile = [
    (0.0, 0.0),
    (0.033, 0.0),
    (0.033, 0.002),
    (0.006, 0.006),
    (0.004, 0.075),
    (0.030, 0.10),
    (0.037, 0.13),
    (0.030, 0.175),
    (0.029, 0.175),
    (0.034, 0.13),
    (0.0, 0.085),
]
_BOTTLE: Profile = [
    (0.0, 0.0),
    (0.036, 0.0),
    (0.037, 0.004),
    (0.037, 0.185),
    (0.030, 0.215),
    (0.014, 0.235),
    (0.0135, 0.290),
    (0.0155, 0.291),
    (0.0155, 0.300),
    (0.0, 0.301),
]
_SQUAT: Profile = [
    (0.0, 0.0),
    (0.043, 0.0),
    (0.045, 0.005),
    (0.045, 0.130),
    (0.018, 0.165),
    (0.016, 0.215),
    (0.020, 0.216),
    (0.020, 0.238),
    (0.0, 0.240),
]


@piece
def cup_and_saucer(china: str = "porcelain", filled: bool = True, turn: float = 0.0) -> Shape:
    """A used coffee cup on its saucer, with a spoon."""
    shape = small()
    shape.add(lathe(_SAUCER, 20), china)
    shape.add(lathe(CUP, 20), china, (0, 0, 0.007))
    if filled:
        shape.add(cylinder(0.0375, 0.002, 16, 0.0005), "coffee", (0, 0, 0.056))
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    loop = [(0.038, 0.060), (0.055, 0.058), (0.058, 0.044), (0.050, 0.032), (0.036, 0.030)]
    shape.add(tube([(r * c, r * s, z) for r, z in loop], 0.004, 6), china)
    shape.add(tube([(-0.058, -0.03, 0.0165), (-0.045, 0.055, 0.0175)], 0.0018, 6), "chrome")
    shape.add(sphere(0.012, 10, 6), "chrome", (-0.060, -0.040, 0.0165), stretch=(0.8, 1.3, 0.3))
    return shape


@piece
def cup_stack(
    rows: int = 3, columns: int = 6, high: int = 2, china: str = "porcelain", seed: int = 0
) -> Shape:
    """Clean cups stacked upside down in rows along x."""
    shape = small()
    rng = np.random.default_rng(seed)
    cup = lathe(CUP, 12).moved(stretch=(1, 1, -1), at=(0, 0, 0.068))
    for row in range(rows):
        for column in range(columns):
            for level in range(high if rng.random() < 0.85 else max(1, high - 1)):
                jitter = rng.uniform(-0.004, 0.004, 2)
                shape.add(
                    cup,
                    china,
                    (
                        (column - (columns - 1) / 2) * 0.092 + jitter[0],
                        (row - (rows - 1) / 2) * 0.092 + jitter[1],
                        level * 0.058,
                    ),
                )
    return shape


@piece
def glasses(rows: int = 2, columns: int = 6, wine: bool = False) -> Shape:
    """Rows of glasses along x."""
    shape = small()
    glass = lathe(_WINE if wine else _TUMBLER, 10)
    for row in range(rows):
        for column in range(columns):
            shape.add(
                glass,
                "bottle_clear",
                ((column - (columns - 1) / 2) * 0.085, (row - (rows - 1) / 2) * 0.085, 0),
            )
    return shape


@piece
def bottles(count: int = 8, gap: float = 0.095, segments: int = 12, seed: int = 0) -> Shape:
    """A row of bottles along x, of several makes."""
    shape = small()
    rng = np.random.default_rng(seed)
    tints = ["bottle_green", "bottle_amber", "bottle_clear", "bottle_green", "bottle_amber"]
    tall, squat = lathe(_BOTTLE, segments), lathe(_SQUAT, segments)
    labels = ["label", "paper", "enamel_red", "enamel_yellow", "enamel_green"]
    for k in range(count):
        kind = rng.random()
        mesh, radius = (tall, 0.0375) if kind < 0.65 else (squat, 0.0455)
        scale = float(rng.uniform(0.9, 1.06))
        at = ((k - (count - 1) / 2) * gap + rng.uniform(-0.008, 0.008), rng.uniform(-0.02, 0.02), 0)
        shape.add(mesh, tints[int(rng.integers(len(tints)))], at, stretch=(1, 1, scale))
        band = lathe([(radius + 0.0005, 0.05), (radius + 0.0005, 0.12)], segments)
        shape.add(band, labels[int(rng.integers(len(labels)))], at, stretch=(1, 1, scale))
        top = 0.300 if kind < 0.65 else 0.238
        shape.add(
            cylinder(0.0158 if kind < 0.65 else 0.0205, 0.02, 8, 0.0),
            "painted_black",
            (at[0], at[1], top * scale - 0.012),
        )
    return shape


@piece
def jars(count: int = 4, gap: float = 0.15, segments: int = 16, seed: int = 0) -> Shape:
    """Glass jars of beans, biscuits and tea along x, with wooden lids."""
    shape = small()
    rng = np.random.default_rng(seed)
    fills = ["beans", "pastry", "leaf_dark", "icing", "beans", "chocolate"]
    for k in range(count):
        at = ((k - (count - 1) / 2) * gap, float(rng.uniform(-0.01, 0.01)), 0.0)
        tall = float(rng.uniform(0.15, 0.24))
        level = tall * float(rng.uniform(0.55, 0.9))
        shape.add(
            lathe(
                [(0.0, 0.004), (0.052, 0.004), (0.054, 0.012), (0.054, level), (0.0, level)],
                segments,
                40.0,
            ),
            fills[k % len(fills)],
            at,
        )
        shape.add(
            lathe(
                [(0.0, 0.0), (0.056, 0.0), (0.058, 0.006), (0.058, tall), (0.052, tall + 0.01)],
                segments,
                40.0,
            ),
            "glass",
            at,
        )
        shape.add(cylinder(0.056, 0.022, segments, 0.004), "oak", (at[0], at[1], tall + 0.008))
        shape.add(sphere(0.012, 10, 6), "oak", (at[0], at[1], tall + 0.04))
    return shape


@piece
def table_setting(vase: str = "petal_white", card: bool = True, seed: int = 0) -> Shape:
    """What waits on every table: a sugar pourer, a menu card, a small vase with a flower."""
    shape = small()
    rng = np.random.default_rng(seed)
    shape.add(
        lathe([(0.0, 0.0), (0.03, 0.0), (0.032, 0.004), (0.026, 0.05), (0.0, 0.05)], 14),
        "enamel_white",
        (0.055, 0.0, 0),
    )
    shape.add(
        lathe([(0.0, 0.0), (0.033, 0.0), (0.034, 0.004), (0.027, 0.095), (0.0, 0.096)], 14),
        "glass",
        (0.055, 0.0, 0),
    )
    shape.add(
        lathe([(0.028, 0.0), (0.028, 0.018), (0.012, 0.03), (0.0, 0.031)], 14),
        "chrome",
        (0.055, 0.0, 0.092),
    )
    shape.add(
        lathe(
            [
                (0.0, 0.0),
                (0.022, 0.0),
                (0.026, 0.03),
                (0.013, 0.075),
                (0.016, 0.095),
                (0.0145, 0.095),
                (0.0115, 0.075),
            ],
            14,
        ),
        "porcelain_blue",
        (-0.035, 0.02, 0),
    )
    for k in range(3):
        lean = rng.uniform(-0.04, 0.04, 2)
        top = np.array([-0.035 + lean[0], 0.02 + lean[1], 0.19 + 0.03 * k])
        shape.add(
            tube(
                [
                    (-0.035, 0.02, 0.05),
                    (-0.035 + lean[0] * 0.4, 0.02 + lean[1] * 0.4, 0.13),
                    tuple(top),
                ],
                0.0015,
                5,
            ),
            "leaf",
        )
        for petal in range(6):
            angle = petal * 60.0
            c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            shape.add(
                sphere(0.011, 6, 4),
                vase,
                (top[0] + 0.012 * c, top[1] + 0.012 * s, top[2]),
                angle,
                stretch=(1.2, 0.7, 0.35),
            )
        shape.add(sphere(0.007, 6, 4), "petal_yellow", (top[0], top[1], top[2] + 0.003))
    if card:
        for side in (-1, 1):
            shape.add(
                box((0.10, 0.0015, 0.15), 0.0),
                "label",
                (0.0, -0.055 + side * 0.021, 0.0),
                tilt=side * 15.5,
            )
    return shape


@piece
def napkin_box() -> Shape:
    """A steel napkin holder."""
    shape = small()
    shape.add(rounded_box(0.12, 0.09, 0.1, 0.012, 0.004), "steel")
    return shape.add(box((0.085, 0.092, 0.05), 0.002), "paper", (0, 0, 0.03))


@piece
def crockery(count: int = 3, china: str = "porcelain", seed: int = 0) -> Shape:
    """Piles of plates along x."""
    shape = small()
    rng = np.random.default_rng(seed)
    for k in range(count):
        radius = 0.10 if k % 2 else 0.075
        for level in range(int(rng.integers(5, 11))):
            plate = lathe(
                [(0.0, 0.0), (radius * 0.6, 0.0), (radius, 0.012), (radius, 0.015), (0.0, 0.008)],
                16,
            )
            shape.add(plate, china, ((k - (count - 1) / 2) * 0.23, 0, 0.0085 * level))
    return shape
