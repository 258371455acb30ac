"""What a shot needs of memory and time, told before anything is loaded.

Weights are counted in the model's files. What working needs beside them is estimated from the
model's shape, in numbers kept at once:

==============  ==========================================================================
transformer     a token: 2 × the inner width of its feed-forward, and its width × (6 + the
                control layers, whose hints wait for their turn)
picture codec   a pixel, while four frames are coded: 48 × its base width, in float32
==============  ==========================================================================

(measured on these networks with weights at random: 10–17 widths a token with three hints where
this says 17; 36–46 base widths a pixel). A transformer's work is 2 operations a weight and token
and 4 × layers × width a pair of tokens (J. Kaplan et al., "Scaling Laws for Neural Language
Models", 2020, table 1, forward alone, attention both ways).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import torch

from filmagent.errors import InputError
from filmagent.refine.video.loading import Found, Options, Part

GIB = 2**30
_PRECISE = 4
_QUANTISED = {"fp8": 1.0, "int8": 1.0, "nf4": 0.56}
"""Bytes a weight, scales included."""
_SPARE = 0.6
"""GiB that a device's own software takes."""
_CODEC = 48
_USED = 0.5
"""Of a large product's speed, what a whole model reaches."""


@dataclass(frozen=True)
class Job:
    """A shot as a model sees it.

    Parameters
    ----------
    latent : (f, h, w)
        Latent frames of a window, with its lead; rows and columns of cells.
    scale
        Pixels that a cell is wide and high.
    windows
        How many.
    steps
        Of the noise schedule.
    guided
        Whether every step asks twice.
    """

    latent: tuple[int, int, int]
    scale: int = 8
    windows: int = 1
    steps: int = 30
    guided: bool = False


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
    tokens = _tokens(transformers[0], job)
    working = max(_working(part, tokens, width) for part in transformers)
    weight = _QUANTISED.get(options.quantise, float(width))
    painting = [part.parameters * weight for part in transformers]
    reading = sum(part.parameters for part in texts) * width
    pixels = job.latent[1] * job.latent[2] * job.scale**2
    base = max((_number(part, "base_dim", 96) for part in codecs), default=0)
    coding = pixels * _CODEC * base * _PRECISE
    codec = sum(part.parameters for part in codecs) * _PRECISE
    if options.offload == "none":
        peak = max(reading, sum(painting) + codec + max(working, coding))
    elif options.offload == "model":
        peak = max(reading, max(painting) + working, codec + coding)
    else:
        layers = min(_number(part, "num_layers", 1) for part in transformers)
        peak = max(reading, 2 * max(painting) / layers + working, codec + coding)
    passes = job.steps * job.windows * (2 if job.guided else 1)
    work = passes * _operations(transformers[0], tokens)
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


def _tokens(part: Part, job: Job) -> int:
    frames, rows, columns = job.latent
    patch = part.config.get("patch_size", 1)
    deep, high, wide = patch if isinstance(patch, list) else (1, patch, patch)
    return int((frames // deep) * (rows // high) * (columns // wide))


def _working(part: Part, tokens: int, width: int) -> float:
    across, inner = _across(part), _number(part, "ffn_dim", 4 * _across(part))
    hints = len(part.config.get("vace_layers", ()))
    half = 3 * across * _PRECISE if width < _PRECISE else 0
    # norms and gates work in full precision
    return tokens * ((2 * inner + (6 + hints) * across) * width + half)


def _operations(part: Part, tokens: int) -> float:
    layers = _number(part, "num_layers", 1) + len(part.config.get("vace_layers", ()))
    return 2.0 * part.parameters * tokens + 4.0 * layers * tokens**2 * _across(part)


def _across(part: Part) -> int:
    return _number(part, "num_attention_heads", 1) * _number(part, "attention_head_dim", 1)


def _number(part: Part, name: str, otherwise: int) -> int:
    found = part.config.get(name)
    return int(found) if isinstance(found, int) else otherwise


def _settled(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
