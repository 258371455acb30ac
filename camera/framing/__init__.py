"""Subjects on the screen: what is seen of them, and where a camera has to be to see them so.

==============================  ================================================================
`aim`, `hold`                   turn a level camera to one subject at a screen point, to several
`Body`, `Camera`, `see`         people on the screen: points, limbs cut by the frame, boxes
`shows`, `sizes`                the size of a picture, by what of the body is on screen
`angles`, `views`, `company`    vertical angle, view, and who is in it: single, two-shot, OTS …
`compose`                       headroom, lead room, thirds, cuts at joints; all in one score
`from_toric`, `to_toric`        camera positions by how two subjects are seen
`single`, `solve`, `solve_all`  a static camera for one, two or N subjects
==============================  ================================================================

Screen: x right, y up, origin in the middle, frame height = 1. Everything is batched.

>>> from camera import Lens
>>> from camera.framing import Wish, solve
>>> pair = [[0.0, 0.0, 1.6], [1.2, 0.0, 1.7]]
>>> wish = Wish.of(pair, [[-0.3, 0.1], [0.3, float("nan")]], size="MLS", angle="eye")
>>> solve(wish, Lens(35.0)).given_up
()
"""

from __future__ import annotations

from camera.framing.aiming import CROWN, aim, eyes_height, hold, oriented
from camera.framing.body import POINTS, Body
from camera.framing.composition import (
    Composition,
    air_for,
    compose,
    headroom,
    joints_cut,
    lead_room,
    lead_x,
    look_across,
    third_lines,
    thirds,
)
from camera.framing.screen import Camera, Seen, see
from camera.framing.setup import Setup, Solution, Solutions, single, solve, solve_all
from camera.framing.sizes import eyes_for, share, shows, sizes
from camera.framing.toric import from_toric, to_toric, toric_angle
from camera.framing.views import (
    VIEWS,
    angles,
    azimuth,
    company,
    dutch,
    elevation,
    views,
)
from camera.framing.wish import Line, Wish

__all__ = [
    "CROWN",
    "POINTS",
    "VIEWS",
    "Body",
    "Camera",
    "Composition",
    "Line",
    "Seen",
    "Setup",
    "Solution",
    "Solutions",
    "Wish",
    "aim",
    "air_for",
    "angles",
    "azimuth",
    "company",
    "compose",
    "dutch",
    "elevation",
    "eyes_for",
    "eyes_height",
    "from_toric",
    "headroom",
    "hold",
    "joints_cut",
    "lead_room",
    "lead_x",
    "look_across",
    "oriented",
    "see",
    "share",
    "shows",
    "single",
    "sizes",
    "solve",
    "solve_all",
    "third_lines",
    "thirds",
    "to_toric",
    "toric_angle",
    "views",
]
