"""The Blender department: the only code of filmagent that touches bpy.

It imports bpy, mathutils, numpy, the standard library and itself by relative imports, so that the
Blender extension can carry a copy of it. It reads a ``stage/scene_<id>.json`` and the npz files
that it names, and nothing else. It always runs in a child process::

    python -m filmagent.blender build STAGE.json OUT.blend
    python -m filmagent.blender render --blend SCENE.blend --jobs jobs.json
    python -m filmagent.blender read SCENE.blend --folder tracks
    python -m filmagent.blender import HERO.fbx HERO.npz
    python -m filmagent.blender worker
    blender -b --python filmagent/blender/__main__.py -- worker

Protocol
--------
A worker reads one JSON object a line on stdin, and answers on stdout with JSON lines only
(what Blender itself prints goes to stderr). ``id`` is the caller's and comes back in each answer.

Requests::

    {"id": "b1", "do": "build", "stage": "F/stage/scene_01.json", "blend": "F/stage/scene_01.blend"}
    {"id": "r1", "do": "render", "blend": "F/stage/scene_01.blend", "setup": "1A",
     "frames": [0, 1, 2], "folder": "F/frames/final/1A", "passes": ["rgb", "depth"],
     "quality": "final", "samples": 64, "size": [640, 360]}
    {"id": "s1", "do": "render", "blend": "F/stage/scene_01.blend", "setup": "1A",
     "frames": [12], "path": "F/cut/boards/1A.png", "seconds": 3.0}
    {"id": "c1", "do": "cameras", "blend": "F/stage/scene_01.hand-1.blend", "folder": "F/tmp"}
    {"id": "i1", "do": "import", "file": "hero.fbx", "npz": "F/tmp/hero.npz", "motion": false}
    {"do": "quit"}

Optional keys of a build: ``root`` (the film folder that paths are relative to; otherwise the
parent of the stage document's folder). Of a render: ``take`` (when a setup has several),
``passes`` (default ``["rgb"]``), ``quality`` (``final``, the default, or ``draft``), ``samples``,
``size``, ``seconds`` (time limit for one image), ``overwrite`` (false skips files that exist).
``cameras`` reads the cameras of a .blend that somebody has worked on back, a track a take, with
the markers that cut between them and the names of cameras that no take has. ``import`` reads a
.bvh, .fbx, .glb, .gltf or .blend: its skinned meshes, or with ``motion`` how its skeleton moves.

Answers::

    {"event": "ready", "blender": "4.5.15", "device": "CPU"}
    {"id": "b1", "event": "built", "blend": "…", "seconds": 1.8}
    {"id": "r1", "event": "frame", "frame": 0, "files": ["…/rgb.0000.png"], "seconds": 1.2,
     "skipped": false}
    {"id": "c1", "event": "cameras", "files": {"1A_t01": "F/tmp/000.npz"},
     "cameras": [{"take": "1A_t01", "setup": "1A", "sensor_mm": 36.0, "fstop": 2.8}],
     "markers": [{"frame": 0, "take": "1A_t01"}], "strangers": []}
    {"id": "i1", "event": "imported", "file": "hero.fbx", "npz": "F/tmp/hero.npz", "bones": 65,
     "meshes": 3, "frames": 0}
    {"id": "r1", "event": "done", "seconds": 3.5}
    {"id": "r1", "event": "failed", "error": "One sentence: what, where, what to do next."}

Frames are scene frames; a negative one is spelt ``rgb.-0012.png``. Files are written under a
temporary name and renamed, so that a file that exists is whole:

===========  ===================================================================================
``rgb``      ``.png``  8-bit sRGB, through the scene's view transform and exposure
``depth``    ``.npz``  ``depth`` (H, W) float32, metres along the camera's axis, inf for the sky
``ids``      ``.png``  8-bit grey: `StageActor.object_id`; 0 the sky, 1 the set
``vectors``  ``.npz``  ``vectors`` (H, W, 2) float32, pixels a point moves until the next frame,
             x right, y up
``layers``   ``.exr``  all that is known of the frame, in layers: `filmagent.blender.passes`
``camera``   ``.json`` the camera and the picture's size: ``filmagent/refine/views.py``
===========  ===================================================================================

``build``, ``render`` and ``read`` on the command line print the same events and leave with exit
code 0, or 1 after a ``failed``. A jobs file is a JSON list of render requests without ``do`` and
``blend``.
"""
