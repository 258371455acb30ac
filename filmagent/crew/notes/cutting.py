"""Wishes for the cut: hold, longer, shorter, show the listener, drop a shot, add one."""

from __future__ import annotations

import re
from typing import get_args

from filmagent.crew.notes.dailies import Dailies
from filmagent.crew.notes.scope import Scope
from filmagent.crew.notes.vocabulary import find, leftover, listed, match, without
from filmagent.crew.problems import nearest
from filmagent.documents import Beat, Cut, Setup
from filmagent.documents.notes import Changes, Length, ShotAdd, ShotDrop, Showing
from filmagent.documents.shots import Size
from filmagent.errors import InputError

_USUAL, _HELD = 0.6, 1.0
"""Seconds of "longer" and of "hold on her" where none are named."""
_FPS = 24.0
_AMOUNT = re.compile(
    r"(?<!\w)(?:for |by |about |another )*(\d+(?:\.\d+)?|half a|a|one|two|three|four|five)"
    r" ?(seconds?|secs?|s|frames?|f|beats?)(?: more| less)?(?!\w)"
)
_NUMBERS = {"half a": 0.5, "a": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}
_SIZES = get_args(Size)


def read_dropping(rest: str, about: Scope, dailies: Dailies, changes: Changes) -> str | None:
    """``drop 1D``, ``lose this shot``."""
    found = match(rest, listed("cut", "drop"))
    left = without(rest, [found.span()]) if found else ""
    if not found or leftover(left) or find(left, ("view",)):
        return None
    if not about.setups:
        raise InputError('Say which shot to drop, as in "drop 1D".')
    changes.drops += [ShotDrop(setup=s) for s in about.setups]
    return left


def read_adding(rest: str, about: Scope, dailies: Dailies, changes: Changes) -> str | None:
    """``add a close-up of MARA on line 3``, ``an insert of the key``."""
    found = match(rest, listed("cut", "add"))
    sizes = [f for f in find(rest, ("size",)) if "is" in f.entry]
    insert = match(rest, ("insert", "insert of", "an insert of", "a detail of"))
    if not ((found and sizes) or insert):
        return None
    spans = [(f.start, f.end) for f in sizes] + [m.span() for m in (found, insert) if m]
    left = without(rest, spans)
    thing = _thing(left, about, dailies)
    subjects = [thing] if insert and thing else list(about.people)
    if not subjects:
        raise InputError('Say whom the new shot shows, as in "add a close-up of MARA on line 3".')
    beats = list(about.lines) or [b for s in about.setups for b in dailies.setups[s].beats]
    if not beats:
        raise InputError('Say during which line the new shot is, as in "… on line 3".')
    after = about.setups[-1] if about.setups else _last_over(beats[0], dailies)
    changes.adds.append(
        ShotAdd(
            setup=free_setup(after, dailies, changes),
            kind="insert" if insert else ("single" if len(subjects) == 1 else "two_shot"),
            size=sizes[0].entry["is"] if sizes else "CU",
            view="front" if insert else "three_quarter",
            subjects=subjects,
            beats=beats,
        )
    )
    words = thing.replace("_", " ").split() if thing else []
    return " ".join(w for w in left.split() if w not in words)


def read_holding(rest: str, about: Scope, dailies: Dailies, changes: Changes) -> str | None:
    """``hold on her after the line``."""
    found = match(rest, listed("cut", "hold_on"))
    if not found:
        return None
    left, seconds = _seconds(without(rest, [found.span()]), dailies, _HELD)
    if not about.people:
        words = leftover(left)
        if not words:
            return None
        raise InputError(_nobody(" ".join(words), about, dailies))
    person = about.people[0]
    beat = _line(about, person, dailies)
    setup = _showing(person, beat, about, dailies, changes)
    changes.showings.append(Showing(setup=setup, beat=beat.id, at="after", seconds=seconds))
    return _timing_words(left)


def read_showing(rest: str, about: Scope, dailies: Dailies, changes: Changes) -> str | None:
    """``cut to the listener``, ``show JONAS on line 3``."""
    found = match(rest, listed("cut", "show"))
    listener = match(rest, listed("cut", "listener"))
    if not (listener or (found and (about.people or _is_name(rest, found)))):
        return None
    left = without(rest, [m.span() for m in (found, listener) if m])
    left, seconds = _seconds(left, dailies, _HELD)
    if not (listener or about.people):
        raise InputError(_nobody(" ".join(leftover(left)), about, dailies))
    beat = _line(about, "", dailies)
    person = about.people[0] if about.people else _listener(beat, dailies)
    setup = _showing(person, beat, about, dailies, changes)
    after = match(rest, listed("cut", "after"))
    changes.showings.append(
        Showing(setup=setup, beat=beat.id, at="after" if after else "during", seconds=seconds)
    )
    return _timing_words(left)


def read_length(rest: str, about: Scope, dailies: Dailies, changes: Changes) -> str | None:
    """``longer``, ``half a second shorter``, ``trim 6 frames``."""
    if find(rest, ("lens",)):
        return None
    more, less = match(rest, listed("cut", "longer")), match(rest, listed("cut", "shorter"))
    if not (more or less):
        return None
    sign = -1.0 if less and (not more or len(less[0]) >= len(more[0])) else 1.0
    left, seconds = _seconds(without(rest, [m.span() for m in (more, less) if m]), dailies, _USUAL)
    for cut in _cuts(about, dailies):
        changes.lengths.append(Length(cut=cut.id, seconds=sign * seconds))
    return _timing_words(left)


