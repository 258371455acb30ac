"""A person's recording goes before every voice, as it comes; what cannot be used is said."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from filmagent import cast
from filmagent.cast import flite
from filmagent.cast.engine import Manner
from filmagent.cast.recording import resampled
from filmagent.documents import Beat, Span, SpokenLine, Voice

pytestmark = pytest.mark.skipif(shutil.which("flite") is None, reason="flite plays the actor")
TEXT = "Nobody told me about the garden."


def drop(path: Path, rate: int = 44_100, width: int = 2, channels: int = 1) -> Path:
    """An actor's file: half a second of room, the line, and a laugh after it."""
    said = flite.speak(TEXT, "awb", Manner())
    laugh = np.zeros(int(0.9 * said.rate))
    laugh[-3200:] = 0.3 * np.hanning(3200) * np.sin(np.arange(3200) / 6)
    sound = resampled(np.concatenate([np.zeros(8000), said.samples, laugh]), said.rate, to=rate)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        whole = np.repeat(np.clip(sound, -1, 1), channels)
        if width == 1:
            out.writeframes(np.round(whole * 127 + 128).astype("u1").tobytes())
        else:
            data = np.round(whole * (2**31 - 1) * 0.99).astype("<i4")
            out.writeframes(data.view("u1").reshape(-1, 4)[:, 4 - width :].tobytes())
    return path


def say(recorded: Path, wav: Path) -> SpokenLine:
    beat = Beat(id="1.1", kind="line", text=TEXT, speaker="ada", span=Span(first=1, end=2))
    return cast.Booth().speak(beat, Voice(engine="flite", name="slt"), None, wav, recorded)


@pytest.mark.parametrize(
    ("rate", "width", "channels"), [(44_100, 2, 2), (8_000, 2, 1), (96_000, 3, 1), (22_050, 1, 2)]
)
def test_any_rate_depth_and_channels_become_a_line(
    rate: int, width: int, channels: int, tmp_path: Path
) -> None:
    line = say(drop(tmp_path / "1.1.wav", rate, width, channels), tmp_path / "a.wav")
    assert line.note == ""
    with wave.open(line.wav) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    spoken = [p for p in line.phones if p.phone != "pau"]
    assert spoken[0].start < 0.1, "the room before it is trimmed"
    assert line.seconds - spoken[-1].end > 0.5, "the laugh after it is kept"
    loud = sound[np.abs(sound) > 0.01]
    assert -26 < 20 * np.log10(np.sqrt(np.mean(loud**2))) < -14
    own = flite.speak(TEXT, "awb", Manner()).words
    shift = line.words[0].start - own[0].start
    pairs = zip(line.words, own, strict=True)
    assert np.median([abs(a.start - b.start - shift) for a, b in pairs]) < 0.02


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "is damaged"),
        (b"not a sound", "is damaged"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_recording_is_said_and_a_voice_speaks(
    data: bytes | None, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "1.1.wav"
    if data is not None:
        path.write_bytes(data)
    line = say(path, tmp_path / "a.wav")
    assert line.wav and line.phones
    assert f"the recording 1.1.wav {why}" in line.note and "a voice says the line" in line.note


def test_a_silent_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "1.1.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 16_000, 0, "NONE", ""))
        out.writeframes(bytes(64_000))
    assert "1.1.wav is silent" in say(path, tmp_path / "a.wav").note
