"""Camera tracks in other people's files.

=========  ==========================  ===========================================  ==============
name       file                        what is in it                                world, cameras
=========  ==========================  ===========================================  ==============
chan       ``.chan``                   Nuke, Blender, Houdini: frames, Euler         Y up, OpenGL
                                       degrees, vertical field of view
tum        ``.tum``, ``.txt``          TUM RGB-D: seconds, positions, quaternions    Z up, OpenCV
kitti      ``.kitti``, ``.txt``        KITTI odometry: 3 × 4 matrices, no times      −Y up, OpenCV
realestate ``.txt``                    RealEstate10K, CameraCtrl: microseconds,      −Y up, OpenCV
                                       intrinsics, camera_from_world matrices
gendop     ``.json``                   GenDoP, instant-ngp: pixels' intrinsics,      Y up, OpenGL
                                       world_from_camera matrices
usd        ``.usd .usda .usdc``        OpenUSD camera prims (``pip install           the stage says
                                       usd-core``)
=========  ==========================  ===========================================  ==============

Numbers are written with all their digits. What is read is in this package's own conventions:
metres, seconds, Z up, cameras look along −Z; ``up`` overrides what the table says of a file's
world.

>>> import tempfile, pathlib
>>> from camera import Lens, Trajectory, formats
>>> still = Trajectory.still([0.0, 0.5], [1, 2, 3], [1, 0, 0, 0])
>>> path = pathlib.Path(tempfile.mkdtemp()) / "a.chan"
>>> formats.write(path, still, Lens(50.0))
>>> track, lens = formats.read(path)
>>> track.positions[1].round(9).tolist(), round(lens.focal_mm, 9)
([1.0, 2.0, 3.0], 50.0)
"""

from __future__ import annotations

from camera.formats.files import FORMATS, read, write
from camera.formats.text import FormatError

__all__ = ["FORMATS", "FormatError", "read", "write"]
