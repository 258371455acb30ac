"""How a flight is spelt in tokens, and the numbers that fix a network's size.

Y. Hou, L. Zheng, P. Torr, "Learning Camera Movement Control from Real-World Drone Videos", 2024,
§4: pictures at 3 fps, actions at 15 fps, 10 s of both. A step is one picture and its five actions:

====== ======= =======================================================
place  tokens  what
====== ======= =======================================================
0      1       state: where the camera is when the picture is taken
1–45   45      picture: 5 rows × 9 columns, row by row
46     1       begin of action: its output is the first action
47–51  5       actions: the output of each is the next action
====== ======= =======================================================

Before the first step stand two tokens: the drone's type, and a noise vector that is drawn once a
flight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

ROWS, COLUMNS = 5, 9
"""The grid of a picture's tokens."""
PICTURE = ROWS * COLUMNS
LOOK = 1 + PICTURE + 1
"""Tokens of a step before its actions: state, picture, begin of action."""
ACTIONS = 5
"""Actions a step."""
STEP = LOOK + ACTIONS
PREFIX = 2
STATE_WIDTH = 7
ACTION_WIDTH = 6
ACTION_FPS = 15
DRONE_TYPES = ("camera", "fpv")
"""What drone type 0 and 1 are: a gimballed camera drone, a first-person-view racer."""


@dataclass(frozen=True)
class DVGFormerConfig:
    """The size of a DVGFormer; the defaults are the published one's.

    Parameters
    ----------
    hidden_size : int
        Channels, a multiple of ``n_head`` and of 2.
    n_layer, n_head : int
        Transformer blocks, and attention heads in each.
    steps : int
        Steps that the network has positions for: 30 are 150 frames, 10 s.

    Raises
    ------
    ValueError
        If one is not a positive integer or the channels do not divide.
    """

    hidden_size: int = 384
    n_layer: int = 12
    n_head: int = 6
    steps: int = 30

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) is not int or value < 1:
                raise ValueError(f"{field.name} is {value!r}; give a positive integer")
        if self.hidden_size % self.n_head or self.hidden_size % 2:
            raise ValueError(
                f"hidden_size {self.hidden_size} does not divide into {self.n_head} heads and "
                "two kinds of position; give a multiple of both"
            )

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> DVGFormerConfig:
        """Read from a table, such as a file's metadata, whose values may be text.

        Raises
        ------
        ValueError
            If ``hidden_size``, ``n_layer`` or ``n_head`` is missing or is no integer.
        """
        sizes: dict[str, int] = {}
        for field in fields(cls):
            if field.name not in table:
                if field.name == "steps":
                    continue
                raise ValueError(f"{field.name} is missing from {sorted(table)}; give it")
            try:
                sizes[field.name] = int(table[field.name])
            except (TypeError, ValueError):
                raise ValueError(
                    f"{field.name} is {table[field.name]!r}; give a positive integer"
                ) from None
        return cls(**sizes)
