"""The typed documents: the only thing that passes between departments.

======================================  =====================================================
``outline.json``, ``scenes.json``       `Outline`, `WrittenScenes`: an idea becoming a screenplay
``breakdown.json``                      `Breakdown`: what the screenplay says
``blocking.json``                       `Blocking`: who is where and does what, by name
``performance/<scene>/timing.json``     `SceneTiming`: the scene in time and space
``shotlist.json``                       `ShotList`: setups wished for
``takes/<take>.json`` + ``.npz``        `TakeReport`: what the camera did, and why
``edit.json``                           `Edit`: the only cut
``notes.json``                          `documents.notes.Notes`: what people and the crew say
``stage/scene_<id>.json``               `SceneStage`: everything resolved, for the renderers
======================================  =====================================================

>>> from filmagent.documents import Breakdown
>>> Breakdown(title="A film").to_json().splitlines()[0]
'{'
"""

from filmagent.documents.base import Document, Part, Real, Vector, write_bytes, write_text
from filmagent.documents.blocking import (
    Blocking,
    Cue,
    Extra,
    LineReading,
    Placement,
    PropPlacement,
    SceneBlocking,
)
from filmagent.documents.breakdown import (
    Beat,
    Breakdown,
    Character,
    Prop,
    Scene,
    Span,
    Voice,
)
from filmagent.documents.catalogue import (
    ActionEntry,
    Catalogue,
    DoorEntry,
    IdiomEntry,
    MarkEntry,
    MemberEntry,
    PropEntry,
    SetEntry,
    VoiceEntry,
)
from filmagent.documents.edit import Cut, Edit, Heard
from filmagent.documents.outline import (
    Moment,
    Outline,
    StoryPerson,
    StoryScene,
    WrittenScene,
    WrittenScenes,
)
from filmagent.documents.shots import SceneCoverage, Setup, ShotList, TakeReport
from filmagent.documents.staged import (
    SceneStage,
    StageActor,
    StageCamera,
    StageCut,
    StageLight,
    StageProp,
    StageSound,
    StageWorld,
)
from filmagent.documents.timing import (
    ActorTiming,
    BeatTime,
    Gaze,
    Gesture,
    Line,
    Mood,
    Phone,
    PropHold,
    PropTiming,
    SceneTiming,
    Segment,
    SpokenLine,
    Word,
)

__all__ = [
    "ActionEntry",
    "ActorTiming",
    "Beat",
    "BeatTime",
    "Blocking",
    "Breakdown",
    "Catalogue",
    "Character",
    "Cue",
    "Cut",
    "Document",
    "DoorEntry",
    "Edit",
    "Extra",
    "Gaze",
    "Gesture",
    "Heard",
    "IdiomEntry",
    "Line",
    "LineReading",
    "MarkEntry",
    "MemberEntry",
    "Moment",
    "Mood",
    "Outline",
    "Part",
    "Phone",
    "Placement",
    "Prop",
    "PropEntry",
    "PropHold",
    "PropPlacement",
    "PropTiming",
    "Real",
    "Scene",
    "SceneBlocking",
    "SceneCoverage",
    "SceneStage",
    "SceneTiming",
    "Segment",
    "SetEntry",
    "Setup",
    "ShotList",
    "Span",
    "SpokenLine",
    "StageActor",
    "StageCamera",
    "StageCut",
    "StageLight",
    "StageProp",
    "StageSound",
    "StageWorld",
    "StoryPerson",
    "StoryScene",
    "TakeReport",
    "Vector",
    "Voice",
    "VoiceEntry",
    "Word",
    "WrittenScene",
    "WrittenScenes",
    "write_bytes",
    "write_text",
]
