"""Any spelling of an endpoint, and no surprise from the environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from filmagent.crew.model import ModelSettings, Question, errors
from filmagent.crew.model.prices import price_of
from filmagent.crew.model.settings import endpoint, is_local
from filmagent.errors import FilmError, InputError
from tests.crew.loopback import Loopback
from tests.crew.model.asked import Outline
from tests.crew.model.conftest import Opens


@pytest.mark.parametrize(
    ("given", "called"),
    [
        (None, "https://api.openai.com/v1"),
        ("localhost:11434", "http://localhost:11434/v1"),
        ("http://localhost:11434", "http://localhost:11434/v1"),
        ("http://localhost:11434/", "http://localhost:11434/v1"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1"),
        (" 127.0.0.1:8080 ", "http://127.0.0.1:8080/v1"),
        ("[::1]:8080", "http://[::1]:8080/v1"),
        ("models.example.org", "https://models.example.org/v1"),
        ("https://example.org/api/openai", "https://example.org/api/openai"),
    ],
)
def test_an_endpoint_may_be_spelt_short(given: str | None, called: str) -> None:
    assert endpoint(given) == called


@pytest.mark.parametrize("given", ["", "http://", "ftp://example.org", "http://a:b:c", "://x"])
def test_what_is_no_url_is_said_to_be_none(given: str) -> None:
    with pytest.raises(InputError, match="like http://localhost:11434/v1"):
        endpoint(given)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost/v1", True),
        ("http://127.0.0.1:1/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://192.168.1.20:8000/v1", True),
        ("http://10.0.0.7/v1", True),
        ("http://ollama:11434/v1", True),
        ("http://gpu.local:8000/v1", True),
        ("https://api.openai.com/v1", False),
        ("https://8.8.8.8/v1", False),
        ("https://localhost.example.org/v1", False),
    ],
)
def test_this_machine_and_network_are_told_from_the_world(url: str, local: bool) -> None:
    assert is_local(url) is local


def test_an_environment_with_proxies_does_not_catch_local_calls(
    server: Loopback,
    opened: Opens,
    question: Question[Outline],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        for spelling in (name, name.lower()):
            monkeypatch.setenv(spelling, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert opened().ask(question).title == "The Spare Key"


def test_settings_are_frozen_and_know_their_fields() -> None:
    settings = ModelSettings(name="m")
    with pytest.raises(ValidationError):
        settings.name = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        ModelSettings.model_validate({"modle": "m"})
    assert ModelSettings.model_validate_json(settings.model_dump_json()) == settings


def test_a_local_server_may_be_slow() -> None:
    assert ModelSettings(url="localhost:11434").silence_s == 600
    assert ModelSettings().silence_s == 120
    assert ModelSettings(url="localhost:11434", timeout_s=3).silence_s == 3


@pytest.mark.parametrize(
    ("name", "usd_in"),
    [
        ("gpt-4o-mini", 0.15),
        ("gpt-4o-mini-2024-07-18", 0.15),
        ("openai/gpt-4o", 2.5),
        ("gpt-4o-realtime", None),
        ("gpt-5.9", None),
    ],
)
def test_a_price_is_for_the_very_model(name: str, usd_in: float | None) -> None:
    price = price_of(ModelSettings(url="https://models.example.org"), name)
    assert (price and price.usd_in) == usd_in


def test_a_local_model_is_free_unless_the_settings_price_it() -> None:
    free = price_of(ModelSettings(url="localhost:11434"), "gpt-4o")
    own = price_of(ModelSettings(url="localhost:11434", price=(1.0, 2.0)), "gpt-4o")
    assert free is not None and free.of(10**6, 10**6) == 0.0
    assert own is not None and own.of(10**6, 10**6) == 3.0


def test_every_error_has_its_own_exit_code() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.ModelError)
        and kind is not errors.ModelError
    ]  # fmt: skip
    codes = [kind.exit_code for kind in kinds]
    assert len(kinds) == 10 and len(set(codes)) == 10
    assert not set(codes) & {kind.exit_code for kind in FilmError.__subclasses__()} - {26}


def test_importing_the_model_loads_no_client() -> None:
    code = (
        "import sys, filmagent.crew.model\n"
        "sys.exit(', '.join({'openai', 'httpx2', 'keyring', 'torch'} & set(sys.modules)) or 0)"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr
