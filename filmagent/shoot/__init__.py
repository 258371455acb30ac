"""The camera department and the edit: wishes become camera tracks; takes become a cut.

============================  ==============================================================
`shoot.takes`                 `shoot`: setups → takes
`shoot.people`                bodies as the camera sees them
`shoot.arrangement`           when people keep their places
`shoot.place`                 the set: free space, doors
`shoot.unit`                  what is known of a scene while it is shot
`shoot.still`                 cameras that stand still
`shoot.candidates`            judging many camera positions at once
`shoot.talks`                 who is filmed with whom: singles and over-the-shoulders
`shoot.sides`                 the side of every line of action
`shoot.tries`                 what is tried for cameras on one person
`shoot.solos`                 their solving, opposing ones as pairs
`shoot.wide`                  whom and what wide setups hold
`shoot.groups`                establishing shots, masters, two-shots, entrances
`shoot.inserts`               close views of things
`shoot.moving`                shots that move, by `camera.planner`
`shoot.stretches`             from when to when they go, by what is seen
`shoot.faces`                 what a camera sees of a face, frame by frame
`shoot.usable`                when a take shows whom it is for
`shoot.judgement`             a finished take's figures
`shoot.edit`                  `cut`: which setup when
`shoot.splits`                where sound goes over cuts: L and J
`shoot.weave`                 intercut scenes, in the order they are written
`shoot.scene_cut`             one scene's cut list, by `camera.editing`
`shoot.rushes`                its timing and takes as `camera.editing` wants them
`shoot.sightlines`            how much of somebody a camera sees
`shoot.standing`              what stands of an earlier edit
============================  ==============================================================
"""

from filmagent.shoot.edit import cut
from filmagent.shoot.standing import Before
from filmagent.shoot.takes import Take, shoot

__all__ = ["Before", "Take", "cut", "shoot"]
