"""File names of frames: one spelling for who renders and who cuts."""

from __future__ import annotations

from pathlib import Path


def frame_path(frames: Path, quality: str, setup: str, part: str, frame: int, ending: str) -> Path:
    """``frames/<quality>/<setup>/<pass>.%04d.<ending>``; scene frames, ``-0012`` before zero."""
    number = f"{frame:04d}" if frame >= 0 else f"-{-frame:04d}"
    return frames / quality / setup / f"{part}.{number}.{ending}"
