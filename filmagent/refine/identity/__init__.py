"""The same people in every shot: what holds faces, clothes and colours where a model would drift.

=======================  =================================================================
`identity.references`    pictures of everybody, as a video model takes them
`identity.colour`        one change of colour for everybody and everything, all film long
`identity.protection`    faces, hands, people and props kept as the engine shows them
=======================  =================================================================
"""

from __future__ import annotations

from filmagent.refine.identity.colour import Offsets, corrected, measured
from filmagent.refine.identity.protection import Part, Protected, composited, held, parts
from filmagent.refine.identity.references import on_white, references

__all__ = [
    "Offsets",
    "Part",
    "Protected",
    "composited",
    "corrected",
    "held",
    "measured",
    "on_white",
    "parts",
    "references",
]
