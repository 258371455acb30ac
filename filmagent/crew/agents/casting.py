"""Who plays whom: the troupe's members chosen by name for the people of a breakdown.

What a note of the script, a person, or the draft before has settled is not asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from filmagent.crew.agents import material
from filmagent.crew.agents.answers import Casting, Part
from filmagent.crew.agents.asking import Desk, in_pieces
from filmagent.crew.house.casting import find_character
from filmagent.crew.house.notes import Directed
from filmagent.crew.problems import Problem, unknown
from filmagent.documents import Breakdown, Catalogue, Character, MemberEntry

PROMPTS = ("casting", "again")
_MOST = 24
"""Characters that are asked for at once."""


def choose_members(
    desk: Desk, made: Breakdown, catalogue: Catalogue, directed: Directed, kept: set[str]
) -> dict[str, str]:
    """Members by character id, for those who are not settled yet.

    Parameters
    ----------
    made
        The house crew's breakdown; its casting is what stands where a model gives none.
    directed
        What the script's notes ask for.
    kept
        Ids of characters whose members the draft before settled.
    """
    asked = [find_character(name, made.characters) for name in directed.cast]
    settled = kept | {c.id for c in asked if c is not None}
    open_parts = [c for c in made.characters if c.member and c.id not in settled]
    if not open_parts or len(catalogue.members) < 2:
        return {}
    chosen: dict[str, str] = {c.id: c.member for c in made.characters if c.id in settled}

    def cast(piece: Sequence[Character]) -> None:
        chosen.update(_Audition(desk, made, catalogue, dict(chosen), piece).hold())

    in_pieces(open_parts, _MOST, cast)
    return {c.id: chosen[c.id] for c in open_parts}


class _Audition:
    """Parts that are cast together."""

    def __init__(
        self,
        desk: Desk,
        made: Breakdown,
        catalogue: Catalogue,
        settled: dict[str, str],
        parts: Sequence[Character],
    ) -> None:
        first = made.characters[0].id == parts[0].id
        self.desk = desk.of("casting", "", "" if first else f"from {parts[0].id}")
        self.settled, self.parts = settled, parts
        self.shelf = {member.name: member for member in catalogue.members}
        self.people = material.People(made.characters)
        self.by_id = {c.id: c for c in made.characters}
        self.together: dict[str, set[str]] = {}
        for scene in made.scenes:
            for who in scene.people:
                self.together.setdefault(who, set()).update(scene.people)

    def hold(self) -> dict[str, str]:
        """Ask; member by character id."""
        question = self.desk.question(
            "casting",
            Casting,
            room=200 + 60 * len(self.parts),
            characters=[self._part(c) for c in self.parts],
            members=material.members(self.shelf.values()),
            settled={self.people.name(k): v for k, v in self.settled.items()} or None,
        )
        house = Casting(parts=[Part(character=c.name, member=c.member) for c in self.parts])
        return self._chosen(self.desk.decide(question, self.problems, lambda: house).value)

    def _part(self, character: Character) -> dict[str, Any]:
        others = self.together.get(character.id, set()) - {character.id}
        return material.told(
            name=character.name,
            gender=character.gender,
            age=character.age,
            about=material.cut(character.description, 160),
            speaks=character.speaks,
            meets=sorted(self.people.name(other) for other in others),
        )

    def _chosen(self, answer: Casting) -> dict[str, str]:
        wanted = {c.id for c in self.parts}
        found = {self.people.id(p.character): p.member for p in answer.parts}
        return {who: member for who, member in found.items() if who in wanted}

    def problems(self, answer: Casting) -> list[Problem]:
        """Parts without a member, members nobody knows, people who would meet themselves."""
        names = [c.name for c in self.parts]
        found = [
            unknown("", part.character, "one of the characters to be cast", names)
            for part in answer.parts
            if self.people.id(part.character) not in {c.id for c in self.parts}
        ]
        chosen = self._chosen(answer)
        for character in self.parts:
            where = f"character {character.name}"
            member = chosen.get(character.id)
            if member is None:
                found.append(Problem(where, "Nobody plays this part.", tuple(self.shelf)))
            elif member not in self.shelf:
                found.append(unknown(where, member, "a member of the troupe", self.shelf))
            else:
                found += self._unfit(where, character, self.shelf[member], chosen)
        return found

    def _unfit(
        self, where: str, character: Character, member: MemberEntry, chosen: dict[str, str]
    ) -> list[Problem]:
        everybody = {**self.settled, **chosen}
        used = set(everybody.values())
        free = [m for m in self.shelf.values() if m.name not in used]
        kind = (character.gender, "unknown")
        fits = tuple(m.name for m in free if character.gender == "unknown" or m.gender in kind)
        if character.gender not in ("unknown", member.gender) and fits:
            return [Problem(where, f"{member.name} is {member.gender}.", fits)]
        met = self.together.get(character.id, set()) - {character.id}
        doubles = [who for who in sorted(met) if everybody.get(who) == member.name]
        if doubles and fits:
            other = self.people.name(doubles[0])
            return [Problem(where, f"{member.name} also plays {other}, whom they meet.", fits)]
        return []
