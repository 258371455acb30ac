"""What the pictures of actions show: each in five frames, played on the street.

Gestures are played one after the other on the spot. Moves are told to the performer as a scene's
blocking tells them, and the camera goes along.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely

from camera.pose import facing
from filmagent import stage
from filmagent.documents import (
    ActionEntry,
    ActorTiming,
    Beat,
    Cue,
    Gaze,
    Gesture,
    Line,
    Placement,
    PropHold,
    PropTiming,
    Scene,
    SceneBlocking,
    SceneTiming,
    Segment,
    Span,
    Word,
)
from filmagent.film.shelf_pictures import PLAYED_BY, TALL, whole
from filmagent.film.tableaux import FPS, Progress, Tableau, View
from filmagent.library import actions, npz, sets

STRIP = 5
_STREET, _MARK, _PARTNER = "street", "pavement_a", "pavement_b"
_GOALS = {
    "enter": "street_end",
    "exit": "street_end",
    "walk": "mid_b",
    "run": "pavement_a",
    "hurry": "mid_b",
    "stroll": "pavement_a",
    "sneak": "mid_b",
    "trudge": "pavement_a",
    "sit": "bus_seat_a",
    "follow": "partner",
}
_MOVES = (
    "enter", "walk", "run", "hurry", "stroll", "sneak", "trudge", "turn", "stop", "follow", "sit",
    "stand", "exit",
)  # fmt: skip
"""An order in which one can do them."""
_THINGS = {
    "phone": "phone", "drink": "cup", "read": "book", "pick_up": "letter", "put_down": "letter",
    "write": "pen",
}  # fmt: skip
_BODY, _WAIST = 2.35, 1.45
"""Metres that the frame shows: of one who goes, and of one who stays."""
_LENS = 50.0
_ROUND = tuple(math.radians(a) for a in (-35, 35, -55, 55, -20, 20, -80, 80, 110, -110, 150, 180))
"""From the front to the camera, best first."""
_WORDS = "Somebody left this key for you on Tuesday"
_SPAN = Span(first=1, end=2)
_REST = 1.0
"""Seconds between gestures."""
_NOWHERE = (0.0, 0.0, -20.0)


def of_actions(root: Path, progress: Progress | None) -> dict[str, list[Path]]:
    """The frames of every action, by name."""
    entries = actions.load()
    total = STRIP * len(entries)

    def after(before: int) -> Progress:
        return lambda done, _: progress(before + done, total) if progress else None

    staying = [e for e in entries if e.kind != "move"]
    strips = _gestures(staying, root / "gestures", after(0))
    moving = [e.name for e in entries if e.kind == "move"]
    moving.sort(key=lambda n: _MOVES.index(n) if n in _MOVES else len(_MOVES))
    return strips | _moves(moving, root / "moves", after(STRIP * len(staying)))


def _gestures(
    entries: Sequence[ActionEntry], root: Path, progress: Progress
) -> dict[str, list[Path]]:
    marks = sets.load(_STREET).spec.marks
    here, there = marks[_MARK], marks[_PARTNER]
    face = (*there.position[:2], 1.55)
    at, gestures, lines = _REST, [], []
    spans: dict[str, tuple[float, float]] = {}
    things: dict[str, list[tuple[float, float]]] = {}
    for number, entry in enumerate(entries):
        end = at + entry.seconds
        spans[entry.name] = (at, end)
        if entry.name == "talk":
            lines.append(_line(at, end))
        elif entry.kind == "gesture":
            thing = _THINGS.get(entry.name, "")
            target = thing or ("" if entry.target == "none" else "partner")
            gestures.append(
                Gesture(
                    id=f"1.{number}/performer/{entry.name}",
                    action=entry.name,
                    start=at,
                    end=end,
                    target=target,
                    target_position=face if target == "partner" else None,
                )
            )
            if thing:
                things.setdefault(thing, []).append((at - 0.4, end + 0.4))
        at = end + _REST
    actors = [
        _standing("performer", here.position, here.heading, at, face, gestures),
        _standing("partner", there.position, there.heading, at, (*here.position[:2], 1.7), []),
    ]
    timing = SceneTiming(
        scene="1",
        set=_STREET,
        duration=at,
        lines=lines,
        actors=actors,
        props=[_held(model, times) for model, times in sorted(things.items())],
    )
    tableau = Tableau(root, timing)
    return _strips(tableau, spans, _WAIST, progress)


def _line(start: float, end: float) -> Line:
    words = _WORDS.split()
    step = (end - start) / len(words)
    return Line(
        beat="1.0",
        actor="performer",
        text=_WORDS,
        wav="",
        seconds=end - start,
        start=start,
        end=end,
        energy=0.8,
        to="partner",
        words=[Word(text=w, start=step * n, end=step * (n + 1)) for n, w in enumerate(words)],
    )


def _standing(
    actor: str,
    position: tuple[float, float, float],
    heading: float,
    end: float,
    look: tuple[float, float, float],
    gestures: list[Gesture],
) -> ActorTiming:
    return ActorTiming(
        actor=actor,
        member=PLAYED_BY[actor],
        segments=[
            Segment(
                kind="stand",
                start=-1.0,
                end=end + 1.0,
                position=position,
                heading=heading,
                end_heading=heading,
            )
        ],
        gestures=gestures,
        gazes=[Gaze(start=-1.0, end=end + 1.0, target="", position=look)],
    )


def _held(model: str, times: Sequence[tuple[float, float]]) -> PropTiming:
    """A thing that is out of sight but for the times it is in the hand."""
    return PropTiming(
        prop=model,
        model=model,
        position=_NOWHERE,
        holds=[PropHold(start=a, end=b, actor="performer") for a, b in times],
        rests=[(b, _NOWHERE) for _, b in times],
    )


def _moves(order: Sequence[str], root: Path, progress: Progress) -> dict[str, list[Path]]:
    beats, cues = [], []

    def cue(beat: str, actor: str, action: str, target: str) -> None:
        cues.append(
            Cue(id=f"{beat}/{actor}/{action}", beat=beat, actor=actor, action=action, target=target)
        )

    for number, name in enumerate(order):
        beat = f"1.{number + 1}"
        beats.append(Beat(id=beat, kind="action", text=name, people=["performer"], span=_SPAN))
        if name == "follow":
            cue(beat, "partner", "walk", "shop_b")
        cue(beat, "performer", name, _GOALS.get(name, "partner" if name == "turn" else ""))
    blocking = SceneBlocking(
        scene="1",
        set=_STREET,
        placements=[Placement(actor="partner", mark=_PARTNER)],
        cues=cues,
    )
    people = ["performer", "partner"]
    scene = Scene(id="1", slugline="", setting="ext", people=people, beats=beats, span=_SPAN)
    timing = stage.schedule(scene, blocking, [], PLAYED_BY, 0)
    spans = {beat.text: _when(timing, beat.id) for beat in beats}
    return _strips(Tableau(root, timing), spans, _BODY, progress)


def _when(timing: SceneTiming, beat: str) -> tuple[float, float]:
    """From when to when a beat's move goes; of a long one its end, when one is in view."""
    time = next(b for b in timing.beats if b.beat == beat)
    return max(time.start, time.end - 4.0), time.end


