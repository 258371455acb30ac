"""Shots in names → setups: beats, lines of action and opposing pairs are added here.

A shot says what is seen, how large, from where and during which beats. On which side of the line
between two people its camera stands is the same for all shots of an arrangement, and no matter of
taste: it is worked out as the house crew does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from filmagent.crew.agents import material
from filmagent.crew.agents.answers import Shot
from filmagent.crew.checks.floor import Floor
from filmagent.crew.house import arrangements as reading
from filmagent.crew.house.arrangements import Arrangement
from filmagent.documents import (
    Beat,
    Scene,
    SceneBlocking,
    SceneCoverage,
    SceneTiming,
    Setup,
)
from filmagent.documents.shots import Move, Rig, SetupKind
from filmagent.errors import InputError
from filmagent.library import sets

_RIGS: Mapping[Move, Rig] = {
    "push_in": "dolly",
    "pull_out": "dolly",
    "truck": "dolly",
    "arc": "dolly",
    "pedestal": "crane",
    "crane": "crane",
    "follow": "steadicam",
    "lead": "steadicam",
    "handheld": "handheld",
}
DIALOGUE: frozenset[SetupKind] = frozenset(["ots", "single", "reaction", "two_shot", "group"])
_ON_THE_LINE: frozenset[SetupKind] = DIALOGUE | {"master"}
"""Kinds of setups whose cameras keep to one side of the line of action."""
_OF_THE_PLACE: frozenset[SetupKind] = frozenset(["establishing", "master"])
_OPPOSED: frozenset[SetupKind] = frozenset(["ots", "single"])
_MATCHED = ("kind", "size", "angle", "view")
"""What two opposing setups have in common."""


class Slate:
    """A scene as its cameras see it, and setups made of shots."""

    def __init__(
        self,
        scene: Scene,
        blocking: SceneBlocking,
        timing: SceneTiming,
        floor: Floor,
        who: material.People,
        house: SceneCoverage,
    ) -> None:
        self.scene, self.blocking, self.timing, self.floor = scene, blocking, timing, floor
        self.who, self.house = who, house
        self.timed = [beat for beat, _, _ in reading.timed(scene, timing)]
        self.order = {beat.id: index for index, beat in enumerate(self.timed)}
        self.read = reading.read(scene, blocking, timing)
        self.readings = {r.beat: r for r in blocking.readings}
        self.sides: dict[frozenset[str], tuple[list[str], str]] = {}
        for setup in house.setups:
            if setup.line:
                self.sides.setdefault(frozenset(setup.line), (setup.line, setup.side))
        try:
            self.stage = sets.load(timing.set).spec.stage
        except InputError:
            self.stage = None

    # what models are told

    def stays(self, beats: Sequence[Beat]) -> list[str]:
        """Stretches in which people keep their places: ``1.3–1.8 MARA, JONAS``."""
        wanted = {beat.id for beat in beats}
        found = []
        for arrangement in self.read.arrangements:
            own = [beat.id for beat in arrangement.beats if beat.id in wanted]
            if own:
                people = ", ".join(self.who.name(p) for p in arrangement.people) or "nobody"
                found.append(f"{own[0]} to {own[-1]}: {people}")
        return found

    def beats(self, chosen: Sequence[Beat]) -> list[dict[str, object]]:
        """Beats with what is done in them and how lines are said."""
        told = material.beats(chosen, self.who)
        for beat, row in zip(chosen, told, strict=True):
            cues = [c for c in self.blocking.cues if c.beat == beat.id]
            if cues:
                row["does"] = [material.done(cue, self.who) for cue in cues]
            said = self.readings.get(beat.id)
            if said is not None:
                row["mood"] = f"{said.emotion} {round(10 * said.energy)}"
        return told

    # shots → setups

    def setup(self, shot: Shot) -> Setup:
        """The setup of a shot; names nobody knows stay as they are, to be found."""
        subjects = [self._subject(name, shot.kind) for name in shot.of if name.strip()]
        beats = self._between(shot.first, shot.last)
        if not subjects and shot.kind in _OF_THE_PLACE:
            subjects = self._everybody(beats)
        beats = self._seen(beats, subjects, shot.kind)
        over = self.who.id(shot.over) if shot.kind == "ots" else ""
        line, side = self._line(shot.kind, subjects, over, beats)
        moves = shot.move != "static"
        return Setup(
            id=f"{self.scene.id}{shot.id}",
            kind=shot.kind,
            size=shot.size,
            angle=shot.angle,
            view="ots" if shot.kind == "ots" else shot.view,
            subjects=list(dict.fromkeys(subjects)),
            over=over,
            line=line,
            side=side,  # type: ignore[arg-type]
            move=shot.move,
            speed=shot.speed if moves else "normal",
            rig=_RIGS.get(shot.move, "tripod"),
            beats=beats,
            motive=shot.motive.strip() if moves else "",
            why=shot.board.strip() or _shown(shot),
        )

    def setups(self, shots: Iterable[Shot]) -> list[Setup]:
        """The setups of shots, opposing ones paired."""
        made = [self.setup(shot) for shot in shots]
        return _paired(made)

    def _subject(self, name: str, kind: SetupKind) -> str:
        if kind == "insert":
            for prop in self.blocking.props:
                if name in (prop.prop, prop.model):
                    return prop.prop
            for thing in self.scene.props:
                if name.casefold() == thing.name.casefold():
                    return thing.id
        return self.who.id(name)

    def _between(self, first: str, last: str) -> list[str]:
        """The beats of a shot; what is no beat stays, to be found."""
        if first not in self.order or last not in self.order:
            return [beat for beat in dict.fromkeys((first, last))]
        low, high = sorted((self.order[first], self.order[last]))
        return [beat.id for beat in self.timed[low : high + 1]]

    def _everybody(self, beats: Sequence[str]) -> list[str]:
        """Who is there when the place is shown: a wide shot holds them too."""
        there = {person for beat in beats for person in self.floor.there.get(beat, ())}
        return [person for person in self.floor.people if person in there]

    def _seen(self, beats: list[str], subjects: Sequence[str], kind: SetupKind) -> list[str]:
        """The beats in which anybody of a shot is there: a range may begin too early."""
        if kind == "insert" or not set(subjects) & set(self.floor.people):
            return beats
        known = self.floor.there
        return [b for b in beats if b not in known or known[b] & set(subjects)]

    def _line(
        self, kind: SetupKind, subjects: Sequence[str], over: str, beats: Sequence[str]
    ) -> tuple[list[str], str]:
        if kind not in _ON_THE_LINE:
            return [], "any"
        wanted = {*subjects, over} - {""}
        arrangement = self._arrangement(wanted, beats)
        if arrangement is None:
            return [], "any"
        pair = reading.main_pair(arrangement, self.readings)
        if over and subjects:
            pair = (subjects[0], over)
        elif subjects and subjects[0] not in pair:
            pair = (subjects[0], self._partner(arrangement, subjects[0], pair))
        key = frozenset(pair)
        if key not in self.sides:
            side = reading.open_side(arrangement, self.timing, pair, self.stage)
            self.sides[key] = list(pair), side
        return self.sides[key]

    def _arrangement(self, wanted: set[str], beats: Sequence[str]) -> Arrangement | None:
        """The arrangement with these people that holds most of the beats."""
        chosen, most = None, 0
        for arrangement in self.read.arrangements:
            shared = sum(beat.id in beats for beat in arrangement.beats)
            fits = wanted <= set(arrangement.people) and len(arrangement.people) > 1
            if fits and shared > most:
                chosen, most = arrangement, shared
        return chosen

    def _partner(self, arrangement: Arrangement, actor: str, pair: tuple[str, str]) -> str:
        """Whom somebody outside the main pair talks to."""
        for beat in arrangement.lines:
            to = self.readings[beat.id].to if beat.id in self.readings else ""
            if beat.speaker == actor and to in arrangement.places and to != actor:
                return to
        return pair[0]


def _paired(setups: list[Setup]) -> list[Setup]:
    """Opposing overs and singles of one size, over the same beats, are solved together."""
    for index, one in enumerate(setups):
        if one.pair:
            continue
        other = next((s for s in setups[index + 1 :] if not s.pair and _oppose(one, s)), None)
        if other is not None:
            one.pair, other.pair = other.id, one.id
    return setups


def _oppose(one: Setup, other: Setup) -> bool:
    if one.kind not in _OPPOSED or not one.line or len(one.subjects) != 1:
        return False
    alike = all(getattr(one, what) == getattr(other, what) for what in _MATCHED)
    if not alike or len(other.subjects) != 1 or not set(one.beats) & set(other.beats):
        return False
    if one.kind == "ots":
        return (one.over, other.over) == (other.subjects[0], one.subjects[0])
    return one.subjects != other.subjects


def _shown(shot: Shot) -> str:
    """What a shot shows, where nobody has drawn a board."""
    return f"{shot.kind.replace('_', ' ').capitalize()}: {', '.join(shot.of) or 'the place'}."
