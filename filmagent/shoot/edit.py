"""``edit.json``: the scenes' cut lists in film order, cards, transitions, where lines sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from camera.pose import Array
from filmagent.documents import (
    Beat,
    Breakdown,
    Cut,
    Edit,
    Heard,
    Scene,
    SceneCoverage,
    SceneTiming,
    TakeReport,
)
from filmagent.documents.breakdown import Transition
from filmagent.shoot.rushes import SceneMaterial
from filmagent.shoot.scene_cut import ScenePiece, cut_scene
from filmagent.shoot.standing import Before, number_after
from filmagent.shoot.style import style as style_of

_TITLE, _CARD, _SUPER = 2.5, 2.2, 2.6
_SECONDS: dict[Transition, float] = {"fade_in": 0.8, "dissolve": 0.7, "fade_out": 0.9}
_MONTAGE = 0.45


@dataclass(frozen=True)
class _Event:
    """A piece of a scene, or a card, before ids are given."""

    scene: str
    piece: ScenePiece | None = None
    card: Beat | None = None
    transition: Transition = "cut"


def cut(
    breakdown: Breakdown,
    timings: Mapping[str, SceneTiming],
    coverages: Mapping[str, SceneCoverage],
    reports: Mapping[str, TakeReport],
    takes: Mapping[str, Mapping[str, Array]],
    *,
    fps: tuple[int, int],
    style: str = "classical",
    size: tuple[int, int] = (1920, 1080),
    before: Before | None = None,
) -> Edit:
    """The film's edit.

    Parameters
    ----------
    timings, coverages
        By scene id.
    reports, takes
        By setup id: the report, and the arrays of its npz.
    size
        Pixels of the picture, for what is in the frame and what is not.
    before
        The edit before a change, and the timings it was cut for: away from what has changed, its
        cuts and their names are kept as long as they still serve.

    Raises
    ------
    InputError
        On an unknown style, or a scene without setups.
    """
    scenes = [s for s in breakdown.scenes if s.id in timings and s.id in coverages]
    chosen = style_of(style)
    streams: dict[str, list[_Event]] = {}
    known: list[str] = []
    for number, scene in enumerate(scenes):
        material = SceneMaterial(
            scene, timings[scene.id], coverages[scene.id], reports, takes, fps, size
        )
        last = number == len(scenes) - 1
        woven = scene.join == "intercut" or any(
            s.join == "intercut" and _partner(scenes, s) == scene.id for s in scenes
        )
        standing = before.scene(timings[scene.id], fps) if before is not None else None
        known += [c.id for c in standing.cuts] if standing is not None else []
        pieces = cut_scene(
            material,
            chosen,
            pace=_MONTAGE if scene.join == "montage" else 1.0,
            force=_silences(timings[scene.id]) if woven else (),
            tail=0.8 * min(1.0, timings[scene.id].handle) if last else 0.0,
            before=standing,
        )
        streams[scene.id] = _with_cards(scene, timings[scene.id], pieces, fps)
    events = _woven(scenes, streams, timings, fps)
    return _assembled(breakdown, scenes, events, timings, reports, fps, known)


def _with_cards(
    scene: Scene, timing: SceneTiming, pieces: Sequence[ScenePiece], fps: tuple[int, int]
) -> list[_Event]:
    """A scene's pieces with its black cards between them, at the cut nearest their time."""
    events = [_Event(scene.id, piece=p) for p in pieces]
    times = {b.beat: b.start * fps[0] / fps[1] for b in timing.beats}
    for beat in scene.beats:
        if beat.kind != "card" or beat.over_picture:
            continue
        at = times.get(beat.id, 0.0)
        places = [i for i, e in enumerate(events) if e.piece is not None]
        place = min(
            [(abs(events[i].piece.start - at), i) for i in places]  # type: ignore[union-attr]
            + [(abs((pieces[-1].end if pieces else 0) - at), len(events))]
        )[1]
        while place < len(events) and events[place].card is not None:
            place += 1
        events.insert(place, _Event(scene.id, card=beat))
    return events


def _partner(scenes: Sequence[Scene], scene: Scene) -> str:
    """The scene an intercut scene alternates with: the named one, or the one before."""
    ids = [s.id for s in scenes]
    if scene.intercut_with in ids:
        return str(scene.intercut_with)
    index = ids.index(scene.id)
    return ids[index - 1] if index else ""


def _silences(timing: SceneTiming) -> list[float]:
    """Seconds between lines at which an intercut may leave a scene."""
    lines = sorted(timing.lines, key=lambda x: x.start)
    return [(a.end + b.start) / 2 for a, b in pairwise(lines) if b.start - a.end > 0.15]


