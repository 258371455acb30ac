"""Hero frames: the frame that shows somebody best, painted once, brought to other frames and shots.

What a model added to the engine's picture of a hero frame (its L*a*b* less the engine's) is carried
along exact motion (`filmagent.refine.geometry`) onto the engine's picture of another frame, whose
own light and shadows stay. It counts where both frames show the same point, not too foreshortened
and under much the same light; elsewhere the engine's picture stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, uniform_filter

from filmagent.refine import geometry
from filmagent.refine.identity.protection import Part
from filmagent.refine.metrics.lab import display, lab, luma
from filmagent.refine.motion import Correspondence
from filmagent.refine.passes import Passes
from filmagent.refine.sampling import sampled

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

NEEDS = (*geometry.NEEDS, "materials")
"""What `passes.read` is asked for."""
_VOXEL = 0.006
"""Metres of skin that count once, however many pixels show them."""
_DETAIL = 0.004
"""Metres; what is finer makes a face sharp."""
_FACING = 0.2
"""Cosine of the steepest angle under which a surface is taken over."""
_COARSER = 2.0
"""How many times larger a hero frame's pixels may be on a surface."""
_COARSE = 1.5
"""How many times larger a frame's pixels are before a painting is smoothed for it."""
_LIGHT = 15.0
"""Difference of the engine's own colours, L*a*b*, at which little is taken over."""
_NEAR, _FAR = 0.02, 12.0
"""Share of a picture's height around a place whose change of colour is taken over, and how many
times as far it is looked for."""
_LEAST = 50
"""Pixels of a face below which nobody is shown."""


@dataclass(frozen=True)
class Hero:
    """A frame whose painting others take over."""

    picture: Floats
    """(H, W, 3) painted, display values 0–1."""
    frame: Passes
    """The engine's, with `NEEDS`."""


@dataclass(frozen=True)
class Carried:
    """A frame with a hero frame's painting on it."""

    picture: Floats
    """(H, W, 3) display values 0–1; the engine's where nothing is known."""
    known: Floats
    """(H, W) how much of the painting is there, 0–1."""


def shows(frame: Passes, thing: int, face: Sequence[Part]) -> float:
    """How well a frame shows a face: how much skin, times how sharp; 0 where hardly at all.

    Skin is counted in voxels at rest, so that it counts the larger, the more from the front and the
    less hidden it is. Sharpness is the share of the picture's contrast that is finer than 4 mm.

    Parameters
    ----------
    frame
        With its rest positions.
    thing
        Whose: an object id.
    face
        The parts of the body that are the face (`filmagent.refine.identity.parts`).
    """
    mask = frame.ids == thing
    if frame.rest is None or not mask.any():
        return 0.0
    own = np.zeros(mask.shape, bool)
    for part in face:
        own[mask] |= part.share(frame.rest[mask]) > 0.5
    if own.sum() < _LEAST:
        return 0.0
    places = np.floor(frame.rest[own] / _VOXEL).astype(np.int64)
    seen = len(np.unique(places @ np.array([1, 1 << 20, 1 << 40])))
    # pixels of skin an area: how large one is
    pixel = _VOXEL * np.sqrt(seen / own.sum())
    values = luma(frame.rgb)
    weight = gaussian_filter(own.astype(np.float32), _DETAIL / pixel + 0.5)
    smooth = gaussian_filter(np.where(own, values, 0.0), _DETAIL / pixel + 0.5)
    fine = (values - smooth / np.maximum(weight, 1e-6))[own]
    return float(seen * fine.std() / max(float(values[own].std()), 1e-3))


def carried(hero: Hero, frame: Passes, things: Sequence[int] | None = None) -> Carried:
    """A frame with a hero frame's painting on it.

    Parameters
    ----------
    hero
        Of the same scene, or one with the same people: ids must mean the same.
    frame
        Whose engine picture takes it over, with `NEEDS`.
    things
        Object ids that do; all when None.

    Raises
    ------
    ValueError
        If a frame lacks passes.
    """
    place = geometry.between(frame, hero.frame)
    trust = _trust(place, frame, hero.frame)
    if things is not None:
        trust[~np.isin(frame.ids, things)] = 0.0
    source, shown = lab(hero.frame.rgb), lab(frame.rgb)
    painted = np.concatenate([lab(hero.picture) - source, source], -1)
    coarser = _coarser(trust, place, frame, hero.frame)
    if coarser > _COARSE:
        # what is finer than a pixel here would flicker
        painted = gaussian_filter(painted, (0.5 * coarser, 0.5 * coarser, 0))
    then = sampled(painted, place)
    apart = np.linalg.norm(then[..., 3:] - shown, axis=-1)
    trust *= np.exp(-np.square(uniform_filter(apart, 5) / _LIGHT)).astype(np.float32)
    known = _soft(trust, frame.ids)
    return Carried(display(shown + known[..., None] * then[..., :3]), known)


