"""Where a setup's pictures come from: a video model while they are up to date, else the engine.

What a model has painted lies in ``refined/model/<setup>/``, and ``shot.json`` beside it says from
which engine frames. A shot whose engine frames have changed since is shown as the engine has it,
until it is painted again: a film never shows what is no longer so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from filmagent.documents.base import write_text
from filmagent.documents.naming import frame_path

FOLDER = "refined"
MODEL = "model"
KEYS = "keys.json"
SHOT = "shot.json"


class Engine:
    """A setup's rendered frames. Keys are the renderer's, else of the picture's own bytes."""

    painted = False

    def __init__(self, film: Path, setup: str, quality: str) -> None:
        self._frames, self._setup, self._quality = film / "frames", setup, quality
        self._kept = read_keys(self._frames / quality / setup)

    def path(self, frame: int) -> Path:
        """Where a frame's picture is."""
        return frame_path(self._frames, self._quality, self._setup, "rgb", frame, "png")

    def key(self, frame: int) -> str:
        """A hash of what a frame shows."""
        if frame not in self._kept:
            path = self.path(frame)
            content = path.read_bytes() if path.exists() else b""
            self._kept[frame] = blake2b(content, digest_size=16).hexdigest()
        return self._kept[frame]


class Painted:
    """A setup's frames as a video model painted them."""

    painted = True

    def __init__(self, film: Path, setup: str) -> None:
        self._film, self._setup = film, setup
        self.facts = _facts(film / FOLDER / MODEL / setup / SHOT)

    def path(self, frame: int) -> Path:
        """Where a frame's picture is."""
        return painted_path(self._film, self._setup, frame)

    def key(self, frame: int) -> str:
        """A hash of what a frame was made from."""
        made = str(self.facts.get("key", ""))
        return blake2b(f"{made}|{frame}".encode(), digest_size=16).hexdigest()

    def stands(self, engine: Engine, frames: Iterable[int]) -> bool:
        """Whether every frame is there, and painted from what the engine shows now."""
        made = self.facts.get("frames", {})
        return bool(self.facts) and all(
            made.get(str(frame)) == engine.key(frame) and self.path(frame).exists()
            for frame in frames
        )


def source(film: Path, setup: str, frames: Iterable[int], quality: str) -> Engine | Painted:
    """Where frames of a setup come from."""
    engine, painted = Engine(film, setup, quality), Painted(film, setup)
    return painted if painted.stands(engine, frames) else engine


def painted_path(film: Path, setup: str, frame: int) -> Path:
    """``refined/model/<setup>/rgb.%04d.png``."""
    return frame_path(film / FOLDER, MODEL, setup, "rgb", frame, "png")


def painted(film: Path, shots: Mapping[str, Sequence[int]], quality: str) -> dict[str, str]:
    """The shots that a video model painted and that are up to date, each with its hash."""
    found = {}
    for setup, frames in shots.items():
        origin = source(film, setup, frames, quality)
        if isinstance(origin, Painted):
            found[setup] = str(origin.facts["key"])
    return found


def outdated(film: Path, shots: Mapping[str, Sequence[int]], quality: str) -> list[str]:
    """The shots that a video model painted before they changed."""
    return [
        setup
        for setup, frames in shots.items()
        if Painted(film, setup).facts and not source(film, setup, frames, quality).painted
    ]


def read_keys(folder: Path) -> dict[int, str]:
    """Keys kept in a folder; a damaged file means that nothing is known."""
    try:
        kept = json.loads((folder / KEYS).read_text(encoding="utf-8"))
        return {int(frame): str(key) for frame, key in kept.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write_keys(folder: Path, keys: Mapping[int, str]) -> None:
    """Keep a folder's keys."""
    ordered = {str(frame): keys[frame] for frame in sorted(keys)}
    write_text(folder / KEYS, json.dumps(ordered, indent=0) + "\n")


def _facts(path: Path) -> dict[str, Any]:
    """What is known of a painted shot; a damaged file means that nothing is."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        whole = isinstance(facts["key"], str) and isinstance(facts["frames"], dict)
        return dict(facts) if whole else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
