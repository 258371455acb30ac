"""A clip: somebody's motion in our names, on the skeleton it was taken from.

Nothing in it is fitted to a body yet: `filmagent.cast.imported.retarget` does that for each
member that plays it.

Keys of the npz
---------------
``manifest``  JSON: ``format``, ``name``, ``source``, ``words``, ``seconds``, ``fps`` (numerator,
              denominator)
``slots``     (K,) the bones that move, by our names (`filmagent.library.bodies.slots`)
``rest``      (K, 3) where they start at rest, in the source's axes and units
``turns``     (F, K, 4) wxyz, each bone's turn from rest; the world is Z up
``hips``      (F, 3) middle of the hip joints
``planted``   (F, 2) whether the left and the right foot stand
``ankle``     () height of the hips' zero: of the ankle joints over the floor when both feet stand
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from filmagent.cast.rotation import Array, continuous
from filmagent.errors import DocumentError, InputError
from filmagent.library import npz
from filmagent.library.bodies.slots import SLOTS

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Clip:
    """A take; the module's docstring says what its arrays are."""

    name: str
    source: str
    fps: tuple[int, int]
    slots: tuple[str, ...]
    rest: Array
    turns: Array
    hips: Array
    planted: Array
    ankle: float
    """Height of the ankle joints when standing, in the world of ``hips``, its units."""
    words: tuple[str, ...] = ()
    """Verbs and phrases of a screenplay that mean it."""

    @property
    def rate(self) -> float:
        """Frames a second."""
        return self.fps[0] / self.fps[1]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return max(len(self.turns) - 1, 0) / self.rate

    def place(self, slot: str) -> Array:
        """Where a bone starts at rest, (3,)."""
        out: Array = self.rest[self.slots.index(slot)]
        return out

    @property
    def joints(self) -> dict[str, Array]:
        """Slot → where it starts at rest."""
        return dict(zip(self.slots, self.rest, strict=True))

    @property
    def leg(self) -> float:
        """Length of thigh and shank, the mean of both sides."""
        lengths = [
            np.linalg.norm(self.place(f"{a}.{side}") - self.place(f"{b}.{side}"))
            for side in "LR"
            for a, b in (("upperleg01", "lowerleg01"), ("lowerleg01", "foot"))
        ]
        return float(sum(lengths)) / 2

    def at(self, seconds: Array) -> Clip:
        """The clip at other times, (F,): turns on the shortest way, places in straight lines."""
        x = np.clip(np.asarray(seconds, float) * self.rate, 0, len(self.turns) - 1)
        low = np.minimum(x.astype(int), max(len(self.turns) - 2, 0))
        high = np.minimum(low + 1, len(self.turns) - 1)
        share = (x - low)[:, None]
        near = np.round(x).astype(int)
        return replace(
            self,
            turns=slerp(self.turns[low], self.turns[high], share),
            hips=self.hips[low] + (self.hips[high] - self.hips[low]) * share,
            planted=self.planted[near],
        )

    def resampled(self, fps: tuple[int, int]) -> Clip:
        """The clip at another frame rate."""
        if fps[0] * self.fps[1] == self.fps[0] * fps[1]:
            return self
        count = int(np.floor(self.seconds * fps[0] / fps[1] + 1e-6)) + 1
        return replace(self.at(np.arange(count) * fps[1] / fps[0]), fps=fps)

    def cut(self, start: float, end: float | None) -> Clip:
        """A stretch of it, in seconds.

        Raises
        ------
        InputError
            If less than two frames are left.
        """
        first = max(int(np.ceil(start * self.rate - 1e-6)), 0)
        last = len(self.turns) if end is None else int(np.floor(end * self.rate + 1e-6)) + 1
        if last - first < 2 or first >= len(self.turns) - 1:
            raise InputError(
                f"{self.source} lasts {self.seconds:.2f} s; nothing is left of it from {start} to "
                f"{'its end' if end is None else end}."
            )
        span = slice(first, last)
        return replace(
            self, turns=self.turns[span], hips=self.hips[span], planted=self.planted[span]
        )

    @property
    def travel(self) -> float:
        """How far from its beginning it ends, in leg lengths."""
        return float(np.linalg.norm((self.hips[-1] - self.hips[0])[:2])) / self.leg


def slerp(a: Array, b: Array, share: Array) -> Array:
    """From quaternions ``a`` to ``b`` (F, K, 4) on the shorter way; ``share`` broadcasts."""
    dot = np.sum(a * b, axis=-1, keepdims=True)
    b = np.where(dot < 0, -b, b)
    angle = np.arccos(np.clip(np.abs(dot), 0.0, 1.0))
    share = np.broadcast_to(share[..., None], dot.shape)
    small = angle < 1e-5
    sine = np.where(small, 1.0, np.sin(angle))
    u = np.where(small, 1 - share, np.sin((1 - share) * angle) / sine)
    v = np.where(small, share, np.sin(share * angle) / sine)
    mixed = u * a + v * b
    out: Array = mixed / np.linalg.norm(mixed, axis=-1, keepdims=True)
    return out


def save(clip: Clip, path: Path) -> None:
    """Write a clip: equal clips are equal files."""
    manifest = {
        "format": FORMAT,
        "name": clip.name,
        "source": clip.source,
        "words": list(clip.words),
        "seconds": round(clip.seconds, 3),
        "fps": list(clip.fps),
    }
    npz.save(
        path,
        {
            "manifest": np.array(json.dumps(manifest, sort_keys=True)),
            "slots": np.array(clip.slots),
            "rest": np.round(clip.rest, 6),
            "turns": np.round(continuous(clip.turns), 6).astype(np.float32),
            "hips": np.round(clip.hips, 6),
            "planted": np.asarray(clip.planted, bool),
            "ankle": np.array(round(clip.ankle, 6)),
        },
    )


def load(path: Path) -> Clip:
    """Read a clip.

    Raises
    ------
    DocumentError
        If it is none, or of a newer filmagent.
    """
    found = npz.load(path)
    try:
        told = json.loads(str(found["manifest"][()]))
        if told["format"] > FORMAT:
            raise DocumentError(f"{path} is a clip of a newer filmagent; upgrade filmagent.")
        clip = Clip(
            str(told["name"]),
            str(told["source"]),
            (int(told["fps"][0]), int(told["fps"][1])),
            tuple(str(s) for s in found["slots"]),
            found["rest"],
            found["turns"].astype(np.float64),
            found["hips"],
            found["planted"],
            float(found["ankle"]),
            tuple(str(w) for w in told["words"]),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise DocumentError(
            f"{path} is not a motion clip ({error}); import it with `filmagent motion import`."
        ) from None
    if not set(clip.slots) <= set(SLOTS) or clip.turns.shape[1:] != (len(clip.slots), 4):
        raise DocumentError(
            f"{path} moves bones there are not; import it with `filmagent motion import`."
        )
    return clip
