"""Cars: a lofted body, glazed greenhouse, wheels in their arches, lamps and plates."""

from __future__ import annotations

import numpy as np

from filmagent.library.bake import Material
from filmagent.library.kit import printed
from filmagent.library.kit.panels import sheet
from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import Array, box, shaded
from filmagent.library.kit.turned import cylinder, lathe, tube

# along the car: x from tail to nose (share of the length), half width, sill, belt, bonnet line
_HATCH = np.array(
    [
        # t      half   sill   belt
        [0.000, 0.72, 0.42, 0.72],
        [0.012, 0.80, 0.34, 0.86],
        [0.05, 0.845, 0.26, 0.93],
        [0.15, 0.865, 0.22, 0.94],
        [0.35, 0.875, 0.20, 0.93],
        [0.55, 0.875, 0.20, 0.92],
        [0.70, 0.865, 0.20, 0.90],
        [0.80, 0.85, 0.21, 0.86],
        [0.90, 0.82, 0.22, 0.80],
        [0.965, 0.77, 0.26, 0.73],
        [0.992, 0.70, 0.32, 0.66],
        [1.000, 0.62, 0.40, 0.58],
    ]
)
# greenhouse outline from the side: (share of length, height) at the belt and at the roof
_GLASS = {"tail": (0.035, 0.135), "nose": (0.735, 0.565)}


def _section(half: float, sill: float, belt: float, round_: float = 0.12) -> Array:
    """One cross-section (y, z), from the right sill over the bonnet to the left sill."""
    shoulder = belt - 0.05
    side = np.array(
        [
            [half - 0.07, sill],
            [half - 0.015, sill + 0.07],
            [half, (sill + shoulder) / 2],
            [half - 0.012, shoulder - 0.08],
            [half - 0.05, shoulder],
            [half - round_ - 0.05, belt - 0.004],
            [half * 0.45, belt + 0.012],
            [0.0, belt + 0.018],
        ]
    )
    return np.vstack([side * [-1, 1], side[-2::-1]])


@piece
def car(
    length: float = 4.1,
    paint: str = "lacquer_blue",
    roof: float = 1.46,
    plate: str = "FA 1152",
    seed: int = 0,
) -> Shape:
    """A small hatchback along x, its nose towards +x, standing on its tyres."""
    shape = Shape("vehicle")
    rows = np.vstack([_section(half, sill, belt) for _, half, sill, belt in _HATCH])
    count = len(_HATCH)
    ring = len(rows) // count
    x = (np.repeat(_HATCH[:, 0], ring) - 0.5) * length
    body = np.column_stack([x, rows])
    faces = _loft(count, ring)
    nose = len(body)
    body = np.vstack([body, [[-0.5 * length - 0.012, 0, 0.55]], [[0.5 * length + 0.012, 0, 0.47]]])
    k = np.arange(ring - 1)
    last = (count - 1) * ring
    faces = np.vstack(
        [
            faces,
            np.column_stack([np.full(ring - 1, nose), k + 1, k])[:, ::-1],
            np.column_stack([np.full(ring - 1, nose + 1), last + k, last + k + 1])[:, ::-1],
        ]
    )
    faces = _outward(body, faces, np.array([0, 0, 0.5]))
    shape.add(shaded(body, faces, 38.0), paint)
    shape.add(box((length * 0.94, 1.5, 0.12), 0.0), "rubber", (0, 0, 0.19))
    _greenhouse(shape, length, roof, paint)
    _wheels(shape, length)
    _trim(shape, length, paint, plate)
    return shape


def _loft(count: int, ring: int) -> Array:
    k = np.arange(ring - 1)
    faces = [
        f
        for r in range(count - 1)
        for f in (
            np.column_stack([r * ring + k, r * ring + k + 1, (r + 1) * ring + k + 1]),
            np.column_stack([r * ring + k, (r + 1) * ring + k + 1, (r + 1) * ring + k]),
        )
    ]
    return np.vstack(faces)


