"""The setups that were chosen → a scene's coverage: nothing twice, nothing left out, lettered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from filmagent.crew.agents.answers import Hold
from filmagent.crew.agents.covering import DIALOGUE, Slate
from filmagent.crew.house.coverage import letters
from filmagent.documents import SceneCoverage, Setup
from filmagent.documents.shots import SetupKind

_ORDER: tuple[SetupKind, ...] = (
    "establishing", "entrance", "follow", "master", "group", "two_shot", "ots", "single",
    "insert", "reaction", "exit",
)  # fmt: skip
_STILL: dict[str, object] = {"move": "static", "rig": "tripod", "motive": "", "speed": "normal"}
_DIRECTED = "as directed"


def coverage(slate: Slate, setups: Sequence[Setup], holds: Iterable[Hold] = ()) -> SceneCoverage:
    """The scene's coverage: the chosen setups, what the script asks for, no beat left out.

    What nobody chose but the cut needs is the house crew's.
    """
    for hold in holds:
        for setup in setups:
            named = setup.id == f"{slate.scene.id}{hold.shot}"
            if named and hold.beat in setup.beats and hold.why.strip():
                setup.why = f"{setup.why} Hold on {hold.beat}: {hold.why.strip()}".strip()
    chosen = [*setups]
    chosen += [_own(s) for s in slate.house.setups if s.idiom == _DIRECTED]
    for setup in slate.house.setups:
        if any(_shows(setup, *need) for need in _unseen(slate, chosen)):
            chosen.append(_own(setup))
    return SceneCoverage(scene=slate.scene.id, setups=_lettered(slate, _settled(slate, chosen)))


def _unseen(slate: Slate, setups: Sequence[Setup]) -> list[tuple[str, str]]:
    """Beats that no setup holds, and lines that nobody is seen speaking: beat and speaker."""
    speakers = {beat.id: beat.speaker or "" for beat in slate.floor.seen_spoken()}
    needs = [(beat.id, speakers.get(beat.id, "")) for beat in slate.timed]
    return [need for need in needs if not any(_shows(setup, *need) for setup in setups)]


def _shows(setup: Setup, beat: str, speaker: str) -> bool:
    return beat in setup.beats and (not speaker or speaker in setup.subjects)


def _own(setup: Setup) -> Setup:
    """A setup of the house among those of the model: with an id that is nobody else's."""
    pair = f"house {setup.pair}" if setup.pair else ""
    return setup.model_copy(update={"id": f"house {setup.id}", "pair": pair})


def _settled(slate: Slate, setups: Sequence[Setup]) -> list[Setup]:
    """Distinct setups of which no more than a third of those of dialogue move.

    A camera that is stilled may show what another shows, and fewer setups bear fewer moves.
    """
    kept = _distinct(slate, setups)
    while True:
        calmer = _distinct(slate, _calmed(kept))
        if calmer == kept:
            return kept
        kept = calmer


def _distinct(slate: Slate, setups: Sequence[Setup]) -> list[Setup]:
    """No two that show the same from the same place: the first takes the beats of both."""
    kept: list[Setup] = []
    for setup in setups:
        same = next((s for s in kept if _alike(s, setup)), None)
        if same is None or setup.idiom == _DIRECTED:
            kept.append(setup.model_copy())
        else:
            both = {*same.beats, *setup.beats}
            same.beats = sorted(both, key=lambda beat: slate.order.get(beat, 0))
    names = {s.id: s for s in kept}
    for setup in kept:
        other = names.get(setup.pair)
        if other is None or other.pair != setup.id:
            setup.pair = ""
    return kept


def _alike(one: Setup, other: Setup) -> bool:
    shown = ("kind", "size", "angle", "view", "subjects", "over", "move", "lens_mm")
    same = all(getattr(one, what) == getattr(other, what) for what in shown)
    return same and bool(set(one.beats) & set(other.beats))


def _calmed(setups: Sequence[Setup]) -> list[Setup]:
    """At most a third of the dialogue setups move; the first keep their moves."""
    talk = [s for s in setups if s.kind in DIALOGUE]
    asked = sum(s.move != "static" and s.idiom == _DIRECTED for s in talk)
    moving = [s for s in talk if s.move != "static" and s.idiom != _DIRECTED]
    still = {s.id for s in moving[max(len(talk) // 3 - asked, 0) :]}
    return [s.model_copy(update=_STILL) if s.id in still else s for s in setups]


def _lettered(slate: Slate, setups: Sequence[Setup]) -> list[Setup]:
    """Setups in the order in which they are first needed, lettered as on a slate."""
    ordered = sorted(
        enumerate(setups),
        key=lambda pair: (
            min((slate.order.get(b, 0) for b in pair[1].beats), default=0),
            _ORDER.index(pair[1].kind),
            pair[0],
        ),
    )
    names = {s.id: f"{slate.scene.id}{letters(k)}" for k, (_, s) in enumerate(ordered)}
    return [
        s.model_copy(update={"id": names[s.id], "pair": names.get(s.pair, "")}) for _, s in ordered
    ]
