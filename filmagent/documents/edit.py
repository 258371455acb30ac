"""``edit.json``: the only cut: source ranges of takes, cards, and where each line is heard."""

from __future__ import annotations

from typing import ClassVar, Literal

from filmagent.documents.base import Document, Part, Real
from filmagent.documents.breakdown import Transition


class Crossing(Part):
    """How sound goes over the start of a cut, as `camera.editing.Overlap` has it."""

    kind: Literal["straight", "L", "J"] = "straight"
    """L: what was heard goes on under the new picture. J: what comes is heard before it is seen."""
    speaker: str = ""
    """Whose line goes over; "" where it is the sound of a place, at a change of scene."""
    seconds: Real = 0.0
    """L: for how long it goes on. J: for how long it has been heard."""
    picture: int = 0
    """Frames by which the picture was cut later (below 0: earlier) than the sound for it, between
    two who talk from two places; the source ranges have it already."""


class Cut(Part):
    """One event of the picture track, in film order."""

    id: str
    kind: Literal["shot", "card"] = "shot"
    scene: str = ""
    setup: str = ""
    take: str = ""
    source_in: int = 0
    """First frame, scene-local."""
    source_out: int = 0
    """One past the last frame, scene-local. A card: its length in frames, from 0."""
    transition: Transition = "cut"
    """How it begins."""
    transition_frames: int = 0
    fade_out_frames: int = 0
    text: str = ""
    """A card's words, lines separated by newlines; on a shot: words superimposed (SUPER)."""
    super_frames: int = 0
    """How long superimposed words stay."""
    why: str = ""
    joins: dict[str, Real] = {}
    """How it cuts with the shot before it in its scene, as `camera.editing.Faults` has it: ``line``
    (1 where the 180° rule is broken), ``angle`` (above ½ where the 30° rule is), ``jump`` (1 where
    moreover the size is the same), ``gaze`` (frame heights the viewer's eyes must go),
    ``direction`` (1 where somebody who goes across the screen turns round)."""
    sound: Crossing = Crossing()
    locked: bool = False

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.source_out - self.source_in


class Heard(Part):
    """Where a line sounds in the film (L and J cuts are lines that do not start with a picture)."""

    scene: str
    beat: str
    film_seconds: Real
    cut: str = ""
    """The cut whose picture it begins with."""
    clock: int = 0
    """The film frame that scene frame 0 has in that cut, as cut by the machine: where a person
    moves the cut, the line goes along (`film_time.heard`)."""


class Edit(Document):
    """``edit.json``. Film frame of a cut = sum of the frames of the cuts before it."""

    SCHEMA_VERSION: ClassVar[int] = 1
    fps: tuple[int, int] = (24, 1)
    cuts: list[Cut] = []
    heard: list[Heard] = []