def together(several: Sequence[Carried]) -> Carried:
    """What several hero frames (one of everybody, one of the place) know of a frame.

    Each pixel is the one's that knows it best.
    """
    known = np.stack([one.known for one in several])
    first = known.argmax(0)
    picture = np.take_along_axis(
        np.stack([one.picture for one in several]), first[None, ..., None], 0
    )[0]
    return Carried(picture, known.max(0))


def keyframes(
    read: Callable[[int], tuple[Carried, Floats]],
    frames: Iterable[int],
    *,
    least: float = 2 / 3,
    most: int = 3,
) -> dict[int, Floats]:
    """Frames of a clip that hero frames' painting covers for the most part, painted whole.

    Parameters
    ----------
    read
        Gives what is known of a frame of the clip, and the engine's picture of it, by its number.
    frames
        Numbers to try.
    least
        Share of a picture that must be known; the rest is pinned as `filled` has it.
    most
        Keyframes at most: those that are known best.
    """
    found: dict[int, tuple[float, Floats]] = {}
    for number in frames:
        made, engine = read(number)
        share = float(made.known.mean())
        if share >= least:
            found[number] = share, filled(made, engine)
        if len(found) > most:
            del found[min(found, key=lambda n: found[n][0])]
    return {number: picture for number, (_, picture) in sorted(found.items())}


def filled(made: Carried, engine: Floats) -> Floats:
    """A painting carried to a frame, (H, W, 3), and around it the same change of colour.

    What is not known would be pinned as the engine's among painted frames, and flash: it takes over
    the mean change of what is known near it (normalised convolution: H. Knutsson and C.-F. Westin,
    CVPR 1993, eq. 4).
    """
    shown = lab(engine)
    known = made.known[..., None]
    wide = _NEAR * len(engine)
    change = gaussian_filter(lab(made.picture) - shown, (wide, wide, 0), truncate=_FAR)
    # what was carried counts by how far it is known already
    around = change / np.maximum(gaussian_filter(known, (wide, wide, 0), truncate=_FAR), 1e-3)
    return display(lab(made.picture) + (1.0 - known) * around)


def _trust(place: Correspondence, frame: Passes, hero: Passes) -> Floats:
    """1 where a hero frame shows a point well, 0 where not at all."""
    rows, columns = place.nearest
    facing = _facing(hero)[rows, columns]
    trust = np.where(place.visible, np.clip(facing / _FACING - 1.0, 0.0, 1.0), 0.0)
    # a pixel's area on the same surface, here and there
    ratio = _area(hero)[rows, columns] / np.maximum(_area(frame), 1e-12)
    trust[(ratio > _COARSER**2) & (frame.ids > 0)] = 0.0
    return trust.astype(np.float32)


def _coarser(trust: Floats, place: Correspondence, frame: Passes, hero: Passes) -> float:
    """How many times larger pixels are on surfaces here than in the hero frame, mostly."""
    there = (trust > 0) & (frame.ids > 0)
    if not there.any():
        return 1.0
    rows, columns = place.nearest
    ratio = _area(frame)[there] / np.maximum(_area(hero)[rows, columns][there], 1e-12)
    return float(np.sqrt(np.median(ratio)))


def _facing(frame: Passes) -> NDArray[np.float64]:
    """Cosine of the angle between a surface and its view; 1 for the sky."""
    assert frame.view is not None and frame.normal is not None
    ray = frame.view.rays()
    ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
    cosine = np.abs(np.einsum("hwi,hwi->hw", ray, frame.normal))
    return np.asarray(np.where(frame.ids == 0, 1.0, cosine))


def _area(frame: Passes) -> NDArray[np.float64]:
    """Square metres of a surface that a pixel shows."""
    assert frame.view is not None
    depth = np.where(np.isfinite(frame.depth), frame.depth, 0.0).astype(np.float64)
    return np.asarray(np.square(depth / frame.view.focal) / np.maximum(_facing(frame), 0.05))


def _soft(trust: Floats, ids: NDArray[np.uint8]) -> Floats:
    """Trust that passes into distrust over some pixels, and never over an outline."""
    found = np.zeros_like(trust)
    for thing in np.flatnonzero(np.bincount(ids[trust > 0], minlength=1)):
        mask = ids == thing
        around = uniform_filter(mask.astype(np.float32), 5, mode="nearest")
        inside = uniform_filter(np.where(mask, trust, 0.0), 5, mode="nearest")
        # a point that is not trusted takes over nothing
        soft = np.clip(2.0 * inside / np.maximum(around, 1e-6) - 1.0, 0.0, 1.0)
        found[mask] = np.minimum(soft, trust)[mask]
    return found
