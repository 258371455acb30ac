"""Rendering: previews by OpenGL and film frames by Blender, always in child processes.

>>> from filmagent import render
>>> render.render(film, [render.Shot("1", "1A", "1A_t01", [0, 1, 2])])       # doctest: +SKIP
3
>>> render.stills(film, [render.StillShot("1", "1A", "1A_t01", 12, path)])   # doctest: +SKIP

=====================  =========================================================================
`render.frames`        which frames are missing or stale; the front door's functions
`render.keys`          what a frame shows, as a hash
`render.supervise`     workers started, fed, watched, replaced when they die
`render.passes`        the files of a frame
`render.preview`       the preview's worker process
`render.picture`       the preview's picture, step by step: `surfacing`, `shading`, `developing`
`render.resting`       rest positions, normals, materials, where they are asked for
`render.moment`        one frame as it is drawn: camera, people, props
`render.live`          the lamps that a setup shades live, with their `shadows`
`render.lighting`      a lit set; `radiosity` and `probes` compute it, `baked` keeps it between runs
`render.people`        skinned bodies; `person` draws them, `visible` what a picture shows of them
`render.things`        the set and props as meshes on the GPU; `paints` their materials
`render.lamps`         lights and sky as Blender has them
`render.view`          Blender's view transform as a table
`render.staged`        a staged scene with its arrays
`render.gl`            OpenGL on EGL; `rays` rays by embree
=====================  =========================================================================
"""

from __future__ import annotations

from filmagent.render.frames import (
    VERSION,
    Shot,
    StillShot,
    blender_version,
    build_blend,
    complete,
    frames_digest,
    render,
    stills,
)

__all__ = [
    "VERSION",
    "Shot",
    "StillShot",
    "blender_version",
    "build_blend",
    "complete",
    "frames_digest",
    "render",
    "stills",
]
