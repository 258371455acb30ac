"""Fronts of houses: storeys of windows, shop fronts, awnings, signs. Fronts face −y at y = 0."""

from __future__ import annotations

import numpy as np
import shapely

from filmagent.library.bake import Material
from filmagent.library.kit import printed
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import Mesh, box, joined, panel, shaded, sheet, tube


@piece
def block(size: list[float], surface: str = "plaster_grey") -> Shape:
    """A plain solid standing on z = 0: a house's mass behind its front."""
    return Shape("wall").add(box(size, 0.0, upright=True), surface)


@piece
def storeys(
    width: float = 8.0,
    levels: int = 2,
    height: float = 3.0,
    columns: int = 4,
    surface: str = "brick",
    trim: str = "stone",
    frame: str = "painted_white",
    window_width: float = 1.0,
    window_height: float = 1.65,
    lit: float = 0.3,
    cornice: bool = True,
    shutters: str = "",
    ground: str = "",
    detail: str = "near",
    seed: int = 0,
) -> Shape:
    """A house front of ``levels`` storeys from z = 0, centred on x, with a cornice on top.

    ``lit`` is the share of windows with a light behind them (they glow by the plan). ``ground`` is
    ``doors`` for a house door and windows on the lowest storey. ``detail`` is ``near`` (panes with
    curtains behind), ``across`` (dark panes) or ``far`` (little more than panes).
    """
    if detail not in ("near", "across", "far"):
        raise ValueError(f'detail is "{detail}", not near, across or far')
    fine = detail == "near"
    shape = Shape("wall")
    rng = np.random.default_rng(seed)
    total = levels * height
    pitch = width / columns
    holes, windows = [], []
    for level in range(levels):
        for column in range(columns):
            x, z = -width / 2 + pitch * (column + 0.5), level * height + 0.85
            door = ground == "doors" and level == 0 and column == columns // 2
            if door:
                holes.append(shapely.box(x - 0.55, 0.15, x + 0.55, 2.65))
                _house_door(shape, x, frame, rng, 0.006 if fine else 0.0)
                continue
            holes.append(
                shapely.box(x - window_width / 2, z, x + window_width / 2, z + window_height)
            )
            windows.append((x, z, float(rng.random()) < lit, rng.random()))
    body = shapely.box(-width / 2, 0, width / 2, total).difference(shapely.union_all(holes))
    front, _, edges = panel(body, 0.25)
    shape.add(front, surface).add(edges, surface)
    for x, z, glows, habit in windows:
        _window(shape, x, z, window_width, window_height, glows, float(habit), frame, trim, detail)
        if shutters:
            for side in (-1, 1):
                shape.add(
                    box((window_width / 2, 0.045, window_height), 0.004),
                    shutters,
                    (x + side * window_width * 0.77, -0.024, z),
                )
    if cornice:
        for lift, out, tall in ((-0.42, 0.05, 0.12), (-0.16, 0.14, 0.10), (-0.06, 0.24, 0.14)):
            shape.add(box((width, out, tall), 0.01), trim, (0, -out / 2, total + lift))
        count = int(width / 0.5)
        for k in range(count if fine else 0):
            shape.add(
                box((0.1, 0.1, 0.16), 0.0),
                trim,
                (-width / 2 + width * (k + 0.5) / count, -0.05, total - 0.31),
            )
    for level in range(1, levels) if fine else ():
        shape.add(box((width, 0.04, 0.14), 0.008), trim, (0, -0.02, level * height - 0.07))
    shape.anchor("top", (0, 0, total))
    return shape


def _window(
    shape: Shape,
    x: float,
    z: float,
    width: float,
    height: float,
    glows: bool,
    habit: float,
    frame: str,
    trim: str,
    detail: str,
) -> None:
    fine = detail == "near"
    soft = 0.005 if fine else 0.0
    shape.add(box((width + 0.24, 0.16, 0.07), soft), trim, (x, -0.03, z - 0.07))
    bar = 0.06
    if detail == "far":
        shape.add(sheet(width, height), "window_lit" if glows else "glass_dark", (x, 0.14, z))
        shape.add(sheet(width, bar), frame, (x, 0.135, z + height / 2))
        shape.add(sheet(bar, height), frame, (x, 0.134, z))
        return
    shape.add(box((width + 0.2, 0.05, 0.17), soft), trim, (x, -0.02, z + height))
    bars = [(bar, height, side * (width - bar) / 2, 0.0) for side in (-1, 1)]
    bars += [
        (width - 2 * bar, bar, 0.0, level) for level in (0.0, height * 0.5 - bar / 2, height - bar)
    ]
    bars.append((0.03, height - 2 * bar, 0.0, bar))
    for wide, tall, aside, up in bars:
        if fine:
            shape.add(box((wide, 0.05, tall), 0.0), frame, (x + aside, 0.13, z + up))
        else:
            shape.add(sheet(wide, tall), frame, (x + aside, 0.12, z + up))
    pane = sheet(width - 2 * bar, height - 2 * bar)
    if not fine:
        shape.add(pane, "window_lit" if glows else "glass_dark", (x, 0.14, z + bar))
        if habit > 0.35:
            drawn = 0.2 + 0.35 * habit
            for side in (-1, 1):
                shape.add(
                    sheet(width * drawn * 0.5, height - 2 * bar),
                    "linen",
                    (x + side * width * (0.46 - drawn * 0.25), 0.138, z + bar),
                )
        return
    shape.add(pane, "glass", (x, 0.13, z + bar), kind="glass")
    shape.add(sheet(width, height), "window_lit" if glows else "dark_room", (x, 0.42, z))
    shape.own["dark_room"] = Material(base_colour=(0.025, 0.024, 0.023), roughness=0.9)
    if habit > 0.25:
        drawn = 0.22 + 0.3 * habit
        for side in (-1, 1):
            shape.add(
                _drape(width * drawn, height - 2 * bar),
                "linen",
                (x + side * (width / 2 - bar - width * drawn / 2), 0.22, z + bar),
            )


