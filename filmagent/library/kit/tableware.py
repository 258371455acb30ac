"""What stands on counters, shelves and tables. Each stands on z = 0 with its front towards −y."""

from __future__ import annotations

import numpy as np

from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import (
    Mesh,
    box,
    cylinder,
    joined,
    lathe,
    rounded_box,
    shaded,
    sphere,
    tube,
)

Profile = list[tuple[float, float]]

_CUP: Profile = [
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


def _small() -> Shape:
    return Shape("prop", collide=False, stands=False)


@piece
def cup_and_saucer(china: str = "porcelain", filled: bool = True, turn: float = 0.0) -> Shape:
    """A used coffee cup on its saucer, with a spoon."""
    shape = _small()
    shape.add(lathe(_SAUCER, 20), china)
    shape.add(lathe(_CUP, 20), china, (0, 0, 0.007))
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
    shape = _small()
    rng = np.random.default_rng(seed)
    cup = lathe(_CUP, 12).moved(stretch=(1, 1, -1), at=(0, 0, 0.068))
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
    shape = _small()
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
    shape = _small()
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
    shape = _small()
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
def espresso_machine(width: float = 0.78, body: str = "steel", trim: str = "enamel_red") -> Shape:
    """A two-group lever machine, its barista at +y, its polished back towards the guests (−y)."""
    shape = _small()
    shape.collide = True
    for x in (-width / 2 + 0.05, width / 2 - 0.05):
        for y in (-0.17, 0.17):
            shape.add(cylinder(0.022, 0.09, 12), "plastic_black", (x, y, 0))
    shape.add(rounded_box(width, 0.46, 0.08, 0.03, 0.01), body, (0, 0, 0.085))
    shape.add(rounded_box(width, 0.24, 0.22, 0.03, 0.012), body, (0, -0.10, 0.165))
    shape.add(rounded_box(width, 0.44, 0.10, 0.04, 0.02), body, (0, -0.01, 0.385))
    shape.add(box((width - 0.1, 0.008, 0.13), 0.003), trim, (0, -0.222, 0.2))
    shape.add(box((width - 0.02, 0.012, 0.016), 0.004), "brass", (0, -0.224, 0.175))
    shape.add(box((width - 0.02, 0.012, 0.016), 0.004), "brass", (0, -0.224, 0.345))
    shape.add(box((width - 0.12, 0.22, 0.012), 0.003), "chrome", (0, 0.11, 0.165))
    for x in (-0.19, 0.19):
        shape.add(cylinder(0.042, 0.07, 18), "chrome", (x, 0.10, 0.315))
        shape.add(cylinder(0.036, 0.03, 18), "chrome", (x, 0.10, 0.285))
        shape.add(tube([(x, 0.13, 0.296), (x, 0.27, 0.285)], [0.011, 0.014], 8), "plastic_black")
        shape.add(
            tube(
                [(x + 0.02, 0.12, 0.46), (x + 0.02, 0.18, 0.56), (x + 0.02, 0.22, 0.66)],
                [0.012, 0.01, 0.014],
                8,
            ),
            "chrome",
        )
        shape.add(sphere(0.019, 12, 8), "plastic_black", (x + 0.02, 0.225, 0.672))
    for x in (-0.34, 0.34):
        shape.add(tube([(x, 0.14, 0.40), (x, 0.21, 0.38), (x, 0.22, 0.24)], 0.006, 8), "chrome")
    shape.add(cylinder(0.045, 0.012, 20), "enamel_white", (0, 0.212, 0.43), tilt=90)
    rail = [
        (-width / 2 + 0.03, -0.2, 0.53),
        (width / 2 - 0.03, -0.2, 0.53),
        (width / 2 - 0.03, 0.18, 0.53),
        (-width / 2 + 0.03, 0.18, 0.53),
    ]
    shape.add(tube(np.array(rail), 0.005, 6, closed=True), "brass")
    for x, y, _ in rail:
        shape.add(cylinder(0.005, 0.05, 6), "brass", (x, y, 0.482))
    cup = lathe(_CUP, 14)
    for k in range(7):
        for row in range(3):
            if (k * 5 + row * 3) % 7:
                shape.add(cup, "porcelain", (-0.29 + 0.095 * k, -0.13 + 0.1 * row, 0.487))
    shape.anchor("top", (0, 0, 0.487))
    return shape


@piece
def grinder(body: str = "painted_black") -> Shape:
    """A coffee grinder with a hopper of beans."""
    shape = _small()
    shape.add(rounded_box(0.18, 0.28, 0.05, 0.02, 0.008), body)
    shape.add(rounded_box(0.15, 0.16, 0.24, 0.03, 0.01), body, (0, -0.04, 0.05))
    shape.add(rounded_box(0.16, 0.24, 0.08, 0.03, 0.01), "steel", (0, 0, 0.28))
    shape.add(
        lathe([(0.0, 0.0), (0.045, 0.0), (0.07, 0.06), (0.075, 0.11), (0.0, 0.11)], 18),
        "beans",
        (0, -0.02, 0.36),
    )
    shape.add(
        lathe([(0.046, 0.0), (0.073, 0.06), (0.08, 0.17), (0.0, 0.172)], 18),
        "glass",
        (0, -0.02, 0.36),
    )
    shape.add(cylinder(0.082, 0.016, 18), body, (0, -0.02, 0.53))
    shape.add(tube([(0, 0.08, 0.2), (0, 0.17, 0.19)], 0.012, 8), "chrome")
    return shape


@piece
def till(body: str = "brass") -> Shape:
    """An old brass cash register, its keys towards +y (the staff)."""
    shape = _small()
    shape.add(rounded_box(0.42, 0.40, 0.12, 0.012, 0.008), "walnut")
    shape.add(box((0.03, 0.012, 0.03), 0.005), body, (0, 0.206, 0.045))
    side = [(-0.17, 0.12), (0.18, 0.12), (0.17, 0.20), (0.0, 0.33), (-0.08, 0.40), (-0.17, 0.40)]
    outline = np.array([[-0.19, y, z] for y, z in side] + [[0.19, y, z] for y, z in side])
    n = len(side)
    faces = [[0, k, k + 1] for k in range(1, n - 1)]
    faces += [[n, n + k + 1, n + k] for k in range(1, n - 1)]
    for k in range(n):
        a, b = k, (k + 1) % n
        faces += [[a, a + n, b], [b, a + n, b + n]]
    mesh = shaded(outline, np.array(faces)[:, ::-1], 10.0)
    shape.add(mesh, body)
    for row in range(3):
        for column in range(8):
            t = (row + 0.5) / 3
            y, z = 0.17 - 0.17 * t, 0.20 + 0.13 * t
            shape.add(
                cylinder(0.011, 0.02, 10, 0.003), "enamel_white", (-0.14 + 0.04 * column, y, z)
            )
    shape.add(box((0.30, 0.05, 0.09), 0.006), body, (0, -0.12, 0.40))
    shape.add(box((0.26, 0.052, 0.06), 0.0), "glass_dark", (0, -0.12, 0.415))
    return shape


@piece
def pastry_case(
    width: float = 1.0,
    depth: float = 0.42,
    height: float = 0.42,
    seed: int = 0,
) -> Shape:
    """A glass case of cakes and croissants, its glass towards the guests (−y)."""
    shape = _small()
    shape.collide = True
    rng = np.random.default_rng(seed)
    shape.add(box((width, depth, 0.05), 0.006), "walnut")
    shape.add(box((width, depth, 0.025), 0.006), "walnut", (0, 0, height - 0.025))
    for x in (-width / 2 + 0.012, width / 2 - 0.012):
        for y in (-depth / 2 + 0.012, depth / 2 - 0.012):
            shape.add(box((0.02, 0.02, height - 0.075), 0.003), "brass", (x, y, 0.05))
    tall = height - 0.075
    shape.add(
        box((width - 0.044, 0.005, tall), 0.0), "glass", (0, -depth / 2 + 0.01, 0.05), kind="glass"
    )
    for x in (-width / 2 + 0.01, width / 2 - 0.01):
        shape.add(box((0.005, depth - 0.044, tall), 0.0), "glass", (x, 0, 0.05), kind="glass")
    shape.add(box((width - 0.05, depth - 0.06, 0.008), 0.0), "glass", (0, 0, 0.05 + tall / 2))
    for level, z in enumerate((0.051, 0.05 + tall / 2 + 0.008)):
        count = max(2, int(width / 0.24))
        for k in range(count):
            x = -width / 2 + width * (k + 0.5) / count
            shape.add(cylinder(0.10, 0.012, 20), "porcelain", (x, 0, z))
            _bake_goods(shape, int(rng.integers(4)), x, z + 0.012, rng, level)
    shape.anchor("top", (0, 0, height))
    return shape


def _bake_goods(
    shape: Shape,
    kind: int,
    x: float,
    z: float,
    rng: np.random.Generator,
    level: int,
) -> None:
    if kind == 0:
        for k in range(4):
            angle = float(rng.uniform(0, 180))
            shape.add(
                _croissant(),
                "pastry",
                (x + 0.07 * (k % 2) - 0.035, 0.08 * (k // 2) - 0.04, z),
                angle,
            )
    elif kind == 1:
        tall = 0.07 if level else 0.09
        wedge = [(0.0, 0.0), (0.078, 0.0), (0.08, 0.006), (0.08, tall), (0.0, tall)]
        shape.add(lathe(wedge, 20, 40.0), "chocolate", (x, 0, z))
        shape.add(
            lathe([(0.0, 0.0), (0.081, 0.0), (0.082, 0.008), (0.07, 0.014), (0.0, 0.014)], 20),
            "icing",
            (x, 0, z + tall - 0.004),
        )
    elif kind == 2:
        for k in range(5):
            shape.add(
                lathe(
                    [
                        (0.0, 0.0),
                        (0.022, 0.0),
                        (0.03, 0.03),
                        (0.036, 0.036),
                        (0.026, 0.06),
                        (0.0, 0.066),
                    ],
                    12,
                    60.0,
                ),
                "pastry" if k % 2 else "chocolate",
                (x + 0.055 * np.cos(k * 1.2566), 0.055 * np.sin(k * 1.2566), z),
            )
    else:
        ring = np.linspace(0, 2 * np.pi, 14, endpoint=False)
        loop = np.column_stack([0.026 * np.cos(ring), 0.026 * np.sin(ring), np.full(14, 0.016)])
        for k in range(4):
            shape.add(
                tube(loop, 0.0155, 8, closed=True),
                "pastry" if k % 2 else "icing",
                (x + 0.09 * (k % 2) - 0.045, 0.09 * (k // 2) - 0.045, z),
            )


def _croissant() -> Mesh:
    t = np.linspace(-1.15, 1.15, 11)
    path = np.column_stack([0.04 * np.sin(t), 0.05 - 0.05 * np.cos(t) - 0.02, 0.016 + 0 * t])
    radius = 0.021 * np.cos(t * 1.1) ** 0.7 + 0.004
    radius *= 1 + 0.10 * (np.arange(11) % 2)
    return tube(path, radius.tolist(), 8)


@piece
def plate_of_cake() -> Shape:
    """A half-eaten slice with a fork."""
    shape = _small()
    shape.add(
        lathe(
            [(0.0, 0.0), (0.05, 0.0), (0.085, 0.014), (0.087, 0.016), (0.052, 0.007), (0.0, 0.005)],
            24,
        ),
        "porcelain",
    )
    corner = np.array([[0, 0], [0.075, -0.022], [0.075, 0.022]]) - [0.03, 0]
    vertices = np.vstack([np.column_stack([corner, np.full(3, z)]) for z in (0.008, 0.055)])
    faces = [[0, 2, 1], [3, 4, 5]]
    for k in range(3):
        a, b = k, (k + 1) % 3
        faces += [[a, b, b + 3], [a, b + 3, a + 3]]
    shape.add(shaded(vertices, np.array(faces), 10.0), "chocolate")
    shape.add(shaded(vertices * [1, 1, 0.2] + [0, 0, 0.046], np.array(faces), 10.0), "icing")
    shape.add(tube([(-0.02, -0.09, 0.018), (-0.03, 0.06, 0.018)], 0.002, 6), "chrome")
    return shape


@piece
def table_setting(vase: str = "petal_white", card: bool = True, seed: int = 0) -> Shape:
    """What waits on every table: a sugar pourer, a menu card, a small vase with a flower."""
    shape = _small()
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
    shape = _small()
    shape.add(rounded_box(0.12, 0.09, 0.1, 0.012, 0.004), "steel")
    return shape.add(box((0.085, 0.092, 0.05), 0.002), "paper", (0, 0, 0.03))


@piece
def crockery(count: int = 3, china: str = "porcelain", seed: int = 0) -> Shape:
    """Piles of plates along x."""
    shape = _small()
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


@piece
def crate(size: list[float] | None = None, wood: str = "beech") -> Shape:
    """A slatted wooden crate."""
    shape = Shape("furniture")
    width, depth, height = size or [0.5, 0.34, 0.3]
    for z in np.linspace(0, height - 0.08, 3):
        for y in (-depth / 2 + 0.007, depth / 2 - 0.007):
            shape.add(box((width, 0.014, 0.07), 0.0), wood, (0, y, float(z)))
        for x in (-width / 2 + 0.021, width / 2 - 0.021):
            shape.add(box((0.014, depth - 0.028, 0.07), 0.0), wood, (x, 0, float(z)))
    shape.add(box((width - 0.05, depth - 0.03, 0.012), 0.0), wood, (0, 0, 0.004))
    for x in (-width / 2 + 0.04, width / 2 - 0.04):
        for y in (-depth / 2 + 0.03, depth / 2 - 0.03):
            shape.add(box((0.03, 0.03, height - 0.02), 0.0), wood, (x, y, 0.01))
    shape.anchor("top", (0, 0, 0.016))
    return shape


@piece
def fruit(
    count: int = 24,
    width: float = 0.42,
    depth: float = 0.26,
    surface: str = "enamel_red",
    radius: float = 0.04,
    seed: int = 0,
) -> Shape:
    """A heap of fruit filling a crate."""
    shape = _small()
    rng = np.random.default_rng(seed)
    ball = sphere(radius, 8, 5)
    per_row = max(1, int(width / (radius * 2)))
    balls = []
    for k in range(count):
        layer, place = divmod(k, per_row * max(1, int(depth / (radius * 2))))
        row, column = divmod(place, per_row)
        balls.append(
            ball.moved(
                (
                    -width / 2 + radius * (1 + 2 * column + 0.5 * (layer % 2)),
                    -depth / 2 + radius * (1 + 2 * row),
                    radius * (0.95 + 1.5 * layer) + rng.uniform(0, 0.006),
                )
            )
        )
    return shape.add(joined(*balls), surface)
