"""Setups from idioms: the rows of ``idioms.toml`` filled with people, beats and reasons."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import shapely

from filmagent.crew.house import arrangements as reading
from filmagent.crew.house.arrangements import Arrangement
from filmagent.documents.blocking import SceneBlocking
from filmagent.documents.breakdown import Beat, Scene
from filmagent.documents.catalogue import IdiomEntry
from filmagent.documents.shots import Move, Setup
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
def _idioms() -> tuple[dict[str, Any], ...]:
    text = Path(__file__).with_name("idioms.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["idiom"])


def idioms() -> list[IdiomEntry]:
    """The ways the house crew knows to cover a situation, for the Catalogue."""
    return [IdiomEntry(name=i["name"], description=i["description"]) for i in _idioms()]


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

    def _idiom(self, situation: Situation) -> dict[str, Any] | None:
        fits = [
            idiom
            for idiom in _idioms()
            if idiom["situation"] == situation.name
            and idiom.get("tone", "") in ("", situation.tone)
            and idiom.get("lines", 0) <= situation.lines
        ]
        # the most particular one: a tone before none, more lines before fewer
        return max(fits, key=lambda i: (bool(i.get("tone")), i.get("lines", 0)), default=None)

    def _apply(self, situation: Situation) -> None:
        idiom = self._idiom(situation)
        if idiom is None:
            return
        made: dict[str, Setup] = {}
        wanted: dict[str, str] = {}
        for row in idiom["setup"]:
            for subjects in self._subjects(row["subjects"], situation):
                setup = self._setup(idiom["name"], row, subjects, situation)
                if setup is None:
                    continue
                self.setups.append(setup)
                if "key" in row:
                    made[row["key"]], wanted[row["key"]] = setup, row.get("pair", "")
        for key, other in wanted.items():
            if other in made:
                # the index stands for the id until setups are named
                made[key].pair = str(self.setups.index(made[other]))

    def _subjects(self, which: str, situation: Situation) -> list[list[str]]:
        if which == "everyone" and situation.arrangement is not None:
            spoken = [b.speaker for b in situation.arrangement.lines if b.speaker]
            most = sorted(dict.fromkeys(spoken), key=lambda p: (-spoken.count(p), p))
            return [[person] for person in most[:_MOST_SINGLES]]
        return [
            {
                "all": situation.people,
                "none": [],
                "a": [situation.a],
                "b": [situation.b],
                "ab": [situation.a, situation.b],
                "mover": [situation.mover],
                "prop": [situation.prop],
            }[which]
        ]

    def _setup(
        self, idiom: str, row: dict[str, Any], subjects: list[str], situation: Situation
    ) -> Setup | None:
        arrangement = situation.arrangement
        beats = situation.event
        if row["beats"] == "around" and arrangement is not None:
            beats = sorted(
                [*arrangement.beats, *arrangement.lead_in], key=lambda beat: self.order[beat.id]
            )
        if row["beats"] == "peak":
            beats = situation.peak
        words = self._words(situation, subjects)
        move: Move = row.get("move", "static")
        motive, rig = row.get("motive", "").format(**words), row.get("rig", "tripod")
        if row.get("key") == "close a" and situation.strong:
            move, rig = "push_in", "dolly"
            motive = f"{words['a']}'s line counts most here: the camera leans in with it."
        return Setup(
            id=str(len(self.setups)),
            kind=row["kind"],
            idiom=idiom,
            size=row.get("outside", row["size"]) if self.scene.setting == "ext" else row["size"],
            angle=row.get("angle", "eye"),
            view=row.get("view", "front"),
            subjects=subjects,
            over=situation.b
            if row.get("over") == "b"
            else situation.a
            if row.get("over") == "a"
            else "",
            move=move,
            speed="slow" if move == "push_in" else "normal",
            rig=rig,
            line=situation.line,
            side=situation.side,  # type: ignore[arg-type]
            beats=list(dict.fromkeys(beat.id for beat in beats)),
            motive=motive,
            why=row["why"].format(**words),
        )

    def _words(self, situation: Situation, subjects: list[str]) -> dict[str, str]:
        a = subjects[0] if len(subjects) == 1 and subjects[0] in self.actors else situation.a
        other = situation.b if a != situation.b else situation.a
        if len(subjects) == 1 and subjects[0] == situation.b:
            a, other = situation.a, situation.b
        if situation.name == "group" and len(subjects) == 1:
            a = subjects[0]
        return {
            "a": self.titles.get(a, ""),
            "b": self.titles.get(other, ""),
            "mover": self.titles.get(situation.mover, ""),
            "prop": situation.prop.replace("_", " "),
            "mood": situation.mood,
            "all": _listed([self.titles[p] for p in situation.people]) or "everything",
            "is": "are" if len(situation.people) > 1 else "is",
            "place": self.scene.place.title() or "the place",
        }

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
