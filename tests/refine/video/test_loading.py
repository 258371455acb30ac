"""A model is looked at before it is loaded: no pickle, no code, nothing fetched unasked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch

from filmagent.errors import InputError, MissingDependency
from filmagent.refine.video import folder as folders
from filmagent.refine.video import loading, packages, vace
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.folder import find
from filmagent.refine.video.loading import Options
from filmagent.refine.video.shot import Settings, Shot

KIND = [vace.PIPELINE]
WEIGHTS = "diffusion_pytorch_model.safetensors"


@pytest.fixture
def folder(tmp_path: Path, vace_pipeline: Any) -> Path:
    vace_pipeline.save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def change(folder: Path, part: str, value: Any) -> None:
    path = folder / "model_index.json"
    index = json.loads(path.read_text())
    index[part] = value
    path.write_text(json.dumps(index))


def pickled(folder: Path) -> None:
    weights = folder / "vae" / WEIGHTS
    weights.unlink()
    # not even opened: it would be seen
    weights.with_suffix(".bin").write_bytes(b"cos\nsystem\n(S'false'\ntR.")


def truncated(folder: Path) -> None:
    weights = folder / "transformer" / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:2000])


def sharded(folder: Path) -> None:
    index = {"weight_map": {"a": WEIGHTS, "b": "diffusion_pytorch_model-00002-of-2.safetensors"}}
    (folder / "transformer" / f"{WEIGHTS}.index.json").write_text(json.dumps(index))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda f: (f / "model_index.json").unlink(), "no model_index.json"),
        (lambda f: (f / "model_index.json").write_text("{"), "cannot be read"),
        (lambda f: change(f, "_class_name", "WanPipeline"), "holds a WanPipeline; needed is"),
        (lambda f: change(f, "vae", ["wonders", "VAE"]), "code of its own"),
        (pickled, "a pickle .*never loaded.*python -c"),
        (truncated, "is damaged"),
        (sharded, "00002-of-2.safetensors is missing"),
        (lambda f: (f / "vae" / WEIGHTS).unlink(), "holds no weights"),
        (lambda f: (f / "vae").rename(f / "elsewhere"), "its vae is missing"),
    ],
)
def test_what_is_no_whole_model_is_refused_in_a_sentence(
    folder: Path, harm: Callable[[Path], Any], words: str
) -> None:
    harm(folder)
    with pytest.raises(InputError, match=words):
        find(folder, KIND)


def test_a_pickle_beside_whole_weights_is_left_alone(folder: Path) -> None:
    (folder / "vae" / "diffusion_pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    vace.load(folder)


def test_weights_that_are_not_the_parts_own_are_refused(folder: Path) -> None:
    path = folder / "transformer" / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "ffn_dim": 48}))
    with pytest.raises(InputError, match="cannot be loaded"):
        vace.load(folder)


def test_nothing_is_fetched_unless_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    with pytest.raises(InputError, match="--download"):
        find(tmp_path / "nowhere", KIND)
    import huggingface_hub

    asked: list[Any] = []

    def fetched(name: str, allow_patterns: list[str]) -> str:
        asked.append((name, allow_patterns))
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetched)
    assert find("someone/model", KIND, download=True).folder == folder
    ((name, patterns),) = asked
    assert name == "someone/model"
    assert not any(end in pattern for pattern in patterns for end in (*folders.PICKLES, ".py"))


def test_a_missing_package_is_said_with_what_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda name: None)
    with pytest.raises(MissingDependency, match=r'pip install "filmagent\[refine\]"'):
        packages.need("diffusers")


def test_parts_are_weighed_without_loading_them(folder: Path, vace_pipeline: Any) -> None:
    parts = find(folder, KIND).parts
    for name in ("transformer", "vae", "text_encoder"):
        module = getattr(vace_pipeline, name)
        assert parts[name].parameters == sum(p.numel() for p in module.parameters())
    assert parts["tokenizer"].parameters == 0


@pytest.mark.parametrize(
    ("options", "near"),
    [
        (Options(offload="model"), 0.0),
        (Options(offload="blocks"), 0.0),
        (Options(dtype="bfloat16"), 0.1),
        (Options(quantise="fp8"), 0.2),
    ],
    ids=str,
)
def test_saving_memory_hardly_changes_the_picture(
    folder: Path, options: Options, near: float
) -> None:
    wish = Wish("a man", controls={"depth": tiny.pictures(5)})

    def end(how: Options) -> torch.Tensor:
        *_, state = Shot(vace.load(folder, how), wish, Settings(2)).steps()
        return state.x

    assert float((end(options) - end(Options())).abs().max()) <= near


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        (Options(quantise="int8"), MissingDependency, "pip install torchao"),
        (Options(quantise="nf4", device="cpu"), InputError, "NVIDIA GPU"),
        (Options(device="cuda"), InputError, "no CUDA device"),
    ],
    ids=str,
)
def test_options_that_cannot_work_here_are_refused(
    folder: Path,
    options: Options,
    error: type[Exception],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = loading.find_spec
    monkeypatch.setattr(loading, "find_spec", lambda n: None if n == "torchao" else there(n))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(error, match=words):
        vace.load(folder, options)
