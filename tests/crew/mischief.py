"""What goes wrong at an endpoint: faults, what servers lack, and how they say it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from itertools import count
from typing import Any

from pydantic import BaseModel

Request = dict[str, Any]


class Fault(Enum):
    """What can be wrong with an answer."""

    INVALID_JSON = "half of the JSON, and a word"
    WRONG_SCHEMA = "JSON of another schema"
    INVENTED = "names that nobody knows"
    LANGUAGE = "words of another language"
    REFUSED = "a refusal"
    FILTERED = "finish_reason content_filter"
    CUT_OFF = "finish_reason length, half of the answer"
    EMPTY = "no content"
    RATE_LIMITED = "429 with Retry-After"
    TIMED_OUT = "408"
    CONFLICT = "409"
    SERVER_ERROR = "500"
    UNAVAILABLE = "503"
    STALL = "not a byte for `stall_s`"
    MID_STALL = "half of the stream, then not a byte"
    TRICKLE = "signs of life and not a word, for `stall_s`"
    GARBLED = "a piece of the stream that is no JSON"
    FAILED = "an error in the middle of the stream"
    DROPPED = "the connection closed before the answer"
    BROKEN = "the connection closed in the middle of the answer"


SPOILT_ANSWERS = (
    Fault.INVALID_JSON,
    Fault.WRONG_SCHEMA,
    Fault.INVENTED,
    Fault.LANGUAGE,
    Fault.REFUSED,
    Fault.CUT_OFF,
    Fault.EMPTY,
)
"""Faults of an answer that did arrive."""

BROKEN_CALLS = (Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.STALL, Fault.DROPPED, Fault.BROKEN)
"""Faults of the transport."""

LACKING: dict[str, tuple[Callable[[Request], bool], str]] = {
    "json_schema": (
        lambda r: r.get("response_format", {}).get("type") == "json_schema",
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported.",
    ),
    "json_object": (
        lambda r: r.get("response_format", {}).get("type") == "json_object",
        "'response_format.type' must be 'text'",
    ),
    "strict": (
        lambda r: bool(r.get("response_format", {}).get("json_schema", {}).get("strict")),
        "Invalid schema for response_format: strict mode needs another schema.",
    ),
    "seed": (lambda r: "seed" in r, "Unrecognized request argument supplied: seed"),
    "stream": (lambda r: bool(r.get("stream")), "Streaming is not supported."),
    "stream_options": (
        lambda r: "stream_options" in r,
        "Unrecognized request argument supplied: stream_options",
    ),
    "max_tokens": (
        lambda r: "max_tokens" in r,
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead.",
    ),
    "system": (
        lambda r: any(m["role"] == "system" for m in r["messages"]),
        "System role not supported",
    ),
    "temperature": (
        lambda r: r.get("temperature", 1) != 1,
        "Unsupported value: 'temperature' does not support 0.7 with this model. "
        "Only the default (1) value is supported.",
    ),
    "pictures": (
        lambda r: any(isinstance(m["content"], list) for m in r["messages"]),
        "Invalid content type. image_url is only supported by certain models.",
    ),
}
"""What a server may lack: how a request shows it, and what the server says."""

DIALECTS: dict[str, Callable[[int, int], dict[str, Any]]] = {
    "openai": lambda needed, limit: {
        "message": f"This model's maximum context length is {limit} tokens. However, your "
        f"messages resulted in {needed} tokens. Please reduce the length of the messages.",
        "type": "invalid_request_error",
        "param": "messages",
        "code": "context_length_exceeded",
    },
    "vllm": lambda needed, limit: {
        "message": f"This model's maximum context length is {limit} tokens. However, you "
        f"requested {needed} tokens ({needed - 100} in the messages, 100 in the completion). "
        "Please reduce the length of the messages or completion.",
        "type": "BadRequestError",
        "param": None,
        "code": 400,
    },
    "llama.cpp": lambda needed, limit: {
        "message": "the request exceeds the available context size, try increasing it",
        "type": "exceed_context_size_error",
        "code": 400,
        "n_prompt_tokens": needed,
        "n_ctx": limit,
    },
    "ollama": lambda needed, limit: {
        "message": f"prompt too long; exceeded max context length by {needed - limit} tokens",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    },
}
"""How servers say that a request of so many tokens does not fit their context."""


@dataclass(frozen=True)
class Faults:
    """A seeded share of the requests goes wrong.

    What goes wrong with a request depends on its words, on how often it has come and on the
    seed: not on the order in which threads happen to ask.
    """

    rate: float = 0.3
    seed: int = 0
    kinds: tuple[Fault, ...] = (*SPOILT_ANSWERS, *BROKEN_CALLS)

    def __call__(self, request: Request, times: int) -> Fault | None:
        """The fault of this request, or None."""
        dice = random.Random(f"{self.seed}/{hash_of(request)}/{times}")
        return dice.choice(self.kinds) if dice.random() < self.rate else None


def asked(request: Request) -> str:
    """All the words of a request's messages, system first."""
    parts = []
    for message in request["messages"]:
        content = message["content"]
        parts += [content] if isinstance(content, str) else [p.get("text", "") for p in content]
    return "\n".join(parts)


def schema_of(request: Request) -> dict[str, Any] | None:
    """The JSON schema that the request's ``response_format`` carries, if it carries one."""
    schema: dict[str, Any] | None = (
        request.get("response_format", {}).get("json_schema", {}).get("schema")
    )
    return schema


def tokens_of(text: str) -> int:
    """About how many tokens a text has: one for four bytes."""
    return (len(text.encode("utf-8", "replace")) + 3) // 4


def spoiled(fault: Fault, request: Request, answer: Any) -> Any:
    """An answer with one invented name, or with all words in another language."""
    plain = json.loads(text_of(answer)) if not isinstance(answer, str) else answer
    if fault is Fault.LANGUAGE:
        return _words(plain, lambda text: "这是用另一种语言写的。" * (1 + len(text) // 40))
    texts = list(_texts(plain))
    # a name has no blanks; where nothing looks like one, any text
    names = [i for i, text in enumerate(texts) if text and " " not in text] or [*range(len(texts))]
    chosen = random.Random(hash_of(request)).choice(names) if names else -1
    places = count()
    return _words(plain, lambda text: "no_such_name" if next(places) == chosen else text)


def _words(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_words(v, change) for v in value]
    if isinstance(value, dict):
        return {k: _words(v, change) for k, v in value.items()}
    return value


def _texts(value: Any) -> Iterator[str]:
    """The texts of a JSON value, in the order in which `_words` meets them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for v in value.values() if isinstance(value, dict) else value:
            yield from _texts(v)


def text_of(answer: Any) -> str:
    if isinstance(answer, BaseModel):
        return answer.model_dump_json()
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def hash_of(request: Request) -> str:
    body = json.dumps(request, sort_keys=True, ensure_ascii=True)
    return blake2b(body.encode(), digest_size=16).hexdigest()
