"""Nuke's ``.chan``: frame tx ty tz rx ry rz [vertical field of view], one line a frame, degrees.

Blender's and Houdini's importers read the same columns; Nuke's cameras rotate in the order ZXY
(about Z first), Blender's by default in XYZ.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from camera.formats.text import Options, Samples, frames_of, rows, written

_COLUMNS = "frame, x, y, z, three rotations in degrees and maybe the vertical field of view"


def read(path: Path, options: Options) -> Samples:
    """A ``.chan`` file."""
    table, lines = rows(path, (7, 8), _COLUMNS)
    order = options.rotation_order.lower()
    angles = table[:, [4 + "xyz".index(axis) for axis in order]]
    xyzw = Rotation.from_euler(order, angles, degrees=True).as_quat()
    focal = None
    if table.shape[1] == 8:
        height = options.sensor_mm / options.aspect
        focal = height / (2 * np.tan(np.radians(table[:, 7]) / 2))
    return Samples(
        (table[:, 0] / options.fps).tolist(),
        table[:, 1:4],
        xyzw[:, [3, 0, 1, 2]],
        lines,
        focal,
        sensor_mm=options.sensor_mm,
        aspect=options.aspect,
    )


def write(path: Path, samples: Samples, options: Options) -> None:
    """A ``.chan`` file."""
    order = options.rotation_order.lower()
    with warnings.catch_warnings():
        # looking straight up has many Euler triples; any of them is the same rotation
        warnings.simplefilter("ignore", UserWarning)
        found = Rotation.from_quat(samples.quaternions[:, [1, 2, 3, 0]]).as_euler(order)
    found = np.unwrap(found, axis=0)
    angles = np.degrees(found[:, [order.index(axis) for axis in "xyz"]])
    columns = [samples.positions, angles]
    if samples.focal_mm is not None:
        height = samples.sensor_mm / samples.aspect
        columns.append(np.degrees(2 * np.arctan(height / (2 * samples.focal_mm)))[:, None])
    values = np.concatenate(columns, axis=1).tolist()
    frames = frames_of(samples.times, options.fps)
    written(path, [[f, *row] for f, row in zip(frames, values, strict=True)])
