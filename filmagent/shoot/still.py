"""Cameras that stand still: where one stands, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from camera.pose import Array


@dataclass(frozen=True)
class Solved:
    """A camera that stands still."""

    position: Array
    quaternion: Array
    focal: float
    focus: float
    size: str
    reasons: tuple[str, ...]
    given_up: tuple[str, ...]
    cost: float = 0.0
    degrees: float = 0.0
    """Off the eyeline."""


@dataclass(frozen=True)
class Piece:
    """A camera that stands still for frames [start, end)."""

    start: int
    end: int
    solved: Solved
