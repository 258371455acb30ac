"""Who and what is where when a scene begins: people on marks, props, extras."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
import shapely

from filmagent.crew.house import prose
from filmagent.crew.house.marks import best_door, best_mark
from filmagent.crew.house.readings import relation
from filmagent.crew.house.script import Script
from filmagent.documents.blocking import Extra, Placement, Posture, PropPlacement
from filmagent.documents.breakdown import Beat, Prop
from filmagent.documents.catalogue import MarkEntry
from filmagent.documents.checks import WALKS
from filmagent.documents.seeds import seed as seed_of
from filmagent.errors import InputError
from filmagent.library import sets

_IN_HAND = re.compile(
    r"\b(hand|hands|fingers|fist|palm|holds?|holding|carr(?:y|ies|ying)|"
    r"clutch\w*|grips?|gripping|under (?:her|his|their) arm)\b",
    re.IGNORECASE,
)
_GOES_DOWN = re.compile(r"down|takes|sinks|坐下|setzt|s'ass|se sienta")
"""Sitting that is a movement; other words for it say where somebody already is."""
_POCKET = re.compile(r"\b(?:out of|from)\b.*\b(?:pocket|apron|bag|coat|jacket|purse|sleeve)s?\b")
_SITTING = re.compile(
    r"\b(seated|sitting|sits|sit|slumped|perched)\b|\bon (?:a|the) "
    r"(?:bench|chair|stool|sofa|couch)\b",
    re.IGNORECASE,
)
DEFAULT_MODELS = {
    "drink": ("cup", "glass"),
    "phone": ("phone",),
    "read": ("newspaper", "book", "letter"),
    "write": ("pen",),
}
"""What serves for an action where the script names no thing."""
_HANDLED = ("put_down", "pick_up", "give")
_MOST_EXTRAS = 3
_APART, _APART_SEATED = 1.5, 1.1
"""Metres extras keep off everybody's ways and places, standing and sitting at a table."""
_FURTHER = 3.0
"""Metres a walk that is stopped may lead beyond its mark."""


