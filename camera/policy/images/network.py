"""A pilot's network that sees pictures: 5 × 9 patches of exact depth and of people.

A picture of 20 × 36 is cut into 45 patches of 4 × 4 pixels; a patch's token is its sixteen
nearnesses and, for each quarter of it, how much is the first subject, the second, anybody else
(A. Dosovitskiy et al., "An Image is Worth 16x16 Words", 2021, for the cutting).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from camera.policy.checkpoint import read_safetensors, write_safetensors
from camera.policy.eyes.lessons import sight
from camera.policy.pilot.block import Block
from camera.policy.pilot.config import PilotConfig
from camera.policy.pilot.motion import State
from camera.policy.pilot.network import PilotNetwork
from camera.policy.pilot.observation import observe
from camera.policy.pilot.wishing import Wished
from camera.pose import Array

KEPT = ("wish", "self")
"""Tokens that the pilot has, too."""
PATCH = 4
PEOPLE = 3
WIDTH = PATCH * PATCH + PEOPLE * 4
"""Numbers in a patch's token."""
_FORMAT = "camera image pilot 1"


def patches(near: Tensor, people: Tensor) -> Tensor:
    """Tokens (..., 45, 28) of pictures (..., 20, 36), row by row."""
    lead = near.shape[:-2]
    picture = near.reshape(-1, 1, *near.shape[-2:]).float()
    deep = functional.unfold(picture, PATCH, stride=PATCH)
    whose = people.reshape(-1, *people.shape[-2:])
    shares = torch.stack([(whose == n + 1).float() for n in range(PEOPLE)], dim=1)
    quarters = functional.unfold(functional.avg_pool2d(shares, 2), 2, stride=2)
    tokens = torch.cat([deep, quarters], dim=1).transpose(1, 2)
    return tokens.reshape(*lead, *tokens.shape[1:])


def looks(w: Wished, rows: Array, state: State) -> dict[str, Array]:
    """What an image pilot sees; give it to `camera.policy.pilot.fly`."""
    near, people = sight(w, rows, state.position, state.yaw, state.pitch)
    told = observe(w, rows, state)
    tokens = patches(torch.from_numpy(near), torch.from_numpy(people)).numpy()
    return {**{kind: told[kind] for kind in KEPT}, "image": tokens.astype(np.float32)}


class ImagePilot(PilotNetwork):
    """`camera.policy.pilot.network.PilotNetwork`, but for what a moment is made of.

    Parameters
    ----------
    config
        Sizes.
    """

    def __init__(self, config: PilotConfig) -> None:
        super().__init__(config)
        for kind in list(self.embed):
            if kind not in KEPT:
                del self.embed[kind]
                del self.kind[kind]
        self.patch = nn.Linear(WIDTH, config.width)
        self.place = nn.Parameter(0.02 * torch.randn(45, config.width))

    def moments(self, tokens: Mapping[str, Tensor]) -> Tensor:
        """What each moment comes to, (N, h), of tokens (N, count, width) by kind."""
        shown = {**tokens, "self": tokens["self"] * self.shown}
        parts = [self.embed[kind](shown[kind]) + self.kind[kind] for kind in KEPT]
        image = self.patch(tokens["image"]) + self.place
        x = torch.cat([self.query.expand(len(image), 1, -1), *parts, image], dim=1)
        for block in self.looks[:-1]:
            x = block(x)
        # of the last look only what the query gathers is wanted
        block = cast(Block, self.looks[-1])
        q, k, v = block.split(x)
        seen = functional.scaled_dot_product_attention(q[:, :, :1], k, v)
        return block.after(x[:, :1], seen)[:, 0]


def save_images(
    path: str | os.PathLike[str],
    network: ImagePilot,
    card: Mapping[str, str],
    dtype: torch.dtype = torch.float16,
) -> None:
    """Write weights; ``card`` says what they were trained on."""
    weights = {name: value.to(dtype) for name, value in network.state_dict().items()}
    metadata = {**card, "format": _FORMAT, "config": network.config.to_json()}
    write_safetensors(path, weights, metadata)


def load_images(path: str | os.PathLike[str]) -> ImagePilot:
    """An image pilot from a safetensors file.

    Raises
    ------
    ValueError
        If the file is pickled, cut short, no image pilot, or a tensor has no place or another
        shape; the message names the file.
    """
    tensors, metadata = read_safetensors(path)
    if metadata.get("format") != _FORMAT:
        raise ValueError(
            f"{Path(path)}: its format is {metadata.get('format')!r}, not {_FORMAT!r}; give what "
            "`python -m camera.policy.images.train` wrote"
        )
    network = ImagePilot(PilotConfig.from_json(metadata.get("config", "")))
    try:
        network.load_state_dict({name: value.float() for name, value in tensors.items()})
    except RuntimeError as error:
        raise ValueError(f"{Path(path)}: {str(error).splitlines()[-1].strip()}") from None
    return network.eval().requires_grad_(False)
