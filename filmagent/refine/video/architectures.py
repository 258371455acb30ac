"""The video models that we drive, at full size or tiny, by their settings (`video.building`).

=================  =========================================  =======================  ==========
name               what                                       weights                  clip
=================  =========================================  =======================  ==========
``vace-1.3b``      Wan 2.1 VACE 1.3B                          2.2 thousand million     832×480, 81
``vace-14b``       Wan 2.1 VACE 14B                           17 thousand million      832×480, 81
``ltx-2b``         LTX-Video 0.9, 2B                          1.9 thousand million     768×512, 121
``ltx2-19b``       LTX-2, with its sound                      19 thousand million      768×512, 121
=================  =========================================  =======================  ==========

Settings are those of the models' own ``config.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
