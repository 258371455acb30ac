"""What makes a room lived in: lamps, plants, pictures, boards, books, radiators, curtains."""

from __future__ import annotations

import numpy as np

from filmagent.library.bake import Material
from filmagent.library.kit import printed
from filmagent.library.kit.panels import rounded_box, sheet
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import Array, Mesh, box, joined, shaded
from filmagent.library.kit.turned import cylinder, lathe, tube


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
