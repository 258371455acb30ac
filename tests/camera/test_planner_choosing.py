"""One judge for every track: safe before composed, composed before calm, and it says why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from camera import Lens, Shot, Trajectory, World
from camera.planner import Request, Scene, checked, choose, composed, plan_batch, travels, worth
from camera.pose import azimuth_elevation, exp, from_azimuth_elevation, multiply
from camera.smoothing import shake

TIMES = np.arange(96) / 24


def request(move: str = "arc", rig: str = "steadicam", world: World | None = None) -> Request:
    eyes = np.tile([0.0, 0.0, 1.6], (96, 1))
    if move in ("follow", "lead"):
        eyes[:, 1] += 0.9 * TIMES
    shot = Shot(size="MS", move=move, rig=rig)
    return Request(shot, Scene(TIMES, eyes, np.zeros(96)), world or World.empty(), Lens(35.0))


@pytest.fixture(scope="module")
def arc() -> tuple[Request, Trajectory]:
    asked = request()
    return asked, plan_batch([asked])[0].trajectory


def aside(track: Trajectory, metres: float) -> Trajectory:
    """The same track beside itself, aimed as it was."""
    shift = np.array([metres, 0.0, 0.0])
    return replace(track, positions=track.positions + shift)


def test_of_equal_tracks_the_first_is_kept(arc: tuple[Request, Trajectory]) -> None:
    asked, track = arc
    assert choose(asked, {"planner": track, "pilot": track}).name == "planner"


def test_the_calmer_of_two_is_chosen_and_the_reason_says_by_how_much(
    arc: tuple[Request, Trajectory],
) -> None:
    asked, track = arc
    choice = choose(asked, {"planner": shake(track, "handheld", 1), "pilot": track})
    assert choice.name == "pilot"
    assert choice.why.startswith("calmer (jerk ") and choice.why.endswith(" m/s³)")


def test_what_touches_something_is_never_chosen(arc: tuple[Request, Trajectory]) -> None:
    asked, track = arc
    middle = track.positions[48] - np.array([0.0, 0.0, 0.4])
    walled = replace(asked, world=World.of_boxes([middle], [[0.05, 0.05, 0.2]]))
    choice = choose(walled, {"planner": aside(track, 1.5), "pilot": track})
    assert choice.name == "planner" and choice.worths["pilot"].figures["crash"] == 1.0
    assert "of something" in choice.why


def test_a_picture_more_than_a_hundredth_worse_is_never_chosen(
    arc: tuple[Request, Trajectory],
) -> None:
    asked, track = arc
    rough = shake(track, "handheld", 1)
    yaw, pitch, _ = azimuth_elevation(track.quaternions)
    for off, who in ((0.004, "pilot"), (0.03, "planner")):
        askew = replace(track, quaternions=from_azimuth_elevation(yaw + off, pitch))
        choice = choose(asked, {"planner": rough, "pilot": askew})
        assert choice.name == who
    gap = choice.worths["pilot"].figures["framing"] - choice.worths["planner"].figures["framing"]
    assert gap > 0.01 and "the wished picture" in choice.why


def test_a_camera_that_does_not_do_the_move_is_not_chosen_for_standing_calmly(
    arc: tuple[Request, Trajectory],
) -> None:
    asked, track = arc
    still = Trajectory.still(TIMES, track.positions[0], track.quaternions[0])
    choice = choose(asked, {"planner": track, "pilot": composed(asked, still)})
    assert choice.worths["pilot"].figures["jerk"] < choice.worths["planner"].figures["jerk"]
    assert choice.name == "planner" and "course" in choice.why


def test_losing_sight_costs_the_shot_and_is_said_in_seconds(
    arc: tuple[Request, Trajectory],
) -> None:
    asked, track = arc
    way = 0.5 * (track.positions[40] + np.array([0.0, 0.0, 1.6]))
    post = replace(asked, world=World.of_boxes([way], [[0.12, 0.12, 0.6]]))
    choice = choose(post, {"planner": aside(track, 0.0), "pilot": track})
    assert choice.worths["pilot"].figures["hidden"] > 0.3
    clear = plan_batch([post])[0].trajectory
    choice = choose(post, {"planner": clear, "pilot": track})
    assert choice.name == "planner" and "lost sight for" in choice.why


def test_only_what_is_shown_is_weighed_but_handles_touch_nothing_either(
    arc: tuple[Request, Trajectory],
) -> None:
    asked, track = arc
    turn = np.zeros((96, 3))
    turn[72:, 1] = 0.2
    late = replace(track, quaternions=multiply(track.quaternions, exp(turn)))
    assert worth(asked, late, (0.0, 2.5)).figures["framing"] < 0.02
    assert worth(asked, late).figures["framing"] > 0.05
    walled = replace(asked, world=World.of_boxes([track.positions[90]], [[0.05, 0.05, 0.05]]))
    assert worth(walled, track, (0.0, 2.5)).figures["crash"] == 1.0


@pytest.mark.parametrize("move", ["follow", "arc", "push_in"])
def test_a_composed_track_holds_the_picture_from_the_first_frame_to_the_last(move: str) -> None:
    asked = request(move)
    track = plan_batch([asked])[0].trajectory
    yaw, pitch, _ = azimuth_elevation(track.quaternions)
    drifting = replace(track, quaternions=from_azimuth_elevation(yaw + 0.1 * TIMES, pitch - 0.05))
    found = composed(asked, drifting)
    figures = worth(asked, found).figures
    assert max(figures[name] for name in ("framing", "begins", "ends")) < 0.02
    assert np.array_equal(found.positions, drifting.positions)
    assert np.abs(azimuth_elevation(found.quaternions)[2]).max() < 1e-6


def test_somebody_elses_track_is_told_in_the_planners_words() -> None:
    asked = request("follow")
    made = plan_batch([asked])[0]
    told = checked(asked, made.trajectory)
    assert told.reasons == made.reasons and told.given_up == made.given_up
    for name, value in made.costs.items():
        assert told.costs[name] == pytest.approx(value, abs=0.02), name


def test_moves_that_go_are_told_from_those_that_turn() -> None:
    going = {m for m in ("follow", "lead", "arc", "crane", "drone") if travels(Shot(move=m))}
    assert len(going) == 5
    assert not any(travels(Shot(move=m)) for m in ("static", "pan", "tilt", "zoom"))


def test_tracks_of_other_times_and_no_tracks_are_refused(
    arc: tuple[Request, Trajectory],
) -> None:
    asked, track = arc
    with pytest.raises(ValueError, match="give both the same times"):
        worth(asked, track.slice(0.0, 2.0))
    with pytest.raises(ValueError, match="no track to choose"):
        choose(asked, {})
