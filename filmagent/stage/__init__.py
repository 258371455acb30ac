"""From names to places and times: where bodies are, which way they walk, when lines are said.

===========================  ===================================================================
`stage.schedule`             a blocked scene and its recorded lines → `SceneTiming`
`stage.call`                 where people begin, their gestures, props and cues as they play them
`stage.clock`                gaps that breathe, silences, beats that keep their time
`stage.moves`                cues that move a body: enter, walk, follow, sit, turn, exit …
`stage.navigation`           ways across a floor: A*, pulled tight, corners rounded
`stage.places`               names to places; talking distances; the open side
`stage.attention`            gazes and moods
`stage.handling`             props on tables and in hands
`stage.assemble`, `.light`   everything resolved for the renderers → `SceneStage`
===========================  ===================================================================

>>> from filmagent.stage import schedule
>>> timing = schedule(scene, blocking, lines, {"mara": "ines"}, seed=0)   # doctest: +SKIP
"""

from filmagent.stage.assemble import assemble
from filmagent.stage.schedule import schedule

__all__ = ["assemble", "schedule"]
