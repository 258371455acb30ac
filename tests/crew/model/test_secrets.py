"""A key is sent to its endpoint, and is nowhere else: no file, log, error, traceback or repr."""

from __future__ import annotations

import logging
import sys
import traceback
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filmagent.crew.model import BadKey, ModelError, ModelSettings, Question, open_model
from filmagent.crew.model.keys import key_for
from filmagent.crew.model.settings import endpoint
from filmagent.errors import FilmError, InputError
from tests.crew.loopback import Fault, Loopback, Reply
from tests.crew.model.asked import KEY, Outline, outline
from tests.crew.model.conftest import Opens


def everything(error: BaseException) -> str:
    """What a crash report could show of an error: chain, attributes, locals of its frames.

    The frame of the test itself, which holds the key, is left out.
    """
    shown = []
    chain: BaseException | None = error
    while chain is not None:
        shown += [repr(chain), str(chain), repr(vars(chain)), repr(chain.args)]
        shown += traceback.format_exception(chain)
        captured = traceback.TracebackException.from_exception(chain, capture_locals=True)
        shown += [str(frame.locals) for frame in captured.stack if frame.filename != __file__]
        chain = chain.__cause__ or chain.__context__
    return "\n".join(shown)


def test_a_servers_words_are_repeated_but_for_what_looks_like_a_key(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.says = (403, "The API key provided, sk-som***cret, has no access to this project.")
    with pytest.raises(BadKey, match=r"The API key provided, \(key\), has no access"):
        opened().ask(question)


def test_the_key_is_sent(server: Loopback, opened: Opens, question: Question[Outline]) -> None:
    server.key = KEY
    opened().ask(question)
    assert server.chats[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("says", [401, 403, 400, 404, 429, 500, "web page", "refusal", "answer"])
def test_a_key_that_the_server_repeats_gets_no_further(
    server: Loopback,
    opened: Opens,
    question: Question[Outline],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    says: object,
) -> None:
    caplog.set_level(logging.DEBUG)
    leak = f"Incorrect API key provided: {KEY}. (Bearer {KEY})"
    if isinstance(says, int):
        server.says = (says, leak)
    elif says == "web page":
        server.page = f"<p>{leak}</p>"
    elif says == "refusal":
        server.script = lambda request: Reply("", refusal=leak)
    else:
        server.script = lambda request: outline(KEY)
    model = opened()
    shown = [repr(model), str(vars(model))]
    try:
        shown.append(repr(model.ask(question)))
    except FilmError as error:
        shown.append(everything(error))
    shown += [model.receipt().to_json(), caplog.text, repr(caplog.records)]
    shown += [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert server.chats[0].headers["authorization"].endswith(KEY)
    assert not [text for text in shown if KEY in text]


@pytest.mark.parametrize("fault", [*Fault])
def test_no_fault_shows_the_key(
    server: Loopback,
    opened: Opens,
    question: Question[Outline],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.faults = fault
    model = opened(tries=1, timeout_s=0.15, longest_s=0.2)
    try:
        shown = repr(model.ask(question))
    except ModelError as error:
        shown = everything(error)
    files = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY not in shown + files + caplog.text + model.receipt().to_json()


def test_a_wrong_key_says_where_a_right_one_goes(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.key = "another"
    with pytest.raises(BadKey, match="FILMAGENT_API_KEY") as raised:
        opened().ask(question)
    assert raised.value.exit_code == 21 and len(server.chats) == 1


def test_no_key_says_where_one_goes_and_a_local_server_needs_none(
    server: Loopback,
    opened: Opens,
    question: Question[Outline],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FILMAGENT_API_KEY")
    with pytest.raises(BadKey, match=r"no key for api.openai.com: set FILMAGENT_API_KEY"):
        opened(url=None)
    assert opened().ask(question).title == "The Spare Key"


@pytest.mark.parametrize(
    ("url", "gets"),
    [
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("http://127.0.0.1:8000/v1", True),
        ("http://api.openai.com/v1", False),
        ("https://openai.com.example.org/v1", False),
        ("https://evilopenai.com/v1", False),
        ("https://models.example.org/v1", False),
    ],
)
def test_openais_key_goes_to_openai_and_to_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, url: str, gets: bool
) -> None:
    monkeypatch.delenv("FILMAGENT_API_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    if gets:
        key = key_for(url)
        assert key is not None and key.get_secret_value() == "sk-of-openai"
    else:
        with pytest.raises(BadKey, match="OPENAI_API_KEY is sent to OpenAI only"):
            key_for(url)


def test_what_else_the_environment_holds_of_openai_stays_there(
    server: Loopback,
    opened: Opens,
    question: Question[Outline],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    opened().ask(question)
    sent = str(server.chats[0].headers)
    assert KEY in sent
    assert not [word for word in ("sk-of-openai", "sk-admin", "secret") if word in sent]


def test_the_keyring_is_asked_where_the_environment_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyring: Any = types.ModuleType("keyring")
    keyring.errors = types.SimpleNamespace(KeyringError=RuntimeError)
    keyring.get_password = lambda service, user: {("filmagent", "models.example.org"): "kept"}.get(
        (service, user)
    )
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.delenv("FILMAGENT_API_KEY")
    key = key_for("https://models.example.org/v1")
    assert key is not None and key.get_secret_value() == "kept"
    assert "kept" not in repr(key)
    with pytest.raises(BadKey):
        key_for("https://other.example.org/v1")


@pytest.mark.parametrize("bad", ["sk-a\nb", "sk-ключ", "sk a"])
def test_a_garbled_key_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("FILMAGENT_API_KEY", bad)
    with pytest.raises(BadKey, match="FILMAGENT_API_KEY holds") as raised:
        key_for("http://localhost:1/v1")
    assert bad not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:sekret@models.example.org/v1",
        "https://sekret@models.example.org/v1",
        "https://models.example.org/v1?api_key=sekret",
        "https://models.example.org/v1#sekret",
    ],
)
def test_a_url_holds_no_secret(url: str) -> None:
    with pytest.raises(InputError, match="FILMAGENT_API_KEY") as raised:
        endpoint(url)
    assert "sekret" not in str(raised.value)


def test_settings_hold_no_key() -> None:
    assert not [name for name in ModelSettings.model_fields if "key" in name]
    with pytest.raises(ValueError, match="key"):
        ModelSettings.model_validate({"key": KEY})


def test_a_live_model_needs_its_package(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(FilmError, match=r'pip install "filmagent\[llm\]"') as raised:
        open_model(ModelSettings(url=server.url, name="m"), tmp_path)
    assert raised.value.exit_code == 4


def test_many_answers_hold_no_key(
    server: Loopback, opened: Opens, question: Question[Outline], tmp_path: Path
) -> None:
    model = opened()
    for n in range(5):
        model.ask(replace(question, seed=n))
    model.receipt().write(tmp_path / "receipt.json")
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()
