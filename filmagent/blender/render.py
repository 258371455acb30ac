"""Renders frames of a built .blend, pass by pass, each file whole or not there."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from . import exr, passes
from .bakes import StageError
from .devices import use_best
from .frames import blender_frame, spelt
from .textures import png
from .views import view

PASSES = {
    "rgb": "png",
    "depth": "npz",
    "ids": "png",
    "vectors": "npz",
    "layers": "exr",
    "camera": "json",
}
_SURVEYED = {"depth", "ids", "vectors", "layers"}

_SAMPLES = {"final": 96, "draft": 32}
_NOISE = {"final": 0.02, "draft": 0.06}
"""Adaptive sampling's threshold."""


@dataclass
class Frame:
    """One rendered frame."""

    frame: int
    files: list[str]
    seconds: float
    skipped: bool


def load(blend: Path) -> None:
    """Open a .blend; scripts inside it are never run."""
    if not blend.exists():
        raise StageError(f"{blend} is missing; run `filmagent make` on the film.")
    try:
        bpy.ops.wm.open_mainfile(filepath=str(blend), load_ui=False, use_scripts=False)
    except RuntimeError as error:
        raise StageError(
            f"{blend} cannot be opened ({str(error).strip()}); delete it to have it made again."
        ) from None


def render(job: dict[str, Any]) -> Iterator[Frame]:
    """Render a job of the protocol (`filmagent.blender`) from the .blend that is open."""
    scene = stage_of()
    names = job.get("passes", ["rgb"])
    unknown = [name for name in names if name not in PASSES]
    if unknown:
        raise StageError(f'There is no pass "{unknown[0]}"; take some of {", ".join(PASSES)}.')
    scene.camera = _camera(scene, job)
    # markers would cut to the edit's camera
    scene.timeline_markers.clear()
    # setting up for a survey and back costs as much as half of one
    alone = "rgb" not in names and bool(_SURVEYED & set(names))
    with passes.surveying(scene) if alone else nullcontext():
        for frame in job["frames"]:
            began = time.perf_counter()
            targets = _targets(job, frame, names)
            files = [str(path) for path in targets.values()]
            if not job.get("overwrite", True) and all(path.exists() for path in targets.values()):
                yield Frame(frame, files, 0.0, True)
                continue
            scene.frame_set(blender_frame(frame))
            _frame(scene, job, targets, alone)
            yield Frame(frame, files, time.perf_counter() - began, False)


def _frame(scene: Any, job: dict[str, Any], targets: dict[str, Path], alone: bool) -> None:
    """Render the picture, then what the engine knows of it, as far as files want them."""
    for path in targets.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    _size(scene, job)
    if "camera" in targets:
        with Whole(targets["camera"]) as path:
            path.write_text(view(scene), encoding="utf-8")
    picture: exr.Read | None = None
    if "rgb" in targets:
        settings(scene, job)
        if "layers" in targets and scene.render.engine == "CYCLES":
            passes.mattes(scene.view_layers[0])
        bpy.ops.render.render(scene=scene.name)
        if "layers" in targets:
            picture = _planes(scene)
        _save_picture(scene, targets["rgb"])
    if _SURVEYED & set(targets):
        with nullcontext() if alone else passes.surveying(scene):
            bpy.ops.render.render(scene=scene.name)
        _save(_planes(scene), picture, targets)


def stage_of() -> Any:
    """The stage's scene of the .blend that is open."""
    for scene in bpy.data.scenes:
        if scene.name.startswith("Scene "):
            return scene
    return bpy.context.scene


def _camera(scene: Any, job: dict[str, Any]) -> Any:
    key = "take" if job.get("take") else "setup"
    for thing in sorted(scene.objects, key=lambda o: o.name):
        if thing.type == "CAMERA" and thing.get(key) == job[key]:
            return thing
    raise StageError(
        f'The scene has no camera for {key} "{job[key]}"; build it again with `filmagent make`.'
    )


def settings(scene: Any, job: dict[str, Any]) -> None:
    """Engine, sampling and size of a job's picture."""
    quality = job.get("quality", "final")
    device = use_best()
    cycles = quality == "final" or device == "CPU"
    scene.render.engine = "CYCLES" if cycles else _eevee()
    samples = int(job.get("samples") or _SAMPLES[quality])
    if cycles:
        _cycles(scene.cycles, job, samples, quality, device)
    else:
        scene.eevee.taa_render_samples = samples
        scene.eevee.use_raytracing = True
    _size(scene, job)
    passes.picture_only(scene.view_layers[0])


