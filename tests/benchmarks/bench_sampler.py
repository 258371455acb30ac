"""Our sampler beside the pipeline it replaces, and shots of ten times the length.

``python tests/benchmarks/bench_sampler.py [--rounds N]``. Wan VACE's real classes at a size that a
CPU runs in a second, weights at random. Both take turns; times are processor seconds of one thread,
and the ratio is of each one's quickest turn, which what else the machine does disturbs least.
Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "refine" / "video"))

import numpy as np
import tiny
import torch
from PIL import Image

from filmagent.refine.video.backend import Wish
from filmagent.refine.video.shot import Settings, Shot
from filmagent.refine.video.vace import Vace

FRAMES, STEPS, SEED = 33, 6, 1
SIZE = (2 * tiny.SIZE[0], 2 * tiny.SIZE[1])
WINDOW, OVERLAP = 33, 12
LENGTHS = (1, 2, 5, 10)
STATUS = Path("/proc/self/status")


class Endless:
    """A clip that draws its frames when they are read."""

    def __init__(self, frames: int) -> None:
        width, height = tiny.SIZE
        self.shape = (frames, height, width, 3)

    def __getitem__(self, which: slice) -> Any:
        first, end, _ = which.indices(self.shape[0])
        return tiny.pictures(end - first, seed=first)


def main() -> None:
    """Print ratios, times and memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    pipeline = tiny.vace()
    pipeline.transformer = wider()
    model = Vace(pipeline)
    for guidance, references in ((1.0, 0), (5.0, 0), (5.0, 2)):
        beside(model, guidance, references, rounds)
    lengths(Vace(tiny.vace()))


def wider() -> Any:
    """A transformer wide enough that it, not Python, is what takes time."""
    from diffusers import WanVACETransformer3DModel

    torch.manual_seed(0)
    return WanVACETransformer3DModel(
        num_attention_heads=4,
        attention_head_dim=32,
        text_dim=32,
        ffn_dim=256,
        num_layers=4,
        vace_layers=[0, 2],
    ).eval()


def beside(model: Vace, guidance: float, references: int, rounds: int) -> None:
    """The pipeline and our sampler from the same pictures to pictures, in turn."""
    width, height = SIZE
    video = np.repeat(np.repeat(tiny.pictures(FRAMES), 2, 1), 2, 2)
    known = tiny.pictures(references, seed=5)
    wish = Wish(
        "a man walks", "", controls={"depth": video}, references=list(known), guidance=guidance
    )
    shown = [Image.fromarray(picture) for picture in (video * 255 + 0.5).astype(np.uint8)]
    faces = [Image.fromarray(picture) for picture in (known * 255 + 0.5).astype(np.uint8)]
    pipeline = model.pipeline

    def theirs() -> Any:
        return pipeline(
            prompt=wish.prompt,
            negative_prompt="",
            video=shown,
            reference_images=[faces] if faces else None,
            guidance_scale=guidance,
            height=height,
            width=width,
            num_frames=FRAMES,
            num_inference_steps=STEPS,
            generator=torch.Generator().manual_seed(SEED),
            output_type="np",
        ).frames[0]

    def ours() -> Any:
        # the pipeline reads the prompt in every call
        fresh = Vace(pipeline)
        shot = Shot(fresh, wish, Settings(STEPS, seed=SEED))
        *_, state = shot.steps()
        return np.concatenate(list(shot.pictures(state)))

    apart = float(np.abs(theirs() - ours()).max())
    own, other = [], []
    for turn in range(rounds):
        # each first in turn: what runs second finds warm caches
        for job, kept in ((ours, own), (theirs, other))[:: 1 if turn % 2 else -1]:
            kept.append(clocked(job))
    middle = statistics.median(own) / statistics.median(other)
    print(
        f"guidance {guidance:g}, {references} references: ours / WanVACEPipeline "
        f"{min(own) / min(other):.3f} (medians {middle:.3f}; quickest of {rounds}: "
        f"{min(own):.2f} s and {min(other):.2f} s), pictures apart by {apart:.1e}"
    )


def lengths(model: Vace) -> None:
    """Shots of ever more windows: seconds a window, and memory beyond what is kept of a shot."""
    print(f"windows of {WINDOW} frames, {OVERLAP} shared, {STEPS} steps:")
    run(model, 81, True)
    for together in (True, False):
        for times in LENGTHS:
            frames = 80 * times + 1
            gc.collect()
            before = peak(forget=True)
            seconds, windows, kept = run(model, frames, together)
            grown = peak() - before
            name = "together" if together else "chained"
            print(
                f"  {name:9} {frames:4} frames, {windows:2} windows: {seconds:5.2f} s, "
                f"{seconds / windows:.3f} s a window, {seconds / frames * 1000:.1f} ms a frame; "
                f"peak memory +{grown:.1f} MB, of which latents and condition {kept:.1f}"
            )


def run(model: Vace, frames: int, together: bool) -> tuple[float, int, float]:
    """A shot: processor seconds, windows, and MB of what is kept for its whole length."""
    clip = Endless(frames)
    settings = Settings(
        STEPS, sigma_start=0.6, window=WINDOW, overlap=OVERLAP, together=together, seed=SEED
    )
    shot = Shot(model, Wish("a man", controls={"depth": clip}, picture=clip), settings)
    begun = time.process_time()
    for state in shot.steps():
        last = state
    for _ in shot.pictures(last):
        pass
    seconds = time.process_time() - begun
    latents = last.x.numel() * last.x.element_size()
    # x, its successor, velocities, noise, the picture; two remembered by the solver, one made;
    # and 96 channels of condition for 16 of latents
    return seconds, len(shot.windows), latents * (8 + 6) / 1e6


def clocked(job: Callable[[], Any]) -> float:
    """Processor seconds of a job."""
    gc.collect()
    begun = time.process_time()
    job()
    return time.process_time() - begun


def peak(forget: bool = False) -> float:
    """MB of memory that this process has held at most; from now on, with ``forget``."""
    if forget and sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")
    for line in STATUS.read_text().splitlines() if STATUS.exists() else ():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
