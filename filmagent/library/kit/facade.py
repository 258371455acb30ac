"""Fronts of houses: storeys of windows, shop fronts, awnings, signs. Fronts face −y at y = 0."""

from __future__ import annotations

import numpy as np
import shapely

from filmagent.library.bake import Material
from filmagent.library.kit.panels import panel, sheet
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import Mesh, box, shaded
from filmagent.library.kit.turned import tube


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
