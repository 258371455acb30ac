"""Blocking by rule: who is on which mark, who goes where, who does what, from the prose.

Names only: ``stage.schedule`` finds the coordinates and the times. Every cue is tried on
`filmagent.documents.checks.Replay` before it is kept, so that a blocking can always be played.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np

from filmagent.crew.house import prose
from filmagent.crew.house.marks import best_door, best_mark, names_door
from filmagent.crew.house.readings import business, readings, relation
from filmagent.documents.blocking import (
    Cue,
    Extra,
    LineReading,
    Placement,
    Posture,
    PropPlacement,
    SceneBlocking,
)
from filmagent.documents.breakdown import Beat, Breakdown, Prop, Scene
from filmagent.documents.catalogue import Catalogue, SetEntry
from filmagent.documents.checks import Replay
from filmagent.documents.seeds import seed as seed_of

_PLANS: dict[str, tuple[str, ...]] = {
    "day": ("day", "morning", "noon"),
    "night": ("night", "evening"),
    "dawn": ("dawn", "dusk", "morning", "day"),
    "dusk": ("dusk", "evening", "night", "day"),
}
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
_DEFAULT_MODELS = {
    "drink": ("cup", "glass"),
    "phone": ("phone",),
    "read": ("newspaper", "book", "letter"),
}
_QUIET_BEATS = 3
"""Lines without anybody doing anything, after which somebody takes up business."""
_MOST_EXTRAS = 3
_UNASKED = ("look", "drink", "think")
"""Business in silences: nobody nods or shrugs at nothing."""


def block(scene: Scene, breakdown: Breakdown, catalogue: Catalogue, seed: int) -> SceneBlocking:
    """Block a scene on the marks of its set.

    Returns
    -------
    SceneBlocking
        Without `filmagent.documents.checks.problems`.
    """
    return _Blocker(scene, breakdown, catalogue, seed).run()


class _Blocker:
    def __init__(self, scene: Scene, breakdown: Breakdown, catalogue: Catalogue, seed: int):
        self.scene, self.breakdown, self.catalogue, self.seed = scene, breakdown, catalogue, seed
        self.entry = self._set()
        self.names = prose.Names(breakdown.characters)
        self.verbs = prose.verbs_of(catalogue.actions)
        self.plan = SceneBlocking(scene=scene.id, set=self.entry.name, light=self._light())
        self.deeds = self._read()
        self.things = {p.id: p for p in scene.props if p.model}
        self.last_prop = ""
        self.quiet = 0

    def _set(self) -> SetEntry:
        sets = self.catalogue.sets
        return next((entry for entry in sets if entry.name == self.scene.set), sets[0])

    def _light(self) -> str:
        plans = self.entry.light_plans
        for word in _PLANS[self.scene.time]:
            for plan in plans:
                if word in plan.casefold():
                    return plan
        return plans[0] if plans else "day"

    def _read(self) -> dict[str, list[prose.Deed]]:
        """The deeds of every beat: prose of action beats, parentheticals of lines."""
        found = {}
        for beat in self.scene.beats:
            if beat.kind == "action":
                found[beat.id] = prose.deeds(beat.text, self.names, self.verbs)
            elif beat.kind == "line" and beat.speaker:
                self.names.remember(beat.speaker)
                if beat.delivery == "on" and beat.parenthetical:
                    found[beat.id] = prose.deeds(
                        beat.parenthetical, self.names, self.verbs, beat.speaker
                    )
        return found

    def run(self) -> SceneBlocking:
        self.names.recent.clear()
        entering = self._entering()
        self._place(entering)
        self._place_props()
        if not self.entry.doors:
            self.plan.why.append(f"The set {self.entry.name} has no door: nobody can come or go.")
        self.replay = Replay(self.plan, self.entry, self.catalogue.actions)
        moods = {r.beat: r for r in readings(self.scene, self.names, {})}
        present: dict[str, list[str]] = {}
        for beat in self.scene.beats:
            if beat.speaker:
                self.names.remember(beat.speaker)
            self._beat(beat, moods)
            stances = self.replay.stances
            present[beat.id] = [actor for actor, stance in stances.items() if stance.present]
            if beat.kind == "line" and beat.speaker and beat.delivery == "os":
                present[beat.id].append(beat.speaker)
        self.plan.readings = readings(self.scene, self.names, present)
        self._place_extras()
        self._relate()
        return self.plan

    # who is there when it begins

    def _entering(self) -> set[str]:
        """People whose first deed is to come in."""
        first: dict[str, str] = {}
        for beat in self.scene.beats:
            deeds = self.deeds.get(beat.id, [])
            comes = {deed.actor for deed in deeds if deed.action == "enter"}
            for deed in deeds:
                first.setdefault(deed.actor, "enter" if deed.actor in comes else deed.action)
            if beat.kind == "line" and beat.delivery == "on" and beat.speaker:
                first.setdefault(beat.speaker, "talk")
        return {a for a, action in first.items() if action == "enter" and self.entry.doors}

    def _cast(self) -> list[str]:
        """Everybody the picture shows, in the order they come up."""
        order: list[str] = []
        for beat in self.scene.beats:
            seen = list(beat.people) if beat.kind == "action" else []
            seen += [deed.actor for deed in self.deeds.get(beat.id, [])]
            if beat.kind == "line" and beat.delivery == "on" and beat.speaker:
                seen.append(beat.speaker)
            order += seen
        known = {character.id for character in self.breakdown.characters}
        return [person for person in dict.fromkeys(order) if person in known]

    def _introduction(self, person: str) -> tuple[str, prose.Deed | None]:
        """The clause that first shows somebody, and their first deed if it is in that paragraph."""
        for beat in self.scene.beats:
            if beat.kind == "action":
                own = [d for d in self.deeds.get(beat.id, []) if d.actor == person]
                for sentence in re.split(r"(?<=[.!?…。！？])\s*", beat.text):
                    if any(i == person for _, _, i in self.names.find(sentence)):
                        return sentence, own[0] if own else None
                if own:
                    return own[0].clause, own[0]
        return "", None

    def _place(self, entering: set[str]) -> None:
        people = [person for person in self._cast() if person not in entering]
        taken: set[str] = set()
        for person in people:
            text, deed = self._introduction(person)
            going = deed is not None and deed.action in ("walk", "follow", "exit", "sit", "turn")
            still_sits = (
                deed is not None
                and deed.action == "sit"
                and not _GOES_DOWN.search(deed.phrase.casefold())
            )
            sits = (still_sits or bool(_SITTING.search(text))) and not (going and not still_sits)
            near = [p.mark for p in self.plan.placements]
            where = "" if going and not still_sits else text
            if deed is not None and deed.action == "walk":
                where = self._start_of_walk(person, entering)
            mark = best_mark(
                self.entry,
                where,
                kind="seat" if sits else "stand",
                taken=taken,
                near=near,
                company=len(people) + len(entering) > 1,
            ) or best_mark(self.entry, where, kind="stand", near=near)
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

    # beats

    def _beat(self, beat: Beat, moods: dict[str, LineReading]) -> None:
        wanted = self.deeds.get(beat.id, [])
        before = len(self.plan.cues)
        seen = beat.speaker if beat.kind == "line" and beat.delivery == "on" else ""
        if seen and not self.replay.stance(seen).present:
            # the script lets somebody speak who has left: they have come back
            self._cue(beat, seen, "enter", self._door(""), 0.0)
        for index, deed in enumerate(wanted):
            at = 0.0 if beat.kind == "line" else index / len(wanted)
            self.names.remember(deed.actor)
            self._deed(beat, deed, at)
        if beat.kind == "action":
            self._approach(beat)
        done = len(self.plan.cues) > before
        self.quiet = 0 if done else self.quiet + (beat.kind in ("line", "pause", "action"))
        if not done and self._turning_point(beat, moods):
            self._business(beat, moods)

    def _deed(self, beat: Beat, deed: prose.Deed, at: float) -> None:
        if deed.action == "pick_up" and re.search(r"\bto (?:her|his|their|the) ear\b", deed.rest):
            deed = replace(deed, action="phone")
        action = self.replay.actions[deed.action]
        now = self.replay.stance(deed.actor)
        if action.kind == "idle" or deed.actor not in {c.id for c in self.breakdown.characters}:
            return
        if deed.action == "enter":
            if now.present:
                return
        elif not now.present:
            # the prose acts with somebody who has left: they come back first
            if not self.entry.doors or deed.action == "exit":
                return
            self._cue(beat, deed.actor, "enter", self._door(deed.clause), at)
            now = self.replay.stance(deed.actor)
        if deed.action == "sit" and now.posture == "sit":
            return
        if deed.action == "stand" and now.posture == "stand":
            return
        if deed.action == "stop" and not self._was_walking(deed.actor):
            return
        if now.posture not in action.postures:
            if now.posture == "sit" and action.kind == "move" and deed.action != "turn":
                self._cue(beat, deed.actor, "stand", "", at)
            else:
                return
        target = self._target(deed)
        if target is None:
            return
        if deed.action == "sit" and not target:
            # nothing to sit on where the prose says: they stand there
            mark = best_mark(self.entry, deed.rest, kind="stand", needed=False)
            if mark and mark.id != now.mark:
                self._cue(beat, deed.actor, "walk", mark.id, at)
            return
        if deed.action == "pick_up":
            self._go_for(beat, deed.actor, target, at)
        if deed.action == "put_down":
            self._bring(beat, deed, at)
        self._cue(beat, deed.actor, deed.action, target, at)

    def _bring(self, beat: Beat, deed: prose.Deed, at: float) -> None:
        """Who puts something before somebody walks up to them first."""
        person = self.names.mentioned(deed.rest, deed.actor)
        now, other = self.replay.stance(deed.actor), self.replay.stance(person)
        if not person or not other.present or now.posture == "sit":
            return
        marks = {mark.id: mark for mark in self.entry.marks}
        near = other.mark in marks and now.mark in marks[other.mark].partners
        last = next((c for c in reversed(self.plan.cues) if c.actor == deed.actor), None)
        there = last is not None and last.action in ("walk", "follow") and last.target == person
        if not near and not there:
            self._cue(beat, deed.actor, "walk", person, at)

    def _go_for(self, beat: Beat, actor: str, prop: str, at: float) -> None:
        """Who stands elsewhere walks up to a thing before taking it."""
        now = self.replay.stance(actor)
        lies = next((p.mark for p in self.plan.props if p.prop == prop), "")
        moved = any(c.target == prop and c.action == "put_down" for c in self.plan.cues)
        held = self.replay.holders.get(prop)
        if lies not in ("", now.mark) and not moved and not held and now.posture == "stand":
            self._cue(beat, actor, "walk", lies, at)

    def _was_walking(self, actor: str) -> bool:
        walks = [c for c in self.plan.cues if c.actor == actor and c.action in ("walk", "follow")]
        order = [beat.id for beat in self.scene.beats]
        return bool(walks) and len(order) > 0

    def _cue(self, beat: Beat, actor: str, action: str, target: str, at: float) -> bool:
        """Keep a cue if it can be played."""
        identifier = f"{beat.id}/{actor}/{action}"
        times = Counter(c.beat + c.actor + c.action for c in self.plan.cues)[
            beat.id + actor + action
        ]
        cue = Cue(
            id=identifier + (str(times + 1) if times else ""),
            beat=beat.id,
            actor=actor,
            action=action,
            target=target,
            at=at,
        )
        if self.replay.problem(cue):
            return False
        self.replay.apply(cue)
        if target in self.replay.stances:
            self.names.remember(target)
            self.names.remember(actor)
        self.plan.cues.append(cue)
        return True

    def _door(self, text: str) -> str:
        door = best_door(self.entry, text)
        return door.id if door else ""

    def _target(self, deed: prose.Deed) -> str | None:
        """What a deed is done to or where it leads; None where it cannot be done."""
        action = self.replay.actions[deed.action]
        person = self.names.mentioned(deed.rest, deed.actor)
        if person and not self.replay.stance(person).present:
            person = ""
        if deed.action in ("enter", "exit"):
            return self._door(deed.clause) or None
        if deed.action == "sit":
            return self._seat(deed, person)
        if action.target == "none":
            return ""
        if action.target == "prop":
            return self._prop_target(deed)
        if action.target == "actor":
            return person or self._company(deed.actor) or (None if action.kind == "move" else "")
        if deed.action == "walk":
            return self._destination(deed, person)
        prop = self._prop_named(deed.rest)
        mark = best_mark(self.entry, deed.rest, needed=False)
        door = names_door(self.entry, deed.rest)
        if re.search(r"\baway\b", deed.phrase + deed.rest):
            mark = mark or best_mark(self.entry, "", taken={self.replay.stance(deed.actor).mark})
            return mark.id if mark else ""
        return (
            person
            or prop
            or (door.id if door else "")
            or (mark.id if mark else "")
            or (self._company(deed.actor) if deed.action == "turn" else "")
        )

    def _company(self, actor: str) -> str:
        """Who else is there, last named first."""
        here = [a for a, s in self.replay.stances.items() if s.present and a != actor]
        recent = [a for a in reversed(self.names.recent) if a in here]
        return (recent or here or [""])[0]

    def _taken(self, actor: str) -> set[str]:
        extras = {extra.mark for extra in self.plan.extras}
        stances = self.replay.stances.items()
        return extras | {s.mark for a, s in stances if a != actor and s.present and s.mark}

    def _seat(self, deed: prose.Deed, person: str) -> str | None:
        beside = person or self._company(deed.actor)
        near = [self.replay.stance(beside).mark] if beside else []
        text = "" if person else deed.rest
        named = best_mark(self.entry, text, needed=False)
        if named and named.kind == "stand":
            seats = best_mark(self.entry, text, kind="seat", needed=False)
            if seats is None:
                return ""
        mark = best_mark(
            self.entry, text, kind="seat", taken=self._taken(deed.actor), near=near, company=True
        )
        return mark.id if mark else None

    def _destination(self, deed: prose.Deed, person: str) -> str | None:
        away = re.search(r"\b(away|past|around|off)\b", deed.rest)
        if person and not away:
            return person
        own = self.replay.stance(deed.actor).mark
        taken = self._taken(deed.actor) | {own}
        door = names_door(self.entry, deed.rest, ways_out=False)
        if door and not away:
            return door.id
        partners = {p for m in self.entry.marks if m.id == own for p in m.partners}
        # a walk worth the name does not end beside where it began
        for avoid in (taken | partners, taken):
            named = best_mark(self.entry, deed.rest, kind="stand", taken=avoid, needed=False)
            if named:
                return named.id
        named = best_mark(self.entry, deed.rest, taken=taken, needed=False)
        other = best_mark(self.entry, "", kind="stand", taken=taken | partners)
        other = named or other or best_mark(self.entry, "", kind="stand", taken={own})
        return other.id if other else None

    def _approach(self, beat: Beat) -> None:
        """Who came in and talks next walks up to whoever they talk to."""
        came = [c for c in self.plan.cues if c.beat == beat.id and c.action == "enter"]
        later = self.scene.beats[self.scene.beats.index(beat) + 1 :]
        for cue in came:
            after = [c for c in self.plan.cues if c.actor == cue.actor and c.beat == beat.id]
            talks = [b for b in later if b.kind == "line" and b.delivery == "on"][:3]
            moves = any(
                d.actor == cue.actor and self.replay.actions[d.action].kind == "move"
                for b in later[:2]
                for d in self.deeds.get(b.id, [])
            )
            company = self._company(cue.actor)
            if after[-1] is cue and company and not moves and talks:
                at = max((c.at for c in self.plan.cues if c.beat == beat.id), default=0.0)
                self._cue(beat, cue.actor, "walk", company, at)

    # business

    def _turning_point(self, beat: Beat, moods: dict[str, LineReading]) -> bool:
        if beat.kind == "pause" or self.quiet >= _QUIET_BEATS:
            return True
        if beat.kind == "action" and not beat.directions:
            return bool(beat.people)
        if beat.kind != "line" or beat.speaker is None:
            return False
        spoken = [b for b in self.scene.beats if b.speaker == beat.speaker and b.kind == "line"]
        index = spoken.index(beat)
        return index > 0 and moods[beat.id].emotion not in (
            "neutral",
            moods[spoken[index - 1].id].emotion,
        )

    def _business(self, beat: Beat, moods: dict[str, LineReading]) -> None:
        """Somebody takes something up: a gesture that fits their mood, or a few steps."""
        here = [a for a, s in self.replay.stances.items() if s.present]
        if not here:
            return
        rng = np.random.default_rng(seed_of(self.seed, "business", beat.id))
        speaking = beat.speaker if beat.speaker in here and beat.delivery == "on" else ""
        named = [person for person in beat.people if person in here]
        doer = (
            speaking or (named or [a for a in reversed(self.names.recent) if a in here] or here)[0]
        )
        if speaking and len(here) > 1 and rng.random() < 0.4:
            doer = self._company(speaking)
        spoken = [b for b in self.scene.beats if b.speaker == doer and b.id in moods]
        emotion = moods[beat.id].emotion if doer == speaking else "neutral"
        if not spoken:
            emotion = "neutral"
        at = round(float(rng.uniform(0.15, 0.55)), 2)
        if self.quiet > _QUIET_BEATS and self._steps(beat, doer, at):
            self.quiet = 0
            return
        choices = business(emotion) if beat.kind == "line" else list(_UNASKED)
        start = int(rng.integers(len(choices)))
        for action in choices[start:] + choices[:start]:
            target = self._business_target(doer, action)
            if target is not None and self._cue(beat, doer, action, target, at):
                self.quiet = 0
                return

    def _steps(self, beat: Beat, doer: str, at: float) -> bool:
        """A few steps to another mark from which one can go on talking."""
        stance, company = self.replay.stance(doer), self._company(doer)
        if stance.posture != "stand" or not company:
            return False
        other = self.replay.stance(company).mark
        marks = {mark.id: mark for mark in self.entry.marks}
        taken = self._taken(doer) | {stance.mark}
        for mark in marks[other].partners if other in marks else []:
            if mark in marks and mark not in taken and marks[mark].kind == "stand":
                return self._cue(beat, doer, "walk", mark, at)
        return False

    def _business_target(self, doer: str, action: str) -> str | None:
        kind = self.replay.actions[action].target
        if kind == "none":
            return ""
        if kind == "actor":
            return self._company(doer) or None
        if kind == "prop":
            own = self.replay.stance(doer).mark
            for placed in self.plan.props:
                fits = placed.model in _DEFAULT_MODELS.get(action, ())
                if fits and own and placed.mark == own and not self.replay.holders[placed.prop]:
                    return placed.prop
            return None
        if action == "look":
            aside = best_mark(self.entry, "window", taken=self._taken(doer), needed=False)
            lying = [p.prop for p in self.plan.props if not self.replay.holders[p.prop]]
            return (lying or [aside.id if aside else ""])[0]
        return self._company(doer) or None

    # props

    def _prop_named(self, text: str) -> str:
        low = text.casefold()
        for prop in self.things.values():
            name = prop.name.casefold()
            last = name.split()[-1] if name.split() else name
            if re.search(rf"(?<!\w)(?:{re.escape(name)}|{re.escape(last)})(?!\w)", low):
                self.last_prop = prop.id
                return prop.id
        if re.search(r"\b(it|them)\b", low) and self.last_prop:
            return self.last_prop
        return ""

    def _prop_target(self, deed: prose.Deed) -> str | None:
        prop = self._prop_named(deed.rest) or self._prop_named(deed.clause)
        holders = self.replay.holders
        if deed.action in ("pick_up", "put_down"):
            return prop or None
        if prop and prop in holders:
            return prop
        models = _DEFAULT_MODELS.get(deed.action, ())
        mine = [
            p
            for p in self.plan.props
            if p.model in models
            and (
                holders[p.prop] == deed.actor
                or (p.mark and p.mark == self.replay.stance(deed.actor).mark)
            )
        ]
        return mine[0].prop if mine else ""

    def _place_props(self) -> None:
        for prop in self.things.values():
            self.plan.props.append(self._prop_place(prop))
        for beat in self.scene.beats:
            for deed in self.deeds.get(beat.id, []):
                self._lend(deed)

    def _lend(self, deed: prose.Deed) -> None:
        """Who drinks, reads or phones without the script naming a thing is given one."""
        models = _DEFAULT_MODELS.get(deed.action, ())
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
                handled = deed.action in ("put_down", "pick_up") and self._is(prop, deed.rest)
                of_use = prop.model in _DEFAULT_MODELS.get(deed.action, ())
                carried = handled and (deed.action == "put_down" or _POCKET.search(deed.rest))
                if carried or (of_use and deed.action in ("phone", "read")):
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

    # company

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
                )
            )

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
