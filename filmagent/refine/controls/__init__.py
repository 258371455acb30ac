"""Control videos: what a video model is shown of a shot's shapes, made of what the engine knows.

>>> from filmagent.refine import controls
>>> clip = controls.of(film, "1A", range(0, 48), "depth")                    # doctest: +SKIP
>>> clip[0:8].shape                                                          # doctest: +SKIP
(8, 360, 640, 3)

Models that follow such videos were trained on estimates from pictures; these are the truth, in the
estimators' manner. Nothing in them is scaled frame by frame, so that nothing pulses.

==========  ==================================================================================
``depth``   nearness (1 / depth), near is bright, one scale for the whole setup, the sky black
``line``    outlines, folds and edges of paint, white on black: `controls.outlines`
``normal``  which way surfaces face, seen from the camera, blue towards it: `controls.shapes`
``pose``    everybody's skeleton as OpenPose draws it, from the stage: `controls.pose`
==========  ==================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.errors import InputError
from filmagent.refine import passes
from filmagent.refine.controls import outlines, pose, shapes
from filmagent.refine.passes import Floats, Passes

Draw = Callable[[Passes, int], Floats]
"""A control picture (H, W, 3) 0–1 of a frame's passes and its number."""


@dataclass(frozen=True)
class Control:
    """A control video, drawn as it is read: (F, H, W, 3) float32, display values 0–1.

    Slices give arrays; `numpy.asarray` gives all of it.
    """

    film: Path
    quality: str
    setup: str
    frames: Sequence[int]
    also: tuple[str, ...]
    draw: Draw

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """(F, H, W, 3)."""
        height, width = self._read(self.frames[0], ()).ids.shape
        return len(self.frames), height, width, 3

    def __getitem__(self, which: slice) -> Floats:
        drawn = [self.draw(self._read(f, self.also), f) for f in self.frames[which]]
        if not drawn:
            return np.empty((0, *self.shape[1:]), np.float32)
        return np.stack(drawn).astype(np.float32)

    def __array__(self, dtype: np.dtype[Any] | None = None, copy: bool | None = None) -> Floats:
        return self[:] if dtype is None else self[:].astype(dtype)

    def _read(self, frame: int, also: tuple[str, ...]) -> Passes:
        return passes.read(self.film / "frames", self.quality, self.setup, frame, also)


def of(
    film: Path, setup: str, frames: Sequence[int], kind: str, quality: str = "preview"
) -> Control:
    """The control video of a setup's frames.

    Parameters
    ----------
    film
        The film folder, with the passes of the frames (`render.passes.EVERYTHING`).
    setup, frames
        Which scene frames.
    kind
        One of `KINDS`.
    quality
        Of the frames.

    Raises
    ------
    InputError
        If there is no such kind, or no frame is asked for.
    RenderError
        When it is read: if a pass is missing, damaged, or of another size.
    """
    if kind not in KINDS:
        raise InputError(f'There is no control "{kind}"; there are {", ".join(KINDS)}.')
    if not len(frames):
        raise InputError(f"No frame of {setup} is asked for; name at least one.")
    also, start = KINDS[kind]
    return Control(film, quality, setup, frames, also, start(film, setup, quality))


def _depth(film: Path, setup: str, quality: str) -> Draw:
    scale = shapes.Scale.of(film / "frames", quality, setup)
    return lambda known, _: shapes.nearness(known, scale)


def _line(film: Path, setup: str, quality: str) -> Draw:
    return lambda known, _: outlines.drawn(known)


def _normal(film: Path, setup: str, quality: str) -> Draw:
    return lambda known, _: shapes.facing(known)


def _pose(film: Path, setup: str, quality: str) -> Draw:
    cast = pose.Cast.of(film, setup)
    return lambda known, frame: pose.drawn(cast, known, frame)


KINDS: dict[str, tuple[tuple[str, ...], Callable[[Path, str, str], Draw]]] = {
    "depth": ((), _depth),
    "line": (("normal", "albedo", "materials"), _line),
    "normal": (("normal", "view"), _normal),
    "pose": (("view",), _pose),
}
"""By kind: the passes it is made of beyond the four, and who draws it."""
