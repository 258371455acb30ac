"""What callers hand a network, checked and turned into its tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from camera.policy.tokens import ACTION_WIDTH, ACTIONS, DRONE_TYPES, PICTURE, STATE_WIDTH

Numbers: TypeAlias = ArrayLike | Tensor


@dataclass(frozen=True)
class Inputs:
    """Tensors of a network's precision and place, for a batch of flights.

    All methods raise `ValueError` with the name, the shape given and the shape expected.

    Parameters
    ----------
    hidden_size : int
        The network's channels.
    like : Tensor
        One of its weights.
    """

    hidden_size: int
    like: Tensor

    def tensor(self, value: Numbers) -> Tensor:
        """Numbers of any kind as the network's."""
        given = value if isinstance(value, Tensor) else torch.as_tensor(np.asarray(value))
        return given.to(device=self.like.device, dtype=self.like.dtype)

    def shaped(self, name: str, value: Numbers, shape: tuple[int, ...]) -> Tensor:
        """A finite tensor of a shape, which may lack the first axis or have 1 there."""
        tensor = self.tensor(value)
        given = tuple(tensor.shape)
        if tensor.ndim == len(shape) - 1:
            tensor = tensor[None]
        if tensor.shape[1:] != shape[1:] or tensor.shape[0] not in (1, shape[0]):
            raise ValueError(f"{name} have shape {given}; expected {shape}")
        if not bool(torch.isfinite(tensor).all()):
            raise ValueError(f"{name} hold a value that is not finite; check where they come from")
        return tensor.expand(shape)

    def states(self, value: Numbers) -> tuple[Tensor, bool]:
        """The first of each step's five: (B, T, 7); and whether there was no batch axis."""
        tensor = self.tensor(value)
        given = tuple(tensor.shape)
        if len(given) not in (3, 4) or given[-2:] != (ACTIONS, STATE_WIDTH) or 0 in given:
            raise ValueError(
                f"states have shape {given}; expected (T, {ACTIONS}, {STATE_WIDTH}) or "
                f"(B, T, {ACTIONS}, {STATE_WIDTH})"
            )
        single = len(given) == 3
        first = (tensor[None] if single else tensor)[..., 0, :]
        return self.shaped("states", first, tuple(first.shape)), single

    def state(self, value: Numbers, batch: int) -> Tensor:
        """One step's states (B, 7)."""
        return self.shaped("states", value, (batch, STATE_WIDTH))

    def actions(self, value: Numbers, batch: int, steps: int) -> Tensor:
        """Actions (B, T, 5, 6)."""
        return self.shaped("actions", value, (batch, steps, ACTIONS, ACTION_WIDTH))

    def pictures(self, value: Numbers, *lead: int) -> Tensor:
        """Image tokens (B, T, 45, h) or (B, 45, h)."""
        return self.shaped("image_tokens", value, (*lead, PICTURE, self.hidden_size))

    def noise(self, value: Numbers, batch: int) -> Tensor:
        """Noise (B, h)."""
        return self.shaped("noise", value, (batch, self.hidden_size))

    def drone_types(self, value: Numbers, batch: int) -> Tensor:
        """Drone types (B,), given for one or for all flights."""
        given = np.asarray(value.cpu() if isinstance(value, Tensor) else value)
        if given.ndim > 1 or given.size not in (1, batch) or not np.isin(given, (0, 1)).all():
            names = ", ".join(f"{i} ({name})" for i, name in enumerate(DRONE_TYPES))
            raise ValueError(
                f"drone_type is {given.tolist()}; give {names}, for one or {batch} flights"
            )
        types = np.broadcast_to(given.reshape(-1).astype(np.int64), (batch,)).copy()
        return torch.as_tensor(types, device=self.like.device)
