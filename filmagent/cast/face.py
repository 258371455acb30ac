"""The face beside speech: emotions, blinks, lids that follow the eyes; and moods as posture.

The shapes of an emotion are the muscles that Ekman and Friesen found in it ("Facial Action Coding
System", 1978). An emotion comes at its own pace, relaxes while it is held, is never quite the same
on both sides (a felt smile hardly, contempt much), and flares up for a moment now and then.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from filmagent.cast.lipsync import weights
from filmagent.cast.rotation import Array, ease, hashed, noise
from filmagent.documents import Mood
from filmagent.documents.seeds import seed as seed_of
from filmagent.library.bake import ARKIT

MOUTH = np.array([name.startswith(("mouth", "jaw", "tongue")) for name in ARKIT])
_SIDE = np.array([name.endswith("Left") * 1.0 - name.endswith("Right") for name in ARKIT])
_REGIONS = [
    np.array([name.startswith(words) for name in ARKIT])
    for words in (("brow",), ("eye", "cheek", "nose"), ("mouth", "jaw", "tongue"))
]
"""Muscles that live apart: forehead, eyes, mouth."""
_FALL = 0.5
_FLARE = 3.1
"""Seconds between which a held emotion flares up once."""
_BLINKS = 15.0
"""A minute: at rest 17, in talk up to 26, reading 5 (Bentivoglio et al., 1997)."""
_REFRACTORY = 1.9


@dataclass(frozen=True)
class Feeling:
    """An emotion as face and posture."""

    face: Array
    """(52,) at half energy."""
    strong: Array
    """(52,) added towards full energy."""
    onset: float
    relaxing: float
    held: float
    lopsided: float
    blink: float
    lean: float
    slump: float
    head: tuple[float, float]

    def shapes(self, energy: float) -> Array:
        """The face at an energy 0–1, (52,)."""
        out: Array = (0.55 + 0.6 * energy) * self.face + max(2 * energy - 1, 0.0) * self.strong
        return np.clip(out, 0.0, 1.0)


@cache
def feelings() -> dict[str, Feeling]:
    """Every emotion of the documents."""
    raw = tomllib.loads(Path(__file__).with_name("emotions.toml").read_text("utf-8"))
    found = {}
    for name, value in raw.items():
        onset, relaxing, held = value.get("rhythm", (0.45, 3.0, 0.8))
        found[name] = Feeling(
            weights(value["face"]),
            weights(value.get("strong", {})),
            onset,
            relaxing,
            held,
            value.get("lopsided", 0.0),
            value.get("blink", 1.0),
            value.get("lean", 0.0),
            value.get("slump", 0.0),
            tuple(value.get("head", (0.0, 0.0))),
        )
    return found


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
    blink: Array = field(default_factory=lambda: np.ones(1))
    """(F,) blinks against `_BLINKS` a minute."""


def temper(moods: Sequence[Mood], t: Array, seed: int) -> Temper:
    """Blend an actor's moods; an unfelt time is neutral."""
    n = len(t)
    out = Temper(
        np.zeros((n, len(ARKIT))),
        np.zeros(n),
        np.zeros(n),
        np.zeros((n, 2)),
        np.full(n, 0.4),
        np.ones(n),
    )
    for mood in moods:
        feeling = feelings()[mood.emotion]
        share = ease((t - mood.start + 0.15) / feeling.onset) * ease((mood.end + 0.35 - t) / _FALL)
        strength = share * (0.55 + 0.6 * mood.energy)
        if feeling.face.any():
            out.face += share[:, None] * _felt(feeling, mood, t, seed)
        out.lean += strength * feeling.lean
        out.slump += strength * feeling.slump
        out.head += strength[:, None] * feeling.head
        out.energy += share * (mood.energy - 0.4)
        out.blink += share * (feeling.blink - 1)
    return out


