"""The mix: dialogue in its room and at its distance, foley, unbroken ambience; −16 LUFS."""

from __future__ import annotations

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
from filmagent.cut.synth import RATE, Sound, Surface
from filmagent.documents import Edit, Line, Scene, SceneTiming, Setup, write_bytes
from filmagent.documents.film_time import fps, starts
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
_FADE = 0.25


@dataclass(frozen=True)
class Room:
    """What a scene's place does to sound."""

    outdoors: bool
    night: bool
    seconds: float
    """Reverberation time (RT60)."""
    surface: Surface
    guests: int = 0
    """Silent people in the background, who murmur."""


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
    scenes: Sequence[Scene],
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
    ambience = _ambience(edit, scenes, rooms, length, seed)
    stems = {"dialogue": dialogue, "foley": foley, "ambience": ambience}
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
    gain, wet = _perspective(edit, setups, length)
    responses = {
        scene: synth.reverb(room.seconds, seed_of(seed, "reverb", scene))
        for scene, room in rooms.items()
    }
    for heard in edit.heard:
        line = lines.get((heard.scene, heard.beat))
        if line is None or not line.wav:
            continue
        voice = _read(film / line.wav)
        at = max(0, round(heard.film_seconds * RATE))
        voice = voice[: max(0, length - at)]
        if len(voice):
            room = rooms[heard.scene]
            placed = _place(
                voice,
                line,
                gain[at : at + len(voice)],
                wet[at : at + len(voice)],
                responses[heard.scene],
                room,
            )
            end = min(length, at + len(placed))
            out[at:end] += placed[: end - at]
    return out


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


def _perspective(edit: Edit, setups: Mapping[str, Setup], length: int) -> tuple[Sound, Sound]:
    """Gain and share of the room at each sample, eased over the cuts."""
    gain, wet = np.ones(length, np.float32), np.full(length, 0.1, np.float32)
    for cut, start in zip(edit.cuts, starts(edit)[:-1], strict=True):
        if cut.kind == "shot" and cut.setup in setups:
            level, share = _PERSPECTIVE[setups[cut.setup].size]
            a, b = (round(f / fps(edit) * RATE) for f in (start, start + cut.frames))
            gain[a:b], wet[a:b] = 10 ** (level / 20), share
    width = int(0.06 * RATE)
    return uniform_filter1d(gain, width), uniform_filter1d(wet, width)


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
    for cut, start in zip(edit.cuts, starts(edit)[:-1], strict=True):
        for number, step in enumerate(steps.get(cut.scene, ()) if cut.kind == "shot" else ()):
            frame = step.seconds * rate
            if not cut.source_in <= frame < cut.source_out:
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
            at = round((start + frame - cut.source_in) / rate * RATE)
            piece = sound[: max(0, length - at)]
            out[at : at + len(piece)] += piece[:, None]
    return out


def _ambience(
    edit: Edit, scenes: Sequence[Scene], rooms: Mapping[str, Room], length: int, seed: int
) -> Sound:
    """One unbroken tone a stretch of film in one place, crossfaded where the place changes."""
    out = np.zeros((length, 2), np.float32)
    fade = int(_FADE * RATE)
    for number, (scene, first, end) in enumerate(_stretches(edit)):
        a = max(0, round(first / fps(edit) * RATE) - fade // 2)
        b = min(length, round(end / fps(edit) * RATE) + fade // 2)
        if b <= a or scene not in rooms:
            continue
        tone = _tone(
            rooms[scene], (b - a) / RATE + 0.01, seed_of(seed, "tone", f"{scene}/{number}")
        )
        tone = tone[: b - a].copy()
        ramp = np.sin(np.linspace(0, np.pi / 2, min(fade, len(tone)), dtype=np.float32))[:, None]
        tone[: len(ramp)] *= ramp
        tone[-len(ramp) :] *= ramp[::-1]
        out[a:b] += tone
    return out


def _tone(room: Room, seconds: float, seed: int) -> Sound:
    if room.outdoors:
        return synth.street_tone(seconds, seed, room.night)
    tone = synth.room_tone(seconds, seed)
    if room.guests:
        tone = tone + synth.murmur(seconds, seed + 1, room.guests) * 0.35
        rng = np.random.default_rng(seed)
        for second in np.cumsum(rng.uniform(3, 9, int(seconds / 4) + 1)):
            ring = synth.clink(int(rng.integers(1 << 30)))
            at = int(second * RATE)
            if at + len(ring) < len(tone):
                tone[at : at + len(ring)] += ring[:, None] * rng.uniform(0.2, 0.6)
    return np.asarray(tone, np.float32)


def _stretches(edit: Edit) -> list[tuple[str, int, int]]:
    """(scene, first film frame, end) of picture in one place; cards go with what follows."""
    found: list[tuple[str, int, int]] = []
    pending: int | None = None
    for cut, start in zip(edit.cuts, starts(edit)[:-1], strict=True):
        if cut.kind == "card" and not cut.scene:
            if found and cut is edit.cuts[-1]:
                scene, first, _ = found[-1]
                found[-1] = (scene, first, start + cut.frames)
            elif pending is None:
                pending = start
            continue
        if found and found[-1][0] == cut.scene and pending is None:
            found[-1] = (cut.scene, found[-1][1], start + cut.frames)
        else:
            found.append((cut.scene, start if pending is None else pending, start + cut.frames))
            pending = None
    return found


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
