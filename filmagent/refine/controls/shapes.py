"""Nearness and facing as pictures: the depth and the normal control."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from filmagent.errors import RenderError
from filmagent.refine import passes
from filmagent.refine.passes import Floats, Passes

_SAMPLED = 12
"""Frames of a setup that its scale is found from."""
_STEPS = 4
"""Steps an octave that the ends of a scale are rounded to: a frame more must not change it."""
_TAIL = 0.005
"""Share of pixels nearer, and farther, than the ends of the scale."""


@dataclass(frozen=True)
class Scale:
    """What is white and what is black in the depth of a setup, metres."""

    near: float
    far: float

    @classmethod
    def of(cls, frames: Path, quality: str, setup: str) -> Scale:
        """The scale of a setup, from frames all over it: one for every window of every run.

        Raises
        ------
        RenderError
            If the setup has no frames, or a damaged one.
        """
        folder = frames / quality / setup
        numbers = sorted(int(path.name.split(".")[1]) for path in folder.glob("rgb.*.png"))
        if not numbers:
            raise RenderError(f"{folder} holds no frames; run `filmagent render` on the film.")
        chosen = np.linspace(0, len(numbers) - 1, min(_SAMPLED, len(numbers))).astype(int)
        ends = []
        for at in chosen:
            depth = passes.read(frames, quality, setup, numbers[at]).depth
            seen = depth[np.isfinite(depth)]
            if len(seen):
                ends.append(np.quantile(seen, (_TAIL, 1.0 - _TAIL)))
        near, far = (np.min(ends, 0)[0], np.max(ends, 0)[1]) if ends else (1.0, 100.0)
        return cls(
            float(2 ** (np.floor(np.log2(max(near, 0.01)) * _STEPS) / _STEPS)),
            float(2 ** (np.ceil(np.log2(max(far, 0.02)) * _STEPS + 1e-6) / _STEPS)),
        )


def nearness(known: Passes, scale: Scale) -> Floats:
    """Inverse depth as a grey picture (H, W, 3): 1 at the near end of the scale, 0 at the far."""
    near, far = 1.0 / scale.near, 1.0 / scale.far
    inverse = np.divide(1.0, known.depth, out=np.zeros_like(known.depth), where=known.depth > 0)
    grey = np.clip((inverse - far) / (near - far), 0.0, 1.0)
    return np.repeat(grey[..., None], 3, -1).astype(np.float32)


def facing(known: Passes) -> Floats:
    """Camera-space normals as colours (H, W, 3): red left, green up, blue towards the camera.

    That is ScanNet's protocol, which models that take normals learn by (J. Huang et al.,
    "FrameNet", ICCV 2019; L. Zhang, ControlNet 1.1, "Normal"). The sky faces the camera.
    """
    assert known.normal is not None and known.view is not None
    local = known.normal @ known.view.world_from_camera[:3, :3].astype(np.float32)
    colour = local * np.array([-0.5, 0.5, 0.5], np.float32) + 0.5
    colour[known.ids == 0] = (0.5, 0.5, 1.0)
    return np.clip(colour, 0.0, 1.0).astype(np.float32)
