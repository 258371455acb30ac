"""What a deed is done to, or where it leads: people, marks, seats, doors and things by words."""

from __future__ import annotations

import re

from filmagent.crew.house import prose
from filmagent.crew.house.marks import best_door, best_mark, names_door
from filmagent.crew.house.placing import DEFAULT_MODELS, Placing
from filmagent.documents.checks import WALKS, Replay


class Targets(Placing):
    """Finds targets; ``replay`` knows who is where as the cues are written."""

    replay: Replay

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
        if deed.action in WALKS:
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

    def _door(self, text: str) -> str:
        door = best_door(self.entry, text)
        return door.id if door else ""

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
        models = DEFAULT_MODELS.get(deed.action, ())
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
