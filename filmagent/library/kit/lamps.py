"""Lamps that hang, and lamps on walls; each offers the place of its bulb."""

from __future__ import annotations

from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import Mesh
from filmagent.library.kit.turned import cylinder, lathe, sphere, tube


@piece
def pendant(drop: float = 1.0, width: float = 0.34, shade: str = "painted_green") -> Shape:
    """An enamel pendant hanging from z = 0 by ``drop`` to its rim; offers ``bulb`` below it."""
    shape = Shape("lamp", stands=False)
    shape.add(lathe([(0.0, -0.03), (0.045, -0.028), (0.05, 0.0), (0.0, 0.0)], 16), "brass")
    shape.add(tube([(0, 0, -0.02), (0, 0, -drop + 0.24)], 0.004, 6), "plastic_black")
    r = width / 2
    shell = [
        (r, 0.0),
        (r - 0.004, 0.004),
        (0.82 * r, 0.055),
        (0.42 * r, 0.115),
        (0.24 * r, 0.14),
        (0.22 * r, 0.20),
        (0.12 * r, 0.235),
        (0.0, 0.24),
    ]
    shape.add(lathe(shell, 28, 50.0), shade, (0, 0, -drop))
    inner = [(x * 0.985, z - 0.004) for x, z in shell[:5]] + [(0.0, 0.132)]
    mesh = lathe(inner, 28, 50.0)
    shape.add(
        Mesh(mesh.vertices, -mesh.normals, mesh.uvs, mesh.faces[:, ::-1]),
        "enamel_white",
        (0, 0, -drop),
    )
    shape.add(sphere(0.032, 14, 8), "bulb", (0, 0, -drop + 0.075), collide=False)
    shape.add(cylinder(0.014, 0.05, 10), "brass", (0, 0, -drop + 0.095))
    shape.anchor("bulb", (0, 0, -drop + 0.01))
    return shape


@piece
def globe_lamp(drop: float = 0.5, width: float = 0.28) -> Shape:
    """An opal globe hanging from z = 0; offers ``bulb`` just below it."""
    shape = Shape("lamp", stands=False)
    shape.add(lathe([(0.0, -0.03), (0.05, -0.028), (0.055, 0.0), (0.0, 0.0)], 16), "brass")
    shape.add(tube([(0, 0, -0.02), (0, 0, -drop)], 0.006, 8), "brass")
    shape.add(cylinder(0.045, 0.03, 16), "brass", (0, 0, -drop - 0.015))
    shape.add(sphere(width / 2, 22, 12), "lamp_glass", (0, 0, -drop - width / 2))
    shape.anchor("bulb", (0, 0, -drop - width - 0.04))
    return shape


@piece
def wall_lamp(surface: str = "brass") -> Shape:
    """An opal shade on a bracket that reaches to −y from a wall at y = 0; offers ``bulb``."""
    shape = Shape("lamp", stands=False)
    shape.add(lathe([(0.0, 0.0), (0.05, 0.0), (0.04, 0.02), (0.0, 0.025)], 16), surface, tilt=90)
    shape.add(
        tube([(0, 0, 0), (0, -0.09, -0.01), (0, -0.14, 0.03), (0, -0.15, 0.06)], 0.008, 8), surface
    )
    shape.add(
        lathe([(0.03, 0.0), (0.065, 0.03), (0.085, 0.10), (0.082, 0.10), (0.0, 0.012)], 20, 60.0),
        "lamp_glass",
        (0, -0.15, 0.06),
    )
    shape.anchor("bulb", (0, -0.17, 0.22))
    return shape
