"""``film.json``: the choices that hold for a whole film."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from filmagent.documents.base import Document, Part, Real
from filmagent.documents.breakdown import Gender

Quality = Literal["preview", "draft", "final"]
CrewName = Literal["house", "llm"]
CameraName = Literal["best", "policy", "planner"]
NO_LOOK = "none"


class ModelChoice(Part):
    """Which language model the film's crew asks, and within which bounds. Never a key."""

    name: str = ""
    """The model at its endpoint; empty: the one it serves, where it serves just one."""
    url: str | None = None
    """The endpoint, without names or passwords; None: OpenAI."""
    sees: bool = False
    """The model takes pictures."""
    budget_tokens: Annotated[int, Field(gt=0)] | None = None
    """Tokens, in and out, that one run may use."""
    budget_usd: Annotated[Real, Field(gt=0)] | None = None
    """Dollars that one run may cost."""
    price: tuple[Annotated[Real, Field(ge=0)], Annotated[Real, Field(ge=0)]] | None = None
    """Dollars for a million tokens in and out, where nobody else knows."""
    context: Annotated[int, Field(gt=0)] | None = None
    """Tokens the model takes, where its endpoint does not say."""
    concurrency: Annotated[int, Field(gt=0)] = 8
    """Calls in flight at once."""
    timeout_s: Annotated[Real, Field(gt=0)] | None = None
    """Seconds without a word after which a call counts as stalled."""
    tries: Annotated[int, Field(gt=0)] = 5
    """How often a call that breaks on the way is sent at most."""


class SpeechVoice(Part):
    """A voice of a speech server, as the server calls it."""

    name: str
    gender: Gender = "unknown"
    languages: list[str] = ["en"]


class SpeechChoice(Part):
    """The server that speaks a film's lines (OpenAI's ``audio.speech``). Never a key."""

    url: str | None = None
    """The endpoint, without names or passwords; None: OpenAI."""
    model: str = "gpt-4o-mini-tts"
    voices: list[SpeechVoice] = []
    """The voices it is asked for; empty: those that such servers have in common."""
    tries: Annotated[int, Field(gt=0)] = 5
    """How often a line is asked for at most."""
    timeout_s: Annotated[Real, Field(gt=0)] = 120.0
    """Seconds without a byte after which a call counts as lost."""


class FilmSettings(Document):
    """``film.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    seed: int = 0
    fps: tuple[int, int] = (24, 1)
    size: tuple[int, int] = (640, 360)
    filmback: str = "full frame"
    sensor_mm: Real = 36.0
    crew: CrewName = "house"
    model: ModelChoice | None = None
    """Whom the LLM crew asks."""
    speech: SpeechChoice | None = None
    """Who speaks beside the voices of the machine."""
    quality: Quality = "preview"
    camera: CameraName = "best"
    """Who flies moving shots: the planner, the pilot (policy), or whichever flies each better."""
    strict: bool = False
    """Refuse a place the library lacks instead of taking the nearest set."""
    look: str = "classic"
    """A film look of the shelf, or ``none``: frames go into the cut as they were rendered."""
    look_strength: Annotated[Real, Field(ge=0.0, le=1.0)] = 1.0
    denoise: bool | None = None
    """Average noise away before the look; None: where frames are ray-traced."""
