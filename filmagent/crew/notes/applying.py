"""Changes carried out on a blocking and on a shot list: documents in, documents out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from filmagent.crew.notes.vocabulary import carried
from filmagent.documents import Cue, SceneBlocking, SceneCoverage, Setup
from filmagent.documents.notes import (
    Changes,
    CueChange,
    ReadingChange,
    ShotAdd,
    ShotChange,
    Showing,
)

_MATCHED = ("size", "angle", "view", "lens_mm", "move")
"""What opposing setups share while they are solved as a pair."""
_LONGEST = 160
"""Letters of a note that are repeated in a document."""


def blocked(blocking: SceneBlocking, changes: Changes) -> SceneBlocking:
    """A scene's blocking with the changes that concern it; what is locked stays."""
    if blocking.locked:
        return blocking
    made = blocking.model_copy(deep=True)
    for reading in changes.readings:
        _read(made, reading)
    for cue in changes.cues:
        _cue(made, cue)
    return made


def covered(
    coverage: SceneCoverage,
    changes: Changes,
    beats: Sequence[str],
    why: str,
) -> SceneCoverage:
    """A scene's coverage with the changes that concern it; what is locked stays.

    Parameters
    ----------
    beats
        The scene's beats, in order: others are none of this scene's business.
    why
        The note, for the motives of moves and the reasons of new setups.
    """
    said = " ".join(why.split())
    said = said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
    setups = {s.id: s.model_copy(deep=True) for s in coverage.setups}
    for drop in changes.drops:
        if drop.setup in setups and not setups[drop.setup].locked and len(setups) > 1:
            del setups[drop.setup]
    for change in changes.shots:
        if change.setup in setups and not setups[change.setup].locked:
            setups[change.setup] = _changed(setups[change.setup], change, said)
    for showing in changes.showings:
        if showing.setup in setups and not setups[showing.setup].locked:
            _cover(setups[showing.setup], showing, beats)
    ordered = list(setups.values())
    for add in changes.adds:
        if add.setup not in setups and set(add.beats) <= set(beats):
            _insert(ordered, _made(add, ordered, beats, said))
    _unpair(ordered, {c.setup for c in changes.shots})
    return SceneCoverage(scene=coverage.scene, setups=ordered)


def _changed(setup: Setup, change: ShotChange, why: str) -> Setup:
    asked = change.model_dump(exclude_none=True, exclude={"setup"})
    made = setup.model_copy(update=asked)
    if change.move is not None:
        made.motive = "" if change.move == "static" else f"A note asks for it: {why}"
        if change.rig is None:
            made.rig = carried(change.move)  # type: ignore[assignment]
    if change.view is not None and made.kind in ("ots", "single", "reaction"):
        # a kind says what the picture shows: past a shoulder, or one person alone
        alone = "single" if made.kind == "ots" else made.kind
        made.kind = "ots" if made.view == "ots" and made.over else alone
    return made


def _cover(setup: Setup, showing: Showing, beats: Sequence[str]) -> None:
    """A setup shown at a line is solved for the people as they are then, and after it."""
    if showing.beat not in beats:
        return
    place = beats.index(showing.beat)
    more = beats[place : place + (2 if showing.at == "after" else 1)]
    setup.beats = [b for b in beats if b in {*setup.beats, *more}]


def _made(add: ShotAdd, setups: Sequence[Setup], beats: Sequence[str], why: str) -> Setup:
    subject = add.subjects[0]
    # whoever is filmed in this company is already on a line of action: the new shot keeps to it
    alike = [s for s in setups if subject in s.line and set(s.beats) & set(add.beats)]
    kept = next(iter(alike), None) if add.kind != "insert" else None
    return Setup(
        id=add.setup,
        kind=add.kind,
        idiom="as directed",
        size=add.size,
        angle=add.angle,
        view=add.view,
        subjects=add.subjects,
        line=list(kept.line) if kept else [],
        side=kept.side if kept else "any",
        move=add.move,
        speed=add.speed,
        rig=carried(add.move),  # type: ignore[arg-type]
        beats=[b for b in beats if b in add.beats],
        motive="" if add.move == "static" else f"A note asks for it: {why}",
        why=f"A note asks for it: {why}",
    )


def _insert(setups: list[Setup], new: Setup) -> None:
    """After the setup it is named for, and its other insertions."""
    before = [i for i, s in enumerate(setups) if new.id.startswith(s.id)]
    setups.insert(before[-1] + 1 if before else len(setups), new)


def _unpair(setups: Sequence[Setup], changed: Collection[str]) -> None:
    """Opposing setups that no longer match are solved each for itself."""
    known = {s.id: s for s in setups}
    for setup in setups:
        other = known.get(setup.pair)
        if other is None or {setup.id, other.id} & set(changed):
            alike = other is not None and all(
                getattr(setup, name) == getattr(other, name) for name in _MATCHED
            )
            if setup.pair and not alike and not setup.locked:
                setup.pair = ""
    for setup in setups:
        # a pair is one only where each names the other
        if setup.pair and not setup.locked and known[setup.pair].pair != setup.id:
            setup.pair = ""


def _read(blocking: SceneBlocking, change: ReadingChange) -> None:
    asked = change.model_dump(exclude_none=True)
    for place, reading in enumerate(blocking.readings):
        if reading.beat == change.beat:
            blocking.readings[place] = reading.model_copy(update=asked)


def _cue(blocking: SceneBlocking, change: CueChange) -> None:
    if not any(r.beat == change.beat for r in blocking.readings) and not any(
        c.beat == change.beat for c in blocking.cues
    ):
        return
    here = [c for c in blocking.cues if (c.beat, c.actor) == (change.beat, change.actor)]
    gone = [c for c in here if change.instead and c.action == change.instead and not c.locked]
    kept = [c for c in blocking.cues if c not in gone]
    if change.action and not any(c.action == change.action for c in here):
        at = gone[0].at if gone else 0.0
        kept.append(_named(change, [c.id for c in kept], at))
    blocking.cues = kept


def _named(change: CueChange, taken: Sequence[str], at: float) -> Cue:
    name, number = f"{change.beat}/{change.actor}/{change.action}", 2
    whole = name
    while whole in taken:
        whole, number = f"{name}{number}", number + 1
    return Cue(
        id=whole,
        beat=change.beat,
        actor=change.actor,
        action=change.action,
        target=change.target,
        at=at,
    )
