"""From scene frames to film frames and back: the edit read as a list of what is seen when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from filmagent.documents.edit import Cut, Edit, Heard


@dataclass(frozen=True)
class Seen:
    """One film frame."""

    film_frame: int
    cut: Cut
    frame: int
    """Source frame, scene-local."""
    before: Cut | None = None
    """During a dissolve: the cut that is still seen,"""
    before_frame: int = 0
    """at this source frame,"""
    weight: float = 1.0
    """and how much of ``cut`` is seen already, 0–1 (of black, at a fade)."""


def fps(edit: Edit) -> float:
    """Frames a second."""
    return edit.fps[0] / edit.fps[1]


def starts(edit: Edit) -> list[int]:
    """The film frame each cut begins at, and the film's length last."""
    frames = [0]
    for cut in edit.cuts:
        frames.append(frames[-1] + cut.frames)
    return frames


def heard(edit: Edit) -> list[Heard]:
    """Where each line sounds in the film as it is cut now, in film order.

    The machine places lines by its own cuts. Where a person has made shots longer or shorter since,
    or taken them out, lines stay with the picture they begin with; one whose picture is gone sounds
    with the cut that now shows its moment, and not at all if there is none.
    """
    rate = fps(edit)
    clocks = {
        cut.id: (start - cut.source_in, cut)
        for cut, start in zip(edit.cuts, starts(edit)[:-1], strict=True)
        if cut.kind == "shot"
    }
    found = []
    for line in edit.heard:
        moment = line.film_seconds * rate - line.clock
        clock = clocks[line.cut][0] if line.cut in clocks else None
        if clock is None and line.cut:
            clock = next(
                (c for c, cut in clocks.values()
                 if cut.scene == line.scene and cut.source_in <= moment < cut.source_out),
                None,
            )  # fmt: skip
            if clock is None:
                continue
        if clock is None or clock == line.clock:
            found.append(line)
        else:
            at = line.film_seconds + (clock - line.clock) / rate
            found.append(line.model_copy(update={"film_seconds": at}))
    return sorted(found, key=lambda h: (h.film_seconds, h.beat))


def seen(edit: Edit) -> Iterator[Seen]:
    """Every frame of the film, in order.

    A dissolve runs over the first ``transition_frames`` of a cut, while the shot before goes on
    into its handle. Fades go from and to black.
    """
    film_frame = 0
    for number, cut in enumerate(edit.cuts):
        previous = edit.cuts[number - 1] if number else None
        for step in range(cut.frames):
            weight, before = 1.0, None
            if step < cut.transition_frames and cut.transition in ("fade_in", "dissolve"):
                weight = (step + 1) / (cut.transition_frames + 1)
                before = previous if cut.transition == "dissolve" else None
            left = cut.frames - step
            if left <= cut.fade_out_frames:
                weight, before = min(weight, (left - 1) / cut.fade_out_frames), None
            yield Seen(
                film_frame,
                cut,
                cut.source_in + step,
                before,
                before.source_out + step if before else 0,
                weight,
            )
            film_frame += 1


def needed(edit: Edit) -> dict[str, list[int]]:
    """The source frames of each setup that the film shows, sorted."""
    frames: dict[str, set[int]] = {}
    for frame in seen(edit):
        for cut, number in ((frame.cut, frame.frame), (frame.before, frame.before_frame)):
            if cut is not None and cut.kind == "shot":
                frames.setdefault(cut.setup, set()).add(number)
    return {setup: sorted(numbers) for setup, numbers in frames.items()}
