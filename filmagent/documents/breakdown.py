"""``breakdown.json``: what the screenplay says: people, places, beats. No decision on staging."""

from __future__ import annotations

from typing import ClassVar, Literal

from filmagent.documents.base import Document, Part, Real

Age = Literal["child", "teen", "adult", "old"]
Gender = Literal["female", "male", "unknown"]
Setting = Literal["int", "ext", "int/ext"]
TimeOfDay = Literal["dawn", "day", "dusk", "night"]
BeatKind = Literal["action", "line", "pause", "card", "transition"]
Delivery = Literal["on", "vo", "os"]
Join = Literal["continuous", "later", "flashback", "montage", "intercut"]
Transition = Literal["cut", "fade_in", "fade_out", "dissolve", "smash_cut", "match_cut"]


class Voice(Part):
    """A voice a character keeps over the film."""

    engine: str
    name: str
    pitch: Real = 0.0
    """Semitones added to the engine's voice."""
    rate: Real = 1.0
    """Speed: 1.1 speaks ten per cent faster."""


class Character(Part):
    """Somebody of the screenplay. ``id`` is safe as a file name; ``name`` is as written."""

    id: str
    name: str
    aliases: list[str] = []
    age: Age = "adult"
    gender: Gender = "unknown"
    description: str = ""
    speaks: bool = True
    member: str = ""
    """The cast member (library name) who plays this character."""
    voice: Voice | None = None


class Prop(Part):
    """A thing somebody handles or the script shows."""

    id: str
    name: str
    """As the script says it."""
    model: str = ""
    """The library's prop that stands for it ("" when the library has none: then said)."""


class Span(Part):
    """Source lines in the screenplay, 1-based, half-open."""

    first: int
    end: int


class Beat(Part):
    """The smallest event: a line of dialogue, a paragraph of action, a silence, a card."""

    id: str
    """``<scene>.<n>``, e.g. ``1.4``; kept when text is inserted (``1.4a``)."""
    kind: BeatKind
    text: str = ""
    """Dialogue without emphasis marks; prose; a card's words."""
    speaker: str | None = None
    delivery: Delivery = "on"
    parenthetical: str = ""
    continued: bool = False
    overlapped: bool = False
    """The line ends in ``--``: the next one starts before it ends."""
    dual_with: str | None = None
    """The beat spoken at the same time (dual dialogue)."""
    people: list[str] = []
    """Character ids who do or are shown something here, in the order they are named."""
    seconds: Real | None = None
    """A pause's or card's length, where the script sets one."""
    transition: Transition | None = None
    over_picture: bool = False
    """A card superimposed on the picture (SUPER) instead of on black."""
    directions: list[str] = []
    """The bodies of the script's directing notes attached here: ``camera: slow push on MARA``."""
    span: Span


class Scene(Part):
    """From one slugline to the next."""

    id: str
    """``1``, ``2`` … in order, or the script's own number; kept when scenes are inserted."""
    slugline: str
    setting: Setting = "int"
    place: str = ""
    time: TimeOfDay = "day"
    set: str = ""
    """The library set it is shot on."""
    set_reason: str = ""
    """Why this set; says so when it is only the nearest the library has."""
    join: Join | None = None
    """How it hangs on the scene before."""
    intercut_with: str | None = None
    people: list[str] = []
    props: list[Prop] = []
    beats: list[Beat] = []
    span: Span


class Breakdown(Document):
    """``breakdown.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    title: str = ""
    credit: str = ""
    """Second line of the title card, e.g. "written by A. Writer" ("" for none)."""
    language: str = "en"
    characters: list[Character] = []
    scenes: list[Scene] = []
    warnings: list[str] = []
    """What had to be guessed or given up, one sentence each, shown to the user."""
