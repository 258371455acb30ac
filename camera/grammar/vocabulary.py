"""What the words of a shot mean in numbers. The tables themselves are in ``grammar.toml``.

Sizes are ordered from close to far; between two sizes the border is their geometric mean.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from camera.rigs import MOTIONS

HEAD = 0.23
"""Metres from chin to crown of the head that sizes are measured by."""

MOVES: tuple[str, ...] = (
    "static",
    "pan",
    "tilt",
    "push_in",
    "pull_out",
    "truck",
    "pedestal",
    "arc",
    "crane",
    "zoom",
    "dolly_zoom",
    "follow",
    "lead",
    "handheld",
    "drone",
)
"""What cameras do. ``push_in`` and ``pull_out`` are a dolly's in and out."""
KINDS: tuple[str, ...] = ("single", "two_shot", "group", "ots", "pov", "insert", "establishing")
"""What is in the picture."""
AZIMUTHS: dict[str, float] = {
    name: float(np.radians(45.0 * number))
    for number, name in enumerate(
        ("front", "front_left", "left", "back_left", "back", "back_right", "right", "front_right")
    )
}
"""Radians from where the subject looks to the camera, counter-clockwise from above: eight views."""


@dataclass(frozen=True)
class Size:
    """A shot size."""

    name: str
    shows: float
    """Height of the picture at the subject, metres."""
    headroom: float
    """Air over the head, frame heights; negative crops it."""
    anchor: str
    description: str

    @property
    def head_fraction(self) -> float:
        """Head height over frame height."""
        return HEAD / self.shows


@dataclass(frozen=True)
class Shot:
    """A shot in words: what `plan` and the solvers are asked for.

    Raises
    ------
    ValueError
        On an unknown word, naming it and the nearest; on numbers out of range.
    """

    size: str = "MS"
    angle: str = "eye"
    view: str = "front"
    """One of `VIEWS`, on whichever side is free, or of the eight `AZIMUTHS`."""
    move: str = "static"
    speed: str = "normal"
    rig: str = "tripod"
    subjects: tuple[str, ...] = field(default_factory=tuple)
    """Most important first."""
    lens_mm: float | None = None
    kind: str = "single"
    over: str = ""
    """Whose shoulder is in the foreground (``ots``)."""
    dutch: bool = False
    """Whether the horizon is tilted, by `DUTCH`."""
    sweep: float | None = None
    """Degrees that an arc or a pan goes through; None leaves it to speed and time."""

    def __post_init__(self) -> None:
        for kind, known in (
            ("size", SIZES),
            ("angle", ANGLES),
            ("view", {**VIEWS, **AZIMUTHS}),
            ("kind", dict.fromkeys(KINDS)),
            ("speed", SPEEDS),
            ("rig", dict.fromkeys(RIGS)),
            ("move", dict.fromkeys(MOVES)),
        ):
            word = getattr(self, kind)
            if word not in known:
                near = difflib.get_close_matches(str(word), known, n=1, cutoff=0.0)[0]
                raise ValueError(
                    f"{kind} {word!r} is not known; did you mean {near!r}? "
                    f"There are {', '.join(known)}"
                )
        for name, most in (("lens_mm", 2000.0), ("sweep", 3600.0)):
            value = getattr(self, name)
            if value is not None and not 0.0 < value <= most:
                raise ValueError(f"a shot's {name} must be above 0 and at most {most}, not {value}")
        if self.over and (self.kind != "ots" or not self.subjects):
            raise ValueError(f"only an ots of somebody is over {self.over!r}, not a {self.kind}")


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(
        files("camera.grammar").joinpath("grammar.toml").read_text(encoding="utf-8")
    )


SIZES: dict[str, Size] = {entry["name"]: Size(**entry) for entry in _table()["size"]}
"""Close to far."""
ANGLES: dict[str, float] = {k: float(np.radians(v)) for k, v in _table()["angle"].items()}
"""Elevation of the camera seen from the subject's eyes, radians."""
VIEWS: dict[str, tuple[float, float, float]] = {
    k: (float(np.radians(v[0])), float(np.radians(v[1])), float(np.radians(v[2])))
    for k, v in _table()["view"].items()
}
"""Radians between where the subject looks and the camera: least, best, most."""
DUTCH: float = float(np.radians(_table()["dutch"]))
"""Radians of roll of a dutch angle."""
SPEEDS: dict[str, float] = _table()["speed"]
"""Metres a second."""
RIGS: tuple[str, ...] = tuple(MOTIONS)
"""What carries the camera; how each moves is in `camera.rigs`."""

_NAMES = list(SIZES)
_BORDERS = np.array(
    [
        np.sqrt(a.shows * b.shows)
        for a, b in zip(list(SIZES.values())[:-1], list(SIZES.values())[1:], strict=True)
    ]
)


def size_of(head_fraction: float, previous: str | None = None, hysteresis: float = 0.08) -> str:
    """The name of a shot in which a head takes this fraction of the frame's height.

    Parameters
    ----------
    head_fraction
        Head height (chin to crown) over frame height, > 0.
    previous
        The size a moment ago: it is kept until the border is passed by ``hysteresis`` (relative).

    Raises
    ------
    ValueError
        If the fraction is not positive.
    """
    if not head_fraction > 0:
        raise ValueError(
            f"a head cannot take {head_fraction} of the frame; give a fraction above 0"
        )
    shows = HEAD / head_fraction
    index = int(np.searchsorted(_BORDERS, shows))
    if previous is not None and abs(index - _NAMES.index(previous)) == 1:
        border = _BORDERS[min(index, _NAMES.index(previous))]
        if abs(np.log(shows / border)) < hysteresis:
            return previous
    return _NAMES[index]


def size_steps(a: str, b: str) -> int:
    """How many classes lie between two sizes (0 for the same)."""
    return abs(_NAMES.index(a) - _NAMES.index(b))


def wider(size: str, steps: int = 1) -> str:
    """The size ``steps`` classes wider (tighter if negative); the ends hold."""
    return _NAMES[int(np.clip(_NAMES.index(size) + steps, 0, len(_NAMES) - 1))]
