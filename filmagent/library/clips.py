"""Motion of the user's own: clips that actions name.

A clip ``waltz.npz`` in the folder that ``FILMAGENT_MOTION`` names (by default ``filmagent/motion``
in the user's data folder) makes ``waltz`` an action of every film; one with the name of a gesture
that comes with filmagent is played in its stead. ``filmagent motion import`` fills the folder;
`filmagent.cast.imported.clip` documents the files.
"""

from __future__ import annotations

import json
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from filmagent.documents.catalogue import ActionEntry
from filmagent.errors import DocumentError
from filmagent.library import shelf


def paths() -> dict[str, Path]:
    """The file of every clip on the shelf, by the action's name."""
    return {path.stem: path for path in sorted(shelf.own("motion").glob("*.npz"))}


def entries() -> list[ActionEntry]:
    """Every clip as an action."""
    return [_entry(path, path.stat().st_mtime_ns) for path in paths().values()]


@lru_cache(maxsize=256)
def _entry(path: Path, stamp: int) -> ActionEntry:
    try:
        with np.load(path, allow_pickle=False) as archive:
            told = json.loads(str(archive["manifest"][()]))
        return ActionEntry(
            name=path.stem,
            words=list(told["words"]),
            postures=["stand"],
            kind="gesture",
            target="none",
            seconds=float(told["seconds"]),
            description=f"motion of {told['source']}",
        )
    except (KeyError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DocumentError(
            f"{path} is not a motion clip ({error}); import it with `filmagent motion import`, or "
            "delete it."
        ) from None
