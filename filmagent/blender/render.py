"""Renders frames of a built .blend, pass by pass, each file whole or not there."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from . import exr
from .bakes import StageError
from .devices import use_best
from .frames import blender_frame, spelt
from .textures import png

PASSES = {"rgb": "png", "depth": "npz", "ids": "png", "vectors": "npz"}
_NO_DEPTH = 1e9
"""Blender's depth of the sky is 1e10."""

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
    passes = job.get("passes", ["rgb"])
    unknown = [name for name in passes if name not in PASSES]
    if unknown:
        raise StageError(f'There is no pass "{unknown[0]}"; take some of {", ".join(PASSES)}.')
    scene.camera = _camera(scene, job)
    # markers would cut to the edit's camera
    scene.timeline_markers.clear()
    settings(scene, job, passes)
    for frame in job["frames"]:
        began = time.perf_counter()
        targets = _targets(job, frame, passes)
        if not job.get("overwrite", True) and all(path.exists() for path in targets.values()):
            yield Frame(frame, [str(p) for p in targets.values()], 0.0, True)
            continue
        scene.frame_set(blender_frame(frame))
        bpy.ops.render.render(scene=scene.name)
        _write(scene, targets)
        yield Frame(frame, [str(p) for p in targets.values()], time.perf_counter() - began, False)


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


def settings(scene: Any, job: dict[str, Any], passes: list[str]) -> None:
    """Engine, sampling, size and passes of a job."""
    quality = job.get("quality", "final")
    device = use_best()
    cycles = quality == "final" or device == "CPU" or set(passes) - {"rgb"}
    scene.render.engine = "CYCLES" if cycles else _eevee()
    samples = int(job.get("samples") or _SAMPLES[quality])
    if cycles:
        _cycles(scene.cycles, job, samples, quality, device)
    else:
        scene.eevee.taa_render_samples = samples
        scene.eevee.use_raytracing = True
    render = scene.render
    if job.get("size"):
        render.resolution_x, render.resolution_y = job["size"]
    render.use_persistent_data = True
    render.use_sequencer = False
    render.use_compositing = False
    layer = scene.view_layers[0]
    layer.use_pass_z = "depth" in passes
    layer.use_pass_object_index = "ids" in passes
    layer.use_pass_vector = "vectors" in passes


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
    cycles.max_bounces = 8
    cycles.diffuse_bounces = 3
    cycles.glossy_bounces = 3
    cycles.transmission_bounces = 4
    cycles.transparent_max_bounces = 12


def _targets(job: dict[str, Any], frame: int, passes: list[str]) -> dict[str, Path]:
    if job.get("path"):
        return {"rgb": Path(job["path"])}
    folder = Path(job["folder"])
    return {name: folder / f"{name}.{spelt(frame)}.{PASSES[name]}" for name in passes}


def _write(scene: Any, targets: dict[str, Path]) -> None:
    result = bpy.data.images["Render Result"]
    images = scene.render.image_settings
    for path in targets.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    if "rgb" in targets:
        _media(images, "IMAGE")
        images.file_format = "PNG"
        images.color_mode = "RGB"
        images.color_depth = "8"
        images.compression = 15
        with Whole(targets["rgb"]) as path:
            result.save_render(str(path), scene=scene)
    wanted = [name for name in targets if name != "rgb"]
    if not wanted:
        return
    _media(images, "MULTI_LAYER_IMAGE")
    images.file_format = "OPEN_EXR_MULTILAYER"
    images.color_depth = "32"
    images.exr_codec = "NONE"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "passes.exr"
        result.save_render(str(file), scene=scene)
        found = exr.channels(file)
    for name in wanted:
        with Whole(targets[name]) as path:
            _save(name, path, found)


def _media(images: Any, kind: str) -> None:
    if hasattr(images, "media_type"):
        images.media_type = kind


def _save(name: str, path: Path, found: dict[str, np.ndarray]) -> None:
    def channel(*suffixes: str) -> np.ndarray:
        return next(value for key, value in sorted(found.items()) if key.endswith(suffixes))

    if name == "ids":
        ids = np.clip(np.rint(channel("Index.X", "IndexOB.X")), 0, 255)
        path.write_bytes(png(ids.astype(np.uint8), level=4))
        return
    if name == "depth":
        depth = channel("Depth.Z")
        data = {"depth": np.where(depth > _NO_DEPTH, np.inf, depth).astype(np.float32)}
    else:
        # x, y lead back to the frame before; z, w to the next, with the sign of a texture lookup
        data = {"vectors": -np.stack([channel("Vector.Z"), channel("Vector.W")], axis=-1)}
    with open(path, "wb") as file:
        np.savez_compressed(file, **data)


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
