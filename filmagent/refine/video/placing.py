"""Which module of a model is where: all on the device, or only what works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import torch

Offload = Literal["none", "model", "blocks"]


class Placement:
    """Keeps modules where there is room.

    ===========  =====================================================================
    ``none``     every module stays on the device once it has worked
    ``model``    only the module that works is on the device: text encoder, codec or
                 transformer; they change twice a shot
    ``blocks``   of a transformer, only the block that works (and the next, on its way)
    ===========  =====================================================================

    Parameters
    ----------
    device
        Where modules work.
    offload
        As above.
    """

    def __init__(self, device: torch.device | str = "cpu", offload: Offload = "none") -> None:
        self.device, self.offload = torch.device(device), offload
        self._here: Any = None
        self._spread: set[int] = set()

    def spread(self, transformer: Any) -> None:
        """Let a transformer's blocks come to the device one by one, where that is asked for."""
        if self.offload == "blocks" and self.device.type != "cpu":
            transformer.enable_group_offload(
                onload_device=self.device,
                offload_type="block_level",
                num_blocks_per_group=1,
                use_stream=self.device.type == "cuda",
            )
            self._spread.add(id(transformer))

    @contextmanager
    def at_work(self, module: Any) -> Iterator[None]:
        """Have a module on the device, and with ``model`` or ``blocks`` no other."""
        if module is not self._here:
            if self._here is not None and self.offload != "none":
                self._moved(self._here, torch.device("cpu"))
            self._moved(module, self.device)
            self._here = module
        yield

    def let_go(self, module: Any) -> None:
        """Forget a module that is no longer needed."""
        if module is self._here:
            self._here = None

    def _moved(self, module: Any, device: torch.device) -> None:
        if id(module) not in self._spread:
            module.to(device)
