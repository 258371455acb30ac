"""What a shot needs of memory and time, told before anything is loaded.

Weights are counted in the model's files; what working needs beside them each family of models
answers for itself (`filmagent.refine.video.needs`). A transformer's work is 2 operations a weight
and token and 4 × layers × width a pair of tokens (J. Kaplan et al., "Scaling Laws for Neural
Language Models", 2020, table 1, forward alone, attention both ways).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import torch

from filmagent.errors import InputError
from filmagent.refine.video.folder import Found, Part
from filmagent.refine.video.loading import Options
from filmagent.refine.video.needs import PRECISE, Job, across, number, of, tokens

GIB = 2**30
_QUANTISED = {"fp8": 1.0, "int8": 1.0, "nf4": 0.56}
"""Bytes a weight, scales included."""
_SPARE = 0.6
"""GiB that a device's own software takes."""
_USED = 0.5
"""Of a large product's speed, what a whole model reaches."""


@dataclass(frozen=True)
class Need:
    """What a job needs of a device.

    Parameters
    ----------
    gib
        Of its memory, at most at once.
    operations
        Of the transformer, in all.
    """

    gib: float
    operations: float

    def seconds(self, speed: float) -> float:
        """How long a device of so many operations a second takes."""
        return self.operations / (speed * _USED)


def need(found: Found, options: Options, job: Job) -> Need:
    """What a job needs of the device, of a model that was looked at."""
    width = options.precision.itemsize
    transformers = [part for name, part in found.parts.items() if name.startswith("transformer")]
    texts = [part for name, part in found.parts.items() if name.startswith("text_encoder")]
    codecs = [part for name, part in found.parts.items() if name.startswith("vae")]
    family, count = of(transformers[0]), tokens(transformers[0], job)
    working = max(family.working(part, count, width, job) for part in transformers)
    weight = _QUANTISED.get(options.quantise, float(width))
    painting = [part.parameters * weight for part in transformers]
    reading = sum(part.parameters for part in texts) * width
    coding = max((family.coding(part, job) for part in codecs), default=0.0)
    codec = sum(part.parameters for part in codecs) * PRECISE
    if options.offload == "none":
        peak = max(reading, sum(painting) + codec + max(working, coding))
    elif options.offload == "model":
        peak = max(reading, max(painting) + working, codec + coding)
    else:
        layers = min(number(part, "num_layers", 1) for part in transformers)
        peak = max(reading, 2 * max(painting) / layers + working, codec + coding)
    passes = job.steps * job.windows * (2 if job.guided else 1)
    work = passes * _operations(transformers[0], count)
    return Need(peak / GIB + _SPARE, work)


def check(found: Found, options: Options, job: Job, free: float | None = None) -> Need:
    """What a job needs, where it fits.

    Parameters
    ----------
    found, options, job
        As for `need`.
    free
        GiB of memory; what is free on the device when None.

    Raises
    ------
    InputError
        If it does not fit; the message says what would.
    """
    asked = need(found, options, job)
    there = available(options.place) if free is None else free
    if asked.gib <= there:
        return asked
    raise InputError(
        f"{found.name} needs about {asked.gib:.1f} GiB of memory on {options.place}, and "
        f"{there:.1f} are free there: {_ways_out(found, options, job, there)}."
    )


def available(device: torch.device) -> float:
    """GiB of memory that are free on a device."""
    if device.type == "cuda":
        return float(torch.cuda.mem_get_info(device)[0]) / GIB
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            said = dict(line.split(":") for line in lines)
        kibibytes = int(said["MemAvailable"].split()[0])
    except (OSError, KeyError, ValueError):
        # not Linux: nobody tells, so nothing is refused
        return float("inf")
    return kibibytes / 2**20


def speed(device: torch.device, dtype: torch.dtype) -> float:
    """Operations a second of a large matrix product on a device, measured for a moment."""
    size = 4096 if device.type == "cuda" else 512
    left = torch.ones(size, size, dtype=dtype, device=device)
    count = 0
    left @ left
    _settled(device)
    begun = time.perf_counter()
    while time.perf_counter() - begun < 0.1:
        left @ left
        _settled(device)
        count += 1
    return 2.0 * size**3 * count / (time.perf_counter() - begun)


def _ways_out(found: Found, options: Options, job: Job, there: float) -> str:
    frames, rows, columns = job.latent
    shorter = replace(job, latent=(max(frames // 2, 2), rows, columns))
    ways = (
        ("--offload model", replace(options, offload="model"), job),
        ("--quantise fp8", replace(options, quantise="fp8"), job),
        ("--offload blocks", replace(options, offload="blocks"), job),
        (
            "--offload blocks and windows of half the length",
            replace(options, offload="blocks"),
            shorter,
        ),
    )
    for name, other, less in ways:
        asked = need(found, other, less).gib
        if other != options and asked <= there:
            return f"{name} needs {asked:.1f}"
    return "take a smaller model, a smaller picture, or another machine"


def _operations(part: Part, count: int) -> float:
    layers = number(part, "num_layers", 1) + len(part.config.get("vace_layers", ()))
    return 2.0 * part.parameters * count + 4.0 * layers * count**2 * across(part)


def _settled(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
