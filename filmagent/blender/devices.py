"""What renders: a GPU where there is one."""

from __future__ import annotations

import logging
from typing import Any

import addon_utils
import bpy

_KINDS = ("OPTIX", "CUDA", "HIP", "METAL", "ONEAPI")
_log = logging.getLogger(__name__)


def use_best() -> str:
    """Switch Cycles to the best device; returns its name, ``CPU`` when there is no GPU."""
    preferences = _preferences()
    if preferences is None:
        return "CPU"
    for kind in _KINDS:
        try:
            preferences.compute_device_type = kind
            preferences.refresh_devices()
        except (TypeError, RuntimeError):
            continue  # this build of Blender does not know the kind
        gpus = [device for device in preferences.devices if device.type == kind]
        if gpus:
            for device in preferences.devices:
                device.use = device.type == kind
            _log.info("Cycles renders on %s by %s", gpus[0].name, kind)
            return f"{kind} {gpus[0].name}"
    preferences.compute_device_type = "NONE"
    return "CPU"


def _preferences() -> Any:
    """Cycles' settings of devices; None where Blender was started without them.

    In Blender as a module the add-on may be listed and not registered: then it has no settings yet,
    and is switched on again.
    """
    addons = bpy.context.preferences.addons
    cycles = addons.get("cycles")
    if cycles is not None and cycles.preferences is not None:
        return cycles.preferences
    try:
        addon_utils.enable("cycles", default_set=True)
    except (ImportError, RuntimeError) as error:
        _log.warning("Cycles' add-on cannot be switched on (%s); the CPU renders", error)
        return None
    cycles = addons.get("cycles")
    return cycles.preferences if cycles is not None else None
