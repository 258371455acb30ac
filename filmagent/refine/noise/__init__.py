"""Noise that sticks to the world: the same on the same skin in every frame and every shot.

A video model paints what noise it is given. Where that noise moves with what is in the picture,
what is painted does too; and somebody who is noised alike in two shots is painted alike.

>>> from filmagent.refine import noise
>>> start = noise.of_clip(read, 81, model.capabilities, {1: "café", 2: "MARA"},
...                       seed=7, shot="1A", gamma=0.4)                   # doctest: +SKIP
>>> start.shape                                                           # doctest: +SKIP
(1, 16, 21, 60, 104)

===================  =====================================================================
`noise.clip`         of a frame, of a clip; what of it is the world's
`noise.cells`        which voxels of the world a cell shows
`noise.octree`       the noise of voxels of every size
`noise.gaussian`     normal numbers by name
===================  =====================================================================
"""

from __future__ import annotations

from filmagent.refine.noise.clip import WIDTH, Surface, of_clip, of_frame

__all__ = ["WIDTH", "Surface", "of_clip", "of_frame"]
