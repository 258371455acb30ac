"""Reads and writes EXR files with what a Blender has: numpy and zlib.

Read is the uncompressed float file that Blender has just written, its only way to hand out passes;
written are our own, in ZIP blocks. Layout: OpenEXR's "OpenEXR File Layout"
(openexr.com/en/latest/OpenEXRFileLayout.html), scanline images; read single-part and multi-part.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np

_MAGIC = 20000630
_MULTIPART = 0x1000
_LONG_NAMES = 0x400
_TYPES = {0: np.dtype("<u4"), 1: np.dtype("<f2"), 2: np.dtype("<f4")}
_NUMBERS = {np.dtype(np.uint32): 0, np.dtype(np.float16): 1, np.dtype(np.float32): 2}
_ZIP, _BLOCK = 3, 16
"""The compression's number, and the rows it packs together."""
_LEVEL = 4

Header = dict[str, bytes]
Read = tuple[dict[str, np.ndarray], dict[str, str]]
"""Channels by name, and attributes."""


def channels(path: Path) -> dict[str, np.ndarray]:
    """All channels, (H, W) float32, top row first, by their full names (``ViewLayer.Depth.Z``).

    A channel of a multi-part file is named after its part, as Blender writes them.
    """
    return read(path)[0]


def read(path: Path) -> Read:
    """`channels`, and the file's Cryptomatte attributes by name (``cryptomatte/…/manifest``)."""
    data = path.read_bytes()
    magic, version = struct.unpack_from("<II", data)
    if magic != _MAGIC:
        raise ValueError(f"{path} is not an EXR file.")
    several = bool(version & _MULTIPART)
    at = 8
    headers = []
    while True:
        header, at = _header(data, at)
        if not header:
            break
        headers.append(header)
        if not several:
            break
    words = {
        name: value.decode()
        for header in headers
        for name, value in header.items()
        if name.startswith("cryptomatte/")
    }
    return _pixels(data, at, headers, several), words


def _header(data: bytes, at: int) -> tuple[Header, int]:
    fields: Header = {}
    while data[at]:
        name, at = _word(data, at)
        _, at = _word(data, at)
        (size,) = struct.unpack_from("<i", data, at)
        fields[name] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return fields, at + 1


def _word(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(b"\0", at)
    return data[at:end].decode(), end + 1


def _pixels(data: bytes, at: int, headers: list[Header], several: bool) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    shapes = []
    for header in headers:
        x0, y0, x1, y1 = struct.unpack("<4i", header["dataWindow"])
        if header["compression"] != b"\0":
            raise ValueError("only uncompressed EXR files are read.")
        shapes.append((y1 - y0 + 1, x1 - x0 + 1, y0))
    for header, (height, width, first) in zip(headers, shapes, strict=True):
        offsets = struct.unpack_from(f"<{height}Q", data, at)
        at += 8 * height
        rows = _channels(header["channels"])
        part = header.get("name", b"").rstrip(b"\0").decode()
        planes = {name: np.empty((height, width), np.float32) for name, _ in rows}
        for offset in offsets:
            begin = offset + (4 if several else 0)
            (y,) = struct.unpack_from("<i", data, begin)
            begin += 8
            for name, kind in rows:
                planes[name][y - first] = np.frombuffer(data, kind, width, begin)
                begin += width * kind.itemsize
        for name, plane in planes.items():
            full = name if not part or name.startswith(part) else f"{part}.{name}"
            found[full] = plane
    return found


def _channels(listing: bytes) -> list[tuple[str, np.dtype]]:
    rows = []
    at = 0
    while listing[at]:
        name, at = _word(listing, at)
        (kind,) = struct.unpack_from("<i", listing, at)
        rows.append((name, _TYPES[kind]))
        at += 16
    return rows


def write(path: Path, planes: dict[str, np.ndarray], words: dict[str, str]) -> None:
    """Write channels (H, W) of float16, float32 or uint32, and string attributes.

    The file is one part, whose channels are named as ``planes`` are.
    """
    names = sorted(planes)
    height, width = planes[names[0]].shape
    listing = b"".join(
        name.encode() + b"\0" + struct.pack("<iB3xii", _NUMBERS[planes[name].dtype], 0, 1, 1)
        for name in names
    )
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    head = struct.pack("<II", _MAGIC, 2 | _LONG_NAMES)
    for name, kind, value in (
        ("channels", "chlist", listing + b"\0"),
        ("compression", "compression", bytes([_ZIP])),
        ("dataWindow", "box2i", window),
        ("displayWindow", "box2i", window),
        ("lineOrder", "lineOrder", b"\0"),
        ("pixelAspectRatio", "float", struct.pack("<f", 1.0)),
        ("screenWindowCenter", "v2f", struct.pack("<2f", 0.0, 0.0)),
        ("screenWindowWidth", "float", struct.pack("<f", 1.0)),
        *((name, "string", value.encode()) for name, value in sorted(words.items())),
    ):
        head += name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(value))
        head += value
    # a row of the file is a row of each channel
    lines = np.concatenate(
        [np.ascontiguousarray(planes[name]).view(np.uint8).reshape(height, -1) for name in names], 1
    )
    blocks = []
    for y in range(0, height, _BLOCK):
        raw = lines[y : y + _BLOCK].tobytes()
        packed = _packed(raw)
        body = packed if len(packed) < len(raw) else raw
        blocks.append(struct.pack("<ii", y, len(body)) + body)
    head += b"\0"
    starts = len(head) + 8 * len(blocks) + np.cumsum([0, *(len(b) for b in blocks[:-1])])
    path.write_bytes(head + starts.astype("<u8").tobytes() + b"".join(blocks))


def _packed(raw: bytes) -> bytes:
    """ZIP compression: bytes of even and of odd places apart, as differences, deflated."""
    data = np.frombuffer(raw, np.uint8)
    apart = np.concatenate([data[::2], data[1::2]])
    steps = apart.copy()
    steps[1:] -= apart[:-1]
    steps[1:] += np.uint8(128)
    return zlib.compress(steps.tobytes(), _LEVEL)
