"""A Wan VACE of the real classes, a few thousand weights drawn by a seed: nothing is downloaded."""

from __future__ import annotations

import os

# before anything of Hugging Face is imported: no test may reach for the network
os.environ["HF_HUB_OFFLINE"] = "1"

from typing import Any

import numpy as np
import torch

# so small that a second thread costs more than it brings
torch.set_num_threads(1)

SIZE = (64, 48)
"""Width and height of test pictures."""


def tokenizer() -> tuple[Any, int]:
    """One token a character, and how many there are."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    characters = ["<pad>", "</s>", "<unk>", *map(chr, range(33, 127)), "▁"]
    likely = [(one, 0.0 if place < 3 else -3.0) for place, one in enumerate(characters)]
    made = Tokenizer(models.Unigram(likely, unk_id=2))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    names = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    return (
        PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=512, **names),
        len(characters),
    )


def text_encoder(vocabulary: int) -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    torch.manual_seed(0)
    config = UMT5Config(
        vocab_size=vocabulary + 8, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4
    )
    # what is left in training drops words at random
    return UMT5EncoderModel(config).eval()


def wan_codec() -> Any:
    from diffusers import AutoencoderKLWan

    torch.manual_seed(0)
    return AutoencoderKLWan(
        base_dim=3,
        z_dim=16,
        dim_mult=[1] * 4,
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
    ).eval()


def wan_transformer(seed: int = 0) -> Any:
    from diffusers import WanVACETransformer3DModel

    torch.manual_seed(seed)
    return WanVACETransformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=16,
        out_channels=16,
        text_dim=32,
        freq_dim=256,
        ffn_dim=32,
        num_layers=3,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=128,
        vace_layers=[0, 2],
        vace_in_channels=96,
    ).eval()


def vace(*, fun: bool = False, scheduler: Any = None) -> Any:
    """A ``WanVACEPipeline``: of Wan 2.1, or of 2.2 Fun with two transformers."""
    from diffusers import UniPCMultistepScheduler, WanVACEPipeline

    words, vocabulary = tokenizer()
    pipeline = WanVACEPipeline(
        tokenizer=words,
        text_encoder=text_encoder(vocabulary),
        vae=wan_codec(),
        scheduler=scheduler
        or UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
        transformer=wan_transformer(),
        transformer_2=wan_transformer(1) if fun else None,
        boundary_ratio=0.875 if fun else None,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def pictures(count: int, seed: int = 0) -> np.ndarray:
    """A clip (count, H, W, 3) of display values that 8 bits can hold."""
    width, height = SIZE
    drawn = np.random.default_rng(seed).integers(0, 256, (count, height, width, 3))
    return (drawn / 255).astype(np.float32)
