"""The pilot's network: what a moment holds, what was before, and the decision that follows.

A transformer in two halves. Within a moment all tokens attend to all (A. Vaswani et al.,
"Attention Is All You Need", 2017); what a query token has gathered stands for the moment. Over time
moments attend to themselves and to what was before, nearer ones more easily (ALiBi: O. Press et
al., "Train Short, Test Long", 2022), so a flight may be longer than any it was trained on. The head
gives each number of the decision a mean and a scale: how sure it is (Laplace, so that training on
its likelihood is an L1 loss that knows its noise).

What it decides is a correction of `camera.policy.pilot.straight.servo`, and is none before it has
learnt one. How fast the camera goes just now is hidden from it: a flight is the easiest to imitate
by going on as before, and hardest to fly so (P. de Haan, D. Jayaraman and S. Levine, "Causal
Confusion in Imitation Learning", 2019).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from camera.policy.pilot.block import Block
from camera.policy.pilot.config import PilotConfig
from camera.policy.pilot.motion import FASTEST, SCALE, WIDTH
from camera.policy.pilot.observation import AHEAD, COUNTS, SELF, WIDTHS
from camera.policy.pilot.straight import GO, TURN

Cache = list[tuple[Tensor, Tensor]]
"""Keys and values (B, heads, n, d) of the moments before, a pair for each layer over time."""


class PilotNetwork(nn.Module):
    """Observations in, decisions out; differentiable.

    Parameters
    ----------
    config
        Sizes.
    """

    slopes: Tensor
    shown: Tensor
    scale: Tensor
    fastest: Tensor

    def __init__(self, config: PilotConfig) -> None:
        super().__init__()
        self.config = config
        h = config.width
        self.embed = nn.ModuleDict({kind: nn.Linear(n, h) for kind, n in WIDTHS.items()})
        self.kind = nn.ParameterDict(
            {kind: nn.Parameter(0.02 * torch.randn(COUNTS[kind], h)) for kind in WIDTHS}
        )
        self.query = nn.Parameter(0.02 * torch.randn(h))
        self.looks = nn.ModuleList(Block(h, config.heads) for _ in range(config.looks))
        thoughts = [Block(h, config.heads) for _ in range(config.thoughts)]
        self.thoughts = nn.ModuleList(thoughts)
        self.last = nn.LayerNorm(h)
        self.head = nn.Linear(h, 2 * WIDTH)
        nn.init.zeros_(self.head.bias)
        nn.init.zeros_(self.head.weight)
        slopes = torch.tensor([2.0 ** (-8.0 * (n + 1) / config.heads) for n in range(config.heads)])
        self.register_buffer("slopes", slopes, persistent=False)
        shown = torch.ones(WIDTHS["self"])
        shown[SELF["decided"]] = 0.0
        self.register_buffer("shown", shown, persistent=False)
        scale = torch.from_numpy(SCALE).float()
        self.register_buffer("scale", scale, persistent=False)
        self.register_buffer("fastest", torch.from_numpy(FASTEST).float() / scale, persistent=False)

    def moments(self, tokens: Mapping[str, Tensor]) -> Tensor:
        """What each moment comes to, (N, h), of tokens (N, count, width) by kind."""
        shown = {**tokens, "self": tokens["self"] * self.shown}
        parts = [self.embed[kind](shown[kind]) + self.kind[kind] for kind in WIDTHS]
        # the first number of an actor or another says whether it is there
        there = [
            tokens[kind][..., 0] > 0.5
            if kind in ("actor", "other")
            else torch.ones_like(tokens[kind][..., 0], dtype=torch.bool)
            for kind in WIDTHS
        ]
        x = torch.cat([self.query.expand(len(parts[0]), 1, -1), *parts], dim=1)
        present = torch.cat([torch.ones_like(there[0][:, :1]), *there], dim=1)
        bias = torch.zeros(present.shape, dtype=x.dtype, device=x.device)
        bias = bias.masked_fill(~present, float("-inf"))[:, None, None, :]
        for block in self.looks[:-1]:
            x = block(x, bias)
        # of the last look only what the query gathers is wanted
        block = cast(Block, self.looks[-1])
        q, k, v = block.split(x)
        seen = functional.scaled_dot_product_attention(q[:, :, :1], k, v, attn_mask=bias)
        return block.after(x[:, :1], seen)[:, 0]

    def forward(self, tokens: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Decisions over whole flights.

        Parameters
        ----------
        tokens : dict of (B, T, count, width)

        Returns
        -------
        mean, scale : (B, T, 5), in units of `camera.policy.pilot.motion.SCALE`
        """
        batch, steps = tokens["wish"].shape[:2]
        flat = {kind: value.flatten(0, 1) for kind, value in tokens.items()}
        x = self.moments(flat).view(batch, steps, -1)
        bias = self._back(steps, x)
        for block in self.thoughts:
            x = block(x, bias)
        return self._decide(x, tokens["self"][:, :, 0])

    def step(self, tokens: Mapping[str, Tensor], cache: Cache) -> tuple[Tensor, Tensor]:
        """One more moment of B flights; the cache is led on in place.

        Parameters
        ----------
        tokens : dict of (B, count, width)
        cache : empty at the first moment

        Returns
        -------
        mean, scale : (B, 5)
        """
        x = self.moments(tokens)[:, None]
        for number, module in enumerate(self.thoughts):
            block = cast(Block, module)
            q, k, v = block.split(x)
            if number < len(cache):
                keep = self.config.memory - 1
                before_k, before_v = cache[number]
                k = torch.cat([before_k[:, :, -keep:] if keep else before_k[:, :, :0], k], dim=2)
                v = torch.cat([before_v[:, :, -keep:] if keep else before_v[:, :, :0], v], dim=2)
                cache[number] = (k, v)
            else:
                cache.append((k, v))
            ago = torch.arange(k.shape[2] - 1, -1, -1, device=x.device, dtype=x.dtype)
            bias = -self.slopes[:, None, None] * ago
            x = block.after(x, functional.scaled_dot_product_attention(q, k, v, attn_mask=bias))
        mean, scale = self._decide(x, tokens["self"])
        return mean[:, 0], scale[:, 0]

    def _back(self, steps: int, like: Tensor) -> Tensor:
        """What attention over time is biased by, (heads, T, T)."""
        at = torch.arange(steps, device=like.device)
        ago = at[:, None] - at[None, :]
        outside = (ago < 0) | (ago >= self.config.memory)
        bias = -self.slopes[:, None, None] * ago.to(like.dtype)
        return bias.masked_fill(outside, float("-inf"))

    def _decide(self, x: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and scale (B, T, 5) of what was thought (B, T, h) and of ``self`` (B, T, width)."""
        more, raw = self.head(self.last(x)).chunk(2, dim=-1)
        mean = torch.clamp(self._straight(own), -self.fastest, self.fastest) + more
        return mean, functional.softplus(raw) * 0.3 + 0.005

    def _straight(self, own: Tensor) -> Tensor:
        """What `camera.policy.pilot.straight.servo` decides (..., 5)."""
        place, drift, now, soon = (
            own[..., SELF[n]] for n in ("place", "drift", "turn", "turn_soon")
        )
        going = drift + GO * place
        return torch.cat([going, (soon - now) / AHEAD + TURN * now], dim=-1) / self.scale
