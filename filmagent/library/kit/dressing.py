"""What makes a room lived in: lamps, plants, pictures, boards, books, radiators, curtains."""

from __future__ import annotations

import numpy as np

from filmagent.library.bake import Material
from filmagent.library.kit import printed
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import (
    Array,
    Mesh,
    box,
    cylinder,
    joined,
    lathe,
    rounded_box,
    shaded,
    sheet,
    sphere,
    tube,
)


@piece
def pendant(drop: float = 1.0, width: float = 0.34, shade: str = "painted_green") -> Shape:
    """An enamel pendant hanging from z = 0 by ``drop`` to its rim; offers ``bulb`` below it."""
    shape = Shape("lamp", stands=False)
    shape.add(lathe([(0.0, -0.03), (0.045, -0.028), (0.05, 0.0), (0.0, 0.0)], 16), "brass")
    shape.add(tube([(0, 0, -0.02), (0, 0, -drop + 0.24)], 0.004, 6), "plastic_black")
    r = width / 2
    shell = [
        (r, 0.0),
        (r - 0.004, 0.004),
        (0.82 * r, 0.055),
        (0.42 * r, 0.115),
        (0.24 * r, 0.14),
        (0.22 * r, 0.20),
        (0.12 * r, 0.235),
        (0.0, 0.24),
    ]
    shape.add(lathe(shell, 28, 50.0), shade, (0, 0, -drop))
    inner = [(x * 0.985, z - 0.004) for x, z in shell[:5]] + [(0.0, 0.132)]
    mesh = lathe(inner, 28, 50.0)
    shape.add(
        Mesh(mesh.vertices, -mesh.normals, mesh.uvs, mesh.faces[:, ::-1]),
        "enamel_white",
        (0, 0, -drop),
    )
    shape.add(sphere(0.032, 14, 8), "bulb", (0, 0, -drop + 0.075), collide=False)
    shape.add(cylinder(0.014, 0.05, 10), "brass", (0, 0, -drop + 0.095))
    shape.anchor("bulb", (0, 0, -drop + 0.01))
    return shape


@piece
def globe_lamp(drop: float = 0.5, width: float = 0.28) -> Shape:
    """An opal globe hanging from z = 0; offers ``bulb`` just below it."""
    shape = Shape("lamp", stands=False)
    shape.add(lathe([(0.0, -0.03), (0.05, -0.028), (0.055, 0.0), (0.0, 0.0)], 16), "brass")
    shape.add(tube([(0, 0, -0.02), (0, 0, -drop)], 0.006, 8), "brass")
    shape.add(cylinder(0.045, 0.03, 16), "brass", (0, 0, -drop - 0.015))
    shape.add(sphere(width / 2, 22, 12), "lamp_glass", (0, 0, -drop - width / 2))
    shape.anchor("bulb", (0, 0, -drop - width - 0.04))
    return shape


@piece
def wall_lamp(surface: str = "brass") -> Shape:
    """An opal shade on a bracket that reaches to −y from a wall at y = 0; offers ``bulb``."""
    shape = Shape("lamp", stands=False)
    shape.add(lathe([(0.0, 0.0), (0.05, 0.0), (0.04, 0.02), (0.0, 0.025)], 16), surface, tilt=90)
    shape.add(
        tube([(0, 0, 0), (0, -0.09, -0.01), (0, -0.14, 0.03), (0, -0.15, 0.06)], 0.008, 8), surface
    )
    shape.add(
        lathe([(0.03, 0.0), (0.065, 0.03), (0.085, 0.10), (0.082, 0.10), (0.0, 0.012)], 20, 60.0),
        "lamp_glass",
        (0, -0.15, 0.06),
    )
    shape.anchor("bulb", (0, -0.17, 0.22))
    return shape


