"""Flights made ready to be shot: composed at both ends, clear, calm, alive as their rig is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from camera import Lens, Shot, Trajectory, World
from camera.planner import Request, Scene, plan_batch, worth
from camera.policy.flying import flown
from camera.policy.pilot import Pilot, PilotConfig
from camera.policy.pilot.flight import Decide
from camera.policy.pilot.network import PilotNetwork
from camera.smoothing import shake
from camera.world import Bodies

TIMES = np.arange(96) / 24
RATE = 6.0


@cache
def unlearnt() -> Pilot:
    """A network that has learnt nothing: straight to the wish, if all that it sees is finite."""
    return Pilot(PilotNetwork(PilotConfig(width=16, heads=2)))


def deciding() -> Decide:
    return unlearnt().remembering()


def request(move: str = "lead", rig: str = "steadicam", frames: int = 96) -> Request:
    """Somebody walks past a pillar, and somebody else comes in after two seconds."""
    times = TIMES[:frames]
    eyes = np.tile([0.0, 0.0, 1.6], (frames, 1))
    eyes[:, 1] += 0.9 * times
    walker = np.stack([eyes - [0.0, 0.0, 1.3], eyes - [0.0, 0.0, 0.1]], axis=1)
    other = walker + np.array([2.5, 3.0, 0.0])
    other[: frames // 2] = np.nan
    bodies = Bodies(np.stack([walker, other], axis=1), np.array([0.25, 0.25]), np.arange(2))
    scene = Scene(times, eyes, np.zeros(frames), bodies=bodies, owners=(0,))
    world = World.of_boxes([[1.6, 3.0, 1.5]], [[0.2, 0.2, 1.5]])
    return Request(Shot(size="MS", move=move, rig=rig), scene, world, Lens(35.0), seed=7)


@pytest.fixture(scope="module")
def led() -> tuple[Request, Trajectory, Trajectory]:
    asked = request()
    planned = plan_batch([asked])[0].trajectory
    return asked, planned, flown(deciding, [asked], [planned], RATE)[0]


def test_a_flight_begins_where_the_plan_does_and_is_composed_at_both_ends(
    led: tuple[Request, Trajectory, Trajectory],
) -> None:
    asked, planned, found = led
    assert np.linalg.norm(found.positions[0] - planned.positions[0]) < 0.1
    figures = worth(asked, found).figures
    assert figures["begins"] < 0.03 and figures["ends"] < 0.03
    assert figures["framing"] < 0.03 and figures["clipped"] == 0.0


def test_it_touches_nothing_though_people_come_and_go(
    led: tuple[Request, Trajectory, Trajectory],
) -> None:
    asked, _, found = led
    assert worth(asked, found).figures["crash"] == 0.0
    assert found.path_length() > 2.0


def test_a_flight_is_the_same_to_the_last_bit_whoever_else_flies(
    led: tuple[Request, Trajectory, Trajectory],
) -> None:
    asked, planned, alone = led
    other = request("follow", frames=72)
    plan = plan_batch([other])[0].trajectory
    together = flown(deciding, [asked, other, asked], [planned, plan, planned], RATE)
    for track in (together[0], together[2]):
        assert np.array_equal(track.positions, alone.positions)
        assert np.array_equal(track.quaternions, alone.quaternions)
    assert len(together[1]) == 72


def test_a_hand_shakes_as_it_does_on_a_planned_track() -> None:
    """What the rig adds is added last: between rigs a flight differs by their life alone."""
    steady, held = (request(rig=rig) for rig in ("dolly", "handheld"))
    planned = plan_batch([steady])[0].trajectory
    calm, alive = (flown(deciding, [r], [planned], RATE)[0] for r in (steady, held))
    shaken = shake(calm, "handheld", held.seed)
    np.testing.assert_allclose(alive.positions, shaken.positions, atol=1e-9)
    np.testing.assert_allclose(alive.quaternions, shaken.quaternions, atol=1e-9)
    again = flown(deciding, [replace(held, seed=8)], [planned], RATE)[0]
    assert np.abs(again.positions - alive.positions).max() > 1e-3


def test_an_arc_goes_round_the_way_it_is_planned() -> None:
    arc = replace(request("arc"), azimuths=[0.2])
    planned = plan_batch([arc])[0].trajectory
    found = flown(deciding, [replace(arc, azimuths=[0.2, -0.2])], [planned], RATE)[0]
    assert np.linalg.norm(found.positions[-1] - planned.positions[-1]) < 0.5
    assert worth(arc, found).figures["course"] < 0.15


def test_as_many_tracks_as_requests_are_wanted(
    led: tuple[Request, Trajectory, Trajectory],
) -> None:
    with pytest.raises(ValueError, match="one each"):
        flown(deciding, [led[0]], [], RATE)
