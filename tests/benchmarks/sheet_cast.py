"""Draws the casting sheet: everybody's face and figure, in Cycles and as previews show them.

``python tests/benchmarks/sheet_cast.py OUT.png [NAME …] [--samples 16] [--columns 4]
[--preview]``; without names, all who come with filmagent. With ``--preview`` the portrait of the
preview stands between.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bpy
import look_cast
from PIL import Image, ImageDraw

from filmagent.library import cast, shelf

TALL = 220
WIDTHS = {"face": 176, "figure": 104}
GAP, CAPTION = 6, 18


def pictures(name: str, folder: Path, samples: int) -> list[Image.Image]:
    """Face and figure of a member; each in a Blender of its own, which many resets would crash."""
    command = [sys.executable, __file__, str(folder), name, "--samples", str(samples), "--draw"]
    subprocess.run(command, check=True, capture_output=True)
    return [Image.open(folder / f"{name}-{view}.png").convert("RGB") for view in WIDTHS]


def draw(member: cast.Member, folder: Path, samples: int) -> None:
    """Render the pictures of one member into a folder."""
    for view, width in WIDTHS.items():
        bpy.ops.wm.read_factory_settings(use_empty=True)
        kind = "face" if view == "face" else "front"
        look_cast.build(member, kind, "none", "render", 0.0)
        look_cast.stage(kind, [member], 0.0)
        scene = bpy.context.scene
        scene.render.engine = "CYCLES"
        scene.cycles.samples, scene.cycles.use_denoising = samples, True
        scene.render.resolution_x, scene.render.resolution_y = width, TALL
        scene.view_settings.view_transform = "AgX"
        scene.render.filepath = str(folder / f"{member.name}-{view}.png")
        bpy.ops.render.render(write_still=True)


def previews(names: list[str], folder: Path) -> dict[str, Image.Image]:
    """The portraits of the preview renderer."""
    from filmagent.film import shelf_pictures

    drawn = shelf_pictures.of_members(names, folder, None)
    size = (WIDTHS["face"] * 5 // 6, TALL)
    return {name: Image.open(face).convert("RGB").resize(size) for name, (face, _) in drawn.items()}


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--preview", action="store_true")
    parser.add_argument("--draw", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.draw:
        draw(cast.load(options.names[0]), options.out, options.samples)
        return
    shipped = sorted(path.stem for path in (shelf.data("assets") / "cast").glob("*.npz"))
    names = options.names or sorted(shipped, key=lambda name: cast.load(name).entry().years)
    rows: dict[str, list[Image.Image]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        light = previews(names, folder / "preview") if options.preview else {}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            drawn = list(pool.map(lambda name: pictures(name, folder, options.samples), names))
        for name, (face, figure) in zip(names, drawn, strict=True):
            rows[name] = [face, *([light[name]] if light else []), figure]
    wide = sum(image.width for image in rows[names[0]]) + GAP
    high = TALL + CAPTION + GAP
    lines = -(-len(names) // options.columns)
    page = Image.new("RGB", (options.columns * wide + GAP, lines * high + GAP), (22, 23, 26))
    pen = ImageDraw.Draw(page)
    for number, name in enumerate(names):
        x = GAP + number % options.columns * wide
        y = GAP + number // options.columns * high
        entry = cast.load(name).entry()
        pen.text((x + 2, y + TALL + 3), f"{name}, {entry.years}", (221, 216, 207))
        for image in rows[name]:
            page.paste(image, (x, y))
            x += image.width
    # two bits fewer cannot be seen, and noise would not pack; a palette makes skins blotchy
    page.point(lambda value: value & 0xFC).save(options.out, optimize=True)


if __name__ == "__main__":
    main()
