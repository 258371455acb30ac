"""Image policies in the table of cameras, with weights from a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from camera.bench import run
from camera.policy.images import ImagePilot, save_images
from camera.policy.layout import LayoutNetwork, save_layout
from camera.policy.pilot.config import PilotConfig
from camera.policy.tokens import DVGFormerConfig


def test_rows_fly_their_weights_and_only_the_guarded_ones_are_kept_from_harm(tmp_path: Path):
    torch.manual_seed(0)
    network = LayoutNetwork(DVGFormerConfig(hidden_size=16, n_layer=1, n_head=2, steps=4))
    with torch.no_grad():
        # headlong, whatever it sees
        network.predict_action.weight.zero_()
        network.predict_action.bias.copy_(torch.tensor([0.0, 0.0, 3.0, 0.0, 0.0, 0.0]))
    save_layout(tmp_path / "dvg_layout.safetensors", network)
    pilot = ImagePilot(PilotConfig(width=16, heads=2))
    save_images(tmp_path / "pilot_images.safetensors", pilot, {})
    names = ["dvg_layout", "dvg_layout_guarded", "pilot_images", "servo"]
    results = run(["room"], [3], names, weights=tmp_path, seconds=3.0, rate=12.0)
    figures = {r.baseline: r.figures or {} for r in results}
    assert figures["dvg_layout"]["crash"] == 1 and figures["dvg_layout_guarded"]["crash"] == 0
    # what has learnt nothing is the servo, but for its doubt
    for name in ("path_length", "framing_error", "visible"):
        assert figures["pilot_images"][name] == pytest.approx(figures["servo"][name], abs=0.02)


def test_rows_without_their_weights_are_refused_by_file(tmp_path: Path):
    with pytest.raises(ValueError, match=r"has no dvg_layout\.safetensors"):
        run(["room"], [3], ["dvg_layout_guarded"], weights=tmp_path)
