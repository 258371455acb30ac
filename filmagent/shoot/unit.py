"""The camera unit of a scene: all that solving its setups needs, and what is solved so far."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from filmagent.documents import SceneCoverage
from filmagent.shoot.arrangement import Company, Stance
from filmagent.shoot.candidates import Frame
from filmagent.shoot.people import Figure
from filmagent.shoot.place import Place
from filmagent.shoot.still import Piece, Solved


@dataclass
class Unit:
    """What is known of one scene."""

    coverage: SceneCoverage
    company: Company
    place: Place
    frame: Frame
    seed: int
    acted: dict[str, Figure]
    sides: dict[tuple[str, str], int] = field(default_factory=dict)
    solved: dict[str, list[Piece]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    known: dict[tuple[object, ...], list[Solved]] = field(default_factory=dict)


def on_set(place: Place, stance: Stance) -> bool:
    """Whether somebody is where the set is built, not on the way in from beyond it."""
    border, _ = place.world.border(np.array([stance.position]))
    return bool(border[0] > 0.2)
