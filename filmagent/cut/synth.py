"""Foley and ambience by synthesis: no recordings, the same on every machine.

All functions return float32 at 48 kHz and are seeded.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import signal

RATE = 48_000
Sound = NDArray[np.float32]
Surface = Literal["wood", "stone", "asphalt", "grass"]

_STEPS: dict[str, tuple[float, float, float]] = {
    # surface: (thump Hz, scrape band centre Hz, scrape share)
    "wood": (95.0, 1400.0, 0.25),
    "stone": (75.0, 2600.0, 0.45),
    "asphalt": (65.0, 3200.0, 0.6),
    "grass": (55.0, 4200.0, 0.8),
}


def footstep(surface: Surface, weight: float, seed: int) -> Sound:
    """One footstep, heel then sole, about 0.25 s; ``weight`` 0–1 is how hard."""
    rng = np.random.default_rng(seed)
    thump_hz, scrape_hz, share = _STEPS[surface]
    length = int(0.28 * RATE)
    t = np.arange(length) / RATE
    thump_hz *= rng.uniform(0.9, 1.12)
    heel = np.sin(2 * np.pi * thump_hz * t * (1 - 0.5 * t)) * np.exp(-t * 38)
    click = _band(rng.standard_normal(length), scrape_hz * rng.uniform(0.85, 1.2), 0.9)
    delay = int(rng.uniform(0.055, 0.085) * RATE)
    sole = np.roll(click * np.exp(-t * 30), delay)
    sole[:delay] = 0
    attack = click * np.exp(-t * 160)
    step = (1 - share) * heel + share * (0.5 * attack + 0.8 * sole)
    return np.asarray(step * (0.25 + 0.5 * weight), np.float32)


def cloth(seconds: float, seed: int) -> Sound:
    """The rustle of somebody sitting down or standing up."""
    rng = np.random.default_rng(seed)
    n = max(1, int(seconds * RATE))
    noise = _band(rng.standard_normal(n), 2600.0, 1.4)
    flutter = signal.sosfilt(signal.butter(2, 9.0, fs=RATE, output="sos"), rng.standard_normal(n))
    flutter = np.abs(flutter) / (np.abs(flutter).max() + 1e-9)
    return np.asarray(noise * flutter * np.hanning(n) * 0.12, np.float32)


def room_tone(seconds: float, seed: int) -> Sound:
    """An interior's tone, (N, 2): air, a far machine's hum, hardly audible and never silent."""
    rng = np.random.default_rng(seed)
    n = int(seconds * RATE)
    tone = np.stack([_low(rng.standard_normal(n), 480.0) for _ in range(2)], 1) * 0.8
    t = np.arange(n) / RATE
    hum = sum(
        a * np.sin(2 * np.pi * f * t + rng.uniform(0, 6.28))
        for f, a in ((50.0, 0.012), (100.0, 0.02), (150.0, 0.006))
    )
    return np.asarray(tone * 0.03 + np.asarray(hum)[:, None] * 0.5, np.float32)


def street_tone(seconds: float, seed: int, night: bool) -> Sound:
    """A street's tone, (N, 2): far traffic that swells and passes, wind; thinner at night."""
    rng = np.random.default_rng(seed)
    n = int(seconds * RATE)
    traffic = np.stack([_low(rng.standard_normal(n), 260.0, 2) for _ in range(2)], 1)
    wind = np.stack([_band(rng.standard_normal(n), 900.0, 1.6) for _ in range(2)], 1)
    swell = 0.7 + 0.3 * _slow(n, 0.12, rng)
    gust = 0.5 + 0.5 * _slow(n, 0.25, rng)
    tone = traffic * swell[:, None] * (0.05 if night else 0.11)
    tone = tone + wind * gust[:, None] * (0.010 if night else 0.006)
    for _ in range(int(rng.poisson(seconds / (25 if night else 9)))):
        tone += _passing_car(n, rng)
    return np.asarray(tone, np.float32)


def murmur(seconds: float, seed: int, people: int) -> Sound:
    """Other guests, (N, 2): syllable-shaped noise of several voices, words not told apart."""
    rng = np.random.default_rng(seed)
    n = int(seconds * RATE)
    out = np.zeros((n, 2))
    for _ in range(max(1, people)):
        voice = np.zeros(n)
        for centre in (rng.uniform(350, 600), rng.uniform(900, 1500), rng.uniform(2100, 2700)):
            voice += _band(rng.standard_normal(n), centre, 0.35) / (1 + centre / 700)
        syllables = np.clip(_slow(n, 4.2, rng), 0, 1) ** 2
        phrases = np.clip(_slow(n, 0.35, rng) + 0.15, 0, 1)
        side = rng.uniform(0.25, 0.75)
        out += (voice * syllables * phrases)[:, None] * [side, 1 - side]
    return np.asarray(out * 0.05, np.float32)


def clink(seed: int) -> Sound:
    """Porcelain put down somewhere else in the room."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(0.35 * RATE)) / RATE
    base = rng.uniform(2300, 3300)
    ring = sum(
        np.sin(2 * np.pi * base * k * t) * np.exp(-t * d) * a
        for k, d, a in ((1, 22, 0.5), (1.83, 35, 0.3), (2.71, 50, 0.2))
    )
    return np.asarray(np.asarray(ring) * 0.06, np.float32)


def reverb(seconds: float, seed: int, brightness: float = 4500.0) -> Sound:
    """A diffuse impulse response, (N, 2), −60 dB after ``seconds``, first 8 ms silent."""
    rng = np.random.default_rng(seed)
    n = max(2, int(seconds * 1.2 * RATE))
    decay = np.exp(-6.91 * np.arange(n) / (seconds * RATE))
    tail = np.stack([_low(rng.standard_normal(n), brightness) for _ in range(2)], 1)
    tail *= decay[:, None]
    tail[: int(0.008 * RATE)] = 0
    return np.asarray(tail / np.sqrt((tail**2).sum(0, keepdims=True)), np.float32)


def _passing_car(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    length = min(n, int(rng.uniform(4, 7) * RATE))
    start = int(rng.integers(0, max(1, n - length)))
    envelope = np.hanning(length) ** 2
    noise = _low(rng.standard_normal(length), 700.0) * envelope * 0.09
    across = np.linspace(0.2, 0.8, length)
    if rng.random() < 0.5:
        across = across[::-1]
    out = np.zeros((n, 2))
    out[start : start + length] = noise[:, None] * np.stack([across, 1 - across], 1)
    return out


def _slow(n: int, hertz: float, rng: np.random.Generator) -> NDArray[np.float64]:
    knots = rng.uniform(-1, 1, max(4, int(n / RATE * hertz * 2) + 4))
    where = np.linspace(0, len(knots) - 1, n)
    left = np.clip(where.astype(int), 0, len(knots) - 2)
    blend = (1 - np.cos((where - left) * np.pi)) / 2
    return np.asarray(knots[left] * (1 - blend) + knots[left + 1] * blend)


def _low(noise: NDArray[np.float64], hertz: float, order: int = 1) -> NDArray[np.float64]:
    return np.asarray(signal.sosfilt(signal.butter(order, hertz, fs=RATE, output="sos"), noise))


def _band(noise: NDArray[np.float64], centre: float, octaves: float) -> NDArray[np.float64]:
    low, high = centre / 2 ** (octaves / 2), min(centre * 2 ** (octaves / 2), RATE * 0.45)
    return np.asarray(
        signal.sosfilt(signal.butter(2, (low, high), "band", fs=RATE, output="sos"), noise)
    )
