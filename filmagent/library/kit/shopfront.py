"""Shop fronts: fascias, awnings, signs, the room behind the glass. Fronts face −y at y = 0."""

from __future__ import annotations

import numpy as np

from filmagent.library.bake import Material
from filmagent.library.kit import printed
from filmagent.library.kit.panels import sheet
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import Mesh, box, joined, shaded
from filmagent.library.kit.turned import tube


@piece
def fascia(
    width: float = 8.0,
    height: float = 0.62,
    text: str = "CAFÉ",
    surface: str = "painted_green",
    ink: list[int] | None = None,
    paper: list[int] | None = None,
    letters: float = 3.2,
) -> Shape:
    """A shop's name board from z = 0 with mouldings; ``letters`` is the width of the lettering."""
    shape = Shape("wall", stands=False)
    shape.add(box((width, 0.07, height), 0.006, upright=True), surface, (0, -0.035, 0))
    for z, out, tall in (
        (-0.05, 0.12, 0.07),
        (height - 0.02, 0.20, 0.06),
        (height + 0.04, 0.27, 0.06),
    ):
        shape.add(box((width, out, tall), 0.01), surface, (0, -out / 2, z))
    tall = height * 0.72
    pixels = 320
    board = shape.print(
        f"fascia.{sum(text.encode())}.{len(text)}",
        printed.lettering(
            text,
            (pixels, max(24, int(pixels * tall / letters))),
            _ink(paper, (34, 52, 46)),
            _ink(ink, (226, 196, 130)),
        ),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.5),
    )
    shape.add(sheet(letters, tall, fitted=True), board, (0, -0.073, height * 0.14))
    return shape


def _ink(colour: list[int] | None, usual: printed.Ink) -> printed.Ink:
    return (colour[0], colour[1], colour[2]) if colour else usual


@piece
def pilaster(height: float = 2.95, width: float = 0.32, surface: str = "painted_green") -> Shape:
    """A shop front's pilaster with base, panel and bracket."""
    shape = Shape("wall", stands=False)
    shape.add(box((width, 0.05, height), 0.006), surface, (0, -0.025, 0))
    shape.add(box((width + 0.04, 0.09, 0.24), 0.008), surface, (0, -0.045, 0))
    shape.add(box((width - 0.12, 0.014, height - 0.8), 0.006), surface, (0, -0.056, 0.4))
    shape.add(box((width + 0.03, 0.08, 0.06), 0.008), surface, (0, -0.04, height - 0.3))
    shape.add(box((width - 0.04, 0.12, 0.24), 0.02), surface, (0, -0.06, height - 0.24))
    return shape


@piece
def stall_riser(width: float = 2.7, height: float = 0.5, surface: str = "painted_green") -> Shape:
    """Panels below a shop window."""
    shape = Shape("wall", stands=False)
    shape.add(box((width, 0.03, height), 0.004, upright=True), surface, (0, -0.015, 0))
    shape.add(box((width, 0.045, 0.14), 0.006), surface, (0, -0.0225, 0))
    count = max(1, round(width / 0.9))
    for k in range(count):
        shape.add(
            box((width / count - 0.16, 0.016, height - 0.28), 0.007),
            surface,
            (-width / 2 + width * (k + 0.5) / count, -0.038, 0.2),
        )
    shape.add(box((width + 0.06, 0.13, 0.05), 0.01), "stone", (0, -0.065, height))
    return shape


