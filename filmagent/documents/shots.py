"""``shotlist.json`` (wishes) and ``takes/<take>.json`` (what the camera did, and why)."""

from __future__ import annotations

from typing import ClassVar, Literal

from filmagent.documents.base import Document, Part, Real

Size = Literal["ECU", "CU", "MCU", "MS", "cowboy", "MLS", "LS", "ELS"]
Angle = Literal["bird", "high", "eye", "low", "worm"]
View = Literal["front", "three_quarter", "profile", "back", "ots", "pov"]
Move = Literal[
    "static",
    "pan",
    "tilt",
    "push_in",
    "pull_out",
    "truck",
    "pedestal",
    "arc",
    "crane",
    "zoom",
    "follow",
    "lead",
    "handheld",
]
Speed = Literal["slow", "normal", "fast"]
Rig = Literal["tripod", "dolly", "steadicam", "crane", "handheld", "drone"]
SetupKind = Literal[
    "establishing",
    "master",
    "two_shot",
    "group",
    "ots",
    "single",
    "reaction",
    "insert",
    "follow",
    "entrance",
    "exit",
]


class Setup(Part):
    """A camera position and lens wished for, and what of the scene it covers."""

    id: str
    """``1A``, ``1B`` … in a scene; an inserted one is ``1B1``."""
    kind: SetupKind
    idiom: str = ""
    size: Size
    angle: Angle = "eye"
    view: View = "front"
    subjects: list[str] = []
    """Actor ids (or one prop id, for an insert), most important first."""
    over: str = ""
    """The actor whose shoulder is in the foreground (``ots``)."""
    pair: str = ""
    """The opposing setup it is solved with."""
    line: list[str] = []
    """The line of action: two actor ids. All setups of one arrangement name the same line."""
    side: Literal["any", "left", "right"] = "any"
    """The side of ``line`` (from its first to its second, seen from above) the camera keeps to."""
    move: Move = "static"
    speed: Speed = "normal"
    rig: Rig = "tripod"
    lens_mm: Real | None = None
    """A wished focal length; None lets the solver choose a prime."""
    beats: list[str] = []
    """Beats it covers, in order; the camera is solved for where people are then."""
    motive: str = ""
    """Why it moves ("" for a static shot)."""
    why: str = ""
    locked: bool = False


class SceneCoverage(Part):
    """One scene's setups."""

    scene: str
    setups: list[Setup] = []


class ShotList(Document):
    """``shotlist.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    scenes: list[SceneCoverage] = []


class TakeReport(Document):
    """``takes/<take>.json``; the track itself is ``takes/<take>.npz``:

    ``frames`` (F,) int, ``positions`` (F,3) m, ``quaternions`` (F,4) wxyz world_from_camera,
    ``focal_mm`` (F,), ``focus_m`` (F,). Static takes repeat one pose to the last digit.
    """

    SCHEMA_VERSION: ClassVar[int] = 1
    take: str
    setup: str
    scene: str
    lens_mm: Real
    sensor_mm: Real = 36.0
    fstop: Real = 2.8
    first: int
    """First frame of the track, scene-local (handles included, may be negative)."""
    end: int
    static: bool
    ranges: list[tuple[int, int]] = []
    """Frames the take is meant to be used in, half-open (the setup's beats)."""
    scores: dict[str, Real] = {}
    reasons: list[str] = []
    given_up: list[str] = []
    """Wishes the world did not allow, one sentence each."""
    locked: bool = False
