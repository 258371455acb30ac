"""A server that lacks something is asked without it, for the rest of the run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filmagent.crew.model import Picture, Question, RequestRejected
from tests.crew.loopback import LACKING, Loopback, schema_of
from tests.crew.model.asked import Outline, outline
from tests.crew.model.conftest import Opens

PIXEL = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08"


def test_a_request_is_complete_where_the_server_takes_it_all(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    opened().ask(replace(question, seed=(1 << 62) + 7))
    request = server.chats[0].request
    assert request["seed"] == 7  # what every server's integers hold
    assert request["temperature"] == 0.7 and request["max_tokens"] == 2000
    assert request["stream"] and request["stream_options"] == {"include_usage": True}
    assert request["response_format"]["json_schema"]["strict"] is True
    assert schema_of(request) is not None


@pytest.mark.parametrize("lack", [name for name in LACKING if name != "json_object"])
def test_what_a_server_lacks_is_left_out_once_and_for_all(
    server: Loopback, opened: Opens, question: Question[Outline], lack: str
) -> None:
    server.lacks = (lack,)
    model = opened(sees=True)
    asked = replace(question, pictures=(Picture(PIXEL, "The set."),))
    for n in range(4):
        assert model.ask(replace(asked, seed=n)).title == "The Spare Key"
    assert len(server.chats) == 5
    shows, _ = LACKING[lack]
    assert [shows(one.request) for one in server.chats] == [True] + 4 * [False]
    # servers refuse the one without the other
    last = server.chats[-1].request
    assert "stream" in last or "stream_options" not in last


def test_a_server_without_schemas_is_asked_for_an_object_then_in_words(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.lacks = ("json_schema",)
    model = opened("a")
    model.ask(question)
    request = server.chats[-1].request
    assert request["response_format"] == {"type": "json_object"}
    assert '"title"' in request["messages"][0]["content"]
    assert model.receipt().left_out == ["json_schema"]
    server.lacks = ("json_schema", "json_object")
    server.script = lambda request: "Here it is:\n```json\n" + outline_text() + "\n```\nEnjoy!"
    model = opened("b")
    assert model.ask(question).title == "The Spare Key"
    assert "response_format" not in server.chats[-1].request
    assert model.receipt().left_out == ["json_object", "json_schema"]


def outline_text() -> str:
    import json

    return json.dumps(outline())


def test_a_server_that_lacks_everything_is_asked_all_the_same(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.lacks = tuple(LACKING)
    assert opened().ask(question).title == "The Spare Key"
    assert set(server.chats[-1].request) == {"model", "messages", "max_completion_tokens"}


def test_a_schema_the_server_cannot_build_is_left_out_for_that_answer_alone(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.lacks = ("strict",)
    model = opened()
    model.ask(question)
    assert server.chats[-1].request["response_format"]["type"] == "json_schema"
    assert model.receipt().left_out == []


@pytest.mark.parametrize(
    "said",
    ["extra fields not permitted", "Bad request", "{'type': 'value_error', 'loc': ('body',)}"],
)
def test_words_nobody_knows_cost_one_part_after_the_other_and_then_say_so(
    server: Loopback, opened: Opens, question: Question[Outline], said: str
) -> None:
    server.says = (400, said)
    with pytest.raises(RequestRejected, match="refuses the request of screenwriter"):
        opened().ask(question)
    parts = [frozenset(one.request) for one in server.chats]
    assert len(parts) == 7
    assert parts[-1] == {"model", "messages", "stream", "max_tokens"}


@pytest.mark.parametrize("status", [400, 500])
def test_a_template_without_a_system_role_gets_its_words_all_the_same(
    server: Loopback, opened: Opens, question: Question[Outline], status: int
) -> None:
    server.lacks, server.lacks_status = ("system",), status
    opened().ask(question)
    (message,) = server.chats[-1].request["messages"]
    assert message == {"role": "user", "content": "You write.\n\nA key is lost."}


def test_pictures_go_where_they_are_seen_and_their_words_everywhere(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    asked = replace(question, pictures=(Picture(PIXEL, "The set."), Picture(PIXEL)))
    opened("a", sees=True).ask(asked)
    kinds = [part["type"] for part in server.chats[-1].request["messages"][1]["content"]]
    assert kinds == ["text", "text", "image_url", "image_url"]
    blind = opened("b")
    blind.ask(asked)
    assert server.chats[-1].request["messages"][1]["content"] == "A key is lost.\n\nThe set."
    assert not blind.sees and blind.receipt().left_out == []


def test_a_model_that_turns_out_blind_says_so(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.lacks = ("pictures",)
    model = opened(sees=True)
    assert model.sees
    model.ask(replace(question, pictures=(Picture(PIXEL),)))
    assert not model.sees and model.receipt().left_out == ["pictures"]


def test_a_picture_that_is_none_is_named(opened: Opens, question: Question[Outline]) -> None:
    with pytest.raises(ValueError, match="not a PNG"):
        opened(sees=True).ask(replace(question, pictures=(Picture(b"JFIF"),)))
