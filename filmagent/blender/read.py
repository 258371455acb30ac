"""What somebody did to cameras and markers in a .blend, as plain data.

>>> python -m filmagent.blender read scene_01.blend --folder tracks     # doctest: +SKIP
{"event": "cameras", "files": {"1A_t01": "tracks/1A_t01.npz"}, "cameras": [{"take": "1A_t01",
 "setup": "1A", "sensor_mm": 36.0, "fstop": 2.8}], "markers": [{"frame": 0, "take": "1A_t01"}],
 "strangers": []}
"""

from __future__ import annotations

from typing import Any

from .cameras import shots
from .frames import scene_frame


def facts(scene: Any) -> dict[str, Any]:
    """The cameras that have a take, the markers that cut, and the names of other cameras.

    A marker without a camera cuts nothing and is left out; one of a camera that has no take has
    ``take`` "".
    """
    ours = shots(scene)
    markers = sorted((m for m in scene.timeline_markers if m.camera), key=lambda m: m.frame)
    takes = {thing: take for take, thing in ours.items()}
    return {
        "cameras": [
            {
                "take": take,
                "setup": thing["setup"],
                "sensor_mm": round(thing.data.sensor_width, 6),
                "fstop": round(thing.data.dof.aperture_fstop, 6),
            }
            for take, thing in sorted(ours.items())
        ],
        "markers": [
            {"frame": scene_frame(m.frame), "take": takes.get(m.camera, "")} for m in markers
        ],
        "strangers": sorted(
            thing.name for thing in scene.objects if thing.type == "CAMERA" and thing not in takes
        ),
    }
