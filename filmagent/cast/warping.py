"""Times for speech that nobody has timed, from the same words said by a voice that has.

Two recordings of one text are laid over each other by dynamic time warping (Sakoe and Chiba,
"Dynamic programming algorithm optimization for spoken word recognition", 1978) of their spectra;
the known one's phones then fall on the other. It takes any language espeak speaks, and it is less
sure of a phone than a recogniser that knows the language (`cast.forced`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from filmagent.cast.recording import Recording, Samples, Timed, resampled

HERTZ = 16_000
_HOP, _WINDOW, _BANDS = 160, 400, 24
_SLANT = 0.05
"""What a step that stretches costs more than one along the diagonal, in the features' spread."""
_FLOOR = 30.0
"""Decibels under a recording's loud parts at which it counts as silent."""


def warp(known: Recording, heard: Recording) -> Recording:
    """``heard`` with the phones and words of ``known``, where they fall in it.

    Parameters
    ----------
    known
        With phones and words, at any rate.
    heard
        The same text by another voice, at any rate. Not silent.
    """
    ours, theirs = _features(known), _features(heard)
    path = _path(_distance(ours, theirs))
    at = path * (_HOP / HERTZ)

    def times(part: Timed) -> Timed:
        start, end = (float(np.interp(t, at[:, 0], at[:, 1])) for t in (part.start, part.end))
        start, end = min(start, heard.seconds), min(end, heard.seconds)
        return part.model_copy(update={"start": start, "end": max(start, end)})

    return Recording(
        heard.samples,
        heard.rate,
        [p for p in map(times, known.phones) if p.end > p.start],
        [times(w) for w in known.words],
    )


def _features(recording: Recording) -> NDArray[np.float64]:
    """(F, B) logarithms of the energy in bands an ear tells apart, each of zero mean, unit spread.

    What a voice's own colour adds to every frame is thereby taken away.
    """
    samples: Samples = resampled(recording.samples, recording.rate, to=HERTZ)
    frames = max(2, 1 + (len(samples) + _HOP - 1) // _HOP)
    padded = np.zeros((frames - 1) * _HOP + _WINDOW)
    # frame k is centred at k hops
    padded[_WINDOW // 2 : _WINDOW // 2 + len(samples)] = samples[: len(padded) - _WINDOW // 2]
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    power = np.abs(np.fft.rfft(pieces * np.hanning(_WINDOW), axis=1)) ** 2
    bands = power @ _filters().T
    floor = bands.max(initial=1e-12) * 10 ** (-_FLOOR * 2 / 10)
    level = np.log(np.maximum(bands, floor))
    moving = np.gradient(level, axis=0)
    both = np.hstack([level, 2.0 * moving])
    result: NDArray[np.float64] = (both - both.mean(0)) / np.maximum(both.std(0), 1e-6)
    return result


def _filters() -> NDArray[np.float64]:
    """(B, bins) triangles evenly spaced in mel, 100 Hz to 7 kHz (O'Shaughnessy, 1987)."""
    low, high = (2595 * np.log10(1 + f / 700) for f in (100.0, 7000.0))
    edges = np.linspace(low, high, _BANDS + 2)
    centres = 700 * (10 ** (edges / 2595) - 1)
    bins = np.fft.rfftfreq(_WINDOW, 1 / HERTZ)
    left, middle, right = (centres[k : k + _BANDS, None] for k in range(3))
    rise, fall = (bins - left) / (middle - left), (right - bins) / (right - middle)
    result: NDArray[np.float64] = np.maximum(0.0, np.minimum(rise, fall))
    return result


def _distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    square = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    result: NDArray[np.float64] = np.sqrt(np.maximum(square, 0.0) / a.shape[1])
    return result


def _path(distance: NDArray[np.float64]) -> NDArray[np.int64]:
    """(P, 2) frames of the cheapest way from corner to corner, strictly growing in the first."""
    n, m = distance.shape
    cost = np.full((n + 1, m + 1), np.inf)
    cost[0, 0] = 0.0
    came = np.zeros((n + 1, m + 1), np.int8)
    for diagonal in range(2, n + m + 1):
        # everything on an anti-diagonal depends on earlier ones alone
        i = np.arange(max(1, diagonal - m), min(n, diagonal - 1) + 1)
        j = diagonal - i
        options = np.stack([cost[i - 1, j - 1], cost[i - 1, j] + _SLANT, cost[i, j - 1] + _SLANT])
        came[i, j] = options.argmin(0)
        cost[i, j] = options.min(0) + distance[i - 1, j - 1]
    way = [(n, m)]
    while way[-1] != (1, 1):
        row, column = way[-1]
        back = int(came[row, column])
        way.append((row - (back != 2), column - (back != 1)))
    steps = np.array(way[::-1], np.int64) - 1
    # where one frame fell on several, the middle one stands for them
    frames = np.unique(steps[:, 0])
    middles = [int(np.median(steps[steps[:, 0] == f, 1])) for f in frames]
    return np.stack([frames, np.array(middles)], axis=1)
