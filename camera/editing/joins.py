"""What is wrong with a cut: the rules of continuity, for every pair of cameras at every step.

The line of action (180°): two views of the same pair from opposite sides. The side is asked at the
cut itself, so a line that was moved by its actors, or crossed within a shot, is the new line, and
a neutral view (on the line, or of something else) lets the next one be on either side.

The 30° rule counts where the same subject is shown and the size changes by less than two classes:
an axial cut-in is legal. Eye trace is how far the eye must jump over the cut, Murch, "In the Blink
of an Eye" (1995), the rule of six; screen direction and the line are Galvane et al., "Continuity
editing for 3D animation" (AAAI 2015), section 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from camera.grammar import SIZES
from camera.pose import Array

CLOSE_ANGLE = float(np.radians(30.0))
_NEUTRAL = 0.15
"""Metres from the line within which a camera is on it."""
_GOES = 0.05
"""Frame heights a second from which somebody goes across the screen."""
_SIZES = list(SIZES)


@dataclass(frozen=True)
class Views:
    """What S cameras see at T steps, as far as cuts depend on it.

    Parameters
    ----------
    positions : (S, T, 3) metres
    targets : (S, T, 3) what each looks at: its first subject
    sizes : (S, T) int, index into `camera.grammar.SIZES`
    subjects
        Of each camera, most important first.
    sides : (S, T) int
        +1 or −1: the side of the line of action; 0 on it, or where there is none.
    lines
        Of each camera: the name of its line; views of different lines are never crossed.
    screen : (S, T, 2) where its first subject is; NaN where that is not known
    motion : (S, T) frame heights a second its first subject goes to the right; NaN if not known
    """

    positions: Array
    targets: Array
    sizes: Array
    subjects: Sequence[tuple[str, ...]]
    sides: Array
    lines: Sequence[object]
    screen: Array
    motion: Array


@dataclass(frozen=True)
class Faults:
    """(T, S, S) tables of what is wrong with a cut from one camera to another; 0 for nothing."""

    line: Array
    """1 where the 180° rule is broken."""
    angle: Array
    """Above ½ where the 30° rule is broken, 1 for the same direction."""
    jump: Array
    """1 where moreover the size is the same: the picture jumps."""
    gaze: Array
    """Frame heights between where the two show what is looked at."""
    direction: Array
    """1 where somebody who goes across the screen turns round."""


def faults(views: Views) -> Faults:
    """The tables for all cuts."""
    side = views.sides.T
    line = _same(views.lines) & (side[:, :, None] * side[:, None, :] < 0)
    first = _same([s[:1] or (None, n) for n, s in enumerate(views.subjects)])
    everybody = _same([frozenset(s) or n for n, s in enumerate(views.subjects)])
    sizes = views.sizes.T
    steps = np.abs(sizes[:, :, None] - sizes[:, None, :])
    ray = views.positions - views.targets
    ray = ray / np.maximum(np.linalg.norm(ray, axis=-1, keepdims=True), 1e-9)
    between = np.arccos(np.clip(np.einsum("itk,jtk->tij", ray, ray), -1.0, 1.0))
    close = first & (steps < 2) & (between < CLOSE_ANGLE)
    screen = np.moveaxis(views.screen, 0, 1)
    gaze = np.hypot(*np.moveaxis(screen[:, :, None] - screen[:, None, :], -1, 0))
    goes = np.nan_to_num(views.motion.T)
    goes = np.where(np.abs(goes) > _GOES, np.sign(goes), 0.0)
    return Faults(
        line.astype(np.float64),
        np.where(close, 1.0 - between / (2.0 * CLOSE_ANGLE), 0.0),
        (close & everybody & (steps == 0)).astype(np.float64),
        np.nan_to_num(gaze),
        (first & (goes[:, :, None] * goes[:, None, :] < 0)).astype(np.float64),
    )


def sides_of(positions: Array, a: Array, b: Array) -> Array:
    """The side (...,) of the line from ``a`` to ``b`` that cameras are on, seen from above.

    Parameters
    ----------
    positions, a, b : (..., 3) metres
        NaN where somebody is not there: no line, 0.

    Returns
    -------
    (...,) int
        +1 to the left of the line, −1 to the right, 0 on it.
    """
    along, to = (b - a)[..., :2], (positions - a)[..., :2]
    cross = along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0]
    off = cross / np.maximum(np.hypot(along[..., 0], along[..., 1]), 1e-6)
    near = np.abs(np.nan_to_num(off)) < _NEUTRAL
    return np.asarray(np.where(near, 0, np.sign(np.nan_to_num(off))), np.int64)


@dataclass(frozen=True)
class View:
    """One camera at a cut point."""

    position: Array
    """(3,) metres."""
    size: str
    subjects: tuple[str, ...]
    """Most important first."""
    target: Array
    """(3,) what it looks at."""
    side: int = 0
    """+1 or −1: the side of the line of action; 0 on the line, or where there is none."""
    screen: tuple[float, float] = (0.0, 0.0)
    """Where its first subject is."""
    motion: float = 0.0
    """Frame heights a second its first subject goes to the right."""
    line: object = None
    """The line's name."""


def cut_faults(before: View, after: View) -> dict[str, float]:
    """What is wrong with one cut: ``line``, ``angle``, ``jump``, ``gaze``, ``direction``.

    Raises
    ------
    ValueError
        If a size is not known.
    """
    pair = (before, after)
    for view in pair:
        if view.size not in SIZES:
            raise ValueError(f"size {view.size!r} is not known; there are {', '.join(SIZES)}")
    found = faults(
        Views(
            np.array([[v.position] for v in pair], np.float64),
            np.array([[v.target] for v in pair], np.float64),
            np.array([[_SIZES.index(v.size)] for v in pair]),
            [v.subjects for v in pair],
            np.array([[v.side] for v in pair]),
            [v.line for v in pair],
            np.array([[v.screen] for v in pair], np.float64),
            np.array([[v.motion] for v in pair], np.float64),
        )
    )
    return {name: float(getattr(found, name)[0, 0, 1]) for name in Faults.__dataclass_fields__}


def _same(names: Sequence[object]) -> Array:
    """(S, S) whether two cameras have the same."""
    return np.array([[a == b for b in names] for a in names])
