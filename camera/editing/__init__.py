"""Cutting: which take when.

==============================  ================================================================
`edit`                          takes and a script in, a `CutList` out
`Take`, `Script`                what it is given, with `Line` and `Event`: plain data
`style`, `styles`, `Style`      classical, tense, contemplative, documentary; ``styles.toml``
`choose_cuts`, `list_cost`      the cheapest list by dynamic programming, on bare tables
`cut_faults`, `faults`          180°, 30°, jump, eye trace, screen direction: one cut, all cuts
`overlap`                       L and J cuts inside a scene
`bridge`, `answer`, `Side`      L and J cuts from one place to another
`speaker_list`                  the plain idiom: wide first, then whoever speaks
==============================  ================================================================

>>> import numpy as np
>>> from camera.editing import Line, Script, Take, edit
>>> seconds = np.arange(0.0, 8.0, 0.125)
>>> eyes = {n: np.tile([x, 0.0, 1.6], (64, 1)) for n, x in (("ann", -0.6), ("bob", 0.6))}
>>> lines = [Line("ann", 3.0, 5.0, to="bob"), Line("bob", 5.4, 7.6, to="ann")]
>>> takes = [
...     Take("wide", ("ann", "bob"), [0.0, -4.0, 1.6], "MLS", "master"),
...     Take("ann", ("ann",), [1.0, -1.2, 1.6], "MCU", pair="bob"),
...     Take("bob", ("bob",), [-1.0, -1.2, 1.6], "MCU", pair="ann"),
... ]
>>> [shot.take for shot in edit(takes, Script(seconds, 8.0, lines, people=eyes)).shots][0]
'wide'
"""

from __future__ import annotations

from camera.editing.cut_list import Piece, Problem, choose_cuts, list_cost
from camera.editing.editor import CutList, Shot, edit
from camera.editing.idiom import speaker_list
from camera.editing.joins import Faults, View, Views, cut_faults, faults
from camera.editing.material import EVENTS, TAKE_KINDS, Event, Line, Script, Take
from camera.editing.sound import Overlap, Side, answer, bridge, overlap
from camera.editing.style import Style, style, styles

__all__ = [
    "EVENTS",
    "TAKE_KINDS",
    "CutList",
    "Event",
    "Faults",
    "Line",
    "Overlap",
    "Piece",
    "Problem",
    "Script",
    "Shot",
    "Side",
    "Style",
    "Take",
    "View",
    "Views",
    "answer",
    "bridge",
    "choose_cuts",
    "cut_faults",
    "edit",
    "faults",
    "list_cost",
    "overlap",
    "speaker_list",
    "style",
    "styles",
]
