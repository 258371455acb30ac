"""Performance: how people speak, move, look and handle things.

===================  ======================================================================
`cast.voice`         the booth: voices of every `engine`, a line said by one or by a person
`cast.timed`         phones for any sound: `forced` alignment, else `warping`
`cast.lipsync`       phones → visemes → face shapes
`cast.travel`        segments → way of the body and footsteps (`walk`, `sit`, `steps`)
`cast.trunk`         pelvis, spine and legs over planted feet
`cast.gaze`          eyes (by `saccades`), head and chest follow what is looked at
`cast.arms`          hands, of `posture` (at rest), `gestures`, `handling` (props)
`cast.face`          emotions that come, hold and flare up; blinks, lids
`cast.perform`       all of it: a scene's timing → one actor's performance
`cast.props`         where props are: in hands or lying
===================  ======================================================================

>>> from filmagent import cast
>>> performance = cast.perform(timing, "mara", (24, 1), seed=7)      # doctest: +SKIP
>>> motion = cast.move_props(timing, {"mara": performance}, (24, 1))  # doctest: +SKIP
"""

from filmagent.cast.perform import perform
from filmagent.cast.props import move_props
from filmagent.cast.voice import Booth, speak, voices

__all__ = ["Booth", "move_props", "perform", "speak", "voices"]
