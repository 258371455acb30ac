"""What a DVGFormer sees: 45 tokens a picture, from whatever makes them.

Anything that is `Eyes` can look for it. `Tower` is the published way after its frozen backbones:
DINOv2 features (M. Oquab et al., 2023; ViT-S/14 with registers, of pictures of 168 × 294) and
disparity, each pooled to 5 × 9, through convolutions, added. Published disparity is an estimate
(Depth Anything V2: L. Yang et al., 2024); here the renderer's depth is exact, see `disparity`.
"""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from camera.policy.checkpoint import read_safetensors
from camera.policy.tokens import COLUMNS, ROWS
from camera.pose import Array

PICTURE_SIZE = (168, 294)
"""Rows and columns of the pictures that the published backbones see."""
DINO_WIDTH = 384
"""Channels of DINOv2's ViT-S."""


class Eyes(Protocol):
    """A vision tower with a scene in front of it."""

    def __call__(self, positions: Array, quaternions: Array) -> Tensor:
        """Tokens (B, 45, h) of what B cameras see.

        Parameters
        ----------
        positions : (B, 3)
            World frame, metres.
        quaternions : (B, 4)
            world_from_camera, wxyz; the camera looks along −Z, up +Y.
        """
        ...


class Tower(nn.Module):
    """From backbone features and disparity to tokens, under the published parameter names.

    Parameters
    ----------
    hidden_size : int
        The network's channels, h.
    features : int
        The backbone's channels, c.
    """

    def __init__(self, hidden_size: int, features: int = DINO_WIDTH) -> None:
        super().__init__()
        self.features = features
        self.bottleneck = _pooled((features, hidden_size, hidden_size), kernel=1)
        self.depth_feat = _pooled((1, hidden_size, hidden_size, hidden_size), kernel=3)

    def forward(self, features: Tensor, disparity: Tensor) -> Tensor:
        """Tokens (..., 45, h).

        Parameters
        ----------
        features : (..., c, rows, columns)
            The backbone's patch features, after its last norm, registers left out: 12 × 21 patches
            of a picture of `PICTURE_SIZE`; other sizes are pooled alike.
        disparity : (..., rows, columns)
            See `disparity`; of any size.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        lead = features.shape[:-3]
        if features.ndim < 3 or features.shape[-3] != self.features or disparity.shape[:-2] != lead:
            raise ValueError(
                f"features and disparity have shapes {tuple(features.shape)} and "
                f"{tuple(disparity.shape)}; expected (..., {self.features}, rows, columns) and "
                "(..., rows, columns)"
            )
        seen = self.bottleneck(features.reshape(-1, *features.shape[-3:]))
        far = self.depth_feat(disparity.reshape(-1, 1, *disparity.shape[-2:]))
        tokens: Tensor = (seen + far).flatten(2).transpose(1, 2)
        return tokens.reshape(*lead, *tokens.shape[1:])


def load_tower(
    path: str | os.PathLike[str],
    *,
    prefix: str = "embed_img.",
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
) -> Tower:
    """The tower out of a DVGFormer's safetensors file; its frozen backbones there are left alone.

    Parameters
    ----------
    path : path
        As for `camera.policy.load_dvgformer`.
    prefix : str
        What the tower's tensors' names begin with.

    Raises
    ------
    ValueError
        If the file is refused, or a tensor is missing or misshapen; the message names both.
    """
    tensors, _ = read_safetensors(path)
    first = f"{prefix}bottleneck.1.weight"
    if first not in tensors or tensors[first].ndim != 4:
        raise ValueError(
            f"{Path(path)}: tensor {first!r} is missing or no convolution; this checkpoint has no "
            "vision tower: give image tokens from elsewhere"
        )
    hidden, features = tensors[first].shape[:2]
    with torch.device("meta"):
        tower = Tower(hidden, features)
    weights: dict[str, Tensor] = {}
    for name, parameter in tower.named_parameters():
        tensor = tensors.get(prefix + name)
        if tensor is None or tensor.shape != parameter.shape:
            given = "missing" if tensor is None else f"of shape {tuple(tensor.shape)}"
            raise ValueError(
                f"{Path(path)}: tensor {prefix + name!r} is {given}, expected "
                f"{tuple(parameter.shape)}; is it a DVGFormer's?"
            )
        weights[name] = tensor.to(device=device, dtype=dtype)
    tower.load_state_dict(weights, assign=True)
    return tower.eval().requires_grad_(False)


def disparity(depth: Tensor, nearest: float) -> Tensor:
    """Exact depth in the place of an estimator's disparity: nearest / depth.

    An estimator's disparity is known up to a scale and a shift alone, which differ between
    pictures; ``nearest`` is the scale, to be fitted to the estimator that the tower was trained
    with (over some pictures of known depth: the median of its output times depth).

    Parameters
    ----------
    depth : (..., rows, columns)
        Metres along the view; infinite where there is sky, whose disparity is zero.
    nearest : float
        Disparity of what is 1 m away.

    Raises
    ------
    ValueError
        If a depth is not positive or the scale is not.
    """
    if not nearest > 0:
        raise ValueError(f"nearest is {nearest}; give the disparity of what is 1 m away")
    if not bool((depth > 0).all()):
        raise ValueError("a depth is not positive; give metres along the view, inf for sky")
    return nearest / depth


def _pooled(channels: tuple[int, ...], kernel: int) -> nn.Sequential:
    """Pooling to the tokens' grid, then convolutions with GELUs between them."""
    layers: list[nn.Module] = [nn.AdaptiveAvgPool2d((ROWS, COLUMNS))]
    for i, (inputs, outputs) in enumerate(pairwise(channels)):
        if i:
            layers.append(nn.GELU())
        layers.append(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2))
    return nn.Sequential(*layers)
