"""Tells a .blend that was built from one that somebody has saved since.

A compressed .blend is a sequence of Zstandard frames with a table of them at its end. A built one
carries one frame more, of the kind that readers skip (Zstandard format, RFC 8878 §3.1.2), just
before the table: the seal. Blender writes all frames anew whenever it saves, so a file that a
person has saved has none; and since the seal travels in the file, a killed run, a copied film
folder or a build by another command cannot mislead.
"""

from __future__ import annotations

import struct
from hashlib import blake2b
from pathlib import Path

_SKIPPED = 0x184D2A57
"""Magic number of a skippable frame; its last digit is the writer's choice."""
_TABLE, _TABLE_END = 0x184D2A5E, 0x8F92EAB1
_NAME = b"filmagent built this"
_LENGTH = len(_NAME) + 16


def seal(blend: Path) -> None:
    """Seal a .blend that has just been built."""
    data = blend.read_bytes()
    at = _end_of_frames(data)
    payload = _NAME + _digest(data[:at])
    frame = struct.pack("<II", _SKIPPED, len(payload)) + payload
    blend.write_bytes(data[:at] + frame + data[at:])


def sealed(blend: Path) -> bool:
    """Whether the file is as it was built: False for one saved since, or damaged."""
    data = blend.read_bytes()
    at = _end_of_frames(data)
    start = at - _LENGTH - 8
    if start < 0 or data[start : start + 8] != struct.pack("<II", _SKIPPED, _LENGTH):
        return False
    return data[start + 8 : at] == _NAME + _digest(data[:start])


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _end_of_frames(data: bytes) -> int:
    """Where the table of frames begins, or the end of a file without one.

    The table (Zstandard seekable format): magic, size, 8 bytes a frame (12 with checksums), and a
    footer: number of frames, a byte whose top bit says that there are checksums, magic.
    """
    if len(data) < 17 or struct.unpack_from("<I", data, len(data) - 4)[0] != _TABLE_END:
        return len(data)
    frames, flags = struct.unpack_from("<IB", data, len(data) - 9)
    size = 8 + frames * (12 if flags & 0x80 else 8) + 9
    at = len(data) - size
    if at < 0 or struct.unpack_from("<I", data, at)[0] != _TABLE:
        return len(data)
    return at
