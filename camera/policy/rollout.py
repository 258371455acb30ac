"""Flying a DVGFormer step by step, at a cost that does not grow with the length of the flight.

The network has positions for 30 steps. What a longer flight does is a choice:

===========  ====================================================================================
`overlap`    From the window's middle on, a second cache reads along, from position 0. When the
             first is full, the second, which then holds the last half, takes its place. Each
             prediction is exactly what a fresh network says that has seen the steps since step
             15⌊t/15⌋ − 15 (or 0) alone: positions are 0, 1, 2 … without a gap, as in training. From
             16 to 30 steps are seen, its own included. Each step is read twice, never in a burst.
`forget`     The oldest step's keys and values are dropped, nothing is read twice: always the
             last 30 steps are seen. What stays keeps the positions it was read with, and each new
             step takes the last position, 29: from the 31st step on several steps share it, which
             the network has not been trained on.
===========  ====================================================================================

The prefix (drone type and noise) stays in sight in both. States are the caller's: they remain
relative to the flight's first frame.

A step's last action has no successor to predict; its token is read together with the next step's
47, which saves one pass of five. In the same pass the second cache reads the step before: a pass
costs little more for twice the tokens than for once, since the weights come by once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor

from camera.policy.cache import Cache
from camera.policy.inputs import Inputs, Numbers
from camera.policy.network import Network
from camera.policy.tokens import ACTION_WIDTH, ACTIONS, PREFIX, STEP, DVGFormerConfig

Slide: TypeAlias = Literal["overlap", "forget"]
SLIDES = get_args(Slide)


class _Reader:
    """One reading of a flight: a cache, the tokens still to be read, and how far it is."""

    def __init__(self, config: DVGFormerConfig, prefix: Tensor, windows: int) -> None:
        self._prefix = prefix
        self.pending = prefix
        self.steps = 0
        self.cache = Cache(
            config,
            prefix.shape[0],
            PREFIX + STEP * (config.steps * windows + windows - 1),
            dtype=prefix.dtype,
            device=prefix.device,
        )

    def restart(self) -> None:
        """Forget everything but the prefix, which is read again."""
        self.cache.clear()
        self.pending = self._prefix
        self.steps = 0

    def expect(self, *tokens: Tensor) -> None:
        """Tokens (B, n, h) that the next pass is to read."""
        waiting = [self.pending] if self.pending.shape[1] else []
        self.pending = torch.cat([*waiting, *tokens], dim=1)

    def done(self) -> None:
        """A pass has read what was pending."""
        self.cache.advance(self.pending.shape[1])
        self.pending = self.pending[:, :0]


def _read(network: Network, readers: Sequence[_Reader]) -> Tensor:
    """The last reader's last hidden state (B, h), after one pass over all that is pending."""
    counts = [reader.pending.shape[1] for reader in readers]
    ends = list(accumulate(counts))

    def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        # each token's weights are the same, so they are read once; each sees its own flight
        silent, seen = k.shape[2] - q.shape[2], []
        for reader, count, end in zip(readers, counts, ends, strict=True):
            begin = end - count
            asking = q[:, :, max(begin - silent, 0) : max(end - silent, 0)]
            keys, values = k[:, :, begin:end], v[:, :, begin:end]
            seen.append(reader.cache.attend(layer, asking, keys, values))
        return seen[0] if len(seen) == 1 else torch.cat(seen, dim=2)

    pending = [reader.pending for reader in readers]
    tokens = pending[0] if len(pending) == 1 else torch.cat(pending, dim=1)
    hidden = network.body(tokens, attend, wanted=1)
    for reader in readers:
        reader.done()
    return hidden[:, -1]


class Rollout:
    """A batch of flights under way.

    Parameters
    ----------
    network : Network
        Trained, in evaluation mode.
    prefix : (B, 2, h)
        `Network.prefix`.
    inputs : Inputs
        What checks a step's.
    steps : int, optional
        How many there will be, where that is known.
    slide : {"overlap", "forget"}
        What happens beyond the network's last position; see the module.
    """

    def __init__(
        self,
        network: Network,
        prefix: Tensor,
        inputs: Inputs,
        *,
        steps: int | None = None,
        slide: Slide = "overlap",
    ) -> None:
        if slide not in SLIDES:
            raise ValueError(f"slide is {slide!r}; give {' or '.join(map(repr, SLIDES))}")
        self._network = network
        self._positions = network.positions()
        window = len(self._positions)
        self._joins = window - window // 2
        self._slide: Callable[[], None] = {
            "overlap": self._hand_over,
            "forget": self._forget,
        }[slide]
        self._overlaps = slide == "overlap"
        self._prefix = prefix
        self._inputs = inputs
        self._left = sys.maxsize if steps is None else steps
        slides = self._left > network.config.steps
        self._reader = _Reader(network.config, prefix, 2 if slides and not self._overlaps else 1)
        self._second: _Reader | None = None

    @torch.inference_mode()
    def step(self, image_tokens: Numbers, states: Numbers) -> Tensor:
        """The next five normalised actions (B, 5, 6).

        Parameters
        ----------
        image_tokens : (B, 45, h)
            What the vision tower makes of the step's picture.
        states : (B, 7)
            Normalised, where the picture was taken.

        Raises
        ------
        ValueError
            If a shape does not fit, or the flight was begun for fewer steps.
        """
        batch = self._prefix.shape[0]
        picture = self._inputs.pictures(image_tokens, batch)
        state = self._inputs.state(states, batch)
        if self._left < 1:
            raise ValueError("the flight was begun for fewer steps; begin it with more, or None")
        if self._reader.steps >= len(self._positions):
            self._slide()
        reader, network = self._reader, self._network
        positions = self._at(reader)
        actions = picture.new_empty(batch, ACTIONS, ACTION_WIDTH)
        reader.expect(network.look(picture, state, positions))
        hidden = _read(network, [*self._along(), reader])
        for k in range(ACTIONS):
            actions[:, k] = network.predict_action(hidden)
            reader.expect(network.act(actions[:, k : k + 1], positions, first=k))
            if k < ACTIONS - 1:
                hidden = _read(network, [reader])
        reader.steps += 1
        self._left -= 1
        if self._overlaps and self._joins < reader.steps and self._outlasts():
            self._read_along(picture, state, actions)
        return actions

    def _at(self, reader: _Reader) -> Tensor:
        """The positions (52, h) of the step that a reader is at."""
        return self._positions[min(reader.steps, len(self._positions) - 1)]

    def _read_along(self, picture: Tensor, state: Tensor, actions: Tensor) -> None:
        """Let the second reader see the step just flown, in the next step's first pass."""
        network = self._network
        if self._second is None:
            self._second = _Reader(network.config, self._prefix, 1)
        second = self._second
        positions = self._at(second)
        second.expect(network.look(picture, state, positions), network.act(actions, positions))
        second.steps += 1

    def _along(self) -> list[_Reader]:
        """The second reader, where it has something of the flight to read."""
        second = self._second
        return [second] if second is not None and second.steps else []

    def _outlasts(self) -> bool:
        """Whether the flight may last longer than the first reader has positions for."""
        return self._reader.steps + self._left > len(self._positions)

    def _hand_over(self) -> None:
        """The second reader goes on alone; the first will be the next one's second."""
        if self._second is None:
            self._reader.restart()
            return
        self._reader, self._second = self._second, self._reader
        self._second.restart()

    def _forget(self) -> None:
        self._reader.cache.forget_step()
