"""Memory and time are told before anything is loaded, and too little is refused with a way out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from filmagent.errors import InputError
from filmagent.refine.video import budget
from filmagent.refine.video.budget import Job
from filmagent.refine.video.loading import Found, Options, Part

JOB = Job((21, 60, 104))
GPU = Options(device="cuda", dtype="bfloat16")


def wan(billions: float, **config: Any) -> Found:
    """A model of Wan's, by its published configuration."""
    shape: dict[str, Any] = {
        "num_attention_heads": 12,
        "attention_head_dim": 128,
        "ffn_dim": 8960,
        "num_layers": 30,
        "vace_layers": list(range(0, 30, 2)),
        "patch_size": [1, 2, 2],
    }
    parts = {
        "transformer": Part("diffusers", "T", int(billions * 1e9), {**shape, **config}),
        "vae": Part("diffusers", "V", 127_000_000, {"base_dim": 96}),
        "text_encoder": Part("transformers", "E", 5_680_000_000),
    }
    return Found(Path("wan"), "WanVACEPipeline", parts)


SMALL = wan(2.15)
LARGE = wan(
    17.3, num_attention_heads=40, ffn_dim=13824, num_layers=40, vace_layers=list(range(0, 40, 5))
)


def test_known_models_need_about_what_they_are_known_to_need() -> None:
    small = budget.need(SMALL, replace(GPU, offload="model"), JOB).gib
    large = budget.need(LARGE, GPU, JOB).gib
    # the text encoder alone is 10.6 GiB; 17.3 billion weights in half precision are 32.2
    assert 10 < small < 16
    assert 40 < large < 60


def test_every_way_to_save_memory_saves_some() -> None:
    plain = budget.need(LARGE, GPU, JOB).gib
    for saving in ({"offload": "model"}, {"offload": "blocks"}, {"quantise": "fp8"}):
        assert budget.need(LARGE, replace(GPU, **saving), JOB).gib < plain  # type: ignore[arg-type]


def test_time_grows_with_windows_steps_and_guidance_not_memory() -> None:
    one = budget.need(SMALL, GPU, JOB)
    ten = budget.need(SMALL, GPU, replace(JOB, windows=10))
    assert ten.operations == pytest.approx(10 * one.operations)
    assert ten.gib == one.gib
    guided = budget.need(SMALL, GPU, replace(JOB, steps=60, guided=True))
    assert guided.operations == pytest.approx(4 * one.operations)
    assert one.seconds(2e14) == pytest.approx(2 * one.seconds(4e14))


def test_too_little_memory_is_refused_with_what_would_fit() -> None:
    with pytest.raises(InputError, match=r"needs about \d+\.\d GiB .* 24\.0 are free.*--offload"):
        budget.check(LARGE, GPU, JOB, free=24.0)
    with pytest.raises(InputError, match="a smaller model"):
        budget.check(LARGE, GPU, JOB, free=2.0)
    assert budget.check(SMALL, GPU, JOB, free=80.0).gib < 80


def test_memory_and_speed_of_this_machine_are_measured() -> None:
    device = torch.device("cpu")
    assert budget.available(device) > 0.1
    assert budget.speed(device, torch.float32) > 1e8
