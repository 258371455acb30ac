"""How many bytes of tensors live at once, at most, while something works, on any device."""

from __future__ import annotations

import weakref
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Peak(TorchDispatchMode):
    """Counts what operations make, not what was there before: ``with Peak() as peak: …``."""

    def __init__(self) -> None:
        super().__init__()
        self._alive: dict[int, int] = {}
        self.now = self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = {
            t.untyped_storage()._cdata
            for t in tree_leaves((args, kwargs))
            if isinstance(t, torch.Tensor)
        }
        out = func(*args, **(kwargs or {}))
        for made in tree_leaves(out):
            if not isinstance(made, torch.Tensor):
                continue
            storage = made.untyped_storage()
            key = storage._cdata
            if key in given or key in self._alive:
                continue
            self._alive[key] = storage.nbytes()
            self.now += storage.nbytes()
            weakref.finalize(storage, self._gone, key)
        self.bytes = max(self.bytes, self.now)
        return out

    def _gone(self, key: int) -> None:
        self.now -= self._alive.pop(key, 0)
