"""Scene frames and Blender's: the one place where the two are converted.

A scene's first frame is Blender's frame 1001, as shots are numbered in visual effects: the handles
before it keep positive numbers, which Blender's timeline and its render range insist on.
"""

from __future__ import annotations

FIRST = 1001
"""Blender's frame for scene frame 0."""

EDIT_FIRST = 1
"""Blender's frame, in the edit's own scene, for the scene's first frame of film."""


def blender_frame(scene_frame: int) -> int:
    """Blender's frame for a scene frame (0-based, negative in the handles)."""
    return scene_frame + FIRST


def scene_frame(frame: int) -> int:
    """The scene frame for one of Blender's."""
    return frame - FIRST


def spelt(frame: int) -> str:
    """A scene frame in a file name: ``0042``, ``-0012``."""
    return f"-{-frame:04d}" if frame < 0 else f"{frame:04d}"
