"""The pilot's network written out in numpy: what a film flies with.

A decision is a dozen tokens through four blocks, so small that calling the arithmetic costs more
than doing it, and torch takes longer to import than a film's flights take to fly. It is what
`camera.policy.pilot.network.PilotNetwork` does moment by moment, to a rounding of each other;
training, batches and GPUs are that one's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np
from scipy.special import erf

from camera.policy.pilot.config import PilotConfig
from camera.policy.pilot.motion import FASTEST, SCALE
from camera.policy.pilot.observation import SELF, WIDTHS
from camera.policy.pilot.straight import servo
from camera.policy.pilot.weights import read_weights
from camera.pose import Array

_EPSILON = np.float32(1e-5)
_ROOT_HALF = np.float32(np.sqrt(0.5))


class ArrayPilot:
    """A network that flies, without torch; see `load_array_pilot`.

    Parameters
    ----------
    config
        Sizes.
    weights
        By name, of `PilotConfig.shapes`.
    """

    def __init__(self, config: PilotConfig, weights: Mapping[str, Array]) -> None:
        self.config = config
        # rows times columns is the quicker product where one row is asked for
        self._weights = {
            name: np.ascontiguousarray(value if name.startswith("kind.") else value.T, np.float32)
            for name, value in weights.items()
        }

    @property
    def rate(self) -> float:
        """Decisions a second."""
        return self.config.rate

    def remembering(self) -> ArrayMemory:
        """A `camera.policy.pilot.flight.Decide` for one batch of flights."""
        return ArrayMemory(self)

    def linear(self, name: str, x: Array) -> Array:
        """(..., in) to (..., out)."""
        return np.asarray(x @ self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])

    def norm(self, name: str, x: Array) -> Array:
        """(..., h), every token of mean 0 and variance 1, then scaled and shifted."""
        off = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((off * off).mean(axis=-1, keepdims=True) + _EPSILON)
        return np.asarray(
            off / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        )

    def split(self, block: str, x: Array) -> Array:
        """Queries, keys and values (3, B, heads, n, d) of (B, n, h)."""
        heads = self.config.heads
        mixed = self.linear(f"{block}.ask", self.norm(f"{block}.before", x))
        parts = mixed.reshape(*x.shape[:2], 3, heads, -1)
        return np.asarray(parts.transpose(2, 0, 3, 1, 4))

    def after(self, block: str, x: Array, seen: Array) -> Array:
        """(B, n, h), with what was seen (B, heads, n, d) and digested."""
        x = x + self.linear(f"{block}.answer", seen.transpose(0, 2, 1, 3).reshape(x.shape))
        grown = self.linear(f"{block}.grow", self.norm(f"{block}.between", x))
        grown *= np.float32(0.5) * (np.float32(1.0) + erf(grown * _ROOT_HALF))
        return np.asarray(x + self.linear(f"{block}.shrink", grown))

    def moments(self, tokens: Mapping[str, Array]) -> Array:
        """What each moment comes to, (B, h), of tokens (B, count, width) by kind."""
        own = tokens["self"].copy()
        own[..., SELF["decided"]] = 0.0
        shown = {**tokens, "self": own}
        count = len(own)
        query = np.broadcast_to(self._weights["query"], (count, 1, self.config.width))
        parts = [self.linear(f"embed.{k}", shown[k]) + self._weights[f"kind.{k}"] for k in WIDTHS]
        x = np.concatenate([query, *parts], axis=1)
        # the first number of an actor or another says whether it is there
        away = [
            tokens[k][..., 0] <= 0.5 if k in ("actor", "other") else np.zeros(p.shape[:2], bool)
            for k, p in zip(WIDTHS, parts, strict=True)
        ]
        hidden = np.concatenate([np.zeros((count, 1), bool), *away], axis=1)
        bias = np.where(hidden, np.float32(-np.inf), np.float32(0.0))[:, None, None, :]
        for number in range(self.config.looks):
            block = f"looks.{number}"
            q, k, v = self.split(block, x)
            if number == self.config.looks - 1:
                # of the last look only what the query gathers is wanted
                x, q = x[:, :1], q[:, :, :1]
            x = self.after(block, x, _attended(q, k, v, bias))
        return np.asarray(x[:, 0])


class ArrayMemory:
    """Decides for a batch of flights, and remembers what was seen."""

    def __init__(self, pilot: ArrayPilot) -> None:
        self._pilot = pilot
        heads = pilot.config.heads
        slopes = 2.0 ** (-8.0 * (np.arange(heads, dtype=np.float32) + 1) / heads)
        ago = np.arange(pilot.config.memory - 1, -1, -1, dtype=np.float32)
        self._bias = (-slopes[:, None, None] * ago).astype(np.float32)
        self._past: list[Array] = []

    def __call__(self, seen: dict[str, Array]) -> tuple[Array, Array]:
        """Decisions (B, 5) and how unsure each number is, of observations in order of time."""
        pilot, memory = self._pilot, self._pilot.config.memory
        tokens = {kind: np.asarray(value, np.float32) for kind, value in seen.items()}
        x = pilot.moments(tokens)[:, None]
        later = []
        for number in range(pilot.config.thoughts):
            block = f"thoughts.{number}"
            asked = pilot.split(block, x)
            known = asked[1:]
            if self._past:
                known = np.concatenate([self._past[number], known], axis=3)
            count = known.shape[3]
            later.append(known[..., max(count + 1 - memory, 0) :, :])
            bias = self._bias[..., memory - count :]
            x = pilot.after(block, x, _attended(asked[0], known[0], known[1], bias))
        self._past = later
        said = pilot.linear("head", pilot.norm("last", x))[:, 0].astype(np.float64)
        more, raw = np.split(said, 2, axis=-1)
        straight, _ = servo({"self": tokens["self"]})
        mean = np.clip(straight, -FASTEST / SCALE, FASTEST / SCALE) + more
        return mean, np.logaddexp(raw, 0.0) * 0.3 + 0.005


def load_array_pilot(path: str | os.PathLike[str]) -> ArrayPilot:
    """A pilot from a safetensors file; errors are `camera.policy.pilot.weights.read_weights`'s."""
    return ArrayPilot(*read_weights(path))


def _attended(q: Array, k: Array, v: Array, bias: Array) -> Array:
    """Softmax attention (B, heads, m, d) of queries to n keys and values, biased."""
    scores = q @ k.swapaxes(-1, -2) / np.float32(np.sqrt(q.shape[-1])) + bias
    share = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(share @ v / share.sum(axis=-1, keepdims=True))
