"""Renders every outfit or hairstyle of the rack on the cast, so that a person can look at them.

``python tests/benchmarks/look_wardrobe.py OUT.png [--hair] [--bakes FOLDER] [--size 1500x420]
[--samples 8]``: outfits (or heads of hair) side by side. Needs the extra ``[cast]``; bakes are kept
in the folder, which makes a second look quick.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import bpy
import look_cast

from filmagent.library import cast, shelf
from filmagent.library.bake import Bake
from filmagent.library.casting import dress, rack, recipe

WEARERS = {
    "casual": "kofi", "suit": "tomas", "nurse": "nadia", "police": "kofi", "waiter": "tomas",
    "doctor": "ruth", "worker": "tomas", "school": "ines", "evening": "ines", "rain": "nadia",
    "summer": "kofi", "sport": "walter", "dress": "nadia",
}  # fmt: skip
HEADS = {
    "bob": "ines", "bun": "nadia", "long": "ines", "ponytail": "ines", "braid": "ines",
    "curls": "nadia", "afro": "nadia", "short": "tomas", "side_part": "tomas", "crop": "ines",
    "buzz": "kofi", "balding": "walter",
}  # fmt: skip


def dressed(name: str, who: str, folder: Path, **change: Any) -> cast.Member:
    """A member of the cast in other clothes or with other hair, baked once."""
    path = folder / f"{name}.npz"
    if not path.exists():
        own = recipe.read(shelf.data("assets") / "cast" / f"{who}.toml")
        made = recipe.Recipe.model_validate(own.model_dump() | change)
        dress.member(name, made).save(path)
    return cast.Member(name, Bake.load(path), path)


def people(hair: bool, folder: Path) -> list[cast.Member]:
    """Everybody to be looked at."""
    if not hair:
        worn = {name: entry["wear"] for name, entry in rack.outfits().items()}
        return [
            dressed(f"o_{name}", WEARERS.get(name, "ines"), folder,
                    garments=[rack.garment(each) for each in wear])
            for name, wear in worn.items()
        ]  # fmt: skip
    shown = []
    for name, entry in rack.hairstyles().items():
        who = HEADS.get(name, "ines")
        own = recipe.read(shelf.data("assets") / "cast" / f"{who}.toml").hair.model_dump()
        style = {key: value for key, value in entry.items() if key != "words"}
        shown.append(dressed(f"h_{name}", who, folder, hair=own | style))
    return shown


def main() -> None:
    """Render one picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--hair", action="store_true")
    parser.add_argument("--view", default="")
    parser.add_argument("--bakes", type=Path, default=Path(tempfile.gettempdir()) / "wardrobe")
    parser.add_argument("--size", default="1500x420")
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--use", default="render")
    options = parser.parse_args()
    options.bakes.mkdir(parents=True, exist_ok=True)
    shown = people(options.hair, options.bakes)
    view = options.view or ("face" if options.hair else "front")
    step = 0.34 if options.hair else 0.8
    bpy.ops.wm.read_factory_settings(use_empty=True)
    for index, person in enumerate(shown):
        look_cast.build(person, view, "none", options.use, index * step)
    look_cast.stage(view, shown, step)
    scene = bpy.context.scene
    bpy.data.objects["floor"].scale.x = 3.0
    camera = scene.camera
    width, height = map(int, options.size.split("x"))
    # a level row seen as on paper: nobody is smaller for standing at the end
    camera.data.type = "ORTHO"
    camera.data.ortho_scale = step * (len(shown) + 0.4)
    middle = step * (len(shown) - 1) / 2
    eye = max(person.eye_height for person in shown)
    camera.location = (middle, 6.0, eye - 0.05 if options.hair else 1.06)
    camera.rotation_euler = (1.5708, 0.0, 3.14159)
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = options.samples, True
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.view_settings.view_transform = "AgX"
    scene.render.filepath = options.out
    bpy.ops.render.render(write_still=True)


if __name__ == "__main__":
    main()
