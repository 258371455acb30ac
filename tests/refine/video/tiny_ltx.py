"""Tiny LTX pipelines of random weights: the real classes and ratios (8 frames, 32 pixels)."""

from __future__ import annotations

from typing import Any

import tiny
import torch

from filmagent.refine.video.architectures import TINY


def ltx() -> Any:
    """LTX-Video, conditioned; its VAE tells one thing of a picture, so that nothing is sampled."""
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXConditionPipeline,
        LTXVideoTransformer3DModel,
    )
    from transformers import T5Config, T5EncoderModel

    tokenizer, words = tiny.tokenizer()
    torch.manual_seed(0)
    reader = T5EncoderModel(
        T5Config(vocab_size=words, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4)
    )
    one = TINY["ltx-tiny"]
    transformer = LTXVideoTransformer3DModel(**one.settings)
    vae = AutoencoderKLLTXVideo(**one.codec)
    pipeline = LTXConditionPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_scaled(vae).eval(),
        text_encoder=reader.eval(),
        tokenizer=tokenizer,
        transformer=transformer.eval(),
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def ltx2() -> Any:
    """LTX-2, in context, with its sound."""
    from diffusers import (
        AutoencoderKLLTX2Audio,
        AutoencoderKLLTX2Video,
        FlowMatchEulerDiscreteScheduler,
        LTX2InContextPipeline,
        LTX2VideoTransformer3DModel,
    )
    from diffusers.pipelines.ltx2 import LTX2TextConnectors, LTX2Vocoder
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    tokenizer, count = tiny.tokenizer()
    tokenizer.padding_side = "left"
    torch.manual_seed(0)
    words = {
        "vocab_size": count,
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "bos_token_id": 1,
    }
    eyes = {
        "hidden_size": 8,
        "intermediate_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "image_size": 16,
        "patch_size": 8,
    }
    reader = Gemma3ForConditionalGeneration(
        Gemma3Config(text_config=words, vision_config=eyes, mm_tokens_per_image=4)
    )
    one = TINY["ltx2-tiny"]
    transformer = LTX2VideoTransformer3DModel(**one.settings, rope_double_precision=False)
    connectors = LTX2TextConnectors(
        caption_channels=16,
        text_proj_in_factor=3,
        video_connector_num_attention_heads=2,
        video_connector_attention_head_dim=8,
        video_connector_num_layers=1,
        video_connector_num_learnable_registers=8,
        audio_connector_num_attention_heads=2,
        audio_connector_attention_head_dim=8,
        audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=8,
        rope_double_precision=False,
    )
    vae = AutoencoderKLLTX2Video(**one.codec)
    ear = AutoencoderKLLTX2Audio(**one.ear)
    voice = LTX2Vocoder(
        in_channels=32,
        hidden_channels=32,
        upsample_kernel_sizes=[4, 4],
        upsample_factors=[2, 2],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
    )
    pipeline = LTX2InContextPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_scaled(vae).eval(),
        audio_vae=ear.eval(),
        text_encoder=reader.eval(),
        tokenizer=tokenizer,
        connectors=connectors.eval(),
        transformer=transformer.eval(),
        vocoder=voice.eval(),
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _scaled(vae: Any) -> Any:
    """Latents with a mean and spread of their own, as trained VAEs have them."""
    vae.latents_mean[:] = torch.linspace(-0.2, 0.2, len(vae.latents_mean))
    vae.latents_std[:] = torch.linspace(0.5, 1.5, len(vae.latents_std))
    return vae
