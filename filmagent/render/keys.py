"""What a frame shows, as a hash: frames are rendered only where it has changed.

The key of a frame covers its camera and the next frame's (for motion), the performance of
everybody who can be seen or throw a shadow into it, props, the contents of the bakes, light, sky,
exposure, size, passes and the engine's version; never the frame's own number. So a frame that only
moved in time is found under its old number and moved instead of rendered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.documents import StageActor
from filmagent.documents.base import write_text
from filmagent.render.staged import Staged

Array = NDArray[Any]

NAME = "keys.json"


class FrameKeys:
    """Keys of a setup's frames.

    Parameters
    ----------
    staged
        The scene.
    setup
        A setup of its stage.
    engine
        What renders: its name, version and settings.
    everybody
        Whether people far outside the frame count too (they light and shade a ray-traced one).
    """

    def __init__(
        self, staged: Staged, setup: str, engine: Mapping[str, Any], everybody: bool
    ) -> None:
        self._staged, self._setup, self._everybody = staged, setup, everybody
        self._constant = self._scene(engine)

    def of(self, frame: int) -> str:
        """The key of a scene frame."""
        staged = self._staged
        digest = blake2b(self._constant, digest_size=16)
        for number in (frame, frame + 1):
            camera = staged.camera(self._setup, number)
            for part in (
                camera.position,
                camera.world_from_camera,
                [camera.focal_mm, camera.focus_m, camera.fstop, camera.sensor_mm],
            ):
                digest.update(np.asarray(part, np.float64).tobytes())
        camera = staged.camera(self._setup, frame)
        seen = staged.doc.actors if self._everybody else staged.seen(camera, frame)
        for actor in seen:
            if staged.visible(actor, frame):
                self._actor(digest, actor, frame)
        for prop in staged.doc.props:
            if staged.visible(prop, frame):
                digest.update(f"{prop.id}|{prop.object_id}|".encode())
                digest.update(_content(staged.path(prop.bake)))
                for number in (frame, frame + 1):
                    digest.update(staged.placed(prop, number).tobytes())
        return digest.hexdigest()

    def _actor(self, digest: Any, actor: StageActor, frame: int) -> None:
        digest.update(f"{actor.id}|{actor.object_id}|".encode())
        digest.update(_content(self._staged.path(actor.bake)))
        arrays = self._staged.arrays(actor.performance)
        for number in (frame, frame + 1):
            for name in ("rotations", "root", "root_rotation", "face"):
                if name in arrays:
                    row = arrays[name][self._staged.row(arrays, number, name)]
                    digest.update(np.ascontiguousarray(row, np.float32).tobytes())

    def _scene(self, engine: Mapping[str, Any]) -> bytes:
        doc = self._staged.doc
        words = {
            "engine": dict(engine),
            "view": [doc.view_transform, doc.look, doc.exposure],
            "world": doc.world.model_dump(),
            "lights": [x.model_dump() for x in doc.lights],
            "live": self._staged.faces(self._setup).tolist(),
        }
        digest = blake2b(json.dumps(words, sort_keys=True).encode(), digest_size=32)
        digest.update(_content(self._staged.path(doc.set_bake)))
        return digest.digest()


def _content(path: Path) -> bytes:
    stat = path.stat()
    return _hashed(str(path), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=256)
def _hashed(path: str, _stamp: int, _size: int) -> bytes:
    return blake2b(Path(path).read_bytes(), digest_size=16).digest()


def read(folder: Path) -> dict[int, str]:
    """The keys kept for a setup's folder; a damaged file means that nothing is known."""
    try:
        kept = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return {int(frame): str(key) for frame, key in kept.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write(folder: Path, keys: Mapping[int, str]) -> None:
    """Keep a setup's keys."""
    ordered = {str(frame): keys[frame] for frame in sorted(keys)}
    write_text(folder / NAME, json.dumps(ordered, indent=0) + "\n")


def moves(
    wanted: Mapping[int, str], kept: Mapping[int, str], whole: Iterable[int]
) -> tuple[list[int], dict[int, int]]:
    """What to render, and which frame can be had from which kept one.

    Parameters
    ----------
    wanted
        Key of each frame that the film needs.
    kept
        Key of each frame on disk.
    whole
        Frames on disk whose files are all there.

    Returns
    -------
    tuple
        Frames to render, in order; and {frame: kept frame with the same picture}.
    """
    there = set(whole)
    by_key = {kept[frame]: frame for frame in sorted(there, reverse=True) if frame in kept}
    render, move = [], {}
    for frame in sorted(wanted):
        if frame in there and kept.get(frame) == wanted[frame]:
            continue
        if wanted[frame] in by_key:
            move[frame] = by_key[wanted[frame]]
        else:
            render.append(frame)
    return render, move


def digest(folders: Sequence[Path]) -> str:
    """Hash of the keys of several setups: changes when any frame does."""
    total = blake2b(digest_size=16)
    for folder in sorted(folders):
        total.update(folder.name.encode())
        total.update(json.dumps(sorted(read(folder).items())).encode())
    return total.hexdigest()
