"""From a synthesiser's samples to a line on file: trimmed, levelled, 48 kHz, 16 bit, mono."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass, field
from math import gcd
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from filmagent.documents import Phone, Word, write_bytes

RATE = 48_000
"""Samples a second of every line on file."""

EDGE = 0.03
"""Seconds of silence kept before and after the speech."""

LEVEL = -20.0
"""RMS of the spoken parts, dBFS, at medium energy."""

CEILING = 10 ** (-1.5 / 20)
"""Peaks are bent below this (−1.5 dBFS leaves room for 16-bit rounding and resampling)."""

Samples = NDArray[np.float64]
Timed = TypeVar("Timed", Phone, Word)


@dataclass
class Recording:
    """What a voice said: samples in −1…1, and what was heard when (seconds from its start)."""

    samples: Samples
    rate: int
    phones: list[Phone] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.rate


def read_pcm(data: bytes) -> tuple[Samples, int]:
    """Samples and rate of a mono 16-bit RIFF file held in memory.

    The header's length is not trusted: a synthesiser that streams writes a wrong one.
    """
    with wave.open(io.BytesIO(data)) as file:
        raw = file.readframes(max(file.getnframes(), len(data)))
        return np.frombuffer(raw, "<i2").astype(np.float64) / 32768.0, file.getframerate()


def master(
    recording: Recording, gain_db: float = 0.0, formant: float = 1.0, whole: bool = False
) -> Recording:
    """The recording as it goes on file.

    Parameters
    ----------
    recording
        At the synthesiser's rate.
    gain_db
        Louder or softer than `LEVEL`.
    formant
        Playback speed: 1.05 makes a throat five per cent smaller, and the line shorter.
    whole
        Keep what is heard before and after the words: a person's breath, a laugh.
    """
    samples = resampled(recording.samples - recording.samples.mean(), recording.rate, formant)
    phones = [
        p.model_copy(update={"start": p.start / formant, "end": p.end / formant})
        for p in recording.phones
    ]
    words = [
        w.model_copy(update={"start": w.start / formant, "end": w.end / formant})
        for w in recording.words
    ]
    first, end = _speech(samples, phones)
    if whole:
        sound = _speech(samples, [])
        first, end = min(first, sound[0]), max(end, sound[1])
    samples = _faded(samples[first:end])
    shift, length = first / RATE, len(samples) / RATE
    return Recording(
        _levelled(samples, LEVEL + gain_db),
        RATE,
        [p for p in (_moved(p, shift, length) for p in phones) if p.end - p.start > 1e-4],
        [_moved(w, shift, length) for w in words],
    )


def heard_until(samples: Samples, rate: int, start: float, end: float) -> float:
    """The second at which a phone said between two others can no longer be heard."""
    hop = rate // 100
    first = int(start * rate)
    piece = samples[first : int(end * rate)]
    level = np.array([np.abs(piece[i : i + hop]).max() for i in range(0, len(piece), hop)])
    loud = np.nonzero(level > 0.012 * np.abs(samples).max())[0]
    last = (loud[-1] + 1) * hop if len(loud) else 0
    return min(end, max(start + 0.05, (first + last) / rate))


def write(recording: Recording, path: Path) -> None:
    """Write the PCM WAV atomically."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(recording.rate)
        file.writeframes(np.round(recording.samples * 32767).astype("<i2").tobytes())
    write_bytes(path, buffer.getvalue())


def resampled(samples: Samples, rate: int, speed: float = 1.0, to: int = RATE) -> Samples:
    """Samples at another rate, played so much faster."""
    # per mille is finer than an ear hears in a throat's size, and keeps the ratio's numbers small
    up, down = to * 1000, round(rate * speed * 1000 / 100) * 100
    divisor = gcd(up, down)
    up, down = up // divisor, down // divisor
    # the spectrum of a silence-padded recording, cut or filled up, is that at the other rate: no
    # filter's edge, and `scipy.signal` alone takes as long to import as a voice to speak
    blocks = -(-len(samples) // down) + 1
    spectrum = rfft(samples, blocks * down)
    bins = blocks * min(up, down) // 2 + 1
    result: Samples = irfft(spectrum[:bins], blocks * up) * (up / down)
    return result[: -(-len(samples) * up // down)]


def _speech(samples: Samples, phones: list[Phone]) -> tuple[int, int]:
    """The half-open range that holds the speech and `EDGE` on both sides."""
    edge = int(EDGE * RATE)
    spoken = [p for p in phones if p.phone != "pau"]
    if spoken:
        # a noisy voice hides where it begins from any threshold; its phones do not
        return (
            max(0, int(spoken[0].start * RATE) - edge),
            min(len(samples), int(spoken[-1].end * RATE) + edge),
        )
    hop = RATE // 200
    power = np.array(
        [np.mean(samples[i : i + hop] ** 2) for i in range(0, len(samples), hop)] or [0]
    )
    loud = np.nonzero(power > max(1e-6, power.max() * 10 ** (-38 / 10)))[0]
    if not len(loud):
        return 0, len(samples)
    return max(0, loud[0] * hop - edge), min(len(samples), (loud[-1] + 1) * hop + edge)


def _faded(samples: Samples) -> Samples:
    samples = samples.copy()
    n = min(RATE // 100, len(samples) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(n) / max(n, 1))
    samples[:n] *= ramp
    samples[len(samples) - n :] *= ramp[::-1]
    return samples


def _levelled(samples: Samples, level: float) -> Samples:
    hop = RATE // 50
    power = np.array(
        [np.mean(samples[i : i + hop] ** 2) for i in range(0, len(samples), hop)] or [0]
    )
    spoken = power[power > power.max() * 1e-3]
    if not len(spoken) or spoken.max() <= 0:
        return samples
    samples = samples * (10 ** (level / 20) / np.sqrt(spoken.mean()))
    # a knee from −6 dBFS keeps a loud consonant from clipping without pumping the rest
    knee = 0.5
    over = np.abs(samples) > knee
    bent = knee + (CEILING - knee) * np.tanh((np.abs(samples) - knee) / (CEILING - knee))
    return np.where(over, np.sign(samples) * bent, samples)


def _moved(part: Timed, shift: float, length: float) -> Timed:
    start = min(max(part.start - shift, 0.0), length)
    return part.model_copy(
        update={
            "start": round(start, 6),
            "end": round(min(max(part.end - shift, start), length), 6),
        }
    )
