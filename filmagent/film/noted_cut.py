"""Notes carried out on the cut: shots held longer or less long, or shown at a moment of a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from filmagent.documents import Cut, Edit, Scene, SceneTiming, TakeReport
from filmagent.documents.notes import Changes, Length, Showing

_LEAST = 0.5
"""Seconds that remain of a shot which gives time to its neighbour."""
_WHY = "a note asks for it"


def recut(
    edit: Edit,
    changes: Changes,
    timings: Mapping[str, SceneTiming],
    reports: Mapping[str, TakeReport],
    scenes: Sequence[Scene],
) -> tuple[Edit, list[str]]:
    """The edit with the changes that concern it.

    Parameters
    ----------
    timings
        By scene id.
    reports
        By setup id: a shot is never shown beyond its take.

    Returns
    -------
    edit, said
        A sentence for each change that there was no room for.
    """
    made, said = edit.model_copy(deep=True), []
    rate = edit.fps[0] / edit.fps[1]
    for length in changes.lengths:
        said += _held(made, length, reports, rate)
    for showing in changes.showings:
        said += _shown(made, showing, timings, reports, scenes, rate)
    return made, said


def _held(edit: Edit, change: Length, reports: Mapping[str, TakeReport], rate: float) -> list[str]:
    """A cut's end moved; what follows at once in the same scene begins as much later."""
    place = next((i for i, c in enumerate(edit.cuts) if c.id == change.cut), None)
    if place is None:
        return [f"there is no cut {change.cut} any more"]
    cut, least = edit.cuts[place], round(_LEAST * rate)
    if cut.locked:
        return [f"cut {cut.id} is locked"]
    after = edit.cuts[place + 1] if place + 1 < len(edit.cuts) else None
    tied = after is not None and _goes_on(cut, after)
    wanted = round(change.seconds * rate)
    most = reports[cut.setup].end - cut.source_out if cut.setup in reports else 0
    if after is not None and tied:
        if after.locked:
            return [f"cut {after.id}, which follows {cut.id}, is locked"]
        most = min(most, after.frames - least)
    moved = max(min(wanted, max(most, 0)), -max(cut.frames - least, 0))
    if after is not None and tied:
        cut.source_out += moved
        after.source_in += moved
    else:
        _run_on(edit, place, moved, rate)
    if abs(moved) < abs(wanted):
        return [f"{cut.id}: {moved / rate:+.1f} s is all there is room for"]
    return []


def _goes_on(cut: Cut, after: Cut) -> bool:
    return after.kind == "shot" and after.scene == cut.scene and after.source_in == cut.source_out


def _shown(
    edit: Edit,
    change: Showing,
    timings: Mapping[str, SceneTiming],
    reports: Mapping[str, TakeReport],
    scenes: Sequence[Scene],
    rate: float,
) -> list[str]:
    """A setup shown over a stretch of a scene: what was there gives way."""
    scene = next((s.id for s in scenes if any(b.id == change.beat for b in s.beats)), "")
    timing, report = timings.get(scene), reports.get(change.setup)
    line = next((x for x in timing.lines if x.beat == change.beat), None) if timing else None
    if line is None or report is None:
        return [f"shot {change.setup} cannot be shown at line {change.beat} any more"]
    if change.at == "after":
        start, end = line.end, line.end + change.seconds
    else:
        start, end = (line.start + line.end) / 2, line.end
        end = max(end, start + _LEAST)
    first, last = round(start * rate), round(end * rate)
    last = min(last, report.end)
    _give(edit, scene, (first, last), report, round(_LEAST * rate))
    _lengthen(edit, scene, (first, last), report, rate)
    shown = sum(
        max(0, min(c.source_out, last) - max(c.source_in, first))
        for c in edit.cuts
        if c.scene == scene and c.setup == change.setup
    )
    if not shown:
        return [f"nothing of shot {change.setup} could be shown at line {change.beat}"]
    return []


