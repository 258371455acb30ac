"""A model over the loopback endpoint, impatient enough for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from filmagent.crew.model import Model, ModelSettings, Question, open_model
from tests.crew.loopback import Loopback
from tests.crew.model.asked import KEY, Outline, outline

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
            "timeout_s": 0.4,
            "backoff_s": 0.005,
            "tries": 4,
        }
        models.append(open_model(ModelSettings(**quick | settings), tmp_path / folder))
        return models[-1]

    yield open_it
    for model in models:
        model.close()


@pytest.fixture
def question() -> Question[Outline]:
    return Question("screenwriter", "outline", "1", "You write.", "A key is lost.", Outline)
