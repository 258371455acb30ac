"""Moving shots are flown twice; each take says who flew it, why, and what moves it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from staging import FPS, SIZE, place, timing

from camera.policy.pilot import PilotConfig, save_pilot
from camera.policy.pilot.network import PilotNetwork
from filmagent.documents import SceneCoverage, Setup
from filmagent.errors import InputError
from filmagent.shoot import shoot


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    """A pilot that has not learnt: straight to the wish."""
    path = tmp_path_factory.mktemp("pilot") / "pilot.safetensors"
    save_pilot(path, PilotNetwork(PilotConfig(width=16, heads=2)), {})
    return path


def setup(move="follow", **more) -> Setup:
    rig = {"handheld": "handheld", "arc": "dolly", "push_in": "dolly"}.get(move, "steadicam")
    kind = "follow" if move in ("follow", "lead") else "single"
    words = {
        "id": "1A",
        "kind": kind,
        "size": "MS",
        "subjects": ["bob"],
        "beats": ["1.1"],
        "rig": rig,
    }
    return Setup(move=move, **{**words, **more})


def taken(*setups: Setup, walk=True, **more):
    coverage = SceneCoverage(scene="1", setups=list(setups))
    made = shoot(
        coverage, timing(walk=walk), {}, fps=FPS, size=SIZE, set_piece=place(), seed=3, **more
    )
    return made if len(made) > 1 else made[0]


def told(take, words: str) -> bool:
    return any(words in reason for reason in take.report.reasons)


def test_a_moving_take_says_who_flew_it_and_why(weights):
    planned = taken(setup())
    assert told(planned, "flown as planned: the film asks for the planner")
    best = taken(setup(), camera="best", pilot=weights)
    flown = [r for r in best.report.reasons if r.startswith("flown ")]
    assert len(flown) == 1 and len(flown[0]) > 30
    if flown[0].startswith("flown as planned"):
        assert np.array_equal(best.arrays["positions"], planned.arrays["positions"])


def test_the_pilot_flies_where_the_film_asks_for_it_and_touches_nothing(weights):
    take = taken(setup(), camera="policy", pilot=weights)
    assert told(take, "flown by the pilot: the film asks for the pilot") or told(take, "calmer")
    planned = taken(setup())
    assert not np.array_equal(take.arrays["positions"], planned.arrays["positions"])
    assert place().world.swept_clearance(take.arrays["positions"]).min() >= 0.3
    assert np.array_equal(take.arrays["frames"], planned.arrays["frames"])
    assert take.report.lens_mm == planned.report.lens_mm


def test_still_setups_are_the_same_whoever_flies(weights):
    still = setup("static", id="1B", kind="single", subjects=["ann"])
    for who in ("planner", "policy", "best"):
        take = taken(setup(), still, camera=who, pilot=weights)[1]
        assert take.report.static and not told(take, "flown")


def test_without_weights_the_best_is_the_planner_and_a_wished_pilot_is_refused():
    assert told(taken(setup(), camera="best"), "flown as planned: no pilot is installed")
    with pytest.raises(InputError, match=r"--camera policy.*--camera best or planner"):
        taken(setup(), camera="policy")


def test_weights_that_are_none_are_refused_by_name(tmp_path):
    broken = tmp_path / "pilot.safetensors"
    broken.write_bytes(b"\x80\x04not weights")
    with pytest.raises(InputError, match=r"pilot\.safetensors"):
        taken(setup(), camera="best", pilot=broken)


def test_a_pan_is_nobodys_to_fly(weights):
    take = taken(setup("pan", rig="tripod"), camera="best", pilot=weights)
    assert not told(take, "flown") and not take.report.static


def trembling(take) -> float:
    """Radians a second of turning in the bands of hands and wrists, RMS."""
    turning = np.diff(take.arrays["quaternions"], axis=0) * 24 * 2
    power = np.abs(np.fft.rfft(turning - turning.mean(axis=0), axis=0)) ** 2
    hertz = np.fft.rfftfreq(len(turning), 1 / 24)
    return float(np.sqrt(2 * power[(hertz > 1.5) & (hertz < 9.0)].sum()) / len(turning))


def test_a_hand_shakes_whoever_flies(weights):
    shakes = []
    for who in ("planner", "policy"):
        hand = setup("handheld", motive="nerves", subjects=["ann"])
        shakes.append(trembling(taken(hand, camera=who, pilot=weights)))
        sled = hand.model_copy(update={"rig": "dolly"})
        assert shakes[-1] > 5 * trembling(taken(sled, camera=who, pilot=weights))
    assert shakes[1] == pytest.approx(shakes[0], rel=0.3)


def test_every_move_names_its_motive():
    assert told(taken(setup(motive="the fuse burns down")), "it moves because the fuse burns down")
    assert told(taken(setup()), "it moves because BOB walks")
    pushed = setup("push_in", subjects=["ann"])
    assert told(taken(pushed), "it moves because BOB comes in")


def test_a_move_without_a_motive_stands_still_and_says_so():
    for move in ("push_in", "follow", "handheld"):
        take = taken(setup(move, beats=["1.5"]), walk=False)
        assert take.report.static
        assert told(take, f"a {move.replace('_', ' ')} was wished, and nothing in the scene moves")
