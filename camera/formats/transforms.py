"""GenDoP's ``*_transforms_cleaning.json``, the shape of instant-ngp's ``transforms.json``.

``w h fl_x fl_y cx cy`` in pixels, and ``frames`` with a 4 × 4 world_from_camera
``transform_matrix`` each, cameras as OpenGL's. A frame may have its own ``time`` and ``fl_x``
(written here; nerfstudio knows them too).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from camera.formats.text import FormatError, Options, Samples, lines_of, rotations
from camera.pose import matrix

_CENTRED = 0.01


def read(path: Path, options: Options) -> Samples:
    """A ``transforms.json`` file."""
    try:
        document = json.loads("\n".join(lines_of(path)))
    except json.JSONDecodeError as error:
        raise FormatError(path, error.lineno, f"not JSON: {error.msg}") from error
    frames = document.get("frames") if isinstance(document, dict) else None
    if not isinstance(frames, list) or not frames:
        raise FormatError(path, None, 'no "frames": expected a list of transform_matrix')
    matrices = np.stack([_matrix(path, i, frame) for i, frame in enumerate(frames)])
    quaternions = rotations(path, matrices[:, :, :3])
    width, height = (_number(path, document, key) for key in ("w", "h"))
    focal = None
    if width is not None and height is not None and "fl_x" in {*document, *frames[0]}:
        pixels = [
            _positive(path, frame.get("fl_x", document.get("fl_x")), f"frames[{i}].fl_x")
            for i, frame in enumerate(frames)
        ]
        focal = np.array(pixels) / width * options.sensor_mm
        _check_centred(path, document, width, height)
    times = [
        _finite(path, frame.get("time", i / options.fps), f"frames[{i}].time")
        for i, frame in enumerate(frames)
    ]
    return Samples(
        times,
        matrices[:, :, 3],
        quaternions,
        None,
        focal,
        sensor_mm=options.sensor_mm,
        aspect=options.aspect if width is None or height is None else width / height,
    )


def write(path: Path, samples: Samples, options: Options) -> None:
    """A ``transforms.json`` file, in pixels of a picture ``options.width`` wide."""
    turns = matrix(samples.quaternions)
    frames: list[dict[str, Any]] = []
    for i, time in enumerate(samples.times):
        square = np.eye(4)
        square[:3, :3], square[:3, 3] = turns[i], samples.positions[i]
        frames.append({"frame_id": i + 1, "time": time, "transform_matrix": square.tolist()})
    document: dict[str, Any] = {}
    if samples.focal_mm is not None:
        width, height = float(options.width), options.width / samples.aspect
        pixels = (samples.focal_mm / samples.sensor_mm * width).tolist()
        document |= {"w": width, "h": height, "fl_x": pixels[0], "fl_y": pixels[0]}
        document |= {"cx": width / 2, "cy": height / 2}
        for frame, fl_x in zip(frames, pixels, strict=True):
            if fl_x != pixels[0]:
                frame |= {"fl_x": fl_x, "fl_y": fl_x}
    path.write_text(json.dumps({**document, "frames": frames}, indent=1) + "\n", encoding="utf-8")


def _matrix(path: Path, index: int, frame: Any) -> Any:
    value = frame.get("transform_matrix") if isinstance(frame, dict) else None
    try:
        found = np.array(value, np.float64)
    except (TypeError, ValueError):
        found = np.zeros(0)
    if found.shape not in ((4, 4), (3, 4)) or not np.isfinite(found).all():
        raise FormatError(
            path, None, f"frames[{index}].transform_matrix is not a 4 × 4 matrix of numbers"
        )
    return found[:3]


def _number(path: Path, document: dict[str, Any], key: str) -> float | None:
    return _positive(path, document[key], key) if key in document else None


def _positive(path: Path, value: Any, place: str) -> float:
    number = _finite(path, value, place)
    if number <= 0:
        raise FormatError(path, None, f"{place} is {value!r}; it must be positive")
    return number


def _finite(path: Path, value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise FormatError(path, None, f"{place} is {value!r}; expected a finite number")
    return float(value)


def _check_centred(path: Path, document: dict[str, Any], width: float, height: float) -> None:
    for key, extent in (("cx", width), ("cy", height)):
        middle = _finite(path, document.get(key, extent / 2), key)
        if abs(middle / extent - 0.5) > _CENTRED:
            raise FormatError(
                path, None, f"{key} is {middle}, not the middle of {extent:g} pixels; crop first"
            )
