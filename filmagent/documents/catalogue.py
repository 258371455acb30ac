"""What a crew chooses from. ``film.py`` makes it from the library; crews only ever name entries."""

from __future__ import annotations

from typing import Literal

from filmagent.documents.base import Part, Real
from filmagent.documents.blocking import Posture
from filmagent.documents.breakdown import Age, Gender, Setting


class MarkEntry(Part):
    """A place to stand or sit."""

    id: str
    kind: Literal["stand", "seat"]
    role: str
    """What it is for: ``table``, ``counter``, ``window``, ``door``, ``bench``, ``kerb`` …"""
    partners: list[str] = []
    """Marks from which one talks to somebody here (0.6–2 m, facing)."""
    surface: bool = False
    """A tabletop within reach, where a prop can lie."""
    background: bool = False
    """Good for extras: away from where scenes are played."""
    description: str = ""


class DoorEntry(Part):
    """A way in and out of the set."""

    id: str
    description: str = ""


class SetEntry(Part):
    """A set on the shelf."""

    name: str
    title: str
    setting: Setting
    words: list[str]
    """Words of sluglines it answers to."""
    public: bool
    """Strangers would be here: extras are welcome."""
    light_plans: list[str]
    marks: list[MarkEntry]
    doors: list[DoorEntry]


class MemberEntry(Part):
    """A cast member on the shelf."""

    name: str
    title: str
    gender: Gender
    age: Age
    years: int
    words: list[str]
    """Looks: ``tall``, ``grey``, ``beard``, ``cardigan`` …"""
    height: Real


class ActionEntry(Part):
    """Something an actor can do."""

    name: str
    words: list[str]
    """Verbs and phrases that mean it in prose or parentheticals."""
    postures: list[Posture]
    kind: Literal["move", "gesture", "idle"]
    target: Literal["none", "actor", "prop", "mark", "door", "any"]
    seconds: Real
    description: str = ""


class VoiceEntry(Part):
    """A voice that can be heard on this machine."""

    engine: str
    name: str
    gender: Gender
    languages: list[str]


class PropEntry(Part):
    """A prop on the shelf."""

    name: str
    words: list[str]


class IdiomEntry(Part):
    """A way to cover a situation."""

    name: str
    description: str


class Catalogue(Part):
    """Everything a crew may name."""

    sets: list[SetEntry]
    members: list[MemberEntry]
    actions: list[ActionEntry]
    voices: list[VoiceEntry]
    props: list[PropEntry]
    idioms: list[IdiomEntry] = []
