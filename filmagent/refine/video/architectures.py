"""The video models that we drive, at full size or tiny, with weights at random: nothing is fetched.

=================  =========================================  =======================  ==========
name               what                                       weights                  clip
=================  =========================================  =======================  ==========
``vace-1.3b``      Wan 2.1 VACE 1.3B                          2.2 thousand million     832×480, 81
``vace-14b``       Wan 2.1 VACE 14B                           17 thousand million      832×480, 81
``ltx-2b``         LTX-Video 0.9, 2B                          1.9 thousand million     768×512, 121
``ltx2-19b``       LTX-2, with its sound                      19 thousand million      768×512, 121
=================  =========================================  =======================  ==========

Settings are those of the models' own ``config.json``. The text encoder, which works for a second
a shot and is then let go, is left out: words are embeddings at random.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from filmagent.refine.video import loading
from filmagent.refine.video.backend import Backend

SPREAD = 0.02
"""Of random weights."""


@dataclass(frozen=True)
class Architecture:
    """A model that can be built.

    Parameters
    ----------
    name
        As above.
    kind
        ``vace``, ``ltx`` or ``ltx2``.
    settings
        Of its transformer.
    width, height, frames, fps
        Of the clip that it is measured on.
    steps
        As it is used.
    codec, ear
        Settings of its picture codec, and of that for sound; the library's where there are none.
    """

    name: str
    kind: str
    settings: Mapping[str, Any]
    width: int
    height: int
    frames: int
    fps: int
    steps: int
    codec: Mapping[str, Any] = field(default_factory=dict)
    ear: Mapping[str, Any] = field(default_factory=dict)


_WAN = {
    "patch_size": (1, 2, 2),
    "attention_head_dim": 128,
    "in_channels": 16,
    "out_channels": 16,
    "text_dim": 4096,
    "freq_dim": 256,
    "cross_attn_norm": True,
    "qk_norm": "rms_norm_across_heads",
    "rope_max_seq_len": 1024,
    "vace_in_channels": 96,
}
ARCHITECTURES = {
    one.name: one
    for one in (
        Architecture(
            "vace-1.3b",
            "vace",
            _WAN
            | {
                "num_attention_heads": 12,
                "ffn_dim": 8960,
                "num_layers": 30,
                "vace_layers": list(range(0, 30, 2)),
            },
            *(832, 480, 81, 16, 30),
        ),
        Architecture(
            "vace-14b",
            "vace",
            _WAN
            | {
                "num_attention_heads": 40,
                "ffn_dim": 13824,
                "num_layers": 40,
                "vace_layers": list(range(0, 40, 5)),
            },
            *(832, 480, 81, 16, 30),
        ),
        # the library's own defaults are these two models' settings
        Architecture("ltx-2b", "ltx", {}, *(768, 512, 121, 24, 20)),
        Architecture("ltx2-19b", "ltx2", {}, *(768, 512, 121, 24, 8)),
    )
}

_WAN_CODEC = {
    "base_dim": 3,
    "dim_mult": [1] * 4,
    "num_res_blocks": 1,
    "temperal_downsample": [False, True, True],
}
_LTX_CODEC = {
    "latent_channels": 16,
    "block_out_channels": (8,) * 4,
    "decoder_block_out_channels": (8,) * 3,
    "layers_per_block": (1,) * 5,
    "decoder_layers_per_block": (1,) * 4,
    "spatio_temporal_scaling": (True, True, True, False),
    "decoder_spatio_temporal_scaling": (True, True, True),
    "decoder_inject_noise": (False,) * 4,
    "upsample_residual": (False,) * 3,
    "upsample_factor": (1,) * 3,
}
_LTX2_CODEC = _LTX_CODEC | {"downsample_type": ("spatiotemporal",) * 4, "decoder_causal": False}
_EAR = {
    "base_channels": 16,
    "ch_mult": (1, 1, 1),
    "num_res_blocks": 1,
    "latent_channels": 4,
    "mel_bins": 16,
}
TINY = {
    one.name: one
    for one in (
        Architecture(
            "vace-tiny",
            "vace",
            _WAN
            | {
                "num_attention_heads": 2,
                "attention_head_dim": 12,
                "text_dim": 32,
                "ffn_dim": 32,
                "num_layers": 3,
                "vace_layers": [0, 2],
            },
            *(64, 48, 17, 16, 6),
            codec=_WAN_CODEC,
        ),
        Architecture(
            "ltx-tiny",
            "ltx",
            {
                "in_channels": 16,
                "out_channels": 16,
                "num_attention_heads": 4,
                "attention_head_dim": 8,
                "cross_attention_dim": 32,
                "num_layers": 2,
                "caption_channels": 32,
            },
            *(96, 64, 17, 24, 6),
            codec=_LTX_CODEC,
        ),
        Architecture(
            "ltx2-tiny",
            "ltx2",
            {
                "in_channels": 16,
                "out_channels": 16,
                "num_attention_heads": 2,
                "attention_head_dim": 12,
                "cross_attention_dim": 24,
                "audio_in_channels": 16,
                "audio_out_channels": 16,
                "audio_num_attention_heads": 2,
                "audio_attention_head_dim": 6,
                "audio_cross_attention_dim": 12,
                "num_layers": 2,
                "caption_channels": 16,
            },
            *(96, 64, 17, 24, 8),
            codec=_LTX2_CODEC,
            ear=_EAR,
        ),
    )
}
_TOKENS = 128


def built(one: Architecture, device: torch.device, dtype: torch.dtype) -> tuple[Any, Backend]:
    """A pipeline of diffusers, and our backend over its parts.

    Parameters
    ----------
    one
        Of `ARCHITECTURES` or `TINY`.
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
    transformer, codec = (getattr(loading.need("diffusers"), name) for name in names)
    with loading.need("accelerate").init_empty_weights(include_buffers=False):
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
                weight.normal_(0, SPREAD, generator=dice)
            setattr(part, name, nn.Parameter(weight, requires_grad=False))
    module.to(device)


def _vace(one: Architecture, transformer: Any, codec: Any) -> tuple[Any, Backend]:
    from filmagent.refine.video.vace import Vace

    library = loading.need("diffusers")
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
    words = _said(1, _TOKENS, transformer.config.text_dim, like=transformer)
    pipeline.encode_prompt = _always(words, words)
    pipeline.text_encoder = _Silent(transformer)
    return pipeline, Vace(pipeline)


def _ltx(one: Architecture, transformer: Any, codec: Any) -> tuple[Any, Backend]:
    from filmagent.refine.video.ltx import LTX

    library = loading.need("diffusers")
    pipeline = library.LTXConditionPipeline(
        scheduler=library.FlowMatchEulerDiscreteScheduler(),
        vae=codec,
        text_encoder=None,
        tokenizer=None,
        transformer=transformer,
    )
    words = _said(1, _TOKENS, transformer.config.caption_channels, like=transformer)
    counts = torch.ones(1, _TOKENS, dtype=torch.bool, device=words.device)
    pipeline.encode_prompt = _always(words, counts, words, counts)
    pipeline.text_encoder = _Silent(transformer)
    return pipeline, LTX(pipeline, fps=one.fps)


def _ltx2(one: Architecture, transformer: Any, codec: Any) -> tuple[Any, Backend]:
    from filmagent.refine.video.ltx2 import LTX2

    library = loading.need("diffusers")
    ear = library.AutoencoderKLLTX2Audio(**one.ear)
    words = _said(1, _TOKENS, transformer.config.caption_channels, like=transformer)
    counts = torch.ones(1, _TOKENS, dtype=torch.int64, device=words.device)
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
