"""One scene as blocking reads it: its set, its people, and what the prose has them do."""

from __future__ import annotations

import re

from filmagent.crew.house import prose
from filmagent.documents.blocking import SceneBlocking
from filmagent.documents.breakdown import Breakdown, Scene
from filmagent.documents.catalogue import Catalogue, SetEntry

_PLANS: dict[str, tuple[str, ...]] = {
    "day": ("day", "morning", "noon"),
    "night": ("night", "evening"),
    "dawn": ("dawn", "dusk", "morning", "day"),
    "dusk": ("dusk", "evening", "night", "day"),
}


class Script:
    """A scene, its set, and the deeds of its beats; ``plan`` is the blocking in the making."""

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
