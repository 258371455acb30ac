"""The rules of FilmAgent for its nine shots, so that both crews can be scored by the same ones.

After Xu et al., "FilmAgent" (2025), the usage conditions its cinematographers are given. They bind
nobody here: they are for comparisons only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from filmagent.crew.problems import Problem, unknown

NineShots = Literal[
    "close", "medium", "long", "zoom", "pan", "follow", "360", "curve surround", "track"
]


@dataclass(frozen=True)
class Shown:
    """One shot of a script or a cut, as these rules see it.

    Parameters
    ----------
    shot
        One of the nine.
    scene
        Which scene it belongs to; a scene's shots stand together, in order.
    talks
        Somebody speaks in it.
    moves
        Whom it shows goes somewhere in it.
    appears
        Whom it shows is seen for the first time in the film.
    tense
        Feelings run high in it.
    """

    shot: str
    scene: str
    talks: bool = True
    moves: bool = False
    appears: bool = False
    tense: bool = False


Rule = Callable[[Sequence[Shown], int], bool]


def _before(shots: Sequence[Shown], at: int) -> Shown | None:
    return shots[at - 1] if at and shots[at - 1].scene == shots[at].scene else None


def _beside(shots: Sequence[Shown], at: int) -> list[Shown]:
    return [
        shots[k]
        for k in (at - 1, at + 1)
        if 0 <= k < len(shots) and shots[k].scene == shots[at].scene
    ]


def _after_long(shots: Sequence[Shown], at: int) -> bool:
    before = _before(shots, at)
    return before is not None and before.shot == "long"


def _in_a_row(shots: Sequence[Shown], at: int) -> bool:
    talking = shots[at].talks and not shots[at].moves
    return not talking or any(s.shot == "pan" and s.talks for s in _beside(shots, at))


RULES: dict[str, tuple[Rule, str]] = {
    "zoom": (_after_long, "a zoom comes only after a long shot"),
    "pan": (_in_a_row, "within dialogue pans come several in a row"),
    "follow": (lambda s, k: s[k].moves, "a follow needs somebody who moves"),
    "360": (
        lambda s, k: s[k].appears or s[k].tense,
        "a 360 is for a first appearance or high tension",
    ),
    "curve surround": (
        lambda s, k: s[k].appears,
        "a curve surround is for a first appearance",
    ),
    "track": (lambda s, k: _before(s, k) is None, "a track opens a scene"),
}
"""Shot → when it may be used, and the rule in words; the other three may always be."""


def check_filmagent(shots: Sequence[Shown]) -> list[Problem]:
    """What breaks FilmAgent's rules in a sequence of shots; ``where`` is ``shot 3``, from 1."""
    found = []
    for at, shown in enumerate(shots):
        where = f"shot {at + 1}"
        if shown.shot not in get_args(NineShots):
            found.append(unknown(where, shown.shot, "one of the nine shots", get_args(NineShots)))
        elif shown.shot in RULES:
            fits, told = RULES[shown.shot]
            if not fits(shots, at):
                found.append(Problem(where, f"Scene {shown.scene}: {told}."))
    return found
