"""DVGFormer's token layout, trained on the pilot's lessons: what the pilot is compared with.

=====================  ====================================================================
`load_layout`          a `LayoutNetwork` from safetensors; `save_layout`
`fly_layout`           its closed loop over a request, as it says or guarded
`layout.samples`       lessons respelt as pictures at 3 fps and actions at 15 fps
=====================  ====================================================================

It is trained by ``python -m camera.policy.layout.train``. Importing this package loads torch.
"""

from camera.policy.layout.flight import fly_layout as fly_layout
from camera.policy.layout.network import LayoutNetwork as LayoutNetwork
from camera.policy.layout.network import load_layout as load_layout
from camera.policy.layout.network import save_layout as save_layout

__all__ = ["LayoutNetwork", "fly_layout", "load_layout", "save_layout"]
