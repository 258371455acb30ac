"""What rigs are like: the table ``camera/rigs.toml``."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Band:
    """A part of a rig's shake; see ``rigs.toml`` for the units."""

    name: str
    low: float
    high: float
    slope: float
    position: tuple[float, float, float]
    rotation: tuple[float, float, float]


@dataclass(frozen=True)
class Motion:
    """How a rig moves; see ``rigs.toml`` for the units."""

    name: str
    jerk: float
    angular_jerk: float
    cutoff: float
    speed: float
    turn: float
    ease: float
    still: bool = False
    life: tuple[Band, ...] = ()


def motion(rig: str) -> Motion:
    """How a rig moves.

    Raises
    ------
    ValueError
        On an unknown rig, naming those there are.
    """
    if rig not in MOTIONS:
        near = difflib.get_close_matches(rig, MOTIONS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"rig {rig!r} is not known; there are {', '.join(MOTIONS)}{hint}")
    return MOTIONS[rig]


def _motion(name: str, entry: dict[str, Any]) -> Motion:
    life = tuple(_band(**band) for band in entry.pop("life", []))
    return Motion(name=name, life=life, **entry)


def _band(position: list[float], rotation: list[float], **rest: Any) -> Band:
    (x, y, z), (pitch, yaw, roll) = position, rotation
    return Band(position=(x, y, z), rotation=(pitch, yaw, roll), **rest)


_TABLE = tomllib.loads(files("camera").joinpath("rigs.toml").read_text(encoding="utf-8"))
MOTIONS = MappingProxyType({name: _motion(name, entry) for name, entry in _TABLE.items()})
"""Every rig by name."""
