"""An LLM crew at a real server on the loopback, whose answers the tests write."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from filmagent.crew.agents import AgentCrew
from filmagent.crew.house import HouseCrew
from filmagent.crew.model import ModelSettings
from filmagent.crew.model.opening import open_model
from filmagent.crew.transcript import Transcript
from tests.crew.loopback import Loopback

sys.path.insert(0, str(Path(__file__).parents[2] / "stage"))

Hire = Callable[..., tuple[AgentCrew, Loopback]]


@pytest.fixture
def hire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hire]:
    """A crew whose model is a script: ``hire(script)``; keywords are the server's."""
    monkeypatch.setenv("FILMAGENT_API_KEY", "sk-test-of-the-agents")
    open_servers: list[Loopback] = []
    models: list[Any] = []

    def make(script: Callable[[dict[str, Any]], Any], **server: Any) -> tuple[AgentCrew, Loopback]:
        loopback = Loopback(script, **server)
        loopback.__enter__()
        open_servers.append(loopback)
        settings = ModelSettings(
            url=loopback.url, name="loopback", timeout_s=10.0, backoff_s=0.005, tries=3
        )
        folder = tmp_path / f"crew{len(open_servers)}"
        models.append(open_model(settings, folder / "answers"))
        crew = AgentCrew(models[-1], HouseCrew(), Transcript(folder / "transcript.jsonl"))
        return crew, loopback

    yield make
    for model in models:
        model.close()
    for loopback in open_servers:
        loopback.__exit__()
