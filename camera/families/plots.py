"""The sets of the families, by name."""

from __future__ import annotations

from collections.abc import Callable

from camera.families import held_out, learned
from camera.families.plot import Plot, Random

TRAINING: tuple[str, ...] = ("room", "street", "corridor", "crowd", "pillars")
"""Families to learn from."""
HELD_OUT: tuple[str, ...] = ("stairs", "forest", "doorways", "shelves", "courtyard")
"""Families that nothing is learned or tuned on."""
PLOTS: dict[str, Callable[[Random], Plot]] = {
    **{name: getattr(learned, name) for name in TRAINING},
    **{name: getattr(held_out, name) for name in HELD_OUT},
}
"""Each draws one plot from a random generator."""
