"""What is tried for cameras on one person: every size, lens, angle and height, and its price.

The rows of the table are common to all who are filmed as a pair: the two pictures match because
they are one row. A row's cost is how much of the wish it gives up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from camera.framing import aim, eyes_for, lead_x, share
from camera.grammar import ANGLES, SIZES, VIEWS, size_steps
from camera.lens import PRIMES
from camera.pose import Array, facing, heading_of
from filmagent.documents import Setup
from filmagent.shoot.candidates import Candidates, Frame
from filmagent.shoot.people import Figure, turned_head

# The lens each size is usually shot on
_USUAL = {
    "ECU": 85.0,
    "CU": 85.0,
    "MCU": 50.0,
    "MS": 50.0,
    "cowboy": 35.0,
    "MLS": 35.0,
    "LS": 35.0,
    "ELS": 24.0,
}
_CLOSE = ("ECU", "CU", "MCU")
_UNEVEN = 0.35
"""Metres between the heights of two heads from which nobody is filmed over a shoulder."""
_BEHIND, _BESIDE = np.radians(115.0), np.radians(60.0)
"""Radians from where a body faces to what is behind it, and to what it must want to see."""
_SHARED = 0.3
"""Share of the eyeline's slope a camera takes up: looked up to it is high, looked down to low."""


@dataclass(frozen=True)
class Solo:
    """One person to film, canonically.

    ``partner`` is whom they look at (None: straight ahead), ``side`` the side of the line from the
    subject to the partner the camera is on: +1 left, −1 right, 0 either. ``bodies`` are the
    headings the subject's body takes while it keeps its place; none: the figure's. A subject whose
    attention is ``elsewhere`` faces where the body does.
    """

    setup: Setup
    figure: Figure
    partner: Figure | None
    side: int = 0
    around: tuple[Figure, ...] = ()
    bodies: tuple[float, ...] = ()
    elsewhere: bool = False

    @property
    def eyeline(self) -> float:
        """Heading from the subject to the partner; ahead, if there is none."""
        if self.partner is None:
            return float(self.figure.look)
        return float(heading_of(self.partner.eyes - self.figure.eyes))

    @property
    def look(self) -> float:
        """Heading the subject looks along: no head turns to what is behind it."""
        return float(self.figure.look) if self.behind else self.eyeline

    @property
    def faces(self) -> Array:
        """Headings (N,) of the face while the subject looks along its eyeline."""
        bodies = np.array(self.bodies or (float(self.figure.look),))
        turned = 0.0 if self.elsewhere else turned_head(self.eyeline - bodies)
        return np.asarray(bodies + turned)

    @property
    def behind(self) -> bool:
        """Whether the partner is where the subject does not look to: mostly behind its back."""
        if self.partner is None:
            return False
        bodies = np.array(self.bodies or (float(self.figure.look),))
        limit = _BESIDE if self.elsewhere else _BEHIND
        return bool((np.cos(self.eyeline - bodies) < np.cos(limit)).all())

    @property
    def turning(self) -> int:
        """Which way round from the look (+1 counter-clockwise) the camera's side is."""
        if not self.behind:
            return self.side
        off = self.look - self.eyeline
        across = [np.sin(off + way * np.radians(30)) * self.side for way in (1, -1)]
        return 1 if across[0] >= across[1] else -1

    @property
    def over(self) -> bool:
        """Whether the partner's shoulder is in the foreground."""
        asked = self.setup.kind == "ots" or bool(self.setup.over)
        return asked and not (self.uneven or self.apart)

    @property
    def apart(self) -> bool:
        """Whether one has turned their back: past it nobody's shoulder ties the two."""
        if self.partner is None:
            return False
        back = np.cos(self.eyeline + np.pi - float(self.partner.look)) < np.cos(_BEHIND)
        return self.behind or bool(back)

    @property
    def uneven(self) -> bool:
        """Whether one stands and the other sits: past a standing back there is no shoulder."""
        return self.partner is not None and abs(self.climb) > _UNEVEN

    @property
    def climb(self) -> float:
        """Metres from the subject's eyes up to the partner's."""
        return 0.0 if self.partner is None else float(self.partner.eyes[2] - self.figure.eyes[2])


@dataclass(frozen=True)
class Table:
    """Rows of tries: arrays (N,) and size names; angles in radians, focal lengths in mm."""

    focal: Array
    shows: Array
    sizes: list[str]
    turn: Array
    lift: Array
    shift: Array
    cost: Array


