"""Pilots in the table of cameras: with their weights, and failing where they fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from camera.bench import Result, Table, run
from camera.bench.__main__ import main
from camera.policy.pilot import save_pilot
from camera.policy.pilot.config import PilotConfig
from camera.policy.pilot.network import PilotNetwork

SHORT = {"seconds": 3.0, "rate": 12.0}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    save_pilot(folder / "pilot.safetensors", PilotNetwork(PilotConfig(width=16, heads=2)), {})
    return folder


def test_a_pilot_that_has_learnt_nothing_flies_as_the_servo_in_the_table(weights: Path) -> None:
    names = ["servo", "pilot", "pilot_unsmoothed", "planner"]
    results = run(["room"], [3], names, weights=weights, **SHORT)  # type: ignore[arg-type]
    figures = {r.baseline: r.figures for r in results}
    assert all(one is not None for one in figures.values())
    servo, pilot, rough = (figures[n] or {} for n in ("servo", "pilot", "pilot_unsmoothed"))
    for name in ("path_length", "framing_error", "visible"):
        # only its doubt, which the smoother hears of, is another
        assert pilot[name] == pytest.approx(servo[name], abs=0.02), name
    assert rough["jerk"] > pilot["jerk"]
    table = Table(results, {})
    assert table.interval("pilot", "failed") is not None
    assert "**failed**" in table.as_markdown() and "**jerk**" in table.as_markdown()


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ([], "'pilot_cloned' needs weights and none are given; give --weights the folder"),
        (["--weights", "FOLDER"], "has no pilot_cloned.safetensors; give --weights"),
    ],
)
def test_a_row_whose_weights_are_not_given_is_refused_in_a_sentence(
    extra: list[str], told: str, weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["--baselines", "static,pilot_cloned", "--out", str(tmp_path / "x")]
    assert main([*ask, *(str(weights) if word == "FOLDER" else word for word in extra)]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_who_goes_half_as_far_or_hits_something_has_failed() -> None:
    plain = Result("room", 0, "planner", {"crash": 0.0, "path_length": 6.0}, (0.0,), "MS", 1.0)
    lazy = replace(plain, baseline="lazy", figures={"crash": 0.0, "path_length": 2.9})
    keen = replace(plain, baseline="keen", figures={"crash": 0.0, "path_length": 3.1})
    wild = replace(plain, baseline="wild", figures={"crash": 1.0, "path_length": 6.0})
    table = Table([plain, lazy, keen, wild], {})
    failed = [table.values(name, "failed")[0] for name in ("planner", "lazy", "keen", "wild")]
    assert failed == [0.0, 1.0, 0.0, 1.0]
    gap = table.difference("lazy", "failed")
    assert gap is not None and gap[0] == 1.0
    alone = Table([lazy], {})
    assert np.isnan(alone.values("lazy", "failed")[0])
