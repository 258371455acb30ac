"""The edit of a scene: takes and a script in, a cut list out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from camera.editing.content import (
    SOLO,
    boundaries,
    inside_words,
    invitations,
    lengths,
    moments,
    show_costs,
)
from camera.editing.cut_list import Piece, Problem, solve
from camera.editing.joins import Faults, faults
from camera.editing.material import Script, Take
from camera.editing.seeing import views
from camera.editing.sound import Overlap, overlap
from camera.editing.style import Style
from camera.editing.style import style as style_of
from camera.pose import Array

_CUT = 0.25
"""What any cut costs."""
_FORBIDDEN = 1e3
"""Price of what must not be, where it cannot be helped: fewer of them are always better."""
_LISTENERS = 0.5
"""The most of the words that are on listeners, where it can be helped: speakers are to be seen."""
_STEP = 0.16
"""By how much the price of listeners moves at first."""
_ROUNDS = 12
"""How often prices move for the shares that a style promises."""


@dataclass(frozen=True)
class Shot:
    """One shot of a finished list."""

    take: str
    start: float
    """Seconds of the scene."""
    end: float
    first: int
    """Its first step of the script's grid."""
    last: int
    """One past its last step."""
    faults: dict[str, float]
    """What is wrong with the cut that begins it: see `camera.editing.Faults`."""
    sound: Overlap
    """How sound goes over the cut that begins it."""


@dataclass(frozen=True)
class CutList:
    """An edited scene."""

    shots: tuple[Shot, ...]
    cost: float
    problem: Problem
    """What was solved: its `price` tells what any other list would have cost."""
    listener: float
    """Share of the words of people on the set that are on somebody who listens."""
    boundary: float
    """Share of the cuts within three frames of a line's start or end."""

    @property
    def pieces(self) -> list[Piece]:
        """The list by numbers of takes and steps."""
        return [Piece(self._numbers[s.take], s.first, s.last) for s in self.shots]

    _numbers: dict[str, int]


def edit(
    takes: Sequence[Take],
    script: Script,
    style: str | Style = "classical",
    *,
    pace: float = 1.0,
    point_costs: ArrayLike = 0.0,
    inside_words_too: bool = False,
    least: float | None = None,
) -> CutList:
    """Cut a scene.

    Parameters
    ----------
    takes
        Of different names.
    style
        A name of `camera.editing.styles`, or a `Style`.
    pace
        Factor on shot lengths: a montage is below 1.
    point_costs : (T,)
        More prices of cutting at each step; inf where there must be no cut.
    inside_words_too
        Let cuts fall inside words, at the style's price.
    least
        Seconds the shortest shot lasts, if not as the style has it.

    Returns
    -------
    CutList
        The rules that the style is strict about are broken, and words cut, only where no list is
        possible without it; shots are longer than the style's longest only for the rules' sake.

    Raises
    ------
    ValueError
        If there are no takes, two of one name, a moment that none may show, or bad numbers.
    """
    chosen = style_of(style) if isinstance(style, str) else style
    numbers = {take.name: number for number, take in enumerate(takes)}
    if not takes or len(numbers) < len(takes):
        raise ValueError("an edit needs takes, each with a name of its own")
    if not (np.isfinite(pace) and pace > 0):
        raise ValueError(f"a pace must be positive and finite, not {pace}")
    found = faults(views(takes, script))
    soft, hard = _cut_costs(takes, script, found, chosen)
    words = inside_words(script)
    words[script.breaks] = False
    given = np.broadcast_to(np.asarray(point_costs, np.float64), (script.steps,))
    near, seen = boundaries(script), _listening(takes, script)
    longest = float(script.widths.sum())
    # in a montage the beat of the cuts leads, and what is shown follows
    quick = min(pace, 1.0)
    span = chosen.least * min(pace, 1.0) if least is None else least
    prices = replace(chosen)
    best: tuple[float, CutList] | None = None
    back = 0
    for pushed in range(_ROUNDS):
        points = _CUT + given - invitations(script) + prices.boundary * near
        points = points + chosen.word * words
        show = show_costs(takes, script, chosen, prices.listener, pace) * script.widths * quick
        problem = Problem.of(
            show,
            soft,
            lengths=lengths(script, chosen, pace),
            point_costs=points,
            rhythm_weight=chosen.rhythm / quick**2,
            widths=script.widths,
        )
        barred = np.zeros(script.steps, bool) if inside_words_too else words
        problem, pieces = _strict(problem, hard, barred, span, chosen.most, longest, script.breaks)
        made = _finished(takes, script, problem, pieces, found, near, seen, numbers)
        short = max(chosen.share["listener"] - made.listener, 0.0)
        often = max(made.boundary - chosen.share["boundary"], 0.0)
        # pushed too far, a price would give all words to listeners
        much = max(made.listener - _LISTENERS, 0.0) if pushed and made.listener < 1.0 else 0.0
        off = short + often + much
        if best is None or off < best[0] - 1e-9:
            best = (off, made)
        if off <= 0.0:
            break
        # the shares are promises: their prices move until they are kept
        back += much > 0.0
        prices = replace(
            prices,
            listener=prices.listener + _STEP / 2**back * ((much > 0) - float(short > 0)),
            boundary=prices.boundary + (0.5 if often > 0 else 0.0),
        )
    assert best is not None
    return best[1]


