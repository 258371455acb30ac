"""``film.json``: the choices that hold for a whole film."""

from __future__ import annotations

from typing import ClassVar, Literal

from filmagent.documents.base import Document, Real

Quality = Literal["preview", "draft", "final"]
CrewName = Literal["house", "llm"]


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
