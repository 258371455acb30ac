"""Tracks of mapping research: TUM RGB-D, KITTI odometry and RealEstate10K.

Cameras are OpenCV's: X right, Y down, Z forward.

- TUM: ``timestamp tx ty tz qx qy qz qw``, seconds, world_from_camera (J. Sturm et al., "A benchmark
  for the evaluation of RGB-D SLAM systems", 2012).
- KITTI: the twelve numbers of a 3 × 4 world_from_camera matrix, row by row (A. Geiger et al., "Are
  we ready for autonomous driving?", 2012).
- RealEstate10K: a first line with the video's address, then ``timestamp fx fy cx cy k1 k2`` and the
  twelve numbers of a 3 × 4 camera_from_world matrix; microseconds, intrinsics in frame widths and
  heights (T. Zhou et al., "Stereo magnification", 2018).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from camera.formats.text import FormatError, Options, Samples, rotations, rows, written
from camera.pose import (
    Array,
    blender_from_colmap,
    blender_from_opencv,
    colmap_from_blender,
    matrix,
    opencv_from_blender,
)

_TUM = "timestamp tx ty tz qx qy qz qw"
_KITTI = "the rows of a 3 × 4 matrix"
_REALESTATE = "timestamp fx fy cx cy k1 k2 and the rows of a 3 × 4 matrix"


def read_tum(path: Path, options: Options) -> Samples:
    """A TUM file."""
    table, lines = rows(path, (8,), _TUM)
    q = table[:, [7, 4, 5, 6]]
    length = np.linalg.norm(q, axis=1)
    if np.any(np.abs(length - 1) > 1e-2):
        at = int(np.argmax(np.abs(length - 1) > 1e-2))
        raise FormatError(
            path, lines[at], f"quaternion {table[at, 4:].tolist()} is not unit (qx qy qz qw)"
        )
    position, q = blender_from_opencv(table[:, 1:4], q / length[:, None])
    return Samples(table[:, 0].tolist(), position, q, lines)


def write_tum(path: Path, samples: Samples, options: Options) -> None:
    """A TUM file."""
    position, q = opencv_from_blender(samples.positions, samples.quaternions)
    table = np.concatenate([np.array(samples.times)[:, None], position, q[:, [1, 2, 3, 0]]], axis=1)
    written(path, table.tolist(), f"# {_TUM}\n")


def read_kitti(path: Path, options: Options) -> Samples:
    """A KITTI file; samples are ``options.fps`` a second."""
    table, lines = rows(path, (12,), _KITTI)
    matrices = table.reshape(-1, 3, 4)
    turn = rotations(path, matrices[:, :, :3], lines)
    position, q = blender_from_opencv(matrices[:, :, 3], turn)
    return Samples((np.arange(len(q)) / options.fps).tolist(), position, q, lines)


def write_kitti(path: Path, samples: Samples, options: Options) -> None:
    """A KITTI file, whose samples must be ``options.fps`` a second."""
    expected = samples.times[0] + np.arange(len(samples.times)) / options.fps
    off = np.abs(np.asarray(samples.times) - expected)
    if off.max() > 1e-3 / options.fps:
        at = int(np.argmax(off > 1e-3 / options.fps))
        raise ValueError(
            f"kitti files have no times, and sample {at} is at {samples.times[at]} s where "
            f"{options.fps:g} fps has {expected[at]:g} s; give the track's fps, or resample it"
        )
    position, q = opencv_from_blender(samples.positions, samples.quaternions)
    written(path, _rows_of(position, matrix(q)).tolist())


def read_realestate(path: Path, options: Options) -> Samples:
    """A RealEstate10K file."""
    table, lines = rows(path, (19,), _REALESTATE, skip=1)
    matrices = table[:, 7:].reshape(-1, 3, 4)
    turn = rotations(path, matrices[:, :, :3], lines)
    position, q = blender_from_colmap(matrices[:, :, 3], turn)
    for at, (fx, fy, cx, cy, k1, k2) in enumerate(table[:, 1:7].tolist()):
        if fx <= 0 or fy <= 0:
            raise FormatError(path, lines[at], f"focal lengths {fx} and {fy} must be positive")
        if max(abs(cx - 0.5), abs(cy - 0.5)) > 0.01 or k1 or k2:
            raise FormatError(
                path,
                lines[at],
                f"principal point {cx}, {cy} and distortion {k1}, {k2}: only centred, undistorted "
                "pictures have a lens here; undistort and crop them first",
            )
    return Samples(
        (table[:, 0] / 1e6).tolist(),
        position,
        q,
        lines,
        table[:, 1] * options.sensor_mm,
        sensor_mm=options.sensor_mm,
        aspect=float(table[0, 2] / table[0, 1]),
    )


def write_realestate(path: Path, samples: Samples, options: Options) -> None:
    """A RealEstate10K file; it needs a lens, and keeps times to the microsecond."""
    if samples.focal_mm is None:
        raise ValueError("realestate files hold intrinsics; give the lens to write")
    translation, q = colmap_from_blender(samples.positions, samples.quaternions)
    wide = samples.focal_mm / samples.sensor_mm
    table = [
        [round(time * 1e6), fx, fx * samples.aspect, 0.5, 0.5, 0, 0, *row]
        for time, fx, row in zip(
            samples.times, wide.tolist(), _rows_of(translation, matrix(q)).tolist(), strict=True
        )
    ]
    written(path, table, "-\n")


def _rows_of(translation: Array, turn: Array) -> Array:
    return np.asarray(np.concatenate([turn, translation[:, :, None]], axis=2).reshape(-1, 12))