def _give(edit: Edit, scene: str, stretch: tuple[int, int], report: TakeReport, least: int) -> None:
    made: list[Cut] = []
    for cut in edit.cuts:
        mine = cut.kind == "shot" and cut.scene == scene and not cut.locked
        first, last = max(cut.source_in, stretch[0]), min(cut.source_out, stretch[1])
        if not mine or cut.setup == report.setup or first >= last:
            made.append(cut)
            continue
        # nobody sees a shot of a few frames: it gives way altogether
        first = cut.source_in if first - cut.source_in < least else first
        last = cut.source_out if cut.source_out - last < least else last
        made += _parted(cut, first, last, report, {c.id for c in [*edit.cuts, *made]})
    edit.cuts = _joined(made)


def _parted(cut: Cut, first: int, last: int, report: TakeReport, taken: set[str]) -> list[Cut]:
    pieces = []
    if first > cut.source_in:
        pieces.append(cut.model_copy(update={"source_out": first, "fade_out_frames": 0}))
    opening = not pieces
    middle = Cut(
        id=_free(f"{report.setup}-noted", taken),
        scene=cut.scene,
        setup=report.setup,
        take=report.take,
        source_in=first,
        source_out=last,
        transition=cut.transition if opening else "cut",
        transition_frames=cut.transition_frames if opening else 0,
        text=cut.text if opening else "",
        super_frames=cut.super_frames if opening else 0,
        fade_out_frames=cut.fade_out_frames if last == cut.source_out else 0,
        why=_WHY,
    )
    pieces.append(middle)
    if last < cut.source_out:
        tail = {"source_in": last, "transition": "cut", "transition_frames": 0, "joins": {}}
        if not opening:
            tail |= {
                "id": _free(f"{cut.id}-on", taken | {middle.id}),
                "text": "",
                "super_frames": 0,
            }
        else:
            tail |= {"text": "", "super_frames": 0}
        pieces.append(cut.model_copy(update=tail))
    return pieces


def _run_on(edit: Edit, place: int, frames: int, rate: float) -> None:
    """A cut's end moved with nothing to give or take: all that follows comes as much later."""
    at = sum(c.frames for c in edit.cuts[: place + 1])
    edit.cuts[place].source_out += frames
    for heard in edit.heard:
        if heard.film_seconds * rate >= at:
            heard.film_seconds += frames / rate
            heard.clock += frames


def _lengthen(
    edit: Edit, scene: str, stretch: tuple[int, int], report: TakeReport, rate: float
) -> None:
    """At a scene's end, or before time left out, a shot that is held runs on into its handle."""
    for place, cut in enumerate(edit.cuts):
        after = edit.cuts[place + 1] if place + 1 < len(edit.cuts) else None
        if (
            cut.kind == "shot"
            and (cut.scene, cut.setup) == (scene, report.setup)
            and not cut.locked
            and stretch[0] <= cut.source_out < stretch[1]
            and not (after is not None and _goes_on(cut, after))
        ):
            later = [
                c.source_in
                for c in edit.cuts
                if c.kind == "shot" and c.scene == scene and c.source_in >= cut.source_out
            ]
            end = min([stretch[1], report.end, *later])
            _run_on(edit, place, end - cut.source_out, rate)


def _joined(cuts: Sequence[Cut]) -> list[Cut]:
    """Neighbours that are one shot without a break are one cut."""
    made: list[Cut] = []
    for cut in cuts:
        last = made[-1] if made else None
        if (
            last is not None
            and last.kind == cut.kind == "shot"
            and (last.scene, last.setup, last.take) == (cut.scene, cut.setup, cut.take)
            and last.source_out == cut.source_in
            and not (last.locked or cut.locked)
            and cut.transition == "cut"
        ):
            kept = cut if last.why == _WHY and cut.why != _WHY else last
            made[-1] = kept.model_copy(
                update={
                    "source_in": last.source_in,
                    "source_out": cut.source_out,
                    "transition": last.transition,
                    "transition_frames": last.transition_frames,
                    "fade_out_frames": cut.fade_out_frames,
                    "joins": last.joins,
                    "text": "\n".join(t for t in (last.text, cut.text) if t),
                    "super_frames": max(last.super_frames, cut.super_frames),
                }
            )
        else:
            made.append(cut)
    return made


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
