"""The bench of video models: real sizes, our own code, one sentence where there is no GPU."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from filmagent.errors import InputError
from filmagent.film import benching
from filmagent.refine.video import bench, budget, building
from filmagent.refine.video.architectures import ARCHITECTURES, TINY


@pytest.mark.parametrize(
    ("name", "weights"),
    [("vace-1.3b", 2.15e9), ("vace-14b", 17.3e9), ("ltx-2b", 1.92e9), ("ltx2-19b", 18.9e9)],
)
def test_full_sizes_are_those_of_the_models(name: str, weights: float) -> None:
    transformer, codec = building.modules(ARCHITECTURES[name])
    assert building.parameters(transformer) == pytest.approx(weights, rel=0.005)
    assert all(p.is_meta for part in (transformer, codec) for p in part.parameters())


@pytest.mark.parametrize("name", TINY)
def test_a_model_of_random_weights_paints_in_half_precision_too(name: str) -> None:
    _, backend = building.built(TINY[name], torch.device("cpu"), torch.bfloat16)
    wish = bench._wish(TINY[name], backend)
    pictures = bench._ours(backend, wish, bench._schedule(backend, wish, 2))
    assert pictures.shape == (17, TINY[name].height, TINY[name].width, 3)
    assert np.isfinite(pictures).all() and pictures.std() > 0


def test_figures_come_with_what_was_published() -> None:
    told: list[str] = []
    figures, words = benching.refine(["ltx-tiny"], tiny=True, device="cpu", told=told.append)
    assert told == ["ltx-tiny"]
    (one,) = figures["models"]
    assert one["seconds"] > 0 and one["plain_seconds"] > 0
    assert one["rate"] == pytest.approx(one["seconds"] * 24 / 17)
    assert one["ratio"] == pytest.approx(one["seconds"] / one["plain_seconds"])
    assert "5 s of 768×512 at 24 frames/s in 2 s on an H100" in words


def test_full_size_without_a_gpu_is_one_sentence() -> None:
    with pytest.raises(InputError, match=r"need a GPU, and torch sees none here; --tiny takes"):
        bench.bench(device="cpu")
    with pytest.raises(InputError, match='no model "ltx"; there are vace-tiny, ltx-tiny, ltx2'):
        bench.bench(["ltx"], tiny=True)


def test_a_model_too_large_is_left_out_with_its_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "available", lambda place: 24.0)
    found = bench.measured(ARCHITECTURES["vace-14b"], torch.device("cuda"))
    assert found.note.startswith("needs about ") and found.note.endswith("24 are free: left out")
    assert "needs about" in bench.table([found], "a GPU")