def _woven(
    scenes: Sequence[Scene],
    streams: dict[str, list[_Event]],
    timings: Mapping[str, SceneTiming],
    fps: tuple[int, int],
) -> list[_Event]:
    """All events in film order; intercut scenes alternate, change by change."""
    order: list[_Event] = []
    done: set[str] = set()
    for scene in scenes:
        if scene.id in done:
            continue
        partner = next(
            (
                s
                for s in scenes
                if s.join == "intercut"
                and s.id not in done
                and s.id != scene.id
                and _partner(scenes, s) == scene.id
            ),
            None,
        )
        if partner is None:
            order += _joined(scene, streams[scene.id])
            done.add(scene.id)
            continue
        sides = [(streams[s.id], _written(s, timings[s.id], fps)) for s in (scene, partner)]
        order += _joined(scene, _alternated(*sides))
        done |= {scene.id, partner.id}
    return order


_Written = list[tuple[float, float]]
"""Frames and the screenplay's line played then: the start, each beat, the end."""


def _written(scene: Scene, timing: SceneTiming, fps: tuple[int, int]) -> _Written:
    rate = fps[0] / fps[1]
    lines = {beat.id: beat.span.first for beat in scene.beats}
    spoken = {line.beat: line.start for line in timing.lines}
    begun = sorted(
        (spoken.get(b.beat, b.start) * rate, float(lines[b.beat]))
        for b in timing.beats
        if b.beat in lines
    )
    first = min((beat.span.first for beat in scene.beats), default=scene.span.first)
    end = max((beat.span.end for beat in scene.beats), default=scene.span.end)
    return [(0.0, float(first)), *begun, (timing.duration * rate, float(end))]


def _alternated(
    one: tuple[Sequence[_Event], _Written], two: tuple[Sequence[_Event], _Written]
) -> list[_Event]:
    """Two sides shuffled into the screenplay's order, so that answers follow their questions."""
    placed = [
        (line, side, number, event)
        for side, (events, written) in enumerate((one, two))
        for number, (line, event) in enumerate(zip(_lines(events, written), events, strict=True))
    ]
    return [event for *_, event in sorted(placed, key=lambda p: p[:3])]


def _lines(events: Sequence[_Event], written: _Written) -> list[float]:
    """The screenplay's line each event plays; one in which nothing begins lies between two."""
    times, lines = [at for at, _ in written], [line for _, line in written]
    found: list[float] = []
    for event in events:
        last = found[-1] if found else lines[0]
        if event.piece is not None:
            start, end = event.piece.start, event.piece.end
            begun = [line for at, line in written[:-1] if start <= at < end]
            here = begun[0] if begun else float(np.interp(start, times, lines))
        else:
            here = event.card.span.first if event.card is not None else last
        found.append(max(last, here))
    return found


def _joined(scene: Scene, events: Sequence[_Event]) -> list[_Event]:
    """A scene's events with its first transition."""
    transition: Transition = {"flashback": "dissolve", "later": "dissolve"}.get(
        scene.join or "", "cut"
    )  # type: ignore[assignment]
    for beat in scene.beats:
        if beat.kind in ("line", "action", "pause"):
            break
        if beat.kind == "transition" and beat.transition not in (None, "fade_out"):
            transition = beat.transition
    first = next((i for i, e in enumerate(events) if e.piece is not None), None)
    return [
        _Event(e.scene, e.piece, e.card, transition if i == first else e.transition)
        for i, e in enumerate(events)
    ]


