"""The mix: dialogue in its room and at its distance, foley, unbroken ambience; −16 LUFS.

Sound goes over cuts as the edit has it: a line sounds on over the next picture, from its own place
and at its own distance, or through the telephone of who listens; steps of a place that is heard
before or after it is seen are heard, too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyloudnorm
from numpy.typing import NDArray
from scipy import signal
from scipy.io import wavfile
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from filmagent.cut import synth
from filmagent.cut.ambience import Room, ambience
from filmagent.cut.synth import RATE, Sound
from filmagent.documents import Cut, Edit, Line, SceneTiming, Setup, write_bytes
from filmagent.documents.film_time import fps, heard, starts
from filmagent.documents.seeds import seed as seed_of
from filmagent.errors import RenderError

TARGET_LUFS = -16.0
CEILING = 10 ** (-1.0 / 20)
"""−1 dBFS: what the loudest sample may reach."""
_PERSPECTIVE = {
    # size of the shot: (gain dB, share of the room)
    "ECU": (1.0, 0.06),
    "CU": (0.5, 0.08),
    "MCU": (0.0, 0.10),
    "MS": (-1.0, 0.14),
    "cowboy": (-1.5, 0.17),
    "MLS": (-2.5, 0.21),
    "LS": (-4.0, 0.28),
    "ELS": (-6.0, 0.36),
}
_OFF_SCREEN = (-3.0, 0.35)
_EASE = 0.06
"""Seconds in which distance changes with the picture."""
_PHONE = "phone"
"""What somebody does who speaks on the telephone."""
_WIRE = (300.0, 3400.0)
"""Hertz that a telephone carries (ITU-T G.712)."""


@dataclass(frozen=True)
class Step:
    """A footstep, or cloth when ``surface`` is "": scene seconds, how hard or how long."""

    seconds: float
    weight: float
    actor: str
    kind: str = "step"


@dataclass
class Mix:
    """Stems and their sum, (N, 2) float32 each, before anything is clipped."""

    stems: dict[str, Sound] = field(default_factory=dict)
    master: Sound = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    loudness: float = 0.0
    """Of the master, LUFS (ITU-R BS.1770-4)."""


def mix(
    film: Path,
    edit: Edit,
    timings: Mapping[str, SceneTiming],
    setups: Mapping[str, Setup],
    rooms: Mapping[str, Room],
    steps: Mapping[str, Sequence[Step]],
    seed: int,
) -> Mix:
    """Mix the film.

    Parameters
    ----------
    film
        The film folder, to which the lines' wav paths are relative.
    steps
        Footsteps and cloth by scene, in scene seconds.
    """
    length = round(starts(edit)[-1] / fps(edit) * RATE)
    dialogue = _dialogue(film, edit, timings, setups, rooms, length, seed)
    foley = _foley(edit, rooms, steps, setups, length, seed)
    places = ambience(edit, rooms, length, seed)
    stems = {"dialogue": dialogue, "foley": foley, "ambience": places}
    stems, loudness = _level(stems)
    master = np.sum(list(stems.values()), axis=0, dtype=np.float32)
    return Mix(stems, master, loudness)


def write_wav(path: Path, sound: Sound) -> None:
    """Write 24-bit-safe float mix as 16-bit PCM, atomically."""
    import io

    buffer = io.BytesIO()
    wavfile.write(buffer, RATE, np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16))
    write_bytes(path, buffer.getvalue())


def _dialogue(
    film: Path,
    edit: Edit,
    timings: Mapping[str, SceneTiming],
    setups: Mapping[str, Setup],
    rooms: Mapping[str, Room],
    length: int,
    seed: int,
) -> Sound:
    out = np.zeros((length, 2), np.float32)
    lines = {(scene, line.beat): line for scene, t in timings.items() for line in t.lines}
    responses = {
        scene: synth.reverb(room.seconds, seed_of(seed, "reverb", scene))
        for scene, room in rooms.items()
    }
    for said in heard(edit):
        line = lines.get((said.scene, said.beat))
        if line is None or not line.wav:
            continue
        voice = _read(film / line.wav)
        at = max(0, round(said.film_seconds * RATE))
        voice = voice[: max(0, length - at)]
        if len(voice):
            gain, wet, away = _perspective(edit, setups, said.scene, at, len(voice))
            wired = _on_the_phone(timings[said.scene], line)
            dry = voice * (1 - away) if wired else voice
            response, room = responses[said.scene], rooms[said.scene]
            placed = _place(dry, line, gain, wet, response, room)
            if wired and away.any():
                placed[: len(voice)] += (_wire(voice) * away)[:, None]
            end = min(length, at + len(placed))
            out[at:end] += placed[: end - at]
    return out


def _on_the_phone(timing: SceneTiming, line: Line) -> bool:
    """Whether somebody speaks a line into a telephone."""
    return any(
        gesture.action == _PHONE and gesture.start < line.end and gesture.end > line.start
        for actor in timing.actors
        if actor.actor == line.actor
        for gesture in actor.gestures
    )


def _wire(voice: Sound) -> Sound:
    """A voice as a telephone gives it to the ear."""
    band = signal.butter(4, _WIRE, "bandpass", fs=RATE, output="sos")
    return np.asarray(signal.sosfilt(band, voice), np.float32)


def _place(voice: Sound, line: Line, gain: Sound, wet: Sound, response: Sound, room: Room) -> Sound:
    if line.delivery == "vo":
        # a narrator is nowhere: close, dry and centred
        return np.repeat(voice[:, None], 2, axis=1) * 10 ** (1 / 20)
    if line.delivery == "os":
        level, share = _OFF_SCREEN
        low = signal.butter(1, 3200, fs=RATE, output="sos")
        voice = np.asarray(signal.sosfilt(low, voice), np.float32)
        gain, wet = np.full_like(gain, 10 ** (level / 20)), np.full_like(wet, share)
    if room.outdoors:
        wet = wet * 0.35
    dry = (voice * gain * (1 - wet))[:, None]
    send = (voice * gain * wet)[:, None] * np.ones(2, np.float32)
    tail = np.stack([signal.fftconvolve(send[:, c], response[:, c]) for c in range(2)], 1)
    tail[: len(dry)] += dry
    return np.asarray(tail, np.float32)


def _perspective(
    edit: Edit, setups: Mapping[str, Setup], scene: str, at: int, count: int
) -> tuple[Sound, Sound, Sound]:
    """Gain, share of the room, and 1 where another place is seen, at each of some samples; eased.

    While another place is seen the distance stays what it was.
    """
    width = int(_EASE * RATE)
    edges = [round(f / fps(edit) * RATE) - at + width for f in starts(edit)]
    first = max(bisect_right(edges, 0) - 1, 0)
    end = bisect_right(edges, count + 2 * width)

    def own(cut: Cut) -> bool:
        return cut.scene == scene and cut.setup in setups

    before = next((c for c in reversed(edit.cuts[:first]) if own(c)), None)
    level, share = _PERSPECTIVE["MCU" if before is None else setups[before.setup].size]
    gain, wet, away = (
        np.full(count + 2 * width, x, np.float32) for x in (10 ** (level / 20), share, 0.0)
    )
    for cut, *span in zip(edit.cuts[first:end], edges[first:], edges[first + 1 :], strict=False):
        if own(cut):
            level, share = _PERSPECTIVE[setups[cut.setup].size]
        here = slice(*(max(x, 0) for x in span))
        gain[here], wet[here] = 10 ** (level / 20), share
        away[here] = cut.kind == "shot" and cut.scene != scene
    asked = slice(width, width + count)
    eased = [uniform_filter1d(x, width)[asked] for x in (gain, wet, away)]
    return eased[0], eased[1], eased[2]


def _foley(
    edit: Edit,
    rooms: Mapping[str, Room],
    steps: Mapping[str, Sequence[Step]],
    setups: Mapping[str, Setup],
    length: int,
    seed: int,
) -> Sound:
    out = np.zeros((length, 2), np.float32)
    rate = fps(edit)
    after: list[Cut | None] = [*edit.cuts[1:], None]
    for cut, follows, start in zip(edit.cuts, after, starts(edit)[:-1], strict=True):
        first, end = cut.source_in - _lead(cut, rate), cut.source_out + _trail(follows, rate)
        for number, step in enumerate(steps.get(cut.scene, ()) if cut.kind == "shot" else ()):
            frame = step.seconds * rate
            if not first <= frame < end:
                continue
            level, _ = _PERSPECTIVE[setups[cut.setup].size] if cut.setup in setups else (0.0, 0)
            item = f"{cut.scene}/{step.actor}/{number}"
            sound = (
                synth.footstep(rooms[cut.scene].surface, step.weight, seed_of(seed, "step", item))
                if step.kind == "step"
                else synth.cloth(step.weight, seed_of(seed, "cloth", item))
            )
            # a wide shot hears feet better than a close-up does, relative to the voices
            sound = sound * 10 ** ((-level * 0.5 - 13) / 20)
            at = max(round((start + frame - cut.source_in) / rate * RATE), 0)
            piece = sound[: max(0, length - at)]
            out[at : at + len(piece)] += piece[:, None]
    return out


def _lead(cut: Cut, rate: float) -> float:
    """Frames for which a cut's place is heard before it is seen."""
    return cut.sound.seconds * rate if cut.sound.kind == "J" and not cut.sound.speaker else 0.0