def _cut_costs(
    takes: Sequence[Take], script: Script, found: Faults, style: Style
) -> tuple[Array, Array]:
    """(T, S, S) prices of cuts, and which of them break a rule that is kept strictly."""
    join = style.join
    cost = sum(join.get(name, 0.0) * getattr(found, name) for name in Faults.__dataclass_fields__)
    pairs = np.zeros((len(takes), len(takes)))
    for i, a in enumerate(takes):
        for j, b in enumerate(takes):
            if a.kind == b.kind == "insert":
                pairs[i, j] += 2.0
            if {a.kind, b.kind} == {"establishing", "master"}:
                pairs[i, j] += 1.5
            if a.pair == b.name or b.pair == a.name:
                pairs[i, j] -= 0.25
            elif a.subjects[:1] != b.subjects[:1] and a.kind == b.kind == "single":
                pairs[i, j] += 0.3
    hard = np.zeros(found.line.shape, bool)
    for name in style.strict:
        hard |= getattr(found, name) > 0
    return cost + pairs + join.get("match", 0.0) * _matches(takes, script), hard


def _matches(takes: Sequence[Take], script: Script) -> Array:
    """(T, S, S) whether a movement that has just begun is seen on both sides of a cut."""
    table = np.zeros((script.steps, len(takes), len(takes)))
    for event in script.events:
        if event.action:
            after = script.seconds - event.start
            here = (after >= 0.08) & (after <= 0.4)
            shown = np.array([event.who in take.subjects for take in takes], float)
            table[here] = np.maximum(table[here], shown[:, None] * shown)
    return table


def _strict(
    problem: Problem,
    hard: Array,
    words: Array,
    least: float,
    most: float,
    longest: float,
    breaks: Sequence[int],
) -> tuple[Problem, list[Piece]]:
    """The best list without what is forbidden; with as little of it as possible otherwise."""
    tight = replace(
        problem,
        cut_costs=np.where(hard, np.inf, problem.cut_costs),
        point_costs=np.where(words, np.inf, problem.point_costs),
    )
    for reach in (most, longest):
        try:
            return problem, solve(tight, least=least, most=max(reach, least), breaks=breaks)
        except ValueError:
            # tried again below with more room; bad input has been refused before
            continue
    loose = replace(
        problem,
        cut_costs=problem.cut_costs + _FORBIDDEN * hard,
        point_costs=problem.point_costs + _FORBIDDEN * words,
    )
    return problem, solve(loose, least=least, most=max(longest, least), breaks=breaks)


def _listening(takes: Sequence[Take], script: Script) -> Array:
    """(S, T) whether a take shows a listener while somebody speaks; NaN where nobody does.

    A voice from elsewhere counts as nobody: whoever is shown listens to it.
    """
    line = moments(script).line
    seen = np.array([*(x.seen for x in script.lines), False])[line]
    speakers = np.array([*(x.speaker for x in script.lines), ""])[line]
    table = np.array(
        [
            take.kind in SOLO and bool(take.subjects) and (speakers != take.subjects[0])
            if take.kind in SOLO and take.subjects
            else np.zeros(script.steps, bool)
            for take in takes
        ],
        dtype=np.float64,
    )
    table[:, ~seen] = np.nan
    return table


def _finished(
    takes: Sequence[Take],
    script: Script,
    problem: Problem,
    pieces: Sequence[Piece],
    found: Faults,
    near: Array,
    seen: Array,
    numbers: dict[str, int],
) -> CutList:
    shown = np.empty(script.steps, np.int64)
    ends = np.append(script.seconds, script.end)
    shots = []
    for number, piece in enumerate(pieces):
        shown[piece.start : piece.end] = piece.shot
        take, at = takes[piece.shot], float(script.seconds[piece.start])
        wrong, sound = dict.fromkeys(Faults.__dataclass_fields__, 0.0), Overlap("straight")
        if number:
            before = pieces[number - 1].shot
            wrong = {k: float(getattr(found, k)[piece.start, before, piece.shot]) for k in wrong}
            sound = overlap(at, takes[before].subjects, take.subjects, script.lines)
        last = float(script.seconds[piece.end - 1] + script.widths[piece.end - 1])
        end = min(last, float(ends[piece.end]))
        shots.append(Shot(take.name, at, end, piece.start, piece.end, wrong, sound))
    words = seen[shown, np.arange(script.steps)]
    spoken = ~np.isnan(words)
    solo = len({t.subjects[0] for t in takes if t.kind in SOLO and t.subjects}) > 1
    weight = script.widths[spoken]
    listened = float(words[spoken] @ weight / weight.sum()) if spoken.any() and solo else 1.0
    cuts = [p.start for p in pieces[1:]]
    share = float(near[cuts].mean()) if cuts else 0.0
    return CutList(tuple(shots), problem.price(pieces), problem, listened, share, numbers)
