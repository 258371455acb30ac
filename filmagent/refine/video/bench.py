"""Full-size video models through our own code: seconds for a second of film, memory, and how much
longer than their own pipelines.

Weights are at random: speed and memory do not depend on what they are. Every model paints the same
clip twice, by our sampler and by diffusers' pipeline, one after the other in one run, so that the
ratio holds on any machine.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from filmagent.errors import InputError
from filmagent.refine.video import budget, building
from filmagent.refine.video.architectures import ARCHITECTURES, TINY, Architecture
from filmagent.refine.video.backend import Backend, Frames, Wish
from filmagent.refine.video.clips import shape
from filmagent.refine.video.folder import Found, Part
from filmagent.refine.video.loading import Options
from filmagent.refine.video.needs import Job
from filmagent.refine.video.packages import need
from filmagent.refine.video.plain import PAINTERS
from filmagent.refine.video.schedule import Schedule, even
from filmagent.refine.video.shot import Settings, Shot

PUBLISHED = (
    "LTX-Video, as published: 5 s of 768×512 at 24 frames/s in 2 s on an H100: 0.40 s a second"
)
"""Y. HaCohen et al., "LTX-Video: Realtime Video Latent Diffusion", 2024, abstract."""
_TIMES = 3
_NOWHERE = Path()


@dataclass(frozen=True)
class Figures:
    """What was measured of a model.

    Parameters
    ----------
    model
        Its name.
    weights
        How many.
    clip
        Width, height, frames, frames a second.
    steps
        Of the noise schedule.
    seconds, plain_seconds
        For the clip, from pictures to pictures: ours, and the plain pipeline's.
    gib
        Of the device's memory at most, ours; 0 where it is not known.
    note
        Why there are no figures.
    """

    model: str
    weights: int
    clip: tuple[int, int, int, int]
    steps: int
    seconds: float = 0.0
    plain_seconds: float = 0.0
    gib: float = 0.0
    note: str = ""

    @property
    def rate(self) -> float:
        """Seconds for a second of film."""
        return self.seconds * self.clip[3] / self.clip[2]

    @property
    def ratio(self) -> float:
        """Of our time to the plain pipeline's."""
        return self.seconds / self.plain_seconds if self.plain_seconds else 0.0


def bench(
    names: Sequence[str] = (),
    *,
    tiny: bool = False,
    device: str = "auto",
    steps: int = 0,
    told: Callable[[str], None] = lambda model: None,
) -> list[Figures]:
    """Measure models.

    Parameters
    ----------
    names
        Of `ARCHITECTURES` (or `TINY`); all when empty.
    tiny
        Small models, on any device: whether all works, not how fast.
    device
        As torch names it; a GPU where there is one when ``auto``.
    steps
        Of the noise schedule; each model's own when 0.
    told
        Told which model is next.

    Raises
    ------
    InputError
        For a name that there is not, and full size without a GPU.
    MissingDependency
        If a package is missing.
    """
    known = TINY if tiny else ARCHITECTURES
    for name in names:
        if name not in known:
            raise InputError(f'There is no model "{name}"; there are {", ".join(known)}.')
    place = Options(device=device).place
    if place.type == "cpu" and not tiny:
        raise InputError(
            "Models of full size need a GPU, and torch sees none here; --tiny takes small ones "
            "through the same code."
        )
    # how its pipelines are asked is ours to know
    need("diffusers").utils.logging.set_verbosity_error()
    found = []
    for name in names or known:
        told(name)
        found.append(measured(known[name], place, steps))
    return found


def device_name(device: str = "auto") -> str:
    """What people call a device."""
    place = Options(device=device).place
    return torch.cuda.get_device_name(place) if place.type == "cuda" else str(place).upper()


def table(found: Sequence[Figures], device: str) -> str:
    """Figures as text."""
    head = (
        f"{device}; weights at random, the text encoder left out\n"
        f"{'':11}{'weights':>9}  {'clip':16}{'steps':>5}{'s':>9}{'s a second':>12}"
        f"{'GiB':>8}{'to plain':>10}"
    )
    return "\n".join([head, *map(_row, found), PUBLISHED])


def _row(one: Figures) -> str:
    width, height, frames, _ = one.clip
    about = (
        f"{one.model:11}{_large(one.weights):>9}  {f'{width}×{height}, {frames}':16}{one.steps:5}"
    )
    if one.note:
        return f"{about}  {one.note}"
    memory = f"{one.gib:8.1f}" if one.gib else f"{'–':>8}"
    return f"{about}{one.seconds:9.2f}{one.rate:12.2f}{memory}{one.ratio:10.3f}"


