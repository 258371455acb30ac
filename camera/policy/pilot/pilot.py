"""A pilot from its weights: decisions out of observations, flight by flight."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from camera.policy.checkpoint import read_safetensors, write_safetensors
from camera.policy.pilot.network import Cache, PilotConfig, PilotNetwork
from camera.pose import Array

_FORMAT = "camera pilot 2"


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
    metadata = {**card, "format": _FORMAT, "config": network.config.to_json()}
    halves = {name: value.half() for name, value in network.state_dict().items()}
    write_safetensors(path, halves, metadata)


def load_pilot(path: str | os.PathLike[str], device: str = "cpu") -> Pilot:
    """A pilot from a safetensors file.

    Raises
    ------
    ValueError
        If the file is a pickle, cut short, or no pilot of this version; the message names the
        file, the tensor, and what to do.
    FileNotFoundError
        If there is none.
    """
    tensors, metadata = read_safetensors(path)
    if metadata.get("format") != _FORMAT:
        raise ValueError(
            f"{Path(path)} holds {metadata.get('format', 'no pilot')!r}, not {_FORMAT!r}; "
            "train one with `python -m camera.policy.train`"
        )
    try:
        network = PilotNetwork(PilotConfig.from_json(metadata.get("config", "")))
    except ValueError as error:
        raise ValueError(f"{Path(path)}: {error}") from None
    wanted = network.state_dict()
    for name in sorted(wanted.keys() | tensors.keys()):
        if name not in tensors or name not in wanted:
            what = "is missing" if name in wanted else "belongs to no pilot of these sizes"
            raise ValueError(f"{Path(path)}: tensor {name!r} {what}; train it anew")
        if tensors[name].shape != wanted[name].shape:
            raise ValueError(
                f"{Path(path)}: tensor {name!r} is {tuple(tensors[name].shape)}, not "
                f"{tuple(wanted[name].shape)}; train it anew"
            )
    network.load_state_dict(tensors)
    return Pilot(network.to(device))