def _trail(follows: Cut | None, rate: float) -> float:
    """Frames for which a cut's place is still heard, under the cut that follows."""
    sound = follows.sound if follows is not None else None
    return sound.seconds * rate if sound and sound.kind == "L" and not sound.speaker else 0.0


def _level(stems: dict[str, Sound]) -> tuple[dict[str, Sound], float]:
    """Bring the sum to −16 LUFS, then hold peaks under −1 dBFS; all stems move alike."""
    meter = pyloudnorm.Meter(RATE)
    total = np.sum(list(stems.values()), axis=0)
    if len(total) < 0.5 * RATE:
        return stems, float("-inf")
    for _ in range(3):
        # limiting lowers the loudness a little: measured again, twice
        loudness = meter.integrated_loudness(total)
        if not np.isfinite(loudness):
            return stems, float(loudness)
        gain = np.float32(10 ** ((TARGET_LUFS - loudness) / 20))
        limit = _limiter(total * gain)
        stems = {name: np.asarray(stem * gain * limit, np.float32) for name, stem in stems.items()}
        total = np.sum(list(stems.values()), axis=0)
    return stems, float(meter.integrated_loudness(total))


def _limiter(sound: Sound) -> NDArray[np.float32]:
    """Gain that keeps the oversampled peak under the ceiling, with 5 ms look-ahead."""
    over = np.abs(signal.resample_poly(sound, 4, 1, axis=0)).max(1)
    peaks = over[: len(sound) * 4].reshape(-1, 4).max(1)
    wanted = np.minimum(1.0, CEILING / np.maximum(peaks, 1e-9))
    width = int(0.005 * RATE) * 2 + 1
    held = minimum_filter1d(wanted, width * 2)
    return np.asarray(uniform_filter1d(held, width)[:, None], np.float32)


def _read(path: Path) -> Sound:
    try:
        rate, data = wavfile.read(path)
    except (OSError, ValueError) as error:
        raise RenderError(
            f"{path} cannot be read ({error}); run `filmagent make` with `--redo voices`."
        ) from None
    sound = np.asarray(data, np.float32)
    if np.issubdtype(data.dtype, np.integer):
        sound /= float(np.iinfo(data.dtype).max)
    if sound.ndim == 2:
        sound = sound.mean(1)
    return np.asarray(
        signal.resample_poly(sound, RATE, rate) if rate != RATE else sound, np.float32
    )
