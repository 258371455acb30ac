"""Where tracks descend: numpy's arrays or torch's tensors, in one spelling.

The descent is written once, on operators, methods and functions that numpy and torch both have; the
functions are looked up in the `namespace` of what they are given. Here is the little that the two
do not spell alike. torch is imported when a device of its is asked for, and not before.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from scipy.linalg.lapack import dposv, sposv

Array: TypeAlias = Any
"""An array of numpy's, or a tensor of torch's."""
_ON_PROCESSOR, _ON_GPU = 16, 256
"""How many tracks torch lets descend side by side."""


@dataclass(frozen=True)
class Device:
    """Where tracks descend.

    Parameters
    ----------
    name
        "numpy", or what torch calls the device.
    dtype
        "float64" or "float32".
    rows
        How many tracks descend side by side at most.
    """

    name: str = "numpy"
    dtype: str = "float64"
    rows: int = 48

    @property
    def padded(self) -> bool:
        """Whether all batches are of one shape, filled up with copies: torch's sums depend on it.

        numpy's do not.
        """
        return self.name != "numpy"

    def put(self, value: Any) -> Any:
        """An array, or what is made of arrays, with its floats in the device's precision.

        Single precision (distances, `camera.planner.grids`), whole numbers and truths stay.
        """
        if isinstance(value, np.ndarray):
            kind = self.dtype if value.dtype == np.float64 else value.dtype
            array = np.ascontiguousarray(value, kind)
            return array if self.name == "numpy" else _torch().from_numpy(array).to(self.name)
        if isinstance(value, tuple):
            return tuple(self.put(v) for v in value)
        if is_dataclass(value) and not isinstance(value, type):
            parts = {f.name: self.put(getattr(value, f.name)) for f in fields(value)}
            return replace(value, **parts)
        return value


NUMPY = Device()


def device(name: str | None, dtype: str = "float64") -> Device:
    """The device of a name: None is numpy, "cpu-torch" torch on the processor, "cuda" a GPU.

    Raises
    ------
    ValueError
        If there is no such device here, or no such precision.
    """
    if dtype not in ("float64", "float32"):
        raise ValueError(f"tracks are planned in float64 or float32, not {dtype!r}")
    if name is None:
        return Device(dtype=dtype)
    import torch

    place = "cpu" if name == "cpu-torch" else name
    try:
        torch.empty(0, device=place, dtype=getattr(torch, dtype))
    except (RuntimeError, AssertionError, TypeError) as error:
        raise ValueError(
            f"there is no device {name!r} with {dtype} here; give 'cuda', 'cpu-torch', or None for "
            "numpy"
        ) from error
    return Device(place, dtype, _ON_PROCESSOR if place == "cpu" else _ON_GPU)


def _torch() -> Any:
    return sys.modules["torch"]


def namespace(x: Array) -> Any:
    """The module whose functions take ``x``: numpy or torch."""
    return np if isinstance(x, np.ndarray) else _torch()


def fetched(x: Array) -> np.ndarray[Any, Any]:
    """As numpy's, float64."""
    return np.asarray(x if isinstance(x, np.ndarray) else x.cpu().numpy(), np.float64)


def zeros(like: Array, *shape: int) -> Array:
    """Zeros where and of the kind that ``like`` is."""
    return np.zeros(shape, like.dtype) if isinstance(like, np.ndarray) else like.new_zeros(shape)


def single(x: Array) -> Array:
    """In float32."""
    return x.astype(np.float32) if isinstance(x, np.ndarray) else x.float()


def cell(x: Array) -> Array:
    """Rounded towards zero, int32."""
    return x.astype(np.int32) if isinstance(x, np.ndarray) else x.int()


def at_least(x: Array, low: float) -> Array:
    """What is less is ``low``."""
    return np.maximum(x, low) if isinstance(x, np.ndarray) else x.clamp(min=low)


def spread(x: Array, over: Array) -> Array:
    """``x`` (B,), ready to go with (B, ...)."""
    return x.reshape(-1, *[1] * (over.ndim - 1))


def found(mask: Array) -> Array:
    """Where it is true, in the flattened array."""
    if isinstance(mask, np.ndarray):
        return np.flatnonzero(mask)
    return mask.reshape(-1).nonzero()[:, 0]


def picked(values: Array, index: Array) -> Array:
    """Values (N,) at indices that are all within."""
    if isinstance(values, np.ndarray):
        return values.take(index, mode="clip")
    return values.take(index)


def sums(at: Array, values: Array, total: int) -> Array:
    """(M, total): of each of M lists (M, N) the sums of what belongs to the same of ``at`` (N,).

    Always in the same order: on a GPU atomic additions would not be.
    """
    if isinstance(values, np.ndarray):
        return np.stack([np.bincount(at, v, total) for v in values])
    order = at.argsort(stable=True)
    counts = at.bincount(minlength=total)
    return _torch().segment_reduce(values.T[order].contiguous(), "sum", lengths=counts).T


def solved(systems: Array, right: Array) -> Array:
    """Solutions (B, N) of positive definite systems (B, N, N), by Cholesky; 0 where one is not.

    Only lower triangles are read; the systems are overwritten.
    """
    if isinstance(systems, np.ndarray):
        # one at a time: a batched LU wakes all threads for each of these small systems, and takes
        # fifty times as long
        posv = dposv if systems.dtype == np.float64 else sposv
        out = np.zeros_like(right)
        for i, (system, r) in enumerate(zip(systems, right, strict=True)):
            _, x, failed = posv(system.T, r, overwrite_a=True)
            if not failed:
                out[i] = x
        return out
    torch = _torch()
    factors, failed = torch.linalg.cholesky_ex(systems)
    # what comes of a factor that is none may not be finite, and is not looked at
    made = torch.cholesky_solve(right[..., None], factors)[..., 0]
    return torch.where(failed[:, None] == 0, made, torch.zeros_like(made))
