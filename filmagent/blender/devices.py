"""What renders: a GPU where there is one."""

from __future__ import annotations

import logging

import bpy

_KINDS = ("OPTIX", "CUDA", "HIP", "METAL", "ONEAPI")
_log = logging.getLogger(__name__)


def use_best() -> str:
    """Switch Cycles to the best device; returns its name, ``CPU`` when there is no GPU."""
    cycles = bpy.context.preferences.addons.get("cycles")
    if cycles is None:
        return "CPU"
    preferences = cycles.preferences
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
