"""What the tests ask for: a small outline."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from filmagent.crew.model import Question

KEY = "0123456789-of-the-loopback"


class Scene(BaseModel):
    model_config = ConfigDict(extra="forbid")
    place: Literal["cafe", "street", "kitchen"]
    beats: list[str] = Field(max_length=3)


class Outline(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str = Field(max_length=60)
    scenes: list[Scene]
    tone: str | None = None


def outline(title: str = "The Spare Key") -> dict[str, Any]:
    return {"title": title, "scenes": [{"place": "cafe", "beats": ["She waits."]}], "tone": None}


QUESTION = Question("screenwriter", "outline", "1", "You write.", "A key is lost.", Outline)
