"""Keys and values of what a flight has seen, in storage that is allocated once.

Storage is a strip along which the window moves: what is read is always one run of rows, so that
attention needs neither gathering nor a mask over the past. When the oldest step is forgotten, the
prefix is copied over its last rows, next to the window; when the strip's end is reached, the window
is moved back to its beginning, once in as many steps as the window is long.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from camera.policy.tokens import LOOK, PREFIX, STEP, DVGFormerConfig


class Cache:
    """Keys and values of the prefix and the last steps, for all layers of a batch of flights.

    Parameters
    ----------
    config : DVGFormerConfig
        Sizes.
    batch : int
        Flights side by side.
    rows : int
        Tokens that the strip has room for.
    """

    def __init__(
        self,
        config: DVGFormerConfig,
        batch: int,
        rows: int,
        *,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        size = config.hidden_size // config.n_head
        shape = (2, config.n_layer, batch, config.n_head, rows, size)
        self._strip = torch.empty(shape, dtype=dtype, device=device)
        # A staircase over the strip: any pass's mask is a part of it, so none is ever made
        longest = PREFIX + STEP + LOOK
        stairs = torch.ones(longest, rows + longest, dtype=torch.bool, device=device)
        self._stairs = torch.zeros(stairs.shape, dtype=dtype, device=device)
        self._stairs.masked_fill_(stairs.triu(rows + 1), -torch.inf)
        self.begin = self.end = 0

    @property
    def nbytes(self) -> int:
        """Bytes of the strip."""
        return self._strip.nbytes

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Write keys and values (B, heads, n, d) of ``n`` new tokens; what the queries see.

        The queries (B, heads, m, d) are those of the last m of the n tokens; there may be none.
        """
        asking, count = q.shape[2], k.shape[2]
        end = self.end + count
        keys, values = self._strip[0, layer], self._strip[1, layer]
        keys[:, :, self.end : end] = k
        values[:, :, self.end : end] = v
        if not asking:
            return q
        return functional.scaled_dot_product_attention(
            q,
            keys[:, :, self.begin : end],
            values[:, :, self.begin : end],
            attn_mask=self._mask(asking, count, end - self.begin) if asking > 1 else None,
        )

    def advance(self, count: int) -> None:
        """Keep the ``count`` tokens that the last pass wrote in every layer."""
        self.end += count

    def forget_step(self) -> None:
        """See the oldest step no more; the prefix moves next to what is left."""
        moved = self.begin + STEP
        self._move(self.begin, moved, PREFIX)
        self.begin = moved
        if self.end + PREFIX + STEP > self._strip.shape[4]:
            self._move(self.begin, 0, self.end - self.begin)
            self.begin, self.end = 0, self.end - self.begin

    def clear(self) -> None:
        """See nothing any more."""
        self.begin = self.end = 0

    def _mask(self, asking: int, count: int, seen: int) -> Tensor:
        """What the last ``asking`` of ``count`` new tokens see of ``seen``: none sees a later."""
        rows = self._strip.shape[4]
        first = rows - (seen - count)
        return self._stairs[count - asking : count, first : first + seen]

    def _move(self, source: int, target: int, count: int) -> None:
        """Copy rows to where they do not overlap themselves."""
        assert abs(source - target) >= count
        self._strip[..., target : target + count, :] = self._strip[..., source : source + count, :]
