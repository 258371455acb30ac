"""Refining: rendered frames painted by a video model, and to the film's look, and measured.

>>> from filmagent import refine
>>> finish = refine.Finish(refine.load("classic"), strength=0.8, seed=7)
>>> refine.grade(film, {"1A": [0, 1, 2]}, finish)                            # doctest: +SKIP
3

The grade needs neither weights nor a GPU. It works on what the renderers write: pictures that are
through the film's view transform already (AgX from Blender's OpenColorIO configuration), with
depth, ids and motion vectors beside them.

===================  =====================================================================
`refine.shots`       shots graded, only where stale: the front door's functions
`refine.look`        the look: bloom, halation, vignette, stock, grain, print
`refine.denoise`     noise averaged away along exact motion
`refine.motion`      where a point of one frame is in its neighbour
`refine.geometry`    and in any other frame, and what that one hides
`refine.sampling`    pictures sampled between pixels
`refine.controls`    control videos: depth, lines, normals, skeletons
`refine.passes`      a frame's passes as arrays; `exr` its layers, `views` its camera
`refine.metrics`     what refining did to a shot: measured against its own passes
`refine.run`         a film's shots through a video model: resumable, measured, tried again
`refine.video`       our sampler, and the models that it drives
`refine.noise`       noise that sticks to the world
`refine.identity`    the same people in every shot
`refine.sources`     where a shot's pictures come from: a model, or the engine
===================  =====================================================================
"""

from __future__ import annotations

from filmagent.refine.look import Grade, Look, load, names
from filmagent.refine.shots import VERSION, Finish, complete, grade, grade_still
from filmagent.refine.sources import FOLDER

__all__ = [
    "FOLDER",
    "VERSION",
    "Finish",
    "Grade",
    "Look",
    "complete",
    "grade",
    "grade_still",
    "load",
    "names",
]
