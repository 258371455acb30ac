"""The gaffer's promises: faces are exposed, keyed from the far side, lamps stay in the room."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

from filmagent.documents import StageLight, StageWorld
from filmagent.library.bake import Bake, Material
from filmagent.stage.lamps import direction, looking
from filmagent.stage.light import CARD, Lighting, light, plan_for
from filmagent.stage.meter import Meter

sys.path.insert(0, str(Path(__file__).parent))
import lit_room

FACES = {
    "mara": (np.array([-0.75, 1.0, 1.18]), -math.pi / 2),
    "jonas": (np.array([0.75, 1.0, 1.18]), math.pi / 2),
}


def lit(time: str = "day", side: str = "right", seed: int = 1) -> Lighting:
    room = lit_room.room()
    _, plan = plan_for(room, "", time)
    return light(room, plan, time, lit_room.timing(), lit_room.coverage(side), {}, seed)


def card(lighting: Lighting, who: str) -> float:
    """What an 18 % grey card held towards a face's key would show, in units of 0.18."""
    meter = Meter(lit_room.room_bake(), lighting.lights, lighting.world)
    face, _ = FACES[who]
    key = next(lamp for lamp in lighting.lights if lamp.role == "key" and who in lamp.id)
    towards = np.array(key.position) - face
    reading = meter.irradiance(face, towards / np.linalg.norm(towards))
    return reading / math.pi * 2**lighting.exposure


@pytest.mark.parametrize("time", ["day", "night"])
@pytest.mark.parametrize("who", ["mara", "jonas"])
def test_a_grey_card_at_every_face_lands_where_faces_belong(time: str, who: str) -> None:
    value = card(lit(time), who)
    assert 0.85 * CARD[time] < value < 1.7 * CARD[time]


def test_night_is_darker_than_day_and_faces_still_read() -> None:
    assert 0.5 < card(lit("night"), "mara") < 0.8 * card(lit("day"), "mara")


@pytest.mark.parametrize(("side", "away"), [("right", 1.0), ("left", -1.0)])
def test_keys_come_from_the_far_side_of_the_faces(side: str, away: float) -> None:
    for lamp in lit(side=side).lights:
        if lamp.role == "key":
            assert away * (lamp.position[1] - 1.0) > 0.3, lamp.id


def test_every_lamp_is_inside_the_room_and_shines_on_its_face() -> None:
    lamps = [lamp for lamp in lit().lights if lamp.role in ("key", "fill", "rim")]
    assert {lamp.role for lamp in lamps} >= {"key", "rim"}
    for lamp in lamps:
        x, y, z = lamp.position
        assert max(abs(x), abs(y)) < lit_room.HALF - 0.1 and 0.3 < z < lit_room.HEIGHT - 0.05
        who = lamp.id.split()[-1]
        face, _ = FACES[who]
        w, qx, qy, qz = lamp.quaternion
        shines = -np.array(
            [2 * (qx * qz + w * qy), 2 * (qy * qz - w * qx), 1 - 2 * (qx * qx + qy * qy)]
        )
        towards = (face - lamp.position) / np.linalg.norm(face - np.array(lamp.position))
        assert shines @ towards > 0.999


def test_the_sets_own_lights_stay_where_and_what_they_are_and_are_never_turned_up() -> None:
    own, planned = lit().lights[0], lit_room.plan(120, 1.0).lights[0]
    assert own.energy <= planned.energy
    assert own.model_copy(update={"energy": planned.energy}) == planned


def test_a_window_that_blinds_is_turned_down_instead_of_darkening_the_world() -> None:
    room = lit_room.room()
    blinding = lit_room.plan(20000, 1.0)
    lighting = light(room, blinding, "day", lit_room.timing(), lit_room.coverage(), {}, 1)
    assert lighting.exposure >= 0.2
    assert lighting.lights[0].energy < 0.5 * 20000


def test_a_longer_scene_is_lit_the_same() -> None:
    room = lit_room.room()
    plan = room.spec.light_plans["day"]
    short, long = (
        light(room, plan, "day", lit_room.timing(d), lit_room.coverage(), {}, 1)
        for d in (8.0, 11.3)
    )
    assert short == long


def test_the_side_is_taken_from_the_tracks_where_they_are_known() -> None:
    room = lit_room.room()
    tracks = {name: {"positions": np.array([[0.0, 2.8, 1.2]])} for name in ("1A", "1B")}
    lighting = light(
        room,
        room.spec.light_plans["day"],
        "day",
        lit_room.timing(),
        lit_room.coverage("right"),
        tracks,
        1,
    )
    assert all(lamp.position[1] < 1.0 for lamp in lighting.lights if lamp.role == "key")


def test_the_meter_reads_a_bare_lamp_as_blender_does() -> None:
    far = lit_room.slab("far", (50, 50, 50), (51, 51, 51), "wall")
    bake = Bake(
        kind="set", name="void", parts=[far], materials={"plaster": Material(base_colour=(0, 0, 0))}
    )
    dark = StageWorld(top=(0, 0, 0), horizon=(0, 0, 0), ground=(0, 0, 0))
    bulb = StageLight(id="b", kind="point", position=(0, 0, 2), quaternion=(1, 0, 0, 0), energy=100)
    up = np.array([0.0, 0, 1])
    read = Meter(bake, [bulb], dark).irradiance(np.zeros(3), up)
    assert read == pytest.approx(100 / (4 * math.pi * 4), rel=2e-3)
    panel = bulb.model_copy(update={"kind": "area", "size": (0.1, 0.1)})
    read = Meter(bake, [panel], dark).irradiance(np.zeros(3), up)
    assert read == pytest.approx(100 / (math.pi * 4), rel=2e-3)
    sky = StageWorld(top=(1, 1, 1), horizon=(1, 1, 1), ground=(1, 1, 1))
    assert Meter(bake, [], sky).irradiance(np.zeros(3), up) == pytest.approx(math.pi, rel=2e-2)


@pytest.mark.parametrize("towards", [(0, 0, -1), (0, 0, 1), (1, 0, 0), (0, -1, 0.3), (-1, 0.2, -2)])
def test_looking_turns_a_lamp_that_way(towards: tuple[float, ...]) -> None:
    w, x, y, z = looking(np.array(towards, float))
    axis = np.array([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)])
    assert np.allclose(-axis, np.array(towards) / np.linalg.norm(towards), atol=1e-6)
    assert np.allclose(direction(0), (0, 1, 0))