@piece
def picture(
    width: float = 0.4,
    height: float = 0.5,
    frame: str = "walnut",
    mount: float = 0.05,
    seed: int = 0,
) -> Shape:
    """A framed picture, its wall at y = 0, facing −y, its bottom at z = 0."""
    shape = Shape("decor", collide=False, stands=False)
    bar = 0.03
    for z in (0.0, height - bar):
        shape.add(box((width, 0.025, bar), 0.006), frame, (0, -0.0125, z))
    for x in (-width / 2 + bar / 2, width / 2 - bar / 2):
        shape.add(box((bar, 0.025, height - 2 * bar), 0.006), frame, (x, -0.0125, bar))
    shape.add(sheet(width - 2 * bar, height - 2 * bar), "paper", (0, -0.008, bar))
    art = shape.print(
        f"picture{seed % 100000:05d}",
        printed.picture(seed, (112, 140)),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.5),
    )
    inner = bar + mount
    shape.add(sheet(width - 2 * inner, height - 2 * inner, fitted=True), art, (0, -0.009, inner))
    return shape


@piece
def menu_board(
    title: str = "TODAY",
    rows: list[list[str]] | None = None,
    width: float = 1.6,
    height: float = 1.0,
    frame: str = "oak",
    seed: int = 0,
) -> Shape:
    """A chalked blackboard, its wall at y = 0, facing −y."""
    shape = Shape("decor", collide=False, stands=False)
    bar = 0.05
    for z in (0.0, height - bar):
        shape.add(box((width, 0.035, bar), 0.008), frame, (0, -0.0175, z))
    for x in (-width / 2 + bar / 2, width / 2 - bar / 2):
        shape.add(box((bar, 0.035, height - 2 * bar), 0.008), frame, (x, -0.0175, bar))
    words = [(str(a), str(b)) for a, b in rows or [["Coffee", "2.20"]]]
    board = shape.print(
        f"menu{seed % 100000:05d}",
        printed.chalk_menu(title, words, seed),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.8),
    )
    return shape.add(sheet(width - 2 * bar, height - 2 * bar, fitted=True), board, (0, -0.012, bar))


@piece
def a_board(text: str = "COFFEE\nCAKES", frame: str = "oak") -> Shape:
    """A folding pavement sign, lettered towards −y and +y."""
    shape = Shape()
    board = shape.print(
        f"aboard.{len(text)}{sum(text.encode())}",
        printed.lettering(text, (160, 240), (30, 34, 32), (232, 224, 200), True),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.8),
    )
    for side in (0.0, 180.0):
        leaf = Shape()
        for x in (-0.29, 0.29):
            leaf.add(box((0.04, 0.025, 1.0), 0.004), frame, (x, 0, 0))
        for z in (0.08, 0.94):
            leaf.add(box((0.54, 0.022, 0.05), 0.004), frame, (0, 0, z))
        leaf.add(box((0.54, 0.008, 0.82), 0.0), "painted_black", (0, 0.002, 0.13))
        leaf.add(sheet(0.54, 0.82, fitted=True), board, (0, -0.004, 0.13))
        for patch in leaf.patches:
            leant = patch.mesh.moved((0, -0.21, 0.004), tilt=-11.0)
            shape.add(leant, patch.surface, turn=side)
    return shape


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
def plant(
    height: float = 1.0,
    leaves: int = 60,
    leaf: float = 0.16,
    pot: str = "terracotta",
    surface: str = "leaf_dark",
    spread: float = 0.35,
    pot_width: float = 0.28,
    hang: bool = False,
    seed: int = 0,
) -> Shape:
    """A plant in a pot: ``leaf`` long leaves on arching stems, hanging over the rim if ``hang``."""
    shape = Shape("plant")
    rng = np.random.default_rng(seed)
    r, tall = pot_width / 2, pot_width * 0.9
    shape.add(
        lathe(
            [
                (0.0, 0.0),
                (r * 0.72, 0.0),
                (r * 0.76, 0.01),
                (r * 0.95, tall * 0.8),
                (r, tall * 0.82),
                (r, tall),
                (r * 0.88, tall),
                (r * 0.86, tall * 0.88),
            ],
            22,
            35.0,
        ),
        pot,
    )
    shape.add(cylinder(r * 0.87, 0.02, 18), "soil", (0, 0, tall * 0.86), collide=False)
    blades = []
    for k in range(leaves):
        angle = k * 2.39996 + rng.uniform(-0.2, 0.2)
        out = spread * np.sqrt((k + 0.5) / leaves) * rng.uniform(0.7, 1.15)
        if hang:
            top = (
                tall + rng.uniform(0.0, 0.08) - height * (out / spread) ** 2 * rng.uniform(0.3, 1.0)
            )
            root = np.array([np.cos(angle), np.sin(angle), 0]) * min(out, r * 1.05) + [
                0,
                0,
                tall * 0.98,
            ]
        else:
            top = tall + (height - tall) * (1 - 0.55 * (out / spread) ** 2) * rng.uniform(0.55, 1.0)
            root = np.array([np.cos(angle), np.sin(angle), 0]) * out * 0.2 + [0, 0, tall * 0.9]
        tip = np.array([np.cos(angle) * out, np.sin(angle) * out, top])
        if k % 2 == 0:
            middle = (root + tip) / 2 + [0, 0, 0.12 * (0.2 if hang else 1.0)]
            shape.add(tube([root, middle, tip], [0.005, 0.004, 0.002], 5), "leaf", collide=False)
        blades.append(_leaf(tip, angle, leaf * rng.uniform(0.7, 1.2), rng))
    return shape.add(joined(*blades), surface, collide=False)


