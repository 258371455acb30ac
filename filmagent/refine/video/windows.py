"""Long shots as windows that advance together.

At every noise level each window is asked for its velocity, and where windows overlap theirs are
averaged, weighted by a Hann window: what one knows of its neighbours' motion reaches the others
step by step, without a seam and without drift (O. Bar-Tal et al., "MultiDiffusion: Fusing Diffusion
Paths for Controlled Image Generation", ICML 2023, eq. 5, along time). Nothing is decoded between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Span = tuple[int, int]
"""Latent frames of a clip, first and end."""


def spans(frames: int, window: int, overlap: int) -> tuple[Span, ...]:
    """Windows over a clip, evenly placed, each overlapping the next by at least so much.

    Parameters
    ----------
    frames
        Latent frames of the clip.
    window
        Of a window; the whole clip is one if it is no longer.
    overlap
        Latent frames that neighbours share at least; less than a window.

    Raises
    ------
    ValueError
        If windows of that overlap never get to the end.
    """
    if window < 1 or not 0 <= overlap < window:
        raise ValueError(f"windows of {window} latent frames cannot overlap by {overlap}")
    if frames <= window:
        return ((0, frames),)
    count = -(-(frames - overlap) // (window - overlap))
    firsts = [round(k * (frames - window) / (count - 1)) for k in range(count)]
    return tuple((first, first + window) for first in firsts)


def averaged(
    x: Tensor, lead: int, windows: Sequence[Span], velocity: Callable[[Tensor, Span], Tensor]
) -> Tensor:
    """The velocity of a whole clip from that of its windows.

    Parameters
    ----------
    x : (1, C, lead + f, h, w)
        Latents; the lead goes into every window, and its velocities are averaged evenly.
    lead
        Latent frames before the clip's own.
    windows
        As `spans` gives them.
    velocity
        Of a window's latents, lead included, and its span.

    Returns
    -------
    Tensor
        Of x's shape. Windows are summed as they come; none is kept.
    """
    if len(windows) == 1:
        return velocity(x, windows[0])
    whole = torch.zeros_like(x)
    weights = torch.zeros(x.shape[2] - lead)
    for first, end in windows:
        own = slice(lead + first, lead + end)
        moves = velocity(torch.cat([x[:, :, :lead], x[:, :, own]], 2), (first, end))
        weight = _hann(end - first)
        whole[:, :, own] += weight.view(1, 1, -1, 1, 1) * moves[:, :, lead:]
        whole[:, :, :lead] += moves[:, :, :lead] / len(windows)
        weights[first:end] += weight
    whole[:, :, lead:] /= weights.view(1, 1, -1, 1, 1)
    return whole


def _hann(length: int) -> Tensor:
    """A Hann window without the zeros at its ends."""
    return torch.hann_window(length + 2, periodic=False)[1:-1]
