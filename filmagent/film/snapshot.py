"""The last known status of a film, good for as long as no file has changed since.

Working out what is stale loads every department; asking again, which people and scripts do all the
time, must not. This module therefore imports nothing but the standard library and the way to the
shelves.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from filmagent.library import shelf

_PACKAGE = Path(__file__).resolve().parent.parent
_HIDDEN = ".filmagent"
_ENGINES = ("espeakng_loader", "kokoro_onnx", "piper")
"""Packages that bring voices."""


def read(root: Path) -> dict[str, Any] | None:
    """What was kept, unless something has changed since."""
    try:
        known = json.loads(_path(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(known, dict) or known.get("stamp") != stamp(root):
        return None
    status = known.get("status")
    return status if isinstance(status, dict) else None


def keep(root: Path, status: dict[str, Any]) -> None:
    """Keep a status that has just been worked out."""
    path = _path(root)
    part = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        part.write_text(json.dumps({"stamp": stamp(root), "status": status}), encoding="utf-8")
        part.replace(path)
    except OSError:
        # a film on a full or read-only disk still has a status
        part.unlink(missing_ok=True)


def stamp(root: Path) -> str:
    """A digest of the names, sizes and times of all files that a film's status depends on."""
    return _digest([root, *_machine()])


def machine_stamp() -> str:
    """The same of what is installed here: the package, what is on its shelves, voices."""
    return _digest(_machine())


def _digest(places: Iterable[Path]) -> str:
    state = blake2b(digest_size=10)
    for place in places:
        for line in sorted(_files(place)):
            state.update(line.encode(errors="surrogatepass"))
    state.update((shutil.which("flite") or "").encode())
    state.update(repr([find_spec(name) is not None for name in _ENGINES]).encode())
    return state.hexdigest()


def _machine() -> list[Path]:
    # the idioms a crew may name are the camera library's
    return [_PACKAGE, _PACKAGE.parent / "camera" / "grammar", *_shelves(), _voices()]


def _voices() -> Path:
    # as `filmagent.cast.engine.folder`, which this module may not load
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("FILMAGENT_VOICES") or Path(home) / "filmagent" / "voices")


def _shelves() -> list[Path]:
    own = os.environ.get("FILMAGENT_SCENES")
    homes = [_PACKAGE.parent / "scenes", _PACKAGE.parent / "assets"]
    homes += [shelf.own("cast"), shelf.own("motion")]
    return [*([Path(own)] if own else []), *homes]


def _files(place: Path) -> Iterator[str]:
    for folder, below, names in os.walk(place):
        below[:] = [b for b in below if b not in ("__pycache__", _HIDDEN)]
        for name in names:
            yield _line(Path(folder, name))
    yield _line(place / _HIDDEN / "records.json")


def _line(path: Path) -> str:
    try:
        known = path.stat()
    except OSError:
        return ""
    return f"{path} {known.st_size} {known.st_mtime_ns}\n"


def _path(root: Path) -> Path:
    return root / _HIDDEN / "status.json"
