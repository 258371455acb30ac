"""DVGFormer's layout at a small size, with eyes of its own: a learned stem on exact depth.

The tokens, their places and the body are the published ones (`camera.policy.network`); what differs
is stated: pictures are exact depth of 20 × 36, through three convolutions to 5 × 9 tokens; the
first prefix token says which of the grammar's moves is flown, not a drone's type; and a window of
fewer steps than the published thirty is read, see `camera.policy.rollout` for what happens beyond.
"""

from __future__ import annotations

import os
from pathlib import Path

import torch
from torch import Tensor, nn

from camera.grammar import MOVES
from camera.policy.checkpoint import read_safetensors, write_safetensors
from camera.policy.network import Network
from camera.policy.tokens import DVGFormerConfig

SMALL = DVGFormerConfig(hidden_size=96, n_layer=4, n_head=4, steps=10)
"""The pilot's width and layers; a third of the published window, 3.3 s."""
_FORMAT = "camera layout 1"


class Stem(nn.Module):
    """Pictures of nearness (..., 20, 36) to tokens (..., 45, h)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.GELU(),
            nn.Conv2d(16, 32, 4, stride=4),
            nn.GELU(),
            nn.Conv2d(32, width, 3, padding=1),
        )

    def forward(self, near: Tensor) -> Tensor:
        """Nearness is 1 / (1 + metres)."""
        flat = near.reshape(-1, 1, *near.shape[-2:])
        tokens: Tensor = self.layers(flat).flatten(2).transpose(1, 2)
        return tokens.reshape(*near.shape[:-2], *tokens.shape[1:])


class LayoutNetwork(Network):
    """`camera.policy.network.Network` with a stem, told the move.

    Parameters
    ----------
    config : DVGFormerConfig
        Sizes.
    """

    def __init__(self, config: DVGFormerConfig = SMALL) -> None:
        super().__init__(config)
        self.embed_drone_type = nn.Embedding(len(MOVES), config.hidden_size)
        self.stem = Stem(config.hidden_size)


def save_layout(
    path: str | os.PathLike[str],
    network: LayoutNetwork,
    card: dict[str, str] | None = None,
    dtype: torch.dtype = torch.float16,
) -> None:
    """Write a network for `load_layout`."""
    sizes = {name: str(value) for name, value in vars(network.config).items()}
    weights = {name: value.to(dtype) for name, value in network.state_dict().items()}
    write_safetensors(path, weights, {**(card or {}), **sizes, "format": _FORMAT})


def load_layout(path: str | os.PathLike[str]) -> LayoutNetwork:
    """A network from safetensors.

    Raises
    ------
    ValueError
        If the file is pickled, cut short, no layout's, or a tensor has no place or another shape;
        the message names the file.
    """
    tensors, metadata = read_safetensors(path)
    if metadata.get("format") != _FORMAT:
        raise ValueError(
            f"{Path(path)}: its format is {metadata.get('format')!r}, not {_FORMAT!r}; give what "
            "`python -m camera.policy.layout.train` wrote"
        )
    network = LayoutNetwork(DVGFormerConfig.of(metadata))
    try:
        network.load_state_dict({name: value.float() for name, value in tensors.items()})
    except RuntimeError as error:
        raise ValueError(f"{Path(path)}: {str(error).splitlines()[-1].strip()}") from None
    return network.eval().requires_grad_(False)
