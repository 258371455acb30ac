"""Motion from elsewhere: BVH, FBX, glTF, .blend and AMASS takes, played by any member of the cast.

====================  =======================================================================
`imported.clip`       a take in our names, body-independent: what the shelf of a film keeps
`imported.captured`   a clip from a skeleton's motion as Blender read it
`imported.amass`      a clip from an AMASS or SMPL-X ``.npz``
`imported.contacts`   when feet stand
`imported.align`      how rest poses answer to one another
`imported.retarget`   a clip on a member's skeleton
`imported.planting`   standing feet stand still
`imported.layer`      clips over an actor's performance, where its gestures name them
====================  =======================================================================

>>> from filmagent.cast import imported
>>> clip = imported.load(Path("film/motion/waltz.npz"))             # doctest: +SKIP
>>> played = imported.play(clip, cast.load("ines"), (24, 1))             # doctest: +SKIP
"""

from filmagent.cast.imported.clip import Clip, load, save
from filmagent.cast.imported.layer import overlay
from filmagent.cast.imported.retarget import play, retarget

__all__ = ["Clip", "load", "overlay", "play", "retarget", "save"]
