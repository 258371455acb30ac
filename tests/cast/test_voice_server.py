"""Any server that answers like OpenAI's ``audio.speech`` speaks; what goes wrong is said."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from filmagent import cast
from filmagent.cast import flite
from filmagent.cast.engine import Manner
from filmagent.cast.speech import ServerDown, SpeechServer
from filmagent.documents import Beat, LineReading, Span, SpokenLine, Voice
from tests.cast.speaking_server import Answer, SpeakingServer, error, samples, wav

pytestmark = pytest.mark.skipif(shutil.which("flite") is None, reason="the server speaks by flite")
TEXT = "You kept me waiting, and I almost missed the bus."


def say(
    server: SpeakingServer,
    path: Path,
    text: str = TEXT,
    reading: LineReading | None = None,
    key: str | None = None,
    **voice: float,
) -> SpokenLine:
    beat = Beat(id="1.1", kind="line", text=text, speaker="ada", span=Span(first=1, end=2))
    engine = SpeechServer(server.url, "some-model", key=key, tries=3, timeout_s=20)
    booth = cast.Booth({"speech": engine})
    return booth.speak(beat, Voice(engine="speech", name="nova", **voice), reading, path)


def test_a_server_is_asked_once_and_its_line_is_timed_by_its_sound(tmp_path: Path) -> None:
    with SpeakingServer(lambda r: (200, "audio/wav", wav(r["input"]))) as server:
        line = say(server, tmp_path / "a.wav", key="sk-mine")
    assert [(r["model"], r["voice"], r["input"]) for r in server.asked] == [
        ("some-model", "nova", TEXT)
    ]
    assert server.keys == ["Bearer sk-mine"]
    own = flite.speak(TEXT, "rms", Manner())
    shift = line.words[0].start - own.words[0].start
    errors = [abs(a.start - b.start - shift) for a, b in zip(line.words, own.words, strict=True)]
    assert line.note == "" and np.median(errors) < 0.02 and max(errors) < 0.12
    assert [w.text for w in line.words] == TEXT.split()


@pytest.mark.parametrize("rate", [8_000, 24_000, 44_100])
def test_whatever_rate_comes_the_line_is_as_long_as_it_was_said(rate: int, tmp_path: Path) -> None:
    with SpeakingServer(lambda r: (200, "audio/wav", wav(r["input"], rate))) as server:
        line = say(server, tmp_path / "a.wav", "Nobody told me.")
    own = [p for p in flite.speak("Nobody told me.", "rms", Manner()).phones if p.phone != "pau"]
    assert line.seconds == pytest.approx(own[-1].end - own[0].start + 0.06, abs=0.08)


def test_bare_samples_are_taken_for_what_they_are(tmp_path: Path) -> None:
    def bare(request: dict) -> Answer:
        said = flite.speak(request["input"], "rms", Manner())
        return 200, "audio/pcm", samples(said.samples, said.rate, 24_000)

    with SpeakingServer(bare) as server:
        line = say(server, tmp_path / "a.wav", "Nobody told me.")
    assert line.note == "" and line.seconds == pytest.approx(1.4, abs=0.1)


def test_feeling_is_told_in_words_and_pace_in_numbers(tmp_path: Path) -> None:
    with SpeakingServer(lambda r: (200, "audio/wav", wav(r["input"]))) as server:
        say(server, tmp_path / "a.wav", rate=1.2)
        say(server, tmp_path / "b.wav", reading=LineReading(beat="1.1", emotion="sad", energy=0.2))
    plain, sad = server.asked
    assert "instructions" not in plain and plain["speed"] == pytest.approx(1.2)
    assert "sad and quiet" in sad["instructions"] and sad["speed"] < 1


@pytest.mark.parametrize("status", [429, 500])
def test_a_busy_server_is_asked_again(status: int, tmp_path: Path) -> None:
    answers = [error(status, "Later."), (200, "audio/wav", wav("Nobody told me."))]
    with SpeakingServer(lambda r: answers.pop(0)) as server:
        line = say(server, tmp_path / "a.wav", "Nobody told me.")
    assert line.wav and len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "said", "asked"),
    [(429, "3 times", 3), (401, "FILMAGENT_API_KEY", 1), (404, "film.json", 1)],
)
def test_a_server_that_cannot_be_asked_stops_the_run_in_one_sentence(
    status: int, said: str, asked: int, tmp_path: Path
) -> None:
    def refuse(request: dict) -> Answer:
        return error(status, "No, sk-mine.")

    with SpeakingServer(refuse) as server, pytest.raises(ServerDown, match=said) as failed:
        say(server, tmp_path / "a.wav", key="sk-mine")
    assert len(server.asked) == asked and "sk-mine" not in str(failed.value)
    assert str(failed.value).count(". ") == 0


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(ServerDown, match="cannot be reached"):
        SpeechServer("http://127.0.0.1:9/v1", "m", tries=1).speak("Hello.", "nova", Manner())


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (error(400, "This violates our policy."), r"refused a line \(This violates our policy"),
        ((200, "audio/wav", b""), "is empty"),
        ((200, "text/html", b"<html>Hello</html>"), "is damaged, or no sound file"),
        ((200, "audio/pcm", bytes(9600)), "is silent"),
    ],
)
def test_a_line_it_will_not_say_is_said_by_another_voice_and_noted(
    answer: Answer, why: str, tmp_path: Path
) -> None:
    with SpeakingServer(lambda r: answer) as server:
        line = say(server, tmp_path / "a.wav")
    assert line.wav and line.phones
    assert "does" in line.note
    assert re.search(why, line.note)


def test_its_voices_are_of_both_genders_and_come_first() -> None:
    booth = cast.Booth({"speech": SpeechServer("http://127.0.0.1:9/v1", "m")})
    first = booth.voices()[:9]
    assert {v.engine for v in first} == {"speech"}
    assert {"female", "male"} <= {v.gender for v in first}
