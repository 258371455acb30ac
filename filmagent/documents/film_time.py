"""From scene frames to film frames and back: the edit read as a list of what is seen when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from filmagent.documents.edit import Cut, Edit


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
