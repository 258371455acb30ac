"""INTERCUT: a conversation between two places becomes two scenes, one a side, cut together.

Both sides are shot: whoever was seen in the other place speaks there. The two scenes keep the
source lines of their beats, which tell the order in which they alternate.
"""

from __future__ import annotations

from filmagent.crew.house.lexicon import fold
from filmagent.crew.house.manner import read_extensions
from filmagent.crew.house.mentions import Known
from filmagent.crew.house.people import Roll
from filmagent.crew.house.scenes import RawScene
from filmagent.screenplay import Action, Element, Speech, Transition


def part_sides(raw: list[RawScene], roll: Roll, known: Known) -> list[RawScene]:
    """Replace every intercut stretch by its two sides; set whom each intercut scene goes with."""
    out: list[RawScene] = []
    for scene in raw:
        if scene.intercut is None:
            out.append(scene)
            continue
        here, there = _places(scene, out)
        if here is scene and not out:
            here = None
        sides = _sides(scene, here, there, roll, known) if here and there else []
        if sides:
            if here in out and not here.elements:
                out.remove(here)
            if out and fold(out[-1].place) == fold(sides[0].place):
                sides[0].join = "continuous"
            out += sides
            continue
        # a conversation of which one side alone is written stays in one scene
        scene.partner = there or (out[-1] if out else None)
        if not scene.headed and out and out[-1] is not scene.partner:
            out[-1].elements += scene.elements
            out[-1].end = max(out[-1].end, scene.end)
            out[-1].partner, out[-1].join = scene.partner, "intercut"
        elif scene.headed or scene.elements:
            out.append(scene)
            scene.join = "intercut" if scene.partner else None
    return out


def _places(scene: RawScene, before: list[RawScene]) -> tuple[RawScene | None, RawScene | None]:
    """The scene of this side and the one of the other: by name, else the last two places."""
    words = fold(f"{scene.intercut} {scene.place if scene.headed else ''}")
    named = [s for s in reversed(before) if s.place and fold(s.place) in words]
    here = before[-1] if before else None
    if scene.headed:
        # a heading of both places names this side too; else the heading is this side
        here = named[0] if len(named) > 1 else scene
    if here is None:
        return None, None
    others = [s for s in [*named, *reversed(before)] if fold(s.place) != fold(here.place)]
    return here, others[0] if others else None


def _sides(
    scene: RawScene, here: RawScene, there: RawScene, roll: Roll, known: Known
) -> list[RawScene]:
    """The two sides in the order they begin; none when all of it is on one side."""
    afar = _seen(there, roll, known) - _seen(here, roll, known)
    parts: tuple[list[Element], list[Element]] = ([], [])
    side = 0
    first: int | None = None
    for element in scene.elements:
        who = _subject(element, roll, known)
        if who is not None:
            side = int(who in afar)
            first = side if first is None else first
        parts[side].append(element)
    if not parts[0] or not parts[1]:
        return []
    made = [_side(scene, like, part) for like, part in zip((here, there), parts, strict=True)]
    if here is scene:
        made[0].before = None
    if first == 1:
        made.reverse()
    made[1].join, made[1].partner = "intercut", made[0]
    made[0].number = scene.number
    # how it ends, it ends on the side that comes last
    while made[0].elements and isinstance(made[0].elements[-1], Transition):
        made[1].elements.append(made[0].elements.pop())
    return made


def _side(scene: RawScene, like: RawScene, elements: list[Element]) -> RawScene:
    return RawScene(
        heading=like.heading,
        setting=like.setting,
        place=like.place,
        time=like.time,
        elements=elements,
        before=like,
        first=scene.first,
        end=scene.end,
    )


def _seen(scene: RawScene, roll: Roll, known: Known) -> set[str]:
    found: set[str] = set()
    for element in scene.elements:
        if isinstance(element, Action):
            found |= {m.who for m in known.find(element.plain) if not (m.absent or m.owner)}
        elif isinstance(element, Speech) and _is_on(element) and scene.intercut is None:
            found |= set(roll.cue(element.name).who)
    return found


def _is_on(speech: Speech) -> bool:
    return read_extensions(speech.extensions, away=True)[0] == "on"


def _subject(element: Element, roll: Roll, known: Known) -> str | None:
    """Whose side an element is on; None: the side of what came before."""
    if isinstance(element, Speech) and _is_on(element):
        return next(iter(roll.cue(element.name).who), None)
    if isinstance(element, Action):
        return next((m.who for m in known.find(element.plain) if not m.absent), None)
    return None
