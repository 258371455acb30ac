"""An answer is asked for once: in this run, in the next, after a kill, and offline for ever."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from filmagent.crew.model import (
    ContextTooSmall,
    InvalidAnswer,
    ModelSettings,
    NotRecorded,
    Question,
    Refused,
    Unreachable,
    open_model,
)
from filmagent.crew.model.store import key_of
from filmagent.errors import DocumentError
from tests.crew.loopback import Fault, Loopback
from tests.crew.model.asked import QUESTION, Outline, Scene, outline
from tests.crew.model.conftest import Opens

RUN = """
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from filmagent.crew.model import ModelSettings, open_model
from tests.crew.model.asked import QUESTION
url, folder = sys.argv[1:]
model = open_model(ModelSettings(url=url, name="test-model", concurrency=4), Path(folder))
with ThreadPoolExecutor(4) as pool:
    list(pool.map(model.ask, [replace(QUESTION, seed=n) for n in range(40)]))
print("whole")
"""


def test_the_same_question_is_sent_once_in_a_run_and_never_in_the_next(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    for model in (opened(), opened()):
        assert model.ask(question) == model.ask(question)
    assert len(server.chats) == 1
    assert (model.receipt().calls, model.receipt().cached) == (0, 2)


def test_threads_that_ask_the_same_at_once_make_one_call(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.latency = 0.1
    model = opened()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(model.ask, [question] * 8))
    assert len(server.chats) == 1
    assert all(answer == answers[0] for answer in answers)
    assert (model.receipt().calls, model.receipt().cached) == (1, 7)


@pytest.mark.parametrize(
    "change",
    [
        {"system": "You write well."},
        {"user": "A key is found."},
        {"answer": Scene},
        {"seed": 1},
        {"temperature": 0.0},
        {"max_tokens": 1000},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_question_is_another_call(change: dict[str, object]) -> None:
    assert key_of("m", replace(QUESTION, **change)) != key_of("m", QUESTION)  # type: ignore[arg-type]


def test_another_model_is_asked_anew_but_another_endpoint_or_asker_is_not() -> None:
    assert key_of("m", QUESTION) != key_of("n", QUESTION)
    assert key_of("m", replace(QUESTION, role="director")) == key_of("m", QUESTION)


def test_a_key_is_the_same_in_every_process() -> None:
    code = (
        "from tests.crew.model.asked import QUESTION\n"
        "from filmagent.crew.model.store import key_of\nprint(key_of('m', QUESTION))"
    )
    keys = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert keys == {key_of("m", QUESTION)}


def test_after_a_kill_only_the_calls_in_flight_are_sent_again(
    server: Loopback, tmp_path: Path
) -> None:
    server.latency = 0.05
    folder = tmp_path / "answers"
    command = [sys.executable, "-c", RUN, server.url, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        while len(list(folder.glob("*.json"))) < 12 and child.poll() is None:
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
    kept = len(list(folder.glob("*.json")))
    assert 12 <= kept < 40
    first = Counter(one.body_hash for one in server.chats)
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"whole\n"
    again = Counter(one.body_hash for one in server.chats) - first
    assert len(again) == 40 - kept
    assert sum(1 for body in again if body in first) <= 4
    assert max(Counter(one.body_hash for one in server.chats).values()) <= 2
    assert not [path for path in folder.iterdir() if path.suffix not in (".json", ".tmp")]


def test_a_record_is_replayed_without_a_network_a_key_or_the_package(
    server: Loopback, opened: Opens, question: Question[Outline], tmp_path: Path
) -> None:
    live = opened("record")
    live.ask(question)
    code = f"""
