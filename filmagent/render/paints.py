"""Materials of bakes as the preview's uniforms and textures."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import Bake, Material
from filmagent.render import gl

Array = NDArray[Any]

KINDS = {"principled": 0.0, "skin": 2.0, "eye": 3.0, "hair": 4.0, "emission": 5.0}
"""Numbers by which ``shade.frag`` tells surfaces apart; 1 is principled on people, 6 metal."""

_SPECULAR = {"skin": 0.45, "eye": 1.0}


class Paints:
    """The materials of one bake, ready to be set on the surface program."""

    def __init__(self, bake: Bake, *, living: bool) -> None:
        self._bake = bake
        self._living = living
        self._maps: dict[str, tuple[gl.Texture, gl.Texture]] = {}

    def material(self, name: str) -> Material:
        """A material of the bake; what is not named is plain grey."""
        return self._bake.materials.get(name, Material())

    def put(self, program: gl.Program, name: str, glow: dict[str, float]) -> None:
        """Set a material's uniforms and textures."""
        material = self.material(name)
        kind = KINDS.get(material.model, 0.0)
        if kind == 0.0 and self._living:
            kind = 1.0
        if material.metallic > 0.5 and kind <= 1.0:
            kind = 6.0
        strength = glow.get(name, material.emission_strength)
        shine = np.array(material.emission) * strength
        if shine.max() > 0.02:
            kind = 5.0
        # dielectric reflectance 0.08 × specular, as in the principled shader
        specular = _SPECULAR.get(material.model, material.specular)
        program.set(
            base=material.base_colour if kind != 5.0 else (1.0, 1.0, 1.0),
            roughness=material.roughness if kind != 3.0 else 0.08,
            specular=specular,
            kind=kind,
            glow=shine,
            code=_code(self._bake.name, name),
        )
        program.set_ints(two_sided=int(material.two_sided))
        maps = self.maps(material.texture) if material.texture else None
        program.set_ints(textured=int(maps is not None))
        if maps is not None:
            tile = 1.0 / material.texture_metres if material.texture_metres > 0 else 1.0
            program.set(tile=tile)
            program.bind(albedo_map=maps[0], relief_map=maps[1])

    def maps(self, name: str) -> tuple[gl.Texture, gl.Texture] | None:
        """Base colour, and relief (normal and roughness), of a texture of the bake."""
        if name in self._maps:
            return self._maps[name]
        textures = self._bake.textures
        albedo = textures.get(f"{name}/albedo")
        rough, normal = textures.get(f"{name}/roughness"), textures.get(f"{name}/normal")
        given = next((t for t in (albedo, normal, rough) if t is not None), None)
        if given is None:
            return None
        height, width = given.shape[:2]
        colour = np.full((height, width, 4), 255, np.uint8)
        if albedo is not None:
            colour[..., :3] = albedo
        relief = np.empty((height, width, 4), np.uint8)
        relief[..., :3] = (128, 128, 255) if normal is None else _fitted(normal, height, width)
        middle = next(
            (m.roughness for m in self._bake.materials.values() if m.texture == name), 0.5
        )
        relief[..., 3] = round(255 * middle)
        if rough is not None:
            relief[..., 3] = _fitted(rough, height, width)
        self._maps[name] = gl.Texture.image(colour, True), gl.Texture.image(relief, False)
        return self._maps[name]


@lru_cache(maxsize=1024)
def _code(bake: str, material: str) -> float:
    """A material's number in every film: 24 bits, which a float holds."""
    return float(int.from_bytes(blake2b(f"{bake} {material}".encode(), digest_size=3).digest()))


def _fitted(image: Array, height: int, width: int) -> Array:
    """An image sampled to another size (maps of one texture may differ)."""
    rows = np.arange(height) * image.shape[0] // height
    columns = np.arange(width) * image.shape[1] // width
    return np.asarray(image[rows][:, columns])
