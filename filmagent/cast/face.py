"""The face beside speech: emotions, blinks, lids that follow the eyes; and moods as posture."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from filmagent.cast.lipsync import weights
from filmagent.cast.rotation import Array, ease, noise
from filmagent.documents import Mood
from filmagent.documents.seeds import seed as seed_of
from filmagent.library.bake import ARKIT

MOUTH = np.array([name.startswith(("mouth", "jaw", "tongue")) for name in ARKIT])
_BLEND = 0.45


@dataclass(frozen=True)
class Feeling:
    """An emotion as face and posture."""

    face: Array
    lean: float
    slump: float
    head: tuple[float, float]


@cache
def feelings() -> dict[str, Feeling]:
    """Every emotion of the documents."""
    raw = tomllib.loads(Path(__file__).with_name("emotions.toml").read_text("utf-8"))
    return {
        name: Feeling(
            weights(value["face"]),
            value.get("lean", 0.0),
            value.get("slump", 0.0),
            tuple(value.get("head", (0.0, 0.0))),
        )
        for name, value in raw.items()
    }


@dataclass
class Temper:
    """Moods over the frames."""

    face: Array
    """(F, 52)."""
    lean: Array
    slump: Array
    head: Array
    """(F, 2) pitch, roll."""
    energy: Array


def temper(moods: Sequence[Mood], t: Array, seed: int) -> Temper:
    """Blend an actor's moods; an unfelt time is neutral."""
    n = len(t)
    out = Temper(
        np.zeros((n, len(ARKIT))), np.zeros(n), np.zeros(n), np.zeros((n, 2)), np.full(n, 0.4)
    )
    for mood in moods:
        feeling = feelings()[mood.emotion]
        share = ease((t - mood.start + 0.15) / _BLEND) * ease((mood.end + 0.35 - t) / _BLEND)
        strength = share * (0.55 + 0.6 * mood.energy)
        # a face that holds an emotion like a mask is dead
        alive = 1 + 0.18 * noise(t, 0.5, seed_of(seed, "mood", mood.emotion))
        out.face += (strength * alive)[:, None] * feeling.face
        out.lean += strength * feeling.lean
        out.slump += strength * feeling.slump
        out.head += strength[:, None] * feeling.head
        out.energy += share * (mood.energy - 0.4)
    return out


def compose(speech: Array, owned: Array, mood: Array, acted: Array) -> Array:
    """One face from speech, mood and gestures: speech owns the mouth while it lasts.

    Parameters
    ----------
    speech, mood, acted
        (F, 52) weights.
    owned
        (F,) how far speech owns the mouth.
    """
    feeling = mood + acted
    # a smile is heard in speech, a pressed mouth cannot speak
    keep = np.where(MOUTH, 0.28, 1.0)
    closing = np.array(
        [("Press" in n or "Close" in n or "Roll" in n or n.startswith("jaw")) for n in ARKIT]
    )
    keep = np.where(closing, 0.0, keep)
    shut = np.clip(2 * speech[:, [ARKIT.index("mouthPressLeft")]], 0, 1)
    spread = feeling * (1 + (keep - 1) * owned[:, None])
    spread = np.where(MOUTH, spread * (1 - 0.7 * shut * owned[:, None]), spread)
    out: Array = np.clip(speech + spread, 0.0, 1.0)
    return out


def blinks(t: Array, shifts: Sequence[float], thoughts: Sequence[float], seed: int) -> Array:
    """Lids closed, (F,) 0–1: every 2–5 s, at the ends of thoughts, in large gaze shifts."""
    wished = []
    first, last = int(np.floor(t[0] / 3.4)) - 1, int(np.ceil(t[-1] / 3.4)) + 1
    for slot in range(first, last + 1):
        rng = np.random.default_rng(seed_of(seed, "blink", str(slot)))
        wished.append((0, 3.4 * (slot + rng.uniform(0.05, 0.8))))
    for k, second in enumerate(shifts):
        wished.append((2, second + 0.02 + 0.001 * k))
    wished += [(1, second) for second in thoughts]
    kept: list[float] = []
    for _, second in sorted(wished, key=lambda w: (-w[0], w[1])):
        if all(abs(second - other) > 0.9 for other in kept):
            kept.append(second)
    closed = np.zeros(len(t))
    step = float(t[1] - t[0]) if len(t) > 1 else 1.0
    for second in kept:
        # on a frame, or the closed lid would fall between two
        middle = round(second / step) * step
        x = t - middle
        closed = np.maximum(closed, ease((x + 0.10) / 0.09) * ease((0.17 - x) / 0.15))
    return closed


def lids(face: Array, eyes: Array, closed: Array) -> None:
    """Write blinks and the eyes' directions into the face, in place.

    ``eyes`` is (F, 2, 2): yaw to the left and pitch up of the left and the right eye.
    """
    full = np.radians(30)
    for i, side in enumerate(("Left", "Right")):
        yaw, pitch = eyes[:, i, 0], eyes[:, i, 1]
        outward = yaw if side == "Left" else -yaw
        for name, value in (("Up", pitch), ("Down", -pitch), ("Out", outward), ("In", -outward)):
            column = ARKIT.index(f"eyeLook{name}{side}")
            face[:, column] = np.clip(face[:, column] + np.clip(value / full, 0, 1), 0, 1)
        lid = ARKIT.index(f"eyeBlink{side}")
        face[:, lid] = np.maximum(face[:, lid], closed)
        wide = ARKIT.index(f"eyeWide{side}")
        face[:, wide] *= 1 - closed
        squint = ARKIT.index(f"eyeSquint{side}")
        face[:, squint] *= 1 - 0.6 * closed
