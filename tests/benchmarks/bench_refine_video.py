"""What our sampler costs beside the models' own pipelines: ``bench_refine_video.py [--full]``.

Models of middling size, weights at random, on the CPU: the same clip by our sampler and by the
plain pipeline, by turns in one run. ``--full`` takes the real sizes, on a GPU.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace

os.environ["HF_HUB_OFFLINE"] = "1"

import torch

from filmagent.refine.video import bench
from filmagent.refine.video.architectures import TINY, Architecture

MIDDLING = {
    "vace-tiny": {"num_attention_heads": 6, "attention_head_dim": 64, "ffn_dim": 1536},
    "ltx-tiny": {
        "num_attention_heads": 8,
        "attention_head_dim": 64,
        "cross_attention_dim": 512,
        "num_layers": 8,
    },
    "ltx2-tiny": {
        "num_attention_heads": 8,
        "attention_head_dim": 64,
        "cross_attention_dim": 512,
        "num_layers": 6,
    },
}
SIZE = {"vace": (160, 128), "ltx": (256, 256), "ltx2": (256, 256)}


def middling(name: str) -> Architecture:
    """A tiny model, grown until its arithmetic outweighs everything else."""
    one = TINY[name]
    width, height = SIZE[one.kind]
    return replace(
        one,
        name=f"{one.kind}-middle",
        settings={**one.settings, **MIDDLING[name]},
        width=width,
        height=height,
        frames=33,
    )


def main(words: list[str]) -> None:
    """Print the table."""
    if "--full" in words:
        found = bench.bench()
        print(bench.table(found, bench.device_name()))
        return
    torch.set_num_threads(1)
    found = [bench.measured(middling(name), torch.device("cpu")) for name in TINY]
    print(bench.table(found, "CPU, one thread"))


if __name__ == "__main__":
    main(sys.argv[1:])
