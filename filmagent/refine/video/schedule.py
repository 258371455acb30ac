"""The noise levels σ that a clip passes on its way, and the steps between them.

A schedule falls from σ_start to 0. *Shift* s bends an even one, u, towards noise, for long and
large clips: σ = s·u / (1 + (s − 1)·u) (P. Esser et al., "Scaling Rectified Flow Transformers for
High-Resolution Image Synthesis", ICML 2024, eq. 23). With Wan's s = 7 the last tenth of an even
schedule still begins at σ .44: so a start is asked for as σ, never as "strength".

==========  ======================================================  ======================
solver      a step                                                  even levels, as its
                                                                    scheduler lays them
==========  ======================================================  ======================
``euler``   x + (σ' − σ)·v                                          n from 1 to s-bent .001
``unipc``   W. Zhao et al., "UniPC: A Unified Predictor-Corrector   n + 1 from 1 to .001,
            Framework for Fast Sampling of Diffusion Models",       without the last
            NeurIPS 2023, algorithm 1: order 2, B(h) = eʰ − 1,
            predicting x₀
==========  ======================================================  ======================
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Solver = Literal["euler", "unipc"]
History = Mapping[str, Tensor]
"""What a solver remembers of steps before: by name, tensors of the latents' shape."""

_LEVELS = 1000
"""Noise levels that models are trained on."""
_BELOW_ONE = 1e-6
"""What UniPC's first level lacks to 1, where its logarithm has no value."""


@dataclass(frozen=True)
class Schedule:
    """Noise levels.

    Parameters
    ----------
    sigmas
        Falling, one more than there are steps; the last is 0.
    told
        What the model is told at each step: σ, or what a solver's training rounds it to.
    solver
        How a step is made.
    """

    sigmas: tuple[float, ...]
    told: tuple[float, ...]
    solver: Solver = "euler"

    def __post_init__(self) -> None:
        falls = all(a > b for a, b in zip(self.sigmas, self.sigmas[1:], strict=False))
        if len(self.sigmas) < 2 or not falls or self.sigmas[0] > 1 or self.sigmas[-1] != 0:
            raise ValueError(f"noise levels must fall from at most 1 to 0, not {self.sigmas}")
        if len(self.told) != len(self.sigmas) - 1:
            raise ValueError(f"{len(self.told)} levels told for {len(self.sigmas) - 1} steps")

    @property
    def steps(self) -> int:
        """How many."""
        return len(self.sigmas) - 1

    @property
    def from_noise(self) -> bool:
        """Whether it starts from nothing but noise; UniPC's first level lacks a millionth to 1."""
        return self.sigmas[0] > 1 - 2 * _BELOW_ONE


def even(
    steps: int, *, shift: float = 3.0, start: float = 1.0, solver: Solver = "euler"
) -> Schedule:
    """A schedule of evenly spaced levels, bent by a shift.

    Parameters
    ----------
    steps
        How many.
    shift
        1 bends nothing. Wan: 3 at 480 lines, 5 at 720.
    start
        σ_start, in (0, 1].
    solver
        How steps are made.

    Raises
    ------
    ValueError
        If there is no such schedule.
    """
    if steps < 1 or shift <= 0 or not 1 / _LEVELS < start <= 1:
        raise ValueError(
            f"{steps} steps from σ {start:g} with shift {shift:g}: a schedule has at least one "
            "step, a positive shift, and starts above σ .001, at most at 1"
        )
    first = start / (shift - (shift - 1) * start)
    lowest = 1 / _LEVELS
    if solver == "euler":
        # its scheduler bends the lowest level when it is made, and again with all others
        lowest = min(float(_bent(lowest, shift)), first / 2)
        levels = _bent(np.linspace(first * _LEVELS, lowest * _LEVELS, steps) / _LEVELS, shift)
    else:
        levels = _bent(np.linspace(first, min(lowest, first / 2), steps + 1)[:-1], shift)
        levels[0] = min(levels[0], 1 - _BELOW_ONE)
    if solver == "euler":
        told = (levels.astype(np.float32) * np.float32(_LEVELS)).astype(float)
    else:
        told = np.floor(levels * _LEVELS)
    sigmas = [*levels.astype(np.float32).tolist(), 0.0]
    return Schedule(tuple(sigmas), tuple((told / _LEVELS).tolist()), solver)


