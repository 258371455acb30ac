"""Draws what actors do as strips, front and side, so that a person can look at them.

``python tests/benchmarks/look_actions.py OUT.png [--only wave,hug] [--variants 1] [--frames 5]
[--member tomas] [--seated] [--height 200]``: a row an action and variant, the front above the
side; ``--tiles`` is how many actions stand beside each other.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from pathlib import Path

os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import pyrender
from acts import Scene, scene_of
from PIL import Image, ImageDraw

from filmagent import cast
from filmagent.cast import gestures
from filmagent.documents import Gesture
from filmagent.documents.seeds import seed as seed_of
from filmagent.library import actions, props, skin
from filmagent.library import cast as members
from filmagent.library.bake import Bake

FPS = 24
_SEED = 1
_GREY = (0.62, 0.64, 0.66)


class Painter:
    """Small flat pictures of bodies and props."""

    def __init__(self, width: int, height: int) -> None:
        self.size = width, height
        self.renderer = pyrender.OffscreenRenderer(width, height)

    def picture(self, meshes: list, centre: np.ndarray, azimuth: float, tall: float) -> Image.Image:
        """Meshes seen level from a direction, ``tall`` metres high."""
        scene = pyrender.Scene(bg_color=(*_GREY, 1.0), ambient_light=(0.35, 0.35, 0.37))
        for mesh in meshes:
            scene.add(mesh)
        floor = np.array([[-9, -9, 0], [9, -9, 0], [9, 9, 0], [-9, 9, 0]], float)
        floor[:, :2] += centre[:2]
        scene.add(_mesh(floor, np.array([[0, 1, 2], [0, 2, 3]]), np.tile([0.5, 0.52, 0.5], (4, 1))))
        pose = _camera(centre, azimuth, 6.0)
        wide = tall * self.size[0] / self.size[1]
        scene.add(pyrender.OrthographicCamera(wide / 2, tall / 2, 0.1, 30.0), pose=pose)
        for turn, power in ((0.7, 3.2), (-1.1, 1.2)):
            scene.add(pyrender.DirectionalLight(intensity=power),
                      pose=_camera(centre, azimuth + turn, 6.0, 3.5))  # fmt: skip
        colour, _ = self.renderer.render(scene, flags=pyrender.RenderFlags.SKIP_CULL_FACES)
        return Image.fromarray(colour)


def _camera(centre: np.ndarray, azimuth: float, far: float, above: float = 0.55) -> np.ndarray:
    """world_from_camera, looking at ``centre`` from a heading."""
    way = np.array([-math.sin(azimuth), math.cos(azimuth), 0.0]) * far + [0.0, 0.0, above]
    back = way / np.linalg.norm(way)
    right = np.cross([0.0, 0.0, 1.0], back)
    right /= np.linalg.norm(right)
    out = np.eye(4)
    out[:3, :3] = np.stack([right, np.cross(back, right), back], axis=1)
    out[:3, 3] = centre + way
    return out


def _mesh(points: np.ndarray, faces: np.ndarray, colours: np.ndarray) -> pyrender.Mesh:
    corners = points[faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    smooth = np.zeros_like(points)
    for k in range(3):
        np.add.at(smooth, faces[:, k], normal)
    smooth /= np.maximum(np.linalg.norm(smooth, axis=1, keepdims=True), 1e-12)
    return pyrender.Mesh([pyrender.Primitive(
        positions=points.astype(np.float32), normals=smooth.astype(np.float32),
        indices=faces.astype(np.uint32), color_0=np.clip(colours, 0, 1).astype(np.float32),
        material=pyrender.MetallicRoughnessMaterial(
            metallicFactor=0.0, roughnessFactor=0.9, doubleSided=True))])  # fmt: skip


def _coloured(bake: Bake, part) -> np.ndarray:
    base = np.array(bake.materials[part.material].base_colour)
    colours = part.colours if part.colours is not None else np.ones_like(part.vertices)
    return (np.asarray(colours, float)[:, :3] * base) ** (1 / 1.6)


class Shown:
    """A performed scene, mesh by mesh."""

    def __init__(self, scene: Scene, seed: int) -> None:
        timing = scene.timing
        self.scene = scene
        fps = (FPS, 1)
        self.made = {a.actor: cast.perform(timing, a.actor, fps, seed) for a in timing.actors}
        self.motions = cast.move_props(timing, self.made, fps)
        self.members = {a.actor: members.load(a.member) for a in timing.actors}
        self.first = int(next(iter(self.made.values()))["first_frame"])

    def meshes(self, seconds: float) -> list:
        """Everything at a second."""
        row = round(seconds * FPS) - self.first
        out = []
        for actor, made in self.made.items():
            member = self.members[actor]
            one = [np.asarray(made[k])[row : row + 1] for k in
                   ("rotations", "root", "root_rotation", "face")]  # fmt: skip
            bones = skin.pose(member, *one[:3])
            for part in member.parts("preview"):
                points = skin.deform(member, part, bones, one[3])[0]
                out.append(_mesh(points, np.asarray(part.faces), _coloured(member.bake, part)))
        for prop in self.scene.timing.props:
            motion = self.motions[prop.prop]
            if motion["positions"][row, 2] < -5:
                continue
            bake = props.load(prop.model).bake
            turn = skin.rotation_matrices(motion["quaternions"][row : row + 1])[0]
            for part in bake.parts:
                points = np.asarray(part.vertices) @ turn.T + motion["positions"][row]
                out.append(_mesh(points, np.asarray(part.faces), _coloured(bake, part)))
        for box in self.scene.boxes:
            out.append(_mesh(*box))
        return out

    def place(self, seconds: float) -> np.ndarray:
        """The floor below the performer."""
        row = round(seconds * FPS) - self.first
        at = np.array(self.made["performer"]["root"][row])
        at[2] = 0.0
        return at


def strip(painter: Painter, scene: Scene, seed: int, frames: int, label: str) -> Image.Image:
    """An action in frames: front above side."""
    shown = Shown(scene, seed)
    width, height = painter.size
    sheet = Image.new("RGB", (width * frames, 2 * height))
    for k in range(frames):
        at = scene.start + (scene.end - scene.start) * (k + 0.5) / frames
        meshes = shown.meshes(at)
        place = shown.place(at)
        middle = scene.centre if scene.centre is not None else place
        level = 0.5 * scene.tall - 0.06 if scene.level is None else scene.level
        centre = np.array([*middle[:2], level])
        for line, azimuth in enumerate(scene.views):
            sheet.paste(painter.picture(meshes, centre, azimuth, scene.tall),
                        (k * width, line * height))  # fmt: skip
    ImageDraw.Draw(sheet).text((4, 2), label, fill=(0, 0, 0))
    return sheet


def take_of(action: str, variant: int) -> int:
    """The take in which the performer plays a variant."""
    own = seed_of(_SEED, "perform", "1/performer")
    for take in range(60 if action in gestures.specs() else 0):
        tried = Gesture(id=f"1.{take}/performer/{action}", action=action, start=1.0, end=3.0)
        drawn = gestures.acts([tried], [], {}, own)
        if drawn and drawn[0].variant == variant % len(gestures.specs()[action]):
            return take
    return variant


def main() -> None:
    """Draw a sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--only", default="")
    parser.add_argument("--variants", type=int, default=1)
    parser.add_argument("--frames", type=int, default=5)
    parser.add_argument("--member", default="tomas")
    parser.add_argument("--seated", action="store_true")
    parser.add_argument("--height", type=int, default=200)
    parser.add_argument("--tiles", type=int, default=2)
    options = parser.parse_args()
    names = options.only.split(",") if options.only else actions.names()
    painter = Painter(round(0.62 * options.height), options.height)
    strips = []
    for name in names:
        for variant in range(options.variants):
            take = take_of(name, variant)
            scene = scene_of(name, options.member, seated=options.seated, take=take)
            label = f"{name} {variant + 1}" if options.variants > 1 else name
            strips.append(strip(painter, scene, _SEED, options.frames, label))
    tiles = options.tiles
    rows = math.ceil(len(strips) / tiles)
    wide, high = strips[0].size
    sheet = Image.new("RGB", (tiles * (wide + 6), rows * (high + 6)), (255, 255, 255))
    for k, one in enumerate(strips):
        sheet.paste(one, ((k % tiles) * (wide + 6), (k // tiles) * (high + 6)))
    sheet.quantize(96, dither=Image.Dither.NONE).save(options.out, optimize=True)


if __name__ == "__main__":
    main()
