"""Props on the shelf: small things that hands hold and tables carry.

>>> from filmagent.library import props
>>> key = props.load("key")
>>> key.prop_from_hand("right").shape
(4, 4)

A prop's own frame: it lies as it rests on a surface, that surface at z = 0 under its middle, its
front (what a reader sees the right way up) towards −y.

The hand's frame is that of `filmagent.cast.props`: origin in the palm's hollow, Y towards the
fingers, Z out of the palm, X = Y × Z (the thumb's side of a right hand). ``prop_from_hand`` takes
points of that frame to the prop's; a held prop stands at ``world_from_hand @ inv(prop_from_hand)``.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from filmagent.documents import PropEntry
from filmagent.errors import InputError
from filmagent.library import shelf
from filmagent.library.bake import Bake
from filmagent.library.kit import prop_bakes, version

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PropPiece:
    """A prop: its bake, and how it is held."""

    name: str
    words: tuple[str, ...]
    bake_path: Path
    bake: Bake = field(repr=False)
    size: tuple[float, float, float]
    """Extent at rest, metres."""

    def prop_from_hand(self, hand: Literal["left", "right"] = "right", action: str = "") -> Array:
        """(4, 4): takes points of the hand's frame to the prop's, for an action's grip.

        The left hand's is the right one's mirror image: the hand reversed in x, the prop in that
        one of its own axes that leaves it the same thing (``extra["mirror"]``).
        """
        grips: dict[str, Any] = self.bake.extra["grips"]
        grip = np.array(grips.get(action, grips[""]), np.float64)
        if hand == "left":
            own = (
                [1.0, -1.0, 1.0, 1.0] if self.bake.extra["mirror"] == "y" else [-1.0, 1.0, 1.0, 1.0]
            )
            grip = np.diag(own) @ grip @ np.diag([-1.0, 1.0, 1.0, 1.0])
        return grip

    def entry(self) -> PropEntry:
        """The prop as a crew sees it."""
        return PropEntry(name=self.name, words=list(self.words))


def names() -> list[str]:
    """Every prop on the shelf."""
    return sorted(prop_bakes.catalogue())


def load(name: str) -> PropPiece:
    """The prop called ``name``, baked first if the kit has changed.

    Raises
    ------
    InputError
        If there is no such prop, naming the nearest.
    """
    if name not in names():
        near = difflib.get_close_matches(name, names(), n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"the shelf has {', '.join(names())}."
        raise InputError(f'There is no prop called "{name}"; {hint}')
    return _load(name, f"{prop_bakes.digest()}-{version()}")


@lru_cache(maxsize=32)
def _load(name: str, digest: str) -> PropPiece:
    path = shelf.cache() / "props" / f"{name}-{digest}.npz"
    if not path.is_file():
        prop_bakes.bake(name).save(path)
    bake = Bake.load(path)
    points = np.vstack([part.vertices for part in bake.parts])
    extent = points.max(axis=0) - points.min(axis=0)
    return PropPiece(
        name=name,
        words=tuple(prop_bakes.catalogue()[name]["words"]),
        bake_path=path,
        bake=bake,
        size=(float(extent[0]), float(extent[1]), float(extent[2])),
    )
