"""How a question is put into a request, by what its endpoint takes.

A request starts complete; what the endpoint says it does not take is left out for the rest of
the run. The form of the answer is asked for in four ways, each weaker than the one before:
``json_schema`` strict, ``json_schema``, ``json_object`` with the schema in words, and words.
"""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from filmagent.crew.model.letters import whole_letters
from filmagent.crew.model.question import Picture, Question
from filmagent.crew.model.schema import is_closed, name_of, strict_schema
from filmagent.crew.model.verdicts import lacking_part

_SEED_BITS = 31
"""Every server's integers hold so many bits."""


@dataclass(frozen=True)
class Manner:
    """One way of putting questions.

    Attributes
    ----------
    without : frozenset of str
        Parts of the request that the endpoint does not take.
    most : int or None
        The longest answer the model gives, in tokens, where the endpoint has said so.
    """

    without: frozenset[str] = frozenset()
    most: int | None = None

    def room(self, question: Question[Any]) -> int:
        """The room for the answer, in tokens."""
        return question.max_tokens if self.most is None else min(question.max_tokens, self.most)

    def words(self, question: Question[Any]) -> str:
        """What is said about the answer's form where the request cannot carry its schema."""
        if "json_schema" not in self.without:
            return ""
        answer: type[BaseModel] = question.answer
        schema = json.dumps(strict_schema(answer), ensure_ascii=False)
        return (
            "\n\nAnswer with one JSON object and nothing else: no code fence, no words around it. "
            f"It follows this JSON Schema:\n{schema}"
        )

    def request(self, model: str, question: Question[Any]) -> tuple[dict[str, Any], frozenset[str]]:
        """The request's body, and those of its parts that can be left out."""
        body: dict[str, Any] = {
            "model": model,
            "messages": self._messages(question),
            **self._form(question.answer),
        }
        optional: dict[str, Any] = {
            "seed": question.seed & ((1 << _SEED_BITS) - 1),
            "temperature": question.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": self.room(question),
        }
        left_out = set(self.without)
        if "stream" in left_out:
            left_out.add("stream_options")
        taken = {part: value for part, value in optional.items() if part not in left_out}
        body.update(taken)
        if "max_tokens" not in taken:
            body["max_completion_tokens"] = self.room(question)
        parts = set(taken)
        form = body.get("response_format", {})
        parts |= {form["type"]} if form else set()
        parts |= {"strict"} if form.get("json_schema", {}).get("strict") else set()
        parts |= {"pictures"} if isinstance(body["messages"][-1]["content"], list) else set()
        parts |= {"system"} if len(body["messages"]) > 1 else set()
        return body, frozenset(parts)

    def _form(self, answer: type[BaseModel]) -> dict[str, Any]:
        if "json_schema" not in self.without:
            schema: dict[str, Any] = {"name": name_of(answer), "schema": strict_schema(answer)}
            if "strict" not in self.without and is_closed(answer):
                schema["strict"] = True
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        if "json_object" not in self.without:
            return {"response_format": {"type": "json_object"}}
        return {}

    def _messages(self, question: Question[Any]) -> list[dict[str, Any]]:
        system = whole_letters(question.system) + self.words(question)
        user = whole_letters(question.user)
        if "system" in self.without:
            return [{"role": "user", "content": self._content(f"{system}\n\n{user}", question)}]
        return [
            {"role": "system", "content": system},
            {"role": "user", "content": self._content(user, question)},
        ]

    def _content(self, user: str, question: Question[Any]) -> str | list[dict[str, Any]]:
        captions = [whole_letters(picture.caption) for picture in question.pictures]
        if "pictures" in self.without or not question.pictures:
            return "\n\n".join([user, *filter(None, captions)])
        content: list[dict[str, Any]] = [{"type": "text", "text": user}]
        for picture, caption in zip(question.pictures, captions, strict=True):
            if caption:
                content.append({"type": "text", "text": caption})
            content.append({"type": "image_url", "image_url": {"url": _data(picture)}})
        return content


class Manners:
    """What has been learnt about an endpoint in this run. Thread-safe."""

    def __init__(self, sees: bool) -> None:
        self._lock = threading.Lock()
        self._manner = Manner() if sees else Manner(frozenset({"pictures"}))
        self._of_schema: dict[str, frozenset[str]] = {}

    @property
    def sees(self) -> bool:
        """Whether pictures are sent."""
        return "pictures" not in self._manner.without

    @property
    def without(self) -> list[str]:
        """What is left out of requests, by name."""
        return sorted(self._manner.without)

    def of(self, question: Question[Any]) -> Manner:
        """How this question is put."""
        with self._lock:
            own = self._of_schema.get(name_of(question.answer), frozenset())
            return Manner(self._manner.without | own, self._manner.most)

    def learn(self, question: Question[Any], parts: frozenset[str], said: str) -> str | None:
        """Leave out what the endpoint does not take; its name, or None if nothing is left."""
        found = lacking_part(said, parts)
        if found is None:
            return None
        part, of_schema = found
        with self._lock:
            if of_schema:
                name = name_of(question.answer)
                self._of_schema[name] = self._of_schema.get(name, frozenset()) | {part}
            else:
                self._manner = Manner(self._manner.without | {part}, self._manner.most)
        return part

    def shorten(self, most: int) -> None:
        """Answers have at most so many tokens."""
        with self._lock:
            self._manner = Manner(self._manner.without, most)


def _data(picture: Picture) -> str:
    return "data:image/png;base64," + base64.b64encode(picture.png).decode("ascii")
