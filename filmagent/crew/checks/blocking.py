"""Can a blocking be played, and does it play everything? By names alone, cue after cue.

Here is what needs no order: marks, seats, things, passers-by, light, readings; the cues are played
in `filmagent.crew.checks.playing`. At last the departments' own test is asked
(`filmagent.documents.checks.problems`), so that a blocking without problems can go on the stage.
"""

from __future__ import annotations

from collections import Counter

from filmagent.crew.checks.playing import Playing
from filmagent.crew.problems import Problem, listed, nearest, quoted, unknown
from filmagent.documents import (
    Breakdown,
    Catalogue,
    Placement,
    PropPlacement,
    Scene,
    SceneBlocking,
    SetEntry,
)
from filmagent.documents.checks import problems as unplayable

_TIMES_OF_DAY = ("dawn", "day", "dusk", "night")


def check_blocking(
    blocking: SceneBlocking, breakdown: Breakdown, catalogue: Catalogue
) -> list[Problem]:
    """What is wrong with one scene's blocking.

    Returns
    -------
    list of Problem
        None of them: ``stage.schedule`` can play it, everybody who acts or speaks on the set is
        there, and every line has a reading.
    """
    scene = next((s for s in breakdown.scenes if s.id == blocking.scene), None)
    if scene is None:
        return [unknown("", blocking.scene, "a scene", [s.id for s in breakdown.scenes])]
    entry = next((s for s in catalogue.sets if s.name == blocking.set), None)
    if entry is None:
        return [unknown("", blocking.set, "a set", [s.name for s in catalogue.sets])]
    people = [character.id for character in breakdown.characters]
    found = [
        *_set(blocking, scene, entry),
        *_placements(blocking, scene, entry, people),
        *_props(blocking, entry, catalogue),
        *_extras(blocking, entry, catalogue, breakdown),
        *_relations(blocking, people),
        *_readings(blocking, scene, people),
    ]
    if not any(problem.where.startswith("placement") for problem in found):
        found += Playing(blocking, scene, entry, catalogue, people).problems()
    if not found:
        found = [Problem("", text) for text in unplayable(blocking, breakdown, catalogue)]
    return found


def _set(blocking: SceneBlocking, scene: Scene, entry: SetEntry) -> list[Problem]:
    found = []
    if scene.set and blocking.set != scene.set:
        found.append(
            Problem("", f"The scene is shot on {scene.set}, not on {blocking.set}.", (scene.set,))
        )
    if blocking.light not in entry.light_plans:
        found.append(
            unknown("light", blocking.light, f"a light plan of {entry.name}", entry.light_plans)
        )
    elif blocking.light in _TIMES_OF_DAY and blocking.light != scene.time:
        fits = [
            plan for plan in entry.light_plans if plan == scene.time or plan not in _TIMES_OF_DAY
        ]
        if fits:
            found.append(
                Problem(
                    "light",
                    f"The light is of {blocking.light}, but the scene plays at {scene.time}.",
                    tuple(fits),
                )
            )
    return found


def _placements(
    blocking: SceneBlocking, scene: Scene, entry: SetEntry, people: list[str]
) -> list[Problem]:
    found: list[Problem] = []
    marks = {mark.id: mark for mark in entry.marks}
    things = [prop.prop for prop in blocking.props]
    placed = Counter(placement.actor for placement in blocking.placements)
    faced = {*people, *marks, *things, *(door.id for door in entry.doors)}
    for placement in blocking.placements:
        where = f"placement {placement.actor}"
        if placement.actor not in people:
            found.append(unknown(where, placement.actor, "a character", scene.people or people))
        if placed[placement.actor] > 1:
            found.append(Problem(where, "is on several marks at once; begin on one."))
        mark = marks.get(placement.mark)
        if mark is None:
            found.append(
                unknown(where, placement.mark, f"a mark of the set {entry.name}", list(marks))
            )
        elif placement.posture == "sit" and mark.kind != "seat":
            seats = tuple(m.id for m in entry.marks if m.kind == "seat" and _free(m.id, blocking))
            what = f"{mark.id} is no seat; stand there, or sit on a seat."
            found.append(Problem(where, what, seats[:8]))
        if placement.facing == placement.actor:
            found.append(Problem(where, "faces themselves; face somebody else, or leave it empty."))
        elif placement.facing and placement.facing not in faced:
            found.append(
                unknown(where, placement.facing, "anybody or anything there", scene.people)
            )
    return found + _crowded(blocking, entry)


def _free(mark: str, blocking: SceneBlocking) -> bool:
    return mark not in {p.mark for p in blocking.placements} | {e.mark for e in blocking.extras}


def _crowded(blocking: SceneBlocking, entry: SetEntry) -> list[Problem]:
    """One person a mark, as long as there are marks."""
    found = []
    kinds = {mark.id: mark.kind for mark in entry.marks}
    taken: dict[str, Placement] = {}
    extras = {extra.mark: extra.id for extra in blocking.extras}
    for placement in blocking.placements:
        other = taken.setdefault(placement.mark, placement)
        by = extras.get(placement.mark) if other is placement else other.actor
        if by is None or placement.mark not in kinds:
            continue
        both_sit = placement.posture == "sit" and (other is placement or other.posture == "sit")
        free = [m.id for m in entry.marks if m.kind == kinds[m.id] and _free(m.id, blocking)]
        free = [m for m in free if kinds[m] == kinds[placement.mark]]
        if both_sit or free:
            found.append(
                Problem(
                    f"placement {placement.actor}",
                    f"{by} is on {placement.mark} already; a mark is for one. Take a free one.",
                    tuple(free[:8]),
                )
            )
    return found


