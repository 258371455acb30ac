"""Noise levels and steps are those that models were trained and published with."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from filmagent.refine.video.schedule import Schedule, even, of, step


def scheduler(solver: str, shift: float) -> Any:
    import diffusers

    if solver == "euler":
        return diffusers.FlowMatchEulerDiscreteScheduler(shift=shift)
    return diffusers.UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shift
    )


@pytest.mark.parametrize("solver", ["euler", "unipc"])
@pytest.mark.parametrize("shift", [1.0, 3.0, 7.0])
@pytest.mark.parametrize("steps", [1, 2, 4, 30])
def test_levels_and_steps_are_those_of_the_published_schedulers(
    solver: Any, shift: float, steps: int
) -> None:
    known = scheduler(solver, shift)
    known.set_timesteps(steps)
    ours = even(steps, shift=shift, solver=solver)
    assert ours.sigmas == pytest.approx(known.sigmas.tolist(), abs=1e-7)
    assert [told * 1000 for told in ours.told] == pytest.approx(known.timesteps.tolist())
    x = theirs = torch.randn(1, 4, 3, 5, 5, generator=torch.Generator().manual_seed(1))
    history: dict[str, torch.Tensor] = {}
    for index, level in enumerate(known.timesteps):
        velocity = torch.sin(2 * x) - 0.3 * x
        x, history = step(ours, index, x, velocity, history)
        velocity = torch.sin(2 * theirs) - 0.3 * theirs
        theirs = known.step(velocity, level, theirs, return_dict=False)[0]
    assert float((x - theirs).abs().max()) < 1e-5


@pytest.mark.parametrize("solver", ["euler", "unipc"])
@pytest.mark.parametrize("start", [1.0, 0.6, 0.05, 0.002])
def test_a_schedule_starts_at_the_noise_asked_for(solver: Any, start: float) -> None:
    schedule = even(12, shift=5.0, start=start, solver=solver)
    assert schedule.sigmas[0] == pytest.approx(start, abs=2e-6)
    assert schedule.sigmas[-1] == 0
    assert len(schedule.sigmas) == 13


def test_levels_of_few_step_models_are_cut_at_the_start() -> None:
    levels = (1.0, 0.99, 0.9, 0.7, 0.4)
    assert of(levels).sigmas == pytest.approx((*levels, 0))
    assert of(levels, start=0.8).sigmas == pytest.approx((0.8, 0.7, 0.4, 0))


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"start": 0.0}, {"start": 1.2}, {"shift": 0.0}], ids=str
)
def test_a_schedule_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least one step"):
        even(**{"steps": 4, **wrong})


def test_levels_must_fall_to_nothing() -> None:
    with pytest.raises(ValueError, match="must fall"):
        Schedule((0.5, 0.7, 0.0), (0.5, 0.7))
