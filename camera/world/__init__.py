"""What stands in the camera's way: static things, a limit to where it may go, moving bodies.

=========================  ====================================================================
`World`                    static things to query: a mesh, or shapes
`Shapes`                   boxes and upright capsules with an exact signed distance
`Bodies`, `to_bodies`      people as capsules, frame by frame
`Field`                    a dense grid of signed distances, from `World.field`
=========================  ====================================================================

Distances are exact, sightlines are rays through Embree, bodies are capsules; everything is batched
over points, and its cost is linear in them.

>>> import numpy as np
>>> from camera.world import World
>>> room = World.of_boxes([[0, 0, 1]], [[1, 1, 1]])
>>> room.signed_distance(np.array([[3.0, 0, 1]]))[0]
array([2.])
"""

from camera.world.bodies import Bodies as Bodies
from camera.world.bodies import to_bodies as to_bodies
from camera.world.field import Field as Field
from camera.world.shapes import Shapes as Shapes
from camera.world.static import World as World

__all__ = ["Bodies", "Field", "Shapes", "World", "to_bodies"]
