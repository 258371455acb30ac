"""Models from a folder: looked at before anything is loaded, and never from a pickle.

A model is a folder as diffusers writes it: ``model_index.json`` names its parts, each part is a
folder with ``config.json`` and safetensors. Nothing is fetched unless that is asked for, and what a
model brings as code is never run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import torch

from filmagent.errors import InputError, MissingDependency
from filmagent.refine.video.placing import Offload, Placement

Dtype = Literal["auto", "bfloat16", "float16", "float32"]
Quantise = Literal["none", "fp8", "int8", "nf4"]

PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_INDEX = "model_index.json"
_LIBRARIES = ("diffusers", "transformers")
_WEIGHTLESS = ("tokenizer", "scheduler", "processor", "image_processor", "feature_extractor")
"""Parts that hold no weights, by the beginning of their names."""
_WANTED = ("*.json", "*.safetensors", "*.txt", "*.model")
"""What is fetched of a model: no pickle, no code."""


@dataclass(frozen=True)
class Options:
    """How a model is loaded.

    Parameters
    ----------
    device
        As torch names it; a GPU where there is one when ``auto``.
    dtype
        Of transformer and text encoder: half precision on a GPU when ``auto``. The picture codec
        always works in float32.
    offload
        What leaves the device when it does not work (`filmagent.refine.video.placing`).
    quantise
        Weights of the transformer kept smaller: ``fp8`` needs nothing, ``int8`` torchao, ``nf4``
        bitsandbytes.
    compile
        Compile the transformer's repeated blocks: minutes at first, then faster steps.
    download
        Whether a model that is no folder here may be fetched from the hub.
    """

    device: str = "auto"
    dtype: Dtype = "auto"
    offload: Offload = "none"
    quantise: Quantise = "none"
    compile: bool = False
    download: bool = False

    @property
    def place(self) -> torch.device:
        """The device."""
        if self.device != "auto":
            return torch.device(self.device)
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")

    @property
    def precision(self) -> torch.dtype:
        """Of transformer and text encoder."""
        if self.dtype == "auto":
            return torch.bfloat16 if self.place.type == "cuda" else torch.float32
        found: torch.dtype = getattr(torch, self.dtype)
        return found


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


@dataclass(frozen=True)
class Loaded:
    """A pipeline without its text encoder, and how to get that."""

    pipeline: Any
    placement: Placement
    load_text: Callable[[], Any]


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


def load(found: Found, options: Options) -> Loaded:
    """Load a model that was looked at; its text encoder only when a prompt is new.

    Raises
    ------
    InputError
        If its files are not what they say, or an option does not suit the device.
    MissingDependency
        If a package is missing.
    """
    diffusers = _quiet(need("diffusers"))
    if options.quantise == "nf4" and options.place.type != "cuda":
        raise InputError("Weights in nf4 need an NVIDIA GPU: take --quantise fp8 or none.")
    if options.place.type == "cuda" and not torch.cuda.is_available():
        raise InputError("There is no CUDA device here: take --device cpu, or auto.")
    kind = getattr(diffusers, found.name)
    transformers = [part for part in found.parts if part.startswith("transformer")]
    texts = {part: None for part in found.parts if part.startswith("text_encoder")}
    try:
        pipeline = kind.from_pretrained(
            str(found.folder),
            local_files_only=True,
            use_safetensors=True,
            dtype={"default": options.precision, "vae": torch.float32},
            quantization_config=_quantised(options, transformers),
            **texts,
        )
    except (OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise InputError(f"{found.folder} cannot be loaded: {_line(error)}") from error
    pipeline.set_progress_bar_config(disable=True)
    placement = Placement(options.place, options.offload)
    for part in transformers:
        _prepared(getattr(pipeline, part), options)

    def load_text() -> Any:
        part = found.parts["text_encoder"]
        kind = getattr(_quiet(need(part.library)), part.name)
        return kind.from_pretrained(
            str(found.folder / "text_encoder"),
            local_files_only=True,
            use_safetensors=True,
            dtype=options.precision,
        ).eval()

    return Loaded(pipeline, placement, load_text)


def need(package: str) -> Any:
    """A package of the extra.

    Raises
    ------
    MissingDependency
        If it is not installed.
    """
    if find_spec(package) is None:
        raise MissingDependency(
            f'Painting with a video model needs {package}: pip install "filmagent[refine]"'
        )
    return import_module(package)


def _quiet(library: Any) -> Any:
    """A library without bars of its own: the house shows how far a film is."""
    library.utils.logging.disable_progress_bar()
    return library


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
        raise InputError(f"{model} cannot be fetched: {_line(error)}") from error


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
        raise InputError(f"{file} is damaged: {_line(error)}. Copy it again.") from error
    return sum(int(torch.Size(shape).numel()) for shape in shapes)


def _quantised(options: Options, transformers: Sequence[str]) -> Any:
    if options.quantise in ("none", "fp8"):
        return None
    package = {"int8": "torchao", "nf4": "bitsandbytes"}[options.quantise]
    if find_spec(package) is None:
        raise MissingDependency(
            f"Weights in {options.quantise} need {package}: pip install {package}"
        )
    diffusers = need("diffusers")
    if options.quantise == "int8":
        config = diffusers.TorchAoConfig(
            import_module("torchao.quantization").Int8WeightOnlyConfig()
        )
    else:
        config = diffusers.BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=options.precision
        )
    return diffusers.PipelineQuantizationConfig(
        quant_mapping={part: config for part in transformers}
    )


def _prepared(transformer: Any, options: Options) -> None:
    if options.quantise == "fp8":
        transformer.enable_layerwise_casting(
            storage_dtype=torch.float8_e4m3fn, compute_dtype=options.precision
        )
    if options.compile:
        transformer.compile_repeated_blocks()


def _json(path: Path, folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{folder} is no model that can be loaded: it has no {path.name}, as diffusers writes "
            "it."
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {_line(error)}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path} is no object of names.")
    return found


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
