"""The camera department and the edit: wishes become camera tracks; takes become a cut.

============================  ==============================================================
`shoot.takes`                 `shoot`: setups → takes
`shoot.people`                bodies as the camera sees them
`shoot.arrangement`           when people keep their places
`shoot.place`                 the set: free space, doors
`shoot.candidates`            judging many camera positions at once
`shoot.solos`                 singles and over-the-shoulders, opposing ones as pairs
`shoot.groups`                establishing shots, masters, two-shots, entrances, inserts
`shoot.moving`                shots that move, by `camera.planner`
`shoot.judgement`             a finished take's figures
`shoot.edit`                  `cut`: which setup when
============================  ==============================================================
"""

from filmagent.shoot.edit import cut
from filmagent.shoot.takes import Take, shoot

__all__ = ["Take", "cut", "shoot"]
