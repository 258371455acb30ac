"""Video models built of their settings, with weights at random: nothing is fetched.

The text encoder, which works for a second a shot and is then let go, is left out: words are
embeddings at random.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from filmagent.refine.video.architectures import Architecture
from filmagent.refine.video.backend import Backend
from filmagent.refine.video.packages import need

_SPREAD = 0.02
"""Of random weights."""
_TOKENS = {"vace": 512, "ltx": 128, "ltx2": 128}
"""Of a prompt: Wan always has as many; LTX's count little beside a clip's tokens."""


def built(one: Architecture, device: torch.device, dtype: torch.dtype) -> tuple[Any, Backend]:
    """A pipeline of diffusers, and our backend over its parts.

    Parameters
    ----------
    one
        Of `architectures.ARCHITECTURES` or ``TINY``.
    device
        Where its weights are drawn.
    dtype
        Of its transformer; VACE's picture codec is float32, as it needs to be.
    """
    transformer, codec = modules(one)
    drawn(transformer, device, dtype)
    drawn(codec, device, torch.float32 if one.kind == "vace" else dtype)
    pipeline, backend = _BUILDERS[one.kind](one, transformer, codec)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline, backend


def modules(one: Architecture) -> tuple[Any, Any]:
    """Its transformer and its picture codec, without weights."""
    names = {
        "vace": ("WanVACETransformer3DModel", "AutoencoderKLWan"),
        "ltx": ("LTXVideoTransformer3DModel", "AutoencoderKLLTXVideo"),
        "ltx2": ("LTX2VideoTransformer3DModel", "AutoencoderKLLTX2Video"),
    }[one.kind]
    transformer, codec = (getattr(need("diffusers"), name) for name in names)
    with need("accelerate").init_empty_weights(include_buffers=False):
        return transformer(**one.settings).eval(), codec(**one.codec).eval()


def parameters(module: nn.Module) -> int:
    """How many weights a module has."""
    return sum(p.numel() for p in module.parameters())


def drawn(module: nn.Module, device: torch.device, dtype: torch.dtype) -> None:
    """Give a module without weights some at random; its tables stay as they are."""
    dice = torch.Generator(device).manual_seed(0)
    for part in module.modules():
        for name, empty in list(part.named_parameters(recurse=False)):
            weight = torch.empty(empty.shape, dtype=dtype, device=device)
            if weight.ndim == 1 and name == "weight":
                weight.fill_(1)
            else:
                weight.normal_(0, _SPREAD, generator=dice)
            setattr(part, name, nn.Parameter(weight, requires_grad=False))
    module.to(device)


def _vace(one: Architecture, transformer: Any, codec: Any) -> tuple[Any, Backend]:
    from filmagent.refine.video.vace import Vace

    library = need("diffusers")
    scheduler = library.UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )
    pipeline = library.WanVACEPipeline(
        tokenizer=None,
        text_encoder=None,
        vae=codec,
        scheduler=scheduler,
        transformer=transformer,
    )
    words = _said(1, _TOKENS[one.kind], transformer.config.text_dim, like=transformer)
    pipeline.encode_prompt = _always(words, words)
    pipeline.text_encoder = _Silent(transformer)
    return pipeline, Vace(pipeline)


def _ltx(one: Architecture, transformer: Any, codec: Any) -> tuple[Any, Backend]:
    from filmagent.refine.video.ltx import LTX

    library = need("diffusers")
    pipeline = library.LTXConditionPipeline(
        scheduler=library.FlowMatchEulerDiscreteScheduler(),
        vae=codec,
        text_encoder=None,
        tokenizer=None,
        transformer=transformer,
    )
    words = _said(1, _TOKENS[one.kind], transformer.config.caption_channels, like=transformer)
    counts = torch.ones(1, _TOKENS[one.kind], dtype=torch.bool, device=words.device)
    pipeline.encode_prompt = _always(words, counts, words, counts)
    pipeline.text_encoder = _Silent(transformer)
    return pipeline, LTX(pipeline, fps=one.fps)


def _ltx2(one: Architecture, transformer: Any, codec: Any) -> tuple[Any, Backend]:
    from filmagent.refine.video.ltx2 import LTX2

    library = need("diffusers")
    ear = library.AutoencoderKLLTX2Audio(**one.ear)
    words = _said(1, _TOKENS[one.kind], transformer.config.caption_channels, like=transformer)
    counts = torch.ones(1, _TOKENS[one.kind], dtype=torch.int64, device=words.device)
    pipeline = library.LTX2InContextPipeline(
        scheduler=library.FlowMatchEulerDiscreteScheduler(),
        vae=codec,
        audio_vae=ear.to(words.device, words.dtype),
        text_encoder=None,
        tokenizer=None,
        connectors=_Spoken(words, counts),
        transformer=transformer,
        vocoder=None,
    )
    pipeline.encode_prompt = _always(words, counts, words, counts)
    pipeline.text_encoder = _Silent(transformer)
    return pipeline, LTX2(pipeline, fps=one.fps)


_BUILDERS: Mapping[str, Callable[[Architecture, Any, Any], tuple[Any, Backend]]] = {
    "vace": _vace,
    "ltx": _ltx,
    "ltx2": _ltx2,
}


class _Spoken(nn.Module):
    """Stands for the text connectors: embeddings at random for picture and sound."""

    def __init__(self, words: Tensor, counts: Tensor) -> None:
        super().__init__()
        self.words, self.counts = words, counts
        self.device, self.dtype = words.device, words.dtype

    def forward(self, *args: Any, **options: Any) -> tuple[Tensor, Tensor, Tensor]:
        return self.words, self.words, self.counts


def _said(*shape: int, like: Any) -> Tensor:
    dice = torch.Generator().manual_seed(1)
    return torch.randn(shape, generator=dice).to(like.device, like.dtype)


def _always(*found: Tensor) -> Callable[..., tuple[Tensor, ...]]:
    return lambda *args, **options: found


class _Silent(nn.Module):
    """Stands for a text encoder that is there, and is never asked."""

    def __init__(self, like: Any) -> None:
        super().__init__()
        self.device, self.dtype = like.device, like.dtype
