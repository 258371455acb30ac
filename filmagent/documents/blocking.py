"""``blocking.json``: who is where, who goes where, who does what: names, never coordinates."""

from __future__ import annotations

from typing import ClassVar, Literal

from filmagent.documents.base import Document, Part, Real

Posture = Literal["stand", "sit"]
Emotion = Literal["neutral", "happy", "sad", "angry", "afraid", "surprised", "disgusted"]
Relation = Literal["strangers", "acquaintances", "friends", "lovers", "family", "opponents"]


class Placement(Part):
    """Where somebody is when the scene begins. Absent people enter by a cue."""

    actor: str
    mark: str
    posture: Posture = "stand"
    facing: str = ""
    """An actor, mark, prop or door; "" faces as the mark does."""


class Cue(Part):
    """One thing somebody does, begun during a beat."""

    id: str
    """``<beat>/<actor>/<action>``, with a number appended when that is taken."""
    beat: str
    actor: str
    action: str
    """A name of the Catalogue's actions: ``walk``, ``enter``, ``exit``, ``sit``, ``nod`` …"""
    target: str = ""
    """Mark or door to go to, person or thing to act on."""
    at: Real = 0.0
    """When in its beat it begins, 0–1 of the beat's length."""
    locked: bool = False


class LineReading(Part):
    """How a line is said, and to whom."""

    beat: str
    emotion: Emotion = "neutral"
    energy: Real = 0.5
    """0 whispered and still, 1 shouted and large."""
    to: str = ""


class Extra(Part):
    """A silent person in the background of a public place."""

    id: str
    member: str
    mark: str
    posture: Posture = "stand"
    action: str = "idle"


class PropPlacement(Part):
    """Where a prop is when the scene begins: on a mark's surface, or in somebody's hand."""

    prop: str
    model: str
    mark: str = ""
    holder: str = ""


class SceneBlocking(Part):
    """One scene's blocking."""

    scene: str
    set: str
    light: str = "day"
    """The set's light plan."""
    placements: list[Placement] = []
    cues: list[Cue] = []
    readings: list[LineReading] = []
    extras: list[Extra] = []
    props: list[PropPlacement] = []
    relations: list[tuple[str, str, Relation]] = []
    """Pairs of people and how close they stand; pairs not named are acquaintances."""
    why: list[str] = []
    locked: bool = False


class Blocking(Document):
    """``blocking.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    scenes: list[SceneBlocking] = []
