"""Can this blocking be played? Mechanical checks, run before anybody's taste.

`Replay` plays a scene's cues in order and knows who is where; `problems` says, one sentence
each, what could not be played. Both use names alone: no coordinates, no set on disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from filmagent.documents.blocking import Cue, Posture, SceneBlocking
from filmagent.documents.breakdown import Breakdown, Scene
from filmagent.documents.catalogue import ActionEntry, Catalogue, SetEntry

HANDLING = ("pick_up", "put_down", "drink", "read", "phone", "write")
"""Actions that need a prop within reach or in hand."""
WALKS = ("walk", "run", "hurry", "stroll", "trudge", "sneak")
"""Ways of walking somewhere."""
TOGETHER = ("handshake", "hug", "give")
"""Actions for which two people come within reach of each other."""


@dataclass
class Stance:
    """Where somebody is at a moment. ``mark`` is "" after walking to a person."""

    present: bool = False
    mark: str = ""
    posture: Posture = "stand"


class Replay:
    """The state of a scene as its cues are played."""

    def __init__(self, blocking: SceneBlocking, entry: SetEntry, actions: Iterable[ActionEntry]):
        self.marks = {mark.id: mark for mark in entry.marks}
        self.doors = {door.id for door in entry.doors}
        self.actions = {action.name: action for action in actions}
        self.stances: dict[str, Stance] = {}
        for placement in blocking.placements:
            self.stances[placement.actor] = Stance(True, placement.mark, placement.posture)
        self.seats = {p.mark: p.actor for p in blocking.placements if p.posture == "sit"} | {
            extra.mark: extra.id for extra in blocking.extras if extra.posture == "sit"
        }
        self.holders = {p.prop: p.holder for p in blocking.props}
        self.extras = {extra.id for extra in blocking.extras}

    def stance(self, actor: str) -> Stance:
        """Where ``actor`` is now; somebody never seen yet is absent."""
        return self.stances.get(actor, Stance())

    def held(self, actor: str) -> list[str]:
        """What somebody has in their hands, what they took last at the end."""
        return [prop for prop, holder in self.holders.items() if holder == actor]

    def problem(self, cue: Cue) -> str:
        """Why ``cue`` cannot be played now ("" when it can)."""
        action = self.actions.get(cue.action)
        if action is None:
            return f'cue {cue.id}: "{cue.action}" is not an action of the catalogue'
        now = self.stance(cue.actor)
        if cue.action == "enter":
            if now.present:
                return f"cue {cue.id}: {cue.actor} enters but is already there"
        elif not now.present:
            return f"cue {cue.id}: {cue.actor} is not there to {cue.action}"
        elif now.posture not in action.postures:
            return f"cue {cue.id}: {cue.actor} cannot {cue.action} while {_doing(now.posture)}"
        return self._target_problem(cue, action)

    def _target_problem(self, cue: Cue, action: ActionEntry) -> str:
        target = cue.target
        if cue.action in ("enter", "exit"):
            return "" if target in self.doors else f'cue {cue.id}: "{target}" is not a door'
        if cue.action == "sit":
            return self._seat_problem(cue)
        if cue.action in ("pick_up", "put_down") and target not in self.holders:
            return f'cue {cue.id}: "{target}" is not a prop of the scene'
        if cue.action == "put_down" and self.holders[target] != cue.actor:
            return f"cue {cue.id}: {cue.actor} puts down {target} without holding it"
        if cue.action == "pick_up" and self.holders[target] not in ("", cue.actor):
            return f"cue {cue.id}: {target} is in the hand of {self.holders[target]}"
        if cue.action == "give" and not self.held(cue.actor):
            return f"cue {cue.id}: {cue.actor} gives with nothing in hand"
        if cue.action in TOGETHER and target not in self.stances:
            return f'cue {cue.id}: "{target}" is nobody to {cue.action}'
        if target == cue.actor:
            return f"cue {cue.id}: {cue.actor} is their own target"
        if target in ("", *self.marks, *self.doors, *self.holders, *self.stances, *self.extras):
            needs = action.kind == "move" and action.target in ("actor", "mark", "door")
            return f"cue {cue.id}: {cue.action} needs a target" if needs and not target else ""
        return f'cue {cue.id}: "{target}" is no mark, door, prop or person of the scene'

    def _seat_problem(self, cue: Cue) -> str:
        mark = self.marks.get(cue.target)
        if mark is None or mark.kind != "seat":
            return f'cue {cue.id}: "{cue.target}" is not a seat'
        taken = self.seats.get(cue.target)
        if taken not in (None, cue.actor):
            return f"cue {cue.id}: {taken} already sits on {cue.target}"
        return ""

    def apply(self, cue: Cue) -> None:
        """Play a cue that has no problem."""
        now = self.stances.setdefault(cue.actor, Stance())
        if cue.action == "enter":
            self.stances[cue.actor] = Stance(True, "", "stand")
        elif cue.action == "exit":
            now.present, now.mark = False, ""
        elif cue.action in (*WALKS, "follow"):
            now.mark = cue.target if cue.target in self.marks else ""
        elif cue.action == "sit":
            now.mark, now.posture = cue.target, "sit"
            self.seats[cue.target] = cue.actor
        elif cue.action == "stand":
            self.seats.pop(now.mark, None)
            now.posture = "stand"
        elif cue.action == "pick_up":
            self.holders.pop(cue.target, None)
            self.holders[cue.target] = cue.actor
        elif cue.action == "put_down":
            self.holders[cue.target] = ""
        elif cue.action == "give":
            for prop in self.held(cue.actor)[-1:]:
                self.holders[prop] = cue.target


def _doing(posture: Posture) -> str:
    return "sitting" if posture == "sit" else "standing"


def problems(blocking: SceneBlocking, breakdown: Breakdown, catalogue: Catalogue) -> list[str]:
    """Everything that keeps a scene's blocking from being played, one sentence each.

    A blocking without problems can be given to ``stage.schedule``.
    """
    scene = next((s for s in breakdown.scenes if s.id == blocking.scene), None)
    entry = next((s for s in catalogue.sets if s.name == blocking.set), None)
    if scene is None:
        return [f'"{blocking.scene}" is not a scene of the breakdown']
    if entry is None:
        return [f'scene {scene.id}: the library has no set "{blocking.set}"']
    found = [*_static(blocking, scene, breakdown, catalogue, entry)]
    if not any(text.startswith("placement") for text in found):
        found += _played(blocking, scene, catalogue, entry)
    return [f"scene {scene.id}: {text}" for text in found]


def _static(
    blocking: SceneBlocking,
    scene: Scene,
    breakdown: Breakdown,
    catalogue: Catalogue,
    entry: SetEntry,
) -> list[str]:
    found = []
    marks = {mark.id: mark for mark in entry.marks}
    people = {character.id for character in breakdown.characters}
    beats = {beat.id: beat for beat in scene.beats}
    if blocking.light not in entry.light_plans:
        found.append(f'the set {entry.name} has no light plan "{blocking.light}"')
    for placement in blocking.placements:
        mark = marks.get(placement.mark)
        if placement.actor not in people:
            found.append(f'placement: "{placement.actor}" is not a character')
        if mark is None:
            found.append(f'placement of {placement.actor}: no mark "{placement.mark}"')
        elif placement.posture == "sit" and mark.kind != "seat":
            found.append(f"placement of {placement.actor}: {mark.id} is not a seat")
    for actor, times in Counter(p.actor for p in blocking.placements).items():
        if times > 1:
            found.append(f"placement: {actor} is on {times} marks at once")
    seated = [p.mark for p in blocking.placements if p.posture == "sit"]
    seated += [e.mark for e in blocking.extras if e.posture == "sit"]
    for seat, times in Counter(seated).items():
        if times > 1:
            found.append(f"placement: {times} people sit on {seat}")
    for identifier, times in Counter(cue.id for cue in blocking.cues).items():
        if times > 1:
            found.append(f"cue {identifier} is given {times} times")
    for cue in blocking.cues:
        if cue.beat not in beats:
            found.append(f"cue {cue.id}: the scene has no beat {cue.beat}")
        if cue.actor not in people:
            found.append(f'cue {cue.id}: "{cue.actor}" is not a character')
    for reading in blocking.readings:
        beat = beats.get(reading.beat)
        if beat is None or beat.kind != "line":
            found.append(f"reading of {reading.beat}: no line of the scene has this id")
        elif reading.to and reading.to not in people:
            found.append(f'reading of {reading.beat}: "{reading.to}" is not a character')
    return found + _shelf(blocking, breakdown, catalogue, marks.keys())


def _shelf(
    blocking: SceneBlocking, breakdown: Breakdown, catalogue: Catalogue, marks: Iterable[str]
) -> list[str]:
    found = []
    members = {member.name for member in catalogue.members}
    cast = {character.member for character in breakdown.characters if character.member}
    known = set(marks)
    for extra in blocking.extras:
        if extra.member not in members:
            found.append(f'extra {extra.id}: the library has no cast member "{extra.member}"')
        elif extra.member in cast and _plays_here(extra.member, blocking, breakdown):
            found.append(f"extra {extra.id}: {extra.member} plays a character of the scene")
        if extra.mark not in known:
            found.append(f'extra {extra.id}: no mark "{extra.mark}"')
    models = {prop.name for prop in catalogue.props}
    for prop in blocking.props:
        if prop.model not in models:
            found.append(f'prop {prop.prop}: the library has no prop "{prop.model}"')
        if not prop.holder and prop.mark not in known:
            found.append(f'prop {prop.prop}: no mark "{prop.mark}"')
    return found


def _plays_here(member: str, blocking: SceneBlocking, breakdown: Breakdown) -> bool:
    here = {p.actor for p in blocking.placements} | {c.actor for c in blocking.cues}
    return any(c.member == member and c.id in here for c in breakdown.characters)


def _played(
    blocking: SceneBlocking, scene: Scene, catalogue: Catalogue, entry: SetEntry
) -> list[str]:
    replay = Replay(blocking, entry, catalogue.actions)
    found = []
    cued = {cue.actor for cue in blocking.cues} | set(replay.stances)
    for beat in scene.beats:
        for cue in in_order(blocking.cues, beat.id):
            text = replay.problem(cue)
            if text:
                found.append(text)
            else:
                replay.apply(cue)
        speaker = beat.speaker or ""
        if beat.kind == "line" and beat.delivery == "on" and speaker in cued:
            leaves = any(
                c.actor == speaker and c.action == "exit"
                for c in blocking.cues
                if c.beat == beat.id
            )
            if not replay.stance(speaker).present and not leaves:
                found.append(f"{speaker} speaks in beat {beat.id} without being there")
        elif beat.kind == "line" and beat.delivery == "on" and speaker:
            found.append(f"{speaker} speaks in beat {beat.id} but is nowhere placed")
    return found


def in_order(cues: Iterable[Cue], beat: str) -> list[Cue]:
    """The cues of a beat as they are played: by ``at``; equal times keep the document's order."""
    return sorted((cue for cue in cues if cue.beat == beat), key=lambda cue: cue.at)
