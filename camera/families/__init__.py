"""Procedural scenes to plan, learn and measure cameras in: as many as there are seeds.

Every `Case` has a world, people in motion and a wish, and a witness: a track that fulfils the wish
without touching anything or losing sight of its subject. So no wish is impossible, and what a
planner misses is the planner's.

=====================  =======================================================================
`make`                 one case, by family and seed
`FAMILIES`             their names: `TRAINING` to learn from, `HELD_OUT` to be measured in
`ACTIONS`              what the people do; a seed chooses, or you
`POINTS`               the names of the 12 points of a body
=====================  =======================================================================

>>> from camera.families import make
>>> case = make("room", 3)
>>> case.points.shape[2:]
(12, 3)
"""

from camera.families.case import Case as Case
from camera.families.case import Wish as Wish
from camera.families.people import POINTS as POINTS
from camera.families.plots import HELD_OUT as HELD_OUT
from camera.families.plots import TRAINING as TRAINING
from camera.families.scenes import ACTIONS as ACTIONS
from camera.families.scenes import FAMILIES as FAMILIES
from camera.families.scenes import make as make

__all__ = ["ACTIONS", "FAMILIES", "HELD_OUT", "POINTS", "TRAINING", "Case", "Wish", "make"]
