"""A set's light kept between runs: computed once for a set, a light plan and where people are."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.errors import DocumentError
from filmagent.library import npz, shelf
from filmagent.library.bake import Bake
from filmagent.render import radiosity
from filmagent.render.lighting import Lighting
from filmagent.render.radiosity import light_set
from filmagent.render.staged import Staged
from filmagent.render.surface import Surface

Array = NDArray[Any]

_log = logging.getLogger(__name__)


def lighting_of(staged: Staged) -> Lighting:
    """The light of a scene's set, from the cache or computed into it."""
    roaming = staged.roaming
    key = light_key(staged, roaming)
    folder = shelf.cache() / "light"
    path = folder / f"{staged.doc.set_name}-{key}.npz"
    bake = staged.bake(staged.doc.set_bake)
    found = _load(path, bake)
    if found is not None:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / f".{key}.lock"):
        found = _load(path, bake)
        if found is None:
            found = light_set(bake, staged.doc.lights, staged.doc.world, roaming)
            _save(path, found)
            # what was just computed and what is read back next time must be one and the same
            found = _load(path, bake) or found
    return found


def light_key(staged: Staged, roaming: tuple[Array, Array]) -> str:
    """Hash of everything the light depends on."""
    doc = staged.doc
    digest = blake2b(digest_size=12)
    digest.update(f"{radiosity.VERSION}".encode())
    digest.update(staged.path(doc.set_bake).read_bytes())
    for light in doc.lights:
        digest.update(light.model_dump_json().encode())
    digest.update(doc.world.model_dump_json().encode())
    digest.update(np.concatenate(roaming).tobytes())
    return digest.hexdigest()


_ARRAYS = ("bounced", "direct", "origin", "step", "counts", "probes", "reach")
_SINGLE = ("bounced", "direct", "probes", "reach")
_SURFACE = ("vertices", "normals", "uvs", "colours", "faces", "part")


def _save(path: Path, light: Lighting) -> None:
    arrays = {name: getattr(light, name) for name in _ARRAYS}
    for name in _SINGLE:
        arrays[name] = arrays[name].astype(np.float32)
    arrays |= {f"surface/{name}": getattr(light.surface, name) for name in _SURFACE}
    arrays["surface/faces"] = light.surface.faces.astype(np.int32)
    arrays["surface/part"] = light.surface.part.astype(np.int16)
    npz.save(path, arrays)


def _load(path: Path, bake: Bake) -> Lighting | None:
    if not path.exists():
        return None
    try:
        arrays = npz.load(path)
        blank = Surface.of(Bake(bake.kind, bake.name, materials=bake.materials))
        blank.parts = [p for p in bake.parts if p.use in ("both", "preview") and len(p.faces)]
        for name in _SURFACE:
            setattr(blank, name, np.asarray(arrays[f"surface/{name}"]))
        blank.faces, blank.part = blank.faces.astype(np.int64), blank.part.astype(np.int64)
        values = {name: np.asarray(arrays[name]) for name in _ARRAYS}
        return Lighting(surface=blank, **values)
    except (DocumentError, KeyError):
        _log.warning("%s was damaged; the light is computed again", path)
        path.unlink(missing_ok=True)
        return None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock between processes: two workers of one scene compute its light once."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
