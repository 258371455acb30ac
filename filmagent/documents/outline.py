"""``outline.json`` and ``scenes.json``: a story before it is a screenplay.

Only a film that begins as an idea has them. Scenes are written apart from each other, so that one
can be written again alone; the screenplay is assembled of them.
"""

from __future__ import annotations

from typing import ClassVar

from filmagent.documents.base import Document, Part
from filmagent.documents.breakdown import Age, Gender, Setting, TimeOfDay


class StoryPerson(Part):
    """Somebody of the story."""

    name: str
    """As cues will have it; no two are alike."""
    gender: Gender = "unknown"
    age: Age = "adult"
    about: str = ""
    """Years, looks, what they want: a few words in the film's language."""


class StoryScene(Part):
    """A scene that is still to be written."""

    id: str
    """``1``, ``2`` … in order."""
    setting: Setting = "int"
    place: str
    time: TimeOfDay = "day"
    people: list[str] = []
    """Names of those who are there."""
    happens: str
    """What happens, and what is different after it."""


class Outline(Document):
    """``outline.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    title: str
    language: str = "en"
    """Two or three letters (ISO 639): the idea's language."""
    premise: str = ""
    people: list[StoryPerson] = []
    scenes: list[StoryScene] = []


class Moment(Part):
    """A paragraph of prose, or a speech where ``who`` says it."""

    who: str = ""
    how: str = ""
    """The speech's parenthetical, without its parentheses."""
    text: str


class WrittenScene(Part):
    """A scene in words."""

    scene: str
    moments: list[Moment] = []


class WrittenScenes(Document):
    """``scenes.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    scenes: list[WrittenScene] = []
