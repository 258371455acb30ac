"""Lines are recorded, measured and levelled; whatever the text says, it is only text."""

from __future__ import annotations

import time
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from filmagent import cast
from filmagent.cast import alignment, espeak, phonemes, voice
from filmagent.documents import Beat, LineReading, Phone, Span, Voice
from filmagent.errors import RenderError

ENGLISH = [v for v in cast.voices() if "en" in v.languages]
FIRST = [next(v for v in ENGLISH if v.engine == e) for e in sorted({v.engine for v in ENGLISH})]


def say(text: str, path: Path, entry=None, reading=None, **voice):
    entry = entry or ENGLISH[0]
    beat = Beat(id="1.1", kind="line", text=text, speaker="ada", span=Span(first=1, end=2))
    return cast.speak(beat, Voice(engine=entry.engine, name=entry.name, **voice), reading, path)


def samples(path: str | Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def test_there_are_women_and_men_and_many_languages():
    assert {"female", "male"} <= {v.gender for v in ENGLISH}
    assert len({code for v in cast.voices() for code in v.languages}) > 60
    assert ENGLISH[0] == cast.voices()[0], "English comes first, the best voice before others"


@pytest.mark.parametrize("entry", FIRST, ids=lambda v: v.engine)
def test_a_line_is_48_khz_levelled_and_measured(entry, tmp_path):
    line = say("I know. I saw you walk past the window, twice.", tmp_path / "a.wav", entry)
    sound = samples(line.wav)
    assert line.seconds == pytest.approx(len(sound) / 48000, abs=1e-4)
    assert np.abs(sound).max() < 10 ** (-1 / 20)
    spoken = sound[np.abs(sound) > 0.01]
    assert -24 < 20 * np.log10(np.sqrt(np.mean(spoken**2))) < -14
    assert [w.text for w in line.words] == [
        "I",
        "know.",
        "I",
        "saw",
        "you",
        "walk",
        "past",
        "the",
        "window,",
        "twice.",
    ]
    times = [t for w in line.words for t in (w.start, w.end)]
    assert all(b >= a - 1e-6 for a, b in pairwise(times))
    assert 0 <= times[0] < 0.08 and line.seconds - 0.12 < times[-1] <= line.seconds + 1e-6
    ends = [p.end for p in line.phones]
    assert ends == sorted(ends) and ends[-1] <= line.seconds + 1e-6


@pytest.mark.parametrize("entry", FIRST, ids=lambda v: v.engine)
def test_silence_before_and_after_is_trimmed(entry, tmp_path):
    line = say("Hello there.", tmp_path / "a.wav", entry)
    spoken = [p for p in line.phones if p.phone != "pau"]
    assert spoken[0].start <= 0.05
    assert line.seconds - spoken[-1].end <= 0.05


@pytest.mark.parametrize("entry", FIRST, ids=lambda v: v.engine)
@pytest.mark.parametrize(
    "text",
    ["-voice $(touch pwned) | rm", "--help me", "/etc/passwd", "<break time='9s'/> no [[hh@l]]"],
)
def test_text_is_never_an_option_a_file_or_a_command(entry, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = say(text, tmp_path / "a.wav", entry)
    assert line.wav and 0.2 < line.seconds < 8
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize("name", ["", "en-us+f3", "en-us+m3"])
def test_the_same_line_is_the_same_file(name, tmp_path):
    entry = next(v for v in ENGLISH if name in (v.name, ""))
    say("Once more.", tmp_path / "a.wav", entry)
    # espeak's breath goes by the clock, in whole seconds, unless it is told not to
    time.sleep(1.05 if name.endswith("f3") else 0)
    say("Once more.", tmp_path / "b.wav", entry)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_every_voice_of_espeak_is_found_by_its_name(tmp_path):
    for name in ("en-gb+f2", "fr-fr+m3", "pt-br+f2"):
        line = say("Ah, bon.", tmp_path / "a.wav", next(v for v in cast.voices() if v.name == name))
        assert line.wav and not line.note, name


def test_what_a_voice_cannot_read_of_a_line_is_left_out_and_noted(tmp_path):
    line = say("Hello 你好 my friend 🙂.", tmp_path / "a.wav")
    assert line.wav and "你好 🙂" in line.note
    assert line.seconds == pytest.approx(say("Hello my friend.", tmp_path / "b.wav").seconds)


def test_a_voice_that_fails_is_stood_in_for_by_another_engine(tmp_path, monkeypatch):
    def broken(*_):
        raise RenderError("It would not.")

    first = ENGLISH[0]
    monkeypatch.setattr(voice.ENGINES[first.engine], "speak", broken)
    line = say("Still here.", tmp_path / "a.wav")
    assert line.wav and "It would not." in line.note and "espeak" in line.note


def test_rate_and_feeling_change_how_it_sounds(tmp_path):
    plain = say("Where have you been all these years?", tmp_path / "a.wav")
    fast = say("Where have you been all these years?", tmp_path / "b.wav", rate=1.3)
    loud = say(
        "Where have you been all these years?",
        tmp_path / "c.wav",
        reading=LineReading(beat="1.1", emotion="angry", energy=0.9),
    )
    assert fast.seconds < 0.87 * plain.seconds
    assert samples(loud.wav).std() > 1.2 * samples(plain.wav).std()


def test_a_deeper_voice_has_a_lower_pitch(tmp_path):
    def pitch(path: Path) -> float:
        sound, found = (
            sosfilt(butter(4, [80, 900], "band", fs=48000, output="sos"), samples(path)),
            [],
        )
        for k in range(0, len(sound) - 2400, 1200):
            piece = sound[k : k + 2400] * np.hanning(2400)
            echo = np.correlate(piece, piece, "full")[2399:]
            lag = 160 + int(np.argmax(echo[160:700]))
            if np.abs(piece).max() > 0.05 and echo[lag] > 0.5 * echo[0]:
                found.append(48000 / lag)
        return float(np.median(found))

    say("We are all over there now.", tmp_path / "a.wav", pitch=-3)
    say("We are all over there now.", tmp_path / "b.wav", pitch=3)
    ratio = pitch(tmp_path / "b.wav") / pitch(tmp_path / "a.wav")
    assert 2 ** (4 / 12) < ratio < 2 ** (8 / 12)


def test_other_scripts_are_said_by_a_voice_that_can_and_it_is_noted(tmp_path):
    line = say("Привет, как дела?", tmp_path / "a.wav")
    assert line.wav and "ru" in line.note
    assert [w.text for w in line.words] == ["Привет,", "как", "дела?"]


def test_what_nobody_can_say_is_timed_for_subtitles(tmp_path):
    line = say("ᚠᛁᛋᚴ ᛅᚢᚴ ᛒᛦᚢᚦ", tmp_path / "a.wav")
    assert line.wav == "" and line.note and not (tmp_path / "a.wav").exists()
    assert line.seconds == pytest.approx(3 / 3.75 * 1.2, abs=0.01)


def test_without_flite_espeak_speaks(tmp_path, monkeypatch):
    monkeypatch.setattr(voice, "_listed", lambda: espeak.voices())
    beat = Beat(id="1.1", kind="line", text="Still here.", speaker="a", span=Span(first=1, end=2))
    line = cast.speak(beat, Voice(engine="flite", name="slt"), None, tmp_path / "a.wav")
    assert line.wav and "espeak" in line.note


def test_words_find_their_phones_though_sentences_reduce_them():
    heard = [("dh", 0.1), ("ax", 0.2), ("k", 0.3), ("ae", 0.5), ("t", 0.6), ("s", 0.7), ("ae", 0.9),
             ("t", 1.0)]  # fmt: skip
    phones, start = [], 0.0
    for name, end in heard:
        phones.append(Phone(phone=name, start=start, end=end))
        start = end
    words = alignment.words(
        ["The", "cat", "sat"], phones, [["dh", "iy"], ["k", "ae", "t"], ["s", "ae", "t"]]
    )
    assert [(w.start, w.end) for w in words] == [(0.0, 0.2), (0.2, 0.6), (0.6, 1.0)]


def test_ipa_becomes_arpabet():
    assert [phonemes.from_ipa(x) for x in ("ˈaɪ", "tʃ", "ʁ", "ɡ", "ã", "_:", "")] == [
        "ay", "ch", "r", "g", "aa", "pau", "pau",
    ]  # fmt: skip
