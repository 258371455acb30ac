"""Can a scene be cut from its setups? Every beat covered, everybody in the picture there.

Here is what a setup names and what the setups cover together; how each is shot is
`filmagent.crew.checks.shots`, what two of them are to each other `filmagent.crew.checks.sides`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from filmagent.crew.checks.floor import Floor
from filmagent.crew.checks.shots import check_moves, check_shot
from filmagent.crew.checks.sides import check_pairs
from filmagent.crew.problems import Problem, listed, nearest, quoted, unknown
from filmagent.documents import (
    Catalogue,
    Scene,
    SceneBlocking,
    SceneCoverage,
    SceneTiming,
    Setup,
)

_WAITS = ("establishing", "master", "entrance")
"""Kinds that may hold on a place before, and after, somebody is in it."""
_ID = re.compile(r"(?P<letters>[A-HJ-NP-Z]{1,2})(?P<inserted>[0-9]*)")


@dataclass(frozen=True)
class Asked:
    """What is asked of a coverage besides the rules.

    Parameters
    ----------
    alternates
        Setups in which every line must be seen spoken, at least.
    most_setups
        Setups there may be.
    most_seconds
        Seconds of takes there may be, all setups together; needs the timing.
    """

    alternates: int = 1
    most_setups: int | None = None
    most_seconds: float | None = None


_NOTHING_MORE = Asked()


def check_coverage(
    coverage: SceneCoverage,
    scene: Scene,
    blocking: SceneBlocking,
    catalogue: Catalogue,
    *,
    timing: SceneTiming | None = None,
    asked: Asked = _NOTHING_MORE,
) -> list[Problem]:
    """What is wrong with one scene's setups.

    Parameters
    ----------
    blocking
        Of the scene, without problems itself.
    timing
        Where everybody is in time; without it the cues alone say who is there and who walks.
    """
    if coverage.scene != scene.id:
        return [Problem("", f"These setups are of scene {quoted(coverage.scene)}.", (scene.id,))]
    floor = Floor(scene, blocking, catalogue, timing)
    found = _ids(coverage.setups, scene)
    idioms = [idiom.name for idiom in catalogue.idioms]
    for setup in coverage.setups:
        named = [*_beats(setup, floor), *_subjects(setup, floor)]
        if setup.idiom and idioms and setup.idiom not in (*idioms, "as directed"):
            named.append(unknown(f"setup {setup.id}", setup.idiom, "an idiom", idioms))
        found += named or check_shot(setup, floor)
    found += check_moves(coverage.setups, floor)
    found += check_pairs(coverage.setups, floor)
    return found + _together(coverage.setups, floor, asked, timing)


def _ids(setups: Sequence[Setup], scene: Scene) -> list[Problem]:
    found = []
    for name, times in Counter(setup.id for setup in setups).items():
        if times > 1:
            found.append(Problem(f"setup {name}", f"There are {times} setups of this id."))
        own = name.removeprefix(scene.id)
        if own == name or _ID.fullmatch(own) is None:
            what = "has no slate: scene and letters without I and O, as in "
            found.append(Problem(f"setup {name}", f"{what}{scene.id}A, {scene.id}B, {scene.id}B1."))
    return found


def _beats(setup: Setup, floor: Floor) -> list[Problem]:
    where = f"setup {setup.id}"
    known = list(floor.order)
    wrong = [beat for beat in setup.beats if beat not in floor.order]
    if wrong:
        return [
            unknown(where, beat, "a beat of this scene that takes time", known) for beat in wrong
        ]
    if not setup.beats:
        return [Problem(where, "covers no beat; name those it is meant for.", tuple(known[:8]))]
    order = [floor.order[beat] for beat in setup.beats]
    if order != sorted(set(order)):
        return [Problem(where, "names its beats twice or out of order; once, as in the scene.")]
    return []


def _subjects(setup: Setup, floor: Floor) -> list[Problem]:
    """Everybody in the picture is there when it is taken."""
    where = f"setup {setup.id}"
    if setup.kind == "insert":
        return [
            unknown(where, thing, "a thing of the scene that an insert can show", floor.things)
            for thing in setup.subjects
            if thing not in floor.things
        ]
    found = []
    beats = floor.covered(setup)
    there = set().union(*(floor.there[beat] for beat in beats)) if beats else set(floor.people)
    wanted = [*setup.subjects, *([setup.over] if setup.over else [])]
    for person in wanted:
        if person not in floor.people:
            found.append(unknown(where, person, "anybody seen in the scene", floor.people))
        elif person not in there:
            when = [b for b in floor.order if person in floor.there[b]]
            what = f"shows {person}, who is not there in {listed(beats[:3])}; film them in "
            found.append(
                Problem(where, f"{what}{listed(when[:4])}, or somebody else.", tuple(sorted(there)))
            )
    if found or not setup.subjects or setup.kind in _WAITS:
        return found
    empty = [beat for beat in beats if not floor.there[beat] & set(setup.subjects)]
    if empty:
        who = listed(setup.subjects)
        what = f"covers {listed(empty[:4])}, in which {who} {_is(setup.subjects)} not there; "
        found.append(Problem(where, what + "leave these beats to another setup."))
    return found


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _together(
    setups: Sequence[Setup], floor: Floor, asked: Asked, timing: SceneTiming | None
) -> list[Problem]:
    """What the setups cover together, and what that costs."""
    found = []
    covered = Counter(beat for setup in setups for beat in setup.beats)
    for beat in floor.beats:
        if not covered[beat.id]:
            near = nearest(beat.id, [f"setup {s.id}" for s in setups], 3)
            what = "No setup covers it; add it to one that sees what happens in it."
            found.append(Problem(f"beat {beat.id}", what, near))
    for line in floor.seen_spoken():
        seen = [s.id for s in setups if line.id in s.beats and line.speaker in s.subjects]
        if not covered[line.id] or len(seen) >= asked.alternates:
            continue
        what = (
            f"{line.speaker} is seen speaking it in {len(seen)} of the setups that cover it; "
            f"at least {asked.alternates} must show them."
        )
        more = [f"setup {s.id}" for s in setups if line.speaker in s.subjects and s.id not in seen]
        found.append(Problem(f"beat {line.id}", what, tuple(more[:8])))
    if asked.most_setups is not None and len(setups) > asked.most_setups:
        what = f"There are {len(setups)} setups; {asked.most_setups} are the most: leave out those "
        found.append(Problem("", what + "that show what others show too."))
    if asked.most_seconds is not None and timing is not None:
        found += _footage(setups, timing, asked.most_seconds)
    return found


def _footage(setups: Sequence[Setup], timing: SceneTiming, most: float) -> list[Problem]:
    long = {beat.beat: beat.end - beat.start for beat in timing.beats}
    each = {s.id: sum(long.get(beat, 0.0) for beat in s.beats) for s in setups}
    whole = sum(each.values())
    if whole <= most:
        return []
    longest = sorted(each, key=lambda name: (-each[name], name))[:5]
    return [
        Problem(
            "",
            f"The setups hold for {whole:.0f} s in all; {most:.0f} s are the most: let the longest "
            "cover fewer beats.",
            tuple(f"setup {name}" for name in longest),
        )
    ]
