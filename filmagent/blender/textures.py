"""Images that live inside the .blend."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import bpy
import numpy as np


def packed(name: str, pixels: np.ndarray, colour: bool) -> Any:
    """An image packed into the file.

    Parameters
    ----------
    pixels
        (H, W, 3) or (H, W) uint8, top row first.
    colour
        Whether they are colours (sRGB) or data (roughness, normals).
    """
    data = png(pixels)
    image = bpy.data.images.new(name, width=pixels.shape[1], height=pixels.shape[0])
    image.pack(data=data, data_len=len(data))
    image.source = "FILE"
    image.colorspace_settings.name = "sRGB" if colour else "Non-Color"
    return image


def png(pixels: np.ndarray, level: int = 1) -> bytes:
    """PNG of (H, W), (H, W, 3) uint8. Packing one is five times faster than `Image.pack`."""
    height, width = pixels.shape[:2]
    kind = 2 if pixels.ndim == 3 else 0
    rows = np.ascontiguousarray(pixels, np.uint8).reshape(height, -1)
    # filter 1 (difference to the left pixel) compresses photographs and masks well
    step = 3 if kind == 2 else 1
    filtered = rows.copy()
    filtered[:, step:] -= rows[:, :-step]
    lines = np.concatenate([np.ones((height, 1), np.uint8), filtered], axis=1)

    def chunk(tag: bytes, body: bytes) -> bytes:
        check = zlib.crc32(tag + body)
        return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(lines.tobytes(), level))
        + chunk(b"IEND", b"")
    )
