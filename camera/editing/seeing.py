"""What takes see over a script, as far as cuts depend on it: sides, targets, the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camera.editing.joins import Views, sides_of
from camera.editing.material import Script, Take
from camera.pose import Array

_NO_SIDE = ("insert", "establishing")
"""Takes that are neutral, wherever they are made from."""


def views(takes: Sequence[Take], script: Script) -> Views:
    """What the takes see over a script's steps, as far as cuts depend on it."""
    steps = script.steps
    positions = np.array([take.at("positions", steps, 3) for take in takes])
    main = main_line(script)
    pairs = [tuple(sorted(take.line)) or main for take in takes]
    sides = np.zeros((len(takes), steps), np.int64)
    targets, screens = np.empty_like(positions), np.empty((len(takes), steps, 2))
    everybody = _middle(script, positions)
    for i, (take, pair) in enumerate(zip(takes, pairs, strict=True)):
        if pair and set(pair) <= set(script.people) and take.kind not in _NO_SIDE:
            a, b = (script.people[p] for p in pair)
            sides[i] = sides_of(positions[i], a, b)
        first = script.people.get(take.subjects[0]) if take.subjects else None
        target = everybody if first is None else np.where(np.isnan(first), everybody, first)
        targets[i] = target
        # a thing, or a place, is looked at in the middle
        screens[i] = 0.0 if first is None else take.screen(target)
    motion = np.full((len(takes), steps), np.nan)
    if steps > 1:
        motion = np.gradient(screens[..., 0], script.seconds, axis=1)
    sizes = np.array([take.sizes(steps) for take in takes])
    subjects = [take.subjects for take in takes]
    return Views(positions, targets, sizes, subjects, sides, pairs, screens, motion)


def main_line(script: Script) -> tuple[str, ...]:
    """The two who talk most to each other; of two people, these; () where there is nobody."""
    count: dict[tuple[str, ...], int] = {}
    for line in script.lines:
        pair = tuple(sorted((line.speaker, line.to)))
        if line.to != line.speaker and all(p in script.people for p in pair):
            count[pair] = count.get(pair, 0) + 1
    if count:
        return max(sorted(count), key=lambda p: count[p])
    people = tuple(sorted(script.people))
    return people if len(people) == 2 else ()


def _middle(script: Script, positions: Array) -> Array:
    """(T, 3) the middle of who is there; before the first camera, where nobody is."""
    places = np.array(list(script.people.values())).reshape(-1, script.steps, 3)
    here = ~np.isnan(places).any(axis=2, keepdims=True)
    count = here.sum(axis=0)
    middle = np.where(here, places, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.asarray(np.where(count > 0, middle, positions[0] + [0.0, 1.0, 0.0]))
