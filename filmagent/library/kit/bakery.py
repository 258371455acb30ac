"""What is eaten: pastry under glass, cake, fruit in crates. Each stands on z = 0."""

from __future__ import annotations

import numpy as np

from filmagent.library.kit.shape import Shape, piece, small
from filmagent.library.kit.solids import Mesh, box, joined, shaded
from filmagent.library.kit.turned import cylinder, lathe, sphere, tube


@piece
def pastry_case(
    width: float = 1.0,
    depth: float = 0.42,
    height: float = 0.42,
    seed: int = 0,
) -> Shape:
    """A glass case of cakes and croissants, its glass towards the guests (−y)."""
    shape = small()
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
    shape = small()
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
    shape = small()
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
