"""The camera of a frame, written beside the frame's passes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from .bakes import StageError


def view(scene: Any) -> str:
    """The scene's camera at its frame, and the picture's size, as JSON.

    ``filmagent/refine/views.py`` says what it holds.

    Raises
    ------
    StageError
        If the camera is one that somebody has made no perspective camera.
    """
    thing = scene.camera
    data = thing.data
    if data.type != "PERSP":
        raise StageError(
            f'The camera "{thing.name}" is no perspective camera; make it one in its settings, '
            "or delete the .blend to have it made again."
        )
    render = scene.render
    width, height = render.resolution_x, render.resolution_y
    place, turn, _ = thing.matrix_world.decompose()
    upright = data.sensor_fit == "VERTICAL" or (data.sensor_fit == "AUTO" and height > width)
    sensor = _across(data, width / height) if upright else data.sensor_width
    focal = data.lens / sensor * width
    # a shift is in sizes of the side that the lens is fitted to
    fitted = height if upright else width
    right, up = data.shift_x * fitted, data.shift_y * fitted
    world_from_camera = np.eye(4)
    world_from_camera[:3, :3] = turn.to_matrix()
    world_from_camera[:3, 3] = place
    return json.dumps(
        {
            "size": [width, height],
            "position": list(place),
            "quaternion": list(turn),
            "focal_mm": data.lens,
            "sensor_mm": sensor,
            "shift": [right, up],
            "focus_m": data.dof.focus_distance,
            "fstop": data.dof.aperture_fstop,
            "intrinsics": [
                [focal, 0.0, width / 2 - right],
                [0.0, focal, height / 2 + up],
                [0.0, 0.0, 1.0],
            ],
            "world_from_camera": world_from_camera.tolist(),
        },
        indent=1,
    )


def _across(data: Any, aspect: float) -> float:
    """Millimetres that the width of a picture fitted by its height covers on the sensor."""
    own = data.sensor_fit == "VERTICAL"
    return (data.sensor_height if own else data.sensor_width) * aspect
