"""A model that was looked at (`filmagent.refine.video.folder`), loaded as asked for.

Never from a pickle, and what a model brings as code is never run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

import torch

from filmagent.errors import InputError, MissingDependency
from filmagent.refine.video.folder import Found, line
from filmagent.refine.video.packages import need
from filmagent.refine.video.placing import Offload, Placement

Dtype = Literal["auto", "bfloat16", "float16", "float32"]
Quantise = Literal["none", "fp8", "int8", "nf4"]


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
class Loaded:
    """A pipeline without its text encoder, and how to get that."""

    pipeline: Any
    placement: Placement
    load_text: Callable[[], Any]


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
        raise InputError(f"{found.folder} cannot be loaded: {line(error)}") from error
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


def _quiet(library: Any) -> Any:
    """A library without bars of its own: the house shows how far a film is."""
    library.utils.logging.disable_progress_bar()
    return library


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
