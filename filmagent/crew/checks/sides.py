"""What setups are to each other: opposing pairs, the line of action, and no shot twice.

The line of action (180°): the cameras on two people keep to one side of the line between them, as
long as neither of them moves; where one does, the line is a new one. Sides are those of
`filmagent.documents.Setup`; the same side said from the other end is the same side.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from filmagent.crew.checks.floor import Floor
from filmagent.crew.problems import Problem, listed, nearest
from filmagent.documents import Setup

_OTHER = {"left": "right", "right": "left", "any": "any"}
_MATCHED = ("size", "angle", "view", "lens_mm")
_SAME = ("subjects", "kind", "size", "angle", "view", "over", "move", "lens_mm")
_DIRECTED = "as directed"


def check_pairs(setups: Sequence[Setup], floor: Floor) -> list[Problem]:
    """What is wrong between the setups of a scene."""
    found: list[Problem] = []
    known = {setup.id: setup for setup in setups}
    for setup in setups:
        found += _line(setup, floor)
        if setup.pair:
            found += _pair(setup, known, floor)
    for one, other in combinations(setups, 2):
        found += [*_crossed(one, other, floor), *_twice(one, other, floor)]
    return found


def _line(setup: Setup, floor: Floor) -> list[Problem]:
    where = f"setup {setup.id}"
    if not setup.line:
        return []
    wrong = [person for person in setup.line if person not in floor.people]
    if len(setup.line) != 2 or len(set(setup.line)) != 2 or wrong:
        what = "has no line of action: it is between two people of the scene, or empty."
        return [Problem(where, what, tuple(floor.people[:8]))]
    if setup.kind == "ots" and set(setup.line) != {*setup.subjects, setup.over}:
        both = listed([*setup.subjects, setup.over])
        what = f"is over a shoulder, so its line is between {both}, not {listed(setup.line)}."
        return [Problem(where, what)]
    return []


def _pair(setup: Setup, known: dict[str, Setup], floor: Floor) -> list[Problem]:
    where, other = f"setup {setup.id}", known.get(setup.pair)
    if other is None or other is setup:
        names = [name for name in known if name != setup.id]
        what = f'is paired with "{setup.pair}", which is no other setup of the scene.'
        return [Problem(where, what, nearest(setup.pair, names))]
    if other.pair != setup.id:
        what = f"is paired with {other.id}, but {other.id} with {other.pair or 'none'}; name each "
        return [Problem(where, what + "other.", (setup.id,))]
    if setup.subjects == other.subjects:
        return [Problem(where, f"films the same as its opposite {other.id}; film the other one.")]
    found = [
        Problem(
            where, f"is {mine}, its opposite {other.id} is {theirs}; opposites match in {what}."
        )
        for what in _MATCHED
        for mine, theirs in [(getattr(setup, what), getattr(other, what))]
        if mine != theirs
    ]
    if not set(setup.beats) & set(other.beats):
        what = f"has no beat in common with its opposite {other.id}: they cannot be cut together."
        found.append(Problem(where, what))
    return found


def _side(setup: Setup) -> tuple[frozenset[str], str]:
    """The pair of the line, and the side seen from its first person by name."""
    if len(setup.line) != 2:
        return frozenset(), "any"
    same = setup.line[0] == min(setup.line)
    return frozenset(setup.line), setup.side if same else _OTHER[setup.side]


def _crossed(one: Setup, other: Setup, floor: Floor) -> list[Problem]:
    """The two are on opposite sides of a line that nobody has moved between them."""
    (pair, side), (other_pair, other_side) = _side(one), _side(other)
    if not pair or pair != other_pair or "any" in (side, other_side) or side == other_side:
        return []
    first, second = ([floor.order[b] for b in s.beats if b in floor.order] for s in (one, other))
    if not first or not second:
        return []
    apart = range(min(max(first), max(second)), max(min(first), min(second)) + 1)
    beats = list(floor.order)
    if apart and any(floor.shifted[beats[k]] & pair for k in apart):
        return []
    earlier, later = (one, other) if min(first) <= min(second) else (other, one)
    wanted = earlier.side if earlier.line == later.line else _OTHER[earlier.side]
    return [
        Problem(
            f"setup {later.id}",
            f"is on the other side of the line between {listed(sorted(pair))} than {earlier.id}, "
            "and neither of them moves between: the cut would turn them round. Keep to one side.",
            (wanted,),
        )
    ]


def _twice(one: Setup, other: Setup, floor: Floor) -> list[Problem]:
    """No setup shows what another shows, from the same place."""
    alike = all(getattr(one, field) == getattr(other, field) for field in _SAME)
    if not alike or _side(one) != _side(other) or _DIRECTED in (one.idiom, other.idiom):
        return []
    # while they move, one setup follows from where they were and the other from where they will be
    still = {
        beat
        for beat in set(one.beats) & set(other.beats) & floor.order.keys()
        if not (floor.shifted[beat] | floor.walking[beat]) & set(one.subjects)
    }
    if 2 * len(still) <= min(len(one.beats), len(other.beats)):
        return []
    what = f"shows the same as {one.id}, from the same place; change size, view or move, or leave "
    return [Problem(f"setup {other.id}", what + "it out.")]
