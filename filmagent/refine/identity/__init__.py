"""The same people in every shot: what holds faces, clothes and colours where a model would drift.

=======================  =================================================================
`identity.loras`         weights that know one face, worn in its shots; imported by itself
`identity.references`    pictures of everybody, as a video model takes them
`identity.hero`          a painted frame carried to others along exact motion
`identity.colour`        one change of colour for everybody and everything, all film long
`identity.protection`    faces, hands, people and props kept as the engine shows them
=======================  =================================================================
"""

from __future__ import annotations

from filmagent.refine.identity.colour import Offsets, corrected, measured
from filmagent.refine.identity.hero import Carried, Hero, carried, keyframes, shows, together
from filmagent.refine.identity.protection import Part, Protected, composited, held, parts
from filmagent.refine.identity.references import on_white, references

__all__ = [
    "Carried",
    "Hero",
    "Offsets",
    "Part",
    "Protected",
    "carried",
    "composited",
    "corrected",
    "held",
    "keyframes",
    "measured",
    "on_white",
    "parts",
    "references",
    "shows",
    "together",
]
