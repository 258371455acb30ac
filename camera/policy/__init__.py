"""Policies: networks that move a camera by what it sees.

============================  =================================================================
`load_dvgformer`              a DVGFormer from safetensors: `DVGFormer`, `DVGFormerConfig`
`fly`                         its closed loop: look, act, move; paths as `camera.Trajectory`
`Eyes`, `Tower`               what it sees with: anything, or the published vision tower
`camera.policy.rollout`       step by step; what happens beyond its 150 frames
`camera.policy.actions`       poses ↔ states and actions; the published normalisation
`camera.policy.tokens`        how a flight is spelt in tokens
`camera.policy.network`       the network itself, differentiable, for training
`camera.policy.dronemotion`   clips of DroneMotion-99k as its states and actions
`camera.policy.eyes`          pictures of a scene, by rays or by a renderer
`camera.policy.pilot`         the policy that films people, from what is known on the set
`camera.policy.layout`        DVGFormer's layout on the pilot's lessons
`camera.policy.images`        the pilot with pictures in place of knowledge
`camera.policy.course`        what their trainings share: a rate's rise and fall, going on, telling
`read_safetensors`, `write_safetensors`    weights on disk; no pickle is ever opened
============================  =================================================================

Weights are taken as paths and nothing is fetched. Importing this package loads no torch; its first
use does.

>>> from camera.policy import DVGFormerConfig
>>> DVGFormerConfig().hidden_size
384

With weights, and anything that turns views into tokens::

    model = load_dvgformer("dvgformer.safetensors")
    paths = fly(model, eyes, positions, quaternions, steps=30, noise=model.noise(seed=7))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from camera.policy.checkpoint import read_safetensors as read_safetensors
    from camera.policy.checkpoint import write_safetensors as write_safetensors
    from camera.policy.dvgformer import DVGFormer as DVGFormer
    from camera.policy.dvgformer import load_dvgformer as load_dvgformer
    from camera.policy.flight import fly as fly
    from camera.policy.tokens import DVGFormerConfig as DVGFormerConfig
    from camera.policy.vision import Eyes as Eyes
    from camera.policy.vision import Tower as Tower
    from camera.policy.vision import load_tower as load_tower

_WHERE = {
    "DVGFormer": "camera.policy.dvgformer",
    "DVGFormerConfig": "camera.policy.tokens",
    "Eyes": "camera.policy.vision",
    "Tower": "camera.policy.vision",
    "fly": "camera.policy.flight",
    "load_dvgformer": "camera.policy.dvgformer",
    "load_tower": "camera.policy.vision",
    "read_safetensors": "camera.policy.checkpoint",
    "write_safetensors": "camera.policy.checkpoint",
}
__all__ = [
    "DVGFormer",
    "DVGFormerConfig",
    "Eyes",
    "Tower",
    "fly",
    "load_dvgformer",
    "load_tower",
    "read_safetensors",
    "write_safetensors",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'camera.policy' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