def of(sigmas: Sequence[float], start: float = 1.0) -> Schedule:
    """A schedule of given levels, as few-step models have them, from σ_start on.

    Levels above the start are left out; the first that stays is the start itself.
    """
    below = [float(np.float32(sigma)) for sigma in sigmas if sigma < start and sigma > 0]
    levels = [float(np.float32(min(start, max(sigmas)))), *below]
    return Schedule((*levels, 0.0), tuple(levels), "euler")


def _bent(level: NDArray[np.float64] | float, shift: float) -> NDArray[np.float64]:
    return np.asarray(shift * level / (1 + (shift - 1) * level))


def step(
    schedule: Schedule,
    index: int,
    x: Tensor,
    velocity: Tensor,
    history: History,
    moved: Tensor | None = None,
) -> tuple[Tensor, dict[str, Tensor]]:
    """One step of the schedule's solver.

    Parameters
    ----------
    schedule
        Of levels.
    index
        Which step, from 0.
    x
        Latents at ``sigmas[index]``.
    velocity
        Of the model, there.
    history
        As the step before returned it; empty at the first.
    moved
        1 where the model moved x in the step before, 0 where it was held (`regions`): what was
        held is not corrected. Everywhere when None.

    Returns
    -------
    tuple of Tensor and dict
        Latents at ``sigmas[index + 1]``, and what the next step needs.
    """
    now, then = schedule.sigmas[index : index + 2]
    if schedule.solver == "euler":
        return x + float(np.float32(then) - np.float32(now)) * velocity, {}
    clean = x - now * velocity
    order = min(2, index + 1, schedule.steps - index)
    known = {"clean": clean}
    if "before" in history:
        corrected = _corrected(schedule, index, history, clean)
        x = corrected if moved is None else torch.lerp(x, corrected, moved)
    if "clean" in history:
        known["older"] = history["clean"]
    known["before"] = x
    return _predicted(schedule, index, x, known, order), known


def _predicted(schedule: Schedule, index: int, x: Tensor, known: History, order: int) -> Tensor:
    now, then = schedule.sigmas[index : index + 2]
    far = _log_snr(then) - _log_snr(now)
    grown = math.expm1(-far)
    alpha = 1 - then
    ahead = then / now * x - alpha * grown * known["clean"]
    if order == 1:
        return ahead
    ratio = (_log_snr(schedule.sigmas[index - 1]) - _log_snr(now)) / far
    return ahead - alpha * grown * 0.5 * (known["older"] - known["clean"]) / ratio


def _corrected(schedule: Schedule, index: int, history: History, clean: Tensor) -> Tensor:
    """Where the step before should have led, now that the model was asked there."""
    before, now = schedule.sigmas[index - 1 : index + 1]
    far = _log_snr(now) - _log_snr(before)
    grown = math.expm1(-far)
    alpha = 1 - now
    behind = now / before * history["before"] - alpha * grown * history["clean"]
    slope = clean - history["clean"]
    if "older" not in history:
        return behind - alpha * grown * 0.5 * slope
    ratio = (_log_snr(schedule.sigmas[index - 2]) - _log_snr(before)) / far
    first = grown / -far - 1
    second = first / -far - 0.5
    # [[1, 1], [ratio, 1]] · ρ = (φ₂, 2·φ₃) / B(h)
    system = np.array([[1.0, 1.0], [ratio, 1.0]])
    rho, last = np.linalg.solve(system, np.array([first, 2 * second]) / grown)
    older = (history["older"] - history["clean"]) / ratio
    return behind - alpha * grown * (float(rho) * older + float(last) * slope)


def _log_snr(sigma: float) -> float:
    return math.inf if sigma == 0 else math.log(1 - sigma) - math.log(sigma)
