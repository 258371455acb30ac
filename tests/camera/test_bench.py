"""The bench: its table is the same each time, honest about what cannot be measured, and clear."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import numpy as np
import pytest

from camera.bench import BASELINES, Table, measure, run
from camera.bench.__main__ import main
from camera.bench.damped import Settings, damped
from camera.bench.filtered import constant_velocity
from camera.bench.measure import over
from camera.families import make

CHEAP = ["static", "look_at", "keyframes", "noisy", "cv_rts", "witness"]
SHORT = {"seconds": 4.0, "rate": 12.0}


@pytest.fixture(scope="module")
def table() -> Table:
    return Table(run(["room", "forest"], range(5), CHEAP, **SHORT), {"seeds": "0-4"})


def test_every_baseline_films_every_frame_of_a_case():
    case = make("crowd", 2, **SHORT)
    for name, camera in BASELINES.items():
        track = camera(case)
        assert len(track) == len(case.times), name
        assert np.isfinite(track.positions).all() and np.isfinite(track.quaternions).all(), name


def test_the_witness_is_safe_and_frames_best_and_still_cameras_are_told_from_smooth_ones(table):
    def mean(name: str, column: str) -> float:
        return table.interval(name, column)[0]

    assert mean("witness", "crash") == 0 and mean("witness", "visible") > 0.98
    assert mean("witness", "size_f1") == 1
    for name in ("static", "look_at", "noisy"):
        assert mean("witness", "framing_error") < mean(name, "framing_error") + 1e-9
    assert mean("look_at", "framing_error") < mean("static", "framing_error")
    assert table.interval("static", "ldlj") is None
    assert mean("cv_rts", "ldlj") > mean("noisy", "ldlj") + 2
    # published: rotations stay as rough as they were
    assert mean("cv_rts", "turn_ldlj") == pytest.approx(mean("noisy", "turn_ldlj"))
    assert mean("witness", "energy") < mean("static", "energy")


def test_an_interval_holds_its_mean_and_a_difference_is_taken_case_by_case(table):
    value, low, high = table.interval("look_at", "framing_error")
    assert low <= value <= high
    assert table.reference == "witness"
    gap, low, high = table.difference("look_at", "framing_error")
    here, there = (table.values(b, "framing_error") for b in ("look_at", "witness"))
    assert gap == pytest.approx(float((here - there).mean())) and low <= gap <= high
    assert table.difference("witness", "framing_error") is None


def test_the_same_command_writes_the_same_files_and_side_by_side_too(tmp_path, capsys):
    ask = ["--families", "room", "--seeds", "1,3-4", "--baselines", "static,cv_rts,witness"]
    ask += ["--seconds", "3", "--rate", "12"]
    texts = []
    for n, more in enumerate((["--jobs", "1"], ["--jobs", "2"])):
        assert main([*ask, *more, "--out", str(tmp_path / str(n))]) == 0
        texts.append({p.name: p.read_bytes() for p in (tmp_path / str(n)).iterdir()})
    assert set(texts[0]) >= {"table.md", "table.json", "crash.svg", "framing_crash.svg"}
    for name in texts[0]:
        if name != "timings.json":
            assert texts[0][name] == texts[1][name], name
    told = capsys.readouterr()
    assert "| **crash**" in told.out and "3/3 cases" in told.err
    body = json.loads(texts[0]["table.json"])
    assert [c["seed"] for c in body["cases"][::3]] == [1, 3, 4]
    assert body["means"]["all"]["static"]["path_length"][0] == 0
    for name, text in texts[0].items():
        if name.endswith(".svg"):
            root = ElementTree.fromstring(text)
            assert root.tag.endswith("svg") and b"nan" not in text


def test_at_equal_path_length_who_stands_still_is_left_out(tmp_path):
    results = run(["forest"], range(3), ["static", "noisy"], metres=2.0, **SHORT)
    by = {name: [r.figures for r in results if r.baseline == name] for name in ("static", "noisy")}
    assert by["static"] == [None] * 3
    assert all(f is not None and f["path_length"] < 3 for f in by["noisy"])
    assert "–" in Table(results, {}).as_markdown()
    case = make("forest", 1, **SHORT)
    assert over(BASELINES["static"](case), case, 1.0) is None


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (["--families", "dungeon"], "family 'dungeon' is not known; there are room"),
        (["--baselines", "best"], "baseline 'best' is not known; there are static"),
        (["--seeds", "5-2"], "seeds '5-2' are no number and no range"),
        (["--seeds", "a"], "seeds 'a' are no number"),
        (["--families", ","], "at least one family"),
        (["--jobs", "0"], "jobs must be 1 or more"),
        (["--equal-path", "-1"], "must be positive, not -1"),
        (["--seconds", "0.1", "--seeds", "0"], "fewer than 8 samples"),
    ],
)
def test_what_cannot_be_run_is_said_in_a_sentence(ask, told, capsys, tmp_path):
    assert main([*ask, "--out", str(tmp_path / "x")]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_the_game_camera_knows_no_future():
    case = make("room", 2, action="walk", **SHORT)
    changed = make("room", 2, action="walk", **SHORT)
    changed.eyes[30:] += [0.5, 0.0, 0.0]
    before, after = damped(case), damped(changed)
    assert np.array_equal(before.positions[:30], after.positions[:30])
    assert not np.array_equal(before.positions[30:], after.positions[30:])


def test_the_game_camera_leaves_one_percent_after_its_damping_time():
    case = make("street", 3, action="stand", seconds=2.0, rate=30.0)
    moved = np.array([2.0, 0.0, 0.0])
    case.eyes[1:] += moved
    slow = damped(case, Settings(follow=1.0))
    left = np.linalg.norm(slow.positions[31] - slow.positions[-1])
    assert left < 0.012 * np.linalg.norm(moved)
    assert np.linalg.norm(slow.positions[5] - slow.positions[-1]) > 0.3 * np.linalg.norm(moved)


def test_the_published_smoother_follows_a_straight_line_through_noise():
    t = np.arange(200) / 24
    line = np.outer(t, [1.0, -0.5, 0.2])
    noise = np.random.default_rng(0).normal(0, 0.05, line.shape)
    found = constant_velocity(t, line + noise)
    assert np.sqrt(((found - line) ** 2).mean()) < 0.02
    np.testing.assert_allclose(constant_velocity(t, line), line, atol=1e-2)


def test_measuring_a_track_of_another_length_is_refused():
    case = make("room", 1, **SHORT)
    short = BASELINES["static"](case).slice(0, 1.0)
    with pytest.raises(ValueError, match="heads have shape"):
        measure(short, case)
