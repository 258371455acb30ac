"""A walk, a turn and a sitting down, as takes of every kind."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from filmagent import cast as performance
from filmagent.cast.imported import Clip
from filmagent.cast.imported.captured import grounded
from filmagent.cast.rotation import quaternions
from filmagent.documents import ActorTiming, SceneTiming
from filmagent.library import cast, skin
from filmagent.library.bodies.slots import SLOTS

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
from moves import polyline, segment
from takes import RATE


@pytest.fixture(scope="session")
def walked() -> dict[str, Any]:
    """Tomas walks a bend, stands, sits down, thirty frames a second."""
    bend = polyline([(0, 0), (0, 1.2), (0.6, 2.4), (1.6, 3.0)])
    west, seat = -math.pi / 2, {"mark": "chair", "seat_height": 0.46}
    timing = SceneTiming(
        scene="1", set="nowhere", duration=8,
        actors=[ActorTiming(actor="ada", member="tomas", segments=[
            segment("stand", -1, 0.5, (0, 0, 0), 0),
            segment("walk", 0.5, 4, (0, 0, 0), 0, west, path=bend),
            segment("stand", 4, 4.6, (1.6, 3, 0), west),
            segment("sit_down", 4.6, 6.2, (1.6, 3, 0), west, **seat),
            segment("sit", 6.2, 9, (1.22, 3, 0), west, **seat),
        ])],
    )  # fmt: skip
    return performance.perform(timing, "ada", RATE, 1)


@pytest.fixture(scope="session")
def clip(walked: dict[str, Any]) -> Clip:
    """The walk as a clip of Tomas' own skeleton, as no file has lost anything of it."""
    body = cast.load("tomas")
    world = skin.pose(body, walked["rotations"], walked["root"], walked["root_rotation"])
    slots = tuple(s for s in SLOTS if s.replace("toes", "toe2-1") in body.bones)
    bones = [body.bone(s.replace("toes", "toe2-1")) for s in slots]
    turns = world[:, bones][..., :3, :3] @ body.rest[bones, :3, :3].transpose(0, 2, 1)
    bare = Clip(
        "walk", "tomas", RATE, slots, body.rest[bones, :3, 3], quaternions(turns),
        np.zeros((len(turns), 3)), np.zeros((len(turns), 2), bool), 0.0,
    )  # fmt: skip
    return grounded(bare, world[:, bones][..., :3, 3])
