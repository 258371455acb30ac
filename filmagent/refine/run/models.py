"""Video models that were asked for: looked at before anything is rendered, loaded when they paint.

A model is a folder on this machine (`filmagent.refine.run.kinds`), or a workflow on a server
(`filmagent.refine.video.server`). Nothing is fetched unless that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from filmagent.errors import InputError
from filmagent.refine.run import kinds
from filmagent.refine.run.kinds import Cost
from filmagent.refine.run.painter import Painter, Request, Told
from filmagent.refine.run.shot import Choices
from filmagent.refine.run.work import Work

if TYPE_CHECKING:
    # to look at a model needs no torch
    from filmagent.refine.video.backend import Capabilities, Frames
    from filmagent.refine.video.folder import Found

SERVER = "server"
_PLACES = ("device", "offload", "download", "compile")
"""Options of loading that change where and how fast a model works, not what it paints."""
_STILLS = 3
"""Keyframes of a piece, at most, where there are hero frames."""


@dataclass(frozen=True)
class Asked:
    """Which model is asked for.

    Parameters
    ----------
    backend
        Its kind: of `kinds.KINDS`, or ``server``.
    model
        Its folder, or its name on the hub.
    url, workflow
        A server's, and what it is to do.
    window, chain
        Frames that the model sees at once, and whether windows follow one another.
    loras
        Files of what it shall learn of people, by name.
    loading
        As `filmagent.refine.video.loading.Options` has it.
    """

    backend: str
    model: str | None = None
    url: str | None = None
    workflow: Path | None = None
    window: int | None = None
    chain: bool = False
    loras: Mapping[str, Path] = field(default_factory=dict)
    loading: Mapping[str, Any] = field(default_factory=dict)


class Model(Protocol):
    """A model that was looked at and can be used; nothing of it is loaded yet."""

    @property
    def title(self) -> str:
        """What it is called where people read it."""
        ...

    @property
    def steps(self) -> int:
        """Of the sampler, that it is at its best with."""
        ...

    @property
    def guidance(self) -> float:
        """That it is at its best with."""
        ...

    @property
    def fingerprint(self) -> str:
        """A hash of its weights, and of how it works."""
        ...

    def cost(self, pieces: Iterable[tuple[int, int, int]], choices: Choices) -> Cost | None:
        """What painting pieces (frames, height, width) takes; None where nobody can tell.

        Raises
        ------
        InputError
            If there is too little memory.
        """
        ...

    def open(self, fps: float, prompts: Iterable[str]) -> Painter:
        """Load it, for a film of so many frames a second."""
        ...


@dataclass(frozen=True)
class Local:
    """A model in a folder."""

    asked: Asked
    kind: kinds.Kind
    found: Found

    @property
    def title(self) -> str:
        """Its class and size."""
        weights = sum(part.parameters for part in self.found.parts.values())
        return f"{self.found.name} ({weights / 1e6:,.0f} million weights)"

    @property
    def steps(self) -> int:
        """Of its kind."""
        return self.kind.steps

    @property
    def guidance(self) -> float:
        """Of its kind."""
        return self.kind.guidance

    @cached_property
    def fingerprint(self) -> str:
        """A hash of its files, and of how it works."""
        how = {k: v for k, v in self.asked.loading.items() if k not in _PLACES}
        asked = self.asked
        learned = {who: blake2b(p.read_bytes()).hexdigest() for who, p in asked.loras.items()}
        return kinds.fingerprint(
            self.found, window=asked.window, chain=asked.chain, loras=learned, **how
        )

    def cost(self, pieces: Iterable[tuple[int, int, int]], choices: Choices) -> Cost:
        """Of its weights and shape."""
        from filmagent.refine.video.loading import Options

        return kinds.cost(
            self.asked.backend,
            self.found,
            Options(**self.asked.loading),
            pieces,
            steps=choices.steps or self.steps,
            guided=(choices.guidance or self.guidance) != 1,
            references=choices.references,
            stills=_STILLS if choices.heroes else 0,
            window=self.asked.window,
        )

    def open(self, fps: float, prompts: Iterable[str]) -> Painter:
        """Load it, with our sampler over it."""
        from filmagent.refine.identity.loras import Lora
        from filmagent.refine.video.loading import Options

        return kinds.opened(
            self.asked.backend,
            self.found,
            Options(**self.asked.loading),
            fps=fps,
            fingerprint=self.fingerprint,
            window=self.asked.window,
            chain=self.asked.chain,
            prompts=prompts,
            loras={who: Lora(path) for who, path in self.asked.loras.items()},
        )


@dataclass(frozen=True)
class Served:
    """A workflow on a server."""

    url: str
    workflow: Path
    steps: int = 20
    guidance: float = 5.0

    @property
    def title(self) -> str:
        """Where it is."""
        return f"{self.workflow.name} at {self.url}"

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the workflow."""
        return self.open(24.0, ()).fingerprint

    def cost(self, pieces: Iterable[tuple[int, int, int]], choices: Choices) -> None:
        """Only the server knows."""

    def open(self, fps: float, prompts: Iterable[str]) -> Painter:
        """Read the workflow; the server is asked when there is something to paint."""
        from filmagent.refine.video.server import Server

        return Server(self.url, self.workflow, fps=fps)


def look_at(asked: Asked) -> Model:
    """Look at the model that is asked for.

    Raises
    ------
    InputError
        If it is no model, of another kind, not whole, or needs a pickle.
    MissingDependency
        If a package is missing.
    """
    if asked.backend == SERVER:
        if asked.url is None or asked.workflow is None:
            raise InputError(
                "--backend server needs --url (http://localhost:8188) and --workflow, a workflow "
                "exported for the server's API."
            )
        served = Served(asked.url, asked.workflow)
        served.open(24.0, ())
        return served
    if asked.model is None:
        raise InputError(f"--backend {asked.backend} needs a model: give its folder with --model.")
    from filmagent.refine.identity.loras import Lora, check
    from filmagent.refine.video.folder import find

    for who, path in asked.loras.items():
        check(Lora(path), who)
    kind = kinds.kind_of(asked.backend)
    download = bool(asked.loading.get("download"))
    return Local(asked, kind, find(asked.model, kind.pipelines, download=download))


class Later:
    """A painter that is opened when it first has something to paint.

    Parameters
    ----------
    fingerprint
        Of the painter that will be.
    open
        Opens it.
    """

    def __init__(self, fingerprint: str, open: Callable[[], Painter]) -> None:
        self.fingerprint, self._open = fingerprint, open

    @cached_property
    def _painter(self) -> Painter:
        return self._open()

    @property
    def capabilities(self) -> Capabilities:
        """What the model takes."""
        return self._painter.capabilities

    def paint(self, request: Request, work: Work, name: str, told: Told) -> Iterator[Frames]:
        """As the painter does."""
        return self._painter.paint(request, work, name, told)
