"""How large a pilot is, and what its weights are called."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from camera.policy.pilot.motion import WIDTH
from camera.policy.pilot.observation import COUNTS, WIDTHS

GROWN = 3
"""How much wider a block's perceptron is inside."""


@dataclass(frozen=True)
class PilotConfig:
    """Sizes of a pilot.

    Parameters
    ----------
    width, heads
        Of every token.
    looks, thoughts
        Layers within a moment; layers over time.
    memory
        Moments that it looks back on, itself included.
    rate
        Decisions a second.
    """

    width: int = 96
    heads: int = 4
    looks: int = 2
    thoughts: int = 2
    memory: int = 16
    rate: float = 6.0

    def __post_init__(self) -> None:
        for name in ("width", "heads", "looks", "thoughts", "memory"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise ValueError(f"a pilot's {name} is a whole number from 1, not {value!r}")
        if self.width % self.heads:
            raise ValueError(f"{self.heads} heads do not divide a width of {self.width}")
        if not 1.0 <= self.rate <= 60.0:
            raise ValueError(f"a pilot decides 1 to 60 times a second, not {self.rate}")

    def to_json(self) -> str:
        """As it stands in a checkpoint's metadata."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> PilotConfig:
        """What `to_json` wrote.

        Raises
        ------
        ValueError
            If it is something else.
        """
        try:
            table = json.loads(text)
        except ValueError:
            table = None
        known = {f.name for f in fields(cls)}
        if not isinstance(table, dict) or set(table) != known:
            raise ValueError(f"a pilot's sizes are {', '.join(sorted(known))}, not {text[:200]!r}")
        return cls(**table)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of all weights by name, as `camera.policy.pilot.network.PilotNetwork` has them."""
        h = self.width
        found: dict[str, tuple[int, ...]] = {"query": (h,), **_norm("last", h)}
        for kind, width in WIDTHS.items():
            found |= {f"kind.{kind}": (COUNTS[kind], h), **_linear(f"embed.{kind}", width, h)}
        layers = {"looks": self.looks, "thoughts": self.thoughts}
        for block in (f"{part}.{n}" for part, count in layers.items() for n in range(count)):
            found |= _norm(f"{block}.before", h) | _norm(f"{block}.between", h)
            found |= _linear(f"{block}.ask", h, 3 * h) | _linear(f"{block}.answer", h, h)
            found |= _linear(f"{block}.grow", h, GROWN * h)
            found |= _linear(f"{block}.shrink", GROWN * h, h)
        return found | _linear("head", h, 2 * WIDTH)


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _linear(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}
