"""filmagent: a screenplay in, a cut film out, shot by virtual cameras in Blender.

>>> import filmagent
>>> filmagent.make("my.fountain", "films/my", quality="preview")  # doctest: +SKIP

Importing this package loads neither torch nor pydantic nor bpy; names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from filmagent.errors import FilmError as FilmError
    from filmagent.film import Film as Film
    from filmagent.film import make as make
    from filmagent.film import note as note
    from filmagent.film import review as review

__version__ = "0.1.0"

_WHERE = {
    "make": "filmagent.film",
    "note": "filmagent.film",
    "review": "filmagent.film",
    "Film": "filmagent.film",
    "FilmError": "filmagent.errors",
}
__all__ = ["Film", "FilmError", "make", "note", "review"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'filmagent' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
