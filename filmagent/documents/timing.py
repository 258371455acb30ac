"""``performance/<scene>/timing.json``: the scene in time and space, before any body moves.

Seconds are scene-local: 0 is the first beat's start. Actors are defined over
``[-handle, duration + handle]``, so that every take has acting before and after it.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from filmagent.documents.base import Document, Part, Point2, Real, Vector
from filmagent.documents.blocking import Emotion
from filmagent.documents.breakdown import Delivery

SegmentKind = Literal["offstage", "stand", "turn", "walk", "sit_down", "sit", "stand_up"]


class Phone(Part):
    """A phone of a line; seconds from the line's start. ARPAbet lower case, ``pau`` for silence."""

    phone: str
    start: Real
    end: Real


class Word(Part):
    """A word of a line; seconds from the line's start."""

    text: str
    start: Real
    end: Real


class SpokenLine(Part):
    """A recorded line, not yet placed in the scene."""

    beat: str
    actor: str
    text: str
    wav: str
    """Path relative to the film folder; 48 kHz mono PCM. "" if no voice can say it (silent)."""
    seconds: Real
    words: list[Word] = []
    phones: list[Phone] = []
    note: str = ""
    """Why it is silent or approximate ("" when all is well)."""


class Line(SpokenLine):
    """A recorded line at its time in the scene."""

    start: Real
    end: Real
    delivery: Delivery = "on"
    emotion: Emotion = "neutral"
    energy: Real = 0.5
    to: str = ""


class BeatTime(Part):
    """When a beat happens."""

    beat: str
    start: Real
    end: Real


class Segment(Part):
    """What the whole body does. Segments of an actor are contiguous and in order."""

    kind: SegmentKind
    start: Real
    end: Real
    position: Vector
    """On the floor, where it begins (seated: below the pelvis, on the floor)."""
    heading: Real
    """Radians at its start, counter-clockwise from above, 0 faces +Y."""
    end_heading: Real
    path: list[Point2] = []
    """Walk only: dense polyline (≤ 0.1 m apart) from start to end, already clear of obstacles."""
    mark: str = ""
    seat_height: Real | None = None
    manner: str = ""
    """Walk only: how, by `assets/actions.toml` (``run``, ``sneak`` …); "" by mood and age."""


class Gesture(Part):
    """An action of the upper body, head or face, layered over the segments."""

    id: str
    action: str
    start: Real
    end: Real
    target: str = ""
    target_position: Vector | None = None


class Gaze(Part):
    """Whom or what somebody attends to."""

    start: Real
    end: Real
    target: str
    """An actor's or prop's id, or "" with a fixed position."""
    position: Vector | None = None


class Mood(Part):
    """An emotion over a time."""

    start: Real
    end: Real
    emotion: Emotion
    energy: Real


class ActorTiming(Part):
    """One actor over the whole scene."""

    actor: str
    member: str
    segments: list[Segment]
    gestures: list[Gesture] = []
    gazes: list[Gaze] = []
    moods: list[Mood] = []
    extra: bool = False


class PropHold(Part):
    """A prop in a hand for a time; between holds it lies where it was last."""

    start: Real
    end: Real
    actor: str
    hand: Literal["left", "right"] = "right"


class PropTiming(Part):
    """One prop over the scene: at rest on ``position``, in a hand during ``holds``."""

    prop: str
    model: str
    position: Vector
    heading: Real = 0.0
    holds: list[PropHold] = []
    rests: list[tuple[Real, Vector]] = []
    """(from this second on, lying here) after each hold that puts it down."""


class SceneTiming(Document):
    """``performance/<scene>/timing.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    scene: str
    set: str
    duration: Real
    handle: Real = 1.0
    beats: list[BeatTime] = []
    lines: list[Line] = []
    actors: list[ActorTiming] = []
    props: list[PropTiming] = []
    problems: list[str] = []
