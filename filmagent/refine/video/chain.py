"""A long shot in little memory: window after window, each begun with the latents of the last.

What two windows share is carried as the first one left it: latents, never pictures, for decoding
and encoding a frame again is what makes colours drift. Only one window's latents, noise and
condition are at work at a time. Windows that advance together (`windows`) join better, because
each knows its neighbours on both sides; this is for where they do not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from filmagent.refine.video.backend import Backend, Condition
from filmagent.refine.video.regions import Hold
from filmagent.refine.video.sampler import Noise, State, begun, steps
from filmagent.refine.video.schedule import Schedule
from filmagent.refine.video.windows import Span


def chained(
    backend: Backend,
    condition: Callable[[Span], Condition],
    schedule: Schedule,
    noise: Noise,
    *,
    windows: Sequence[Span],
    clean: Tensor | None = None,
    hold: Hold | None = None,
    state: State | None = None,
) -> Iterator[State]:
    """A clip finished window by window; a state after every step of each.

    Parameters
    ----------
    backend
        The model.
    condition
        That of a window; asked for when its turn comes, and let go of.
    schedule
        Of noise levels.
    noise
        Of the whole clip.
    windows
        As `filmagent.refine.video.windows.spans` gives them.
    clean : (1, C, f, h, w), optional
        Latents of the engine's picture, where the schedule starts below 1.
    hold
        What is held to the engine's picture, and until when.
    state
        Where to go on: one that this gave before.

    Yields
    ------
    State
        Its ``x`` is the whole clip: frames of finished windows are clean, others of the window at
        work at its level, the rest noise. Finished once ``window`` is the last and every step is
        made.
    """
    at = state or State(0, noise.clip, noise.lead)
    for number in range(at.window, len(windows)):
        first, end = windows[number]
        carried = windows[number - 1][1] - first if number else 0
        part = condition((first, end))
        drawn = Noise(noise.clip[:, :, first:end], noise.lead)
        held = _carried(hold, at.x, (first, end), carried)
        if at.done == 0 or at.window != number:
            picture = None if clean is None else clean[:, :, first:end]
            going = replace(begun(part, schedule, drawn, picture), window=number)
        else:
            going = replace(at, x=at.x[:, :, first:end])
        for made in steps(
            backend, part, schedule, drawn, state=going, windows=((0, end - first),), hold=held
        ):
            # what is carried stays clean here, for whoever goes on from this state
            own = made.x[:, :, carried:]
            whole = torch.cat([at.x[:, :, : first + carried], own, noise.clip[:, :, end:]], 2)
            at = replace(made, x=whole)
            yield at


def _carried(hold: Hold | None, x: Tensor, span: Span, carried: int) -> Hold | None:
    """A window's hold, with what the window before finished held to the end."""
    first, end = span
    if hold is None and carried <= 0:
        return None
    if hold is None:
        clean = x[:, :, first:end].clone()
        start = torch.ones((1, 1, *clean.shape[2:]))
    else:
        own = hold.window(first, end)
        clean, start = own.clean.clone(), own.start.clone()
    clean[:, :, :carried] = x[:, :, first : first + carried]
    start[:, :, :carried] = 0
    return Hold(clean, start)
