"""Tiny scenes in which somebody does one thing, for looking and measuring."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from filmagent.documents import (
    ActorTiming,
    Gaze,
    Gesture,
    Line,
    PropHold,
    PropTiming,
    SceneTiming,
    Segment,
    Word,
)
from filmagent.library import actions

FACE = (0.0, 1.4, 1.55)
TABLE = (0.10, 0.47, 0.745)
THINGS = {"phone": "phone", "drink": "cup", "read": "book", "pick_up": "cup", "put_down": "cup",
          "give": "letter", "write": "pen", "carry": "bag"}  # fmt: skip
CLOSE = {"hug": 0.42, "handshake": 0.85, "give": 0.95, "kiss": 0.42}
WALKS = {"walk": 1.3, "run": 2.8, "hurry": 1.75, "sneak": 0.7, "trudge": 0.85, "stroll": 1.0,
         "enter": 1.3, "exit": 1.3, "follow": 1.4}  # fmt: skip


@dataclass
class Scene:
    """What is played, and how it is best looked at."""

    timing: SceneTiming
    start: float
    end: float
    tall: float = 2.15
    level: float | None = None
    """Height of the picture's middle; the floor is at its lower edge without one."""
    centre: np.ndarray | None = None
    views: tuple[float, float] = (0.0, math.pi / 2)
    boxes: list[tuple] = field(default_factory=list)


def segment(kind: str, start: float, end: float, position: tuple, heading: float = 0.0,
            **more: Any) -> Segment:  # fmt: skip
    """A segment that ends with the heading it began with, unless told."""
    return Segment.model_validate({
        "kind": kind, "start": start, "end": end, "position": position, "heading": heading,
        "end_heading": heading, **more,
    })  # fmt: skip


def straight(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[float, float]]:
    """A path of short pieces."""
    count = max(1, int(math.dist(a, b) / 0.08))
    return [(a[0] + (b[0] - a[0]) * k / count, a[1] + (b[1] - a[1]) * k / count)
            for k in range(count + 1)]  # fmt: skip


def scene_of(action: str, member: str, *, seated: bool = False, take: int = 0,
             partner: str = "ines") -> Scene:  # fmt: skip
    """A scene of one action; ``take`` gives the gesture another id, and so another variant."""
    entry = next(a for a in actions.load() if a.name == action)
    if entry.kind == "move":
        return _move(action, member, take)
    length = max(entry.seconds, 0.6)
    end = 1.0 + length
    seat = {"seat_height": 0.46, "mark": "chair"} if seated else {}
    kind = "sit" if seated else "stand"
    contact = action in CLOSE
    near = CLOSE.get(action, 1.4)
    thing = THINGS.get(action, "")
    target = thing or ("partner" if entry.target in ("actor", "any") else "")
    if action == "give":
        target = "partner"
    place = (0.12, 0.8, 1.02) if action == "open_door" else FACE if target == "partner" else None
    gesture = Gesture(id=f"1.{take}/performer/{action}", action=action, start=1.0, end=end,
                      target=target, target_position=place)  # fmt: skip
    people = [ActorTiming(
        actor="performer", member=member,
        segments=[segment(kind, -1, end + 2, (0, 0, 0), 0.0, **seat)],
        gestures=[gesture] if entry.kind == "gesture" else [],
        gazes=[Gaze(start=-1, end=end + 2, target="partner" if contact else "",
                    position=None if contact else FACE)],
    )]  # fmt: skip
    lines = [_line(1.0, end)] if action == "talk" else []
    if contact:
        people.append(ActorTiming(
            actor="partner", member=partner,
            segments=[segment("stand", -1, end + 2, (0, near, 0), math.pi)],
            gazes=[Gaze(start=-1, end=end + 2, target="performer")]))  # fmt: skip
    timing = SceneTiming(scene="1", set="nowhere", duration=end + 1, actors=people, lines=lines,
                         props=_props(action, thing, end, gesture))  # fmt: skip
    scene = Scene(timing, 1.0, end)
    if seated:
        scene.boxes.append(_box((0.0, -0.02, 0.23), (0.42, 0.42, 0.46)))
        scene.tall = 1.7
    elif not contact and action not in ("jump", "bow", "pick_up", "put_down"):
        scene.tall, scene.level = 1.25, 1.32
    if contact:
        scene.centre = np.array([0.0, 0.5 * near, 0.0])
        scene.views = (0.7, math.pi / 2)
    return scene


