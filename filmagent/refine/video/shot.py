"""A wish painted: fitted to the model, sampled, decoded, trimmed.

>>> shot = Shot(backend, wish, Settings(sigma_start=0.6, seed=7))          # doctest: +SKIP
>>> for state in shot.steps():                                             # doctest: +SKIP
...     keep(state.tensors())
>>> for pictures in shot.pictures(state):                                  # doctest: +SKIP
...     write(pictures)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from torch import Tensor

from filmagent.errors import InputError, RenderError
from filmagent.refine.video import clips
from filmagent.refine.video.backend import Backend, Capabilities, Clip, Condition, Frames, Wish
from filmagent.refine.video.chain import chained
from filmagent.refine.video.regions import Hold, pinned, starts
from filmagent.refine.video.sampler import Noise, State, begun, drawn, steps
from filmagent.refine.video.schedule import Schedule, Solver, even
from filmagent.refine.video.windows import Span, spans


@dataclass(frozen=True)
class Settings:
    """How a shot is sampled.

    Parameters
    ----------
    steps, shift, solver
        Of the noise schedule (`filmagent.refine.video.schedule.even`).
    sigma_start
        Noise that is laid over the engine's picture: 1 keeps nothing of it but what controls say.
    seed
        Of the noise.
    window, overlap
        Frames of a window, and that neighbours share; the model's longest and a quarter of it
        when None.
    together
        All windows advance together; else one follows another, in less memory (`chain`).
    """

    steps: int = 30
    shift: float = 3.0
    solver: Solver = "unipc"
    sigma_start: float = 1.0
    seed: int = 0
    window: int | None = None
    overlap: int | None = None
    together: bool = True


class Shot:
    """A wish on its way through a model.

    Parameters
    ----------
    backend
        The model.
    wish
        Clips of any length and size; they are padded for the model, and its pictures trimmed.
    settings
        How.
    sigma : (F, H, W), optional
        σ_start of every pixel, where parts start below the shot's own: faces, hands, hero props
        (`filmagent.refine.video.regions`). Larger values than the shot's change nothing.
    noise : (1, C, f, h, w), optional
        Unit Gaussian noise of one's own, of the shape that ``Capabilities.latent`` tells.
    schedule
        Noise levels of one's own; then the settings' steps, shift and start do not count.

    Raises
    ------
    InputError
        If the clips do not fit together, or the model cannot do what is asked.
    """

    def __init__(
        self,
        backend: Backend,
        wish: Wish,
        settings: Settings,
        *,
        sigma: Clip | None = None,
        noise: Tensor | None = None,
        schedule: Schedule | None = None,
    ) -> None:
        able = backend.capabilities
        self._size = clips.shape(wish)
        self._wish = clips.fitted(wish, able)
        self._backend, self._settings, self._sigma, self._own = backend, settings, sigma, noise
        self.schedule = schedule or _schedule(settings)
        self._latent = able.latent(*self._size)
        if sigma is not None and sigma.shape != self._size:
            raise InputError(
                f"The map of σ is {sigma.shape}, the shot's clips are {self._size}: both have "
                "frames, height and width."
            )
        if noise is not None and tuple(noise.shape) != self._latent:
            raise InputError(
                f"The noise is {tuple(noise.shape)}; this shot has latents {self._latent}."
            )
        self._needs_picture = not self.schedule.from_noise or sigma is not None
        if self._needs_picture and wish.picture is None:
            raise InputError(
                "A start below σ 1 starts from the engine's picture: render the shot's rgb pass, "
                "or start at 1."
            )
        self.windows = _windows(settings, able, self._latent[2])

    def steps(self, state: State | None = None) -> Iterator[State]:
        """Every step of the noise schedule; the last state is the finished shot.

        Parameters
        ----------
        state
            Where to go on: one that this gave before, of the same wish and settings.

        Raises
        ------
        RenderError
            If the model fails; states given before are still good.
        """
        windows, schedule = self.windows, self.schedule
        noise, clean, hold = self._noise, self._clean, self._hold
        if self._settings.together or len(windows) == 1:
            state = state or begun(self._condition, schedule, noise, clean)
            yield from steps(
                self._backend,
                self._condition,
                schedule,
                noise,
                state=state,
                windows=windows,
                hold=hold,
            )
            return
        yield from chained(
            self._backend,
            lambda span: self._condition.window(*span),
            schedule,
            noise,
            windows=windows,
            clean=clean,
            hold=hold,
            state=state,
        )

    @property
    def total(self) -> int:
        """How many states `steps` gives from the beginning."""
        chain = not self._settings.together and len(self.windows) > 1
        return self.schedule.steps * (len(self.windows) if chain else 1)

    def pictures(self, state: State) -> Iterator[Frames]:
        """Pictures (n, H, W, 3) of a finished shot, in order, of the wish's own size.

        Raises
        ------
        RenderError
            If the model gives too few, or pixels that are no numbers.
        """
        frames, height, width = self._size
        given = 0
        for some in self._backend.decode(state.x):
            kept = some[: frames - given, :height, :width]
            if not np.isfinite(kept).all():
                raise RenderError(
                    f"The video model decoded frame {given} or one soon after to pixels that are "
                    "no numbers: take float32 for its decoder."
                )
            given += len(kept)
            if len(kept):
                yield kept
        if given < frames:
            raise RenderError(f"The video model gave {given} of {frames} frames.")

    @cached_property
    def _condition(self) -> Condition:
        return self._backend.condition(self._wish)

    @cached_property
    def _noise(self) -> Noise:
        lead = self._condition.lead
        count = 0 if lead is None else lead.shape[2]
        return drawn(self._latent, count, self._settings.seed, self._own)

    @cached_property
    def _clean(self) -> Tensor | None:
        wish = self._wish
        held = self._needs_picture or (wish.keyframes and wish.picture is not None)
        if wish.picture is None or not held:
            return None
        return self._backend.encode(clips.replaced(wish.picture, wish.keyframes))

    @cached_property
    def _hold(self) -> Hold | None:
        if self._clean is None:
            return None
        able = self._backend.capabilities
        of = 1.0 if self._sigma is None else self._sigma
        start = pinned(starts(of, able, *self._size), set(self._wish.keyframes), able)
        return Hold(self._clean, start) if bool((start < self.schedule.sigmas[0]).any()) else None


def paint(
    backend: Backend,
    wish: Wish,
    settings: Settings,
    *,
    sigma: Clip | None = None,
    noise: Tensor | None = None,
) -> Iterator[Frames]:
    """Pictures of a wish, in order, a few at a time: a `Shot` from beginning to end."""
    shot = Shot(backend, wish, settings, sigma=sigma, noise=noise)
    *_, state = shot.steps()
    return shot.pictures(state)


def _schedule(settings: Settings) -> Schedule:
    try:
        return even(
            settings.steps,
            shift=settings.shift,
            start=settings.sigma_start,
            solver=settings.solver,
        )
    except ValueError as error:
        raise InputError(f"There is no such schedule: {error}.") from None


def _windows(settings: Settings, able: Capabilities, latent: int) -> tuple[Span, ...]:
    frames = min(settings.window or able.longest, able.longest)
    window = max((frames - able.beyond) // able.stride + 1, 1)
    overlap = window // 4 if settings.overlap is None else -(-settings.overlap // able.stride)
    if overlap >= window:
        raise InputError(
            f"Windows of {frames} frames cannot overlap by {settings.overlap}: take a smaller "
            "overlap."
        )
    return spans(latent, window, overlap)
