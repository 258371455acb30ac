"""What servers say, word for word as they say it, and what it means."""

from __future__ import annotations

from typing import Any

import pytest

from filmagent.crew.model import (
    ContextTooSmall,
    NoEndpoint,
    Question,
    Refused,
    UnknownModel,
)
from tests.crew.loopback import DIALECTS, Loopback, Reply
from tests.crew.model.asked import Outline, outline
from tests.crew.model.conftest import Opens

LIMIT = 4096
DO_NOT_FIT: list[tuple[str, int, Any, int | None, int | None]] = [
    *((name, 400, {"error": says(5000, LIMIT)}, 5000, LIMIT)
      for name, says in DIALECTS.items() if name != "ollama"),
    ("vllm, flat", 400, {"object": "error", "message": "This model's maximum context length is "
     "4096 tokens. However, you requested 5000 tokens (3000 in the messages, 2000 in the "
     "completion).", "code": 400}, 5000, LIMIT),
    ("vllm, room", 400, "'max_tokens' or 'max_completion_tokens' is too large: 2000. This model's "
     "maximum context length is 4096 tokens and your request has 3000 input tokens "
     "(2000 > 4096 - 3000).", 5000, LIMIT),
    ("vllm, newest", 400, "You passed 4001 input tokens and requested 2000 output tokens. However,"
     " the model's context length is only 4096 tokens.", 6001, LIMIT),
    ("vllm, engine", 400, "The decoder prompt (length 5000) is longer than the maximum model "
     "length of 4096.", 5000, LIMIT),
    ("llama.cpp, new", 400, {"error": {"code": 400, "message": "request (5000 tokens) exceeds the "
     "available context size (4096 tokens), try increasing it",
     "type": "exceed_context_size_error", "n_prompt_tokens": 5000, "n_ctx": 4096}}, 5000, LIMIT),
    ("llama.cpp, 500", 500, {"error": {"code": 500, "message": "the request exceeds the available "
     "context size", "type": "exceed_context_size_error", "n_prompt_tokens": 5000,
     "n_ctx": 4096}}, 5000, LIMIT),
    ("llama-cpp-python", 400, "Requested tokens (5000) exceed context window of 4096", 5000, LIMIT),
    ("ollama", 400, "prompt too long; exceeded max context length by 4 tokens", 2025, 2021),
    ("ollama, short", 400, {"error": "the input length exceeds the context length"}, None, None),
    ("lm studio", 400, {"error": "Trying to keep the first 5000 tokens when context the overflows."
     " However, the model is loaded with context length of only 4096 tokens, which is not enough."},
     5000, LIMIT),
    ("openai, rate", 429, "Request too large for gpt-4o on tokens per min (TPM): Limit 4096, "
     "Requested 5000.", 5000, LIMIT),
    ("tgi", 422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. "
     "Given: 3000 `inputs` tokens and 2000 `max_new_tokens`", None, LIMIT),
    ("gemini", 400, "The input token count (5000) exceeds the maximum number of tokens allowed "
     "(4096).", 5000, LIMIT),
    ("claude", 400, "prompt is too long: 5000 tokens > 4096 maximum", 5000, LIMIT),
    ("proxy", 413, "Payload Too Large", None, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "said", "needed", "limit"),
    [row[1:] for row in DO_NOT_FIT],
    ids=[row[0] for row in DO_NOT_FIT],
)
def test_a_question_that_does_not_fit_says_what_it_needs_and_what_fits(
    server: Loopback,
    opened: Opens,
    question: Question[Outline],
    status: int,
    said: Any,
    needed: int | None,
    limit: int | None,
) -> None:
    server.says = (status, said)
    with pytest.raises(ContextTooSmall, match="--max-model-len") as raised:
        opened().ask(question)
    # where the server does not count, our own count stands in
    assert raised.value.needed == (needed or 2025)
    assert raised.value.limit == limit
    assert len(server.chats) == 1


def test_a_context_that_is_known_is_kept_to_without_a_call(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    with pytest.raises(ContextTooSmall) as raised:
        opened(context=1000).ask(question)
    assert (raised.value.needed, raised.value.limit) == (2025, 1000)
    assert not server.chats


def test_a_server_that_silently_drops_the_beginning_is_found_out(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    # Ollama cuts what does not fit and answers what is left
    server.script = lambda request: Reply(outline(), usage=(2050, 20))
    long = Question("director", "review", "1", "You direct.", "Some words. " * 5000, Outline)
    with pytest.raises(ContextTooSmall, match="OLLAMA_CONTEXT_LENGTH") as raised:
        opened().ask(long)
    assert raised.value.limit == 2050 and (raised.value.needed or 0) > 7500
    assert opened().ask(question).title == "The Spare Key"


UNKNOWN = [
    ("openai", 404, {"error": {"message": "The model `gpt-9` does not exist or you do not have "
     "access to it.", "type": "invalid_request_error", "code": "model_not_found"}}),
    ("vllm", 404, {"object": "error", "message": "The model `gpt-9` does not exist.",
     "type": "NotFoundError", "code": 404}),
    ("ollama", 404, {"error": {"message": 'model "gpt-9" not found, try pulling it first',
     "type": "api_error"}}),
    ("llama.cpp", 400, {"error": {"message": "model not found", "type": "invalid_request_error"}}),
    ("mistral", 400, {"message": "Invalid model: gpt-9", "type": "invalid_model"}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "said"), [r[1:] for r in UNKNOWN], ids=[r[0] for r in UNKNOWN])
def test_an_unknown_model_comes_with_those_there_are(
    server: Loopback, opened: Opens, question: Question[Outline], status: int, said: Any
) -> None:
    server.says = (status, said)
    server.models = tuple(f"model-{n:02d}" for n in range(12))
    with pytest.raises(UnknownModel, match="has no model") as raised:
        opened(name="gpt-9").ask(question)
    assert '"gpt-9"' in str(raised.value)
    assert "It has model-00, model-01" in str(raised.value) and "and 4 more" in str(raised.value)


def test_a_model_need_not_be_named_where_there_is_one(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    model = opened(name="")
    assert model.name == "loopback" and model.ask(question)
    server.models = ("big", "small")
    with pytest.raises(UnknownModel, match="It has big, small: choose by --model"):
        opened(name="")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"error": {"message": "Filtered.", "code": "content_filter"}}, Refused),
        ({"error": {"message": "Not here.", "code": None}}, NoEndpoint),
    ],
    ids=["filter", "lost"],
)
def test_other_errors_are_what_they_are(
    server: Loopback, opened: Opens, question: Question[Outline], said: Any, kind: type[Exception]
) -> None:
    server.says = (400 if kind is Refused else 404, said)
    with pytest.raises(kind):
        opened().ask(question)
