"""Trees and shrubs: trunks that branch, and crowns of small folded leaves."""

from __future__ import annotations

import numpy as np

from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import Array, Mesh, box
from filmagent.library.kit.turned import tube


@piece
def tree(
    height: float = 6.5,
    crown: float = 2.0,
    clear: float = 2.4,
    leaves: int = 2600,
    leaf: float = 0.19,
    surface: str = "leaf",
    grate: bool = True,
    seed: int = 0,
) -> Shape:
    """A street tree: a crown ``crown`` in radius from ``clear`` up, an iron grate at its foot."""
    shape = Shape("tree")
    rng = np.random.default_rng(seed)
    bend = rng.uniform(-0.12, 0.12, 2)
    top = np.array([bend[0], bend[1], clear + 0.4])
    shape.add(
        tube(
            [(0, 0, 0), (bend[0] * 0.3, bend[1] * 0.3, clear * 0.5), tuple(top)],
            [0.14, 0.11, 0.095],
            10,
        ),
        "bark",
    )
    middle = np.array([0.0, 0.0, (clear + height) / 2 + 0.1])
    clusters = []
    for k in range(9):
        angle = k * 2.39996 + rng.uniform(-0.3, 0.3)
        lift = rng.uniform(0.25, 0.95)
        reach = crown * rng.uniform(0.5, 0.75) * np.sqrt(1 - (lift - 0.4) ** 2)
        end = np.array(
            [np.cos(angle) * reach, np.sin(angle) * reach, clear + (height - clear) * lift]
        )
        elbow = top * 0.6 + end * 0.4 + [0, 0, 0.25]
        shape.add(
            tube([top - [0, 0, 0.25], elbow, end], [0.06, 0.04, 0.015], 6), "bark", collide=False
        )
        clusters.append(end)
        for _ in range(3):
            twig = end + rng.normal(0, 1, 3) * [0.45, 0.45, 0.3] * crown * 0.5
            shape.add(
                tube([elbow, (elbow + twig) / 2 + [0, 0, 0.1], twig], [0.02, 0.012, 0.006], 4),
                "bark",
                collide=False,
            )
            clusters.append(twig)
    centres = np.array(clusters)
    pick = rng.integers(len(centres), size=leaves)
    out = rng.normal(0, 1, (leaves, 3))
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    radius = crown * 0.5 * rng.random(leaves) ** 0.5
    points = centres[pick] + out * radius[:, None] * [1, 1, 0.75]
    points[:, 2] = np.maximum(points[:, 2], clear - 0.2 + 0.5 * rng.random(leaves))
    outward = points - middle
    half = leaves // 2
    for name, rows in (
        (surface, slice(0, half)),
        ("leaf_light" if surface == "leaf" else surface, slice(half, leaves)),
    ):
        shape.add(foliage(points[rows], outward[rows], leaf, rng), name, collide=False)
    if grate:
        for k in range(9):
            y = -0.5 + k * 0.125
            for x in (-0.36, 0.36):
                shape.add(box((0.38, 0.05, 0.012), 0.0), "cast_iron", (x, y, 0.0), collide=False)
        shape.add(box((1.14, 1.14, 0.006), 0.0), "soil", (0, 0, 0.0), collide=False)
    return shape


def foliage(points: Array, outward: Array, length: float, rng: np.random.Generator) -> Mesh:
    """Folded leaves at ``points`` (N, 3), four triangles each, shaded as the crown they form."""
    count = len(points)
    facing = outward / np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-9)
    facing = facing + rng.normal(0, 0.55, (count, 3)) + [0, 0, 0.35]
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    along = np.cross(facing, rng.normal(0, 1, (count, 3)))
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.cross(facing, along)
    size = length * rng.uniform(0.7, 1.25, count)[:, None]
    tip, wide = along * size * 0.5, across * size * 0.34
    up = facing * size * 0.10
    corners = np.stack([points - tip, points + wide + up, points + tip, points - wide + up], axis=1)
    faces = np.arange(count)[:, None, None] * 4 + np.array([[0, 2, 1], [0, 3, 2]])
    # half the leaf's own normal, half the crown's: light rolls over the whole tree
    crown = outward / np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-9)
    normals = facing + 0.5 * crown * (np.einsum("ij,ij->i", facing, crown) > 0)[:, None]
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    uvs = np.tile([[0.0, 0.5], [0.5, 1.0], [1.0, 0.5], [0.5, 0.0]], (count, 1))
    return Mesh(
        corners.reshape(-1, 3), np.repeat(normals, 4, axis=0), uvs * length, faces.reshape(-1, 3)
    )


@piece
def shrub(
    width: float = 0.7,
    height: float = 0.6,
    leaves: int = 420,
    leaf: float = 0.07,
    surface: str = "leaf_dark",
    planter: str = "painted_black",
    planter_height: float = 0.42,
    length: float = 0.0,
    seed: int = 0,
) -> Shape:
    """A clipped shrub in a square planter (a box hedge where ``length`` is given)."""
    shape = Shape("plant")
    rng = np.random.default_rng(seed)
    long = length or width
    for x in (-1, 1):
        for y in (-1, 1):
            shape.add(
                box((0.05, 0.05, planter_height), 0.006),
                planter,
                (x * (long * 0.45 - 0.02), y * (width * 0.36 - 0.02), 0),
            )
    shape.add(
        box((long * 0.9 - 0.02, width * 0.72 - 0.02, planter_height - 0.06), 0.006),
        planter,
        (0, 0, 0.04),
    )
    shape.add(
        box((long * 0.9 - 0.08, width * 0.72 - 0.08, 0.02), 0.0),
        "soil",
        (0, 0, planter_height - 0.015),
        collide=False,
    )
    out = rng.normal(0, 1, (leaves, 3))
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    box_like = out / np.maximum(np.abs(out).max(axis=1, keepdims=True), 1e-9)
    round_ = 0.55 * out + 0.45 * box_like
    points = round_ * [long / 2, width / 2, height / 2] * rng.uniform(0.75, 1.0, (leaves, 1))
    points[:, 2] += planter_height + height / 2 - 0.06
    shape.add(foliage(points, out, leaf, rng), surface, collide=False)
    core = box((long * 0.72, width * 0.62, height * 0.72), 0.05)
    shape.add(core, surface, (0, 0, planter_height - 0.02))
    return shape
