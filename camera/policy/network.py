"""DVGFormer as a network: tokens in, actions out, under the published parameter names.

Hou et al. 2024 (see `camera.policy.tokens`), §4. The body is GPT-2 (A. Radford et al., "Language
Models are Unsupervised Multitask Learners", 2019, §2.3): pre-norm blocks, tanh-GELU, weights stored
(in, out). Positions are added after each token's norm, so the body has none of its own.

The dense arithmetic of a block is written once; where keys and values come from is the caller's:
the whole sequence in training, `camera.policy.cache` in flight.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

from camera.policy.tokens import (
    ACTION_WIDTH,
    ACTIONS,
    DRONE_TYPES,
    LOOK,
    PREFIX,
    STATE_WIDTH,
    STEP,
    DVGFormerConfig,
)

Attend: TypeAlias = Callable[[int, Tensor, Tensor, Tensor], Tensor]
"""(layer, queries, keys, values), each (B, heads, n, d), to what the queries see."""


class Projection(nn.Module):
    """An affine map whose weight is stored (in, out), as GPT-2's are."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) to (..., out)."""
        flat = torch.addmm(self.bias, x.reshape(-1, x.shape[-1]), self.weight)
        return flat.view(*x.shape[:-1], -1)


class _Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_attn = Projection(width, 3 * width)
        self.c_proj = Projection(width, width)


class _Mlp(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_fc = Projection(width, 4 * width)
        self.c_proj = Projection(4 * width, width)


class Block(nn.Module):
    """One transformer block, in two halves with the attention between them."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.attn = _Attention(width)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = _Mlp(width)

    def ask(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values (B, heads, n, d) of (B, n, h)."""
        mixed = self.attn.c_attn(self.ln_1(x))
        batch, count, width = x.shape
        split = mixed.view(batch, count, 3, self.heads, width // self.heads)
        q, k, v = split.permute(2, 0, 3, 1, 4).unbind(0)
        return q, k, v

    def digest(self, x: Tensor, seen: Tensor) -> Tensor:
        """(B, n, h) after what was seen, (B, heads, n, d), and the perceptron."""
        x = x + self.attn.c_proj(seen.transpose(1, 2).reshape(x.shape))
        inner = functional.gelu(self.mlp.c_fc(self.ln_2(x)), approximate="tanh")
        return x + self.mlp.c_proj(inner)  # type: ignore[no-any-return]


class _Body(nn.Module):
    def __init__(self, config: DVGFormerConfig) -> None:
        super().__init__()
        blocks = (Block(config.hidden_size, config.n_head) for _ in range(config.n_layer))
        self.h = nn.ModuleList(blocks)
        self.ln_f = nn.LayerNorm(config.hidden_size)


class Network(nn.Module):
    """DVGFormer after its vision tower: differentiable, and named as published.

    Parameters
    ----------
    config : DVGFormerConfig
        Sizes.
    """

    def __init__(self, config: DVGFormerConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.config = config
        self.embed_drone_type = nn.Embedding(len(DRONE_TYPES), width)
        self.embed_state = _embedder(STATE_WIDTH, width)
        self.embed_action = _embedder(ACTION_WIDTH, width)
        self.embed_ln = nn.LayerNorm(width)
        self.boa_token_embed = nn.Parameter(torch.randn(width))
        # The published table has a third row, which nothing reads
        self.prepend_pe = nn.Parameter(torch.randn(3, width))
        self.cross_frame_pe = nn.Embedding(config.steps, width // 2)
        self.in_frame_pe = nn.Embedding(STEP, width // 2)
        self.transformer = _Body(config)
        self.predict_action = nn.Linear(width, ACTION_WIDTH)

    def positions(self) -> Tensor:
        """Positional encodings (steps, 52, h): even channels tell the step, odd ones the place."""
        step = self.cross_frame_pe.weight[:, None, :].expand(-1, STEP, -1)
        place = self.in_frame_pe.weight[None, :, :].expand(step.shape[0], -1, -1)
        return torch.stack([step, place], dim=-1).flatten(-2)

    def prefix(self, noise: Tensor, drone_type: Tensor) -> Tensor:
        """The two tokens (B, 2, h) before a flight, from noise (B, h) and types (B,)."""
        tokens = torch.stack([self.embed_drone_type(drone_type), noise], dim=1)
        return self.embed_ln(tokens) + self.prepend_pe[:PREFIX]  # type: ignore[no-any-return]

    def look(self, picture: Tensor, state: Tensor, positions: Tensor) -> Tensor:
        """What a step knows before it acts: (..., 47, h).

        Parameters
        ----------
        picture : (..., 45, h)
            A vision tower's output.
        state : (..., 7)
            Normalised, at the step's first frame.
        positions : (..., 52, h)
            The steps' rows of `positions`.
        """
        begin = self.boa_token_embed.expand(*state.shape[:-1], 1, -1)
        tokens = torch.cat([self.embed_state(state)[..., None, :], picture, begin], dim=-2)
        return self.embed_ln(tokens) + positions[..., :LOOK, :]  # type: ignore[no-any-return]

    def act(self, actions: Tensor, positions: Tensor, first: int = 0) -> Tensor:
        """Tokens (..., n, h) of a step's actions (..., n, 6) from the ``first`` on."""
        place = LOOK + first
        tokens = self.embed_ln(self.embed_action(actions))
        return tokens + positions[..., place : place + actions.shape[-2], :]  # type: ignore[no-any-return]

    def body(self, x: Tensor, attend: Attend, wanted: int | None = None) -> Tensor:
        """Hidden states (B, n, h) of tokens (B, n, h), after the last norm.

        Of the last ``wanted`` tokens alone, where given: the last block then has less to do.
        """
        last = self.config.n_layer - 1
        for layer, block in enumerate(self.transformer.h):
            assert isinstance(block, Block)
            q, k, v = block.ask(x)
            if layer == last and wanted is not None:
                x, q = x[:, -wanted:], q[:, :, -wanted:]
            x = block.digest(x, attend(layer, q, k, v))
        return self.transformer.ln_f(x)  # type: ignore[no-any-return]

    def forward(
        self,
        image_tokens: Tensor,
        states: Tensor,
        actions: Tensor,
        noise: Tensor,
        drone_type: Tensor,
    ) -> Tensor:
        """Each action (B, T, 5, 6) predicted from all true ones before it, as in training.

        Parameters
        ----------
        image_tokens : (B, T, 45, h)
        states : (B, T, 7)
        actions : (B, T, 5, 6)
        noise : (B, h)
        drone_type : (B,) int
        """
        steps = states.shape[1]
        positions = self.positions()[:steps]
        flight = torch.cat(
            [self.look(image_tokens, states, positions), self.act(actions, positions)], dim=2
        )
        tokens = torch.cat([self.prefix(noise, drone_type), flight.flatten(1, 2)], dim=1)
        hidden = self.body(tokens, whole_sequence)[:, PREFIX:].view(*flight.shape)
        outputs = hidden[:, :, LOOK - 1 : LOOK - 1 + ACTIONS]
        return self.predict_action(outputs)  # type: ignore[no-any-return]


def whole_sequence(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention where nothing came before."""
    return functional.scaled_dot_product_attention(q, k, v, is_causal=True)


def _embedder(inputs: int, width: int) -> nn.Sequential:
    """A perceptron of three layers with the exact GELU."""
    return nn.Sequential(
        nn.Linear(inputs, width),
        nn.GELU(),
        nn.Linear(width, width),
        nn.GELU(),
        nn.Linear(width, width),
    )
