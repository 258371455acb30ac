"""Split edits: where sound goes over a cut, in the film's own time.

Inside a scene lines go on as they were said while the picture changes: how each cut lies against
them is written down. From one place to another the sound is cut apart from the picture, as the
style has it; between two who talk from two places the picture leaves a line before its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from camera import editing
from filmagent.documents import Cut, Edit, Heard, Line, SceneTiming, Setup, TakeReport
from filmagent.documents.edit import Crossing
from filmagent.documents.film_time import fps
from filmagent.shoot.rushes import spoken

_BESIDE = 0.5
"""Seconds beside what a take was made for in which its picture may still be shown."""
_SPLIT = ("cut", "match_cut")
"""Transitions over which sound may go; a smash cut is loud because it does not."""


def split(
    edit: Edit,
    timings: Mapping[str, SceneTiming],
    setups: Mapping[str, Setup],
    reports: Mapping[str, TakeReport],
    style: editing.Style,
    talking: Sequence[frozenset[str]],
) -> None:
    """Write down, for every cut, how sound goes over it; move pictures off lines between places.

    Parameters
    ----------
    edit
        Cut straight; its lines are where they are heard already, and stay there.
    setups, reports
        By setup id.
    talking
        Pairs of scenes that play at once and alternate.
    """
    lines = _lines(edit, timings)
    starts = list(accumulate((c.frames for c in edit.cuts), initial=0))
    for (one, two), start in zip(pairwise(edit.cuts), starts[1:], strict=False):
        if "card" in (one.kind, two.kind):
            continue
        at = start / fps(edit)
        if one.scene == two.scene:
            before, after = setups[one.setup].subjects, setups[two.setup].subjects
            said = [x for scene, x in lines if scene == two.scene and x.start < at < x.end]
            two.sound = _crossing(editing.overlap(at, before, after, said))
        elif two.transition in _SPLIT and not _crossed(lines, at):
            _change(edit, one, two, at, lines, timings, reports, style, talking)


def straight(edit: Edit) -> Edit:
    """The edit with its pictures where they were before `split` moved them."""
    made = edit.model_copy(deep=True)
    for one, two in pairwise(made.cuts):
        if two.sound.picture:
            one.source_out -= two.sound.picture
            two.source_in -= two.sound.picture
    return made


def _change(
    edit: Edit,
    one: Cut,
    two: Cut,
    at: float,
    lines: Sequence[tuple[str, editing.Line]],
    timings: Mapping[str, SceneTiming],
    reports: Mapping[str, TakeReport],
    style: editing.Style,
    talking: Sequence[frozenset[str]],
) -> None:
    """Cut the sound of two places apart from the picture."""
    rate = fps(edit)
    before, after = (
        _side(cut, at, sign, lines, timings, reports, rate) for cut, sign in ((one, -1), (two, 1))
    )
    if frozenset((one.scene, two.scene)) not in talking:
        if timings[one.scene].set != timings[two.scene].set:
            two.sound = _crossing(editing.bridge(before, after, style))
        return
    moved, over = editing.answer(before, after, style, 1.0 / rate)
    frames = round(moved * rate)
    two.sound = _crossing(over, frames)
    one.source_out += frames
    two.source_in += frames


def _side(
    cut: Cut,
    at: float,
    sign: int,
    lines: Sequence[tuple[str, editing.Line]],
    timings: Mapping[str, SceneTiming],
    reports: Mapping[str, TakeReport],
    rate: float,
) -> editing.Side:
    """A cut as one side of a change of scene at a film second: −1 before it, 1 after it."""
    shown = cut.frames / rate
    first, end = (at - shown, at) if sign < 0 else (at, at + shown)
    here = [x for scene, x in lines if scene == cut.scene and x.start < end and x.end > first]
    room = _room(cut, timings[cut.scene], reports[cut.setup], rate, sign)
    return editing.Side([_moved(x, -at) for x in here], shown, room)


def _room(cut: Cut, timing: SceneTiming, report: TakeReport, rate: float, sign: int) -> float:
    """Seconds a picture can go on across a cut: after its end, or before its start.

    Nobody may be seen to speak who is not heard, and the take must have been made for it.
    """
    said = [x for x in timing.lines if x.delivery == "on"]
    ranges = report.ranges or [(report.first, report.end)]
    if sign < 0:
        at = cut.source_out / rate
        reach = [x.start for x in said if x.end > at]
        reach += [timing.duration, report.end / rate]
        reach.append(max(b for _, b in ranges) / rate + _BESIDE)
        return max(min(reach) - at, 0.0)
    at = cut.source_in / rate
    since = [x.end for x in said if x.start < at]
    since += [0.0, report.first / rate, min(a for a, _ in ranges) / rate - _BESIDE]
    return max(at - max(since), 0.0)


def _crossed(lines: Sequence[tuple[str, editing.Line]], at: float) -> bool:
    """Whether a line is being said already while the place changes: it breaks off there."""
    return any(line.start < at < line.end for _, line in lines)


def _crossing(over: editing.Overlap, picture: int = 0) -> Crossing:
    return Crossing(kind=over.kind, speaker=over.speaker, seconds=over.seconds, picture=picture)  # type: ignore[arg-type]


def _lines(edit: Edit, timings: Mapping[str, SceneTiming]) -> list[tuple[str, editing.Line]]:
    """Every line with its scene, in film seconds."""
    said = {(scene, x.beat): x for scene, timing in timings.items() for x in timing.lines}
    return [(h.scene, _line(said[h.scene, h.beat], h)) for h in edit.heard]


def _line(line: Line, heard: Heard) -> editing.Line:
    at = heard.film_seconds
    words = [(at + a, at + b) for a, b in spoken(line)]
    seen = line.delivery == "on"
    return editing.Line(line.actor, at, at + line.seconds, words, line.to, seen=seen)


def _moved(line: editing.Line, by: float) -> editing.Line:
    words = [(a + by, b + by) for a, b in line.words]
    return editing.Line(
        line.speaker, line.start + by, line.end + by, words, line.to, seen=line.seen
    )
