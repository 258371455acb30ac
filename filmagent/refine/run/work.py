"""Unfinished work on disk: whatever is finished of a shot survives the end of its process.

A piece of a shot has a folder of its own. In it lie the latents as they stand after a step
(``step.safetensors``), each window that is finished on its own (``window_0000_0021.safetensors``)
and painted frames. All of it is kept under a key, the hash of everything that the frames are made
from: work for another key is thrown away, never mixed in. Files appear whole or not at all, and a
damaged one counts as not there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from filmagent.documents.base import write_bytes, write_text
from filmagent.library import png

if TYPE_CHECKING:
    from torch import Tensor

_KEY = "key.json"


class Work:
    """The unfinished work of one piece of a shot.

    Parameters
    ----------
    folder
        Its own.
    key
        The hash of everything that goes in.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self.folder, self.key = folder, key
        if self._known() != key:
            shutil.rmtree(folder, ignore_errors=True)
            write_text(folder / _KEY, json.dumps({"key": key}) + "\n")
        for pattern in ("*.partial", ".*.tmp"):
            for left in folder.glob(pattern):
                left.unlink(missing_ok=True)

    def save(self, name: str, tensors: Mapping[str, Tensor], **facts: str) -> None:
        """Keep tensors under a name, with facts about them."""
        from camera.policy import write_safetensors

        write_safetensors(self._tensors(name), tensors, {**facts, "key": self.key})

    def load(self, name: str) -> tuple[dict[str, Tensor], dict[str, str]] | None:
        """What is kept under a name; None where nothing is, or not of this key, or damaged."""
        from camera.policy import read_safetensors

        try:
            tensors, facts = read_safetensors(self._tensors(name))
        except (OSError, ValueError):
            return None
        return (tensors, facts) if facts.get("key") == self.key else None

    def drop(self, name: str) -> None:
        """Keep it no longer."""
        self._tensors(name).unlink(missing_ok=True)

    def put(self, frame: int, picture: NDArray[np.uint8], kind: str = "rgb") -> None:
        """Keep a frame, (H, W, 3)."""
        write_bytes(self.picture(frame, kind), png.encode(picture))

    def picture(self, frame: int, kind: str = "rgb") -> Path:
        """Where a frame lies: as it was painted (``raw``), or finished."""
        return self.folder / f"{kind}.{frame}.png"

    def has(self, frame: int, kind: str = "rgb") -> bool:
        """Whether a frame is there."""
        return self.picture(frame, kind).exists()

    def take(self, frame: int, place: Path) -> None:
        """Move a finished frame to its place; where it is there already, nothing is moved."""
        place.parent.mkdir(parents=True, exist_ok=True)
        if self.has(frame):
            self.picture(frame).replace(place)

    def clear(self) -> None:
        """Keep nothing any more."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _tensors(self, name: str) -> Path:
        return self.folder / f"{name}.safetensors"

    def _known(self) -> str:
        try:
            return str(json.loads((self.folder / _KEY).read_text(encoding="utf-8"))["key"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""
