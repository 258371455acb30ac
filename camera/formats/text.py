"""What the readers and writers share: numbers in lines, errors with a place, worlds' axes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from camera.lens import Lens
from camera.pose import Array, conjugate, from_matrix, multiply, rotate
from camera.trajectory import Trajectory

Up = Literal["z", "y", "-y"]
_ROOT = float(np.sqrt(0.5))
_LEVEL: dict[Up, tuple[float, float, float, float]] = {
    "z": (1.0, 0.0, 0.0, 0.0),
    "y": (_ROOT, _ROOT, 0.0, 0.0),
    "-y": (_ROOT, -_ROOT, 0.0, 0.0),
}
"""The turn from a file's world into one with Z up; X stays."""


class FormatError(ValueError):
    """A file that is not what its format says: which, where, and what is wrong."""

    def __init__(self, path: Path, line: int | None, what: str) -> None:
        super().__init__(f"{path}{'' if line is None else f', line {line}'}: {what}")


@dataclass(frozen=True)
class Options:
    """How a file is to be understood.

    Parameters
    ----------
    fps
        Frames a second, for files that count frames.
    up
        Which axis of the file's world points up.
    sensor_mm, aspect
        The sensor, for files that give fields of view only.
    rotation_order
        The order in which Euler rotations are applied.
    width
        Pixels across, for files that give focal lengths in pixels.
    """

    fps: float
    up: Up
    sensor_mm: float
    aspect: float
    rotation_order: str
    width: int


@dataclass(frozen=True)
class Samples:
    """What a reader found, in the file's world but with this package's cameras."""

    times: Sequence[float]
    positions: Array
    quaternions: Array
    lines: Sequence[int] | None = None
    focal_mm: Array | None = None
    focus_m: Array | None = None
    sensor_mm: float = 36.0
    aspect: float = 16 / 9
    up: Up | None = None


Reader = Callable[[Path, Options], Samples]
Writer = Callable[[Path, Samples, Options], None]


def levelled(samples: Samples, up: Up) -> tuple[Array, Array]:
    """Positions and quaternions in a world with Z up."""
    turn = np.array(_LEVEL[up])
    return rotate(turn, samples.positions), multiply(turn, samples.quaternions)


def turned(trajectory: Trajectory, up: Up) -> tuple[Array, Array]:
    """The inverse of `levelled`: positions and quaternions in a file's world."""
    turn = conjugate(np.array(_LEVEL[up]))
    return rotate(turn, trajectory.positions), multiply(turn, trajectory.quaternions)


def lines_of(path: Path) -> list[str]:
    """The lines of a text file.

    Raises
    ------
    FormatError
        If it is no text.
    """
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise FormatError(path, None, f"not a text file (byte {error.start})") from error


def rows(path: Path, widths: Iterable[int], wanted: str, skip: int = 0) -> tuple[Array, list[int]]:
    """Rows of numbers (F, C) and their line numbers; blank lines and ``#`` comments are skipped.

    Raises
    ------
    FormatError
        On a word that is no finite number, a line of another width, or no line at all.
    """
    found: list[list[float]] = []
    numbers: list[int] = []
    allowed = tuple(widths)
    for number, line in enumerate(lines_of(path)[skip:], start=skip + 1):
        words = line.split("#", 1)[0].replace(",", " ").split()
        if not words:
            continue
        if len(words) not in allowed or (found and len(words) != len(found[0])):
            have = f"{len(words)} numbers, expected {' or '.join(map(str, allowed))}"
            raise FormatError(path, number, f"{have}: {wanted}")
        values = []
        for word in words:
            try:
                value = float(word)
            except ValueError:
                raise FormatError(path, number, f"{word!r} is not a number") from None
            if not np.isfinite(value):
                raise FormatError(path, number, f"{word} is not finite")
            values.append(value)
        found.append(values)
        numbers.append(number)
    if not found:
        raise FormatError(path, None, f"no samples; expected lines of {wanted}")
    return np.array(found), numbers


def written(path: Path, table: Iterable[Sequence[float]], head: str = "") -> None:
    """A text file of rows; each number has the digits that bring it back to the last bit."""
    body = "".join(" ".join(_word(x) for x in row) + "\n" for row in table)
    path.write_text(head + body, encoding="utf-8")


def rotations(path: Path, matrices: Array, lines: Sequence[int] | None = None) -> Array:
    """Quaternions of (F, 3, 3) matrices that must be rotations.

    Raises
    ------
    FormatError
        If one is scaled, sheared or mirrored.
    """
    off = np.abs(matrices @ np.swapaxes(matrices, 1, 2) - np.eye(3)).max(axis=(1, 2))
    off = np.where(np.linalg.det(matrices) > 0, off, np.inf)
    if off.max() > 1e-2:
        at = int(np.argmax(off > 1e-2))
        raise FormatError(
            path,
            None if lines is None else lines[at],
            f"sample {at} has {matrices[at].round(6).tolist()}, which is no rotation matrix",
        )
    u, _, v = np.linalg.svd(matrices)
    return from_matrix(u @ v)


def lens_of(samples: Samples) -> Lens | None:
    """The lens of the first sample."""
    if samples.focal_mm is None:
        return None
    return Lens(float(samples.focal_mm[0]), samples.sensor_mm, samples.aspect)


def frames_of(times: Sequence[float], fps: float) -> list[int]:
    """Frame numbers of times that are on the grid of ``fps``.

    Raises
    ------
    ValueError
        If one is between two frames.
    """
    exact = np.asarray(times) * fps
    frames = np.round(exact)
    off = np.abs(exact - frames)
    if off.max() > 1e-3:
        at = int(np.argmax(off))
        raise ValueError(
            f"sample {at} at {times[at]} s is between two frames of {fps:g} fps; give the "
            "track's fps, or resample it"
        )
    return [int(f) for f in frames]


def _word(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(float(value))