def _size(scene: Any, job: dict[str, Any]) -> None:
    render = scene.render
    if job.get("size"):
        render.resolution_x, render.resolution_y = job["size"]
    render.resolution_percentage = 100
    render.use_persistent_data = True
    render.use_sequencer = False
    render.use_compositing = False


def _eevee() -> str:
    # 4.5 calls it "next", 5.x has no other
    return "BLENDER_EEVEE_NEXT" if bpy.app.version < (5, 0, 0) else "BLENDER_EEVEE"


def _cycles(cycles: Any, job: dict[str, Any], samples: int, quality: str, device: str) -> None:
    cycles.device = "CPU" if device == "CPU" else "GPU"
    cycles.samples = samples
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = _NOISE[quality]
    cycles.adaptive_min_samples = min(16, samples)
    cycles.time_limit = float(job.get("seconds") or 0.0)
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.denoising_prefilter = "FAST" if quality == "draft" else "ACCURATE"
    cycles.denoising_use_gpu = device != "CPU"
    # the same frame has the same noise wherever it is rendered, and neighbours differ
    cycles.seed = 0
    cycles.use_animated_seed = True
    # interiors lit through windows: fireflies cost more than the light they carry
    cycles.sample_clamp_direct = 0.0
    cycles.sample_clamp_indirect = 4.0
    cycles.caustics_reflective = False
    cycles.caustics_refractive = False
    cycles.blur_glossy = 1.0
    cycles.use_light_tree = True
    cycles.pixel_filter_type = "BLACKMAN_HARRIS"
    cycles.filter_width = 1.5
    cycles.max_bounces = 8
    cycles.diffuse_bounces = 3
    cycles.glossy_bounces = 3
    cycles.transmission_bounces = 4
    cycles.transparent_max_bounces = 12


def _targets(job: dict[str, Any], frame: int, names: list[str]) -> dict[str, Path]:
    if job.get("path"):
        return {"rgb": Path(job["path"])}
    folder = Path(job["folder"])
    return {name: folder / f"{name}.{spelt(frame)}.{PASSES[name]}" for name in names}


def _save_picture(scene: Any, target: Path) -> None:
    images = scene.render.image_settings
    _media(images, "IMAGE")
    images.file_format = "PNG"
    images.color_mode = "RGB"
    images.color_depth = "8"
    images.compression = 15
    with Whole(target) as path:
        bpy.data.images["Render Result"].save_render(str(path), scene=scene)


def _planes(scene: Any) -> exr.Read:
    """What Blender has just rendered: a file is its only way to hand it out."""
    images = scene.render.image_settings
    _media(images, "MULTI_LAYER_IMAGE")
    images.file_format = "OPEN_EXR_MULTILAYER"
    images.color_depth = "32"
    images.exr_codec = "NONE"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "passes.exr"
        bpy.data.images["Render Result"].save_render(str(file), scene=scene)
        return exr.read(file)


def _media(images: Any, kind: str) -> None:
    if hasattr(images, "media_type"):
        images.media_type = kind


def _save(surveyed: exr.Read, picture: exr.Read | None, targets: dict[str, Path]) -> None:
    planes, words = surveyed
    if "ids" in targets:
        with Whole(targets["ids"]) as path:
            path.write_bytes(png(passes.objects(planes), level=4))
    arrays = {
        "depth": lambda: passes.depth_of(planes),
        "vectors": lambda: np.stack(passes.forward(planes), axis=-1),
    }
    for name, made in arrays.items():
        if name in targets:
            with Whole(targets[name]) as path, open(path, "wb") as file:
                np.savez_compressed(file, **{name: made()})
    if "layers" in targets:
        seen, words = passes.layers(surveyed, picture)
        with Whole(targets["layers"]) as path:
            exr.write(path, seen, words)


class Whole:
    """A temporary name beside a file, renamed to it when nothing went wrong."""

    def __init__(self, path: Path):
        self._path = path
        # Blender adds a suffix to a name without one
        self._part = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")

    def __enter__(self) -> Path:
        return self._part

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)