@piece
def awning(
    width: float = 6.0,
    reach: float = 1.3,
    drop: float = 0.55,
    valance: float = 0.24,
    cloth: str = "canvas_red",
    stripe: str = "canvas_cream",
    pitch: float = 0.3,
) -> Shape:
    """A striped awning hung at z = 0, reaching towards −y, with a scalloped valance."""
    shape = Shape("awning", stands=False)
    count = max(2, round(width / pitch))
    wide = width / count
    even: list[Mesh] = []
    odd: list[Mesh] = []
    for k in range(count):
        x0, x1 = -width / 2 + wide * k, -width / 2 + wide * (k + 1)
        t = np.linspace(0, 1, 5)
        sag = -0.05 * np.sin(np.pi * t)
        line = np.column_stack([-reach * t, -drop * t + sag])
        scallop = np.linspace(0, np.pi, 7)
        rows = [[(x0, y, z), (x1, y, z)] for y, z in line]
        vertices = np.array(rows).reshape(-1, 3)
        faces = [[2 * r, 2 * r + 2, 2 * r + 3] for r in range(4)]
        faces += [[2 * r, 2 * r + 3, 2 * r + 1] for r in range(4)]
        xs = np.linspace(x0, x1, 7)
        upper = np.column_stack([xs, np.full(7, -reach), np.full(7, -drop)])
        lower = np.column_stack(
            [xs, np.full(7, -reach - 0.01), -drop - valance * (0.72 + 0.28 * np.sin(scallop))]
        )
        start = len(vertices)
        vertices = np.vstack([vertices, upper, lower])
        faces += [[start + j, start + 7 + j, start + 8 + j] for j in range(6)]
        faces += [[start + j, start + 8 + j, start + 1 + j] for j in range(6)]
        (odd if k % 2 else even).append(shaded(vertices, np.array(faces), 20.0))
    shape.add(joined(*even), cloth).add(joined(*odd), stripe)
    shape.add(
        tube([(-width / 2, -0.02, 0.02), (width / 2, -0.02, 0.02)], 0.04, 10), "painted_white"
    )
    shape.add(
        tube(
            [(-width / 2, -reach + 0.01, -drop - 0.012), (width / 2, -reach + 0.01, -drop - 0.012)],
            0.018,
            8,
        ),
        "painted_white",
    )
    for x in (-width / 2 + 0.1, width / 2 - 0.1):
        shape.add(
            tube(
                [
                    (x, -0.02, -drop - 0.1),
                    (x, -reach * 0.5, -drop + 0.02),
                    (x, -reach + 0.02, -drop - 0.01),
                ],
                0.013,
                8,
            ),
            "painted_white",
        )
    return shape


@piece
def hanging_sign(text: str = "CAFÉ", width: float = 0.62, surface: str = "painted_black") -> Shape:
    """A sign hanging out to −y from a wall at y = 0, read along x; z = 0 is its middle."""
    shape = Shape("wall", stands=False)
    shape.add(tube([(0, 0, 0.42), (0, -width - 0.12, 0.42)], 0.013, 8), surface)
    shape.add(tube([(0, 0, 0.1), (0, -0.2, 0.36), (0, -0.3, 0.42)], 0.009, 8), surface)
    shape.add(
        box((0.035, width, width * 0.8), 0.006), surface, (0, -width / 2 - 0.1, -width * 0.4 + 0.0)
    )
    for y in (-0.2, -width):
        shape.add(tube([(0, y, 0.42), (0, y, width * 0.4)], 0.005, 6), surface)
    board = shape.print(
        f"hanging.{sum(text.encode())}.{len(text)}",
        printed.lettering(text, (160, 128), (52, 20, 18), (230, 205, 150), True),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.5),
    )
    for turn, x in ((90.0, 0.0185), (-90.0, -0.0185)):
        shape.add(
            sheet(width - 0.02, width * 0.78, fitted=True),
            board,
            (x, -width / 2 - 0.1, -width * 0.39),
            turn,
        )
    return shape


@piece
def room(
    width: float = 7.8,
    depth: float = 4.0,
    height: float = 3.1,
    wall: str = "plaster_cream",
    floor: str = "oak_floor",
    ceiling: str = "plaster_white",
    glow: float = 2.0,
) -> Shape:
    """The inside of a shop seen through its window: from y = 0 to ``depth``, open to the front.

    A panel of ``room_light`` in the ceiling glows by the plan.
    """
    shape = Shape("wall", stands=False)
    shape.add(sheet(width, height), wall, (0, depth, 0))
    for side in (-1, 1):
        shape.add(sheet(depth, height), wall, (side * width / 2, depth / 2, 0), -90.0 * side)
    shape.add(sheet(width, depth), floor, (0, 0, 0.004), tilt=-90, kind="floor")
    shape.add(sheet(width, depth), ceiling, (0, depth, height), tilt=90, kind="ceiling")
    shape.add(
        sheet(width * 0.6, glow * 0.2),
        "room_light",
        (0, depth * 0.55, height - 0.01),
        tilt=90,
        kind="lamp",
    )
    return shape
