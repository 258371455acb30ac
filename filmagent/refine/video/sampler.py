"""A shot from noise to latents, over any `Backend`: flow matching, resumable after every step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from filmagent.errors import RenderError
from filmagent.refine.video.backend import Backend, Condition
from filmagent.refine.video.regions import Hold, noised
from filmagent.refine.video.schedule import Schedule, step
from filmagent.refine.video.windows import Span, averaged

_OLD = "history."


@dataclass(frozen=True)
class State:
    """How far a clip is; all that goes on needs beside its inputs.

    Parameters
    ----------
    done
        Steps made (of the window at work, where windows follow one another).
    x : (1, C, f, h, w)
        Latents of the clip, at the level that is next.
    lead : (1, C, n, h, w)
        Latents before it.
    history
        What the solver remembers, by name, with the lead.
    window
        The window at work, where windows follow one another; those before are finished.
    """

    done: int
    x: Tensor
    lead: Tensor
    history: Mapping[str, Tensor] = field(default_factory=dict)
    window: int = 0

    def tensors(self) -> dict[str, Tensor]:
        """Everything as tensors by name, as safetensors keeps them."""
        known = {f"{_OLD}{name}": kept for name, kept in self.history.items()}
        at = torch.tensor([self.done, self.window])
        return {"at": at, "x": self.x, "lead": self.lead, **known}

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor]) -> State:
        """What `tensors` gave.

        Raises
        ------
        KeyError
            If they are none of ours.
        """
        done, window = (int(number) for number in tensors["at"])
        history = {
            name.removeprefix(_OLD): kept for name, kept in tensors.items() if name.startswith(_OLD)
        }
        return cls(done, tensors["x"], tensors["lead"], history, window)


@dataclass(frozen=True)
class Noise:
    """Unit Gaussian noise of a clip and of what stands before it.

    Parameters
    ----------
    clip : (1, C, f, h, w)
        Of the clip.
    lead : (1, C, n, h, w)
        Of the lead; n may be 0.
    """

    clip: Tensor
    lead: Tensor


def drawn(shape: Sequence[int], lead: int, seed: int, clip: Tensor | None = None) -> Noise:
    """Noise by a seed: the same on every machine, drawn on the CPU.

    Parameters
    ----------
    shape : (1, C, f, h, w)
        Of the clip's latents.
    lead
        Latent frames before it.
    seed
        Of the shot.
    clip : (1, C, f, h, w), optional
        Noise of one's own for the clip, such as noise fixed in the world.

    Raises
    ------
    ValueError
        If noise of one's own has another shape.
    """
    if clip is not None and tuple(clip.shape) != tuple(shape):
        raise ValueError(f"noise {tuple(clip.shape)} for latents {tuple(shape)}")
    generator = torch.Generator().manual_seed(seed)
    # in one draw, lead first, as pipelines draw theirs: the same seed gives the same picture
    whole = torch.randn(
        (shape[0], shape[1], lead + shape[2], *shape[3:]), generator=generator, dtype=torch.float32
    )
    return Noise(whole[:, :, lead:] if clip is None else clip.float(), whole[:, :, :lead])


def begun(
    condition: Condition, schedule: Schedule, noise: Noise, clean: Tensor | None = None
) -> State:
    """A clip before its first step: noise, over the engine's picture if σ_start leaves any of it.

    Raises
    ------
    ValueError
        If the schedule starts below 1 and there is no picture to start from.
    """
    if schedule.from_noise:
        return State(0, noise.clip, noise.lead)
    start = schedule.sigmas[0]
    if clean is None:
        raise ValueError(f"a start at σ {start:g} needs a picture to start from")
    lead = noise.lead if condition.lead is None else noised(condition.lead, noise.lead, start)
    return State(0, noised(clean, noise.clip, start), lead)


def steps(
    backend: Backend,
    condition: Condition,
    schedule: Schedule,
    noise: Noise,
    *,
    state: State,
    windows: Sequence[Span],
    hold: Hold | None = None,
) -> Iterator[State]:
    """A clip moved from noise to picture; a state after every step, the last one finished.

    Parameters
    ----------
    backend
        The model.
    condition
        Of the whole clip.
    schedule
        Of noise levels.
    noise
        That the clip began with: what is held is noised by it.
    state
        Where to go on: `begun`, or one that this gave before.
    windows
        As `filmagent.refine.video.windows.spans` gives them; all advance together.
    hold
        What is held to the engine's picture, and until when.

    Raises
    ------
    RenderError
        If the model's velocities are no numbers.
    """
    parts: dict[Span, Any] = {
        span: condition.window(*span) if len(windows) > 1 else condition for span in windows
    }
    lead = noise.lead.shape[2]
    x = torch.cat([state.lead, state.x], 2) if lead else state.x
    history = state.history
    if hold is not None and state.done < schedule.steps:
        level = schedule.sigmas[state.done]
        held = noised(hold.clean, noise.clip, level)
        x = _with(x, lead, torch.where(hold.start < level, held, x[:, :, lead:]))
    for index in range(state.done, schedule.steps):
        now, then = schedule.sigmas[index : index + 2]

        def velocity(part: Tensor, span: Span, told: float = schedule.told[index]) -> Tensor:
            return backend.velocity(part, told, parts[span])

        moves = averaged(x, lead, windows, velocity)
        _check(moves, now)
        moved = None
        if hold is not None and index:
            moved = _free(hold.moved(schedule.sigmas[index - 1], now), lead)
        x, history = step(schedule, index, x, moves, history, moved)
        if hold is not None:
            x = _with(x, lead, hold.kept(x[:, :, lead:], noise.clip, now, then))
        yield State(index + 1, x[:, :, lead:], x[:, :, :lead], history, state.window)


def _with(x: Tensor, lead: int, clip: Tensor) -> Tensor:
    return torch.cat([x[:, :, :lead], clip], 2) if lead else clip


def _free(moved: Tensor, lead: int) -> Tensor:
    """Freedom of the lead too, which nothing holds."""
    return functional.pad(moved, (0, 0, 0, 0, lead, 0), value=1.0)


def _check(moves: Tensor, sigma: float) -> None:
    if not torch.isfinite(moves).all():
        raise RenderError(
            f"The video model answered with values that are no numbers at noise level {sigma:.3f}: "
            "take another dtype (bfloat16 or float32), or look at the model's files."
        )
