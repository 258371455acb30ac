"""A model over the loopback endpoint, impatient enough for tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from filmagent.crew.model import Model, ModelSettings, Question, open_model
from tests.crew.loopback import Loopback
from tests.crew.model.asked import KEY, QUESTION, Outline, outline

Opens = Callable[..., Model]


@pytest.fixture(autouse=True)
def only_the_test_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("FILMAGENT_API_KEY", KEY)


@pytest.fixture
def server() -> Iterator[Loopback]:
    """Answers every request with the one good outline."""
    with Loopback(lambda request: outline()) as loopback:
        yield loopback


@pytest.fixture
def opened(server: Loopback, tmp_path: Path) -> Iterator[Opens]:
    """A model at the server; keywords are settings."""
    models: list[Model] = []

    def open_it(folder: str = "answers", **settings: Any) -> Model:
        quick = {
            "url": server.url,
            "name": "test-model",
            "timeout_s": 12.0,
            "backoff_s": 0.005,
            "tries": 4,
        }
        models.append(open_model(ModelSettings(**quick | settings), tmp_path / folder))
        return models[-1]

    yield open_it
    for model in models:
        model.close()


def until_at_once(server: Loopback, number: int) -> Callable[[Any], float]:
    """A latency: a call takes until so many were in work at one moment, or ten seconds."""

    def latency(request: Any) -> float:
        began = time.monotonic()
        while server.most_at_once < number and time.monotonic() < began + 10:
            time.sleep(0.005)
        return 0.01

    return latency


@pytest.fixture
def question() -> Question[Outline]:
    return QUESTION
