"""The words of shots: what they mean, how they are said, and how situations are covered.

==========================  ====================================================================
`Shot`                      a shot as data
`SIZES` `ANGLES` `VIEWS` …  the vocabulary and its numbers, ``grammar.toml``
`size_of`, `size_steps`     sizes from pictures, and between them
`parse`, `spoken`           a shot from a sentence and back, ``words.toml``
`named_shot`                the nine shots of FilmAgent
`coverage`, `idioms`        ways to cover situations, ``idioms/*.toml``
==========================  ====================================================================

>>> from camera.grammar import coverage, parse, spoken
>>> shot = parse("MCU of mara, three-quarter left, eye level, slow push in, 50 mm")
>>> shot.view, shot.move, shot.rig, shot.lens_mm
('front_left', 'push_in', 'dolly', 50.0)
>>> spoken(shot)
'MCU of mara, three-quarter left, slow push in, 50 mm'
>>> len(coverage("dialogue_2", a="mara", b="jonas"))
6
"""

from __future__ import annotations

from camera.grammar.idiom import Idiom, Row, coverage, idiom, idioms
from camera.grammar.sentence import named_shot, parse, spoken
from camera.grammar.vocabulary import (
    ANGLES,
    AZIMUTHS,
    DUTCH,
    HEAD,
    KINDS,
    MOVES,
    RIGS,
    SIZES,
    SPEEDS,
    VIEWS,
    Shot,
    Size,
    size_of,
    size_steps,
    wider,
)

__all__ = [
    "ANGLES",
    "AZIMUTHS",
    "DUTCH",
    "HEAD",
    "KINDS",
    "MOVES",
    "RIGS",
    "SIZES",
    "SPEEDS",
    "VIEWS",
    "Idiom",
    "Row",
    "Shot",
    "Size",
    "coverage",
    "idiom",
    "idioms",
    "named_shot",
    "parse",
    "size_of",
    "size_steps",
    "spoken",
    "wider",
]
