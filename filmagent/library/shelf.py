"""Where the library's data lives: one resolver for checkout, editable install and wheel.

The wheel maps ``scenes/`` and ``assets/`` into ``filmagent/_data/``; elsewhere they stand beside
the package.
"""

from __future__ import annotations

import os
from pathlib import Path

from filmagent.errors import MissingDependency

_PACKAGE = Path(__file__).resolve().parent.parent


def data(kind: str) -> Path:
    """The folder ``scenes`` or ``assets``.

    Raises
    ------
    MissingDependency
        If the installation has lost it.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if (root / kind).is_dir():
            return root / kind
    raise MissingDependency(
        f"filmagent's {kind} are not installed beside {_PACKAGE}; "
        "reinstall with `pip install --force-reinstall filmagent`."
    )


def cache() -> Path:
    """Where derived data that any film can share is kept (``FILMAGENT_CACHE`` moves it)."""
    root = os.environ.get("FILMAGENT_CACHE")
    if root:
        return Path(root)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "filmagent"


def own(kind: str) -> Path:
    """Where what users add to the library is kept: ``cast`` (``FILMAGENT_CAST`` moves it)."""
    root = os.environ.get(f"FILMAGENT_{kind.upper()}")
    if root:
        return Path(root)
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "filmagent" / kind
