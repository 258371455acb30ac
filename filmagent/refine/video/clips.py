"""Pictures read by slices: padded to the frames and sizes that a model takes, never all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from filmagent.errors import InputError
from filmagent.refine.video.backend import Capabilities, Clip, Frames, Wish


@dataclass(frozen=True)
class View:
    """A clip seen through a function of a slice's first and end: nothing is read before."""

    shape: tuple[int, ...]
    read: Callable[[int, int], Frames]

    def __getitem__(self, which: slice) -> Frames:
        first, end, _ = which.indices(self.shape[0])
        return self.read(first, end)


def padded(clip: Clip, frames: int, height: int, width: int) -> Clip:
    """A clip with its last frame, lowest row and right column repeated."""
    there, rows, columns = clip.shape[:3]
    if (there, rows, columns) == (frames, height, width):
        return clip

    def read(first: int, end: int) -> Frames:
        found = np.asarray(clip[min(first, there - 1) : min(end, there)], np.float32)
        rest = [(0, 0)] * (found.ndim - 3)
        missing = (0, end - first - len(found)), (0, height - rows), (0, width - columns)
        return np.pad(found, [*missing, *rest], mode="edge")

    return View((frames, height, width, *clip.shape[3:]), read)


def fitted(wish: Wish, capabilities: Capabilities) -> Wish:
    """A wish whose clips have lengths and sizes that the model takes.

    Raises
    ------
    InputError
        If its clips disagree, or the model cannot follow it.
    """
    frames, height, width = shape(wish)
    _check(wish, capabilities)
    length = capabilities.padded(frames)
    rows, columns = (-(-n // capabilities.grid) * capabilities.grid for n in (height, width))

    def fit(clip: Clip) -> Clip:
        return padded(clip, length, rows, columns)

    def still(picture: Frames) -> Frames:
        return np.asarray(padded(picture[None], 1, rows, columns)[0:1][0])

    return replace(
        wish,
        controls={kind: fit(clip) for kind, clip in wish.controls.items()},
        areas={kind: fit(clip) for kind, clip in wish.areas.items()},
        mask=None if wish.mask is None else fit(wish.mask),
        picture=None if wish.picture is None else fit(wish.picture),
        keyframes={number: still(picture) for number, picture in wish.keyframes.items()},
    )


def shape(wish: Wish) -> tuple[int, int, int]:
    """Frames, height and width of a wish's clips.

    Raises
    ------
    InputError
        If there is none, or two disagree.
    """
    named = dict(_clips(wish))
    if not named:
        raise InputError(
            "There is nothing to paint from: give the engine's picture, or a control video such "
            "as depth."
        )
    (first, clip), *others = named.items()
    size = _size(clip)
    for name, other in others:
        if _size(other) != size:
            raise InputError(
                f"The {first} has {_words(size)}, the {name} {_words(_size(other))}: render the "
                "passes of a shot in one quality."
            )
    for number, picture in wish.keyframes.items():
        if not 0 <= number < size[0]:
            raise InputError(f"Keyframe {number} is beyond the shot's {size[0]} frames.")
        if picture.shape[:2] != size[1:]:
            raise InputError(
                f"Keyframe {number} is {picture.shape[1]}×{picture.shape[0]}, the shot "
                f"{size[2]}×{size[1]} pixels."
            )
    return size


def _clips(wish: Wish) -> Iterator[tuple[str, Clip]]:
    if wish.picture is not None:
        yield "picture", wish.picture
    for kind, clip in wish.controls.items():
        yield f"{kind} video", clip
    for kind, clip in wish.areas.items():
        yield f"area of {kind}", clip
    if wish.mask is not None:
        yield "mask", wish.mask


def _check(wish: Wish, capabilities: Capabilities) -> None:
    for kind in wish.controls:
        if kind not in capabilities.controls:
            known = ", ".join(capabilities.controls) or "none"
            raise InputError(f"{capabilities.name} follows no {kind} video; it follows: {known}.")
    if len(wish.references) > capabilities.references:
        raise InputError(
            f"{len(wish.references)} references are more than the {capabilities.references} that "
            f"{capabilities.name} takes."
        )
    for name, asked, able in (
        ("a mask", wish.mask is not None, capabilities.masks),
        ("keyframes", bool(wish.keyframes), capabilities.keyframes),
    ):
        if asked and not able:
            raise InputError(f"{capabilities.name} takes no {name.removeprefix('a ')}.")
    if wish.mask is not None and wish.picture is None:
        raise InputError("A mask keeps parts of a picture: give the engine's picture too.")


def _size(clip: Clip) -> tuple[int, int, int]:
    frames, height, width = clip.shape[:3]
    return frames, height, width


def _words(size: tuple[int, int, int]) -> str:
    return f"{size[0]} frames of {size[2]}×{size[1]} pixels"


def replaced(clip: Clip, stills: Mapping[int, Frames]) -> Clip:
    """A clip with some of its frames replaced."""
    if not stills:
        return clip

    def read(first: int, end: int) -> Frames:
        found = np.array(clip[first:end], np.float32)
        for number, still in stills.items():
            if first <= number < end:
                found[number - first] = still
        return found

    return View(clip.shape, read)


def finite(pictures: Any, what: str, first: int) -> Frames:
    """A slice of a clip as float32, checked.

    Raises
    ------
    InputError
        If a pixel is no number.
    """
    found = np.asarray(pictures, np.float32)
    if not np.isfinite(found).all():
        bad = first + int(np.argmin(np.isfinite(found.reshape(len(found), -1)).all(1)))
        raise InputError(
            f"Frame {bad} of the {what} holds pixels that are no numbers: render it again."
        )
    return found