def _strips(
    tableau: Tableau,
    spans: dict[str, tuple[float, float]],
    height: float,
    progress: Progress,
) -> dict[str, list[Path]]:
    blocked = shapely.union_all(sets.load(_STREET).obstacles)
    views = []
    for name, (start, end) in spans.items():
        times = [start + (end - start) * (step + 0.5) / STRIP for step in range(STRIP)]
        bodies = [tableau.body("performer", t) for t in times]
        feet = [np.array([*position[:2], 0.0]) for position, _ in bodies]
        away = _open_side(feet, bodies[STRIP // 2][1], height, blocked, tableau, times)
        for step, seconds in enumerate(times):
            # a standing body is held still in the frame, one that goes is followed
            stand, focus = whole(feet[step], height, away, _LENS)
            frame = round(seconds * FPS[0] / FPS[1])
            views.append(View(f"{name}-{step}", frame, stand, focus, ("performer",)))
    paths = tableau.pictures(views, TALL, progress)
    return {name: paths[STRIP * k : STRIP * (k + 1)] for k, name in enumerate(spans)}


def _open_side(
    feet: Sequence[npz.Array],
    look: float,
    height: float,
    blocked: shapely.Geometry,
    tableau: Tableau,
    times: Sequence[float],
) -> npz.Array:
    """The direction to the camera, nearest the front, with least in the way."""
    partner = [tableau.body("partner", t)[0][:2] for t in times]

    def cover(away: npz.Array) -> float:
        hidden = 0.0
        for at, other in zip(feet, partner, strict=True):
            eye = whole(at, height, away, _LENS)[0].position
            line = shapely.LineString([at[:2] + 0.35 * away[:2], eye[:2]])
            seen = line.buffer(0.3)
            hidden += seen.intersection(blocked).area
            hidden += seen.intersection(shapely.Point(other).buffer(0.3)).area
        # a little is nothing: gestures that are alike are seen from one side
        return round(hidden, 1)

    return min((facing(look + turn) for turn in _ROUND), key=cover)