def _assembled(
    breakdown: Breakdown,
    scenes: Sequence[Scene],
    events: Sequence[_Event],
    timings: Mapping[str, SceneTiming],
    reports: Mapping[str, TakeReport],
    fps: tuple[int, int],
    known: Sequence[str],
) -> Edit:
    rate = fps[0] / fps[1]
    by_id = {s.id: s for s in scenes}
    pending = _pending(scenes)
    cuts: list[Cut] = []
    if breakdown.title:
        text = breakdown.title + (f"\n{breakdown.credit}" if breakdown.credit else "")
        cuts.append(
            Cut(
                id="title",
                kind="card",
                source_out=round(_TITLE * rate),
                text=text,
                transition="fade_in",
                transition_frames=round(0.5 * rate),
                fade_out_frames=round(0.5 * rate),
                why="the film's name",
            )
        )
    ids = list(known)
    opened: set[str] = set()
    for event in events:
        if event.card is not None:
            beat = event.card
            frames = round((beat.seconds or _CARD) * rate)
            cuts.append(
                Cut(
                    id=f"card-{beat.id}",
                    kind="card",
                    scene=event.scene,
                    source_out=frames,
                    text=beat.text,
                    why="the script sets a card here",
                )
            )
            continue
        assert event.piece is not None
        piece = event.piece
        setup = piece.setup.id
        name = piece.name or f"{setup}-{number_after(ids, setup)}"
        ids.append(name)
        transition = event.transition
        if event.scene not in opened:
            opened.add(event.scene)
            transition = pending.get(event.scene, transition) if transition == "cut" else transition
        length = piece.end - piece.start
        over = min(round(_SECONDS.get(transition, 0.0) * rate), length // 2)
        if transition == "dissolve":
            over = min(over, _room(cuts, reports))
            transition = "dissolve" if over > 0 else "cut"
        cuts.append(
            Cut(
                id=name,
                scene=event.scene,
                setup=setup,
                take=reports[setup].take,
                source_in=piece.start,
                source_out=piece.end,
                transition=transition,
                transition_frames=over,
                why=piece.why,
            )
        )
    _fade_ends(cuts, by_id, rate)
    _superimpose(cuts, by_id, timings, rate)
    return Edit(fps=fps, cuts=cuts, heard=_heard(cuts, timings, scenes, rate))


def _pending(scenes: Sequence[Scene]) -> dict[str, Transition]:
    """Transitions written at a scene's end belong to the start of the next."""
    pending: dict[str, Transition] = {}
    for scene, after in pairwise(scenes):
        for beat in reversed(scene.beats):
            if beat.kind in ("line", "action", "pause"):
                break
            if beat.kind == "transition" and beat.transition not in (None, "fade_out", "fade_in"):
                pending[after.id] = beat.transition
    return pending


def _room(cuts: Sequence[Cut], reports: Mapping[str, TakeReport]) -> int:
    """Frames the shot before can go on for, under a dissolve."""
    if not cuts or cuts[-1].kind != "shot":
        return 0
    return max(reports[cuts[-1].setup].end - cuts[-1].source_out, 0)


def _fade_ends(cuts: list[Cut], scenes: Mapping[str, Scene], rate: float) -> None:
    """FADE OUT where it is written, and at the film's end."""
    shots = [i for i, c in enumerate(cuts) if c.kind == "shot"]
    if not shots:
        return
    ends = {shots[-1]}
    for a, b in zip(shots, [*shots[1:], -1], strict=True):
        scene = scenes[cuts[a].scene]
        leaves = b < 0 or cuts[b].scene != cuts[a].scene
        tail = [x for x in scene.beats[-2:] if x.kind == "transition"]
        if leaves and any(x.transition == "fade_out" for x in tail):
            ends.add(a)
    for i in ends:
        cuts[i].fade_out_frames = min(round(_SECONDS["fade_out"] * rate), cuts[i].frames // 2)


def _superimpose(
    cuts: Sequence[Cut],
    scenes: Mapping[str, Scene],
    timings: Mapping[str, SceneTiming],
    rate: float,
) -> None:
    for scene in scenes.values():
        times = {b.beat: b.start * rate for b in timings[scene.id].beats}
        shots = [c for c in cuts if c.kind == "shot" and c.scene == scene.id]
        for beat in scene.beats:
            if beat.kind != "card" or not beat.over_picture or not shots:
                continue
            at = times.get(beat.id, 0.0)
            shot = next((c for c in shots if c.source_in <= at + 1 < c.source_out), None)
            shot = shot or min(shots, key=lambda c: (abs(c.source_in - at), c.id))
            shot.text = f"{shot.text}\n{beat.text}" if shot.text else beat.text
            shot.super_frames = min(round((beat.seconds or _SUPER) * rate), shot.frames)


def _heard(
    cuts: Sequence[Cut], timings: Mapping[str, SceneTiming], scenes: Sequence[Scene], rate: float
) -> list[Heard]:
    """Film seconds of every line: where the cut that holds its first frame puts it."""
    heard = []
    starts, at = [], 0
    for item in cuts:
        starts.append(at)
        at += item.frames
    for scene in scenes:
        shots = [
            (s, c)
            for s, c in zip(starts, cuts, strict=True)
            if c.kind == "shot" and c.scene == scene.id
        ]
        for line in sorted(timings[scene.id].lines, key=lambda x: (x.start, x.beat)):
            frame = line.start * rate
            if not shots:
                continue
            inside = [(s, c) for s, c in shots if c.source_in <= frame < c.source_out]
            # a line that begins in time left out sounds with the next picture
            film, cut_ = (
                inside[0]
                if inside
                else min(shots, key=lambda x: (abs(x[1].source_in - frame), x[0]))
            )
            offset = frame - cut_.source_in if inside else 0.0
            heard.append(Heard(scene=scene.id, beat=line.beat, film_seconds=(film + offset) / rate))
    return sorted(heard, key=lambda h: (h.film_seconds, h.beat))
