"""No run takes more than it was given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from filmagent.crew.model import (
    BudgetSpent,
    Expected,
    Question,
    Unreachable,
)
from filmagent.errors import InputError
from tests.crew.loopback import Fault, Loopback, Reply
from tests.crew.model.asked import Outline, outline
from tests.crew.model.conftest import Opens, until_at_once


@pytest.mark.parametrize("workers", [1, 8])
def test_tokens_never_go_over_the_budget(
    server: Loopback, opened: Opens, question: Question[Outline], workers: int
) -> None:
    # each answer fills its room
    server.script = lambda request: Reply(outline(), usage=(400, request["max_tokens"]))
    server.latency = 0.01
    model = opened(budget_tokens=10_000, concurrency=workers)
    asked = [replace(question, user="word " * 200, max_tokens=600, seed=n) for n in range(30)]

    def ask(one: Question[Outline]) -> bool:
        try:
            return model.ask(one) is not None
        except BudgetSpent:
            return False

    with ThreadPoolExecutor(workers) as pool:
        answered = sum(pool.map(ask, asked))
    assert answered == 10
    assert sum(server.tokens) == 10_000 == model.receipt().tokens_in + model.receipt().tokens_out


def test_dollars_never_go_over_the_budget(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.script = lambda request: Reply(outline(), usage=(100, 500))
    model = opened(budget_usd=0.02, price=(1.0, 4.0))
    with pytest.raises(BudgetSpent, match=r"of \$0.0200 is spent and the next call may cost"):
        for n in range(100):
            model.ask(replace(question, max_tokens=500, seed=n))
    spent = model.receipt().usd
    assert spent is not None and 0.0168 < spent <= 0.02
    assert spent == pytest.approx(model.receipt().calls * (100 * 1.0 + 500 * 4.0) / 1e6)


def test_a_call_waits_for_those_in_flight_rather_than_give_up(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    # each call holds 2000 tokens of room and then takes a few
    server.latency = until_at_once(server, 2)
    model = opened(budget_tokens=4500, concurrency=8)
    with ThreadPoolExecutor(8) as pool:
        asked = [replace(question, seed=n) for n in range(16)]
        assert len(list(pool.map(model.ask, asked))) == 16
    assert server.most_at_once == 2


def test_retries_are_paid_from_the_same_budget(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.faults = Fault.BROKEN
    long = replace(question, user="word " * 2000, max_tokens=100)
    model = opened(budget_tokens=8000)
    with pytest.raises(BudgetSpent):
        model.ask(long)
    assert len(server.chats) == 2
    assert 0 < model.receipt().tokens_in + model.receipt().tokens_out <= 8000


def test_kept_answers_cost_nothing(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    opened().ask(question)
    model = opened(budget_tokens=1)
    assert model.ask(question).title == "The Spare Key"
    with pytest.raises(BudgetSpent, match="Raise it and run again: what was answered is kept"):
        model.ask(replace(question, seed=1))


def test_a_budget_in_dollars_needs_a_price(opened: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match='price of "mystery" is unknown'):
        opened(url="https://models.example.org/v1", name="mystery", budget_usd=1.0)
    opened(url="https://models.example.org/v1", name="openai/gpt-4o-2024-08-06", budget_usd=1.0)


def test_an_account_with_nothing_left_ends_the_run_at_once(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    error = {"message": "You exceeded your current quota.", "code": "insufficient_quota"}
    server.says = (429, {"error": error})
    with pytest.raises(BudgetSpent, match="nothing left"):
        opened().ask(question)
    assert len(server.chats) == 1


def test_a_quota_that_comes_back_is_waited_for(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    # some endpoints say so of a limit by the minute
    server.says = (429, "You exceeded your current quota.", {"Retry-After": "0.01"})
    with pytest.raises(Unreachable):
        opened().ask(question)
    assert len(server.chats) == 4


def test_an_estimate_is_said_before_and_a_receipt_after(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.script = lambda request: Reply(outline(), usage=(1000, 500))
    model = opened(price=(1.0, 10.0), budget_usd=0.05)
    model.ask(question)
    estimate = model.estimate(
        [
            Expected.of(question),
            Expected("director", "review", 3, 2000, 1000),
            Expected("actor MARA", "lines", 2, 1000, 200),
        ]
    )
    assert (estimate.calls, estimate.cached) == (5, 1)
    assert (estimate.tokens_in, estimate.tokens_out) == (8000, 3400)
    assert estimate.usd == pytest.approx(0.042) and estimate.fits
    assert [row.role for row in estimate.rows] == ["actor MARA", "director", "screenwriter"]
    assert not model.estimate([Expected("director", "review", 30, 2000, 1000)]).fits
    receipt = model.receipt()
    assert (receipt.tokens_in, receipt.tokens_out, receipt.usd) == (1000, 500, 0.006)
    assert "$0.0060" in receipt.summary() and "1,000 tokens in" in receipt.summary()


def test_an_estimate_of_a_call_is_near_and_not_below_what_it_takes(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    model = opened()
    for words in ("word " * 500, "钥匙丢了。" * 300, "ضاع المفتاح " * 200):
        asked = replace(question, user=words)
        expected = Expected.of(asked)
        model.ask(asked)
        taken = server.tokens[0]
        server.tokens[0] = 0
        assert taken <= expected.tokens_in <= 1.6 * taken


def test_a_price_nobody_knows_is_unknown_and_not_zero(
    opened: Opens,
) -> None:
    model = opened(url="https://models.example.org/v1", name="mystery")
    estimate = model.estimate([Expected("director", "review", 1, 10, 10)])
    assert estimate.usd is None and "price unknown" in estimate.summary()
    local = opened(name="mystery").estimate([Expected("director", "review", 1, 10, 10)])
    assert local.usd == 0.0


def test_a_server_that_counts_no_tokens_has_them_counted(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.lacks = ("stream_options",)
    model = opened()
    model.ask(question)
    assert model.receipt().tokens_in > 0 and model.receipt().tokens_out > 0