def free_setup(after: str, dailies: Dailies, changes: Changes) -> str:
    """An id for a setup that stands after another: ``1B1``, then ``1B2``."""
    taken = {*dailies.setups, *(a.setup for a in changes.adds)}
    number = 1
    while f"{after}{number}" in taken:
        number += 1
    return f"{after}{number}"


def _cuts(about: Scope, dailies: Dailies) -> list[Cut]:
    """The cuts whose length is meant: named, or at a line, or a setup's longest."""
    if dailies.edit is None:
        raise InputError("There is no edit yet; run `filmagent edit` on the film first.")
    if about.cuts:
        return [dailies.cuts[c] for c in about.cuts]
    if about.lines:
        return [c for c in (dailies.cut_at(b, 0.9) for b in about.lines) if c is not None]
    if not about.setups:
        raise InputError('Say which shot is meant, as in "shot 1B: longer".')
    found = []
    for setup in about.setups:
        shown = dailies.cuts_of(setup)
        if not shown:
            raise InputError(f"The film does not show shot {setup}, so it has no length to change.")
        found.append(max(shown, key=lambda c: c.frames))
    return found


def _line(about: Scope, person: str, dailies: Dailies) -> Beat:
    """The line that is meant: named, or the one that the shot's cut ends with."""
    if about.lines:
        return dailies.beats[about.lines[-1]]
    for setup in about.setups:
        lines = dailies.lines(dailies.scene_of[setup])
        shown = dailies.cuts_of(setup)
        ends = [b for b in lines if dailies.cut_at(b.id, 1.0) in shown] if shown else []
        ends = ends or [b for b in lines if dailies.cut_at(b.id, 0.5) in shown]
        ends = ends or [b for b in lines if b.id in dailies.setups[setup].beats]
        own = [b for b in ends if b.speaker == person]
        if own or ends:
            return (own or ends)[-1]
    raise InputError('Say which line is meant, as in "hold on MARA after line 3".')


def _listener(beat: Beat, dailies: Dailies) -> str:
    """Whom a line is said to; else somebody else who is there."""
    scene = dailies.scene_of[beat.id]
    blocking = dailies.blockings.get(scene)
    said = next((r for r in blocking.readings if r.beat == beat.id), None) if blocking else None
    if said is not None and said.to:
        return said.to
    others = [p for p in dailies.scenes[scene].people if p != beat.speaker]
    if not others:
        raise InputError(f"Nobody listens to line {beat.id}.")
    return others[0]


def _showing(person: str, beat: Beat, about: Scope, dailies: Dailies, changes: Changes) -> str:
    """A setup that shows somebody at a line: the shot meant, a fitting one, or a new one."""
    for setup in about.setups:
        if person in dailies.setups[setup].subjects:
            return setup
    fits = [s for s in dailies.covering(person, beat.id) if len(s.subjects) == 1]
    if fits:
        return fits[0].id
    if person not in dailies.scenes[dailies.scene_of[beat.id]].people:
        name = dailies.people[person].name
        raise InputError(f"{name} is not in scene {dailies.scene_of[beat.id]}.")
    new = ShotAdd(
        setup=free_setup(_last_over(beat.id, dailies), dailies, changes),
        kind="reaction",
        size="MCU",
        view="three_quarter",
        subjects=[person],
        beats=[beat.id],
    )
    changes.adds.append(new)
    return new.setup


def _last_over(beat: str, dailies: Dailies) -> str:
    """The last setup of the shot list that covers a beat; of its scene, where none does."""
    here = [s for i, s in dailies.setups.items() if dailies.scene_of[i] == dailies.scene_of[beat]]
    if not here:
        raise InputError("There is no shot list yet; run `filmagent cover` on the film first.")
    over: list[Setup] = [s for s in here if beat in s.beats]
    return (over or here)[-1].id


def _seconds(text: str, dailies: Dailies, usual: float) -> tuple[str, float]:
    found = _AMOUNT.search(text)
    if not found:
        return text, usual
    number = _NUMBERS.get(found[1]) or float(found[1])
    rate = dailies.edit.fps[0] / dailies.edit.fps[1] if dailies.edit else _FPS
    seconds = number / rate if found[2].startswith("f") else number
    return without(text, [found.span()]), min(seconds, 20.0)


def _timing_words(left: str) -> str:
    words = [match(left, listed("cut", key)) for key in ("after", "before")]
    return without(left, [m.span() for m in words if m])


def _thing(left: str, about: Scope, dailies: Dailies) -> str:
    scenes = [about.scene] if about.scene else list(dailies.blockings)
    props = [p.prop for s in scenes if s in dailies.blockings for p in dailies.blockings[s].props]
    return next((p for p in props if match(left, (p.replace("_", " "),))), "")


def _is_name(rest: str, found: re.Match[str]) -> bool:
    """Whether "cut to" is followed by words that can only be somebody."""
    return found[0] in ("cut to", "go to") and bool(leftover(rest[found.end() :]))


def _nobody(words: str, about: Scope, dailies: Dailies) -> str:
    scene = dailies.scenes.get(about.scene)
    there = scene.people if scene else list(dailies.people)
    names = nearest(words, [dailies.people[p].name for p in there if p in dailies.people], 4)
    return f'There is nobody called "{words}" here; there are {", ".join(names) or "no people"}.'
