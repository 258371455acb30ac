"""A pilot from its weights: decisions out of observations, flight by flight."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np
import torch

from camera.policy.checkpoint import write_safetensors
from camera.policy.pilot.network import Cache, PilotNetwork
from camera.policy.pilot.weights import FORMAT, read_weights
from camera.pose import Array


class Pilot:
    """A network that flies; see `load_pilot`.

    Parameters
    ----------
    network
    """

    def __init__(self, network: PilotNetwork) -> None:
        self.network = network.eval()

    @property
    def rate(self) -> float:
        """Decisions a second."""
        return self.network.config.rate

    def remembering(self) -> Memory:
        """A `camera.policy.pilot.flight.Decide` for one batch of flights."""
        return Memory(self.network)


class Memory:
    """Decides for a batch of flights, and remembers what was seen."""

    def __init__(self, network: PilotNetwork) -> None:
        self.network = network
        self.cache: Cache = []

    def __call__(self, seen: dict[str, Array]) -> tuple[Array, Array]:
        """Decisions (B, 5) and how unsure each number is, of observations in order of time."""
        where = next(self.network.parameters())
        tokens = {
            kind: torch.from_numpy(np.asarray(value)).to(where.device, where.dtype)
            for kind, value in seen.items()
        }
        with torch.inference_mode():
            mean, scale = self.network.step(tokens, self.cache)
        return mean.double().cpu().numpy(), scale.double().cpu().numpy()


def save_pilot(
    path: str | os.PathLike[str], network: PilotNetwork, card: Mapping[str, str]
) -> None:
    """Write weights, half precision; ``card`` says what they were trained on."""
    metadata = {**card, "format": FORMAT, "config": network.config.to_json()}
    halves = {name: value.half() for name, value in network.state_dict().items()}
    write_safetensors(path, halves, metadata)


def load_pilot(path: str | os.PathLike[str], device: str = "cpu") -> Pilot:
    """A pilot from a safetensors file; errors are `camera.policy.pilot.weights.read_weights`'s."""
    config, weights = read_weights(path)
    network = PilotNetwork(config)
    network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return Pilot(network.to(device))
