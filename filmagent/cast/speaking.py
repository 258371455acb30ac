"""What speech does to a body: beats of the hands, accents of head and brows, listeners' nods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from filmagent.cast.gestures import SAME_AGAIN, Act, Temperament, answers, beats, temperaments
from filmagent.cast.rotation import Array, window
from filmagent.documents import Line
from filmagent.documents.seeds import seed as seed_of

_SPACING = 1.15
_MOVED = 0.45
"""Energy from which on a line moves who hears it."""


def talk(
    lines: Sequence[Line],
    holding: Sequence[tuple[float, float, str]],
    seed: int,
) -> list[Act]:
    """Beats of the hands on the stressed words of what an actor visibly says.

    At least a quarter of the talking is still, and no beat comes again within ten seconds.
    ``holding`` are times (start, end, side) of hands that hold something.
    """
    out: list[Act] = []
    used: list[tuple[float, int]] = []
    for line in sorted(lines, key=lambda line: line.start):
        if line.delivery != "on" or not line.words:
            continue
        rng = np.random.default_rng(seed_of(seed, "beats", line.beat))
        budget = 0.72 * line.seconds
        temper = temperaments().get(line.emotion, Temperament())
        for k, second in enumerate(_stresses(line, rng, temper)):
            wished = 0.25 + 0.7 * line.energy + temper.size + rng.uniform(-0.2, 0.2)
            size = float(np.clip(wished, 0, 1))
            length = float(rng.uniform(0.95, 1.5)) * temper.pace
            if length > budget:
                break
            recent = {i for at, i in used if second - at < SAME_AGAIN}
            fit = [i for i in range(len(beats())) if i not in recent]
            if not fit:
                continue
            best = min(fit, key=lambda i: abs(beats()[i].size - size) + rng.uniform(0, 0.25))
            spec = beats()[best]
            sides = ("L", "R") if spec.hands == "both" else (spec.hands[0].upper(),)
            start = second - 0.36
            free = tuple(
                s
                for s in sides
                if not any(a < start + length and b > start and s == side for a, b, side in holding)
            )
            if free:
                used.append((second, best))
                budget -= length
                out.append(
                    Act(
                        f"{line.beat}/{k}",
                        spec,
                        start,
                        start + length,
                        free,
                        None,
                        0.72 + 0.28 * size,
                        "talk",
                    )
                )
    return out


def _stresses(line: Line, rng: np.random.Generator, temper: Temperament) -> list[float]:
    """Seconds (scene) of the stressed words a hand goes with."""
    words = line.words
    heavy = []
    for i, word in enumerate(words):
        letters = sum(c.isalnum() for c in word.text)
        weight = 0.10 * min(letters, 8) + 0.9 * min(word.end - word.start, 0.7)
        weight += 0.25 * (i == len(words) - 1 or word.text[-1:] in ".!?,;")
        heavy.append((weight + 0.2 * float(rng.uniform()), i))
    chance = (0.30 + 0.55 * line.energy) * temper.rate
    spacing = _SPACING / min(temper.rate, 1.15)
    chosen: list[float] = []
    for weight, i in sorted(heavy, reverse=True):
        at = line.start + words[i].start + 0.35 * (words[i].end - words[i].start)
        go = float(rng.uniform()) < chance
        if weight > 0.45 and go and all(abs(at - other) > spacing for other in chosen):
            chosen.append(at)
    return sorted(chosen)


def accents(lines: Sequence[Line], t: Array, seed: int) -> Array:
    """Small nods and brow raises on stressed words, (F,) 0–1."""
    out = np.zeros(len(t))
    for line in lines:
        if line.delivery != "on":
            continue
        rng = np.random.default_rng(seed_of(seed, "accents", line.beat))
        for word in line.words:
            letters = sum(c.isalnum() for c in word.text)
            if letters >= 4 and rng.uniform() < 0.35 + 0.4 * line.energy:
                middle = line.start + word.start + 0.4 * (word.end - word.start)
                size = rng.uniform(0.5, 1.0) * (0.6 + 0.7 * line.energy)
                out = np.maximum(out, size * window(t, middle - 0.16, middle + 0.26, 0.16, 0.26))
    return out


def answering(others: Sequence[Line], own: Sequence[Line], actor: str, seed: int) -> list[Act]:
    """How what is said with feeling shows in who it is said to, while they listen."""
    out: list[Act] = []
    for line in others:
        spec = answers().get(line.emotion)
        if spec is None or line.energy < _MOVED or line.to not in ("", actor):
            continue
        rng = np.random.default_rng(seed_of(seed, "answers", line.beat))
        start = line.start + float(rng.uniform(0.35, 0.8))
        end = line.end + float(rng.uniform(0.3, 0.9))
        speaks = any(o.start < end - 0.3 and o.end > start for o in own)
        if speaks or end - start < 1.0:
            end = min([end, *(o.start for o in own if o.end > start)])
        if end - start < 0.8:
            continue
        strength = line.energy * float(rng.uniform(0.7, 1.1))
        out.append(Act(f"{line.beat}/answer", spec, start, end, strength=strength, action="answer"))
    return out


def listening(
    others: Sequence[Line],
    own: Sequence[Line],
    t: Array,
    actor: str,
    seed: int,
) -> Array:
    """Small nods while somebody speaks to ``actor``: pitch (F,), radians."""
    out = np.zeros(len(t))
    for line in others:
        if line.delivery == "vo" or line.to not in ("", actor):
            continue
        rng = np.random.default_rng(seed_of(seed, "nods", line.beat))
        for word in line.words:
            pause = word.text[-1:] in ".,;!?" or word is line.words[-1]
            at = line.start + word.end + 0.12
            speaking = any(o.start - 0.3 < at < o.end + 0.2 for o in own)
            if pause and rng.uniform() < 0.4 and not speaking:
                out -= rng.uniform(0.03, 0.07) * window(t, at, at + 0.65, 0.22, 0.4)
    return out
