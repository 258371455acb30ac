"""What must stay as the engine shows it: faces, hands, people, the letter that the story is about.

Whole objects are known by their ids. A part of a body is known by rest positions: where its points
are on the body before anything moves it. So a face is found in profile, upside down and half behind
a shoulder, to the pixel; nothing is looked for in pictures.

What is protected is held at a low noise level while a model paints (`held`), or put back into the
finished picture (`composited`), or both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from filmagent.errors import RenderError
from filmagent.library.bake import Bake
from filmagent.refine.identity.colour import Offsets
from filmagent.refine.metrics.lab import display, lab
from filmagent.refine.passes import Passes

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Point = tuple[float, float, float]
PartName = Literal["faces", "hands"]

_FEATHER = 0.02
"""Metres of skin over which a part passes into the rest of a body."""
_HAIRLINE = 0.02
"""Metres below the brows at which the line through a face ends: its reach ends at the hair."""
_CHEEK = 0.025
"""Metres that a face reaches further than from its middle to ears and nose."""
_HAND = 0.075
"""Metres from the line along a hand to the tip of a spread thumb, about."""
_CUFF = 0.2
"""Share of a hand, from the wrist, where the line begins: what is before it is within reach."""


@dataclass(frozen=True)
class Part:
    """A part of a body at rest: all that is within reach of a line; metres."""

    start: Point
    end: Point
    reach: float

    def share(self, rest: Floats) -> Floats:
        """How much rest positions (…, 3) belong to it: 1 inside, 0 beyond its edge, (…)."""
        first = np.array(self.start, np.float32)
        line = np.array(self.end, np.float32) - first
        along = np.clip((rest - first) @ line / max(float(line @ line), 1e-9), 0.0, 1.0)
        away = np.linalg.norm(rest - first - along[..., None] * line, axis=-1)
        ramp = np.clip((self.reach - away) / _FEATHER, 0.0, 1.0)
        return np.asarray(ramp * ramp * (3 - 2 * ramp), np.float32)


@dataclass(frozen=True)
class Protected:
    """What is protected in the shots of a scene, by object id."""

    whole: frozenset[int] = frozenset()
    """Objects that are protected from head to foot."""
    parts: Mapping[int, Sequence[Part]] = field(default_factory=dict)
    """Parts of bodies."""

    def share(self, frame: Passes) -> Floats:
        """How much of each pixel is protected, (H, W) 0–1: soft over skin, never beyond an id.

        Raises
        ------
        RenderError
            If parts are asked for and the frame was read without its rest positions.
        """
        found = np.zeros(frame.ids.shape, np.float32)
        for thing in self.whole:
            found[frame.ids == thing] = 1.0
        for thing, parts in self.parts.items():
            mask = frame.ids == thing
            if not mask.any():
                continue
            if frame.rest is None:
                raise RenderError(
                    "Protecting faces and hands needs each frame's rest positions: render the "
                    "shot with its data passes, or protect whole people by name."
                )
            for part in parts:
                found[mask] = np.maximum(found[mask], part.share(frame.rest[mask]))
        return found


def parts(body: Bake, names: Iterable[PartName]) -> list[Part]:
    """The parts of a body that are called so.

    Parameters
    ----------
    body
        As a stage has it: with its landmarks (`filmagent.library.cast`).
    names
        ``faces``, ``hands``.
    """
    at = {n: np.array(known["point"], float) for n, known in body.extra["landmarks"].items()}
    found: list[Part] = []
    for name in names:
        found += _face(at) if name == "faces" else _hands(at)
    return found


def held(frame: Passes, protected: Protected, start: float, low: float) -> Floats:
    """σ_start of every pixel, (H, W): low where anything is protected.

    Parameters
    ----------
    frame
        Its passes.
    protected
        What is.
    start, low
        σ below which a model moves what is not protected, and what is.
    """
    share = protected.share(frame)
    return np.where(share > 0, np.float32(min(low, start)), np.float32(start))


def composited(
    refined: Floats,
    frame: Passes,
    protected: Protected,
    names: Mapping[int, str],
    offsets: Offsets | None = None,
) -> Floats:
    """A refined frame with the engine's picture put back where it is protected, (H, W, 3).

    Parameters
    ----------
    refined : (H, W, 3)
        Display values 0–1.
    frame, protected
        The frame it was made from, and what is protected in it.
    names
        What object ids are called throughout the film.
    offsets
        What refining does to colours in this film: put back is the engine's picture in these.
    """
    share = protected.share(frame)
    colours = lab(frame.rgb)
    known = offsets or Offsets()
    for thing in np.flatnonzero(np.bincount(frame.ids[share > 0], minlength=1)):
        mask = frame.ids == thing
        colours[mask] += np.array(known[names.get(int(thing), "")], np.float32)
        share[mask] = _soft(share, mask)[mask]
    return np.asarray(refined + share[..., None] * (display(colours) - refined), np.float32)


def _soft(share: Floats, mask: NDArray[np.bool_]) -> Floats:
    """A share inside a mask: over pixels too, where a body is small, and 0 at the outline.

    The engine's outline is mixed with what the engine had behind it.
    """
    around = uniform_filter(mask.astype(np.float32), 3, mode="nearest")
    inside = uniform_filter(np.where(mask, share, 0.0), 3, mode="nearest")
    soft = inside / np.maximum(around, 1e-6) * np.clip(2.0 * around - 1.0, 0.0, 1.0)
    return np.asarray(soft, np.float32)


def _face(at: Mapping[str, Doubles]) -> list[Part]:
    ears, nose = (at["ear.L"] + at["ear.R"]) / 2, at["nose_tip"]
    x, y, _ = (float(v) for v in (ears + nose) / 2)
    reach = float(nose[1] - ears[1]) / 2 + _CHEEK
    low, high = float(at["chin"][2]) + reach / 3, float(at["brow"][2]) - _HAIRLINE
    return [Part((x, y, low), (x, y, high), reach)]


def _hands(at: Mapping[str, Doubles]) -> list[Part]:
    found = []
    for side in ("L", "R"):
        wrist, tip = at[f"wrist.{side}"], at[f"fingertip.{side}"]
        found.append(Part(_point(wrist + _CUFF * (tip - wrist)), _point(tip), _HAND))
    return found


def _point(values: Doubles) -> Point:
    x, y, z = (float(v) for v in values)
    return x, y, z
