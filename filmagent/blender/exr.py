"""Reads the uncompressed float EXR that Blender has just written: its only way to hand out passes.

Layout: OpenEXR's "OpenEXR File Layout" (openexr.com/en/latest/OpenEXRFileLayout.html), scanline
images without compression, single-part and multi-part.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

_MULTIPART = 0x1000
_TYPES = {0: np.dtype("<u4"), 1: np.dtype("<f2"), 2: np.dtype("<f4")}


def channels(path: Path) -> dict[str, np.ndarray]:
    """All channels, (H, W) float32, top row first, by their full names (``ViewLayer.Depth.Z``).

    A channel of a multi-part file is named after its part, as Blender writes them.
    """
    data = path.read_bytes()
    magic, version = struct.unpack_from("<II", data)
    if magic != 20000630:
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
    return _pixels(data, at, headers, several)


Header = dict[str, bytes]


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
