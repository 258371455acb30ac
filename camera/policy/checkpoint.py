"""Weights on disk: safetensors read and written, everything that could run code refused.

The format and what is refused of it are `camera.policy.stored`'s; here its bytes are tensors.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from camera.policy.stored import SIZES, Stored, read_stored

_TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
_NAMES = {dtype: name for name, dtype in _TYPES.items()}


def read_safetensors(path: str | os.PathLike[str]) -> tuple[dict[str, Tensor], dict[str, str]]:
    """All tensors of a file by name, and its metadata; errors are `read_stored`'s."""
    stored, metadata = read_stored(path)
    return {name: _tensor(one) for name, one in stored.items()}, metadata


def write_safetensors(
    path: str | os.PathLike[str],
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write tensors by name; the same tensors always give the same bytes.

    Raises
    ------
    ValueError
        If something is not a tensor, or of a type that the format has no name for.
    """
    header: dict[str, Any] = {"__metadata__": dict(sorted(metadata.items()))} if metadata else {}
    chunks: list[bytes] = []
    end = 0
    for name in sorted(tensors):
        tensor = tensors[name]
        if not isinstance(tensor, Tensor) or tensor.dtype not in _NAMES:
            kind = getattr(tensor, "dtype", type(tensor).__name__)
            raise ValueError(f"{name!r} is {kind}; write tensors of {', '.join(SIZES)} only")
        raw = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
        header[name] = {
            "dtype": _NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [end, end + len(raw)],
        }
        chunks.append(raw)
        end += len(raw)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path = Path(path)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(b"".join([struct.pack("<Q", len(text)), text, *chunks]))
    partial.replace(path)


def _tensor(stored: Stored) -> Tensor:
    dtype = _TYPES[stored.type]
    if not stored.raw:
        return torch.empty(stored.shape, dtype=dtype)
    return torch.frombuffer(stored.raw, dtype=dtype).reshape(stored.shape)
