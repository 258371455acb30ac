"""The kit sets are built of: parametric pieces, surfaces and textures, all in numpy.

====================  =================================================================
`kit.solids`          boxes, lathes, tubes, panels: meshes with normals and uvs in metres
`kit.shape`           a piece being made; the register of pieces
`kit.structure`       walls with openings, windows, doors, floors, ceilings, beams
`kit.furniture`       tables, chairs, benches, counters, shelves
`kit.tableware`       cups, bottles, pastry, the espresso machine
`kit.dressing`        lamps, plants, pictures, menu boards, radiators
`kit.pavement`        roads, kerbs, crossings, street lamps, bus stops, bins
`kit.facade`          fronts of houses, awnings, shop signs
`kit.greenery`        trees and shrubs
`kit.vehicle`         cars
`kit.surfaces`        materials by name; `kit.textures` makes what they show
`kit.layout`          ``set.toml``; `kit.build` turns one into a bake
====================  =================================================================

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