import socket, sys
sys.modules["openai"] = None
def never(*args, **kwargs): raise AssertionError("network")
socket.socket.connect = socket.getaddrinfo = never
from pathlib import Path
from filmagent.crew.model import ModelSettings, open_model
from tests.crew.model.asked import QUESTION
model = open_model(ModelSettings(replay=Path({str(tmp_path / "record")!r})), Path("unused"))
print(model.name, model.ask(QUESTION).title, model.receipt().endpoint, model.receipt().usd)
"""
    env = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout == "test-model The Spare Key replay 0.0\n", done.stderr
    assert not (tmp_path / "unused").exists()


def test_a_replay_names_what_was_not_recorded(
    server: Loopback, opened: Opens, question: Question[Outline], tmp_path: Path
) -> None:
    opened("record").ask(question)
    before = len(server.log)
    model = open_model(ModelSettings(replay=tmp_path / "record"), tmp_path / "unused")
    with pytest.raises(NotRecorded, match=r"screenwriter \(outline.*1 answers it holds"):
        model.ask(replace(question, user="Another idea."))
    with pytest.raises(NotRecorded, match=r"actor MARA \(lines.*holds none"):
        model.ask(replace(question, role="actor MARA", task="lines", user="Another idea."))
    with pytest.raises(NotRecorded, match="nothing_here"):
        open_model(ModelSettings(replay=tmp_path / "nothing_here"), tmp_path)
    assert len(server.log) == before


@pytest.mark.parametrize(
    "fault", [Fault.INVALID_JSON, Fault.REFUSED, Fault.CUT_OFF, Fault.SERVER_ERROR, "context"]
)
def test_a_replay_fails_where_its_recording_failed(
    server: Loopback, opened: Opens, question: Question[Outline], tmp_path: Path, fault: object
) -> None:
    if isinstance(fault, Fault):
        server.faults = fault
    else:
        server.context = 100
    kinds = (InvalidAnswer, Refused, Unreachable, ContextTooSmall)
    with pytest.raises(kinds) as live:
        opened("record").ask(question)
    model = open_model(ModelSettings(replay=tmp_path / "record"), tmp_path / "unused")
    with pytest.raises(kinds) as replayed:
        model.ask(question)
    assert type(replayed.value) is type(live.value)
    assert vars(replayed.value) == vars(live.value)


@pytest.mark.parametrize("bound", ["context", "answers"])
def test_a_cut_off_answer_that_had_no_room_to_grow_replays_the_same(
    server: Loopback, opened: Opens, question: Question[Outline], tmp_path: Path, bound: str
) -> None:
    server.faults = Fault.CUT_OFF
    server.most_out = 1500 if bound == "answers" else None
    with pytest.raises(InvalidAnswer, match=r"cut off after (2,0|1,5)00 tokens") as live:
        opened("record", context=3000).ask(question)
    model = open_model(ModelSettings(replay=tmp_path / "record"), tmp_path / "unused")
    with pytest.raises(InvalidAnswer) as replayed:
        model.ask(question)
    assert str(replayed.value) == str(live.value)


def test_what_failed_is_asked_again_in_the_next_run(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    server.faults = Fault.SERVER_ERROR
    with pytest.raises(Unreachable):
        opened().ask(question)
    server.faults, server.context = None, 100
    with pytest.raises(ContextTooSmall):
        opened().ask(question)
    server.context = None
    assert opened().ask(question).title == "The Spare Key"


def test_a_person_may_mend_a_kept_answer(
    server: Loopback, opened: Opens, question: Question[Outline], tmp_path: Path
) -> None:
    opened().ask(question)
    (path,) = (tmp_path / "answers").iterdir()
    path.write_text(path.read_text().replace("The Spare Key", "A Better Title"))
    assert opened().ask(question).title == "A Better Title"
    path.write_text("{")
    with pytest.raises(DocumentError, match=path.name):
        opened().ask(question)
    assert len(server.chats) == 1


def test_no_network_is_touched_before_the_first_question(
    opened: Opens, monkeypatch: pytest.MonkeyPatch, server: Loopback
) -> None:
    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", never)
    opened()
    assert not server.log


def test_any_language_is_kept_and_read_again(
    server: Loopback, opened: Opens, question: Question[Outline]
) -> None:
    title = "钥匙 — مفتاح — clé 🗝️ \u2028"
    server.script = lambda request: outline(title)
    asked = replace(question, user="关于一把钥匙 \ud83d")  # half of an emoji, from a cut text
    assert opened().ask(asked).title == title
    assert opened().ask(asked).title == title
    assert len(server.chats) == 1
