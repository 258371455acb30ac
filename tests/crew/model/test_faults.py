"""Whatever breaks on the way is sent again; whatever arrives broken is told apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from filmagent.crew.model import (
    InvalidAnswer,
    NoEndpoint,
    Question,
    Refused,
    Unreachable,
)
from tests.crew.loopback import Fault, Loopback, Reply
from tests.crew.model.asked import Outline, outline
from tests.crew.model.conftest import Opens

BREAKS_ON_THE_WAY = (
    Fault.RATE_LIMITED,
    Fault.TIMED_OUT,
    Fault.CONFLICT,
    Fault.SERVER_ERROR,
    Fault.UNAVAILABLE,
    Fault.STALL,
    Fault.MID_STALL,
    Fault.TRICKLE,
    Fault.GARBLED,
    Fault.FAILED,
    Fault.DROPPED,
    Fault.BROKEN,
)
IS_NO_ANSWER = (Fault.INVALID_JSON, Fault.WRONG_SCHEMA, Fault.INVENTED, Fault.EMPTY)
IS_REFUSED = (Fault.REFUSED, Fault.FILTERED)


@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("fault", BREAKS_ON_THE_WAY)
def test_a_call_that_breaks_on_the_way_is_sent_again(
    server: Loopback, opened: Opens, question: Question[Outline], fault: Fault, streams: bool
) -> None:
    if not streams:
        server.lacks = ("stream",)
    server.fail_next(*([] if streams else [None]), fault)
    model = opened(timeout_s=0.4, longest_s=0.6)
    assert model.ask(question).title == "The Spare Key"
    assert [one.fault for one in server.chats[-2:]] == [fault, None]
    assert model.receipt().retries == 1
    assert not server.needless()


@pytest.mark.parametrize("fault", IS_NO_ANSWER)
def test_an_answer_that_is_none_is_told_and_not_sent_again(
    server: Loopback, opened: Opens, question: Question[Outline], fault: Fault
) -> None:
    server.faults = fault
    model = opened()
    for _ in range(2):
        with pytest.raises(InvalidAnswer) as raised:
            model.ask(question)
        assert raised.value.problems and all(raised.value.problems)
        assert raised.value.raw == server.chats[0].answer
    assert len(server.chats) == 1
    assert (model.receipt().calls, model.receipt().cached, model.receipt().invalid) == (1, 1, 2)


@pytest.mark.parametrize("fault", IS_REFUSED)
def test_a_refusal_is_told_apart_and_not_sent_again(
    server: Loopback, opened: Opens, question: Question[Outline], fault: Fault
) -> None:
    server.faults = fault
    model = opened()
    for _ in range(2):
        with pytest.raises(Refused, match="will not answer screenwriter"):
            model.ask(question)
    assert len(server.chats) == 1
    receipt = model.receipt()
    assert (receipt.calls, receipt.cached, receipt.refused) == (1, 1, 2)


def test_an_endpoint_whose_filter_refuses_the_question_has_refused(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.says = (400, "The response was filtered due to our content management policy.")
    with pytest.raises(Refused, match="content management policy"):
        opened().ask(question)


def test_a_cut_off_answer_is_asked_for_once_more_with_more_room(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.fail_next(Fault.CUT_OFF)
    assert opened().ask(question).title == "The Spare Key"
    assert [one.request["max_tokens"] for one in server.chats] == [2000, 4000]


def test_an_answer_cut_off_twice_says_so(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.faults = Fault.CUT_OFF
    with pytest.raises(InvalidAnswer, match="cut off after 4,000 tokens"):
        opened().ask(question)
    assert len(server.chats) == 2


def test_an_answer_is_not_asked_for_again_where_the_model_has_no_more_room(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.faults = Fault.CUT_OFF
    server.most_out = 1500
    with pytest.raises(InvalidAnswer, match="cut off after 1,500 tokens"):
        opened().ask(question)
    assert [one.request["max_tokens"] for one in server.chats] == [2000, 1500]


def test_an_answer_that_is_whole_when_it_is_cut_off_counts(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    # models in JSON mode may fill their room with blanks behind the answer
    server.script = lambda request: Reply(outline(), finish="length")
    assert opened().ask(question).title == "The Spare Key"
    assert len(server.chats) == 1


@pytest.mark.parametrize("finish", [None, "error", "abort"])
def test_an_answer_that_did_not_finish_is_none(
    server: Loopback, opened: Opens, question: Question[Outline], finish: str | None
) -> None:
    server.script = lambda request: Reply(outline(), finish=finish)
    with pytest.raises(Unreachable, match="broke off"):
        opened(tries=2).ask(question)
    assert len(server.chats) == 2


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.DROPPED, Fault.BROKEN])
def test_tries_are_bounded(
    server: Loopback, opened: Opens, question: Question[Outline], fault: Fault
) -> None:
    server.faults = fault
    with pytest.raises(Unreachable, match="in 4 tries"):
        opened().ask(question)
    assert len(server.chats) == 4


def test_waits_grow_and_differ_but_are_the_same_for_the_same_seed(
    server: Loopback, opened: Opens, question: Question[Outline], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults = Fault.SERVER_ERROR
    slept: list[float] = []
    # the server's thread sleeps by the same clock, for no time
    monkeypatch.setattr("time.sleep", lambda seconds: slept.append(seconds) if seconds else None)
    for folder, seed in (("a", 0), ("b", 0), ("c", 1)):
        with pytest.raises(Unreachable):
            opened(folder, backoff_s=1.0, seed=seed).ask(question)
    first, again, other = slept[:3], slept[3:6], slept[6:]
    assert first == again != other
    for number, wait in enumerate(first):
        assert 0.5 * 2**number <= wait <= 2**number


@pytest.mark.parametrize("header", ["0.08", "date"])
def test_a_server_that_says_how_long_to_wait_is_left_alone_so_long(
    server: Loopback, opened: Opens, question: Question[Outline], header: str
) -> None:
    server.retry_after = "Wed, 21 Oct 2015 07:28:00 GMT" if header == "date" else header
    server.fail_next(Fault.RATE_LIMITED)
    opened().ask(question)
    first, second = server.chats
    assert second.started - first.ended >= (0.08 if header != "date" else 0.0)


def test_a_server_that_asks_for_an_hour_is_not_waited_for(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.retry_after = "3600"
    server.faults = Fault.RATE_LIMITED
    with pytest.raises(Unreachable, match="asks to wait 3600 s"):
        opened().ask(question)
    assert len(server.chats) == 1


def test_where_nobody_listens_there_is_no_endpoint(
    opened: Opens, question: Question[Outline], server: Loopback
) -> None:
    url = server.url
    server.__exit__()
    with pytest.raises(NoEndpoint, match=r"Nothing answers at http://127.0.0.1.*--llm-url"):
        opened(url=url).ask(question)


def test_a_web_page_is_no_endpoint(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    with pytest.raises(NoEndpoint, match="mostly ends in /v1"):
        opened(url=server.url.replace("/v1", "/v2")).ask(question)
    server.page = "<html>Welcome</html>"
    with pytest.raises(NoEndpoint, match="mostly ends in /v1"):
        opened().ask(question)


def test_a_halved_emoji_is_put_together(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    # 8 pieces of a text of emoji: servers that count in UTF-16 cut them in two
    title = "🎬" * 20
    server.script = lambda request: outline(title)
    server.halves_pairs = True
    assert opened().ask(question).title == title


def test_asked_anew_with_the_problems_a_question_is_another(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    def script(request: dict[str, Any]) -> Any:
        mended = "no_such_place" in request["messages"][1]["content"]
        scenes = [{"place": "cafe" if mended else "no_such_place", "beats": []}]
        return {"title": "T", "scenes": scenes, "tone": None}

    server.script = script
    model = opened()
    with pytest.raises(InvalidAnswer) as raised:
        model.ask(question)
    told = replace(question, user=question.user + raised.value.problems[0])
    assert model.ask(told).scenes[0].place == "cafe"
