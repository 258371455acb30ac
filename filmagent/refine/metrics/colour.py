"""Whether everybody and everything keeps its colours, within a shot and from shot to shot.

A look changes colours, and may: what it must not do is change them differently from shot to shot,
or make one person look like another. So an object's *offset* is the mean L*a*b* that refining
added to it, drift is how far a shot's offset is from the film's, and identity asks whether a
refined object still resembles its own engine colours, moved by the film's offset, more than
another's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from filmagent.refine.metrics.lab import lab
from filmagent.refine.passes import Passes

Doubles = NDArray[np.float64]

QUANTILES = np.linspace(0.1, 0.9, 9)
_LEAST = 150
"""Pixels below which an object is too small to have a colour."""

Signature = tuple[Doubles, Doubles]
"""Quantiles of L*, a*, b*, (9, 3): refined and engine's."""


def signatures(
    refined: NDArray[np.uint8], engine: Passes, names: Mapping[int, str]
) -> dict[str, Signature]:
    """The colours of every named object in a frame that is large enough, by its name."""
    shown, source = lab(refined), lab(engine.rgb)
    found = {}
    for object_id, name in names.items():
        # outlines are mixtures
        mask = binary_erosion(engine.ids == object_id, border_value=1)
        if mask.sum() >= _LEAST:
            found[name] = (
                np.quantile(shown[mask], QUANTILES, axis=0),
                np.quantile(source[mask], QUANTILES, axis=0),
            )
    return found


def mean_signature(several: Sequence[Signature]) -> Signature:
    """The mean of an object's signatures over frames."""
    return np.mean([s[0] for s in several], 0), np.mean([s[1] for s in several], 0)


def offset(signature: Signature) -> Doubles:
    """What refining added to an object's mean L*a*b*, (3,)."""
    return np.asarray((signature[0] - signature[1]).mean(0))


def drift(shots: Mapping[str, Mapping[str, Signature]]) -> dict[str, dict[str, float]]:
    """How far each object's offset in each shot is from its median over shots, in L*a*b* units.

    Objects that fewer than three shots show are measured against the film's median offset.
    """
    every = [offset(s) for objects in shots.values() for s in objects.values()]
    film = np.median(every, 0) if every else np.zeros(3)
    usual: dict[str, Doubles] = {}
    for name in {o for objects in shots.values() for o in objects}:
        own = [offset(shots[s][name]) for s in shots if name in shots[s]]
        usual[name] = np.median(own, 0) if len(own) > 2 else film
    return {
        shot: {o: float(np.linalg.norm(offset(s) - usual[o])) for o, s in objects.items()}
        for shot, objects in shots.items()
    }


def identity(
    objects: Mapping[str, Signature], people: Mapping[str, Doubles], film: Doubles
) -> dict[str, float]:
    """How much more a person's refined colours resemble somebody else's than their own.

    Parameters
    ----------
    objects
        Signatures of a shot.
    people
        Engine quantiles of everybody in the film, by name, (9, 3).
    film
        The film's offset, (3,).

    Returns
    -------
    dict
        By name: distance to their own engine colours in this shot less that to the nearest
        other person's, in L*a*b* units; negative for who still looks like themselves.
    """
    found = {}
    for name, (shown, source) in objects.items():
        others = [colours for o, colours in people.items() if o != name]
        if name not in people or not others:
            continue
        level = shown - film
        own = np.linalg.norm(level - source, axis=1).mean()
        found[name] = float(own - min(np.linalg.norm(level - c, axis=1).mean() for c in others))
    return found
