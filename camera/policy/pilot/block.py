"""What a pilot's layers are: one block, within a moment and over time."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from camera.policy.pilot.config import GROWN


class Block(nn.Module):
    """A pre-norm transformer block."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before = nn.LayerNorm(width)
        self.ask = nn.Linear(width, 3 * width)
        self.answer = nn.Linear(width, width)
        self.between = nn.LayerNorm(width)
        self.grow = nn.Linear(width, GROWN * width)
        self.shrink = nn.Linear(GROWN * width, width)

    def split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values (B, heads, n, d) of (B, n, h)."""
        batch, count, width = x.shape
        mixed = self.ask(self.before(x)).view(batch, count, 3, self.heads, width // self.heads)
        q, k, v = mixed.permute(2, 0, 3, 1, 4).unbind(0)
        return q, k, v

    def after(self, x: Tensor, seen: Tensor) -> Tensor:
        """(B, n, h), with what was seen (B, heads, n, d) and digested."""
        x = x + self.answer(seen.transpose(1, 2).reshape(x.shape))
        return x + self.shrink(functional.gelu(self.grow(self.between(x))))  # type: ignore[no-any-return]

    def forward(self, x: Tensor, bias: Tensor | None = None) -> Tensor:
        """(B, n, h); ``bias`` (heads, n, n) or (B, 1, 1, n) is added to the attention."""
        q, k, v = self.split(x)
        return self.after(x, functional.scaled_dot_product_attention(q, k, v, attn_mask=bias))
