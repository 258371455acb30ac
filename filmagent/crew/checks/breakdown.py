"""Who plays whom, where, with what; and that every name in the breakdown is somebody's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from filmagent.crew.problems import Problem, listed, nearest, quoted, unknown
from filmagent.documents import Breakdown, Catalogue, Character, MemberEntry, Scene


def check_breakdown(breakdown: Breakdown, catalogue: Catalogue) -> list[Problem]:
    """What is wrong with a breakdown: people, casting and voices, then scene by scene."""
    found = [*_alike("character", [c.id for c in breakdown.characters])]
    found += [*_alike("scene", [s.id for s in breakdown.scenes])]
    for character in breakdown.characters:
        found += _cast(character, catalogue)
    found += _shared(breakdown, catalogue)
    people = [c.id for c in breakdown.characters]
    scenes = [s.id for s in breakdown.scenes]
    for scene in breakdown.scenes:
        found += _place(scene, catalogue)
        found += _people(scene, people, scenes)
        found += _things(scene, catalogue)
    return found


def _alike(kind: str, ids: Iterable[str]) -> list[Problem]:
    return [
        Problem(f"{kind} {name}", f"There are {times} of this id; every {kind} has its own.")
        for name, times in Counter(ids).items()
        if times > 1
    ]


def _cast(character: Character, catalogue: Catalogue) -> list[Problem]:
    where, found = f"character {character.id}", []
    members = {member.name: member for member in catalogue.members}
    if character.member and character.member not in members:
        ranked = sorted(catalogue.members, key=lambda m: _misfit(character, m))
        found.append(
            Problem(
                where,
                f"{quoted(character.member)} is not a member of the cast.",
                tuple(m.name for m in ranked[:8]),
            )
        )
    voice = character.voice
    if voice is not None:
        known = [v.name for v in catalogue.voices if v.engine == voice.engine]
        if not known:
            engines = {v.engine for v in catalogue.voices}
            found.append(
                unknown(where, voice.engine, "a voice engine of this machine", sorted(engines))
            )
        elif voice.name not in known:
            found.append(unknown(where, voice.name, f"a voice of {voice.engine}", known))
    return found


def _misfit(character: Character, member: MemberEntry) -> tuple[int, str]:
    """How far a member is from a character, by what can be seen."""
    ages = ("child", "teen", "adult", "old")
    sex = "unknown" not in (character.gender, member.gender) and character.gender != member.gender
    return 3 * sex + abs(ages.index(character.age) - ages.index(member.age)), member.name


def _shared(breakdown: Breakdown, catalogue: Catalogue) -> list[Problem]:
    """Nobody plays two people of one scene while a member is free who fits as well."""
    found: dict[str, Problem] = {}
    members = {member.name: member for member in catalogue.members}
    characters = {c.id: c for c in breakdown.characters}
    for scene in breakdown.scenes:
        seen = [characters[p] for p in scene.people if p in characters]
        plays = Counter(c.member for c in seen if c.member in members)
        free = [m for name, m in members.items() if name not in plays]
        for character in [c for c in seen if plays[c.member] > 1][1:]:
            others = [c.id for c in seen if c.member == character.member and c is not character]
            mine = _misfit(character, members[character.member])[0]
            fits = sorted((m for m in free if _misfit(character, m)[0] <= mine), key=_by_name)
            if fits and others:
                where = f"character {character.id}"
                found.setdefault(
                    where,
                    Problem(
                        where,
                        f"{character.member} also plays {listed(others)}, who {_is(others)} in "
                        f"scene {scene.id} too; take somebody who is free there.",
                        nearest(character.member, [m.name for m in fits]),
                    ),
                )
    return list(found.values())


def _by_name(member: MemberEntry) -> str:
    return member.name


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _place(scene: Scene, catalogue: Catalogue) -> list[Problem]:
    sets = [entry.name for entry in catalogue.sets]
    if scene.set in sets or not (scene.set or sets):
        return []
    return [unknown(f"scene {scene.id}", scene.set, "a set of the library", sets)]


def _people(scene: Scene, people: list[str], scenes: list[str]) -> list[Problem]:
    where = f"scene {scene.id}"
    kind = "a character of the film"
    found = [unknown(where, p, kind, people) for p in scene.people if p not in people]
    found += _alike("beat", [beat.id for beat in scene.beats])
    beats = {beat.id for beat in scene.beats}
    if scene.intercut_with is not None and scene.intercut_with not in scenes:
        found.append(unknown(where, scene.intercut_with, "a scene to cut together with", scenes))
    for beat in scene.beats:
        at = f"beat {beat.id}"
        named = [*beat.people, *([beat.speaker] if beat.speaker else [])]
        found += [unknown(at, p, kind, people) for p in dict.fromkeys(named) if p not in people]
        if beat.kind == "line" and not beat.speaker:
            found.append(Problem(at, "The line has no speaker.", tuple(scene.people[:8])))
        if beat.dual_with is not None and beat.dual_with not in beats:
            found.append(unknown(at, beat.dual_with, "a beat of this scene", sorted(beats)))
    return found


def _things(scene: Scene, catalogue: Catalogue) -> list[Problem]:
    models = [entry.name for entry in catalogue.props]
    found = _alike("prop", [prop.id for prop in scene.props])
    return found + [
        unknown(f"prop {prop.id}", prop.model, "a prop of the library", models)
        for prop in scene.props
        if prop.model and prop.model not in models
    ]