def _large(count: int) -> str:
    return f"{count / 1e9:.2f} B" if count >= 1e7 else f"{count / 1e3:.0f} k"


def measured(one: Architecture, place: torch.device, steps: int = 0) -> Figures:
    """Figures of one model; without them, and why, where it does not fit."""
    clip = (one.width, one.height, one.frames, one.fps)
    dtype = torch.bfloat16 if place.type == "cuda" else torch.float32
    steps = steps or one.steps
    weights, note = _room(one, place, dtype)
    if note:
        return Figures(one.name, weights, clip, steps, note=note)
    pipeline: Any
    backend: Any
    try:
        pipeline, backend = building.built(one, place, dtype)
        wish = _wish(one, backend)
        schedule = _schedule(backend, wish, steps)
        ways = (
            lambda: _ours(backend, wish, schedule),
            lambda: PAINTERS[one.kind](pipeline, backend, wish, schedule),
        )
        # once for what is made at a first call, and for the memory
        peak = _peak(place, ways[0])
        ways[1]()
        # by turns, so that a busy moment of the machine strikes both
        spent = [[_timed(place, way) for way in ways] for _ in range(_TIMES)]
        ours, plain = (min(times) for times in zip(*spent, strict=True))
        return Figures(one.name, weights, clip, schedule.steps, ours, plain, peak)
    except torch.OutOfMemoryError:
        return Figures(one.name, weights, clip, steps, note="does not fit in the device's memory")
    finally:
        # the next one needs its room
        pipeline = backend = None
        _swept(place)


def _room(one: Architecture, place: torch.device, dtype: torch.dtype) -> tuple[int, str]:
    """How many weights a model has, and whether the device lacks room for it."""
    transformer, codec = building.modules(one)
    weights = building.parameters(transformer)
    if place.type == "cpu":
        return weights, ""
    parts = {"transformer": _part(transformer), "vae": _part(codec)}
    found = Found(_NOWHERE, one.name, parts)
    stride, scale = (4, 8) if one.kind == "vace" else (8, 32)
    count = one.frames // stride + 1
    # a control video of LTX-2 stands beside the clip
    beside = count if one.kind == "ltx2" else 0
    job = Job((count, one.height // scale, one.width // scale), scale, stride, beside=beside)
    asked = budget.need(found, Options(device=str(place)), job).gib
    there = budget.available(place)
    if asked <= there:
        return weights, ""
    return weights, f"needs about {asked:.0f} GiB, {there:.0f} are free: left out"


def _part(module: Any) -> Part:
    # as a model's folder tells it: what is a tuple here is a list there
    config = json.loads(json.dumps(dict(module.config), default=str))
    return Part("diffusers", type(module).__name__, building.parameters(module), config)


def _wish(one: Architecture, backend: Backend) -> Wish:
    dice = np.random.default_rng(0)
    shape = one.frames, one.height, one.width, 3
    pictures = dice.integers(0, 256, shape, np.uint8).astype(np.float32) / 255
    controls = {"depth": pictures} if backend.capabilities.controls else {}
    return Wish("a film still", picture=pictures, controls=controls)


def _schedule(backend: Any, wish: Wish, steps: int) -> Schedule:
    if hasattr(backend, "schedule"):
        found: Schedule = backend.schedule(steps, backend.capabilities.latent(*shape(wish)), 1.0)
        return found
    return even(steps, solver="unipc")


def _ours(backend: Backend, wish: Wish, schedule: Schedule) -> Frames:
    shot = Shot(backend, wish, Settings(), schedule=schedule)
    *_, state = shot.steps()
    return np.concatenate(list(shot.pictures(state)))


def _timed(place: torch.device, way: Callable[[], Any]) -> float:
    # what others do on this machine is none of a model's time
    clock = time.process_time if place.type == "cpu" else time.perf_counter
    _settled(place)
    begun = clock()
    way()
    _settled(place)
    return clock() - begun


def _peak(place: torch.device, way: Callable[[], Any]) -> float:
    """GiB of a device's memory that something takes at most."""
    if place.type != "cuda":
        way()
        return 0.0
    torch.cuda.reset_peak_memory_stats(place)
    way()
    return float(torch.cuda.max_memory_allocated(place)) / budget.GIB


def _settled(place: torch.device) -> None:
    if place.type == "cuda":
        torch.cuda.synchronize(place)


def _swept(place: torch.device) -> None:
    gc.collect()
    if place.type == "cuda":
        torch.cuda.empty_cache()
