"""A model's folder, looked at before anything of it is loaded.

A model is a folder as diffusers writes it: ``model_index.json`` names its parts, each part is a
folder with ``config.json`` and safetensors. Nothing is fetched unless that is asked for; pickles,
and what a model brings as code, are refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from filmagent.errors import InputError
from filmagent.refine.video.packages import need

PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_INDEX = "model_index.json"
_LIBRARIES = ("diffusers", "transformers")
_WEIGHTLESS = ("tokenizer", "scheduler", "processor", "image_processor", "feature_extractor")
"""Parts that hold no weights, by the beginning of their names."""
_WANTED = ("*.json", "*.safetensors", "*.txt", "*.model")
"""What is fetched of a model: no pickle, no code."""


@dataclass(frozen=True)
class Part:
    """A part of a model: whose class it is, and what it weighs."""

    library: str
    name: str
    parameters: int = 0
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A model's folder, looked at: it is whole, and nothing in it needs a pickle or code."""

    folder: Path
    name: str
    parts: dict[str, Part]


def find(model: str | Path, kinds: Sequence[str], *, download: bool = False) -> Found:
    """Look at a model without loading it.

    Parameters
    ----------
    model
        Its folder; with ``download``, or its name on the hub.
    kinds
        Names of pipelines that will do.
    download
        Whether it may be fetched.

    Raises
    ------
    InputError
        If it is no model, one of another kind, not whole, or needs a pickle or code of its own.
    """
    folder = Path(model).expanduser()
    if not folder.is_dir():
        folder = _fetched(str(model), download)
    index = _json(folder / _INDEX, folder)
    name = index.get("_class_name")
    if name not in kinds:
        raise InputError(f"{folder} holds a {name}; needed is a {' or a '.join(kinds)}.")
    parts = {}
    for part, said in index.items():
        if part.startswith("_") or not isinstance(said, list) or said[0] is None:
            continue
        library, kind = (str(word) for word in said[:2])
        if library not in _LIBRARIES:
            raise InputError(
                f"{folder}: its {part} is code of its own ({library}.{kind}), which is never run."
            )
        parts[part] = _part(folder / part, library, kind)
    return Found(folder, str(name), parts)


def _fetched(model: str, download: bool) -> Path:
    if not download:
        raise InputError(
            f"There is no folder {model}: give the folder of a model, or allow fetching it from "
            "the hub with --download."
        )
    hub = need("huggingface_hub")
    try:
        return Path(hub.snapshot_download(model, allow_patterns=list(_WANTED)))
    except (OSError, ValueError) as error:
        raise InputError(f"{model} cannot be fetched: {line(error)}") from error


def _part(folder: Path, library: str, kind: str) -> Part:
    if not folder.is_dir():
        raise InputError(f"{folder.parent} is not whole: its {folder.name} is missing.")
    if folder.name.startswith(_WEIGHTLESS):
        return Part(library, kind)
    config = _json(folder / "config.json", folder)
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        pickles = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in PICKLES)
        if not pickles:
            raise InputError(f"{folder} holds no weights (*.safetensors).")
        raise InputError(
            f"{folder} holds its weights as a pickle ({pickles[0]}), which is never loaded. Where "
            f'you trust it, convert it once: python -c "from {library} import {kind} as M; '
            f"M.from_pretrained('{folder}', use_safetensors=False).save_pretrained('{folder}')\""
        )
    for index in folder.glob("*.safetensors.index.json"):
        shards = set(_json(index, folder).get("weight_map", {}).values())
        missing = sorted(shards - {file.name for file in files})
        if missing:
            raise InputError(f"{folder} is not whole: {missing[0]} is missing.")
    return Part(library, kind, sum(_parameters(file) for file in files), config)


def _parameters(file: Path) -> int:
    """How many numbers a file of weights holds, by its header."""
    opened = need("safetensors").safe_open
    try:
        with opened(str(file), framework="pt") as weights:
            shapes = [weights.get_slice(name).get_shape() for name in weights.keys()]  # noqa: SIM118
    except Exception as error:
        # safetensors raises a class of its own that it does not export as stable
        raise InputError(f"{file} is damaged: {line(error)}. Copy it again.") from error
    return sum(int(torch.Size(shape).numel()) for shape in shapes)


def _json(path: Path, folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{folder} is no model that can be loaded: it has no {path.name}, as diffusers writes "
            "it."
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {line(error)}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path} is no object of names.")
    return found


def line(error: BaseException) -> str:
    """What another library says, on one line."""
    return " ".join(str(error).split())[:300]
