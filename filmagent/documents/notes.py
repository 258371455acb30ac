"""``notes.json``: what people and the crew say of a film, and what becomes of it.

A note is kept as typed changes that name setups, cuts, beats and people of the film. They are an
input of blocking, shot list and edit: whenever one of these is made again, its notes are carried
out on it again.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from filmagent.documents.base import Document, Part, Real
from filmagent.documents.blocking import Emotion
from filmagent.documents.shots import Angle, Move, Rig, SetupKind, Size, Speed, View

Author = Literal["person", "director", "cinematographer"]
Side = Literal["any", "left", "right"]
Lens = Annotated[Real, Field(ge=10.0, le=300.0)]
Share = Annotated[Real, Field(ge=0.0, le=1.0)]
Seconds = Annotated[Real, Field(ge=-20.0, le=20.0)]


class ShotChange(Part):
    """Another wish for a setup; what is None stays."""

    setup: str
    size: Size | None = None
    angle: Angle | None = None
    view: View | None = None
    side: Side | None = None
    move: Move | None = None
    speed: Speed | None = None
    rig: Rig | None = None
    lens_mm: Lens | None = None
    subjects: list[str] | None = None
    over: str | None = None


class ShotAdd(Part):
    """A setup that the shot list lacks."""

    setup: str
    """Its id: ``1B1`` stands after 1B."""
    kind: SetupKind
    size: Size
    view: View = "front"
    angle: Angle = "eye"
    move: Move = "static"
    speed: Speed = "normal"
    subjects: list[str]
    beats: list[str]


class ShotDrop(Part):
    """A setup the film does without."""

    setup: str


class Showing(Part):
    """A setup shown at a certain moment of a line."""

    setup: str
    beat: str
    at: Literal["after", "during"]
    """Once the line is over, or from its middle to its end."""
    seconds: Annotated[Real, Field(gt=0.0, le=20.0)] = 1.0


class Length(Part):
    """A cut that is held longer, or less long."""

    cut: str
    seconds: Seconds


class ReadingChange(Part):
    """Another way to say a line; what is None stays."""

    beat: str
    emotion: Emotion | None = None
    energy: Share | None = None


class CueChange(Part):
    """Something else for somebody to do during a beat."""

    beat: str
    actor: str
    action: str
    """"" does nothing instead."""
    target: str = ""
    instead: str = ""
    """The action it replaces ("" for none)."""


class Changes(Part):
    """What a note comes to: names of the film and its catalogue, never coordinates."""

    shots: list[ShotChange] = []
    adds: list[ShotAdd] = []
    drops: list[ShotDrop] = []
    showings: list[Showing] = []
    lengths: list[Length] = []
    readings: list[ReadingChange] = []
    cues: list[CueChange] = []

    def any(self) -> bool:
        """Whether there is anything to do."""
        return any(getattr(self, name) for name in type(self).model_fields)


class Note(Part):
    """One note, and what became of it."""

    id: str
    """``n1``, ``n2`` …"""
    by: Author = "person"
    text: str
    changes: Changes = Changes()
    state: Literal["applied", "withdrawn"] = "applied"
    said: list[str] = []
    """What became of it, a sentence each."""


class Notes(Document):
    """``notes.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    notes: list[Note] = []

    def standing(self) -> list[Note]:
        """The notes that hold, oldest first."""
        return [note for note in self.notes if note.state == "applied"]

    def free_id(self) -> str:
        """An id that no note has had."""
        taken = {note.id for note in self.notes}
        number = 1
        while f"n{number}" in taken:
            number += 1
        return f"n{number}"
