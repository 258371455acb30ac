"""Talks drawn at random: people, lines with words, and the takes a crew would have shot."""

from __future__ import annotations

import numpy as np

from camera.editing import Event, Line, Script, Take
from camera.pose import look_at

PEOPLE = ("ann", "bob", "cem")


def talk(seed: int, *, seconds: float = 30.0, people: int = 2, step: float = 0.125) -> Script:
    """People who sit about a table and take turns."""
    rng = np.random.default_rng(seed)
    times = np.arange(0.0, seconds, step)
    cast = PEOPLE[:people]
    angle = np.linspace(0, 2 * np.pi, people, endpoint=False) + rng.uniform(-0.2, 0.2)
    eyes = {
        name: np.tile([0.8 * np.cos(a), 0.8 * np.sin(a), 1.2 + 0.05 * n], (len(times), 1))
        for n, (name, a) in enumerate(zip(cast, angle, strict=True))
    }
    lines, at, who = [], float(rng.uniform(2.0, 4.0)), int(rng.integers(people))
    while at < seconds - 3.0:
        words, now = [], at
        for _ in range(int(rng.integers(3, 11))):
            length = float(rng.uniform(0.15, 0.45))
            words.append((now, now + length))
            now += length + float(rng.choice([0.0, 0.0, 0.08, 0.25]))
        end = words[-1][1]
        other = cast[(who + 1 + int(rng.integers(people - 1))) % people]
        mood = str(rng.choice(["neutral", "angry", "sad", "happy"]))
        lines.append(Line(cast[who], at, end, words, other, mood, float(rng.uniform(0.2, 0.9))))
        at, who = end + float(rng.uniform(0.1, 0.9)), int(cast.index(other))
    nods = [
        Event("gesture", str(rng.choice(cast)), t, t + 0.8, action=True)
        for t in rng.uniform(2, seconds - 2, 3)
    ]
    return Script(times, seconds, lines, nods, eyes)


def coverage(script: Script, seed: int = 0, *, sound: bool = True) -> list[Take]:
    """A master, a two-shot, and for everybody an over-the-shoulder and a close single.

    Unless ``sound``, some cameras stand on the wrong side of the line.
    """
    rng = np.random.default_rng(seed)
    cast = list(script.people)
    a, b = script.people[cast[0]][0], script.people[cast[1]][0]
    across = np.array([-(b - a)[1], (b - a)[0], 0.0])
    across /= np.linalg.norm(across)
    middle = np.mean([p[0] for p in script.people.values()], axis=0)

    def take(name, who, place, size, kind, pair=""):
        target = middle if len(who) > 1 else script.people[who[0]][0]
        aim = look_at(place, target)
        return Take(name, who, place, size, kind, aim, pair=pair, cost=float(rng.uniform(0, 0.3)))

    takes = [
        take("master", tuple(cast), middle + 4.0 * across, "MLS", "master"),
        take("two", tuple(cast[:2]), middle + 2.6 * across + [0.0, 0.0, 0.2], "MS", "two_shot"),
    ]
    for n, name in enumerate(cast):
        eyes, other = script.people[name][0], script.people[cast[(n + 1) % len(cast)]][0]
        facing = (other - eyes) / np.linalg.norm(other - eyes)
        for size, kind, far, off in (("MS", "ots", 2.0, 0.5), ("CU", "single", 1.3, 1.0)):
            wrong = -1.0 if not sound and rng.random() < 0.4 else 1.0
            place = eyes + far * facing + wrong * off * across
            back = cast[(n + 1) % len(cast)]
            takes.append(take(f"{kind} {name}", (name,), place, size, kind, f"{kind} {back}"))
    return takes
