"""Sound as it comes from outside: any rate, depth, number of channels and container."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.cast.recording import Recording, Samples

LONGEST_S = 600.0
"""No line of a film is longer; a file that is would only fill the memory."""
SILENT = 10 ** (-60 / 20)
"""A file whose loudest sample is below this holds no speech (−60 dBFS)."""
_EASE = 0.005
"""Seconds over which a file's sound begins and ends."""


class Unreadable(Exception):
    """Bytes that hold no line; the message is the end of a sentence that names the file."""


def decoded(data: bytes) -> Recording:
    """The sound of a file held in memory, channels averaged, at its own rate.

    Raises
    ------
    Unreadable
        If it is empty, damaged, silent, or too long for a line.
    """
    if not data:
        raise Unreadable("is empty")
    import av

    pieces: list[Samples] = []
    seconds, rate = 0.0, 0
    try:
        with av.open(BytesIO(data)) as container:
            if not container.streams.audio:
                raise Unreadable("holds no sound")
            for frame in container.decode(audio=0):
                rate = rate or frame.sample_rate
                pieces.append(_mono(frame.to_ndarray(), len(frame.layout.channels)))
                seconds += frame.samples / frame.sample_rate
                if seconds > LONGEST_S:
                    raise Unreadable(f"is longer than {LONGEST_S:.0f} s")
    except av.error.FFmpegError:
        # a tail that is cut off costs the tail; what was decoded before it is the line
        if not pieces:
            raise Unreadable("is damaged, or no sound file") from None
    whole = np.concatenate(pieces) if pieces else np.zeros(0)
    return checked(Recording(_eased(whole, rate), rate or 1))


def pcm(data: bytes, rate: int) -> Recording:
    """Headerless 16-bit little-endian mono.

    Raises
    ------
    Unreadable
        If it is empty or silent.
    """
    whole = data[: len(data) // 2 * 2]
    return checked(Recording(np.frombuffer(whole, "<i2").astype(np.float64) / 32768.0, rate))


def checked(recording: Recording) -> Recording:
    """The recording, if there is a sound in it.

    Raises
    ------
    Unreadable
        If there is none.
    """
    if not len(recording.samples):
        raise Unreadable("is empty")
    if not np.isfinite(recording.samples).all():
        raise Unreadable("is damaged: some of its samples are no numbers")
    if np.abs(recording.samples).max() < SILENT:
        raise Unreadable("is silent")
    return recording


def _eased(samples: Samples, rate: int) -> Samples:
    """With soft edges: a sound cut off in its middle would ring through any change of rate."""
    n = min(int(_EASE * rate), len(samples) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(n) / max(n, 1))
    eased = samples.copy()
    eased[:n] *= ramp
    eased[len(eased) - n :] *= ramp[::-1]
    return eased


def _mono(block: NDArray[Any], channels: int) -> Samples:
    """(samples,) in −1…1 of a decoder's block: planes or interleaved, integers or floats."""
    kind = block.dtype
    samples = block.reshape(-1, channels).T if block.shape[0] != channels else block
    whole: Samples = samples.astype(np.float64).mean(0)
    if kind.kind == "u":
        whole = whole / 128.0 - 1.0
    elif kind.kind == "i":
        whole = whole / (float(np.iinfo(kind).max) + 1.0)
    return whole
