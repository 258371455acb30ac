"""Setups from idioms: rows of the camera's grammar filled with people, beats and reasons.

``idioms.toml`` says which situation is covered by which rows, and during which beats.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import shapely

from camera import grammar
from filmagent.crew.house import arrangements as reading
from filmagent.crew.house.arrangements import Arrangement
from filmagent.documents.blocking import SceneBlocking
from filmagent.documents.breakdown import Beat, Scene
from filmagent.documents.catalogue import IdiomEntry
from filmagent.documents.shots import Setup
from filmagent.documents.timing import SceneTiming

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Setup letters as slates have them: no I and no O, which read as 1 and 0."""
_DIALOGUE = ("ots", "single", "reaction", "two_shot", "group")
_ORDER = (
    "establishing",
    "entrance",
    "follow",
    "master",
    "group",
    "two_shot",
    "ots",
    "single",
    "insert",
    "reaction",
    "exit",
)
_MOST_SINGLES = 6
"""Singles in one company: nobody films forty people one by one."""


@cache
def _table() -> tuple[dict[str, Any], ...]:
    text = Path(__file__).with_name("idioms.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["coverage"])


def idioms() -> list[IdiomEntry]:
    """The ways to cover a situation that the camera's grammar has, for the Catalogue."""
    known = [grammar.idiom(name) for name in grammar.idioms()]
    return [IdiomEntry(name=i.title, description=i.description) for i in known]


@dataclass
class Situation:
    """What an idiom's rows are filled with."""

    name: str
    people: list[str]
    event: list[Beat]
    arrangement: Arrangement | None = None
    a: str = ""
    b: str = ""
    mover: str = ""
    prop: str = ""
    tone: str = ""
    lines: int = 0
    mood: str = ""
    peak: list[Beat] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    side: str = "any"
    strong: bool = False


class Slate:
    """The setups of a scene, as they are found."""

    def __init__(
        self,
        scene: Scene,
        blocking: SceneBlocking,
        timing: SceneTiming,
        stage: shapely.Polygon | None,
    ):
        self.scene, self.blocking, self.timing, self.stage = scene, blocking, timing, stage
        self.readings = {r.beat: r for r in blocking.readings}
        self.read = reading.read(scene, blocking, timing)
        self.timed = reading.timed(scene, timing)
        self.order = {beat.id: index for index, (beat, _, _) in enumerate(self.timed)}
        self.actors = {actor.actor: actor for actor in reading.principals(timing)}
        self.setups: list[Setup] = []
        self.titles = _titles(timing)
        self.coming = reading.arrivals(blocking, timing)
        self.sides: dict[frozenset[str], tuple[list[str], str]] = {}

    def _present(self, beats: Sequence[Beat]) -> list[str]:
        """Who is on the set during some beats."""
        found = []
        for name, actor in self.actors.items():
            spans = [(s, e) for beat, s, e in self.timed if beat in beats]
            comes = self.coming.get(name, -self.timing.handle)
            if any(
                segment.kind != "offstage" and segment.start < e and segment.end > s and e > comes
                for s, e in spans
                for segment in actor.segments
            ):
                found.append(name)
        return found

    def _covered(self, beat: Beat, actor: str) -> bool:
        return any(beat.id in s.beats and actor in s.subjects for s in self.setups)

    def _add_beats(self, setup: Setup, beats: Sequence[str]) -> None:
        setup.beats = sorted({*setup.beats, *beats}, key=lambda beat: self.order[beat])

    def _coverage(self, situation: Situation) -> dict[str, Any] | None:
        fits = [
            entry
            for entry in _table()
            if entry["situation"] == situation.name
            and entry.get("tone", "") in ("", situation.tone)
            and entry.get("lines", 0) <= situation.lines
        ]
        # the most particular one: a tone before none, more lines before fewer
        return max(fits, key=lambda i: (bool(i.get("tone")), i.get("lines", 0)), default=None)

    def _apply(self, situation: Situation) -> None:
        entry = self._coverage(situation)
        if entry is None:
            return
        title = _row(entry["rows"][0]["row"])[0].title
        made: dict[str, Setup] = {}
        wanted: dict[str, str] = {}
        for told in entry["rows"]:
            row = _row(told["row"])[1]
            for each in _speakers(situation) if row.each else [""]:
                setup = self._setup(title, told, situation, each)
                self.setups.append(setup)
                if row.pair:
                    made[row.key], wanted[row.key] = setup, row.pair
        for key, other in wanted.items():
            if other in made:
                # the index stands for the id until setups are named
                made[key].pair = str(self.setups.index(made[other]))

    def _setup(self, title: str, told: dict[str, Any], situation: Situation, each: str) -> Setup:
        """One camera: a row of an idiom, of these people, during these beats."""
        name = told.get("strong", told["row"]) if situation.strong else told["row"]
        row = _row(name)[1]
        shot = row.shot(**_roles(situation, each))
        words = self._words(situation, each)
        moves = shot.move != "static"
        why = told["why"].format(**words) if "why" in told else row.reason(**words)
        size = told.get("outside", shot.size) if self.scene.setting == "ext" else shot.size
        return Setup(
            id=str(len(self.setups)),
            kind=row.use or shot.kind,  # type: ignore[arg-type]
            idiom=title,
            size=size,  # type: ignore[arg-type]
            angle=shot.angle,  # type: ignore[arg-type]
            view=shot.view,  # type: ignore[arg-type]
            subjects=list(shot.subjects),
            over=shot.over,
            move=shot.move,  # type: ignore[arg-type]
            speed=shot.speed,  # type: ignore[arg-type]
            rig=shot.rig,  # type: ignore[arg-type]
            line=situation.line,
            side=situation.side,  # type: ignore[arg-type]
            beats=self._beats(told["beats"], situation),
            motive=told["motive"].format(**words) if moves else "",
            why=why,
        )

    def _beats(self, which: str, situation: Situation) -> list[str]:
        arrangement, beats = situation.arrangement, situation.event
        if which == "around" and arrangement is not None:
            around = [*arrangement.beats, *arrangement.lead_in]
            beats = sorted(around, key=lambda beat: self.order[beat.id])
        if which == "peak":
            beats = situation.peak
        return list(dict.fromkeys(beat.id for beat in beats))

    def _words(self, situation: Situation, each: str) -> dict[str, str]:
        """What reasons speak of, as people have it."""
        roles = _roles(situation, each)
        named = {role: _listed([self._title(n) for n in names]) for role, names in roles.items()}
        return {
            **named,
            "thing": situation.prop.replace("_", " "),
            "mood": situation.mood,
            "all": named["people"] or "everything",
            "is": "are" if len(situation.people) > 1 else "is",
            "place": self.scene.place.title() or "the place",
        }

    def _title(self, name: str) -> str:
        return self.titles.get(name, "")

    def _calm(self) -> None:
        """At most a third of the dialogue setups move; what the script asked for stays."""
        talk = [s for s in self.setups if s.kind in _DIALOGUE]
        moving = [s for s in talk if s.move != "static" and s.idiom != "as directed"]
        asked = sum(s.move != "static" and s.idiom == "as directed" for s in talk)
        for setup in moving[max(len(talk) // 3 - asked, 0) :]:
            setup.move, setup.rig, setup.motive, setup.speed = "static", "tripod", "", "normal"

    def _named(self) -> list[Setup]:
        """Setups in the order they are first needed, lettered as on a slate."""
        ordered = sorted(
            self.setups,
            key=lambda s: (
                min((self.order[b] for b in s.beats), default=0),
                _ORDER.index(s.kind),
                int(s.id),
            ),
        )
        names = {s.id: f"{self.scene.id}{letters(i)}" for i, s in enumerate(ordered)}
        return [
            s.model_copy(update={"id": names[s.id], "pair": names.get(s.pair, "")}) for s in ordered
        ]


def _row(name: str) -> tuple[grammar.Idiom, grammar.Row]:
    """A row of the grammar by its idiom and key: ``dialogue_2.over_a``."""
    idiom, _, key = name.partition(".")
    found = grammar.idiom(idiom)
    return found, found.row(key)


def _roles(situation: Situation, each: str) -> dict[str, list[str]]:
    """Who plays which role of an idiom."""
    return {
        "people": situation.people,
        "a": [situation.a],
        "b": [situation.b],
        "who": [situation.mover or situation.a],
        "hunter": [situation.mover],
        "runner": [situation.b],
        "thing": [situation.prop],
        "each": [each],
    }


def _speakers(situation: Situation) -> list[str]:
    """Who of a company speaks, most first."""
    lines = situation.arrangement.lines if situation.arrangement is not None else ()
    spoken = [b.speaker for b in lines if b.speaker]
    most = sorted(dict.fromkeys(spoken), key=lambda p: (-spoken.count(p), p))
    return most[:_MOST_SINGLES]


def letters(index: int) -> str:
    """The letters of the setup of a number: A … Z without I and O, then AA, AB …"""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, len(_LETTERS))
        name = _LETTERS[rest] + name
    return name


def _titles(timing: SceneTiming) -> dict[str, str]:
    """Actors as a call sheet has them.

    Ids of names in other scripts are digests; such a person is called by the cast member.
    """
    return {
        actor.actor: actor.member.upper()
        if re.fullmatch(r"id_[0-9a-f]{8}", actor.actor)
        else actor.actor.replace("_", " ").upper()
        for actor in timing.actors
    }


def _listed(names: Sequence[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} others"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
