"""The life that rigs put into a camera: shake, and how long they take to start and stop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from camera.pose import Array, exp, multiply, rotate
from camera.rigs import Band, motion
from camera.trajectory import Trajectory

_WAVES = 16
"""Sinusoids a band: enough that a minute does not repeat itself."""


def shake(trajectory: Trajectory, rig: str, seed: int) -> Trajectory:
    """The small life a rig adds, the same for the same seed.

    The shake is a function of absolute time, so two overlapping pieces of one shot agree. It is
    a sum of sinusoids at random frequencies of the rig's bands with random phases, which tends to
    a Gaussian process of the band's spectrum (M. Shinozuka, C.-M. Jan, "Digital simulation of
    random processes", J. Sound Vib. 25, 1972, eq. 12). Rigs without life are returned as they are.

    Raises
    ------
    ValueError
        On an unknown rig.
    """
    bands = motion(rig).life
    if not bands:
        return trajectory
    rng = np.random.default_rng(seed)
    wave = sum(_wave(trajectory.times, band, rng) for band in bands)
    assert isinstance(wave, np.ndarray)
    return replace(
        trajectory,
        positions=trajectory.positions + rotate(trajectory.quaternions, wave[:, :3]),
        quaternions=multiply(trajectory.quaternions, exp(wave[:, 3:])),
    )


def spectrum(rig: str, hertz: Array) -> Array:
    """Powers (B, 2) of a rig's shake at evenly spaced frequencies (B,), all axes together.

    Of position (m²) and rotation (rad²); the mean over the frequencies is the variance. What is
    too narrow or too fast for these frequencies is put on the nearest.

    Raises
    ------
    ValueError
        On an unknown rig.
    """
    power = np.zeros((len(hertz), 2))
    for band in motion(rig).life:
        inside = (hertz >= band.low) & (hertz <= band.high)
        if not inside.any():
            inside[np.argmin(np.abs(hertz - 0.5 * (band.low + band.high)))] = True
        shape = np.where(inside, np.maximum(hertz, 1e-9) ** (-2.0 * band.slope), 0.0)
        sizes = np.square([band.position, band.rotation]).sum(axis=1)
        power += (shape / shape.mean())[:, None] * sizes
    return power


def eased(trajectory: Trajectory, rig: str) -> Trajectory:
    """The same path and duration, but the rig needs its time to get moving and to come to rest.

    Speed rises from nothing over the rig's ``ease`` seconds, and falls so at the end, without a
    kink in acceleration; tracks shorter than that ease over their halves. What the path shows
    when changes: apply it to moves that follow nobody.

    Raises
    ------
    ValueError
        On an unknown rig.
    """
    t = trajectory.times
    ramp = min(motion(rig).ease, trajectory.duration / 2)
    if ramp <= 0 or trajectory.is_still:
        return trajectory
    at = (t - t[0]) / ramp
    left = (t[-1] - t) / ramp
    # what is missing of a full-speed ride after u of the first ramp, and at its end: a half
    run = np.where(at < 1, _ramp(at), at - 0.5)
    whole = trajectory.duration / ramp - 1.0
    run = np.where(left < 1, whole - _ramp(left), run)
    times = t[0] + trajectory.duration * np.clip(run / whole, 0.0, 1.0)
    return replace(trajectory.resampled(times, "smooth"), times=t)


def _ramp(u: Array) -> Array:
    """The integral of the quintic step 6u⁵ − 15u⁴ + 10u³: how far one gets speeding up."""
    c = np.clip(u, 0.0, 1.0)
    return np.asarray(c**4 * (c * c - 3.0 * c + 2.5))


def _wave(times: Array, band: Band, rng: np.random.Generator) -> Array:
    """Shift and turn (F, 6) of one band."""
    edges = np.geomspace(band.low, band.high, _WAVES + 1)
    inside = rng.uniform(0.0, 1.0, (6, _WAVES))
    hertz = edges[:-1] * (edges[1:] / edges[:-1]) ** inside
    amplitude = hertz ** (0.5 - band.slope)
    amplitude /= np.sqrt((amplitude**2).sum(axis=1, keepdims=True) / 2)
    phase = rng.uniform(0.0, 2 * np.pi, (6, _WAVES))
    size = np.array([*band.position, *band.rotation])
    wave = np.einsum(
        "ck,fck->fc", amplitude, np.sin(2 * np.pi * times[:, None, None] * hertz + phase)
    )
    return np.asarray(size * wave)