def _felt(feeling: Feeling, mood: Mood, t: Array, seed: int) -> Array:
    """An emotion's face while it is held, (F, 52): it relaxes, lives and flares up."""
    key = seed_of(seed, "mood", mood.emotion)
    since = np.maximum(t - mood.start - feeling.onset, 0.0)
    held = feeling.held + (1 - feeling.held) * np.exp(-since / feeling.relaxing)
    slot = np.floor(t / _FLARE).astype(np.int64)
    middle = _FLARE * (slot + 0.5 + 0.3 * hashed(slot, key + 5))
    away = np.abs(t - middle) / (0.30 + 0.08 * hashed(slot, key + 6))
    flare = (0.16 + 0.10 * hashed(slot, key + 7)) * (1 - ease(away))
    # one of a person's sides is always the livelier one
    side = np.sign(hashed(np.array([0]), seed_of(seed, "face", "side"))[0])
    made = np.zeros((len(t), len(ARKIT)))
    for k, region in enumerate(_REGIONS):
        alive = 1 + 0.16 * noise(t, (0.45, 0.6, 0.5)[k], key + k)
        made[:, region] = (held * alive + flare)[:, None] * feeling.shapes(mood.energy)[region]
    made *= 1 + side * feeling.lopsided * _SIDE
    return made


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
    pressed, tucked = (speech[:, [ARKIT.index(n)]] for n in ("mouthPressLeft", "mouthRollLower"))
    shut = np.clip(np.maximum(2 * pressed, 1.3 * tucked), 0, 1)
    keep = 1 + (_KEPT - 1) * owned[:, None]
    # what pulls the lips apart lets go wherever they must meet, or meet the teeth
    keep = keep * np.where(_PARTING, 1 - shut * owned[:, None], 1.0)
    out: Array = np.clip(speech + feeling * keep, 0.0, 1.0)
    return out


def _kept(name: str) -> float:
    """How much of an emotion's shape stays in speech."""
    if not name.startswith(("mouth", "jaw", "tongue")):
        return 1.0
    # a smile is heard in speech, a pressed mouth cannot speak
    if any(word in name for word in ("Press", "Close", "Roll", "tongue")) or name == "jawOpen":
        return 0.0
    return 0.55 if any(w in name for w in ("Smile", "Frown", "Dimple", "Stretch")) else 0.35


_KEPT = np.array([_kept(name) for name in ARKIT])
_PARTING = np.array(
    [
        any(word in name for word in ("UpperUp", "LowerDown", "Funnel", "jawOpen", "Stretch"))
        for name in ARKIT
    ]
)


def blinks(
    t: Array,
    shifts: Sequence[float],
    thoughts: Sequence[float],
    seed: int,
    rate: Array | float = 1.0,
) -> Array:
    """Lids closed, (F,) 0–1: in large gaze shifts, at the ends of thoughts, and between.

    Parameters
    ----------
    t
        (F,) seconds.
    shifts, thoughts
        Seconds of large gaze shifts and of ends of thoughts.
    seed
        The actor's.
    rate
        (F,) or a number: blinks against `_BLINKS` a minute, by mood.
    """
    often = np.broadcast_to(np.asarray(rate, float), t.shape)
    kept = _moments(t, shifts, thoughts, seed, often)
    closed = np.zeros(len(t))
    step = float(t[1] - t[0]) if len(t) > 1 else 1.0
    for second in kept:
        # on a frame, or the closed lid would fall between two
        middle = round(second / step) * step
        x = t - middle
        closed = np.maximum(closed, ease((x + 0.10) / 0.09) * ease((0.17 - x) / 0.15))
    return closed


def _moments(
    t: Array, shifts: Sequence[float], thoughts: Sequence[float], seed: int, rate: Array
) -> list[float]:
    """Seconds of blinks: what happens calls for most, the rest keeps the eyes wet."""
    called = [(second + 0.02, 0.75) for second in shifts] + [(s, 0.65) for s in thoughts]
    kept: list[float] = []
    for second, chance in sorted(called):
        drawn = (
            0.5 + 0.5 * hashed(np.array([round(40 * second)]), seed_of(seed, "blink", "called"))[0]
        )
        if drawn < chance and (not kept or second - kept[-1] > _REFRACTORY):
            kept.append(second)
    long = 60.0 / _BLINKS
    for slot in range(int(np.floor(t[0] / long)) - 1, int(np.ceil(t[-1] / long)) + 1):
        rng = np.random.default_rng(seed_of(seed, "blink", str(slot)))
        second = long * (slot + rng.uniform(0.05, 0.95))
        here = float(np.interp(second, t, rate))
        near = min((abs(second - other) for other in kept), default=np.inf)
        if rng.uniform() < here and near > 0.55 * long / max(here, 0.2):
            kept.append(second)
            # twice in a row happens
            if here > 1.05 and rng.uniform() < here - 1:
                kept.append(second + 0.42)
    return sorted(kept)


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
