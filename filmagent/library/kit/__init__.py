"""The kit sets are built of: parametric pieces, surfaces and textures, all in numpy.

====================  ============================================================================
`kit.solids`          boxes, transforms: meshes with normals and uvs in metres
`kit.turned`          lathes, cylinders, spheres, tubes
`kit.panels`          panels with holes, prisms, rounded boxes, sheets
`kit.shape`           a piece being made; the register of pieces
`kit.structure`       walls with openings, windows, doors, floors, ceilings, beams
`kit.furniture`       tables, chairs, benches
`kit.cabinets`        counters, shelves, sideboards
`kit.tableware`       cups, glasses, bottles, what stands on a table
`kit.counterware`     the espresso machine, grinder, till
`kit.bakery`          pastry, cake, fruit
`kit.dressing`        pictures, menu boards, plants, books
`kit.lamps`           lamps that hang and lamps on walls
`kit.fittings`        radiators, coat hooks, curtains, clocks
`kit.pavement`        roads, kerbs, crossings
`kit.street`          street lamps, bus stops, benches, bins
`kit.facade`          fronts of houses
`kit.shopfront`       awnings, shop signs, the room behind the glass
`kit.greenery`        trees and shrubs
`kit.vehicle`         cars; `kit.bicycle`
`kit.handheld`        props, those of paper in `kit.paper`; `kit.prop_bakes`: how hands hold them
`kit.surfaces`        materials by name; `kit.textures` makes what they show
`kit.layout`          ``set.toml``; `kit.build` turns one into a bake
====================  ============================================================================

A new piece is a function under `@piece` that returns a `Shape`; its parameters are what a
``set.toml`` may say under ``with``.
"""

from functools import cache
from hashlib import blake2b
from pathlib import Path

from filmagent.library.kit.shape import Anchor, Shape, make, piece, pieces


@cache
def version() -> str:
    """A digest of the kit's source and of the bake's, so that no change leaves an old bake."""
    digest = blake2b(digest_size=6)
    folder = Path(__file__).parent
    for path in [*sorted(folder.iterdir()), folder.parent / "bake.py", folder.parent / "npz.py"]:
        if path.suffix in (".py", ".toml"):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


__all__ = ["Anchor", "Shape", "make", "piece", "pieces", "version"]
