"""What models are told of a scene and of the shelves: short, and in names alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from filmagent.documents import (
    ActionEntry,
    Beat,
    Breakdown,
    Catalogue,
    Character,
    Cue,
    DoorEntry,
    MarkEntry,
    MemberEntry,
    Placement,
    Scene,
    SetEntry,
)

_LONGEST_ABOUT = 160
_LONGEST_BEAT = 900
_SIGNS = 12
"""Words of a set, enough to know it by."""


class People:
    """Names as the screenplay has them ↔ ids, which are file names and mean nothing to a reader."""

    def __init__(self, characters: Iterable[Character]) -> None:
        self.characters = list(characters)
        self._name = {c.id: c.name for c in self.characters}
        self._id: dict[str, str] = {}
        for spelling in (
            lambda c: [c.id],
            lambda c: [c.name],
            lambda c: c.aliases,
        ):
            for character in self.characters:
                for name in spelling(character):
                    self._id.setdefault(_plain(name), character.id)

    def name(self, identifier: str) -> str:
        """The name of an id; what is no id stays as it is."""
        return self._name.get(identifier, identifier)

    def id(self, name: str) -> str:
        """The id of a name; what is nobody's name stays as it is, to be found wrong."""
        return self._id.get(_plain(name), name)


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def told(**facts: Any) -> dict[str, Any]:
    """The facts that say something."""
    return {key: value for key, value in facts.items() if value not in ("", None, [], {}, False)}


def cut(text: str, most: int) -> str:
    """A text of at most ``most`` letters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def scene(entry: Scene) -> dict[str, Any]:
    """What a scene is."""
    return told(
        id=entry.id,
        heading=entry.slugline,
        inside=entry.setting,
        time=entry.time,
        set=entry.set,
        join=entry.join,
    )


def people_of(entry: Scene, breakdown: Breakdown) -> list[Character]:
    """Who is seen or heard in a scene, in the order of the breakdown."""
    named = {*entry.people, *(b.speaker for b in entry.beats if b.speaker)}
    named |= {person for b in entry.beats for person in b.people}
    return [c for c in breakdown.characters if c.id in named]


def people(characters: Iterable[Character]) -> list[dict[str, Any]]:
    """Who they are."""
    return [
        told(name=c.name, gender=c.gender, age=c.age, about=cut(c.description, _LONGEST_ABOUT))
        for c in characters
    ]


def beats(chosen: Sequence[Beat], who: People) -> list[dict[str, Any]]:
    """What happens, beat by beat."""
    return [_beat(beat, who) for beat in chosen]


def _beat(beat: Beat, who: People) -> dict[str, Any]:
    text = cut(beat.text, _LONGEST_BEAT)
    if beat.kind == "line":
        heard = "" if beat.delivery == "on" else beat.delivery
        speaker = who.name(beat.speaker or "")
        return told(id=beat.id, who=speaker, how=beat.parenthetical, heard=heard, says=text)
    if beat.kind == "action":
        seen = [who.name(person) for person in beat.people]
        return told(id=beat.id, prose=text, people=seen, notes=beat.directions)
    return told(id=beat.id, **{beat.kind: text or "…"})


def marks(entries: Iterable[MarkEntry]) -> dict[str, str]:
    """Marks by id: what they are, and from where one talks to somebody there."""
    return {
        mark.id: "; ".join(
            part
            for part in (
                f"{mark.kind}, {mark.role}",
                f"talk {' '.join(mark.partners)}" if mark.partners else "",
                "background" if mark.background else "",
                mark.description,
            )
            if part
        )
        for mark in entries
    }


def doors(entries: Iterable[DoorEntry]) -> dict[str, str]:
    """Doors by id."""
    return {door.id: door.description for door in entries}


def actions(entries: Iterable[ActionEntry]) -> dict[str, str]:
    """Actions by name: in which posture, and what they take."""
    return {
        action.name: "; ".join(
            part
            for part in (
                "seated" if action.postures == ["sit"] else "",
                "standing" if action.postures == ["stand"] else "",
                f"to: {action.target}" if action.target != "none" else "",
                action.description,
            )
            if part
        )
        for action in entries
        if action.kind != "idle"
    }


def placed(placements: Iterable[Placement], who: People) -> list[str]:
    """Starts in a word each: ``MARA window_a sits``."""
    return [
        f"{who.name(p.actor)} {p.mark}{' sits' if p.posture == 'sit' else ''}" for p in placements
    ]


def done(cue: Cue, who: People) -> str:
    """``JONAS enter street_door``."""
    return f"{who.name(cue.actor)} {cue.action} {who.name(cue.target)}".strip()


def cues(entries: Iterable[Cue], who: People) -> list[str]:
    """Cues in a line each: ``1.2 JONAS enter street_door``."""
    return [f"{cue.beat} {done(cue, who)}" for cue in entries]


def sets(entries: Iterable[SetEntry]) -> list[dict[str, Any]]:
    """Sets by name."""
    return [
        told(
            name=entry.name,
            title=entry.title,
            inside=entry.setting,
            like=", ".join(entry.words[:_SIGNS]),
            seats=sum(mark.kind == "seat" for mark in entry.marks),
            marks=len(entry.marks),
            doors=len(entry.doors),
        )
        for entry in entries
    ]


def members(entries: Iterable[MemberEntry]) -> list[dict[str, Any]]:
    """The troupe."""
    return [
        told(name=m.name, gender=m.gender, years=m.years, looks=", ".join(m.words)) for m in entries
    ]


def troupe(catalogue: Catalogue) -> Mapping[str, int]:
    """How many of each kind the troupe has: ``{"female adult": 3}``."""
    counted: dict[str, int] = {}
    for member in catalogue.members:
        kind = f"{member.gender} {member.age}"
        counted[kind] = counted.get(kind, 0) + 1
    return counted
