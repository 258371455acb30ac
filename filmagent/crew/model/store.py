"""Answers kept by the hash of their question, one file each: cache, record and replay."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar, Literal

from filmagent.crew.model.question import Question
from filmagent.documents import Document, Real

Failed = Literal["unreachable", "context"]


class StoredAnswer(Document):
    """An answer as it arrived, valid or not; or that none did, for replays.

    Whether it is valid is read from ``text`` each time, so that a person who mends the file
    mends the answer.
    """

    SCHEMA_VERSION: ClassVar[int] = 1
    model: str
    role: str
    task: str
    version: str
    room: int
    """Tokens that the answer had room for."""
    text: str
    finish: str = "stop"
    refusal: str | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: Real = 0.0
    failed: Failed | None = None
    """Why there is no answer. A live model asks again; a replay fails again."""
    needed: int | None = None
    limit: int | None = None


class Store:
    """A folder of answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> StoredAnswer | None:
        """The answer of a question, or None.

        Raises
        ------
        DocumentError
            The file was changed by hand into something that is no answer.
        """
        path = self._path(key)
        return StoredAnswer.read(path) if path.exists() else None

    def put(self, key: str, answer: StoredAnswer) -> None:
        """Keep an answer; it is whole on the disk when this returns."""
        answer.write(self._path(key))

    def recorded(self) -> Counter[tuple[str, str]]:
        """How many answers there are of each role and task."""
        return Counter((a.role, a.task) for a in self._all())

    def models(self) -> list[str]:
        """The names of the models that answered."""
        return sorted({a.model for a in self._all()})

    def _all(self) -> list[StoredAnswer]:
        return [StoredAnswer.read(path) for path in sorted(self.folder.glob("*.json"))]

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def key_of(model: str, question: Question[Any]) -> str:
    """The hash of a request: model, messages, schema, seed, temperature, max_tokens.

    The same for every endpoint, key, process and way of putting the question.
    """
    pictures = [
        [blake2b(picture.png, digest_size=20).hexdigest(), picture.caption]
        for picture in question.pictures
    ]
    request = [
        model,
        question.system,
        question.user,
        pictures,
        question.answer.model_json_schema(),
        question.seed,
        float(question.temperature),
        question.max_tokens,
    ]
    text = json.dumps(request, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode("ascii"), digest_size=20).hexdigest()
