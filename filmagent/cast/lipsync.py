"""Lip-sync: phones with times → 15 visemes → ARKit curves, with co-articulation.

Every phone pulls the mouth towards its viseme with a dominance that rises before its sound and
falls after it (Cohen and Massaro, "Modeling Coarticulation in Synthetic Visual Speech", 1993,
eq. 1–3); the shape is the dominance-weighted mean. Closures are not a matter of averages: lips
meet on every p, b and m, and the lower lip tucks under the teeth on every f and v.

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

from filmagent.documents import Line, Phone
from filmagent.library.bake import ARKIT

Curves = NDArray[Any]
_CLOSED = {"PP": 1.0, "FF": 0.92}


@dataclass(frozen=True)
class Viseme:
    """A shape of the mouth."""

    strength: float
    lead: float
    shapes: Curves
    """(52,) weights in ARKit order."""


@cache
def _table() -> tuple[dict[str, str], dict[str, str], dict[str, Viseme]]:
    raw = tomllib.loads(Path(__file__).with_name("visemes.toml").read_text("utf-8"))
    visemes = {
        name: Viseme(v["strength"], v["lead"], weights(v["shapes"]))
        for name, v in raw["viseme"].items()
    }
    return raw["phones"], raw["glides"], visemes


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
        piece, owned = _said(line.phones, seconds[first:end] - line.start, 0.72 + 0.56 * energy)
        curves[first:end] = np.maximum(curves[first:end], piece)
        share[first:end] = np.maximum(share[first:end], owned)
    return curves, share


def _said(phones: Sequence[Phone], t: Curves, openness: float) -> tuple[Curves, Curves]:
    names, glides, visemes = _table()
    step = float(t[1] - t[0]) if len(t) > 1 else 1 / 24
    rows: list[tuple[float, float, Viseme, str]] = []
    for p in phones:
        name = names.get(p.phone, "ih")
        if p.phone in glides:
            middle = p.start + 0.5 * (p.end - p.start)
            rows.append((p.start, middle, visemes[name], name))
            rows.append((middle, p.end, visemes[glides[p.phone]], glides[p.phone]))
        elif p.phone != "pau" or p.end - p.start > 0.12:
            rows.append((p.start, p.end, visemes[name], name))
    if not rows:
        return np.zeros((len(t), len(ARKIT))), np.zeros(len(t))
    start, end = (np.array([r[i] for r in rows], float)[:, None] for i in (0, 1))
    strength = np.array([r[2].strength for r in rows])[:, None]
    lead = np.array([r[2].lead for r in rows])[:, None]
    # inside its phone a viseme holds; outside it falls off, earlier before than after
    before, after = (
        np.maximum(start + 0.2 * (end - start) - t, 0),
        np.maximum(t - (start + 0.7 * (end - start)), 0),
    )
    reach = np.maximum(0.5 * (end - start), 0.035)
    dominance = (
        strength
        * np.exp(-before / np.maximum(lead, 0.5 * reach))
        * np.exp(-after / (0.8 * reach + 0.01))
        + 1e-9
    )
    shapes = np.stack([r[2].shapes for r in rows])
    loud = shapes * openness
    curves: Curves = (dominance.T @ loud) / dominance.sum(0)[:, None]
    for closed, depth in _CLOSED.items():
        gate = np.zeros(len(t))
        for a, b, viseme, name in rows:
            if name == closed:
                gate = np.maximum(gate, _closure(t, a, b, viseme.lead, step))
        gate = (gate * depth)[:, None]
        curves = curves * (1 - gate) + visemes[closed].shapes * gate
    spoken = [(r[0], r[1]) for r in rows if r[3] != "sil"]
    owned = _presence(t, spoken)
    return curves * owned[:, None], owned


def _closure(t: Curves, start: float, end: float, lead: float, step: float) -> Curves:
    """1 while the lips meet. The hold is never shorter than a frame: a closure that falls between
    two frames would not be seen."""
    hold = max(0.55 * (end - start), 1.02 * step)
    middle = start + 0.45 * (end - start)
    a, b = middle - hold / 2, middle + hold / 2
    rise = _smooth((t - (a - lead)) / lead)
    fall = _smooth((b + 0.06 - t) / 0.06)
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
