"""Markers in a scene's .blend → the film's cuts.

Blender shows the camera of the last marker at or before a frame. Where the film shows a stretch of
a scene without a jump in time, the markers therefore say completely how it is cut, and the stretch
keeps its length, so sound and everything around it stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from filmagent.documents import Cut, Edit, SceneStage
from filmagent.documents.edit import Crossing

Marker = tuple[int, str]
"""A scene frame, and the take it cuts to ("" for a camera that is none of the film's)."""
_WHY = "cut by hand in Blender"


def marked(stage: SceneStage) -> list[Marker]:
    """The markers that a scene's .blend is built with (`blender.cameras.mark_cuts`)."""
    takes: dict[str, str] = {}
    for camera in stage.cameras:
        takes.setdefault(camera.setup, camera.take)
    markers: list[Marker] = []
    reached: int | None = None
    for cut in sorted(stage.cuts, key=lambda c: (c.film_in, c.id)):
        if cut.setup in takes and (reached is None or cut.source_in >= reached):
            markers.append((cut.source_in, takes[cut.setup]))
            reached = cut.source_out
    return markers


def recut(
    edit: Edit, stage: SceneStage, markers: Sequence[Marker]
) -> tuple[Edit | None, list[str]]:
    """The edit as a scene's markers have it.

    Parameters
    ----------
    edit
        The film's edit as it stands.
    stage
        What the .blend was built from.
    markers
        As found in it, by frame.

    Returns
    -------
    edit, said
        None if nothing changes; and a sentence for each thing that could not be taken over.
    """
    shown = [(c.id, c.setup, c.source_in, c.source_out) for c in _of(edit, stage.scene)]
    if shown != [(c.id, c.setup, c.source_in, c.source_out) for c in stage.cuts]:
        return None, ["its markers were moved, but the edit has changed since it was built; "
                      "they are not taken over."]  # fmt: skip
    if not markers:
        return None, ["all its markers are gone; the cut stays as it was."]
    setups = {c.take: c.setup for c in stage.cameras}
    said: list[str] = []
    result = edit.model_copy(deep=True)
    reach: set[int] = set()
    for run in _runs(result, stage.scene):
        first, end = run[0].source_in, run[-1].source_out
        reach.update(range(first, end))
        pieces = _pieces(first, end, markers)
        if any(take not in setups for _, _, take in pieces):
            said.append(
                f"between frames {first} and {end} it cuts to a camera that is of no setup; "
                "that stretch stays as it was."
            )
            continue
        at = result.cuts.index(run[0])
        result.cuts[at : at + len(run)] = _matched(run, pieces, setups, {c.id for c in edit.cuts})
    known = set(marked(stage))
    for frame, _ in (m for m in markers if m not in known and m[0] not in reach):
        said.append(f"the film does not show frame {frame}, so its marker there changes nothing.")
    return (None if result == edit else result), said


def _of(edit: Edit, scene: str) -> list[Cut]:
    return [c for c in edit.cuts if c.kind == "shot" and c.scene == scene]


def _runs(edit: Edit, scene: str) -> list[list[Cut]]:
    """Cuts that follow each other in the film and in the scene's time; none that goes back."""
    runs: list[list[Cut]] = []
    reached: int | None = None
    last: Cut | None = None
    for cut in edit.cuts:
        mine = cut.kind == "shot" and cut.scene == scene
        if mine and (reached is None or cut.source_in >= reached):
            if last is not None and runs and cut.source_in == last.source_out:
                runs[-1].append(cut)
            else:
                runs.append([cut])
            reached, last = cut.source_out, cut
        else:
            last = None
    return runs


def _pieces(first: int, end: int, markers: Sequence[Marker]) -> list[tuple[int, int, str]]:
    """What plays from ``first`` to ``end``: (in, out, take)."""
    before = [take for frame, take in markers if frame <= first]
    inside = [m for m in markers if first < m[0] < end]
    # Blender shows the first marker's camera before it, too
    starts = [(first, before[-1] if before else markers[0][1]), *inside]
    stops = [frame for frame, _ in starts[1:]] + [end]
    return [
        (start, stop, take)
        for (start, take), stop in zip(starts, stops, strict=True)
        if stop > start
    ]


def _matched(
    run: list[Cut], pieces: list[tuple[int, int, str]], setups: dict[str, str], ids: set[str]
) -> list[Cut]:
    """Cuts for the pieces; each goes on being the old cut that it shares most frames with."""
    left = list(run)
    made: list[Cut] = []
    for start, end, take in pieces:

        def shared(
            cut: Cut, start: int = start, end: int = end, take: str = take
        ) -> tuple[int, int]:
            overlap = min(cut.source_out, end) - max(cut.source_in, start)
            return int(cut.take == take), overlap

        old = max((c for c in left if shared(c)[1] > 0), key=shared, default=None)
        if old is None:
            name = f"{setups[take]}-by-hand-{start}"
            ids.add(name := name if name not in ids else f"{name}-{end}")
            old = Cut(id=name, scene=run[0].scene)
        else:
            left.remove(old)
        values = {"setup": setups[take], "take": take, "source_in": start, "source_out": end}
        if any(getattr(old, key) != value for key, value in values.items()):
            # a change of scene sounds as before; what was said of the machine's cut is no more so
            over = run[0].sound if start == run[0].source_in else Crossing()
            said = {"locked": True, "why": _WHY, "joins": {}, "sound": over}
            old = old.model_copy(update={**values, **said})
        made.append(old)
    return made