def _leaf(root: Array, angle: float, length: float, rng: np.random.Generator) -> Mesh:
    """A pointed leaf folded along its rib, drooping from ``root`` outwards."""
    t = np.array([0.0, 0.3, 0.65, 1.0])
    half = np.array([0.02, 0.5, 0.42, 0.0]) * 0.42 * length
    droop = rng.uniform(0.15, 0.9)
    rib = np.column_stack([t * length * 0.95, 0 * t, length * (0.25 * t - droop * t**2)])
    points = np.vstack(
        [
            rib,
            rib[1:3] + np.column_stack([0 * half[1:3], half[1:3], 0.35 * half[1:3]]),
            rib[1:3] - np.column_stack([0 * half[1:3], half[1:3], -0.35 * half[1:3]]),
        ]
    )
    faces = np.array(
        [[0, 1, 4], [1, 2, 5], [1, 5, 4], [2, 3, 5], [0, 6, 1], [1, 7, 2], [1, 6, 7], [2, 7, 3]]
    )
    mesh = shaded(points, faces, 70.0)
    return mesh.moved(root, float(np.degrees(angle)), tilt=float(rng.uniform(-25, 25)))


@piece
def books(width: float = 0.6, height: float = 0.24, depth: float = 0.16, seed: int = 0) -> Shape:
    """A row of books along x, spines towards −y."""
    shape = Shape("decor", collide=False, stands=False)
    rng = np.random.default_rng(seed)
    cloths = [
        "leather_red",
        "leather_brown",
        "canvas_green",
        "wool_dark",
        "canvas_cream",
        "painted_blue",
        "canvas_red",
    ]
    x = -width / 2
    while x < width / 2 - 0.03:
        thick = float(rng.uniform(0.016, 0.045))
        tall = height * float(rng.uniform(0.72, 1.0))
        deep = depth * float(rng.uniform(0.85, 1.0))
        shape.add(
            box((thick - 0.001, deep, tall), 0.002),
            cloths[int(rng.integers(7))],
            (x + thick / 2, -deep / 2 + depth / 2, 0),
        )
        x += thick
    return shape


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


@piece
def mat(width: float = 0.9, depth: float = 0.6, surface: str = "rubber") -> Shape:
    """A door mat."""
    shape = Shape("decor", collide=False, stands=False)
    return shape.add(rounded_box(width, depth, 0.012, 0.02, 0.004), surface)


@piece
def blocked_passage(
    width: float = 1.0,
    height: float = 2.1,
    depth: float = 1.2,
    side: float = 2.4,
    surface: str = "plaster_sage",
) -> Shape:
    """A passage behind a doorway at y = 0, running to +y and turning to +x out of sight."""
    shape = Shape("wall")
    shape.add(
        box((0.1, depth, height + 0.2), 0.0, upright=True),
        surface,
        (-width / 2 - 0.05, depth / 2, 0),
    )
    shape.add(
        box((side + width + 0.2, 0.1, height + 0.2), 0.0, upright=True),
        surface,
        (side / 2, depth + 0.05, 0),
    )
    shape.add(
        box((side + width + 0.2, depth + 0.1, 0.1), 0.0, upright=True),
        "plaster_white",
        (side / 2, depth / 2 + 0.05, height + 0.2),
        kind="ceiling",
    )
    return shape
