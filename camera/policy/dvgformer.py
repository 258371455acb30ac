"""`load_dvgformer`: a published or own checkpoint, ready to fly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from camera.policy.checkpoint import read_safetensors, write_safetensors
from camera.policy.inputs import Inputs, Numbers
from camera.policy.network import Block, Network
from camera.policy.rollout import Rollout, Slide
from camera.policy.tokens import DVGFormerConfig

_IDLE = (
    "embed_img.",
    "embed_quality.",
    "pad_token_embed",
    "predict_drone_type.",
    "predict_future_action.",
    "predict_next_state.",
    "predict_stop.",
    "transformer.wpe.",
    "transformer.wte.",
)
"""Published parameters that predicting actions does not read: other heads, and the vision tower,
which `camera.policy.vision` loads."""


def load_dvgformer(
    path: str | os.PathLike[str],
    config: DVGFormerConfig | Mapping[str, Any] | None = None,
    *,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
    compile: bool = False,
) -> DVGFormer:
    """Load a DVGFormer from a safetensors file with the published parameter names.

    Parameters
    ----------
    path : path
        A ``.safetensors`` file. Nothing else is opened: the older formats can run code.
    config : DVGFormerConfig or mapping, optional
        Sizes, where the file's metadata does not say ``hidden_size``, ``n_layer``, ``n_head``.
    device, dtype
        Where and in what precision to compute; ``torch.bfloat16`` halves the memory.
    compile : bool
        Fuse the dense arithmetic by `torch.compile`; the first steps then take a minute.

    Raises
    ------
    ValueError
        If the file is none, is cut short or pickled, sizes are missing, or a tensor is missing,
        unknown or of the wrong shape; the message names the file and the tensor.
    """
    tensors, metadata = read_safetensors(path)
    config = _config(Path(path), tensors, metadata, config)
    with torch.device("meta"):
        network = Network(config)
    wanted = {name: tuple(p.shape) for name, p in network.named_parameters()}
    _check(Path(path), tensors, wanted)
    weights = {name: tensors[name].to(device=device, dtype=dtype) for name in wanted}
    network.load_state_dict(weights, assign=True)
    return DVGFormer(network.eval().requires_grad_(False), compile=compile)


class DVGFormer:
    """A network ready to fly: normalised actions from pictures, states and noise.

    Inputs are arrays or tensors, of one flight or of a batch of B. Outputs are tensors on the
    network's device. The same input gives the same bytes on the same machine and thread count.

    Parameters
    ----------
    network : Network
        Weights.
    compile : bool
        Fuse the dense arithmetic by `torch.compile`.
    """

    def __init__(self, network: Network, *, compile: bool = False) -> None:
        self.network = network
        self.config = network.config
        self._inputs = Inputs(network.config.hidden_size, network.boa_token_embed)
        if compile:
            for block in network.transformer.h:
                assert isinstance(block, Block)
                block.ask = torch.compile(block.ask)  # type: ignore[method-assign]
                block.digest = torch.compile(block.digest)  # type: ignore[method-assign]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the weights and their sizes, for `load_dvgformer`."""
        sizes = {name: str(value) for name, value in vars(self.config).items()}
        write_safetensors(path, self.network.state_dict(), sizes)

    def noise(self, seed: int, batch: int = 1) -> Tensor:
        """A noise vector N(0, 1) a flight: (B, h), the same for the same seed."""
        drawn = np.random.default_rng(seed).standard_normal((batch, self.config.hidden_size))
        return self._inputs.tensor(drawn)

    @torch.inference_mode()
    def teacher_forced(
        self,
        image_tokens: Numbers,
        states: Numbers,
        actions: Numbers,
        noise: Numbers,
        drone_type: Numbers,
    ) -> Tensor:
        """Each action predicted from all true ones before it.

        Parameters
        ----------
        image_tokens : ([B,] T, 45, h)
            A vision tower's output; without B it serves all flights.
        states : ([B,] T, 5, 7)
            Normalised; the first of a step's five is read.
        actions : ([B,] T, 5, 6)
            Normalised.
        noise : ([B,] h)
            See `noise`.
        drone_type : ([B,]) int
            0 a camera drone, 1 first person view.

        Returns
        -------
        Tensor ([B,] T, 5, 6)
            Normalised actions; with a batch axis where ``states`` have one.

        Raises
        ------
        ValueError
            If a shape does not fit, or the flight is longer than the network's positions.
        """
        state, single = self._inputs.states(states)
        batch, steps = state.shape[:2]
        if steps > self.config.steps:
            raise ValueError(
                f"{steps} steps are more than the network's {self.config.steps}; cut the flight, "
                "or fly it with autoregressive"
            )
        out: Tensor = self.network(
            self._inputs.pictures(image_tokens, batch, steps),
            state,
            self._inputs.actions(actions, batch, steps),
            self._inputs.noise(noise, batch),
            self._inputs.drone_types(drone_type, batch),
        )
        return out[0] if single else out

    def autoregressive(
        self,
        image_tokens: Numbers,
        states: Numbers,
        noise: Numbers,
        drone_type: Numbers,
        *,
        slide: Slide = "overlap",
    ) -> Tensor:
        """Each action predicted from the network's own before it, with given states; any length.

        Parameters and errors are `teacher_forced`'s; ``slide`` says what happens beyond the
        network's positions, see `camera.policy.rollout`.
        """
        state, single = self._inputs.states(states)
        batch, steps = state.shape[:2]
        pictures = self._inputs.pictures(image_tokens, batch, steps)
        rollout = self.rollout(noise, drone_type, batch, steps=steps, slide=slide)
        out = torch.stack([rollout.step(pictures[:, t], state[:, t]) for t in range(steps)], dim=1)
        return out[0] if single else out

    @torch.inference_mode()
    def rollout(
        self,
        noise: Numbers,
        drone_type: Numbers,
        batch: int = 1,
        *,
        steps: int | None = None,
        slide: Slide = "overlap",
    ) -> Rollout:
        """Begin a batch of flights, to be asked step by step.

        ``steps``, if it is known how many there will be, saves preparing for more.
        """
        prefix = self.network.prefix(
            self._inputs.noise(noise, batch), self._inputs.drone_types(drone_type, batch)
        )
        return Rollout(self.network, prefix, self._inputs, steps=steps, slide=slide)


