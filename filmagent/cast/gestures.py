"""Actions of the upper body, read from ``gestures.toml`` and layered over what the body does.

A gesture has anticipation (a slight move the other way), a minimum-jerk stroke, a small overshoot
that settles, and a slower return (Thomas and Johnston, "The Illusion of Life", 1981, ch. 3).
Every action is written in several variants; which one is played, and how fast and how large, is
drawn from the gesture's own seed, and none is played again within `SAME_AGAIN` seconds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.cast.lipsync import weights
from filmagent.cast.posture import RELAXED
from filmagent.cast.rotation import Array, window
from filmagent.documents import Gesture, PropHold
from filmagent.documents.seeds import seed as seed_of
from filmagent.library.bake import ARKIT

SAME_AGAIN = 10.0
"""Seconds in which nobody plays a variant of a gesture twice."""
_TOGETHER = ("handshake", "hug")
"""Played by two at once, and so drawn alike for both."""


@dataclass(frozen=True)
class Spec:
    """One entry of the file; its header says what the fields mean."""

    hands: str = ""
    rise: float = 0.4
    fall: float = 0.5
    anchor: str = "shoulder"
    pos: tuple[float, ...] = (0.1, 0.5, -0.4)
    fingers: tuple[float, ...] = (0.0, 1.0, 0.0)
    palm: tuple[float, ...] = (0.0, 0.0, -1.0)
    elbow: tuple[float, ...] = (0.45, -0.6, -0.7)
    curl: tuple[float, ...] = tuple(RELAXED)
    shake: dict[str, Any] | None = None
    trunk: dict[str, float] | None = None
    nod: tuple[float, float, float] | None = None
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gaze: tuple[float, float] | None = None
    face: dict[str, float] | None = None
    stagger: float = 0.0
    size: float = 0.5
    hop: tuple[float, int] | None = None
    drum: tuple[float, float] | None = None


@cache
def specs() -> dict[str, tuple[Spec, ...]]:
    """The variants of every action a body knows."""
    out = {}
    for name, entry in _raw()["action"].items():
        base = {key: value for key, value in entry.items() if key != "variant"}
        others = entry.get("variant", [])
        out[name] = tuple(Spec(**{**base, **other}) for other in ({}, *others))
    return out


@cache
def beats() -> tuple[Spec, ...]:
    """The beats of talking hands, from small to large."""
    return tuple(sorted((Spec(**b) for b in _raw()["beat"]), key=lambda s: s.size))


@dataclass(frozen=True)
class Temperament:
    """How a feeling moves the hands of who speaks."""

    rate: float = 1.0
    size: float = 0.0
    pace: float = 1.0


@cache
def temperaments() -> dict[str, Temperament]:
    """By emotion."""
    return {name: Temperament(**entry) for name, entry in _raw()["talk"].items()}


@cache
def answers() -> dict[str, Spec]:
    """How each emotion is taken by who listens."""
    return {name: Spec(rise=0.6, fall=0.9, **entry) for name, entry in _raw()["answer"].items()}


@cache
def _raw() -> dict[str, Any]:
    text = Path(__file__).with_name("gestures.toml").read_text("utf-8")
    parsed: dict[str, Any] = tomllib.loads(text)
    return parsed


@dataclass(frozen=True)
class Act:
    """A gesture on its way: spec, time, sides, strength."""

    id: str
    spec: Spec
    start: float
    end: float
    sides: tuple[str, ...] = ()
    target: tuple[float, float, float] | None = None
    strength: float = 1.0
    action: str = ""
    variant: int = 0
    partner: str = ""
    """Whom it is done with or to."""

    def weight(self, t: Array) -> Array:
        """How far the gesture is in force: below 0 in anticipation, above 1 in overshoot."""
        length = self.end - self.start
        rise, fall = (min(x, 0.45 * length) for x in (self.spec.rise, self.spec.fall))
        plain = window(t, self.start, self.end, rise, fall)
        x = (t - self.start) / rise
        before = -0.035 * _bump(x, -0.35, 0.45)
        after = 0.045 * _bump(x, 0.75, 1.9) * (length > rise + fall + 0.35)
        out: Array = self.strength * (plain + before + after * plain)
        return out

    def hold(self, t: Array) -> Array:
        """The plain 0–1 weight, for what must not overshoot."""
        length = self.end - self.start
        return self.strength * window(
            t,
            self.start,
            self.end,
            min(self.spec.rise, 0.45 * length),
            min(self.spec.fall, 0.45 * length),
        )


def _bump(x: Array, first: float, last: float) -> Array:
    y = np.clip((x - first) / (last - first), 0, 1)
    out: Array = np.sin(np.pi * y) ** 2
    return out


def acts(
    gestures: Sequence[Gesture],
    holds: Sequence[tuple[str, PropHold]],
    side_of: dict[str, float],
    seed: int,
) -> list[Act]:
    """What an actor's gestures are, with hands chosen.

    Parameters
    ----------
    gestures
        Of one actor; unknown actions do nothing.
    holds
        (prop id, hold) of this actor.
    side_of
        Gesture id → lateral place of its target in body axes (left is negative), where known.
    seed
        Of the actor.
    """
    known = specs()
    out: list[Act] = []
    for g in sorted(gestures, key=lambda g: (g.start, g.id)):
        if g.action not in known or g.end - g.start < 0.1:
            continue
        variant, spec = _drawn(known[g.action], g, out, seed)
        busy = {
            hold.hand[0].upper(): prop
            for prop, hold in holds
            if hold.start < g.end - 0.1 and hold.end > g.start + 0.1
        }
        out.append(
            Act(
                g.id,
                spec,
                g.start,
                g.end,
                _sides(spec, g, busy, side_of.get(g.id)),
                g.target_position,
                1.0,
                g.action,
                variant,
                g.target,
            )
        )
    return out


def _drawn(
    variants: Sequence[Spec], gesture: Gesture, before: Sequence[Act], seed: int
) -> tuple[int, Spec]:
    """A variant that was not played lately, a little larger or smaller, faster or slower."""
    together = gesture.action in _TOGETHER
    rng = np.random.default_rng(seed_of(0 if together else seed, "variant", gesture.id))
    order = [int(k) for k in rng.permutation(len(variants))]
    same = [a for a in before if a.action == gesture.action]
    last = {a.variant: a.start for a in same}
    recent = [k for k in order if gesture.start - last.get(k, -np.inf) >= SAME_AGAIN]
    # with all of them played lately, the one longest ago
    chosen = order[0] if together else recent[0] if recent else min(order, key=lambda k: last[k])
    spec = variants[chosen]
    pace, size = float(rng.uniform(0.88, 1.16)), float(rng.uniform(0.9, 1.08))
    changes: dict[str, Any] = {"rise": spec.rise * pace, "fall": spec.fall * pace}
    if spec.nod is not None:
        changes["nod"] = (spec.nod[0], spec.nod[1] * size, spec.nod[2] / pace)
    if spec.shake is not None and not spec.shake.get("touch"):
        hertz = spec.shake["hertz"] / pace
        changes["shake"] = {**spec.shake, "amount": spec.shake["amount"] * size, "hertz": hertz}
    if spec.trunk is not None:
        changes["trunk"] = {name: value * size for name, value in spec.trunk.items()}
    return chosen, replace(spec, **changes)


def _sides(
    spec: Spec,
    gesture: Gesture,
    busy: dict[str, str],
    lateral: float | None,
) -> tuple[str, ...]:
    if spec.hands == "both":
        return tuple(s for s in ("L", "R") if s not in busy)
    if spec.hands == "holding":
        own = [s for s in ("R", "L") if busy.get(s) == gesture.target]
        return tuple(own[:1] or [s for s in ("R", "L") if s in busy][:1] or ["R"])
    if spec.hands == "free":
        wished = "L" if lateral is not None and lateral < -0.25 else "R"
        order = (wished, "L" if wished == "R" else "R")
        return tuple([s for s in order if s not in busy][:1])
    return {"right": ("R",), "left": ("L",)}.get(spec.hands, ())


@dataclass
class Attitude:
    """What all gestures together ask of trunk, head, face and gaze."""

    lean: Array
    tilt: Array
    twist: Array
    slump: Array
    shrug: Array
    head: Array
    """(F, 3) pitch, roll, yaw."""
    face: Array
    """(F, 52)."""


def attitude(all_acts: Sequence[Act], t: Array) -> Attitude:
    """Sum the gestures' trunk, head and face."""
    n = len(t)
    lean, tilt, twist, slump, shrug = np.zeros((5, n))
    out = Attitude(lean, tilt, twist, slump, shrug, np.zeros((n, 3)), np.zeros((n, len(ARKIT))))
    for act in all_acts:
        w, spec = act.weight(t), act.spec
        for name, value in (spec.trunk or {}).items():
            getattr(out, name)[:] += w * value
        out.head += w[:, None] * np.array(spec.head)
        if spec.nod is not None:
            axis, size, hertz = spec.nod
            x = t - act.start
            # nods tire: the first is the largest
            tired = np.exp(-np.maximum(x, 0) / max(1.2, 0.7 * (act.end - act.start)))
            wave = np.sin(2 * np.pi * hertz * x)
            wave = -0.5 * (1 - np.cos(2 * np.pi * hertz * x)) if int(axis) == 0 else wave
            out.head[:, int(axis)] += act.hold(t) * size * wave * tired
        if spec.face:
            out.face += np.clip(act.hold(t), 0, 1)[:, None] * weights(spec.face)
    return out
