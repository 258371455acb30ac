"""How large somebody is in a picture, by what of the body is on screen; steady over time.

Sizes are metres of a grown body: a child's medium shot ends at the child's own waist (`share`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from camera.framing.aiming import CROWN, eyes_height
from camera.framing.body import LIMBS, Body
from camera.framing.growth import grown
from camera.framing.screen import Seen
from camera.grammar import SIZES
from camera.pose import Array

_NAMES = list(SIZES)
_SHOWS = np.array([s.shows for s in SIZES.values()])
_CUTS = np.array([s.shows * (1 - s.headroom) for s in SIZES.values()])
"""Metres below the crown at which each size cuts a standing adult."""
_BORDERS = (np.log(_SHOWS[1:]) + np.log(_SHOWS[:-1])) / 2
_WHOLE = 0.85 * SIZES["LS"].shows
"""Metres shown by a picture that just holds a standing figure."""
_TRUSTED = (0.7, 1.6)
"""How far what is on screen may change the size that the distance gives."""
# metres below the crown of a standing adult, whatever the posture
_BELOW = {
    "crown": 0.0,
    "eyes": 0.115,
    "mouth": 0.19,
    "chin": 0.23,
    "shoulder": 0.31,
    "hip": 0.82,
    "knee": 1.23,
    "foot": 1.68,
}
_STATIONS = np.array(list(_BELOW.values()))
_FEET = float(_STATIONS[-1])
_FOOT = 1.6
"""Metres below the crown from which a figure is whole."""
_UPRIGHT = 0.85
"""Cosine between trunk and legs from which somebody is straight."""
# arms say nothing of the size: they are wherever they are
_CHAIN = [i for i, ends in enumerate(LIMBS) if all(e.split(".")[0] in _BELOW for e in ends)]
_TOP = np.array([_BELOW[LIMBS[i][0].split(".")[0]] for i in _CHAIN])
_BOTTOM = np.array([_BELOW[LIMBS[i][1].split(".")[0]] for i in _CHAIN])


def shows(seen: Seen) -> Array:
    """Metres of picture height (...,) that a body is shown in, by what of it is on screen.

    Children are told in the metres of a grown body shown alike.

    Where the frame cuts the body tells the size in a figure's own measure: whoever is seen from the
    waist is in a medium shot, tall or small, turned or half out of frame. Bent legs tell nothing,
    so that sitting down changes no size. The distance along the lens's axis gives the size in
    metres; it bounds what the cut may say, and alone speaks below the hips of who sits and where
    the face is not in frame. NaN where nothing of the body is.
    """
    depth = seen.eyes_depth
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(depth > 0, depth / seen.camera.focal_heights, np.nan)
    scale = _of_a_grown(scale, seen.body)
    _, leave = (x[..., _CHAIN] for x in seen.limbs)
    low = _TOP + leave * (_BOTTOM - _TOP)
    cut = np.where(np.isnan(low), -np.inf, low).max(axis=-1)
    by_cut = np.exp(np.interp(np.log(np.maximum(cut, 1e-3)), np.log(_CUTS), np.log(_SHOWS)))
    least, most = _TRUSTED
    part = np.clip(by_cut, least * scale, most * scale)
    whole = np.maximum(scale, np.minimum(most * scale, _WHOLE))
    hips = np.isfinite(seen.body.point("hip.L") + seen.body.point("hip.R")).all(axis=-1)
    straight, trunk = _straight(seen.body), hips & (cut < _BELOW["hip"])
    metres = np.where(straight & (cut >= _FOOT), whole, np.where(straight | trunk, part, scale))
    metres = np.where(seen.face_inside, metres, scale)
    return np.asarray(np.where(np.isfinite(cut), metres, np.nan))


def share(body: Body, size: str) -> Array:
    """What part (...,) of a size's height shows a body as the size shows the grown; ≤ 1.

    A grown body is cut at some place by the frame: a child's picture ends at the same place.
    """
    return np.asarray(_shares(body)[..., _NAMES.index(size)])


def eyes_for(body: Body, size: str) -> Array:
    """Height (...,) on the screen at which a size has this body's eyes; the grown: `eyes_height`.

    A child's forehead is nearly a grown one's, and takes more of a picture that shows less.
    """
    over = grown(body, _STATIONS)[..., 1] / share(body, size)
    return np.asarray(eyes_height(size) + (CROWN - over) / SIZES[size].shows)


def _shares(body: Body) -> Array:
    """Of every size (..., S)."""
    own = grown(body, _STATIONS)
    cuts = np.minimum(_CUTS, _FEET)
    index = np.clip(np.searchsorted(_STATIONS, cuts), 1, len(_STATIONS) - 1)
    low, high = _STATIONS[index - 1], _STATIONS[index]
    weight = (cuts - low) / (high - low)
    below = own[..., index - 1] * (1 - weight) + own[..., index] * weight
    # not by the cuts: the shares of the grown are exactly 1
    return np.asarray(below / (low * (1 - weight) + high * weight))


def _of_a_grown(metres: Array, body: Body) -> Array:
    """Metres of picture (...,) that would show a grown body as these show this one."""
    shares = _shares(body)
    if np.all(shares == 1.0):
        return metres
    shares = np.broadcast_to(shares, (*metres.shape, len(_NAMES)))
    heights, found = np.log(_SHOWS), metres
    # shares change little from size to size: the third round moves nothing
    for _ in range(3):
        with np.errstate(invalid="ignore"):
            at = np.log(np.maximum(found, 1e-3))
        index = np.clip(np.searchsorted(heights, at), 1, len(heights) - 1)
        weight = (at - heights[index - 1]) / (heights[index] - heights[index - 1])
        weight = np.clip(weight, 0.0, 1.0)
        low = np.take_along_axis(shares, index[..., None] - 1, axis=-1)[..., 0]
        high = np.take_along_axis(shares, index[..., None], axis=-1)[..., 0]
        found = metres / (low + weight * (high - low))
    return np.asarray(found)


def _straight(body: Body) -> Array:
    """Whether legs (...,) go on where the trunk ends, as of who stands or lies."""
    eyes, hips, feet = (
        np.mean([body.point(name) for name in names], axis=0)
        for names in (("eyes",), ("hip.L", "hip.R"), ("foot.L", "foot.R"))
    )
    trunk, legs = hips - eyes, feet - hips
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = (trunk * legs).sum(-1) / (
            np.linalg.norm(trunk, axis=-1) * np.linalg.norm(legs, axis=-1)
        )
    return np.asarray(cosine > _UPRIGHT)


def sizes(metres: ArrayLike, *, hysteresis: float = 0.08) -> Array:
    """Names (F, ...) of the sizes that show so many metres (F, ...); "" where NaN.

    The same, frame by frame, as `grammar.size_of` with the frame before.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        index = held(np.log(np.asarray(metres, np.float64)), _BORDERS, hysteresis)
    return np.array([*_NAMES, ""])[index]


