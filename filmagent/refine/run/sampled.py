"""Our sampler as a painter: every step of every piece is on disk before the next is begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

from filmagent.refine.identity.loras import Loras
from filmagent.refine.run.painter import Request, Told
from filmagent.refine.run.work import Work
from filmagent.refine.video.backend import Backend, Capabilities, Frames
from filmagent.refine.video.clips import shape
from filmagent.refine.video.sampler import State
from filmagent.refine.video.schedule import Schedule
from filmagent.refine.video.shot import Settings, Shot

_DECODING = 0.1
"""Share of a piece's time that decoding takes, about."""


class Sampled:
    """A `Backend` under our sampler.

    Parameters
    ----------
    backend
        The model.
    settings
        How shots are sampled; start, seed and steps are each request's own.
    fingerprint
        Of the model's weights and settings.
    loras
        What the model has learned of people; worn in their shots alone.
    """

    def __init__(
        self,
        backend: Backend,
        settings: Settings,
        fingerprint: str,
        loras: Loras | None = None,
    ) -> None:
        self._backend, self._settings, self._loras = backend, settings, loras
        self.fingerprint = fingerprint

    @property
    def capabilities(self) -> Capabilities:
        """What the model takes."""
        return self._backend.capabilities

    def paint(self, request: Request, work: Work, name: str, told: Told) -> Iterator[Frames]:
        """Sample a piece from where it stands, then decode it.

        Raises
        ------
        FilmError
            If the model cannot do it, or fails; steps that are made are kept.
        """
        with self._loras.wearing(request.people) if self._loras else nullcontext():
            yield from self._painted(request, work, name, told)

    def _painted(self, request: Request, work: Work, name: str, told: Told) -> Iterator[Frames]:
        settings = replace(
            self._settings,
            sigma_start=request.sigma_start,
            seed=request.seed % 2**63,
            steps=request.steps or self._settings.steps,
        )
        shot = Shot(
            self._backend,
            request.wish,
            settings,
            sigma=request.sigma,
            noise=request.noise,
            schedule=self._schedule(request, settings),
        )
        step = f"{name}_step"
        state, made = _standing(work, step), 0
        if state is not None:
            made = state.window * shot.schedule.steps + state.done
        following = shot.steps(state) if made < shot.total else ()
        for now in following:
            state, made = now, made + 1
            work.save(step, now.tensors())
            told((1 - _DECODING) * made / shot.total)
        assert state is not None, "a schedule has a step"
        yield from shot.pictures(state)

    def _schedule(self, request: Request, settings: Settings) -> Schedule | None:
        """The levels that a model was made for, where it says so."""
        own = getattr(self._backend, "schedule", None)
        if own is None:
            return None
        latent = self.capabilities.latent(*shape(request.wish))
        found: Schedule = own(settings.steps, latent, request.sigma_start)
        return found


def _standing(work: Work, name: str) -> State | None:
    """Where a piece stands; None at its beginning."""
    known = work.load(name)
    try:
        return State.of(known[0]) if known else None
    except (KeyError, ValueError):
        return None