class Placing(Script):
    """Fills a plan's placements, props, extras and relations."""

    def _place(self, entering: set[str]) -> None:
        people = [person for person in self._cast() if person not in entering]
        taken: set[str] = set()
        for person in people:
            text, deed = self._introduction(person)
            going = deed is not None and deed.action in (*WALKS, "follow", "exit", "sit", "turn")
            still_sits = (
                deed is not None
                and deed.action == "sit"
                and not _GOES_DOWN.search(deed.phrase.casefold())
            )
            sits = (still_sits or bool(_SITTING.search(text))) and not (going and not still_sits)
            near = [p.mark for p in self.plan.placements]
            where = "" if going and not still_sits else text
            if deed is not None and deed.action in WALKS:
                where = self._start_of_walk(person, entering)
            mark = best_mark(
                self.entry,
                where,
                kind="seat" if sits else "stand",
                taken=taken,
                near=near,
                company=len(people) + len(entering) > 1,
            )
            # all of that kind are taken: stand where nobody does, as long as there is room
            mark = mark or best_mark(self.entry, where, kind="stand", taken=taken, near=near)
            mark = mark or best_mark(self.entry, where, kind="stand", near=near)
            if mark is None:
                mark = best_mark(self.entry, where, near=near) or self.entry.marks[0]
                self.plan.why.append(f"{mark.id} is shared: the set has no other mark.")
            posture: Posture = (
                "sit" if sits and mark.kind == "seat" and mark.id not in taken else "stand"
            )
            if mark.kind == "stand" and mark.id in taken:
                self.plan.why.append(f"{person} stands close to others at {mark.id}.")
            taken.add(mark.id)
            self.plan.placements.append(Placement(actor=person, mark=mark.id, posture=posture))
        self._face()

    def _start_of_walk(self, person: str, entering: set[str]) -> str:
        """Words for where a walk begins: before the door by which somebody will come after."""
        for beat in self.scene.beats:
            for deed in self.deeds.get(beat.id, []):
                if deed.actor in entering and deed.actor != person and deed.action == "enter":
                    door = best_door(self.entry, deed.clause)
                    return f"door {door.id} {door.description}" if door else ""
        return ""

    def _face(self) -> None:
        """Standing people begin facing whoever they first talk to or are near."""
        partners = {mark.id: mark.partners for mark in self.entry.marks}
        where = {p.mark: p.actor for p in reversed(self.plan.placements)}
        for placement in self.plan.placements:
            if placement.posture == "stand":
                beside = [where[m] for m in partners.get(placement.mark, []) if m in where]
                beside = [actor for actor in beside if actor != placement.actor]
                if beside:
                    placement.facing = beside[0]

    def _place_props(self) -> None:
        for prop in self.things.values():
            self.plan.props.append(self._prop_place(prop))
        for beat in self.scene.beats:
            for deed in self.deeds.get(beat.id, []):
                self._lend(deed)

    def _lend(self, deed: prose.Deed) -> None:
        """Who drinks, reads or phones without the script naming a thing is given one."""
        models = DEFAULT_MODELS.get(deed.action, ())
        stock = {prop.name for prop in self.catalogue.props}
        usable = [model for model in models if model in stock]
        if not usable or any(p.model in models for p in self.plan.props):
            return
        marks = {mark.id: mark for mark in self.entry.marks}
        place = next((p.mark for p in self.plan.placements if p.actor == deed.actor), "")
        on_table = place in marks and marks[place].surface and deed.action == "drink"
        self.plan.props.append(
            PropPlacement(
                prop=f"{deed.actor}_{usable[0]}",
                model=usable[0],
                mark=place if on_table else "",
                holder="" if on_table else deed.actor,
            )
        )

    def _prop_place(self, prop: Prop) -> PropPlacement:
        """Where a prop is when the scene begins, from the first words that show it."""
        placed = {p.actor: p.mark for p in self.plan.placements}
        marks = {mark.id: mark for mark in self.entry.marks}
        for beat in self.scene.beats:
            for deed in self.deeds.get(beat.id, []):
                handled = deed.action in _HANDLED and self._is(prop, deed.rest)
                of_use = prop.model in DEFAULT_MODELS.get(deed.action, ())
                carried = handled and (
                    deed.action in ("put_down", "give") or _POCKET.search(deed.rest)
                )
                if carried or (of_use and deed.action in ("phone", "read", "write")):
                    return PropPlacement(prop=prop.id, model=prop.model, holder=deed.actor)
                if handled:
                    mark = self._surface(deed.rest, placed.get(deed.actor, ""))
                    if mark:
                        return PropPlacement(prop=prop.id, model=prop.model, mark=mark)
            shown = self._shown_with(prop, beat)
            if shown is not None:
                owner, in_hand = shown
                own = placed.get(owner, "")
                if owner and (in_hand or own not in marks or not marks[own].surface):
                    return PropPlacement(prop=prop.id, model=prop.model, holder=owner)
                if own:
                    return PropPlacement(prop=prop.id, model=prop.model, mark=own)
        mark = self._surface("", next(iter(placed.values()), ""))
        holder = "" if mark else next(iter(placed), next(iter(self._cast()), ""))
        if not mark and not holder:
            mark = self.entry.marks[0].id
        return PropPlacement(prop=prop.id, model=prop.model, mark=mark, holder=holder)

    def _is(self, prop: Prop, text: str) -> bool:
        last = prop.name.casefold().split()[-1:] or [prop.name.casefold()]
        return last[0] in text.casefold()

    def _shown_with(self, prop: Prop, beat: Beat) -> tuple[str, bool] | None:
        """Whose a prop is in a beat's prose, and whether in the hand; None if not shown there."""
        if beat.kind != "action":
            return None
        subject = beat.people[0] if beat.people else ""
        for sentence in re.split(r"(?<=[.!?…。！？])\s*", beat.text):
            named = self.names.find(sentence)
            subject = named[0][2] if named else subject
            if self._is(prop, sentence):
                return subject, bool(_IN_HAND.search(sentence))
        return None

    def _surface(self, text: str, own: str) -> str:
        """A mark with a surface: one's own, or the one words mean ("" for none)."""
        marks = {mark.id: mark for mark in self.entry.marks}
        if own in marks and marks[own].surface:
            return own
        bare = {mark.id for mark in self.entry.marks if not mark.surface}
        mark = best_mark(self.entry, text, taken=bare)
        return mark.id if mark else ""

    def _place_extras(self) -> None:
        if not self.entry.public:
            return
        played = {
            c.member
            for c in self.breakdown.characters
            if c.id in set(self.scene.people) | set(self._cast())
        }
        film = {c.member for c in self.breakdown.characters}
        members = [m for m in self.catalogue.members if m.name not in played]
        members.sort(key=lambda m: (m.name in film, m.name))
        used = {p.mark for p in self.plan.placements} | {c.target for c in self.plan.cues}
        near = {p for m in self.entry.marks if m.id in used for p in m.partners}
        free = [m for m in self.entry.marks if m.background and m.id not in used | near]
        free = [m for m in free if self._out_of_the_way(m)]
        rng = np.random.default_rng(seed_of(self.seed, "extras", self.entry.name))
        wanted = _MOST_EXTRAS if self.scene.time != "night" else _MOST_EXTRAS - 1
        order = [free[i] for i in rng.permutation(len(free))]
        for mark, member in zip(order[:wanted], members, strict=False):
            self.plan.extras.append(
                Extra(
                    id=f"extra_{mark.id}",
                    member=member.name,
                    mark=mark.id,
                    posture="sit" if mark.kind == "seat" else "stand",
                    action=self._pastime(mark),
                )
            )
        walkers = [e for e in self.plan.extras if e.posture == "stand"]
        if self.entry.setting == "ext" and walkers:
            walkers[0].action = "walk"

    def _pastime(self, mark: MarkEntry) -> str:
        """What somebody in the background does with their time."""
        if mark.role == "window":
            return "look"
        rng = np.random.default_rng(seed_of(self.seed, "pastime", mark.id))
        return ("look", "think")[int(rng.integers(2))]

    def _out_of_the_way(self, mark: MarkEntry) -> bool:
        """Whether somebody there keeps off the ways and the talk of the scene."""
        try:
            spec = sets.load(self.entry.name).spec
        except InputError:
            return True
        if mark.id not in spec.marks:
            return True
        points = {m.id: m.position for m in spec.marks.values()}
        points |= {d.id: d.position for d in spec.doors.values()}
        here = points[mark.id][:2]
        apart = _APART if mark.kind == "stand" else _APART_SEATED
        at = {p.actor: points[p.mark][:2] for p in self.plan.placements if p.mark in points}
        ways = [(a, a) for a in at.values()]
        for cue in self.plan.cues:
            goal = points[cue.target][:2] if cue.target in points else at.get(cue.target)
            if goal is None or cue.action not in ("enter", "exit", *WALKS, "follow", "sit"):
                continue
            start = at.get(cue.actor, goal)
            if cue.action in WALKS and math.dist(start, goal) > 1e-6:
                # who is told to stop may have gone on a little
                on = 1.0 + _FURTHER / math.dist(start, goal)
                goal = (start[0] + on * (goal[0] - start[0]), start[1] + on * (goal[1] - start[1]))
            ways.append((start, goal))
            at[cue.actor] = goal
        return all(shapely.LineString(way).distance(shapely.Point(here)) >= apart for way in ways)

    def _relate(self) -> None:
        """What pairs are to each other; two who are angry at each other twice are opponents."""
        anger = Counter(r.to for r in self.plan.readings if r.emotion == "angry" and r.energy > 0.6)
        cast = self._cast()
        about = {c.id: c.description for c in self.breakdown.characters}
        for index, one in enumerate(cast):
            for other in cast[index + 1 :]:
                said = " ".join(
                    b.text
                    for b in self.scene.beats
                    if b.speaker in (one, other) or {one, other} <= set(b.people)
                )
                kind = relation(f"{about.get(one, '')} {about.get(other, '')} {said}")
                if anger[one] + anger[other] >= 2:
                    kind = "opponents"
                if kind != "acquaintances":
                    self.plan.relations.append((one, other, kind))
