"""Counters, shelves and sideboards. Fronts face −y."""

from __future__ import annotations

from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import box
from filmagent.library.kit.turned import cylinder, tube


@piece
def counter(
    length: float = 4.0,
    depth: float = 0.6,
    height: float = 1.06,
    top: str = "marble",
    front: str = "painted_green",
    panels: int = 6,
    rail: str = "brass",
) -> Shape:
    """A bar counter centred on x, its customers' side at y = 0, with panels and a foot rail."""
    shape = Shape()
    body = height - 0.04
    shape.add(box((length, depth - 0.08, 0.1), 0.003), "painted_black", (0, depth / 2 + 0.02, 0))
    shape.add(box((length, depth - 0.02, body - 0.1), 0.004), front, (0, depth / 2 + 0.01, 0.1))
    width = length / panels
    for k in range(panels + 1):
        x = -length / 2 + width * k
        x = min(max(x, -length / 2 + 0.045), length / 2 - 0.045)
        shape.add(box((0.09, 0.024, body - 0.1), 0.006), front, (x, 0.010, 0.1))
    for z, tall in ((0.1, 0.13), (body - 0.13, 0.13)):
        shape.add(box((length - 0.01, 0.02, tall), 0.006), front, (0, 0.012, z))
    for k in range(panels):
        x = -length / 2 + width * (k + 0.5)
        shape.add(box((width - 0.2, 0.016, body - 0.46), 0.01), front, (x, 0.014, 0.28))
    shape.add(
        box((length + 0.06, depth + 0.06, 0.04), 0.01, upright=True), top, (0, depth / 2, body)
    )
    if rail:
        shape.add(
            tube([(-length / 2 + 0.05, -0.1, 0.2), (length / 2 - 0.05, -0.1, 0.2)], 0.019, 12),
            rail,
            collide=False,
        )
        for k in range(max(2, round(length / 1.2) + 1)):
            x = -length / 2 + 0.2 + (length - 0.4) * k / max(1, round(length / 1.2))
            shape.add(
                tube([(x, 0.02, 0.13), (x, -0.06, 0.15), (x, -0.1, 0.2)], 0.011, 8),
                rail,
                collide=False,
            )
    shape.anchor("top", (0, depth / 2, height))
    shape.anchor("left", (-length / 4, depth / 2, height))
    shape.anchor("right", (length / 4, depth / 2, height))
    return shape


@piece
def back_counter(
    length: float = 3.4,
    depth: float = 0.42,
    height: float = 0.9,
    front: str = "painted_green",
    top: str = "walnut",
    doors: int = 6,
) -> Shape:
    """A low cabinet against a wall: back at y = 0, doors facing −y at ``-depth``."""
    shape = Shape()
    shape.add(box((length, depth - 0.06, 0.08), 0.003), "painted_black", (0, -depth / 2 + 0.03, 0))
    shape.add(
        box((length, depth - 0.02, height - 0.12), 0.004), front, (0, -depth / 2 + 0.01, 0.08)
    )
    width = length / doors
    for k in range(doors):
        x = -length / 2 + width * (k + 0.5)
        shape.add(box((width - 0.012, 0.02, height - 0.15), 0.006), front, (x, -depth + 0.01, 0.1))
        shape.add(
            cylinder(0.014, 0.02, 10),
            "brass",
            (x + (0.35 if k % 2 == 0 else -0.35) * width, -depth - 0.01, height * 0.62),
            tilt=90,
            collide=False,
        )
    shape.add(box((length + 0.02, depth + 0.02, 0.04), 0.008), top, (0, -depth / 2, height - 0.04))
    shape.anchor("top", (0, -depth / 2, height))
    return shape


@piece
def wall_shelf(
    length: float = 1.6,
    depth: float = 0.24,
    levels: int = 1,
    gap: float = 0.36,
    wood: str = "walnut",
    bracket: str = "brass",
) -> Shape:
    """Boards on brackets: back at y = 0, the lowest board's underside at z = 0; shelf_1 …"""
    shape = Shape(stands=False)
    for level in range(levels):
        z = level * gap
        shape.add(box((length, depth, 0.028), 0.005), wood, (0, -depth / 2, z))
        for x in (-length / 2 + 0.18, length / 2 - 0.18):
            shape.add(
                box((0.02, depth * 0.85, 0.02), 0.003),
                bracket,
                (x, -depth * 0.425, z - 0.02),
                collide=False,
            )
            shape.add(box((0.02, 0.02, 0.16), 0.003), bracket, (x, -0.01, z - 0.16), collide=False)
        shape.anchor(f"shelf_{level + 1}", (0, -depth / 2, z + 0.028))
    return shape


@piece
def sideboard(
    length: float = 1.5,
    depth: float = 0.42,
    height: float = 0.86,
    wood: str = "walnut",
) -> Shape:
    """A sideboard on turned legs with drawers, back at y = 0; offers ``top``."""
    shape = Shape()
    shape.add(box((length, depth, height - 0.2), 0.006), wood, (0, -depth / 2, 0.17))
    shape.add(box((length + 0.04, depth + 0.02, 0.03), 0.01), wood, (0, -depth / 2, height - 0.03))
    for x in (-length / 2 + 0.06, length / 2 - 0.06):
        for y in (-0.06, -depth + 0.06):
            shape.add(cylinder(0.018, 0.175, 10, top=0.028), wood, (x, y, 0))
    count = 3
    for k in range(count):
        x = -length / 2 + length * (k + 0.5) / count
        shape.add(box((length / count - 0.03, 0.02, 0.17), 0.006), wood, (x, -depth, height - 0.23))
        shape.add(box((length / count - 0.03, 0.02, 0.38), 0.006), wood, (x, -depth, height - 0.64))
        for z in (height - 0.15, height - 0.34):
            shape.add(
                cylinder(0.013, 0.022, 10), "brass", (x, -depth - 0.005, z), tilt=90, collide=False
            )
    shape.anchor("top", (0, -depth / 2, height))
    return shape
