"""What the engine knows of every pixel: one survey of the picture, one multilayer EXR.

Data must not be mixed over an outline: a depth half-way between a face and the wall behind it is
of nothing, and so is its rest position. So it is never taken from the picture's own samples, but
from a survey: one sample through the middle of each pixel, everything in focus, no light followed.
It costs a fraction of a picture, and the picture may come from any engine.

Layers of ``layers.%04d.exr``
-----------------------------
=====================  =========================================================================
``R`` ``G`` ``B``      scene-linear light, where the picture was rendered by the same job
``depth``              ``Z``: metres along the camera's axis, inf for the sky
``normal``             ``X Y Z``, in the world, of the smooth surface; towards the camera
``forward``, ``back``  ``X Y``: pixels to where the point is at the next frame, and was at the one
                       before; x right, y up
``albedo``             ``R G B``: diffuse colour; of what has none (metal), the colour of its gloss
``rest``               ``X Y Z``: metres, where the point is on its object before anything moves it
``object``             ``ID``, uint: `StageActor.object_id`; 0 the sky, 1 the set
``material``           ``ID``, uint: the Cryptomatte code of the pixel's middle
``….CryptoObject00``,  Cryptomatte as Blender writes it, manifest included: of the picture, with
``….CryptoMaterial00`` its soft outlines, where Cycles rendered it, else of the survey
=====================  =========================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from . import aovs, exr

NO_DEPTH = 1e9
"""Blender's depth of the sky is 1e10."""
_RANKS = 2
"""Objects that a matte keeps of a pixel seen through its middle; of a picture, `_SOFT_RANKS`."""
_SOFT_RANKS = 6

Planes = dict[str, np.ndarray]


@contextmanager
def surveying(scene: Any) -> Iterator[None]:
    """Set a scene up for a survey; the camera's lens is as it was afterwards, the rest is not."""
    aovs.expose(scene)
    scene.render.engine = "CYCLES"
    scene.render.use_motion_blur = False
    cycles = scene.cycles
    cycles.samples = 1
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = False
    cycles.time_limit = 0.0
    cycles.pixel_filter_type = "BOX"
    cycles.filter_width = 0.01
    cycles.max_bounces = 0
    layer = scene.view_layers[0]
    layer.use_pass_z = layer.use_pass_vector = True
    layer.use_pass_diffuse_color = layer.use_pass_glossy_color = True
    layer.use_pass_object_index = True
    mattes(layer, _RANKS)
    optics = scene.camera.data.dof
    soft = optics.use_dof
    optics.use_dof = False
    try:
        with aovs.hard_edged(), _without_strands(scene):
            yield
    finally:
        optics.use_dof = soft


@contextmanager
def _without_strands(scene: Any) -> Iterator[None]:
    """Hairs are thinner than a pixel: its middle meets one or none, by chance, from frame to frame.

    What is under them is there in every frame.
    """
    strands = [o for o in scene.objects if o.type == "CURVES" and o.visible_camera]
    for strand in strands:
        strand.visible_camera = False
    try:
        yield
    finally:
        for strand in strands:
            strand.visible_camera = True


def picture_only(layer: Any) -> None:
    """Ask for nothing beside the picture."""
    layer.use_pass_z = layer.use_pass_vector = False
    layer.use_pass_diffuse_color = layer.use_pass_glossy_color = False
    layer.use_pass_object_index = False
    mattes(layer, 0)
    aovs.withdraw(layer)


def mattes(layer: Any, ranks: int = _SOFT_RANKS) -> None:
    """Ask for Cryptomatte of objects and materials; 0 ranks for none."""
    layer.use_pass_cryptomatte_object = layer.use_pass_cryptomatte_material = ranks > 0
    if ranks:
        layer.pass_cryptomatte_depth = ranks


def layers(survey: exr.Read, picture: exr.Read | None) -> exr.Read:
    """What ``layers.%04d.exr`` holds, by what Blender wrote of a survey and of a picture."""
    surveyed, words = survey
    depth = depth_of(surveyed)
    made: Planes = {"depth.Z": depth}
    sky = np.isinf(depth)
    for name, (x, y) in (("forward", forward(surveyed)), ("back", _back(surveyed))):
        made |= {f"{name}.X": np.where(sky, 0, x), f"{name}.Y": np.where(sky, 0, y)}
    made |= _albedo(surveyed)
    made |= {f"rest.{axis}": plane for axis, plane in _told(surveyed, aovs.REST)}
    made |= {f"normal.{axis}": _half(plane) for axis, plane in _told(surveyed, aovs.FACING)}
    made["object.ID"] = objects(surveyed).astype(np.uint32)
    code = _channel(surveyed, "CryptoMaterial00.r").astype(np.float32)
    made["material.ID"] = np.ascontiguousarray(code).view(np.uint32)
    source = surveyed
    if picture is not None:
        for name in "RGB":
            made[name] = _half(_channel(picture[0], f"Combined.{name}"))
        if picture[1]:
            source, words = picture
    made |= {name: plane for name, plane in source.items() if ".Crypto" in name}
    return made, words


def depth_of(surveyed: Planes) -> np.ndarray:
    """(H, W) float32 metres along the camera's axis, inf for the sky."""
    depth = _channel(surveyed, "Depth.Z")
    return np.where(depth > NO_DEPTH, np.inf, depth).astype(np.float32)


def objects(surveyed: Planes) -> np.ndarray:
    """(H, W) uint8 object ids."""
    return np.clip(np.rint(_channel(surveyed, "IndexOB.X")), 0, 255).astype(np.uint8)


def forward(surveyed: Planes) -> tuple[np.ndarray, np.ndarray]:
    """Pixels right and up to where a point is at the next frame."""
    # x, y lead back to the frame before; z, w from the next, with the sign of a texture lookup
    return -_channel(surveyed, "Vector.Z"), -_channel(surveyed, "Vector.W")


def _back(surveyed: Planes) -> tuple[np.ndarray, np.ndarray]:
    return _channel(surveyed, "Vector.X"), _channel(surveyed, "Vector.Y")


def _albedo(surveyed: Planes) -> Planes:
    diffuse = np.stack([_channel(surveyed, f"DiffCol.{c}") for c in "RGB"])
    gloss = np.stack([_channel(surveyed, f"GlossCol.{c}") for c in "RGB"])
    colour = np.where((diffuse == 0).all(0), gloss, diffuse)
    return {f"albedo.{c}": _half(plane) for c, plane in zip("RGB", colour, strict=True)}


def _told(surveyed: Planes, name: str) -> Iterator[tuple[str, np.ndarray]]:
    for axis, channel in zip("XYZ", "RGB", strict=True):
        yield axis, _channel(surveyed, f"{name}.{channel}").astype(np.float32)


def _half(plane: np.ndarray) -> np.ndarray:
    return np.clip(np.nan_to_num(plane), -65504.0, 65504.0).astype(np.float16)


def _channel(found: Planes, suffix: str) -> np.ndarray:
    """A channel of a view layer, whatever the layer is called."""
    return next(plane for name, plane in sorted(found.items()) if name.split(".", 1)[-1] == suffix)
