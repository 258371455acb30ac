"""`read` and `write`: which format a file has, and its conventions turned into this package's."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from camera.formats import chan, slam, transforms, usd
from camera.formats.text import (
    FormatError,
    Options,
    Reader,
    Samples,
    Up,
    Writer,
    lens_of,
    levelled,
    lines_of,
    turned,
)
from camera.lens import Lens
from camera.trajectory import Trajectory

_ORDERS = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")


@dataclass(frozen=True)
class Format:
    """A kind of file."""

    name: str
    suffixes: tuple[str, ...]
    up: Up
    """Which axis of its world points up, unless the file or the caller says otherwise."""
    fps: float
    """Frames a second where the file counts frames, unless the caller says otherwise."""
    read: Reader
    write: Writer


FORMATS = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Format("chan", (".chan",), "y", 24.0, chan.read, chan.write),
            Format("tum", (".tum",), "z", 24.0, slam.read_tum, slam.write_tum),
            Format("kitti", (".kitti",), "-y", 10.0, slam.read_kitti, slam.write_kitti),
            Format("realestate", (), "-y", 24.0, slam.read_realestate, slam.write_realestate),
            Format("gendop", (".json",), "y", 30.0, transforms.read, transforms.write),
            Format("usd", (".usd", ".usda", ".usdc"), "z", 24.0, usd.read, usd.write),
        )
    }
)
"""Every format by name."""

_TEXTS = {8: "tum", 12: "kitti", 19: "realestate"}
"""What a ``.txt`` file is, by the numbers in its second line."""


def read(
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    fps: float | None = None,
    up: Up | None = None,
    sensor_mm: float = 36.0,
    aspect: float = 16 / 9,
    rotation_order: str = "ZXY",
) -> tuple[Trajectory, Lens | None]:
    """The track in a file, and its lens at the first sample where the file has one.

    Parameters
    ----------
    format
        A name of `FORMATS`; None tells it from the file's suffix, or from its lines.
    fps
        For files that count frames; None is the format's usual rate.
    up
        Which axis of the file's world points up; None is what the file or the format says.
    sensor_mm, aspect
        The sensor, for files that give angles or ratios only.
    rotation_order
        Of Euler angles: which axis is turned about first, second, third.

    Raises
    ------
    FormatError
        On a malformed file: which, on which line, and what is wrong.
    ValueError
        On an unknown format or option.
    ModuleNotFoundError
        For USD files, where OpenUSD is not installed.
    """
    source = Path(path)
    kind = FORMATS[_known(format)] if format else _told(source)
    options = _options(kind, fps, up, sensor_mm, aspect, rotation_order)
    samples = kind.read(source, options)
    _check_times(source, samples)
    positions, quaternions = levelled(samples, up or samples.up or kind.up)
    try:
        trajectory = Trajectory(
            np.array(samples.times), positions, quaternions, samples.focal_mm, samples.focus_m
        )
        return trajectory, lens_of(samples)
    except ValueError as error:
        raise FormatError(source, None, str(error)) from error


def write(
    path: str | os.PathLike[str],
    trajectory: Trajectory,
    lens: Lens | None = None,
    format: str | None = None,
    *,
    fps: float | None = None,
    up: Up | None = None,
    rotation_order: str = "ZXY",
    width: int = 1920,
) -> None:
    """A track as a file of one of `FORMATS`.

    Parameters
    ----------
    lens
        Its sensor, and its focal length where the trajectory has none. None writes no lens, or
        the trajectory's focal lengths on a full-frame sensor of 16:9.
    format
        A name of `FORMATS`; None tells it from the suffix.
    fps, up, rotation_order
        As for `read`; give the same to both.
    width
        Pixels across, for files whose focal lengths are in pixels.

    Raises
    ------
    ValueError
        On an unknown format or option, missing samples, times between frames, or no lens where
        the format needs one.
    ModuleNotFoundError
        For USD files, where OpenUSD is not installed.
    """
    target = Path(path)
    kind = FORMATS[_known(format)] if format else _by_suffix(target)
    if kind is None:
        raise ValueError(f"{target} does not say its format; give one of {', '.join(FORMATS)}")
    if not trajectory.known.all():
        at = int(np.argmin(trajectory.known))
        raise ValueError(f"sample {at} is missing; fill the track by `camera.smooth` first")
    frame = lens or Lens(50.0)
    options = _options(kind, fps, up, frame.sensor_mm, frame.aspect, rotation_order, width)
    focal = trajectory.focal_lengths
    if focal is None and lens is not None:
        focal = np.full(len(trajectory), lens.focal_mm)
    positions, quaternions = turned(trajectory, options.up)
    samples = Samples(
        trajectory.times.tolist(),
        positions,
        quaternions,
        None,
        focal,
        trajectory.focus_distances,
        frame.sensor_mm,
        frame.aspect,
    )
    kind.write(target, samples, options)


def _known(format: str) -> str:
    if format not in FORMATS:
        raise ValueError(f"format {format!r} is not known; there are {', '.join(FORMATS)}")
    return format


def _by_suffix(path: Path) -> Format | None:
    return next((f for f in FORMATS.values() if path.suffix.lower() in f.suffixes), None)


def _told(path: Path) -> Format:
    """The format of a file, by its suffix or by how many numbers its lines have."""
    if (kind := _by_suffix(path)) is not None:
        return kind
    lines = [line.split("#")[0].replace(",", " ").split() for line in lines_of(path)]
    filled = [words for words in lines if words]
    width = len(filled[min(1, len(filled) - 1)]) if filled else 0
    if width not in _TEXTS:
        raise FormatError(
            path, None, f"its lines have {width} words; give the format: {', '.join(FORMATS)}"
        )
    return FORMATS[_TEXTS[width]]


def _options(
    kind: Format,
    fps: float | None,
    up: Up | None,
    sensor_mm: float,
    aspect: float,
    rotation_order: str,
    width: int = 1920,
) -> Options:
    if fps is not None and not (fps > 0 and np.isfinite(fps)):
        raise ValueError(f"fps must be positive and finite, not {fps}")
    if up not in (None, "z", "y", "-y"):
        raise ValueError(f"up is {up!r}; there are z, y, -y")
    if rotation_order not in _ORDERS:
        raise ValueError(f"rotation_order {rotation_order!r} is not one of {', '.join(_ORDERS)}")
    return Options(fps or kind.fps, up or kind.up, sensor_mm, aspect, rotation_order, width)


def _check_times(path: Path, samples: Samples) -> None:
    late = np.diff(samples.times) <= 0
    if late.any():
        at = int(np.argmax(late)) + 1
        line = None if samples.lines is None else samples.lines[at]
        raise FormatError(
            path,
            line,
            f"sample {at} is at {samples.times[at]:.9g} s, not after {samples.times[at - 1]:.9g} s",
        )
