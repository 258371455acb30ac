"""Everybody and everything held to one change of colour, in every frame of every shot.

A video model changes colours; a film lets it, but the same way throughout. The film's *offset* of
an object is what the model usually adds to its L*a*b*: the median over pixels, frames and shots.
In each frame, what the model added is fitted by a plane over the object, and the plane is brought
to the offset. So an object keeps the engine's colour plus its offset, and its own shading; what is
finer (paint, pores, light on a cheek) stays the model's. A frame that was corrected needs no
correction: its plane is the offset already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, gaussian_filter

from filmagent.refine.metrics.lab import display, lab
from filmagent.refine.passes import Passes

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Offset = tuple[float, float, float]
"""Of L*, a*, b*."""

_LEAST = 150
"""Pixels below which an object has no colour of its own: it goes along with the rest."""
_EDGE = 1.0
"""Pixels over which one object's correction passes into the next, as its own outline does."""
_FEW = 3
"""Shots from which an object's offset is its own."""


@dataclass(frozen=True)
class Offsets:
    """What refining adds to colours throughout a film."""

    film: Offset = (0.0, 0.0, 0.0)
    """To all, where nothing else is known."""
    own: Mapping[str, Offset] = field(default_factory=dict)
    """To an object, by its name."""

    @classmethod
    def of(cls, shots: Iterable[Iterable[Mapping[str, Offset]]]) -> Offsets:
        """The medians over shots of what `measured` found in frames of each.

        Objects that fewer than three shots show take the film's: one shot that went wrong must not
        be what they are held to.
        """
        seen: dict[str, list[Doubles]] = {}
        for frames in shots:
            shot: dict[str, list[Offset]] = {}
            for frame in frames:
                for name, offset in frame.items():
                    shot.setdefault(name, []).append(offset)
            for name, several in shot.items():
                seen.setdefault(name, []).append(np.median(several, 0))
        every = [offset for several in seen.values() for offset in several]
        if not every:
            return cls()
        own = {name: _triple(np.median(s, 0)) for name, s in seen.items() if len(s) >= _FEW}
        return cls(_triple(np.median(every, 0)), own)

    def __getitem__(self, name: str) -> Offset:
        return self.own.get(name, self.film)


def measured(refined: Floats, engine: Passes, names: Mapping[int, str]) -> dict[str, Offset]:
    """What refining added to the colour of every named object that is large enough in a frame.

    Parameters
    ----------
    refined : (H, W, 3)
        Display values 0–1.
    engine
        The frame it was made from.
    names
        What object ids are called throughout the film.
    """
    added = (lab(refined) - lab(engine.rgb)).astype(np.float64)
    found = {}
    for object_id, name in names.items():
        inside = _inside(engine.ids == object_id)
        if inside.sum() >= _LEAST:
            found[name] = _triple(np.median(added[inside], 0))
    return found


def corrected(
    refined: Floats, engine: Passes, names: Mapping[int, str], offsets: Offsets
) -> Floats:
    """A refined frame whose objects have the film's colours, (H, W, 3) display values 0–1.

    Parameters
    ----------
    refined, engine, names
        As `measured` takes them.
    offsets
        The film's.
    """
    shown = lab(refined)
    added = (shown - lab(engine.rgb)).astype(np.float64)
    height, width = engine.ids.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    basis = np.stack([np.ones_like(x), x, y], -1)
    change = np.zeros_like(shown)
    rest = np.ones(engine.ids.shape, bool)
    for object_id, name in names.items():
        mask = engine.ids == object_id
        inside = _inside(mask)
        if inside.sum() >= _LEAST:
            change[mask] = offsets[name] - _plane(basis, added, inside)[mask]
            rest &= ~mask
    if rest.any():
        middle = _inside(rest) if _inside(rest).sum() >= _LEAST else np.ones_like(rest)
        change[rest] = offsets.film - _plane(basis, added, middle)[rest]
    # outlines are mixtures of two objects, and so is what is done to them
    soft = np.stack([gaussian_filter(change[..., c], _EDGE, truncate=2.0) for c in range(3)], -1)
    edge = ~_within(engine.ids)
    change[edge] = soft[edge]
    return display(shown + change)


def _inside(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    # outlines are mixtures
    return np.asarray(binary_erosion(mask, iterations=2, border_value=1))


def _within(ids: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Pixels that are two away from any other object."""
    same = np.ones(ids.shape, bool)
    for object_id in np.flatnonzero(np.bincount(ids.ravel())):
        mask = ids == object_id
        same[mask] = _inside(mask)[mask]
    return same


def _plane(basis: Doubles, added: Doubles, inside: NDArray[np.bool_]) -> Doubles:
    """The plane over the picture, (H, W, 3), nearest to what was added inside an object."""
    place = basis[inside]
    # a little of the slope's weight, so that one row of pixels has a plane too
    normal = place.T @ place + np.diag([0.0, 1e-3, 1e-3])
    return np.asarray(basis @ np.linalg.solve(normal, place.T @ added[inside]))


def _triple(values: Any) -> Offset:
    first, second, third = (float(v) for v in values)
    return first, second, third
