"""Characters → cast members: by gender, age and looks; each a face of their own while they last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from filmagent.crew.house import looks
from filmagent.crew.house.lexicon import fold, pattern
from filmagent.crew.house.traits import years
from filmagent.documents import Catalogue, Character, MemberEntry, Scene
from filmagent.documents.breakdown import Age

_YEARS: Mapping[Age, int] = {"child": 8, "teen": 16, "adult": 38, "old": 68}
# What each sign is worth against the others: nobody plays another gender while their own is on the
# shelf; a second part costs more than looks and years, but a grown man still plays no child.
_GENDER, _USED, _SAME_SCENE, _LOOK, _YEAR = 1600.0, 400.0, 400.0, 10.0, 1.8
_AGE: Mapping[frozenset[Age], float] = {
    frozenset({"child", "teen"}): 120.0, frozenset({"child", "adult"}): 1300.0,
    frozenset({"child", "old"}): 1400.0, frozenset({"teen", "adult"}): 40.0,
    frozenset({"teen", "old"}): 250.0, frozenset({"adult", "old"}): 25.0,
}  # fmt: skip
_OFF_YEARS = 60.0
"""What years may cost: they only choose among those of an age."""


def cast_members(
    characters: list[Character],
    scenes: list[Scene],
    catalogue: Catalogue,
    asked: Mapping[str, str],
    kept: Mapping[str, str],
) -> list[str]:
    """Choose a member for everybody, in place; return warnings.

    Parameters
    ----------
    asked
        Character id → member, as the script's notes ask.
    kept
        Character id → member of the draft before: never recast.
    """
    shelf = {member.name: member for member in catalogue.members}
    if not shelf:
        return ["The library has no cast; nobody can be shown."]
    together = _together(scenes)
    parts: dict[str, list[str]] = {name: [] for name in sorted(shelf)}
    for character in characters:
        wish = asked.get(character.id) or kept.get(character.id) or ""
        character.member = wish if wish in shelf else ""
        if character.member:
            parts[character.member].append(character.id)
    # who speaks chooses first, so that a passer-by never takes the lead's face
    for character in sorted(characters, key=lambda c: not c.speaks):
        if not character.member:
            gender: str = character.gender
            if gender == "unknown" and "beard" in looks.read(_told(character)):
                gender = "male"
            if gender == "unknown":
                gender = _scarcer(characters, shelf)
            best = min(
                shelf.values(),
                key=lambda m: (_cost(character, gender, m, parts[m.name], together), m.name),
            )
            character.member = best.name
            parts[best.name].append(character.id)
    return _warnings(characters, scenes, shelf)


def _together(scenes: Iterable[Scene]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for scene in scenes:
        for who in scene.people:
            found.setdefault(who, set()).update(scene.people)
    return found


def _scarcer(characters: list[Character], shelf: dict[str, MemberEntry]) -> str:
    """The gender fewer parts went to, so that a film of unknowns is balanced."""
    playing = [shelf[c.member].gender for c in characters if c.member]
    women, men = playing.count("female"), playing.count("male")
    return "female" if women <= men else "male"


def _cost(
    character: Character,
    gender: str,
    member: MemberEntry,
    parts: list[str],
    together: dict[str, set[str]],
) -> float:
    wanted = years(character.description) or _YEARS[character.age]
    cost = _GENDER * (member.gender not in (gender, "unknown"))
    cost += min(_YEAR * abs(member.years - wanted), _OFF_YEARS)
    cost -= _LOOK * _alike(character, member)
    cost -= looks.agreement(_told(character), ", ".join(member.words))
    cost += _AGE.get(frozenset({member.age, character.age}), 0.0)
    cost += _USED * len(parts)
    return cost + _SAME_SCENE * len(together.get(character.id, set()) & set(parts))


def _told(character: Character) -> str:
    """What is known of the looks: the description, and a name that is a trade (NURSE)."""
    return ", ".join(text for text in (character.description, character.name.casefold()) if text)


def _alike(character: Character, member: MemberEntry) -> int:
    """How many of a member's looks the description names, each word of it once."""
    text = fold(_told(character)).replace("gray", "grey")
    words = sorted({fold(word).replace("gray", "grey") for word in member.words})
    return len(set(pattern(tuple(words)).findall(text))) if text else 0


def _warnings(
    characters: list[Character], scenes: list[Scene], shelf: dict[str, MemberEntry]
) -> list[str]:
    by_id = {character.id: character for character in characters}
    said: list[str] = []
    for scene in scenes:
        faces: dict[str, list[str]] = {}
        for who in scene.people:
            if who in by_id:
                faces.setdefault(by_id[who].member, []).append(by_id[who].name)
        doubles = [names for names in faces.values() if len(names) > 1]
        if doubles and len(scene.people) > len(shelf):
            said.append(
                f"Scene {scene.id} has {len(scene.people)} people and the library has "
                f"{len(shelf)} cast members, so faces repeat."
            )
        else:
            said += [
                f"In scene {scene.id} {_listed(names)} are played by the same cast member; "
                "the library has no other of their kind."
                for names in doubles
            ]
    seen = {who for scene in scenes for who in scene.people}
    for character in characters:
        member = shelf[character.member]
        if character.id in seen and character.gender not in (member.gender, "unknown"):
            said.append(
                f"{character.name} is played by {member.title.split(',')[0]}; the library has "
                f"nobody else left who fits."
            )
        elif character.id in seen and character.age == "child" and member.age != "child":
            said.append(
                f"{character.name} is a child and the library has none; "
                f"{member.title.split(',')[0]} ({member.years}) plays the part."
            )
    return said


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def find_character(name: str, characters: Iterable[Character]) -> Character | None:
    """The character that a note's name means."""
    wanted = fold(re.sub(r"\s+", " ", name))
    for character in characters:
        if wanted in {fold(character.id), fold(character.name), *map(fold, character.aliases)}:
            return character
    return None