def _props(action: str, thing: str, end: float, gesture: Gesture) -> list[PropTiming]:
    if not thing:
        return []
    middle = 0.5 * (gesture.start + gesture.end)
    if action == "give":
        holds = [PropHold(start=-1, end=middle, actor="performer"),
                 PropHold(start=middle, end=end + 2, actor="partner")]  # fmt: skip
        return [PropTiming(prop=thing, model=thing, position=(0, 0, -20), holds=holds)]
    if action == "pick_up":
        gesture.target_position = TABLE
        return [
            PropTiming(
                prop=thing,
                model=thing,
                position=TABLE,
                holds=[PropHold(start=middle, end=end + 2, actor="performer")],
            )
        ]
    if action == "put_down":
        gesture.target_position = TABLE
        return [PropTiming(prop=thing, model=thing, position=TABLE,
                           holds=[PropHold(start=-1, end=middle, actor="performer")],
                           rests=[(middle, TABLE)])]  # fmt: skip
    return [PropTiming(prop=thing, model=thing, position=(0, 0, -20),
                       holds=[PropHold(start=-1, end=end + 2, actor="performer")])]  # fmt: skip


def _line(start: float, end: float) -> Line:
    words = ["Somebody", "left", "this", "key", "for", "you", "on", "Tuesday", "morning"]
    step = (end - start) / len(words)
    return Line(
        beat="1.0", actor="performer", text=" ".join(words), wav="", seconds=end - start,
        start=start, end=end, energy=0.8,
        words=[Word(text=w, start=step * k, end=step * (k + 1)) for k, w in enumerate(words)],
    )  # fmt: skip


def _move(action: str, member: str, take: int) -> Scene:
    seat = {"seat_height": 0.46, "mark": f"chair{take}"}
    if action in WALKS:
        pace = WALKS[action]
        far = 3.2 if pace < 2 else 5.0
        end = 1.0 + far / pace + 0.45
        manner = action if action not in ("walk", "enter", "exit", "follow") else ""
        more = {"manner": manner} if manner else {}
        parts = [
            segment("stand", -1, 1, (0, 0, 0), mark=f"m{take}"),
            segment("walk", 1, end, (0, 0, 0), path=straight((0, 0), (0, far)), mark=f"m{take}",
                    **more),
            segment("stand", end, end + 2, (0, far, 0)),
        ]  # fmt: skip
    elif action == "sit":
        parts = [segment("stand", -1, 1, (0, 0.34, 0)),
                 segment("sit_down", 1, 2.6, (0, 0.34, 0), **seat),
                 segment("sit", 2.6, 5, (0, 0, 0), **seat)]  # fmt: skip
        end = 2.8
    elif action == "stand":
        parts = [segment("sit", -1, 1, (0, 0, 0), **seat),
                 segment("stand_up", 1, 2.4, (0, 0, 0), **seat),
                 segment("stand", 2.4, 5, (0, 0.34, 0))]  # fmt: skip
        end = 2.6
    else:
        parts = [segment("stand", -1, 1, (0, 0, 0)),
                 segment("turn", 1, 2.1, (0, 0, 0), 0.0, end_heading=2.4),
                 segment("stand", 2.1, 5, (0, 0, 0), 2.4)]  # fmt: skip
        end = 2.3
    timing = SceneTiming(scene="1", set="nowhere", duration=end + 1, actors=[
        ActorTiming(actor="performer", member=member, segments=parts)])  # fmt: skip
    scene = Scene(timing, 1.0, end)
    if action in ("sit", "stand"):
        scene.boxes.append(_box((0.0, -0.02, 0.23), (0.42, 0.42, 0.46)))
    return scene


def _box(centre: tuple, size: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    points = signs * 0.5 * np.array(size) + centre
    faces = np.array(
        [
            [0, 1, 3],
            [0, 3, 2],
            [4, 6, 7],
            [4, 7, 5],
            [0, 4, 5],
            [0, 5, 1],
            [2, 3, 7],
            [2, 7, 6],
            [0, 2, 6],
            [0, 6, 4],
            [1, 5, 7],
            [1, 7, 3],
        ]
    )
    return points, faces, np.tile([0.45, 0.33, 0.24], (8, 1))