def _config(
    path: Path,
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, str],
    given: DVGFormerConfig | Mapping[str, Any] | None,
) -> DVGFormerConfig:
    """Sizes: those given, else those of the file's metadata."""
    if isinstance(given, DVGFormerConfig):
        return given
    if given is not None:
        return DVGFormerConfig.of(given)
    try:
        return DVGFormerConfig.of(metadata)
    except ValueError as error:
        width = tensors.get("boa_token_embed", torch.empty(0)).numel()
        layers = sum(name.endswith(".attn.c_attn.weight") for name in tensors)
        raise ValueError(
            f"{path}: its metadata does not give its sizes: {error}. Pass config=DVGFormerConfig("
            f"hidden_size={width}, n_layer={layers}, n_head=…); the published one has 6 heads"
        ) from None


def _check(
    path: Path, tensors: Mapping[str, Tensor], wanted: Mapping[str, tuple[int, ...]]
) -> None:
    """Refuse what is missing, misshapen or unknown, and a body with positions of its own."""
    for name, shape in wanted.items():
        if name not in tensors:
            near = get_close_matches(name, tensors, 1)
            hint = f"; the nearest there is {near[0]!r}" if near else ""
            raise ValueError(f"{path}: tensor {name!r} is missing{hint}; is it a DVGFormer's?")
        if tuple(tensors[name].shape) != shape:
            raise ValueError(
                f"{path}: tensor {name!r} has shape {tuple(tensors[name].shape)}, expected "
                f"{shape}; check the config"
            )
        if not tensors[name].is_floating_point():
            raise ValueError(
                f"{path}: tensor {name!r} is {tensors[name].dtype}; weights are floats"
            )
    unknown = [name for name in tensors if name not in wanted and not name.startswith(_IDLE)]
    if unknown:
        raise ValueError(
            f"{path}: tensor {sorted(unknown)[0]!r} has no place in this network ({len(unknown)} "
            "such); check the config's n_layer"
        )
    own = tensors.get("transformer.wpe.weight")
    if own is not None and bool(own.any()):
        raise ValueError(
            f"{path}: tensor 'transformer.wpe.weight' is not zero, but DVGFormer's body has no "
            "positions of its own; this checkpoint is of another network"
        )
