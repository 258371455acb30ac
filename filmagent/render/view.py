"""The film's view transform as a 3D table: scene-linear Rec.709 to display sRGB.

The table is baked with OpenColorIO from the configuration that Blender itself ships (found inside
the installed ``bpy`` package without importing it), so that preview and final are developed alike.
Where there is no such configuration an analytic AgX stands in: B. Wrensch, "Minimal AgX
Implementation" (iolite-engine.com, 2023), a polynomial fit of T. Sobotka's AgX.
"""

from __future__ import annotations

import importlib.util
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

POINTS = 48
STOPS = (-11.0, 7.0)
"""log2 of the scene-linear values at the ends of the table; shaders use the same numbers."""

_log = logging.getLogger(__name__)


def config_path() -> Path | None:
    """Blender's ``config.ocio``, or None where bpy is not installed."""
    spec = importlib.util.find_spec("bpy")
    for place in spec.submodule_search_locations or [] if spec else []:
        found = sorted(Path(place).glob("*/datafiles/colormanagement/config.ocio"))
        if found:
            return found[-1]
    return None


@lru_cache(maxsize=4)
def table(view_transform: str = "AgX", look: str = "None") -> Array:
    """The view transform over `STOPS`, (POINTS, POINTS, POINTS, 3) float32, indexed b, g, r."""
    axis = np.exp2(np.linspace(*STOPS, POINTS)).astype(np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    linear = np.stack([red, green, blue], -1)
    return develop(linear, view_transform, look)


def develop(linear: Array, view_transform: str = "AgX", look: str = "None") -> Array:
    """Scene-linear Rec.709 (…, 3) to display values 0–1, by Blender's configuration."""
    flat = np.ascontiguousarray(linear, np.float32).reshape(-1, 3).copy()
    config = config_path()
    if config is None:
        _log.warning("no Blender colour configuration found; the preview uses an analytic AgX")
        return agx(flat).reshape(linear.shape).astype(np.float32)
    import PyOpenColorIO as ocio

    settings = ocio.Config.CreateFromFile(str(config))
    source = _first(settings, ("Linear Rec.709", "Linear", "scene_linear"))
    group = ocio.GroupTransform()
    if look not in ("", "None"):
        names = {
            name.split(" - ")[-1]: name
            for name in settings.getLookNames()
            if " - " not in name or name.startswith(view_transform)
        }
        chosen = look if look in settings.getLookNames() else names.get(look, "")
        if chosen:
            group.appendTransform(ocio.LookTransform(src=source, dst=source, looks=chosen))
    group.appendTransform(
        ocio.DisplayViewTransform(src=source, display="sRGB", view=view_transform)
    )
    settings.getProcessor(group).getDefaultCPUProcessor().applyRGB(flat)
    return np.clip(flat, 0.0, 1.0).reshape(linear.shape)


def _first(settings: Any, names: tuple[str, ...]) -> str:
    known = set(settings.getColorSpaceNames()) | set(settings.getRoleNames())
    return next(name for name in names if name in known)


_INSET = np.array(
    [
        [0.842479062253094, 0.0784335999999992, 0.0792237451477643],
        [0.0423282422610123, 0.878468636469772, 0.0791661274605434],
        [0.0423756549057051, 0.0784336, 0.879142973793104],
    ]
)
_CURVE = (-17.86, 78.01, -126.7, 92.06, -28.72, 4.361, -0.1718, 0.002857)


def agx(linear: Array) -> Array:
    """AgX's base look, analytically; (N, 3) scene-linear to display values 0–1."""
    encoded = np.log2(np.maximum(linear @ _INSET.T, 1e-10))
    encoded = np.clip((encoded + 12.47393) / (4.026069 + 12.47393), 0.0, 1.0)
    curved = np.polyval(_CURVE, encoded)
    return np.asarray(np.clip(curved @ np.linalg.inv(_INSET).T, 0.0, 1.0))
