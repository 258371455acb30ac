"""The pilot with pictures in place of structured tokens: what knowing the set is worth.

=====================  ====================================================================
`ImagePilot`           the pilot's network, whose eyes are 45 patches of depth and people
`load_images`          one from safetensors; `save_images`
`looks`                what it sees, for `camera.policy.pilot.fly`
=====================  ====================================================================

The shot's wish and the camera's sense of itself stay; what the pilot is told of rays, of ways to
go, of actors and of others, this one has to see. It is trained on the pilot's lessons by
``python -m camera.policy.images.train``. Importing this package loads torch.
"""

from camera.policy.images.network import ImagePilot as ImagePilot
from camera.policy.images.network import load_images as load_images
from camera.policy.images.network import looks as looks
from camera.policy.images.network import save_images as save_images

__all__ = ["ImagePilot", "load_images", "looks", "save_images"]
