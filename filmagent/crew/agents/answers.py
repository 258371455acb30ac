"""What models answer with: names out of lists they were given, and words. Never a coordinate.

These are smaller than the film's documents: `agents` turns them into those, and the house crew
stands in where a model gives none that can be used.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from filmagent.documents.blocking import Emotion
from filmagent.documents.breakdown import Age, Gender, Setting, TimeOfDay
from filmagent.documents.shots import Angle, Move, SetupKind, Size, Speed, View

When = Literal["early", "middle", "late"]


class Answer(BaseModel):
    """Nothing is taken that was not asked for."""

    model_config = ConfigDict(extra="forbid")


# writing


class NewPerson(Answer):
    """Somebody of the story."""

    name: str
    gender: Gender
    age: Age
    about: str


class NewScene(Answer):
    """A scene that is to be written."""

    setting: Setting
    place: str
    time: TimeOfDay
    people: list[str]
    happens: str


class Story(Answer):
    """An outline."""

    title: str
    language: str
    premise: str
    people: list[NewPerson]
    scenes: list[NewScene]


class NewMoment(Answer):
    """Prose, or a speech where ``who`` is set."""

    who: str = ""
    how: str = ""
    text: str


class Pages(Answer):
    """A scene in words."""

    moments: list[NewMoment]


class Rewrite(Answer):
    """One line said otherwise."""

    line: str
    how: str = ""
    text: str


class Rewrites(Answer):
    """The lines an actor would say otherwise; none where all are right."""

    changes: list[Rewrite] = []


# breaking down


class Part(Answer):
    """Who plays somebody."""

    character: str
    member: str


class Casting(Answer):
    """Who plays whom."""

    parts: list[Part]


class Location(Answer):
    """Where a place is shot, and what lies about there."""

    place: str
    set: str
    props: list[str] = []
    why: str


class Locations(Answer):
    """Where all places are shot."""

    places: list[Location]


# staging


class Start(Answer):
    """Where somebody is when the scene begins; who comes in later has none."""

    who: str
    mark: str
    sits: bool = False
    faces: str = ""


class Deed(Answer):
    """Something somebody does during a beat."""

    beat: str
    who: str
    does: str
    to: str = ""
    when: When = "early"


class Said(Answer):
    """How a line is said."""

    beat: str
    emotion: Emotion
    energy: int
    """0 whispered and still, 10 shouted and large."""
    to: str = ""


class Staging(Answer):
    """Who is where, who does what, how lines are said."""

    starts: list[Start] = []
    deeds: list[Deed] = []
    said: list[Said] = []


class Lighting(Answer):
    """A light plan of the set."""

    plan: str
    why: str


# shooting


class Shot(Answer):
    """A shot, and the beats it is meant for."""

    id: str = Field(pattern="^[A-HJ-NP-Z]{1,2}$")
    kind: SetupKind
    size: Size
    of: list[str]
    first: str
    last: str
    angle: Angle = "eye"
    view: View = "front"
    over: str = ""
    move: Move = "static"
    speed: Speed = "normal"
    motive: str = ""
    board: str = ""


class ShotPlan(Answer):
    """The shots of a scene."""

    shots: list[Shot]


class Selection(Answer):
    """The shots that are kept, by their ids, and what the cut must hold on."""

    keep: list[str]
    hold: list[Hold] = []


class Hold(Answer):
    """A beat that belongs to one shot, and why."""

    beat: str
    shot: str
    why: str
