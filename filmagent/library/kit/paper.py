"""Props to write and read: letters, books, newspapers, pens."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import Material
from filmagent.library.kit import printed
from filmagent.library.kit.panels import sheet
from filmagent.library.kit.shape import Shape, small
from filmagent.library.kit.solids import Mesh, box, shaded
from filmagent.library.kit.turned import lathe, tube

Array = NDArray[Any]


def letter() -> Shape:
    """A handwritten sheet, folded in three once and not quite flat, its top towards +y."""
    shape = small()
    written = shape.print(
        "handwriting",
        printed.handwriting(5),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.85, two_sided=True),
    )
    width, height = 0.148, 0.210
    v = np.array([0.0, 0.16, 0.333, 0.50, 0.667, 0.84, 1.0])
    lift = np.array([0.010, 0.003, 0.0012, 0.004, 0.0012, 0.004, 0.013])
    u = np.linspace(0, 1, 5)
    grid = np.array(
        [
            [(a - 0.5) * width, (b - 0.5) * height, z]
            for b, z in zip(v, lift, strict=True)
            for a in u
        ]
    )
    faces = []
    for row in range(len(v) - 1):
        for column in range(4):
            k = row * 5 + column
            faces += [[k, k + 1, k + 6], [k, k + 6, k + 5]]
    mesh = shaded(grid, np.array(faces), 12.0)
    uvs = mesh.vertices[:, :2] / [width, height] + 0.5
    shape.add(Mesh(mesh.vertices, mesh.normals, uvs, mesh.faces, fitted=True), written)
    return shape


def book() -> Shape:
    """A cloth-bound book lying closed, its spine towards −x, its title up."""
    shape = small()
    width, height, thick = 0.135, 0.205, 0.030
    cover = shape.print(
        "cover",
        printed.lettering(
            "THE\nLONG\nGARDEN", (135, 205), (72, 92, 96), (222, 196, 140), border=True
        ),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.75),
    )
    cloth = "book_cloth"
    shape.own[cloth] = Material(
        base_colour=(0.064, 0.107, 0.117), roughness=0.85, texture="fabric", texture_metres=0.05
    )
    for z in (0.0, thick - 0.003):
        shape.add(box((width, height, 0.003), 0.0008), cloth, (0, 0, z))
    shape.add(box((0.004, height, thick), 0.0015), cloth, (-width / 2 + 0.001, 0, 0))
    shape.add(
        box((width - 0.008, height - 0.008, thick - 0.006), 0.001), "paper", (-0.001, 0, 0.003)
    )
    shape.add(
        sheet(width - 0.012, height - 0.004, fitted=True),
        cover,
        (0.004, -height / 2 + 0.002, thick + 0.0003),
        tilt=-90,
    )
    return shape


def newspaper() -> Shape:
    """A newspaper folded twice, its headline up and towards +y."""
    shape = small()
    front = shape.print(
        "newsprint",
        printed.columns_of_print(3, (256, 192), 4, "The Morning Post"),
        Material(base_colour=(1.0, 1.0, 1.0), roughness=0.9, two_sided=True),
    )
    for k in range(4):
        inset = 0.0015 * k
        shape.add(
            box((0.30 - inset, 0.21 - inset, 0.0024), 0.001),
            "paper",
            (0.0008 * (k % 2), 0.0, 0.003 * k),
        )
    shape.add(sheet(0.292, 0.202, fitted=True), front, (0, -0.101, 0.0117), tilt=-90)
    shape.add(tube([(-0.149, -0.105, 0.006), (0.149, -0.105, 0.006)], 0.0058, 8), "paper")
    return shape


def pen() -> Shape:
    """A fountain pen lying along x, its nib towards +x."""
    shape = small()
    body = [
        (0.0, -0.066),
        (0.0045, -0.064),
        (0.0058, -0.05),
        (0.0060, 0.005),
        (0.0056, 0.0055),
        (0.0056, 0.008),
        (0.0050, 0.0085),
        (0.0044, 0.036),
        (0.0032, 0.046),
        (0.0, 0.047),
    ]
    shape.add(lathe(body, 16, 30.0), "plastic_black", (0, 0, 0.006), roll=90)
    shape.add(
        lathe([(0.0032, 0.044), (0.0026, 0.052), (0.0, 0.066)], 12, 60.0),
        "brass",
        (0, 0, 0.006),
        roll=90,
    )
    shape.add(
        lathe([(0.0057, 0.0), (0.0063, 0.001), (0.0063, 0.004), (0.0057, 0.005)], 16, 30.0),
        "brass",
        (0, 0, 0.006),
        roll=90,
    )
    shape.add(
        tube([(-0.058, 0, 0.0125), (-0.05, 0, 0.0135), (-0.018, 0, 0.0128)], 0.0011, 6), "brass"
    )
    return shape
