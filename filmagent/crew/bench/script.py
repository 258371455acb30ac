"""What is scored: a story's lines with their shots, actions and moves, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Deed:
    """Something somebody does during a line."""

    who: str
    action: str
    """As the script names it."""
    state: str = ""
    """``standing`` or ``sitting``, as the script says."""
    known: bool = True
    """Whether it is an action of the world it was written for."""


@dataclass(frozen=True)
class Line:
    """A line of dialogue, or a move between lines (no words)."""

    speaker: str = ""
    text: str = ""
    shot: str = ""
    """One of FilmAgent's nine; something else where the script says something else."""
    kind: str = ""
    """The shot in its own vocabulary: our sizes and moves, FilmAgent's nine."""
    deeds: tuple[Deed, ...] = ()
    movers: tuple[str, ...] = ()
    tense: bool = False
    places: Mapping[str, str] = field(default_factory=dict)
    """Person → mark, as the script has it at this line; empty where it does not say."""


@dataclass(frozen=True)
class Scene:
    """A scene's lines, in order."""

    id: str
    place: str
    people: tuple[str, ...] = ()
    about: str = ""
    lines: tuple[Line, ...] = ()
    start: Mapping[str, str] = field(default_factory=dict)
    """Person → mark when it begins."""


@dataclass(frozen=True)
class Script:
    """A story as it is scored and judged."""

    title: str
    scenes: tuple[Scene, ...]
    people: tuple[str, ...] = ()
    """A line on everybody, where the script has profiles."""

    def lines(self) -> Iterator[tuple[Scene, Line]]:
        """Every line with its scene."""
        for scene in self.scenes:
            for line in scene.lines:
                yield scene, line
