"""The ground of a street and what is fixed to it."""

from __future__ import annotations

import shapely

from filmagent.library.kit.panels import prism
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import box
from filmagent.library.kit.turned import lathe


@piece
def pavement(
    outline: list[list[float]],
    surface: str = "paving",
    height: float = 0.0,
    depth: float = 0.12,
    corner: float = 0.0,
) -> Shape:
    """A raised pavement whose top is ``height``; convex corners rounded by ``corner``."""
    shape = Shape("ground", stands=False)
    area = shapely.Polygon(outline)
    if corner > 0:
        area = area.buffer(-corner, join_style="mitre").buffer(corner, quad_segs=8)
    return shape.add(prism(area, depth), surface, (0, 0, height - depth))


@piece
def kerb(
    outline: list[list[float]],
    corner: float = 0.0,
    width: float = 0.15,
    depth: float = 0.25,
    height: float = 0.0,
    surface: str = "granite",
) -> Shape:
    """Kerb stones just inside the edge of ``outline``, standing 2 mm proud of ``height``."""
    shape = Shape("ground", stands=False)
    area = shapely.Polygon(outline)
    if corner > 0:
        area = area.buffer(-corner, join_style="mitre").buffer(corner, quad_segs=8)
    ring = area.difference(area.buffer(-width))
    return shape.add(prism(ring, depth, 0.012), surface, (0, 0, height + 0.002 - depth))


@piece
def road(outline: list[list[float]], surface: str = "asphalt", height: float = -0.12) -> Shape:
    """A roadway whose top is ``height``."""
    shape = Shape("ground", stands=False)
    return shape.add(prism(shapely.Polygon(outline), 0.1), surface, (0, 0, height - 0.1))


@piece
def marking(
    length: float,
    width: float = 0.12,
    dash: float = 0.0,
    gap: float = 0.0,
    surface: str = "road_paint",
) -> Shape:
    """Paint along x from 0 to ``length``: one line, or dashes."""
    shape = Shape("ground", collide=False, stands=False)
    step = dash + gap if dash else length
    for k in range(max(1, int((length + 1e-6) // step))):
        long = dash or length
        shape.add(box((long, width, 0.004), 0.0), surface, (k * step + long / 2, 0, 0.0))
    return shape


@piece
def crosswalk(
    length: float = 6.0, width: float = 3.0, stripe: float = 0.5, surface: str = "road_paint"
) -> Shape:
    """A zebra crossing along y from 0 to ``length``, ``width`` wide along x."""
    shape = Shape("ground", collide=False, stands=False)
    count = int(length // (2 * stripe))
    spare = (length - (2 * count - 1) * stripe) / 2
    for k in range(count):
        shape.add(
            box((width, stripe, 0.004), 0.0), surface, (0, spare + stripe / 2 + 2 * stripe * k, 0)
        )
    return shape


@piece
def manhole(radius: float = 0.33) -> Shape:
    """A cast-iron cover flush with the ground."""
    shape = Shape("ground", collide=False, stands=False)
    shape.add(
        lathe(
            [(0.0, 0.0), (radius, 0.0), (radius, 0.006), (radius - 0.03, 0.008), (0.0, 0.008)],
            28,
            20.0,
        ),
        "cast_iron",
    )
    for k in range(5):
        for j in range(5):
            if (k - 2) ** 2 + (j - 2) ** 2 < 6:
                shape.add(
                    box((0.06, 0.06, 0.005), 0.0),
                    "cast_iron",
                    ((k - 2) * 0.105, (j - 2) * 0.105, 0.007),
                    45.0,
                )
    return shape
