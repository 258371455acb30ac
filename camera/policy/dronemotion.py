"""DroneMotion-99k: 99,003 camera paths of drone videos, for those who have the data set.

Hou et al. 2024 (see `camera.policy.tokens`), §3; the data set is DroneMotion-99k of
huggingface.co/yunzhong-hou.
A clip is a file ``<video>/scene<n>-recons<m>-score<s>.csv`` (``…_invalid.csv`` where its authors'
filter refused it). Its first line is ``# <scale>``, by which the reconstruction was multiplied; its
second names the columns; then there is a row for each frame, 15 a second:

=======  ==========================================================================
columns  what
=======  ==========================================================================
0        the frame's picture
1–3      measured position
4–7      measured rotation, a quaternion wxyz, world from camera (OpenCV axes)
8–13     measured velocity and angular velocity, a frame, in the world
14–26    the same thirteen after the authors' Kalman filter: what they trained on
=======  ==========================================================================

The world is the reconstruction's: its up is unknown, and its metres are the authors' guess.
"""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from camera.policy.actions import (
    actions_between,
    normalise_actions,
    normalise_states,
    relative_states,
)
from camera.policy.tokens import ACTION_FPS, ACTIONS
from camera.pose import Array, blender_from_opencv, exp, multiply
from camera.trajectory import Trajectory

_COLUMNS = 27
_FIRST = {"measured": 1, "filtered": 14}
_NAME = re.compile(r"scene(?P<scene>.+)-recons(?P<part>\d+).*-score(?P<score>\d+)")


@dataclass(frozen=True)
class Clip:
    """One path, F frames at 15 a second, OpenCV axes in the reconstruction's world.

    Parameters
    ----------
    pictures : names of the frames' pictures
    positions : (F, 3)
    quaternions : (F, 4) wxyz
    velocity, spin : (3,)
        Of the last frame, a frame: velocity and angular velocity in the world.
    scale
        What the reconstruction was multiplied by.
    """

    pictures: tuple[str, ...]
    positions: Array
    quaternions: Array
    velocity: Array
    spin: Array
    scale: float

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def trajectory(self) -> Trajectory:
        """The path with this package's camera axes."""
        times = np.arange(len(self)) / ACTION_FPS
        return Trajectory(times, *blender_from_opencv(self.positions, self.quaternions))

    def steps(self) -> tuple[Array, Array]:
        """Normalised states (T, 5, 7) and actions (T, 5, 6), for `DVGFormer.teacher_forced`.

        Whole steps of five frames alone; the last frame's action is the speed that it ends with.

        Raises
        ------
        ValueError
            If there are fewer than five frames.
        """
        count = len(self) // ACTIONS
        if not count:
            raise ValueError(f"a clip of {len(self)} frames has no step of {ACTIONS}; leave it out")
        p = np.concatenate([self.positions, self.positions[-1:] + self.velocity])
        q = np.concatenate([self.quaternions, multiply(exp(self.spin), self.quaternions[-1:])])
        states = normalise_states(relative_states(p, q))[: count * ACTIONS]
        actions = normalise_actions(actions_between(p, q))[: count * ACTIONS]
        return states.reshape(count, ACTIONS, -1), actions.reshape(count, ACTIONS, -1)


def read_clip(
    path: str | os.PathLike[str], which: Literal["filtered", "measured"] = "filtered"
) -> Clip:
    """A clip from its CSV file.

    Parameters
    ----------
    which
        The path that the authors' filter made, or the one that it was made from.

    Raises
    ------
    ValueError
        If the file is not of this format; the message names the file, the line, and what is wrong.
    FileNotFoundError
        If there is none.
    """
    if which not in _FIRST:
        raise ValueError(f"which is {which!r}; give 'filtered' or 'measured'")
    path = Path(path)
    with path.open(encoding="utf-8", newline="") as file:
        try:
            scale = _scale(path, file.readline())
            rows = list(csv.reader(file))
        except UnicodeDecodeError:
            raise ValueError(f"{path} is no text; give a clip's CSV file") from None
        except csv.Error as error:
            raise ValueError(f"{path} is no CSV: {error}") from None
    if not rows or len(rows[0]) != _COLUMNS:
        raise ValueError(
            f"{path}, line 2: {len(rows[0]) if rows else 0} columns are named, expected "
            f"{_COLUMNS}; is it a DroneMotion-99k clip?"
        )
    if len(rows) < 3:
        raise ValueError(f"{path} has {len(rows) - 1} frames; a path has two or more")
    numbers = np.array([_numbers(path, n, row) for n, row in enumerate(rows[1:], 3)])
    first = _FIRST[which] - 1
    one = numbers[:, first : first + 13]
    return Clip(
        tuple(row[0] for row in rows[1:]),
        one[:, :3],
        one[:, 3:7],
        one[-1, 7:10],
        one[-1, 10:13],
        scale,
    )


def clips(folder: str | os.PathLike[str], least: int = 1) -> Iterator[Path]:
    """The clips' files below a folder that their authors hold valid, in the order of their names.

    Parameters
    ----------
    least
        The score that a clip must have, as its name says it.
    """
    for path in sorted(Path(folder).rglob("*.csv")):
        match = _NAME.search(path.stem)
        if match and "_invalid" not in path.stem and int(match["score"]) >= least:
            yield path


def _scale(path: Path, line: str) -> float:
    """The number of the first line."""
    text = line.strip()
    try:
        value = float(text.removeprefix("#")) if text.startswith("#") else math.nan
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise ValueError(
            f"{path}, line 1: {text[:60]!r} is not '# ' and a positive scale; is it a "
            "DroneMotion-99k clip?"
        )
    return value


def _numbers(path: Path, line: int, row: list[str]) -> list[float]:
    """The 26 numbers after a row's picture."""
    if len(row) != _COLUMNS:
        raise ValueError(f"{path}, line {line}: {len(row)} columns, expected {_COLUMNS}")
    values = []
    for column, text in enumerate(row[1:], 1):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(
                f"{path}, line {line}: column {column} is {text[:40]!r}, not a finite number; "
                "leave the clip out"
            )
        values.append(value)
    for first in _FIRST.values():
        quaternion = values[first + 2 : first + 6]
        if abs(math.hypot(*quaternion) - 1.0) > 1e-2:
            raise ValueError(
                f"{path}, line {line}: the rotation in columns {first + 3}–{first + 6} is no unit "
                f"quaternion: {quaternion}; leave the clip out"
            )
    return values
