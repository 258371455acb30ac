"""A character's LoRA is worn in their shots alone, and no pickle is ever opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tiny
import torch
from safetensors.torch import save_file

from filmagent.errors import FilmError
from filmagent.refine.identity.loras import Lora, Loras
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.vace import Vace

pytest.importorskip("peft")
RANK = 2


def written(path: Path, seed: int, width: int = 24, layer: str = "attn1.to_q") -> Path:
    """A LoRA of one layer of the tiny transformer."""
    draw = torch.Generator().manual_seed(seed)
    name = f"transformer.blocks.0.{layer}"
    down, up = (torch.randn(s, generator=draw) for s in ((RANK, width), (width, RANK)))
    save_file({f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}, path)
    return path


@pytest.fixture(scope="module")
def pipeline() -> Any:
    """One of its own: LoRAs change it."""
    return tiny.vace()


def velocity(model: Vace) -> torch.Tensor:
    clip = tiny.pictures(5)
    condition = model.condition(Wish("a pier", controls={"depth": clip}))
    x = torch.randn(1, 16, 2, 6, 8, generator=torch.Generator().manual_seed(0))
    return model.velocity(x, 0.7, condition)


def test_it_is_worn_only_in_the_shots_its_character_is_in(pipeline: Any, tmp_path: Path) -> None:
    model = Vace(pipeline)
    bare = velocity(model)
    worn = Loras(
        pipeline,
        {
            "MARA": Lora(written(tmp_path / "mara.safetensors", 1), word="m4ra"),
            "JONAS": Lora(written(tmp_path / "jonas.safetensors", 2), strength=0.5),
        },
    )
    assert torch.equal(velocity(model), bare)
    seen = {}
    for who in (("MARA",), ("JONAS",), ("MARA", "JONAS")):
        with worn.wearing([*who, "nobody"]):
            seen[who] = velocity(model)
        assert not torch.allclose(seen[who], bare, atol=1e-4)
        assert torch.equal(velocity(model), bare)
    assert not torch.allclose(seen["MARA",], seen["JONAS",], atol=1e-4)
    assert not torch.allclose(seen["MARA",], seen["MARA", "JONAS"], atol=1e-4)
    with worn.wearing(["MARA"]):
        assert torch.equal(velocity(model), seen["MARA",])
    with worn.wearing([]):
        assert torch.equal(velocity(model), bare)
    assert worn.words(["JONAS", "MARA"]) == ["m4ra"] and worn.words(["JONAS"]) == []


def test_a_shot_that_fails_takes_it_off(pipeline: Any, tmp_path: Path) -> None:
    model = Vace(pipeline)
    pipeline.delete_adapters(["character_0", "character_1"])
    bare = velocity(model)
    worn = Loras(pipeline, {"MARA": Lora(written(tmp_path / "mara.safetensors", 1))})
    with pytest.raises(RuntimeError), worn.wearing(["MARA"]):
        raise RuntimeError
    assert torch.equal(velocity(model), bare)


def test_its_fingerprint_is_that_of_its_weights(pipeline: Any, tmp_path: Path) -> None:
    pipeline.delete_adapters(["character_0"])
    path = written(tmp_path / "mara.safetensors", 1)
    worn = Loras(pipeline, {"MARA": Lora(path)})
    first = worn.fingerprint
    written(path, 3)
    assert worn.fingerprint != first
    pipeline.delete_adapters(["character_0"])


def test_bad_files_are_said_before_anything_is_loaded(pipeline: Any, tmp_path: Path) -> None:
    def refused(path: Path, **told: Any) -> str:
        with pytest.raises(FilmError) as caught:
            Loras(pipeline, {"MARA": Lora(path, **told)})
        assert "MARA" in str(caught.value) or path.name in str(caught.value)
        return str(caught.value)

    assert "There is no LoRA" in refused(tmp_path / "none.safetensors")
    for name in ("mara.bin", "mara.pt", "mara.ckpt"):
        (tmp_path / name).write_bytes(b"\x80\x04.")
        assert "pickle, which is never loaded" in refused(tmp_path / name)
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(written(tmp_path / "whole.safetensors", 1).read_bytes()[:60])
    assert "damaged" in refused(broken)
    save_file({"weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    assert "is no LoRA" in refused(tmp_path / "other.safetensors")
    assert "strength" in refused(tmp_path / "whole.safetensors", strength=9.0)
    large = written(tmp_path / "large.safetensors", 1, width=32)
    assert "does not fit" in refused(large)
    pipeline.delete_adapters(["character_0"])
    away = written(tmp_path / "away.safetensors", 1, layer="single.proj_mlp")
    assert "WanVACEPipeline" in refused(away)
