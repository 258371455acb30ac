"""A moving shot through a moving scene: the expert.

A camera's path and its yaw and pitch are cubic B-splines. Every request is begun from several
directions; all starts of all requests descend side by side by Levenberg–Marquardt on what the
picture, clearance, sightlines, the line of action and the rig's stiffness cost, with exact
derivatives and distances from grids. The best are measured frame by frame in the world itself, and
what is not good is mended: firmer, from elsewhere, nearer, a shorter move, a standing camera.

=====================  =======================================================================
`plan`, `plan_batch`   one shot; many, each as it would be alone
`Scene`, `Picture`     what is filmed; what the picture shall be, in numbers
`Request`, `Plan`      what goes in and what comes out of a batch
`walking_heading`      where a walker goes
`choose`, `worth`      which of several tracks of a shot is the best, and why; what one is worth
`composed`             a track turned so that its picture is the one asked for
`checked`              somebody else's track, told as the planner tells its own
`travels`              whether a shot's camera goes anywhere
=====================  =======================================================================

>>> import numpy as np
>>> from camera import Lens, Shot, World, plan
>>> times = np.arange(72) / 24
>>> eyes = np.tile([0.0, 0.0, 1.6], (72, 1))
>>> shot = Shot(size="MCU", move="push_in", rig="dolly")
>>> made = plan(shot, Scene(times, eyes, np.zeros(72)), World.empty(), Lens(50.0))
>>> made.given_up
[]
"""

from camera.planner.choosing import Choice as Choice
from camera.planner.choosing import Worth as Worth
from camera.planner.choosing import choose as choose
from camera.planner.choosing import worth as worth
from camera.planner.composing import composed as composed
from camera.planner.moves import travels as travels
from camera.planner.planning import checked as checked
from camera.planner.planning import plan as plan
from camera.planner.planning import plan_batch as plan_batch
from camera.planner.scene import Picture as Picture
from camera.planner.scene import Plan as Plan
from camera.planner.scene import Request as Request
from camera.planner.scene import Scene as Scene
from camera.planner.subject import walking_heading as walking_heading

__all__ = [
    "Choice",
    "Picture",
    "Plan",
    "Request",
    "Scene",
    "Worth",
    "checked",
    "choose",
    "composed",
    "plan",
    "plan_batch",
    "travels",
    "walking_heading",
    "worth",
]
