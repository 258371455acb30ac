"""One question to a model: who is asked what, and the type of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

A = TypeVar("A", bound=BaseModel)


@dataclass(frozen=True)
class Picture:
    """A picture that goes with a question, for models that see.

    Attributes
    ----------
    png : bytes
        The whole PNG file.
    caption : str
        Words sent before the picture; also sent to models that do not see.
    """

    png: bytes
    caption: str = ""


@dataclass(frozen=True)
class Question(Generic[A]):
    """Who is asked what. Equal questions to the same model have one answer.

    Attributes
    ----------
    role : str
        Who is asked: "director", "actor MARA", "cinematographer 2"; for transcript and receipt.
    task : str
        The prompt's name: "outline", "block", "cover" …
    version : str
        The prompt's version.
    system, user : str
        The two messages.
    answer : type
        The pydantic model of the answer (``extra="forbid"``); its JSON schema goes along.
    pictures : tuple of Picture
        Sent after ``user`` where the model sees.
    max_tokens : int
        The room for the answer.
    temperature : float
        0 to 2.
    seed : int
        Sent (its low 31 bits) to endpoints that know seeds.
    """

    role: str
    task: str
    version: str
    system: str
    user: str
    answer: type[A]
    pictures: tuple[Picture, ...] = ()
    max_tokens: int = 2000
    temperature: float = 0.7
    seed: int = 0
