"""A script in figures: the same for a FilmAgent script and for a film of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log2

from filmagent.crew.bench.released import actions, bare, places
from filmagent.crew.bench.script import Line, Scene, Script
from filmagent.crew.checks import Shown, check_filmagent
from filmagent.documents import Part, Real


class Figures(Part):
    """What is counted in a script, or in several together."""

    scenes: int = 0
    lines: int = 0
    people: int = 0
    shot_types: int = 0
    """Different shots in the script's own vocabulary."""
    shot_entropy: Real = 0.0
    """Bits: −Σ p log₂ p over those shots (Shannon, 1948)."""
    mid_close_share: Real = 0.0
    """Of the lines, shown in a medium or a close shot."""
    moves_per_100: Real = 0.0
    """People who go somewhere, for every hundred lines."""
    actions: int = 0
    actions_known: Real = 1.0
    """Share of the actions that the world they were written for has."""
    action_types: int = 0
    nine_broken_per_100: Real = 0.0
    """Violations of FilmAgent's rules for its nine shots, for every hundred lines."""
    zooms: int = 0
    zooms_broken: int = 0
    """Zooms that do not follow a long shot."""


def figures(scripts: Sequence[Script]) -> Figures:
    """The figures of one script, or of several counted together."""
    lines = [line for script in scripts for _, line in script.lines() if line.text]
    every = [line for script in scripts for _, line in script.lines()]
    kinds = Counter(line.kind for line in lines if line.kind)
    deeds = [deed for line in every for deed in line.deeds]
    broken = [p for script in scripts for p in _broken(script)]
    hundred = 100.0 / max(len(lines), 1)
    return Figures(
        scenes=sum(len(s.scenes) for s in scripts),
        lines=len(lines),
        people=sum(len({x.speaker for _, x in s.lines() if x.speaker}) for s in scripts),
        shot_types=len(kinds),
        shot_entropy=entropy(kinds.values()),
        mid_close_share=_share(line.shot in ("medium", "close") for line in lines),
        moves_per_100=sum(len(line.movers) for line in every) * hundred,
        actions=len(deeds),
        actions_known=_share(deed.known for deed in deeds) if deeds else 1.0,
        action_types=len({bare(deed.action) for deed in deeds}),
        nine_broken_per_100=len(broken) * hundred,
        zooms=sum(line.shot == "zoom" for line in lines),
        zooms_broken=sum("zoom" in what for what in broken),
    )


def entropy(counts: Iterable[int]) -> float:
    """Shannon entropy in bits of how often each of some things occurs.

    >>> entropy([1, 1, 1, 1]), entropy([5])
    (2.0, 0.0)
    """
    known = [c for c in counts if c > 0]
    total = sum(known)
    return sum(-c / total * log2(c / total) for c in known) + 0.0


def violations(script: Script) -> list[str]:
    """What a FilmAgent script breaks of its own world, a sentence each: names, marks, states."""
    found: list[str] = []
    for scene in script.scenes:
        place = places().get(bare(scene.place))
        if place is None:
            found.append(f'scene {scene.id}: there is no place "{scene.place}"')
        found += _places(scene, int(place["marks"]) if place else 0)
        found += _deeds(scene)
    return found + [f"{script.title}: {what}" for what in _broken(script)]


def _places(scene: Scene, marks: int) -> list[str]:
    found = []
    known = {f"position {n}" for n in range(1, marks + 1)}
    for where, places_ in [("start", scene.start), *_by_line(scene)]:
        taken = Counter(places_.values())
        found += [f"{where}: {n} people on {m}" for m, n in taken.items() if m and n > 1]
        if known:
            found += [
                f'{where}: there is no mark "{m}"' for m in taken if m and m.casefold() not in known
            ]
    return [f"scene {scene.id}, {text}" for text in found]


def _by_line(scene: Scene) -> list[tuple[str, dict[str, str]]]:
    """Where people are, at lines at which that changes."""
    rows, before = [], dict(scene.start)
    for number, line in enumerate(scene.lines, 1):
        now = dict(line.places)
        if now and now != before:
            rows.append((f"line {number}", now))
            before = now
    return rows


def _deeds(scene: Scene) -> list[str]:
    found, states = [], dict.fromkeys((p.casefold() for p in scene.people), "")
    for number, line in enumerate(scene.lines, 1):
        where = f"scene {scene.id}, line {number}"
        if line.speaker and line.speaker.casefold() not in states:
            found.append(f"{where}: {line.speaker} is not in the scene")
        for deed in line.deeds:
            row = actions().get(bare(deed.action))
            who = deed.who.casefold()
            if row is None:
                found.append(f'{where}: there is no action "{deed.action}"')
                continue
            if who not in states:
                found.append(f"{where}: {deed.who} is not in the scene")
            now = states.get(who) or deed.state or str(row["state"])
            if now != row["state"]:
                found.append(f"{where}: {deed.who} cannot {bare(deed.action)} while {now}")
            states[who] = str(row.get("becomes", row["state"]))
    return found


def _broken(script: Script) -> list[str]:
    return [p.what for p in check_filmagent(shown(script))]


def shown(script: Script) -> list[Shown]:
    """A script's shots as FilmAgent's rules see them: one a line."""
    seen: set[str] = set()
    rows = []
    for scene, line in script.lines():
        if not line.text and not line.shot:
            continue
        about = {line.speaker, *line.movers} - {""}
        rows.append(_shown(scene, line, bool(about - seen)))
        seen |= about
    return rows


def _shown(scene: Scene, line: Line, appears: bool) -> Shown:
    return Shown(
        shot=line.shot,
        scene=scene.id,
        talks=bool(line.text),
        moves=bool(line.movers),
        appears=appears,
        tense=line.tense,
    )


def _share(values: Iterable[bool]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0
