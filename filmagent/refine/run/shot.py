"""What a run is told: the shots, as documents have them, and how they are to be painted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from filmagent.errors import InputError

PROTECTED: tuple[Literal["faces", "hands"], ...] = ("faces", "hands")
"""What may be kept as the engine shows it, beside the names of people and props."""
TRIES = 3


@dataclass(frozen=True)
class Shot:
    """A setup and the frames of it that the film shows."""

    setup: str
    scene: str
    frames: Sequence[int]
    """Scene frames, sorted; there may be gaps."""
    prompt: str = ""
    negative: str = ""
    names: Mapping[int, str] = field(default_factory=dict)
    """What each object id is called throughout the film."""
    people: Sequence[str] = ()
    """Names of everybody in the film: none may come to look like another."""
    shows: Sequence[str] = ()
    """Names of those who can be seen, most important first."""

    def pieces(self) -> Iterator[range]:
        """Frames without a gap: what is painted in one go."""
        first = before = None
        for frame in self.frames:
            if first is None or before is None:
                first = frame
            elif frame != before + 1:
                yield range(first, before + 1)
                first = frame
            before = frame
        if first is not None and before is not None:
            yield range(first, before + 1)


@dataclass(frozen=True)
class Choices:
    """How shots are painted.

    Raises
    ------
    InputError
        If a number is out of range, or there is nothing of a name to protect.
    """

    sigma_start: float = 0.6
    """The noise a shot starts from: 0 leaves the engine's picture, 1 forgets it."""
    steps: int = 0
    """Steps of the sampler; 0: as many as the model is at its best with."""
    guidance: float | None = None
    """How strongly the words are followed; 1: no more than the model does, None: its own."""
    seed: int = 0
    """The film's, unless a person wants another."""
    gamma: float = 0.4
    """Share of the noise that sticks to the world, 0–1."""
    references: bool = True
    """Give the model a turntable of everybody in the shot."""
    heroes: bool = False
    """Start later shots of a scene from how everybody's best earlier frame was painted."""
    protect: Sequence[str] = ()
    """`PROTECTED`, or names of people and props."""
    composite: bool = False
    """Put what is protected back into the painted picture, instead of holding it meanwhile."""
    colours: bool = True
    """Hold everybody's and everything's colours to the engine's and the film's own offset."""
    controls: Sequence[str] = ()
    """Kinds of control video; empty: the model's first."""
    tries: int = TRIES
    """How often a shot is painted at most."""

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("sigma-start", self.sigma_start, 0.0, 1.0),
            ("gamma", self.gamma, 0.0, 1.0),
            ("guidance", 1.0 if self.guidance is None else self.guidance, 1.0, 30.0),
            ("steps", self.steps, 0, 1000),
            ("tries", self.tries, 1, 20),
        ):
            if not low <= value <= high:
                raise InputError(f"--{name} {value:g} is out of range: {low:g} to {high:g}.")
