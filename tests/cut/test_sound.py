"""The mix: heard where the edit says, at the distance of the shot, never clipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from scipy.io import wavfile

from filmagent.cut import Mix, Room, Step, mix
from filmagent.cut.synth import RATE
from filmagent.documents import (
    ActorTiming,
    Cut,
    Edit,
    Gesture,
    Heard,
    Line,
    SceneTiming,
    Setup,
)
from filmagent.documents.edit import Crossing

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
    return mix(
        tmp_path,
        edit,
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


def telephoned(tmp_path: Path, *, wired: bool) -> Mix:
    """A line of whom we see for two seconds; then who listens, somewhere else."""
    make(tmp_path)
    line = Line(beat="1.1", actor="mara", text="Hello.", wav="line.wav", seconds=1.5, start=1.25,
                end=2.75)  # fmt: skip
    held = Gesture(id="g", action="phone" if wired else "nod", start=0.0, end=8.0)
    clocks = {
        "1": SceneTiming(scene="1", set="cafe", duration=8.0, lines=[line],
                         actors=[ActorTiming(actor="mara", member="ines", segments=[],
                                             gestures=[held])]),
        "2": SceneTiming(scene="2", set="street", duration=8.0),
    }  # fmt: skip
    edit = Edit(
        cuts=[
            Cut(id="a", scene="1", setup="1A", source_out=48),
            Cut(id="b", scene="2", setup="2A", source_out=96,
                sound=Crossing(kind="L", speaker="mara", seconds=0.75, picture=-10)),
        ],
        heard=[Heard(scene="1", beat="1.1", film_seconds=1.25)],
    )  # fmt: skip
    setups = {n: Setup(id=n, kind="single", size=s) for n, s in (("1A", "MCU"), ("2A", "LS"))}
    rooms = {"1": CAFE, "2": STREET}
    return mix(tmp_path, edit, clocks, setups, rooms, {}, seed=1)


def low(sound: np.ndarray) -> float:
    """Share of the power under 250 Hz."""
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return float(power[hertz < 250].sum() / power.sum())


def test_a_line_over_the_picture_of_who_listens_comes_through_their_telephone(
    tmp_path: Path,
) -> None:
    before, after = slice(int(1.3 * RATE), int(1.9 * RATE)), slice(int(2.1 * RATE), int(2.7 * RATE))
    wired = telephoned(tmp_path, wired=True).stems["dialogue"]
    plain = telephoned(tmp_path, wired=False).stems["dialogue"]
    assert low(wired[after]) < 0.1 < 0.3 < low(wired[before])
    assert low(plain[after]) == pytest.approx(low(plain[before]), abs=0.15)
    change = np.abs(np.diff(wired[int(1.9 * RATE) : int(2.1 * RATE), 0])).max()
    assert change <= 1.2 * np.abs(np.diff(plain[before, 0])).max(), "no click"


def test_a_line_that_goes_over_to_another_place_keeps_its_distance(tmp_path: Path) -> None:
    plain = telephoned(tmp_path, wired=False).stems["dialogue"]
    seen, over = level(plain[int(1.5 * RATE) : int(1.9 * RATE)]), level(
        plain[int(2.1 * RATE) : int(2.5 * RATE)]
    )  # fmt: skip
    assert abs(seen - over) < 2.5, "the long shot is of somebody else"


def test_steps_of_a_place_that_is_heard_first_are_heard_before_it_is_seen(tmp_path: Path) -> None:
    clocks = {n: SceneTiming(scene=n, set=n, duration=8.0) for n in "12"}
    setups = {n: Setup(id=n, kind="single", size="LS") for n in ("1A", "2A")}
    found = []
    for kind in ("straight", "J"):
        sound = Crossing(kind=kind, seconds=0.6 if kind == "J" else 0.0)
        edit = Edit(
            cuts=[
                Cut(id="a", scene="1", setup="1A", source_out=48),
                Cut(id="b", scene="2", setup="2A", source_in=24, source_out=96, sound=sound),
            ]
        )
        steps = {"2": [Step(0.7, 0.6, "mara")]}
        made = mix(tmp_path, edit, clocks, setups, {"1": CAFE, "2": STREET}, steps, seed=1)
        foley = np.abs(made.stems["foley"])
        found.append(float(foley[int(1.68 * RATE) : 2 * RATE].max()))
        assert foley[: int(1.68 * RATE)].max() == 0
    assert found[0] == 0 < found[1]