def held(values: ArrayLike, borders: ArrayLike, margin: float, *, period: float = 0.0) -> Array:
    """Classes (F, ...) of numbers by ascending borders, kept while within ``margin`` of a border.

    Parameters
    ----------
    values : (F, ...) float
        NaN is class −1, and forgets what was before.
    borders : (C − 1,) float
    margin
        How far past a border a number has to be before the class changes.
    period
        Of numbers that go round (angles in [0, period)): their last border is the period.
    """
    v, edges = np.asarray(values, np.float64), np.asarray(borders, np.float64)
    known = np.isfinite(v)
    filled = np.where(known, v, edges[0])
    count = len(edges) + (0 if period else 1)
    now = np.searchsorted(edges, filled) % count
    low = np.searchsorted(edges, filled - margin)
    high = np.searchsorted(edges, filled + margin)
    if period:
        low = np.where(filled - margin < edges[-1] - period, count - 1, low) % count
        high = high % count
    unsure = (low != now) | (high != now)
    result = np.where(known, now, -1)
    # only where a number is near a border does the past matter
    for i in np.flatnonzero(unsure.reshape(len(v), -1).any(axis=1)) if v.ndim else ():
        if i:
            before = result[i - 1]
            keep = known[i] & ((before == low[i]) | (before == high[i]))
            result[i] = np.where(keep, before, result[i])
    return np.asarray(result)