def _outward(vertices: Array, faces: Array, centre: Array) -> Array:
    corners = vertices[faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inward = (
        np.einsum(
            "ij,ij->i",
            normal,
            corners.mean(axis=1) - centre * [0, 1, 1] - corners.mean(axis=1) * [0.85, 0, 0],
        )
        < 0
    )
    faces = faces.copy()
    faces[inward] = faces[inward][:, ::-1]
    return faces


def _greenhouse(shape: Shape, length: float, roof: float, paint: str) -> None:
    belt = 0.925
    tail_low, tail_high = ((t - 0.5) * length for t in _GLASS["tail"])
    nose_low, nose_high = ((t - 0.5) * length for t in _GLASS["nose"])
    low, high = 0.80, 0.60
    dark = "cabin"
    shape.own[dark] = Material(base_colour=(0.012, 0.012, 0.013), roughness=0.8)

    def corner(x_low: float, x_high: float, side: float, t: float) -> Array:
        return np.array(
            [
                x_low + (x_high - x_low) * t,
                side * (low + (high - low) * t),
                belt + (roof - 0.05 - belt) * t,
            ]
        )

    ends = ((tail_low, tail_high), (nose_low, nose_high))
    # roof: a shallow dome over the four upper corners
    u = np.linspace(0, 1, 9)
    v = np.linspace(-1, 1, 7)
    grid = np.array(
        [
            [
                tail_high + (nose_high - tail_high) * a,
                b * high * (1 - 0.06 * (2 * a - 1) ** 4),
                roof - 0.05 + 0.055 * (1 - b**4) * (1 - 0.75 * (2 * a - 1) ** 4),
            ]
            for a in u
            for b in v
        ]
    )
    faces = [[r * 7 + c, (r + 1) * 7 + c, (r + 1) * 7 + c + 1] for r in range(8) for c in range(6)]
    faces += [[r * 7 + c, (r + 1) * 7 + c + 1, r * 7 + c + 1] for r in range(8) for c in range(6)]
    shape.add(shaded(grid, np.array(faces), 50.0), paint)
    # pillars, then panes between them
    for x_low, x_high in ends:
        for side in (-1.0, 1.0):
            line = [corner(x_low, x_high, side, t) for t in (-0.02, 0.35, 0.7, 1.0)]
            shape.add(tube(line, [0.05, 0.04, 0.036, 0.04], 8), paint)
    for side in (-1.0, 1.0):
        shape.add(
            tube(
                [
                    corner(tail_high, tail_high, side, 1.0) + np.array([0, 0, 0.004]),
                    corner((tail_high + nose_high) / 2, 0, side, 1.0) * [0, 1, 1]
                    + np.array([(tail_high + nose_high) / 2, 0, 0.012]),
                    corner(nose_high, nose_high, side, 1.0) + np.array([0, 0, 0.004]),
                ],
                0.036,
                8,
            ),
            paint,
        )
        middle = (tail_low + nose_low) / 2 - 0.08
        line = [corner(middle, middle + 0.03, side, t) for t in (0.0, 1.0)]
        shape.add(tube(line, 0.034, 8), "plastic_black")
        quad = np.array(
            [
                corner(tail_low, tail_high, side, 0.0),
                corner(nose_low, nose_high, side, 0.0),
                corner(nose_low, nose_high, side, 1.0),
                corner(tail_low, tail_high, side, 1.0),
            ]
        )
        _pane(shape, quad, side)
    for x_low, x_high in ends:
        quad = np.array(
            [
                corner(x_low, x_high, -1, 0.0),
                corner(x_low, x_high, 1, 0.0),
                corner(x_low, x_high, 1, 1.0),
                corner(x_low, x_high, -1, 1.0),
            ]
        )
        _pane(shape, quad, np.sign(x_low))
    # the cabin: seats and a floor dark behind the glass
    shape.add(
        box((nose_low - tail_low - 0.3, 1.3, 0.03), 0.0),
        dark,
        ((nose_low + tail_low) / 2, 0, belt - 0.03),
    )
    for x in (-0.75, 0.25):
        for y in (-0.36, 0.36):
            shape.add(box((0.13, 0.46, 0.30), 0.05), dark, (x, y, belt - 0.05))
            shape.add(box((0.09, 0.24, 0.15), 0.04), dark, (x - 0.03, y, belt + 0.22))
    ring = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    shape.add(
        tube(
            np.column_stack(
                [
                    0.78 + 0.05 * np.cos(ring),
                    0.36 + 0.17 * np.sin(ring),
                    belt + 0.03 + 0.16 * np.cos(ring),
                ]
            ),
            0.014,
            6,
            closed=True,
        ),
        dark,
    )


def _pane(shape: Shape, quad: Array, side: float) -> None:
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    mesh = shaded(quad, faces, 10.0)
    middle = quad.mean(axis=0)
    if mesh.normals[0] @ (middle * [1, 1, 0] + [0, 0, 0.3]) < 0:
        mesh = shaded(quad, faces[:, ::-1], 10.0)
    shape.add(mesh, "glass_car", kind="glass")


def _wheels(shape: Shape, length: float) -> None:
    tyre = [
        (0.19, -0.095),
        (0.29, -0.10),
        (0.305, -0.075),
        (0.305, 0.075),
        (0.29, 0.10),
        (0.19, 0.095),
    ]
    for x in (-0.5 * length + 0.72, 0.5 * length - 0.80):
        for side in (-1.0, 1.0):
            at = (x, side * 0.765, 0.305)
            arch = cylinder(0.365, 0.30, 24, 0.0)
            shape.add(
                arch,
                "rubber",
                (x, side * 0.874 - (0.30 if side > 0 else 0.0) * 1.0, 0.372),
                tilt=-90,
            )
            shape.add(lathe(tyre, 22, 40.0), "rubber", at, tilt=90)
            shape.add(
                lathe(
                    [(0.0, 0.0), (0.06, 0.008), (0.17, -0.01), (0.195, 0.012), (0.2, 0.02)][::-1],
                    18,
                    30.0,
                ).moved(stretch=(1, 1, -1)),
                "steel",
                (x, side * (0.765 + 0.105), 0.305),
                tilt=90 * side,
            )
            for spoke in range(5):
                angle = 72.0 * spoke
                c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
                shape.add(
                    box((0.05, 0.02, 0.15), 0.0),
                    "lacquer_silver",
                    (x + 0.03 * s, side * 0.872, 0.305 + 0.03 * c),
                    roll=angle,
                )
            shape.add(
                cylinder(0.045, 0.02, 10, 0.0),
                "chrome",
                (x, side * 0.875, 0.305),
                tilt=-90.0 * side,
            )


def _trim(shape: Shape, length: float, paint: str, plate: str) -> None:
    nose, tail = 0.5 * length, -0.5 * length
    for side in (-1.0, 1.0):
        shape.add(
            box((0.16, 0.30, 0.13), 0.05),
            "headlight",
            (nose - 0.12, side * 0.55, 0.60),
            -22.0 * side,
        )
        shape.add(
            box((0.10, 0.17, 0.26), 0.035),
            "taillight",
            (tail + 0.045, side * 0.69, 0.66),
            18.0 * side,
        )
        shape.add(box((0.10, 0.19, 0.13), 0.04), paint, (0.62, side * 0.94, 0.93))
        shape.add(box((0.10, 0.12, 0.05), 0.015), "plastic_black", (0.62, side * 0.85, 0.92))
        # door gaps and sills
        for x in (-0.42, 0.70):
            shape.add(box((0.010, 0.012, 0.52), 0.0), "rubber", (x, side * 0.869, 0.36))
        shape.add(box((1.13, 0.012, 0.010), 0.0), "rubber", (0.14, side * 0.862, 0.355))
        shape.add(
            box((length * 0.5, 0.03, 0.06), 0.01), "plastic_black", (-0.02, side * 0.85, 0.22)
        )
        shape.add(box((0.17, 0.025, 0.03), 0.008), "chrome", (-0.28, side * 0.876, 0.80))
    shape.add(box((0.06, 1.36, 0.14), 0.03), "plastic_black", (nose - 0.015, 0, 0.30))
    shape.add(box((0.05, 0.9, 0.09), 0.02), "plastic_black", (nose - 0.004, 0, 0.50))
    shape.add(box((0.06, 1.5, 0.16), 0.03), "plastic_black", (tail + 0.005, 0, 0.36))
    image = printed.lettering(plate, (128, 28), (226, 224, 214), (24, 24, 26))
    name = shape.print(
        f"plate.{sum(plate.encode())}", image, Material(base_colour=(1.0, 1.0, 1.0), roughness=0.4)
    )
    shape.add(sheet(0.5, 0.11, fitted=True), name, (nose + 0.024, 0, 0.36), 90.0)
    shape.add(sheet(0.5, 0.11, fitted=True), name, (tail - 0.028, 0, 0.39), -90.0)
