"""What encloses: walls with openings, windows, doors, floors, ceilings."""

from __future__ import annotations

import shapely

from filmagent.library.kit.panels import panel, prism, sheet
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import box
from filmagent.library.kit.turned import cylinder


@piece
def wall(
    length: float = 4.0,
    height: float = 3.0,
    thickness: float = 0.2,
    openings: list[list[float]] | None = None,
    inside: str = "plaster_cream",
    outside: str = "brick",
    reveal: str = "plaster_white",
    wainscot: float = 0.0,
    wainscot_surface: str = "painted_green",
    skirting: float = 0.0,
    cornice: bool = False,
) -> Shape:
    """A wall along x centred on 0, its outside at y = 0, its inside facing +y.

    ``openings`` are [x of the middle, sill, width, height]. ``wainscot`` is the height of the
    panelling on the inside, ``skirting`` that of the skirting board where there is none.
    """
    shape = Shape("wall")
    holes = [
        shapely.box(x - w / 2, max(sill, -0.01), x + w / 2, sill + h)
        for x, sill, w, h in openings or []
    ]
    body = shapely.box(-length / 2, 0, length / 2, height).difference(shapely.union_all(holes))
    front, back, edges = panel(body, thickness)
    shape.add(front, outside).add(back, inside).add(edges, reveal)
    trim = wainscot_surface
    if wainscot > 0:
        for left, right in _gaps(length, openings, wainscot):
            _panelling(shape, left, right, wainscot, thickness, trim)
    elif skirting > 0:
        for left, right in _gaps(length, openings, skirting):
            shape.add(
                box((right - left, 0.018, skirting), 0.006),
                trim,
                ((left + right) / 2, thickness + 0.009, 0),
                collide=False,
            )
    if cornice:
        for drop, out in ((0.0, 0.10), (0.06, 0.07), (0.11, 0.04)):
            shape.add(
                box((length, out, 0.06), 0.012),
                "painted_white",
                (0, thickness + out / 2, height - 0.06 - drop),
                collide=False,
            )
    return shape


def _gaps(
    length: float,
    openings: list[list[float]] | None,
    height: float,
) -> list[tuple[float, float]]:
    """Stretches of the wall's foot that no opening interrupts below ``height``."""
    edges = [-length / 2]
    for x, sill, width, _ in sorted(openings or []):
        if sill < height:
            edges += [x - width / 2, x + width / 2]
    edges.append(length / 2)
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 0.02]


def _panelling(
    shape: Shape,
    left: float,
    right: float,
    height: float,
    y: float,
    surface: str,
) -> None:
    width, middle = right - left, (left + right) / 2
    shape.add(
        box((width, 0.012, height), 0.002, upright=True),
        surface,
        (middle, y + 0.006, 0),
        collide=False,
    )
    shape.add(box((width, 0.03, 0.14), 0.008), surface, (middle, y + 0.015, 0), collide=False)
    shape.add(
        box((width, 0.045, 0.035), 0.012),
        surface,
        (middle, y + 0.022, height - 0.01),
        collide=False,
    )
    shape.add(
        box((width, 0.026, 0.07), 0.006), surface, (middle, y + 0.013, height - 0.09), collide=False
    )
    count = max(1, round(width / 0.55))
    for k in range(count + 1):
        x = left + 0.035 + (width - 0.07) * k / count
        shape.add(
            box((0.07, 0.026, height - 0.2), 0.006), surface, (x, y + 0.013, 0.13), collide=False
        )


@piece
def window(
    width: float = 2.4,
    height: float = 2.0,
    columns: int = 3,
    transom: float = 0.0,
    depth: float = 0.09,
    surface: str = "painted_green",
    sill: float = 0.16,
    glass: str = "glass",
) -> Shape:
    """A window standing on its sill at z = 0, in the plane y = 0; mullions and one pane a field.

    ``transom`` is the height of a cross bar (0: none); ``sill`` the depth of the board inside.
    """
    shape = Shape("wall", stands=False)
    bar, thin = 0.06, 0.04
    for x in (-width / 2 + bar / 2, width / 2 - bar / 2):
        shape.add(box((bar, depth, height), 0.006), surface, (x, 0, 0))
    for z in (0.0, height - bar):
        shape.add(box((width - 2 * bar, depth, bar), 0.006), surface, (0, 0, z))
    field_width = (width - 2 * bar) / columns
    for k in range(1, columns):
        shape.add(
            box((thin, depth * 0.8, height - 2 * bar), 0.006),
            surface,
            (-width / 2 + bar + k * field_width, 0, bar),
        )
    if transom > 0:
        shape.add(box((width - 2 * bar, depth * 0.8, thin), 0.006), surface, (0, 0, transom))
    shape.add(
        box((width - 2 * bar, 0.006, height - 2 * bar), 0.0, upright=True),
        glass,
        (0, 0, bar),
        kind="glass",
    )
    if sill > 0:
        # it lies on the foot of the opening, which is at z = 0 as well
        lift = 0.008
        shape.add(
            box((width + 0.08, sill, 0.035), 0.008),
            surface,
            (0, depth / 2 + sill / 2 - 0.02, lift - 0.035),
        )
        shape.anchor("top", (0, depth / 2 + sill / 2, lift))
    return shape