def _props(blocking: SceneBlocking, entry: SetEntry, catalogue: Catalogue) -> list[Problem]:
    found = [
        Problem(
            f"prop {name}", f"is placed {times} times; it is in one place when the scene begins."
        )
        for name, times in Counter(p.prop for p in blocking.props).items()
        if times > 1
    ]
    models = [model.name for model in catalogue.props]
    marks = {mark.id: mark for mark in entry.marks}
    surfaces = [mark.id for mark in entry.marks if mark.surface]
    people = {p.actor for p in blocking.placements} | {c.actor for c in blocking.cues}
    for prop in blocking.props:
        where = f"prop {prop.prop}"
        if prop.model not in models:
            found.append(unknown(where, prop.model, "a prop of the library", models))
        found += _prop_place(where, prop, marks.keys(), surfaces, sorted(people))
    return found


def _prop_place(
    where: str, prop: PropPlacement, marks: object, surfaces: list[str], people: list[str]
) -> list[Problem]:
    if prop.mark and prop.holder:
        return [Problem(where, f"lies on {prop.mark} and is in {prop.holder}'s hand; one of both.")]
    if prop.holder:
        return [] if prop.holder in people else [unknown(where, prop.holder, "here", people)]
    if not prop.mark:
        what = "is nowhere; lay it on a mark with a surface, or put it in somebody's hand."
        return [Problem(where, what, tuple(surfaces[:8]))]
    if prop.mark not in set(marks):  # type: ignore[call-overload]
        return [unknown(where, prop.mark, "a mark where a thing can lie", surfaces)]
    return []


def _extras(
    blocking: SceneBlocking, entry: SetEntry, catalogue: Catalogue, breakdown: Breakdown
) -> list[Problem]:
    found: list[Problem] = []
    marks = {mark.id: mark for mark in entry.marks}
    actions = {action.name: action for action in catalogue.actions}
    members = [member.name for member in catalogue.members]
    here = {p.actor for p in blocking.placements} | {c.actor for c in blocking.cues}
    cast = {c.member: c.id for c in breakdown.characters if c.member and c.id in here}
    seen = Counter(extra.id for extra in blocking.extras)
    faces = Counter(extra.member for extra in blocking.extras)
    for extra in blocking.extras:
        where = f"extra {extra.id}"
        if not entry.public:
            found.append(Problem(where, f"The set {entry.name} is private: nobody else is there."))
        if seen[extra.id] > 1 or extra.id in here:
            found.append(Problem(where, "is the id of somebody else; give another."))
        if extra.member not in members:
            free = [m for m in members if m not in cast]
            found.append(unknown(where, extra.member, "a member of the cast", free))
        elif extra.member in cast:
            free = [m for m in members if m not in cast and m not in faces]
            what = f"{extra.member} plays {cast[extra.member]} here; take a free member."
            found.append(Problem(where, what, tuple(free[:8])))
        elif faces[extra.member] > 1:
            found.append(
                Problem(where, f"{extra.member} is seen twice; every passer-by is another.")
            )
        mark = marks.get(extra.mark)
        if mark is None:
            found.append(unknown(where, extra.mark, f"a mark of {entry.name}", list(marks)))
        elif extra.posture == "sit" and mark.kind != "seat":
            seats = tuple(m.id for m in entry.marks if m.kind == "seat")
            found.append(Problem(where, f"{mark.id} is no seat.", seats[:8]))
        action = actions.get(extra.action)
        if action is None:
            found.append(unknown(where, extra.action, "an action", list(actions)))
        elif extra.posture not in action.postures:
            fits = [name for name, other in actions.items() if extra.posture in other.postures]
            what = f"cannot {extra.action} in the posture {extra.posture}."
            found.append(Problem(where, what, nearest(extra.action, fits)))
    return found


def _relations(blocking: SceneBlocking, people: list[str]) -> list[Problem]:
    found = []
    pairs: Counter[frozenset[str]] = Counter()
    for one, other, _ in blocking.relations:
        pairs[frozenset((one, other))] += 1
        found += [
            unknown("relations", name, "a character", people)
            for name in (one, other)
            if name not in people
        ]
        if one == other:
            found.append(Problem("relations", f"{quoted(one)} is related to themselves."))
    twice = [pair for pair, times in pairs.items() if times > 1 and len(pair) == 2]
    return found + [
        Problem("relations", f"{listed(sorted(pair))} are related twice; say it once.")
        for pair in twice
    ]


def _readings(blocking: SceneBlocking, scene: Scene, people: list[str]) -> list[Problem]:
    found = []
    lines = {b.id: b for b in scene.beats if b.kind == "line" and b.speaker}
    read = Counter(reading.beat for reading in blocking.readings)
    for reading in blocking.readings:
        where = f"beat {reading.beat}"
        if reading.beat not in lines:
            known = list(lines)
            found.append(unknown(where, reading.beat, "a line of the scene", known))
            continue
        if read[reading.beat] > 1:
            found.append(Problem(where, "The line has several readings; give one."))
        if not 0.0 <= reading.energy <= 1.0:
            found.append(Problem(where, f"Its energy is {reading.energy:g}; from 0 to 1."))
        if reading.to == lines[reading.beat].speaker:
            found.append(
                Problem(
                    where, f"{reading.to} speaks to themselves; speak to nobody, or to another."
                )
            )
        elif reading.to and reading.to not in people:
            found.append(unknown(where, reading.to, "a character to speak to", scene.people))
    return found + [
        Problem(f"beat {beat}", "The line has no reading: emotion, energy, and to whom.")
        for beat in lines
        if beat not in read
    ]
