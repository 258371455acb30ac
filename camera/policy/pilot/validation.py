"""How well a pilot flies where it learnt to: what chooses between rounds of training.

Only training families are flown in, and seeds that no lesson is made of; those that are held out
are for the table alone.
"""

from __future__ import annotations

from collections.abc import Callable

from camera.bench.measure import measure
from camera.families import TRAINING, Case, make
from camera.families.asking import request
from camera.policy.pilot.begin import begin
from camera.policy.pilot.finish import finished
from camera.policy.pilot.flight import Decide, fly

_FIRST = 9_000_000
"""Lessons are made of lower seeds of training families for a long time."""
_TOGETHER = 8
_ROUGH, _SIZE = 0.02, 0.1
"""What a m/s³ of jerk is worth, and size being wrong all the time, against seeing nobody."""


def validated(decide: Callable[[], Decide], rate: float, flights: int) -> dict[str, float]:
    """Mean figures over so many cases, half of them demanding, and what they come to.

    Returns
    -------
    dict
        ``crash``, ``visible``, ``framing_error``, ``size_right``, ``jerk`` of finished flights,
        and ``price``: lower is better.
    """
    cases = [_case(number) for number in range(flights)]
    figures: dict[str, float] = {}
    for first in range(0, flights, _TOGETHER):
        part = cases[first : first + _TOGETHER]
        asked = [request(case) for case in part]
        flown = fly(decide(), asked, [begin(one) for one in asked], rate)
        for case, flight in zip(part, flown, strict=True):
            found = measure(finished(flight), case)
            for name in ("crash", "visible", "framing_error", "size_right", "jerk"):
                figures[name] = figures.get(name, 0.0) + found[name] / flights
    figures["price"] = (
        figures["crash"]
        + (1.0 - figures["visible"])
        + figures["framing_error"]
        + _SIZE * (1.0 - figures["size_right"])
        + _ROUGH * figures["jerk"]
    )
    return figures


def _case(number: int) -> Case:
    """The same for the same number: families in turn, every other round of them demanding."""
    family = TRAINING[number % len(TRAINING)]
    seed = _FIRST + 20 * number
    for attempt in range(20):
        try:
            return make(family, seed + attempt, demanding=(number // len(TRAINING)) % 2 == 1)
        except ValueError:
            # a seed whose plot has nothing to film
            continue
    raise ValueError(f"{family} has no case from seed {seed} on; validate with fewer flights")
