"""OpenUSD camera prims, by the ``pxr`` package where it is installed.

A stage says its own up axis, metres per unit and frames per second. Its focal lengths and apertures
are in tenths of a stage unit (UsdGeomCamera, "Units of measure for filmback properties"), and in
32 bits.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from camera.formats.text import FormatError, Options, Samples, Up, rotations
from camera.pose import Array, matrix

_UP: dict[str, Up] = {"Y": "y", "Z": "z"}


def read(path: Path, options: Options) -> Samples:
    """The first camera of a stage."""
    usd, geom = _pxr("Usd", path), _pxr("UsdGeom", path)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not a file")
    try:
        stage = usd.Stage.Open(str(path))
    except Exception as error:  # pxr's ErrorException has no base of its own
        raise FormatError(path, None, f"not a USD stage: {error}") from error
    prim = next((p for p in stage.Traverse() if p.IsA(geom.Camera)), None)
    if prim is None:
        raise FormatError(path, None, "the stage has no Camera prim")
    camera = geom.Camera(prim)
    unit = float(geom.GetStageMetersPerUnit(stage))
    codes = _codes(usd, geom, prim) or [usd.TimeCode.Default()]
    worlds = np.array([camera.ComputeLocalToWorldTransform(c) for c in codes]).reshape(-1, 4, 4)
    # Gf multiplies row vectors: the upper left 3 × 3 is the transpose, with the stage's scales
    turns = np.swapaxes(worlds[:, :3, :3], 1, 2)
    turns = turns / np.linalg.norm(turns, axis=1, keepdims=True)
    rate = float(stage.GetTimeCodesPerSecond())

    def values(name: str) -> Array:
        return np.array([getattr(camera, f"Get{name}Attr")().Get(c) for c in codes], np.float64)

    millimetres = unit * 1000 / 10
    wide, high = values("HorizontalAperture")[0], values("VerticalAperture")[0]
    focus = values("FocusDistance") * unit
    return Samples(
        [0.0 if c.IsDefault() else c.GetValue() / rate for c in codes],
        worlds[:, 3, :3] * unit,
        rotations(path, turns),
        None,
        values("FocalLength") * millimetres,
        focus if np.all(focus > 0) else None,
        float(wide * millimetres),
        float(wide / high),
        _UP[str(geom.GetStageUpAxis(stage))],
    )


def write(path: Path, samples: Samples, options: Options) -> None:
    """A stage of metres with one camera, ``/camera``."""
    usd, geom, gf = (_pxr(name, path) for name in ("Usd", "UsdGeom", "Gf"))
    if options.up not in _UP.values():
        raise ValueError(f"a stage's up axis is y or z, not {options.up!r}")
    stage = usd.Stage.CreateInMemory()
    geom.SetStageUpAxis(stage, options.up.upper())
    geom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(options.fps)
    stage.SetFramesPerSecond(options.fps)
    codes = [usd.TimeCode(time * options.fps) for time in samples.times]
    stage.SetStartTimeCode(codes[0].GetValue())
    stage.SetEndTimeCode(codes[-1].GetValue())
    camera = geom.Camera.Define(stage, "/camera")
    stage.SetDefaultPrim(camera.GetPrim())
    placed = camera.AddTransformOp()
    square = np.tile(np.eye(4), (len(codes), 1, 1))
    square[:, :3, :3] = np.swapaxes(matrix(samples.quaternions), 1, 2)
    square[:, 3, :3] = samples.positions
    tenths = 10 / 1000
    for i, code in enumerate(codes):
        placed.Set(gf.Matrix4d(*square[i].reshape(-1).tolist()), code)
        if samples.focal_mm is not None:
            camera.GetFocalLengthAttr().Set(float(samples.focal_mm[i]) * tenths, code)
        if samples.focus_m is not None:
            camera.GetFocusDistanceAttr().Set(float(samples.focus_m[i]), code)
    camera.GetHorizontalApertureAttr().Set(samples.sensor_mm * tenths)
    camera.GetVerticalApertureAttr().Set(samples.sensor_mm / samples.aspect * tenths)
    if not stage.Export(str(path)):
        raise OSError(f"{path} could not be written")


def _codes(usd: ModuleType, geom: ModuleType, prim: Any) -> list[Any]:
    """When anything of the camera, or of what carries it, has a sample."""
    times: set[float] = set(geom.Camera(prim).GetFocalLengthAttr().GetTimeSamples())
    while prim and not prim.IsPseudoRoot():
        times |= set(geom.Xformable(prim).GetTimeSamples())
        prim = prim.GetParent()
    return [usd.TimeCode(t) for t in sorted(times)]


def _pxr(name: str, path: Path) -> ModuleType:
    try:
        return import_module(f"pxr.{name}")
    except ImportError as error:
        raise ModuleNotFoundError(
            f"{path} is a USD file, which needs OpenUSD: pip install usd-core", name="pxr"
        ) from error
