"""Memory and time are told before anything is loaded, and too little is refused with a way out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from memory import Peak

from filmagent.errors import InputError
from filmagent.refine.video import architectures, budget, building, needs
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.folder import Found, Part
from filmagent.refine.video.loading import Options
from filmagent.refine.video.needs import Job

JOB = Job((21, 60, 104))
WAN = "WanVACETransformer3DModel"
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
        "transformer": Part("diffusers", WAN, int(billions * 1e9), {**shape, **config}),
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


MODELS = {
    "vace-tiny": {"attention_head_dim": 192, "ffn_dim": 1536},
    "ltx-tiny": {"attention_head_dim": 128, "cross_attention_dim": 512},
    "ltx2-tiny": {"attention_head_dim": 256, "cross_attention_dim": 512},
}


@pytest.mark.parametrize(
    ("name", "beside", "within"),
    [
        ("vace-tiny", 0, (1.2, 1.2)),
        ("ltx-tiny", 0, (1.2, 1.5)),
        ("ltx-tiny", 1, (1.2, 1.5)),
        ("ltx2-tiny", 5, (1.1, 1.5)),
    ],
)
def test_each_family_says_what_its_tensors_take(
    name: str, beside: int, within: tuple[float, float]
) -> None:
    one = architectures.TINY[name]
    width, height = (96, 64) if one.kind == "vace" else (256, 192)
    size = {"width": width, "height": height, "frames": 33}
    _, model = building.built(
        replace(one, settings={**one.settings, **MODELS[name]}, **size),
        torch.device("cpu"),
        torch.float32,
    )
    able = model.capabilities
    pictures = np.random.default_rng(0).random((33, height, width, 3), np.float32)
    wish = Wish(
        "a film still",
        picture=pictures,
        controls={"depth": pictures} if able.controls else {},
        keyframes={16: pictures[0]} if one.kind == "ltx" and beside else {},
    )
    condition, latent = model.condition(wish), able.latent(33, height, width)
    with torch.no_grad(), Peak() as moving:
        model.velocity(torch.randn(latent), 0.5, condition)
    with torch.no_grad(), Peak() as coding:
        for _ in model.decode(model.encode(pictures)):
            pass
    transformer, codec = (
        Part("diffusers", type(part).__name__, 0, json.loads(json.dumps(dict(part.config))))
        for part in (model.pipeline.transformer, model.pipeline.vae)
    )
    job = Job(latent[2:], able.scale, able.stride, beside=beside)
    family = needs.of(transformer)
    said = family.working(transformer, needs.tokens(transformer, job), 4, job)
    # 1.15, 1.09, 1.16, 1.05; codecs 1.11 and 1.40 to 1.48, whose pieces are longer than this clip
    assert 1 < said / moving.bytes < within[0]
    assert 1 < family.coding(codec, job) / coding.bytes < within[1]


def test_a_long_clip_is_coded_in_pieces_and_what_stands_beside_it_counts() -> None:
    codec = Part("diffusers", "AutoencoderKLLTXVideo", 0, {"block_out_channels": [128]})
    ltx = Part("diffusers", "LTXVideoTransformer3DModel", 0, {"num_attention_heads": 32})
    long, longer = (Job((f, 16, 24), 32, 8) for f in (48, 96))
    coding = needs.of(ltx).coding
    assert coding(codec, long) == coding(codec, longer) > coding(codec, Job((16, 16, 24), 32, 8))
    assert needs.tokens(ltx, replace(long, beside=48)) == needs.tokens(ltx, longer)
    with pytest.raises(InputError, match="no telling what a Sora"):
        needs.of(Part("diffusers", "Sora"))


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
