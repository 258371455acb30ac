"""The mix: heard where the edit says, at the distance of the shot, never clipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from scipy.io import wavfile

from filmagent.cut import Mix, Room, Step, mix
from filmagent.cut.synth import RATE
from filmagent.documents import Cut, Edit, Heard, Line, Scene, SceneTiming, Setup, Span

CAFE = Room(outdoors=False, night=False, seconds=0.5, surface="wood", guests=2)
STREET = Room(outdoors=True, night=False, seconds=0.3, surface="asphalt")


def speech(seconds: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE)) / RATE
    voice = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 20))
    return (
        voice * (0.4 + 0.3 * np.sin(2 * np.pi * 4 * t)) * 0.2 + rng.standard_normal(len(t)) * 0.002
    )


def make(
    tmp_path: Path, *, size: str = "MCU", delivery: str = "on", room: Room = CAFE, at: float = 2.0
) -> Mix:
    wav = tmp_path / "line.wav"
    wavfile.write(wav, RATE, (speech(1.5, 1) * 20000).astype(np.int16))
    line = Line(
        beat="1.1",
        actor="mara",
        text="Hello.",
        wav="line.wav",
        seconds=1.5,
        start=at,
        end=at + 1.5,
        delivery=delivery,
    )
    timing = SceneTiming(scene="1", set="cafe", duration=8.0, lines=[line])
    edit = Edit(
        cuts=[Cut(id="a", scene="1", setup="1A", source_in=0, source_out=192)],
        heard=[Heard(scene="1", beat="1.1", film_seconds=at)],
    )
    scene = Scene(id="1", slugline="INT. CAFÉ - DAY", span=Span(first=1, end=2))
    return mix(
        tmp_path,
        edit,
        [scene],
        {"1": timing},
        {"1A": Setup(id="1A", kind="single", size=size)},
        {"1": room},
        {"1": [Step(5.0, 0.6, "mara")]},
        seed=1,
    )


def level(sound: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt((sound**2).mean()) + 1e-12))


def test_the_film_is_at_minus_16_lufs_and_nothing_clips(tmp_path: Path) -> None:
    made = make(tmp_path)
    meter = pyloudnorm.Meter(RATE)
    assert meter.integrated_loudness(made.master) == pytest.approx(-16, abs=0.5)
    assert np.abs(made.master).max() <= 10 ** (-0.9 / 20)


def test_stems_add_up_to_the_film(tmp_path: Path) -> None:
    made = make(tmp_path)
    assert set(made.stems) == {"dialogue", "foley", "ambience"}
    assert np.allclose(sum(made.stems.values()), made.master, atol=1e-4)


def test_a_line_is_heard_where_the_edit_puts_it(tmp_path: Path) -> None:
    dialogue = make(tmp_path, at=3.0).stems["dialogue"]
    assert np.abs(dialogue[: int(2.98 * RATE)]).max() == 0
    assert np.abs(dialogue[int(3.1 * RATE) : int(3.3 * RATE)]).max() > 0.01


def test_a_close_up_sounds_nearer_than_a_long_shot(tmp_path: Path) -> None:
    during, after = slice(2 * RATE, int(3.4 * RATE)), slice(int(3.55 * RATE), int(3.9 * RATE))
    near, far = (make(tmp_path, size=s).stems["dialogue"] for s in ("CU", "LS"))
    ratio = [level(s[after]) - level(s[during]) for s in (near, far)]
    assert ratio[1] > ratio[0] + 3, "more of the room from afar"


def test_a_narrator_is_in_no_room(tmp_path: Path) -> None:
    dialogue = make(tmp_path, delivery="vo").stems["dialogue"]
    assert np.abs(dialogue[int(3.52 * RATE) :]).max() < 1e-4


def test_room_tone_is_unbroken_from_the_first_frame_to_the_last(tmp_path: Path) -> None:
    for room in (CAFE, STREET):
        ambience = make(tmp_path, room=room).stems["ambience"]
        blocks = ambience[: 7 * RATE].reshape(-1, RATE // 10, 2)
        loud = [level(b) for b in blocks[3:-3]]
        assert min(loud) > -75 and max(loud) - min(loud) < 30


def test_footsteps_are_heard_when_feet_land(tmp_path: Path) -> None:
    foley = make(tmp_path).stems["foley"]
    assert np.abs(foley[: int(4.99 * RATE)]).max() == 0
    assert np.abs(foley[5 * RATE : int(5.2 * RATE)]).max() > 0.003


def test_the_same_film_sounds_the_same(tmp_path: Path) -> None:
    assert np.array_equal(make(tmp_path).master, make(tmp_path).master)
