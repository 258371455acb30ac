"""Many calls at once, but never more than were allowed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from filmagent.crew.model import InvalidAnswer, Model, ModelError, Question, Refused, Unreachable
from tests.crew.loopback import Fault, Faults, Loopback
from tests.crew.model.asked import Outline, outline
from tests.crew.model.conftest import Opens, until_at_once


@pytest.mark.parametrize("allowed", [1, 5])
def test_no_more_calls_are_in_flight_than_allowed(
    server: Loopback, opened: Opens, question: Question[Outline], allowed: int
) -> None:
    server.latency = until_at_once(server, allowed)
    model = opened(concurrency=allowed)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(model.ask, [replace(question, seed=n) for n in range(4 * allowed)]))
    assert server.most_at_once == allowed == model.receipt().most_at_once


def test_when_the_server_asks_for_a_rest_nobody_calls(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.retry_after = "0.8"
    server.latency = 0.01
    model = opened(concurrency=2)
    server.fail_next(Fault.RATE_LIMITED)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(model.ask, [replace(question, seed=n) for n in range(8)]))
    limited = next(one for one in server.chats if one.fault is Fault.RATE_LIMITED)
    within = [
        one for one in server.chats if limited.ended + 0.4 < one.started < limited.ended + 0.8
    ]
    assert not within


def test_with_a_third_of_the_answers_broken_every_question_ends_and_none_is_repeated(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.faults = Faults(rate=0.3, seed=3)
    server.script = lambda request: outline(f"Film {request['seed']}")
    model = opened(concurrency=8, timeout_s=1.0)
    ends: dict[str, int] = {}

    def ask(n: int) -> None:
        try:
            answer = model.ask(replace(question, seed=n))
            # names of the schema only: what was invented or half sent never comes through
            assert answer.scenes[0].place == "cafe"
            end = "answered"
        except (InvalidAnswer, Refused, Unreachable) as error:
            end = type(error).__name__
        ends[end] = ends.get(end, 0) + 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(200)))
    assert sum(ends.values()) == 200
    assert 20 <= ends["InvalidAnswer"] <= 55 and ends["answered"] >= 130
    assert len({one.fault for one in server.chats}) == 13
    assert not server.needless()


def test_what_breaks_does_not_depend_on_which_thread_asks_first(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.faults = Faults(rate=0.5, seed=1)

    def end(model: Model, n: int) -> str:
        try:
            return str(model.ask(replace(question, seed=n)))
        except ModelError as error:
            return type(error).__name__

    serial, parallel = opened("a", timeout_s=1.0), opened("b", timeout_s=1.0)
    first = [end(serial, n) for n in range(24)]
    # the server counts how often a body has come: as in a run of its own
    server._times.clear()
    with ThreadPoolExecutor(8) as pool:
        second = list(pool.map(lambda n: end(parallel, n), reversed(range(24))))
    assert first == second[::-1]
