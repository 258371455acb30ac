"""``edit.json``: the scenes' cut lists in film order, cards, transitions, where lines sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from camera.pose import Array
from filmagent.documents import (
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
from filmagent.shoot.splits import split
from filmagent.shoot.standing import Before, number_after
from filmagent.shoot.style import style as style_of
from filmagent.shoot.weave import Event, partner, silences, woven

_TITLE, _CARD, _SUPER = 2.5, 2.2, 2.6
_SECONDS: dict[Transition, float] = {"fade_in": 0.8, "dissolve": 0.7, "fade_out": 0.9}
_MONTAGE = 0.45


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
    streams: dict[str, list[Event]] = {}
    known: list[str] = []
    for number, scene in enumerate(scenes):
        material = SceneMaterial(
            scene, timings[scene.id], coverages[scene.id], reports, takes, fps, size
        )
        last = number == len(scenes) - 1
        standing = before.scene(timings[scene.id], fps) if before is not None else None
        known += [c.id for c in standing.cuts] if standing is not None else []
        pieces = cut_scene(
            material,
            chosen,
            pace=_MONTAGE if scene.join == "montage" else 1.0,
            force=silences(timings[scene.id]) if partner(scenes, scene) else (),
            tail=0.8 * min(1.0, timings[scene.id].handle) if last else 0.0,
            before=standing,
        )
        streams[scene.id] = _with_cards(scene, timings[scene.id], pieces, fps)
    events = [
        event
        for scene, part in woven(scenes, streams, timings, fps)
        for event in _joined(scene, part)
    ]
    made = _assembled(breakdown, scenes, events, timings, reports, fps, known)
    setups = {s.id: s for c in coverages.values() for s in c.setups}
    pairs = [(s, partner(scenes, s)) for s in scenes]
    talking = [frozenset((one.id, two.id)) for one, two in pairs if two is not None]
    split(made, timings, setups, reports, chosen, talking)
    return made


def _with_cards(
    scene: Scene, timing: SceneTiming, pieces: Sequence[ScenePiece], fps: tuple[int, int]
) -> list[Event]:
    """A scene's pieces with its black cards between them, at the cut nearest their time."""
    events = [Event(scene.id, piece=p) for p in pieces]
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
        events.insert(place, Event(scene.id, card=beat))
    return events


def _joined(scene: Scene, events: Sequence[Event]) -> list[Event]:
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
        Event(e.scene, e.piece, e.card, transition if i == first else e.transition)
        for i, e in enumerate(events)
    ]


def _assembled(
    breakdown: Breakdown,
    scenes: Sequence[Scene],
    events: Sequence[Event],
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
                joins=dict(piece.joins) if _goes_on(cuts, event.scene) else {},
            )
        )
    _fade_ends(cuts, by_id, rate)
    _superimpose(cuts, by_id, timings, rate)
    return Edit(fps=fps, cuts=cuts, heard=_heard(cuts, timings, scenes, rate))


def _goes_on(cuts: Sequence[Cut], scene: str) -> bool:
    """Whether what was last shown is of the same scene."""
    return bool(cuts) and cuts[-1].kind == "shot" and cuts[-1].scene == scene


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
            heard.append(
                Heard(
                    scene=scene.id,
                    beat=line.beat,
                    film_seconds=(film + offset) / rate,
                    cut=cut_.id,
                    clock=film - cut_.source_in,
                )
            )
    return sorted(heard, key=lambda h: (h.film_seconds, h.beat))
