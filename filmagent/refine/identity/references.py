"""Pictures of characters as a video model takes them: on white, as many as it has room for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from filmagent.refine.passes import Picture

Floats = NDArray[np.float32]

_GAP = 0.04
"""White between people who share a picture, in heights."""


def on_white(picture: Picture, shown: NDArray[np.bool_], finer: int = 1) -> Picture:
    """What a picture shows, cut out and put on white.

    Parameters
    ----------
    picture : (H, W, 3)
    shown : (H, W)
        Whom or what.
    finer
        Pixels that become one, along a side: edges are as smooth as that.

    Returns
    -------
    array
        (H / finer, W / finer, 3) uint8.
    """
    # outlines are mixed with what is behind
    own = binary_erosion(shown).astype(np.float32)[..., None]
    height, width = (n // finer for n in shown.shape)

    def pooled(values: Floats) -> Floats:
        cut = values[: height * finer, : width * finer]
        return np.asarray(cut.reshape(height, finer, width, finer, -1).mean((1, 3)))

    share, colour = pooled(own), pooled(own * picture)
    return np.asarray(colour + 255 * (1 - share) + 0.5).astype(np.uint8)


def references(people: Sequence[Sequence[Picture]], room: int) -> list[Floats]:
    """Pictures for a model that takes so many.

    Everybody has as many as everybody else, so that nobody counts for more; where there are more
    people than room, the last of them share a picture.

    Parameters
    ----------
    people
        The pictures (H, W, 3) uint8 of everybody in the shot, who matters most first; of each,
        those that say most first.
    room
        How many pictures the model takes.

    Returns
    -------
    list
        Pictures (H, W, 3) float32, display values 0–1.
    """
    known = [list(pictures) for pictures in people if pictures]
    if not known or room <= 0:
        return []
    each = max(room // len(known), 1)
    alone = known if len(known) <= room else known[: room - 1]
    chosen = [picture for pictures in alone for picture in pictures[:each]]
    together = [pictures[0] for pictures in known[len(alone) :]]
    if together:
        chosen.append(_side_by_side(together))
    return [picture.astype(np.float32) / 255 for picture in chosen]


def _side_by_side(pictures: Sequence[Picture]) -> Picture:
    height = max(p.shape[0] for p in pictures)
    gap = np.full((height, round(_GAP * height), 3), 255, np.uint8)
    row: list[Picture] = []
    for picture in pictures:
        narrow = _trimmed(picture)
        above = ((height - len(narrow), 0), (0, 0), (0, 0))
        row += [gap, np.pad(narrow, above, constant_values=255)]
    return np.concatenate([*row, gap], 1)


def _trimmed(picture: Picture) -> Picture:
    """Without the white at its sides."""
    columns = np.flatnonzero((picture < 250).any((0, 2)))
    if not columns.size:
        return picture
    return picture[:, columns[0] : columns[-1] + 1]
