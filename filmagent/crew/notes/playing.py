"""Wishes for the actors: how a line is said, and what somebody does."""

from __future__ import annotations

import re

from filmagent.crew.notes.dailies import Dailies
from filmagent.crew.notes.scope import Scope
from filmagent.crew.notes.vocabulary import find, listed, match, plain, without
from filmagent.documents import ActionEntry, LineReading
from filmagent.documents.notes import Changes, CueChange, ReadingChange
from filmagent.errors import InputError

_CAMERAS = ("size", "move", "speed", "lens")
"""Tables whose words are a reading's too: ``slower`` of a shot is its camera."""


def read_reading(rest: str, about: Scope, dailies: Dailies, changes: Changes) -> str | None:
    """``angrier on line 3``, ``MARA quieter``."""
    found = find(rest, ("reading",))
    if not found:
        return None
    shared = find(rest, _CAMERAS)
    if about.setups and not about.lines and not about.people and shared:
        return None
    beats = _lines(about, dailies)
    if not beats:
        if about.setups and shared:
            return None
        raise InputError('Say which line is meant, as in "angrier on line 3".')
    for beat in beats:
        now = _now(beat, dailies, changes)
        for one in found:
            energy = one.entry.get("to", now.energy + one.entry.get("energy", 0.0))
            now = now.model_copy(
                update={
                    "emotion": one.entry.get("is", now.emotion),
                    "energy": round(min(max(energy, 0.0), 1.0), 2),
                }
            )
        changes.readings.append(ReadingChange(beat=beat, emotion=now.emotion, energy=now.energy))
    return without(rest, [(f.start, f.end) for f in found])


def read_cue(rest: str, about: Scope, dailies: Dailies, changes: Changes) -> str | None:
    """``MARA nods instead of shrugging on line 3``, ``no nod on line 3``."""
    actions = _actions(rest, dailies)
    if not actions or not about.lines:
        return None
    instead = match(rest, listed("play", "instead"))
    not_done = match(rest, listed("play", "without"))
    spans = [a[:2] for a in actions] + [m.span() for m in (instead, not_done) if m]
    wanted = [a for a in actions if not instead or a[0] < instead.start()]
    replaced = [a for a in actions if instead and a[0] > instead.start()]
    for beat in about.lines:
        actor = about.people[0] if about.people else (dailies.beats[beat].speaker or "")
        others = [p for p in about.people if p != actor]
        if not_done and not instead:
            for _, _, action in actions:
                changes.cues.append(
                    CueChange(beat=beat, actor=actor, action="", instead=action.name)
                )
            continue
        for _, _, action in wanted[:1]:
            changes.cues.append(
                CueChange(
                    beat=beat,
                    actor=actor,
                    action=action.name,
                    target=_target(action, actor, others, beat, rest, dailies),
                    instead=replaced[0][2].name if replaced else "",
                )
            )
    return without(rest, spans)


def _lines(about: Scope, dailies: Dailies) -> list[str]:
    """The lines whose reading is meant: named, or somebody's in the shot or the scene."""
    if about.lines:
        return list(about.lines)
    scene = dailies.lines(about.scene)
    if about.setups:
        beats = {b for s in about.setups for b in dailies.setups[s].beats}
        who = about.people or tuple(p for s in about.setups for p in dailies.setups[s].subjects)
        return [b.id for b in scene if b.id in beats and b.speaker in who]
    if about.people or about.scene:
        return [b.id for b in scene if not about.people or b.speaker in about.people]
    return []


def _now(beat: str, dailies: Dailies, changes: Changes) -> LineReading:
    blocking = dailies.blockings.get(dailies.scene_of[beat])
    readings = blocking.readings if blocking else []
    now = next((r for r in readings if r.beat == beat), LineReading(beat=beat))
    for change in (c for c in changes.readings if c.beat == beat):
        now = now.model_copy(update=change.model_dump(exclude_none=True))
    return now


def _actions(rest: str, dailies: Dailies) -> list[tuple[int, int, ActionEntry]]:
    """Actions a clause names: where, and which; longer phrases win."""
    hits = []
    for action in dailies.catalogue.actions:
        if action.kind == "idle":
            continue
        for phrase in {plain(w) for w in [*action.words, action.name]}:
            for way in _ways(phrase):
                for found in re.finditer(rf"(?<!\w){re.escape(way)}(?!\w)", rest):
                    hits.append((found.start() - found.end(), found.start(), found.end(), action))
    kept: list[tuple[int, int, ActionEntry]] = []
    for _, start, end, action in sorted(hits, key=lambda h: (h[0], h[1], h[3].name)):
        if all(end <= a or start >= b for a, b, _ in kept):
            kept.append((start, end, action))
    return sorted(kept, key=lambda k: k[0])


def _ways(phrase: str) -> set[str]:
    """``shrugs`` is also said ``shrug`` and ``shrugging``."""
    first, _, rest = phrase.partition(" ")
    stem = first[:-1] if first.endswith("s") and not first.endswith("ss") else first
    bare = stem[:-1] if stem.endswith("e") else stem
    doubled = bare + bare[-1:]
    forms = {first, stem, f"{bare}ing", f"{doubled}ing"}
    return {f"{form} {rest}".strip() for form in forms if len(form) > 2}


def _target(
    action: ActionEntry, actor: str, others: list[str], beat: str, rest: str, dailies: Dailies
) -> str:
    """Whom or what an action is for: named, or whom the line is said to, or a free seat."""
    blocking = dailies.blockings[dailies.scene_of[beat]]
    if action.target == "none":
        return ""
    if action.target in ("actor", "any") and others:
        return others[0]
    things = [p.prop for p in blocking.props]
    named = [
        t for t in things if re.search(rf"(?<!\w){re.escape(t.replace('_', ' '))}(?!\w)", rest)
    ]
    if action.target in ("prop", "any") and (named or things):
        return (named or things)[0] if named or action.target == "prop" else ""
    entry = next((s for s in dailies.catalogue.sets if s.name == blocking.set), None)
    if action.target == "mark" and entry is not None:
        taken = {p.mark for p in blocking.placements} | {c.target for c in blocking.cues}
        here = next((p.mark for p in blocking.placements if p.actor == actor), "")
        seats = [m for m in entry.marks if m.kind == "seat" and m.id not in taken]
        near = sorted(seats, key=lambda m: (here not in m.partners, m.id))
        return near[0].id if near else ""
    if action.target == "door" and entry is not None and entry.doors:
        return entry.doors[0].id
    said = next((r.to for r in blocking.readings if r.beat == beat), "")
    return said if action.target in ("actor", "any") else ""