def _drape(width: float, height: float) -> Mesh:
    count = max(6, int(width / 0.03))
    x = np.linspace(-width / 2, width / 2, count)
    y = 0.018 * np.sin(np.arange(count) * 1.9)
    vertices = np.vstack([np.column_stack([x, y, np.full(count, h)]) for h in (0.0, height)])
    k = np.arange(count - 1)
    faces = np.vstack(
        [np.column_stack([k, k + 1, count + k + 1]), np.column_stack([k, count + k + 1, count + k])]
    )
    return shaded(vertices, faces, 80.0)


def _house_door(
    shape: Shape,
    x: float,
    frame: str,
    rng: np.random.Generator,
    soft: float,
) -> None:
    colour = ["painted_green", "painted_red", "painted_blue", "painted_black"][int(rng.integers(4))]
    for side in (-1, 1):
        shape.add(box((0.08, 0.1, 2.5), soft), frame, (x + side * 0.51, 0.12, 0.15))
    shape.add(box((0.94, 0.1, 0.08), soft), frame, (x, 0.12, 2.57))
    shape.add(box((0.94, 0.08, 0.06), soft), frame, (x, 0.12, 2.12))
    shape.add(sheet(0.94, 0.4), "glass_dark", (x, 0.12, 2.17))
    shape.add(box((0.94, 0.05, 1.97), soft), colour, (x, 0.14, 0.15))
    for column in (-0.22, 0.22):
        for z, tall in ((0.3, 0.6), (1.05, 0.85)):
            shape.add(box((0.3, 0.02, tall), soft), colour, (x + column, 0.112, z))
    shape.add(box((0.16, 0.012, 0.04), soft), "brass", (x, 0.098, 1.02))
    shape.add(box((1.3, 0.34, 0.15), soft * 2), "stone", (x, -0.05, 0.0))


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


@piece
def downpipe(height: float = 9.0, surface: str = "cast_iron") -> Shape:
    """A rain pipe on a wall at y = 0, with collars."""
    shape = Shape("wall", stands=False)
    shape.add(tube([(0, -0.075, 0.12), (0, -0.075, height)], 0.045, 10), surface)
    shape.add(tube([(0, -0.075, 0.14), (0, -0.10, 0.07), (0, -0.17, 0.05)], 0.048, 10), surface)
    for z in np.arange(0.6, height, 1.8):
        shape.add(box((0.13, 0.1, 0.05), 0.008), surface, (0, -0.06, float(z)))
    return shape


@piece
def roof(
    width: float = 8.0,
    depth: float = 6.0,
    rise: float = 2.2,
    surface: str = "slate",
    chimneys: int = 1,
    seed: int = 0,
) -> Shape:
    """A pitched roof over a front: eaves at y = −0.2 and z = 0, ridge at ``depth / 2``."""
    shape = Shape("wall", stands=False)
    rng = np.random.default_rng(seed)
    w = width / 2
    corners = np.array(
        [
            [-w, -0.2, 0],
            [w, -0.2, 0],
            [w, depth / 2, rise],
            [-w, depth / 2, rise],
            [-w, depth, 0],
            [w, depth, 0],
        ]
    )
    slope = float(np.hypot(depth / 2 + 0.2, rise))
    mesh = shaded(
        corners, np.array([[0, 1, 2], [0, 2, 3], [3, 2, 5], [3, 5, 4], [0, 3, 4], [1, 5, 2]]), 10.0
    )
    mesh.uvs[:, 1] *= slope / (depth / 2)
    shape.add(mesh, surface)
    for _ in range(chimneys):
        x = float(rng.uniform(-0.38, 0.38)) * width
        shape.add(box((0.9, 0.55, 1.5), 0.02, upright=True), "brick", (x, depth * 0.42, rise - 0.6))
        for k in (-0.25, 0.25):
            shape.add(box((0.2, 0.2, 0.4), 0.04), "terracotta", (x + k, depth * 0.42, rise + 0.9))
    return shape
