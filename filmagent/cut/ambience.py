"""The sound of places: one unbroken tone each, from when it is heard to when it is not any more.

A place is heard with its picture, or before it (a J cut), or after it (an L cut), as the edit has
it; two tones pass into each other with equal power.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from filmagent.cut import synth
from filmagent.cut.synth import RATE, Sound, Surface
from filmagent.documents import Cut, Edit
from filmagent.documents.film_time import fps, starts
from filmagent.documents.seeds import seed as seed_of

_FADE, _HARD = 0.25, 0.01
"""Seconds in which one place passes into the next at a cut, and at a smash cut."""


@dataclass(frozen=True)
class Room:
    """What a scene's place does to sound."""

    outdoors: bool
    night: bool
    seconds: float
    """Reverberation time (RT60)."""
    surface: Surface
    guests: int = 0
    """Silent people in the background, who murmur."""


@dataclass(frozen=True)
class Sounding:
    """A stretch of the film in which a place is heard; film seconds."""

    scene: str
    start: float
    full: float
    """When it has faded in."""
    fading: float
    """When it begins to fade out."""
    end: float
    cut: float
    """Where an editor would cut its sound: where a J cut begins, where an L cut ends."""


def places(edit: Edit) -> list[Sounding]:
    """Where each place is heard, in film order; neighbours share the seconds of their change."""
    rate = fps(edit)
    length = starts(edit)[-1] / rate
    found: list[Sounding] = []
    for scene, first, cut in _stretches(edit):
        at = first / rate
        into, full, cut_at = _passing(cut, at, rate) if found else (at, at + _FADE, at)
        if found:
            into = min(max(into, found[-1].full), length)
            full = min(max(full, into), length)
            found[-1] = replace(found[-1], fading=into, end=full)
        fading = min(max(length - _FADE, full), length)
        found.append(Sounding(scene, into, min(full, fading), fading, length, cut_at))
    return found


def ambience(edit: Edit, rooms: Mapping[str, Room], length: int, seed: int) -> Sound:
    """(length, 2) the film's places, one after the other."""
    out = np.zeros((length, 2), np.float32)
    for number, place in enumerate(places(edit)):
        a, b = (min(round(t * RATE), length) for t in (place.start, place.end))
        if b <= a or place.scene not in rooms:
            continue
        seconds = (b - a) / RATE + 0.01
        tone = _tone(rooms[place.scene], seconds, seed_of(seed, "tone", f"{place.scene}/{number}"))
        tone = tone[: b - a].copy()
        for ramp, part in (
            (_rise(place.full - place.start), tone),
            (_rise(place.end - place.fading), tone[::-1]),
        ):
            part[: len(ramp)] *= ramp[: len(part)]
        out[a:b] += tone
    return out


def _passing(cut: Cut, at: float, rate: float) -> tuple[float, float, float]:
    """From when to when a place comes up that is cut to at a film second; the sound's cut."""
    seconds = cut.sound.seconds
    if not cut.sound.speaker and cut.sound.kind == "J":
        return at - seconds, at, at - seconds
    if not cut.sound.speaker and cut.sound.kind == "L":
        return at, at + seconds, at + seconds
    if cut.transition == "dissolve" and cut.transition_frames:
        return at, at + cut.transition_frames / rate, at
    half = (_HARD if cut.transition == "smash_cut" else _FADE) / 2
    return at - half, at + half, at


def _rise(seconds: float) -> Sound:
    """(N, 1) a quarter of a sine: two of them, crossed, keep the power."""
    count = max(round(seconds * RATE), 1)
    return np.asarray(np.sin(np.linspace(0, np.pi / 2, count))[:, None], np.float32)


def _tone(room: Room, seconds: float, seed: int) -> Sound:
    if room.outdoors:
        return synth.street_tone(seconds, seed, room.night)
    tone = synth.room_tone(seconds, seed)
    if room.guests:
        tone = tone + synth.murmur(seconds, seed + 1, room.guests) * 0.35
        rng = np.random.default_rng(seed)
        for second in np.cumsum(rng.uniform(3, 9, int(seconds / 4) + 1)):
            ring = synth.clink(int(rng.integers(1 << 30)))
            at = int(second * RATE)
            if at + len(ring) < len(tone):
                tone[at : at + len(ring)] += ring[:, None] * rng.uniform(0.2, 0.6)
    return np.asarray(tone, np.float32)


def _stretches(edit: Edit) -> Sequence[tuple[str, int, Cut]]:
    """(scene, first film frame, first cut) of picture in one place; cards go with what follows."""
    found: list[tuple[str, int, Cut]] = []
    pending: int | None = None
    for cut, start in zip(edit.cuts, starts(edit)[:-1], strict=True):
        if cut.kind == "card" and not cut.scene:
            pending = start if pending is None else pending
            continue
        if not found or found[-1][0] != cut.scene or pending is not None:
            found.append((cut.scene, start if pending is None else pending, cut))
            pending = None
    return found