@piece
def glazed_door(
    width: float = 1.0,
    height: float = 2.2,
    open: float = 95.0,
    transom: float = 0.0,
    surface: str = "painted_green",
    handle: str = "brass",
    hinge: str = "left",
) -> Shape:
    """A frame in an opening and a glazed leaf that opens inwards (+y) by ``open`` degrees.

    ``transom`` is the height of a fixed light above the leaf. The leaf's parts are named in
    ``extra["hinges"]`` of the bake, so that it can be swung.
    """
    shape = Shape("wall", stands=False)
    jamb, depth = 0.06, 0.1
    for x in (-width / 2 + jamb / 2, width / 2 - jamb / 2):
        shape.add(box((jamb, depth, height + transom), 0.006), surface, (x, 0, 0))
    for z in (height - 0.02, *([height + transom - jamb] if transom else [])):
        shape.add(box((width - 2 * jamb, depth, jamb), 0.006), surface, (0, 0, z))
    if transom:
        shape.add(
            box((width - 2 * jamb, 0.006, transom - 0.1), 0.0, upright=True),
            "glass",
            (0, 0, height + 0.04),
            kind="glass",
        )
    leaf = Shape("wall", stands=False)
    clear, rail, side = width - 2 * jamb - 0.01, 0.12, 0.1
    top = height - 0.03
    leaf.add(box((side, 0.045, top), 0.005), surface, (side / 2, 0, 0.008))
    leaf.add(box((side, 0.045, top), 0.005), surface, (clear - side / 2, 0, 0.008))
    leaf.add(box((clear - 2 * side, 0.045, rail), 0.005), surface, (clear / 2, 0, top - rail))
    leaf.add(box((clear - 2 * side, 0.045, 0.5), 0.005), surface, (clear / 2, 0, 0.008))
    leaf.add(box((clear - 2 * side - 0.12, 0.055, 0.34), 0.012), surface, (clear / 2, 0, 0.09))
    leaf.add(
        box((clear - 2 * side, 0.006, top - rail - 0.5), 0.0, upright=True),
        "glass",
        (clear / 2, 0, 0.505),
        kind="glass",
    )
    for y in (-0.05, 0.05):
        leaf.add(cylinder(0.011, 0.42, 10), handle, (clear - 0.05, y, 0.86), collide=False)
        for z in (0.9, 1.22):
            leaf.add(
                cylinder(0.008, 0.05, 8),
                handle,
                (clear - 0.05, y, z),
                tilt=90,
                collide=False,
                stretch=(1, 1, 0.5),
            )
    left = hinge == "left"
    pivot = (
        (-width / 2 + jamb + 0.005, 0.03, 0.0) if left else (width / 2 - jamb - 0.005, 0.03, 0.0)
    )
    turned = open if left else 180.0 - open
    for patch in leaf.patches:
        shape.add(
            patch.mesh,
            patch.surface,
            pivot,
            turned,
            kind=patch.kind,
            collide=patch.collide,
            hinge="leaf",
        )
    shape.hinges["leaf"] = {"pivot": list(pivot), "open": open, "sign": -1 if left else 1}
    return shape


@piece
def floor(outline: list[list[float]], surface: str = "oak_floor", depth: float = 0.1) -> Shape:
    """A floor whose top is z = 0."""
    shape = Shape("floor", stands=False)
    return shape.add(prism(shapely.Polygon(outline), depth), surface, (0, 0, -depth))


@piece
def ceiling(
    width: float = 8.0,
    depth: float = 6.0,
    beams: int = 3,
    beam: float = 0.16,
    surface: str = "plaster_white",
    beam_surface: str = "walnut",
) -> Shape:
    """A ceiling whose underside is z = 0, centred on x and running to +y; beams along y."""
    shape = Shape("ceiling", stands=False)
    shape.add(box((width, depth, 0.12), 0.0, upright=True), surface, (0, depth / 2, 0))
    for k in range(beams):
        x = -width / 2 + width * (k + 0.5) / beams
        shape.add(
            box((beam, depth, beam * 1.15), 0.012), beam_surface, (x, depth / 2, -beam * 1.15)
        )
    return shape


@piece
def backdrop(width: float = 2.0, height: float = 2.4, surface: str = "plaster_grey") -> Shape:
    """A plain one-sided flat facing −y: a corridor's end behind a doorway."""
    return Shape("wall", stands=False).add(sheet(width, height), surface)
