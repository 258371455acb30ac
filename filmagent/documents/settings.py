"""``film.json``: the choices that hold for a whole film."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from filmagent.documents.base import Document, Real

Quality = Literal["preview", "draft", "final"]
CrewName = Literal["house", "llm"]
NO_LOOK = "none"


class FilmSettings(Document):
    """``film.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    seed: int = 0
    fps: tuple[int, int] = (24, 1)
    size: tuple[int, int] = (640, 360)
    filmback: str = "full frame"
    sensor_mm: Real = 36.0
    crew: CrewName = "house"
    quality: Quality = "preview"
    strict: bool = False
    """Refuse a place the library lacks instead of taking the nearest set."""
    look: str = NO_LOOK
    """A film look of the shelf, or ``none``: frames go into the cut as they were rendered."""
    look_strength: Annotated[Real, Field(ge=0.0, le=1.0)] = 1.0
    denoise: bool | None = None
    """Average noise away before the look; None: where frames are ray-traced."""
