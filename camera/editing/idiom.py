"""The plain way to cut a talk: wide first, then whoever speaks. No edit must be worse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camera.editing.content import WIDE, moments
from camera.editing.cut_list import Piece
from camera.editing.material import Script, Take


def speaker_list(takes: Sequence[Take], script: Script, *, least: float = 1.0) -> list[Piece]:
    """Leake et al.'s "start wide" and "speaker visible" idioms, taken literally.

    The scene opens on the first wide take and goes to the closest take of each new speaker, halfway
    between two lines; nothing is shorter than ``least`` seconds.

    Raises
    ------
    ValueError
        If there are no takes.
    """
    if not takes:
        raise ValueError("a list needs takes")
    wide = next((n for n, take in enumerate(takes) if take.kind in WIDE), 0)
    wish = np.full(script.steps, wide)
    m = moments(script)
    said = -1
    for step in range(script.steps):
        line = m.line[step] if m.line[step] >= 0 else m.coming[step]
        said = int(line) if line >= 0 else said
        wish[step] = wide if said < 0 else _of(takes, script.lines[said].speaker, wide)
    pieces = [Piece(int(wish[0]), 0, script.steps)]
    for step in range(1, script.steps):
        last = pieces[-1]
        long = script.seconds[step] - script.seconds[last.start] >= least
        if wish[step] != last.shot and long and script.end - script.seconds[step] >= least:
            pieces[-1] = Piece(last.shot, last.start, step)
            pieces.append(Piece(int(wish[step]), step, script.steps))
    return pieces


def _of(takes: Sequence[Take], person: str, wide: int) -> int:
    """The closest take that is about somebody."""
    about = [n for n, take in enumerate(takes) if take.subjects[:1] == (person,)]
    return min(about, key=lambda n: (int(takes[n].sizes(1)[0]) if isinstance(takes[n].size, str)
                                     else 0, n), default=wide)  # fmt: skip
