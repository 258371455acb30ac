"""What the networks of each family of video models hold while they work.

In numbers kept at once, beside weights:

=====  ===========  ====================================================================
Wan    transformer  a token: 2 × the inner width of its feed-forward, and its width × (6 +
                    the control layers, whose hints wait for their turn); a word: × 4
       codec        a pixel, while four frames are coded: 48 × its base width
LTX    transformer  a token: 2 × the inner width, and its width × 8; where tokens have
                    clocks of their own (LTX-2 always), × 24
       codec        a pixel and frame of a piece with its context: 5 × the channels of its
                    first level, spread over a patch, and 12 in any case
=====  ===========  ====================================================================

(measured on these networks with weights at random, by what their tensors take together; see the
tests). Codecs work in float32.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from filmagent.errors import InputError
from filmagent.refine.video.folder import Part
from filmagent.refine.video.latents import CONTEXT, PIECE

PRECISE = 4
"""Bytes of a number in full precision."""
_WAN_PIXEL, _WAN_WORDS = 48, 512
_LTX_PIXEL, _LTX_LEAST = 5, 12


@dataclass(frozen=True)
class Job:
    """A shot as a model sees it.

    Parameters
    ----------
    latent : (f, h, w)
        Latent frames of a window, with its lead; rows and columns of cells.
    scale, stride
        Pixels that a cell is wide and high, frames that a latent frame stands for.
    windows
        How many.
    steps
        Of the noise schedule.
    guided
        Whether every step asks twice.
    beside
        Latent frames that stand beside the window's as clean tokens: control videos, references,
        keyframes of models that take them so.
    """

    latent: tuple[int, int, int]
    scale: int = 8
    stride: int = 4
    windows: int = 1
    steps: int = 30
    guided: bool = False
    beside: int = 0


@dataclass(frozen=True)
class Family:
    """How a family's networks work.

    Parameters
    ----------
    working
        Bytes that a transformer holds for so many tokens, at so many bytes a number.
    coding
        Bytes that a picture codec holds for a job.
    """

    working: Callable[[Part, int, int, Job], float]
    coding: Callable[[Part, Job], float]


def of(transformer: Part) -> Family:
    """The family of a transformer.

    Raises
    ------
    InputError
        If it is of none that we drive.
    """
    if transformer.name not in _FAMILIES:
        raise InputError(
            f"There is no telling what a {transformer.name} needs; known are "
            f"{', '.join(_FAMILIES)}."
        )
    return _FAMILIES[transformer.name]


def tokens(part: Part, job: Job) -> int:
    """How many tokens a window is to a transformer, with what stands beside it."""
    frames, rows, columns = job.latent
    patch = part.config.get("patch_size", 1)
    deep, high, wide = patch if isinstance(patch, list) else (1, patch, patch)
    return int(((frames + job.beside) // deep) * (rows // high) * (columns // wide))


def across(part: Part) -> int:
    """How wide a transformer is."""
    return number(part, "num_attention_heads", 1) * number(part, "attention_head_dim", 1)


def number(part: Part, name: str, otherwise: int) -> int:
    """A number of a part's settings."""
    found = part.config.get(name)
    return int(found) if isinstance(found, int) else otherwise


def _wan_working(part: Part, count: int, width: int, job: Job) -> float:
    inner = number(part, "ffn_dim", 4 * across(part))
    hints = len(part.config.get("vace_layers", ()))
    words = _WAN_WORDS * 4 * across(part) * width
    return words + count * ((2 * inner + (6 + hints) * across(part)) * width + _half(part, width))


def _wan_coding(part: Part, job: Job) -> float:
    _, rows, columns = job.latent
    base = number(part, "base_dim", 96)
    return rows * columns * job.scale**2 * _WAN_PIXEL * base * PRECISE


def _ltx_working(part: Part, count: int, width: int, job: Job) -> float:
    widths = 8 + 8 + (16 if job.beside else 0)
    return count * (widths * across(part) * width + _half(part, width))


def _ltx2_working(part: Part, count: int, width: int, job: Job) -> float:
    return count * ((8 + 24) * across(part) * width + _half(part, width))


def _ltx_coding(part: Part, job: Job) -> float:
    frames, rows, columns = job.latent
    seen = min(frames, PIECE + 2 * CONTEXT) * job.stride
    first = _first(part, "block_out_channels", 128)
    last = _first(part, "decoder_block_out_channels", first) // _first(part, "upsample_factor", 1)
    spread = max(first, last) / number(part, "patch_size", 4) ** 2
    pixels = rows * columns * job.scale**2 * seen
    return pixels * max(_LTX_PIXEL * spread, _LTX_LEAST) * PRECISE


def _half(part: Part, width: int) -> float:
    """Norms and gates work in full precision, whatever the rest does."""
    return 3 * across(part) * PRECISE if width < PRECISE else 0


def _first(part: Part, name: str, otherwise: int) -> int:
    found: Any = part.config.get(name)
    return int(found[0]) if found else otherwise


_FAMILIES: Mapping[str, Family] = {
    "WanVACETransformer3DModel": Family(_wan_working, _wan_coding),
    "LTXVideoTransformer3DModel": Family(_ltx_working, _ltx_coding),
    "LTX2VideoTransformer3DModel": Family(_ltx2_working, _ltx_coding),
}
