"""Kinds of video models: what each takes, how it is loaded, and what painting with it takes.

========  ==============================  ========================================
``vace``  Wan VACE 1.3B, 14B, 2.2 Fun     `filmagent.refine.video.vace`
``ltx``   LTX-Video                       `filmagent.refine.video.ltx`
``ltx2``  LTX-2 in context                `filmagent.refine.video.ltx2`
========  ==============================  ========================================

A model is a folder; nothing is fetched unless that is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from filmagent.errors import InputError
from filmagent.refine.run.painter import Painter

if TYPE_CHECKING:
    # to look at a model needs no torch
    from filmagent.refine.identity.loras import Lora
    from filmagent.refine.video.backend import Backend
    from filmagent.refine.video.folder import Found
    from filmagent.refine.video.loading import Loaded, Options

    class Learner(Backend, Protocol):
        """A model that can encode the words of shots to come."""

        def learn(self, prompts: Iterable[str]) -> None:
            """Encode prompts, so that the text encoder is loaded once."""


_SAMPLES, _SAMPLE = 64, 4096
"""Places of a file of weights that are read to tell it from another, and bytes at each."""


_SHIFT = 3.0
"""Of a schedule, where a model's own scheduler names none."""


@dataclass(frozen=True)
class Kind:
    """A kind of video model.

    Parameters
    ----------
    pipelines
        Classes of diffusers that it may be a folder of.
    build
        A backend of a loaded pipeline and the film's frames a second.
    steps, guidance
        What it is at its best with.
    stride, scale, longest
        Frames that a latent frame stands for, pixels that a cell is wide, frames of a window: what
        it will take is told before it is loaded.
    references
        Pictures of people that stand before a window.
    controlled
        Whether a control video stands beside a window.
    """

    pipelines: tuple[str, ...]
    build: Callable[[Loaded, float], Learner]
    steps: int
    guidance: float
    stride: int
    scale: int
    longest: int
    references: int = 0
    controlled: bool = False


def _vace(loaded: Loaded, fps: float) -> Learner:
    from filmagent.refine.video.vace import Vace

    return Vace(loaded.pipeline, loaded.placement, loaded.load_text)


def _ltx(loaded: Loaded, fps: float) -> Learner:
    from filmagent.refine.video.ltx import LTX

    return LTX(loaded.pipeline, loaded.placement, loaded.load_text, fps=fps)


def _ltx2(loaded: Loaded, fps: float) -> Learner:
    from filmagent.refine.video.ltx2 import LTX2

    return LTX2(loaded.pipeline, loaded.placement, loaded.load_text, fps=fps)


KINDS: Mapping[str, Kind] = {
    "vace": Kind(("WanVACEPipeline",), _vace, 30, 5.0, 4, 8, 81, references=4),
    "ltx": Kind(("LTXConditionPipeline",), _ltx, 30, 3.0, 8, 32, 161),
    "ltx2": Kind(("LTX2InContextPipeline",), _ltx2, 8, 1.0, 8, 32, 121, controlled=True),
}


@dataclass(frozen=True)
class Cost:
    """What painting takes, about."""

    gib: float
    """Of the device's memory, at most at once."""
    free: float
    seconds: float
    device: str


def cost(
    name: str,
    found: Found,
    options: Options,
    pieces: Iterable[tuple[int, int, int]],
    *,
    steps: int,
    guided: bool,
    references: bool = False,
    stills: int = 0,
    window: int | None = None,
) -> Cost:
    """What painting pieces takes, before anything is loaded.

    Parameters
    ----------
    name, found, options
        The model.
    pieces
        Frames, height and width of each.
    steps, guided
        Of the sampler.
    references
        Whether people are shown to it.
    stills
        Keyframes of a piece, at most.
    window
        Frames of one; the model's longest when None.

    Raises
    ------
    InputError
        If there is too little memory; the message says what would do.
    """
    from filmagent.refine.video import budget
    from filmagent.refine.video.needs import Job

    kind = kind_of(name)
    longest = min(window or kind.longest, kind.longest)
    most, operations = 0.0, 0.0
    for frames, height, width in pieces:
        latent = min(frames, longest) // kind.stride + 1
        overlap = max(latent - latent // 4, 1)
        whole = frames // kind.stride + 1
        lead = kind.references if references else 0
        # what Wan keeps is in its control video; LTX has it beside
        keys = 0 if kind.references else stills
        job = Job(
            (latent + lead, -(-height // kind.scale), -(-width // kind.scale)),
            kind.scale,
            kind.stride,
            1 + max(-(-(whole - latent) // overlap), 0),
            steps,
            guided,
            beside=keys + (latent if kind.controlled else 0),
        )
        asked = budget.check(found, options, job)
        most, operations = max(most, asked.gib), operations + asked.operations
    speed = budget.speed(options.place, options.precision)
    seconds = budget.Need(most, operations).seconds(speed)
    return Cost(most, budget.available(options.place), seconds, str(options.place))


def opened(
    name: str,
    found: Found,
    options: Options,
    *,
    fps: float,
    fingerprint: str,
    window: int | None = None,
    chain: bool = False,
    prompts: Iterable[str] = (),
    loras: Mapping[str, Lora] = MappingProxyType({}),
) -> Painter:
    """Load a model that was looked at, and put our sampler over it.

    Parameters
    ----------
    name, found
        The model.
    options
        How it is loaded.
    fps
        Of the film.
    fingerprint
        As `fingerprint` has it.
    window, chain
        Frames that the model sees at once; whether windows follow one another.
    prompts
        Words of shots to come: encoded at once, so that the text encoder is loaded once.
    loras
        What it shall learn of people, by name.
    """
    from filmagent.refine.identity.loras import Loras
    from filmagent.refine.run.sampled import Sampled
    from filmagent.refine.video.loading import load
    from filmagent.refine.video.shot import Settings

    kind = kind_of(name)
    loaded = load(found, options)
    backend = kind.build(loaded, fps)
    backend.learn(prompts)
    levels = loaded.pipeline.scheduler.config
    # UniPC says flow_shift, the Euler scheduler shift
    shift = levels.get("flow_shift") or levels.get("shift") or _SHIFT
    settings = Settings(steps=kind.steps, shift=shift, window=window, together=not chain)
    worn = Loras(loaded.pipeline, loras) if loras else None
    return Sampled(backend, settings, fingerprint, worn)


def kind_of(name: str) -> Kind:
    """A kind of model by name.

    Raises
    ------
    InputError
        If there is none.
    """
    if name not in KINDS:
        raise InputError(f'There is no video model "{name}"; there are {", ".join(KINDS)}.')
    return KINDS[name]


def fingerprint(found: Found, **settings: Any) -> str:
    """A hash that tells a model's files, and how it is loaded, from others.

    Files of settings are read whole. Of weights, which may be a hundred gigabytes, the size, the
    table at the beginning and pieces all the way are read.
    """
    digest = blake2b(json.dumps(settings, sort_keys=True, default=str).encode(), digest_size=16)
    for path in sorted(p for p in found.folder.rglob("*") if p.is_file()):
        if path.suffix not in (".json", ".safetensors", ".txt", ".model"):
            continue
        digest.update(path.relative_to(found.folder).as_posix().encode())
        size = path.stat().st_size
        digest.update(f"|{size}|".encode())
        with path.open("rb") as file:
            if size <= _SAMPLES * _SAMPLE:
                digest.update(file.read())
                continue
            for number in range(_SAMPLES):
                file.seek((size - _SAMPLE) * number // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE))
    return digest.hexdigest()
