"""What a safetensors file holds, as named bytes: checked and read, everything else refused.

The format is eight bytes that give the header's length, a JSON header, and the tensors' bytes
(github.com/huggingface/safetensors, "Format"). It can hold nothing but numbers. This needs no
torch: a film's pilot flies without it (`camera.policy.pilot.arrays`).
"""

from __future__ import annotations

import json
import math
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIZES = {
    "F64": 8,
    "F32": 4,
    "F16": 2,
    "BF16": 2,
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U8": 1,
    "BOOL": 1,
}
"""The format's names of types, and a number's bytes in each."""
_PICKLED = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"\x1f\x8b")
"""How zip files (what torch saves), bare and gzipped pickles begin."""
_CODE_SUFFIXES = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".tar"}


@dataclass(frozen=True)
class Stored:
    """A tensor's bytes, row by row, the least significant first; its type is one of `SIZES`."""

    type: str
    shape: tuple[int, ...]
    raw: bytearray


def read_stored(path: str | os.PathLike[str]) -> tuple[dict[str, Stored], dict[str, str]]:
    """All tensors of a file by name, and its metadata.

    Raises
    ------
    ValueError
        If the file is a pickle of any kind, cut short, or not what its header says; the message
        names the file, the tensor, and what to do.
    FileNotFoundError
        If there is none.
    """
    path = Path(path)
    if path.suffix.lower() in _CODE_SUFFIXES:
        raise ValueError(_refusal(path))
    data = bytearray(path.read_bytes())
    if data.startswith(_PICKLED):
        raise ValueError(_refusal(path))
    header, start = _header(path, data)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise ValueError(f"{path}: __metadata__ is not a table of strings; write the file anew")
    tensors: dict[str, Stored] = {}
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: _offsets(path, *item)):
        tensors[name], end = _tensor(path, name, entry, data, start, end)
    if start + end != len(data):
        raise ValueError(
            f"{path}: {len(data) - start - end} bytes after the last tensor belong to nothing; "
            "fetch the file anew"
        )
    return tensors, metadata


def _refusal(path: Path) -> str:
    """Why a pickle is not opened, and the line that turns one into safetensors."""
    return (
        f"{path} holds pickled code, which opening it would run, so it is not opened. Where you "
        'trust it, convert it once: python -c "import torch; from camera.policy import '
        f"write_safetensors as w; w({str(path.with_suffix('.safetensors'))!r}, "
        f'torch.load({str(path)!r}, map_location={"cpu"!r}, weights_only=True))"'
    )


def _header(path: Path, data: bytearray) -> tuple[dict[str, Any], int]:
    """The JSON header and where the tensors' bytes begin."""
    length = struct.unpack("<Q", data[:8])[0] if len(data) >= 8 else 0
    if len(data) < 8 or length < 2 or data[8:9] != b"{":
        raise ValueError(f"{path} is not a safetensors file; give one, or fetch it anew")
    if 8 + length > len(data):
        raise ValueError(
            f"{path} is cut short: its header takes {length} bytes, {len(data) - 8} are there; "
            "fetch the file anew"
        )
    try:
        header = json.loads(data[8 : 8 + length], object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: its header is no JSON ({error}); fetch the file anew") from None
    return header, 8 + length


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys are all different."""
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name is there twice")
    return table


def _offsets(path: Path, name: str, entry: Any) -> tuple[int, int]:
    """Where a tensor's bytes begin and end."""
    offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
    if (
        not isinstance(offsets, list)
        or len(offsets) != 2
        or not all(type(o) is int and o >= 0 for o in offsets)
    ):
        raise ValueError(f"{path}: tensor {name!r} has no offsets; fetch the file anew")
    return offsets[0], offsets[1]


def _tensor(
    path: Path, name: str, entry: dict[str, Any], data: bytearray, start: int, expected: int
) -> tuple[Stored, int]:
    """One tensor, a copy of its bytes, and where they end."""
    begin, end = _offsets(path, name, entry)
    kind, shape = str(entry.get("dtype")), entry.get("shape")
    if kind not in SIZES or not isinstance(shape, list):
        raise ValueError(
            f"{path}: tensor {name!r} is of type {entry.get('dtype')!r} and shape {shape}; "
            f"types are {', '.join(SIZES)}"
        )
    if not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError(f"{path}: tensor {name!r} has shape {shape}; fetch the file anew")
    size = math.prod(shape) * SIZES[kind]
    if begin != expected or end - begin != size:
        raise ValueError(
            f"{path}: tensor {name!r} of shape {shape} takes {size} bytes from {expected}, but its "
            f"offsets say {begin} to {end}; fetch the file anew"
        )
    if start + end > len(data):
        raise ValueError(
            f"{path} is cut short inside tensor {name!r}: {len(data) - start} bytes of tensors, "
            f"{end} wanted; fetch the file anew"
        )
    return Stored(kind, tuple(shape), data[start + begin : start + end]), end
