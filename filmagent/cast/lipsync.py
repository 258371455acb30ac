"""Lip-sync: phones with times → 15 visemes → ARKit curves, with co-articulation.

Every phone pulls the mouth towards its viseme with a dominance that rises before its sound and
falls after it (Cohen and Massaro, "Modeling Coarticulation in Synthetic Visual Speech", 1993,
eq. 1–3); the shape is the dominance-weighted mean. A vowel too short for the jaw falls short of
its shape (Lindblom, "Spectrographic study of vowel reduction", 1963, eq. 3), and nothing moves
faster than lips do, however fast the speech. Closures are not a matter of averages: lips meet on
every p, b and m, and the lower lip tucks under the teeth on every f and v.

The jaw is part of the shapes; the jaw bone stays at rest.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.cast.rotation import smooth
from filmagent.documents import Line, Phone
from filmagent.library.bake import ARKIT

Curves = NDArray[Any]
_CLOSED = {"PP": 1.0, "FF": 0.95}
_RATE = 120.0
"""Frames a second in which the mouth is thought: pictures only sample it."""
_QUICKEST = 0.014
"""Seconds (sigma): lips and jaw follow no faster command, so that fast speech does not flutter."""


_PARTING = 0.05
"""Seconds in which lips that met come apart."""


@dataclass(frozen=True)
class Viseme:
    """A shape of the mouth."""

    strength: float
    lead: float
    tau: float
    """Seconds of sound after which 63 % of the shape is reached; 0: all of it at once."""
    shapes: Curves
    """(52,) weights in ARKit order."""


@dataclass(frozen=True)
class _Pull:
    """A viseme from one second of a line to another."""

    start: float
    end: float
    name: str
    viseme: Viseme


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("visemes.toml").read_text("utf-8"))


@cache
def visemes() -> dict[str, Viseme]:
    """The fifteen visemes by name."""
    return {
        name: Viseme(v["strength"], v["lead"], v.get("tau", 0.0), weights(v["shapes"]))
        for name, v in _data()["viseme"].items()
    }


def weights(shapes: dict[str, float]) -> Curves:
    """ARKit weights (52,) of named shapes; ``mouthSmile`` means both sides."""
    row = np.zeros(len(ARKIT))
    for name, value in shapes.items():
        for full in (name,) if name in ARKIT else (f"{name}Left", f"{name}Right"):
            row[ARKIT.index(full)] += value
    return row


def mouth(
    lines: Sequence[Line],
    seconds: Curves,
    energy_of: Sequence[float] | None = None,
) -> tuple[Curves, Curves]:
    """Face curves of everything one actor visibly says.

    Parameters
    ----------
    lines
        The actor's lines, placed in the scene. Lines heard from elsewhere (``vo``, ``os``) and
        lines nobody could speak are not mouthed.
    seconds
        (F,) scene seconds of the frames, evenly spaced.
    energy_of
        Overrides the lines' energies.

    Returns
    -------
    curves, share
        (F, 52) weights, and (F,) how far 0–1 speech owns the mouth (emotion keeps the rest).
    """
    curves, share = np.zeros((len(seconds), len(ARKIT))), np.zeros(len(seconds))
    for i, line in enumerate(lines):
        if line.delivery != "on" or not line.phones:
            continue
        energy = line.energy if energy_of is None else energy_of[i]
        first, end = np.searchsorted(seconds, [line.start - 0.4, line.start + line.seconds + 0.5])
        if end <= first:
            continue
        openness = (0.72 + 0.56 * energy) * _data()["open"][line.emotion]
        piece, owned = _said(line.phones, seconds[first:end] - line.start, openness)
        curves[first:end] = np.maximum(curves[first:end], piece)
        share[first:end] = np.maximum(share[first:end], owned)
    return curves, share


def _said(phones: Sequence[Phone], t: Curves, openness: float) -> tuple[Curves, Curves]:
    pulls = _pulls(phones)
    if not pulls:
        return np.zeros((len(t), len(ARKIT))), np.zeros(len(t))
    step = _step(t)
    fine = np.arange(t[0], t[-1] + 1 / _RATE, 1 / _RATE)
    moving = smooth(_coarticulated(pulls, fine, openness), _QUICKEST * _RATE)
    at = np.clip((t - fine[0]) * _RATE, 0, len(fine) - 1.001)
    row, part = at.astype(int), (at % 1)[:, None]
    curves: Curves = moving[row] * (1 - part) + moving[row + 1] * part
    for closed, depth in _CLOSED.items():
        gate = (_gate(pulls, closed, t, step) * depth)[:, None]
        curves = curves * (1 - gate) + visemes()[closed].shapes * gate
    owned = _presence(t, [(p.start, p.end) for p in pulls if p.name != "sil"])
    return curves * owned[:, None], owned


def _step(t: Curves) -> float:
    return float(t[1] - t[0]) if len(t) > 1 else 1 / 24


def _pulls(phones: Sequence[Phone]) -> list[_Pull]:
    names, glides = _data()["phones"], _data()["glides"]
    found: list[_Pull] = []
    for p in phones:
        name = names.get(p.phone, "ih")
        if p.phone in glides:
            middle, after = p.start + 0.5 * (p.end - p.start), glides[p.phone]
            found.append(_Pull(p.start, middle, name, visemes()[name]))
            found.append(_Pull(middle, p.end, after, visemes()[after]))
        elif p.phone != "pau" or p.end - p.start > 0.12:
            found.append(_Pull(p.start, p.end, name, visemes()[name]))
    return found


def _coarticulated(pulls: Sequence[_Pull], t: Curves, openness: float) -> Curves:
    """The mean of all visemes by dominance, (F, 52)."""
    start, end = (np.array([getattr(p, k) for p in pulls])[:, None] for k in ("start", "end"))
    strength, lead, tau = (
        np.array([getattr(p.viseme, k) for p in pulls])[:, None]
        for k in ("strength", "lead", "tau")
    )
    # inside its phone a viseme holds; outside it falls off, earlier before than after
    before = np.maximum(start + 0.2 * (end - start) - t, 0)
    after = np.maximum(t - (start + 0.7 * (end - start)), 0)
    reach = np.maximum(0.5 * (end - start), 0.035)
    dominance = (
        strength
        * np.exp(-before / np.maximum(lead, 0.5 * reach))
        * np.exp(-after / (0.8 * reach + 0.01))
        + 1e-9
    )
    # the lips are on their way for the lead too: that time counts towards the shape
    reached = np.where(tau > 0, 1 - np.exp(-(end - start + 0.5 * lead) / np.maximum(tau, 1e-6)), 1)
    shapes = np.stack([p.viseme.shapes for p in pulls]) * reached * openness
    out: Curves = (dominance.T @ shapes) / dominance.sum(0)[:, None]
    return out


def _gate(pulls: Sequence[_Pull], closed: str, t: Curves, step: float) -> Curves:
    gate = np.zeros(len(t))
    for before, p in zip([None, *pulls], pulls, strict=False):
        if p.name == closed:
            lead = p.viseme.lead
            # what is said between two closures must be seen: the second waits for it
            if before is not None and before.name != "sil":
                lead = max(0.5 * step, min(lead, 0.45 * (before.end - before.start)))
            gate = np.maximum(gate, _closure(t, p.start, p.end, lead, step))
    return gate


def _closure(t: Curves, start: float, end: float, lead: float, step: float) -> Curves:
    """1 while the lips meet. They part as the sound bursts out, before its phone's time is over.
    The hold is never shorter than a frame: a closure that falls between two frames would not be
    seen."""
    hold = max(0.5 * (end - start), 1.02 * step)
    b = max(end - _PARTING - 0.014, start + 0.40 * (end - start))
    # long stops close where they begin; short ones are seen because they begin earlier
    a = min(b - hold, max(start + 0.2 * (end - start), b - 3 * hold))
    rise = _smooth((t - (a - lead)) / lead)
    fall = _smooth((b + _PARTING - t) / _PARTING)
    return np.minimum(rise, fall)


def _presence(t: Curves, spoken: Sequence[tuple[float, float]]) -> Curves:
    """How far speech owns the mouth: shut in silence, open 80 ms before the sound."""
    owned = np.zeros(len(t))
    runs: list[list[float]] = []
    for a, b in spoken:
        if runs and a - runs[-1][1] < 0.16:
            runs[-1][1] = b
        else:
            runs.append([a, b])
    for a, b in runs:
        owned = np.maximum(
            owned, np.minimum(_smooth((t - a + 0.1) / 0.1), _smooth((b + 0.14 - t) / 0.16))
        )
    return owned


def _smooth(x: Curves) -> Curves:
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3 - 2 * x)