def table(solos: Sequence[Solo], frame: Frame, sizes: Sequence[str]) -> Table:
    """Every combination tried, with what it costs against the wish."""
    setup = solos[0].setup
    over = solos[0].over
    least, most, usual = _angles(setup, over)
    turns = np.radians(np.arange(least, most + 0.1, 4.0))
    lifts = _lifts(setup, over)
    shifts = (0.10, 0.18, 0.26) if over else (0.0,)
    rows = []
    for size in sizes:
        for focal in PRIMES:
            if focal < 50 and size in _CLOSE:
                continue
            distance = float(frame.focal_heights(np.array(focal))) * SIZES[size].shows
            if distance < (1.0 if size in _CLOSE else 0.8) and focal < PRIMES[-1]:
                continue
            wish = setup.lens_mm or _USUAL[size]
            # an OTS is a geometry first: the lens follows the distance past the shoulder
            lens_weight = 3.0 if over and setup.lens_mm is None else 6.0
            base = lens_weight * abs(np.log(focal / wish)) + 7.0 * size_steps(size, setup.size)
            base += (
                30.0 if focal < 35 and SIZES[size].shows < 1.5 and setup.lens_mm is None else 0.0
            )
            for turn in turns:
                off = abs(np.degrees(turn) - usual) / 10
                extra = (
                    12.0 * max(np.degrees(turn) - 36, 3 * (18 - np.degrees(turn)), 0) / 5
                    if setup.view in ("front", "ots", "three_quarter")
                    else 0.0
                )
                for lift in lifts:
                    for shift in shifts:
                        cost = base + 0.8 * off**2 + extra
                        cost += (1.5 if over else 15.0) * abs(lift - lifts[0])
                        rows.append((focal, SIZES[size].shows, size, turn, lift, shift, cost))
    columns = list(zip(*rows, strict=True))
    number = [np.array(columns[i], np.float64) for i in (0, 1, 3, 4, 5, 6)]
    return Table(number[0], number[1], list(columns[2]), *number[2:])


def _angles(setup: Setup, over: bool) -> tuple[float, float, float]:
    """Least, most and usual degrees off the eyeline."""
    if over:
        return 11.0, 43.0, 22.0
    low, best, high = (float(np.degrees(x)) for x in VIEWS[setup.view])
    if setup.view == "front":
        return 15.0, 47.0, 24.0
    return low, high, best


def _lifts(setup: Setup, over: bool) -> list[float]:
    """Elevations of the camera tried, radians above the subject's eyes; the first is the wish.

    Over a shoulder they are fractions of the way from the subject's eye height to the partner's.
    """
    wished = ANGLES[setup.angle]
    if setup.angle != "eye":
        return [wished, wished * 0.7, wished * 0.5]
    return [0.0, 0.35, 0.7, 1.0] if over else [0.0, 0.025, -0.025]


def cameras(solo: Solo, table: Table, frame: Frame) -> Candidates:
    """The rows of the table set up round one person."""
    eyes = solo.figure.eyes
    f = frame.focal_heights(table.focal)
    # a child is shown as the size shows the grown: from nearer
    own = {size: float(share(solo.figure.body, size)) for size in set(table.sizes)}
    distance = f * table.shows * np.array([own[size] for size in table.sizes])
    heading = solo.look + solo.turning * table.turn
    # at the subject's eye height within 0.1 m, unless an angle is asked
    rise = distance * np.tan(table.lift)
    if solo.setup.angle == "eye" and solo.over and solo.partner is not None:
        # over a lower or higher shoulder the camera comes down or up to it
        rise = table.lift * float(solo.partner.eyes[2] - eyes[2]) + 0.04
    elif solo.setup.angle == "eye" and solo.uneven and solo.partner is not None:
        across = float(np.hypot(*(solo.partner.eyes - eyes)[:2]))
        rise = np.clip(rise + _SHARED * distance * solo.climb / max(across, 0.5), -0.4, 0.4)
    elif solo.setup.angle == "eye":
        rise = np.clip(rise, -0.1, 0.1)
    away = facing(heading)
    level = np.sqrt(np.maximum(distance**2 - rise**2, 0.01))
    positions = eyes + level[:, None] * away
    positions[:, 2] += rise
    # seen from the left of a look, the look goes to the left of the screen, and its room with it
    across = -np.sign(solo.turning) * np.sin(table.turn)
    if solo.over:
        # the shoulder is on the side the subject looks to: the subject on the other
        x = -np.sign(across) * table.shift * frame.aspect
    else:
        x = lead_x(across, frame.aspect)
    if solo.setup.view in ("front", "ots", "three_quarter", "profile"):
        screen_x = x
    else:
        screen_x = np.zeros_like(x)
    heights = {size: float(eyes_for(solo.figure.body, size)) for size in own}
    y = np.array([heights[size] for size in table.sizes])
    quaternions = aim(positions, eyes, np.stack([screen_x, y], -1), f)
    return Candidates(positions, quaternions, table.focal, table.cost)
