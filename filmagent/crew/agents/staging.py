"""A staging in names → a scene's blocking: what is implied is added, nothing is invented.

Somebody seated who walks has risen first; who comes in without a word on the door takes the set's
first; who drinks has a cup. Everything else that is wrong stays as it is, to be found and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from filmagent.crew.agents import material
from filmagent.crew.agents.answers import Deed, Said, Staging, Start, When
from filmagent.crew.house.placing import DEFAULT_MODELS, Placing
from filmagent.documents import (
    Breakdown,
    Catalogue,
    Cue,
    LineReading,
    Placement,
    PropPlacement,
    Scene,
    SceneBlocking,
)
from filmagent.documents.checks import HANDLING, WALKS, Replay, in_order
from filmagent.documents.ids import safe_id

_AT: Mapping[When, float] = {"early": 0.1, "middle": 0.45, "late": 0.75}
_STEP, _LAST = 0.06, 0.95
"""Shares of a beat between things that one beat holds at one time, and the last of them."""
_RISES = (*WALKS, "follow", "exit", "enter")
"""What somebody seated cannot do before rising."""


class Staged(Placing):
    """The blocking that a staging asks for; things, passers-by and relations are the house's."""

    replay: Replay

    def __init__(
        self,
        scene: Scene,
        breakdown: Breakdown,
        catalogue: Catalogue,
        seed: int,
        who: material.People,
        house: SceneBlocking,
    ) -> None:
        super().__init__(scene, breakdown, catalogue, seed)
        self.who, self.house = who, house
        self.models = {prop.name for prop in catalogue.props}

    def blocking(self, staging: Staging, light: str = "") -> SceneBlocking:
        """The blocking; with `filmagent.documents.checks.problems` where the staging is wrong."""
        self.plan = SceneBlocking(
            scene=self.scene.id, set=self.entry.name, light=light or self._light()
        )
        self.plan.placements = [self._start(start) for start in staging.starts]
        self._face()
        self._place_props()
        self._play(staging.deeds)
        self.plan.readings = self._readings(staging.said)
        self._place_extras()
        self._relate()
        return self.plan

    def _start(self, start: Start) -> Placement:
        return Placement(
            actor=self.who.id(start.who),
            mark=start.mark,
            posture="sit" if start.sits else "stand",
            facing=self._meant(start.faces),
        )

    def _meant(self, name: str) -> str:
        """The id of a person, mark, door or thing; what is none stays, to be found wrong."""
        name = name.strip()
        places = {m.id for m in self.entry.marks} | {d.id for d in self.entry.doors}
        who = self.who.id(name)
        if who != name or name in places:
            return who
        for thing in self.scene.props:
            if name.casefold() in (thing.id, thing.name.casefold(), thing.model):
                return thing.id
        return name

    def _face(self) -> None:
        wished = {p.actor: p.facing for p in self.plan.placements}
        super()._face()
        known = {*wished, *(m.id for m in self.entry.marks), *(d.id for d in self.entry.doors)}
        known |= set(self.things)
        for placement in self.plan.placements:
            wish = wished[placement.actor]
            if wish and wish in known and wish != placement.actor:
                placement.facing = wish
            elif placement.facing == wish:
                # a thing nobody knows, or oneself: the mark's own direction
                placement.facing = ""

    # what people do

    def _play(self, deeds: Sequence[Deed]) -> None:
        self.replay = Replay(self.plan, self.entry, self.catalogue.actions)
        order = {beat.id: index for index, beat in enumerate(self.scene.beats)}
        timed: dict[str, float] = {}
        for deed in sorted(deeds, key=lambda d: (order.get(d.beat, len(order)), _AT[d.when])):
            at = max(_AT[deed.when], timed.get(deed.beat, -_STEP) + _STEP)
            at = timed[deed.beat] = round(min(at, _LAST), 2)
            self._deed(deed, self.who.id(deed.who), at)

    def _deed(self, deed: Deed, actor: str, at: float) -> None:
        now, does = self.replay.stance(actor), deed.does.strip()
        target = self._meant(deed.to)
        if does == "enter" and now.present and self._comes_first(actor):
            return
        if does == "sit" and now.posture == "sit":
            if target in ("", now.mark):
                return
            self._add(deed.beat, actor, "stand", "", at)
        if does == "stand" and now.present and now.posture == "stand":
            return
        if does in _RISES and now.posture == "sit":
            self._add(deed.beat, actor, "stand", "", at)
        if does in ("enter", "exit") and not target and self.entry.doors:
            target = self.entry.doors[0].id
        if does in HANDLING:
            target = self._thing(does, actor, target)
        if does in HANDLING and does != "put_down":
            self._go_to(deed.beat, actor, target, at)
        action = self.replay.actions.get(does)
        if action is not None and action.target == "none":
            target = ""
        self._add(deed.beat, actor, does, target, at)

    def _comes_first(self, actor: str) -> bool:
        """Whether somebody who is there from the beginning has done nothing yet."""
        return not any(cue.actor == actor for cue in self.plan.cues)

    def _thing(self, does: str, actor: str, target: str) -> str:
        """The thing that is handled: the scene's own, or one of the library's put into it."""
        named = next((p for p in self.plan.props if target in (p.prop, p.model)), None)
        serves = DEFAULT_MODELS.get(does, ())
        if named is not None:
            seated = self.replay.stance(actor).posture == "sit"
            if seated and named.model in serves and not self._in_reach(actor, named):
                return self._bring_in(named.model, actor, in_hand=does != "drink")
            return named.prop
        if target in self.models:
            return self._bring_in(target, actor, in_hand=does in ("put_down", "phone", "read"))
        if target:
            return target
        mine = [p for p in self.plan.props if self.replay.holders.get(p.prop) == actor]
        mark = self.replay.stance(actor).mark
        near = [p for p in self.plan.props if mark and p.mark == mark]
        fitting = [p.prop for p in [*mine, *near] if p.model in serves or does == "put_down"]
        if fitting:
            return fitting[0]
        stock = [model for model in serves if model in self.models]
        return self._bring_in(stock[0], actor, in_hand=does != "drink") if stock else ""

    def _in_reach(self, actor: str, prop: PropPlacement) -> bool:
        """In the hand, or on the mark or the one across from it."""
        holder, mark = self.replay.holders.get(prop.prop), self.replay.stance(actor).mark
        if holder or not prop.mark:
            return holder in ("", None, actor)
        near = next((m.partners for m in self.entry.marks if m.id == mark), [])
        return not mark or prop.mark in (mark, *near)

    def _bring_in(self, model: str, actor: str, in_hand: bool) -> str:
        stance = self.replay.stance(actor)
        marks = {mark.id: mark for mark in self.entry.marks}
        start = next((p.mark for p in self.plan.placements if p.actor == actor), "")
        lies = start if start in marks and marks[start].surface and stance.mark == start else ""
        prop = safe_id(f"{actor} {model}", {p.prop for p in self.plan.props})
        held = in_hand or not lies
        self.plan.props.append(
            PropPlacement(
                prop=prop, model=model, mark="" if held else lies, holder=actor if held else ""
            )
        )
        self.replay.holders[prop] = actor if held else ""
        return prop

    def _go_to(self, beat: str, actor: str, prop: str, at: float) -> None:
        """Who takes something that lies elsewhere walks up to it first."""
        placed = next((p for p in self.plan.props if p.prop == prop), None)
        now = self.replay.stance(actor)
        lies = placed is not None and placed.mark and not self.replay.holders.get(prop)
        if placed is None or not lies or not now.present or self._in_reach(actor, placed):
            return
        if now.posture == "sit":
            self._add(beat, actor, "stand", "", at)
        self._add(beat, actor, "walk", placed.mark, at)

    def _add(self, beat: str, actor: str, action: str, target: str, at: float) -> None:
        taken = {cue.id for cue in self.plan.cues}
        identifier = name = f"{beat}/{actor}/{action}"
        times = 1
        while identifier in taken:
            times += 1
            identifier = f"{name}{times}"
        cue = Cue(id=identifier, beat=beat, actor=actor, action=action, target=target, at=at)
        self.plan.cues.append(cue)
        if not self.replay.problem(cue):
            self.replay.apply(cue)

    # how lines are said

    def _readings(self, said: Iterable[Said]) -> list[LineReading]:
        """The model's readings; the house's for lines it passes over. Who is away is not
        spoken to."""
        lines = {b.id: b for b in self.scene.beats if b.kind == "line" and b.speaker}
        found = {r.beat: r for r in self.house.readings if r.beat in lines}
        for each in said:
            if each.beat in lines:
                found[each.beat] = LineReading(
                    beat=each.beat,
                    emotion=each.emotion,
                    energy=min(max(each.energy, 0), 10) / 10,
                    to=self.who.id(each.to),
                )
        there = self._there()
        heard = {b.speaker for b in lines.values() if b.delivery != "on"}
        for beat, reading in found.items():
            others = (there.get(beat, set()) | heard) - {lines[beat].speaker}
            if reading.to and reading.to not in others:
                found[beat] = reading.model_copy(update={"to": ""})
        return [found[beat] for beat in lines if beat in found]

    def _there(self) -> dict[str, set[str]]:
        """Beat → who is there during some of it."""
        replay = Replay(self.plan, self.entry, self.catalogue.actions)
        found: dict[str, set[str]] = {}
        for beat in self.scene.beats:
            before = {actor for actor, s in replay.stances.items() if s.present}
            for cue in in_order(self.plan.cues, beat.id):
                if not replay.problem(cue):
                    replay.apply(cue)
            found[beat.id] = before | {a for a, s in replay.stances.items() if s.present}
        return found


def where_is_everybody(
    blocking: SceneBlocking, stage: Staged, before: str, who: material.People
) -> dict[str, str]:
    """Where people are when a beat begins: ``{"MARA": "window_a, sits", "JONAS": "away"}``."""
    replay = Replay(blocking, stage.entry, stage.catalogue.actions)
    people = {p.actor for p in blocking.placements} | {c.actor for c in blocking.cues}
    for beat in stage.scene.beats:
        if beat.id == before:
            break
        for cue in in_order(blocking.cues, beat.id):
            if not replay.problem(cue):
                replay.apply(cue)
    found = {}
    for actor in sorted(people):
        stance = replay.stance(actor)
        at = stance.mark or "between marks"
        found[who.name(actor)] = (
            f"{at}{', sits' if stance.posture == 'sit' else ''}" if stance.present else "away"
        )
    return found
