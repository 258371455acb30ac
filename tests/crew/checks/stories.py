"""The scene that the checks' tests break in every way, and the shelf it stands on."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from filmagent.crew.house.coverage import cover
from filmagent.crew.house.slate import idioms
from filmagent.documents import (
    Breakdown,
    Catalogue,
    SceneBlocking,
    SceneCoverage,
    SceneTiming,
    VoiceEntry,
)

sys.path.insert(0, str(Path(__file__).parents[2] / "stage"))
import short_scenes
from short_scenes import JONAS, MARA, blocked, film, played

MEETING = film(
    """
    MARA sits alone at a table by the window with a cup of coffee.
    The door opens. JONAS enters and walks to her table.
    JONAS: You kept the table.
    MARA (coldly): You kept me waiting.
    Jonas sits down across from her.
    JONAS: I almost didn't come.
    ...
    MARA: I know. I saw you walk past the window. Twice.
    Mara puts a key on the table. Jonas looks at it.
    JONAS (surprised): Is that hers?
    MARA: The spare. She left the house to both of us.
    MARA (angry): Don't laugh. You left her alone for nine --
    JONAS: Nine years. I counted them too.
    Mara stands up and walks out of the door.
    """,
    MARA,
    JONAS,
    props=("cup", "key"),
)


@cache
def shelf() -> Catalogue:
    """The library's two sets, six members, props, actions, idioms, and a few voices."""
    voices = [
        VoiceEntry(engine="flite", name="slt", gender="female", languages=["en"]),
        VoiceEntry(engine="flite", name="rms", gender="male", languages=["en"]),
        VoiceEntry(engine="espeak", name="ar+m3", gender="male", languages=["ar"]),
        VoiceEntry(engine="espeak", name="cmn+f2", gender="female", languages=["cmn", "zh"]),
    ]
    return short_scenes.catalogue().model_copy(update={"voices": voices, "idioms": idioms()})


@cache
def _made() -> tuple[SceneBlocking, SceneTiming, SceneCoverage]:
    scene = MEETING.scenes[0]
    blocking, timing = blocked(MEETING), played(MEETING)
    return blocking, timing, cover(scene, blocking, timing, shelf(), 0)


def meeting() -> tuple[Breakdown, SceneBlocking, SceneTiming, SceneCoverage]:
    """Copies that a test may break."""
    return (
        MEETING.model_copy(deep=True),
        *(made.model_copy(deep=True) for made in _made()),  # type: ignore[return-value]
    )
