"""Coverage by idiom: the setups a scene is shot from, and why.

The scene is read as arrangements and moves (`filmagent.crew.house.arrangements`); each situation
takes its setups from ``idioms.toml``. Cameras are found later: a setup says whom to film, how
large, from where on the line of action, how it moves and during which beats it holds.
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

from filmagent.crew.house import arrangements as reading
from filmagent.crew.house.arrangements import Arrangement
from filmagent.documents.blocking import LineReading, SceneBlocking
from filmagent.documents.breakdown import Beat, Scene
from filmagent.documents.catalogue import Catalogue, IdiomEntry
from filmagent.documents.shots import Move, SceneCoverage, Setup, Size, Speed
from filmagent.documents.timing import SceneTiming
from filmagent.errors import InputError
from filmagent.library import sets

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
_LONG_WALK = 1.5
"""Seconds of walking from which the camera goes along."""
_STRONG = 0.62
"""Strength of a line from which the camera pushes in."""
_WORTH_A_CLOSE_UP = 0.42
"""Strength of a line from which even a short exchange gets close-ups."""
_MOST_SINGLES = 6
"""Singles in one company: nobody films forty people one by one."""
_MOODS = {
    "angry": "the anger has nowhere else to go",
    "sad": "it must be seen before it is hidden again",
    "afraid": "the fear is in the eyes",
    "happy": "the smile is worth the whole frame",
    "surprised": "the moment it is understood",
    "disgusted": "it shows before it is said",
    "neutral": "this is the line the scene was for",
}
_MOVES: list[tuple[str, Move]] = [
    (r"push|dolly in|track in|move in|closer", "push_in"),
    (r"pull|dolly out|track out|widen", "pull_out"),
    (r"pan\b", "pan"),
    (r"tilt", "tilt"),
    (r"arc|circle|orbit", "arc"),
    (r"crane|boom|rise", "crane"),
    (r"zoom", "zoom"),
    (r"follow", "follow"),
    (r"lead", "lead"),
    (r"hand-?held|shaky", "handheld"),
    (r"truck|track|dolly|slide", "truck"),
    (r"pedestal", "pedestal"),
]
_SIZES: list[tuple[str, Size]] = [
    (r"extreme close|ecu\b|detail", "ECU"),
    (r"medium close|mcu\b", "MCU"),
    (r"close|cu\b", "CU"),
    (r"extreme (?:long|wide)|els\b", "ELS"),
    (r"medium long|mls\b", "MLS"),
    (r"cowboy|american", "cowboy"),
    (r"medium|ms\b", "MS"),
    (r"wide|long|ls\b|master", "LS"),
]


@cache
def _idioms() -> tuple[dict[str, Any], ...]:
    text = Path(__file__).with_name("idioms.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["idiom"])


def idioms() -> list[IdiomEntry]:
    """The ways the house crew knows to cover a situation, for the Catalogue."""
    return [IdiomEntry(name=i["name"], description=i["description"]) for i in _idioms()]


def cover(
    scene: Scene,
    blocking: SceneBlocking,
    timing: SceneTiming,
    catalogue: Catalogue,
    seed: int,
    *,
    stage: shapely.Polygon | None = None,
) -> SceneCoverage:
    """Decide a scene's setups.

    Parameters
    ----------
    stage
        Where cameras may stand, when the set is not on the library's shelf.

    Returns
    -------
    SceneCoverage
        Every beat that takes time is in at least one setup. All setups of an arrangement keep to
        one side of one line of action.
    """
    return _Coverer(scene, blocking, timing, stage or _stage(timing.set)).run()


def _stage(name: str) -> shapely.Polygon | None:
    try:
        return sets.load(name).spec.stage
    except InputError:
        return None


@dataclass
class _Situation:
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


class _Coverer:
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

    def run(self) -> SceneCoverage:
        if not self.timed:
            return SceneCoverage(scene=self.scene.id)
        self._opening()
        self._events()
        for arrangement in self.read.arrangements:
            self._arrangement(arrangement)
        self._props()
        self._left_behind()
        self._fill()
        self._directed()
        self._calm()
        return SceneCoverage(scene=self.scene.id, setups=self._named())

    # situations

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

    def _opening(self) -> None:
        first = [self.timed[0][0]]
        for beat, _, _ in self.timed[1:3]:
            if beat.kind == "line" and first[-1].kind == "line":
                break
            first.append(beat)
        people = self._present(first[:1]) or self._present(first)
        self._apply(
            _Situation(
                "opening" if self.actors else "nobody",
                people,
                first if self.actors else [beat for beat, _, _ in self.timed],
            )
        )

    def _events(self) -> None:
        moving: list[Beat] = []
        for beat, start, end in self.timed:
            cues = [c for c in self.blocking.cues if c.beat == beat.id and c.actor in self.actors]
            for cue in cues:
                mover = cue.actor
                after = self._after(beat)
                if cue.action == "enter":
                    self._apply(_Situation("entrance", [mover], [beat], mover=mover))
                elif cue.action == "exit":
                    self._apply(_Situation("exit", [mover], [beat], mover=mover))
                elif cue.action == "follow":
                    self._apply(
                        _Situation("chase", [mover], [beat, *after], mover=mover, b=cue.target)
                    )
                elif (
                    cue.action == "walk"
                    and not any(c.actor == mover and c.action in ("enter", "exit") for c in cues)
                    and self._walking(mover, start, end) >= _LONG_WALK
                ):
                    self._apply(_Situation("walk", [mover], [beat], mover=mover))
            if beat in self.read.moves:
                moving.append(beat)
                speaker = beat.speaker or ""
                if (
                    beat.kind == "line"
                    and speaker in self.actors
                    and beat.delivery == "on"
                    and self._walking(speaker, start, end) > 0.6 * (end - start)
                    and not self._covered(beat, speaker)
                ):
                    self._apply(_Situation("moving line", [speaker], [beat], mover=speaker))
        if moving and len(self.actors) > 1:
            self._apply(_Situation("moves", self._present(moving), moving))

    def _after(self, beat: Beat) -> list[Beat]:
        """The beat after one, where its moves go on."""
        index = self.order[beat.id] + 1
        follows = [b for b, _, _ in self.timed[index : index + 1]]
        return [b for b in follows if b in self.read.moves]

    def _covered(self, beat: Beat, actor: str) -> bool:
        return any(beat.id in s.beats and actor in s.subjects for s in self.setups)

    def _walking(self, actor: str, start: float, end: float) -> float:
        """Seconds somebody walks between two times."""
        return sum(
            max(0.0, min(s.end, end) - max(s.start, start))
            for s in self.actors[actor].segments
            if s.kind == "walk"
        )

    def _arrangement(self, arrangement: Arrangement) -> None:
        people, lines = arrangement.people, arrangement.lines
        event = [*arrangement.beats]
        if not people:
            self._apply(_Situation("nobody", [], event, arrangement))
            return
        if len(people) == 1:
            name = "solo" if len(event) > 1 or lines else "solo moment"
            self._apply(_Situation(name, people, event, arrangement, a=people[0]))
            return
        a, b = reading.main_pair(arrangement, self.readings)
        line, side = self._side(arrangement, a, b)
        situation = _Situation(
            "pair" if len(people) == 2 else "group",
            people,
            event,
            arrangement,
            a=a,
            b=b,
            tone=self._tone(lines),
            lines=len(lines),
            line=line,
            side=side,
        )
        if len(people) == 2 and not lines:
            situation.name = "silent pair"
        self._apply(situation)
        if len(lines) >= 3 or (len(lines) == 2 and self._last_talk() is arrangement):
            self._peak(arrangement, situation)

    def _height(self) -> float:
        """The strength of the scene's strongest line: the camera leans in once."""
        return max(
            (
                reading.strongest(a.lines, self.readings)[1]
                for a in self.read.arrangements
                if len(a.lines) >= 2
            ),
            default=0.0,
        )

    def _last_talk(self) -> Arrangement | None:
        """The arrangement in which the scene's last words are spoken."""
        return next((a for a in reversed(self.read.arrangements) if a.lines), None)

    def _side(self, arrangement: Arrangement, a: str, b: str) -> tuple[list[str], str]:
        """The line between two people and its side: kept for the whole scene."""
        pair = frozenset((a, b))
        if pair not in self.sides:
            side = reading.open_side(arrangement, self.timing, (a, b), self.stage)
            self.sides[pair] = [a, b], side
        return self.sides[pair]

    def _peak(self, arrangement: Arrangement, situation: _Situation) -> None:
        beat, strength = reading.strongest(arrangement.lines, self.readings)
        if (
            beat is None
            or beat.speaker is None
            or (strength < _WORTH_A_CLOSE_UP and len(arrangement.lines) < 3)
        ):
            return
        to = self.readings[beat.id].to if beat.id in self.readings else ""
        other = to if to in arrangement.places else situation.b
        if other == beat.speaker:
            other = situation.a if situation.b == beat.speaker else situation.b
        index = arrangement.beats.index(beat)
        near = arrangement.beats[max(index - 1, 0) : index + 2]
        mood = self.readings.get(beat.id, LineReading(beat=beat.id)).emotion
        line, side = self._side(arrangement, beat.speaker, other)
        self._apply(
            _Situation(
                "peak",
                situation.people,
                near,
                arrangement,
                a=beat.speaker,
                b=other,
                mood=_MOODS[mood],
                peak=near,
                line=line,
                side=side,
                strong=strength >= _STRONG and strength >= self._height(),
            )
        )

    def _tone(self, lines: Sequence[Beat]) -> str:
        said = [self.readings[b.id] for b in lines if b.id in self.readings]
        if not said:
            return ""
        angry = sum(r.emotion == "angry" for r in said) / len(said)
        if angry >= 0.3:
            return "tense"
        quiet = sum(r.energy <= 0.35 for r in said) / len(said)
        return "tender" if quiet >= 0.5 else ""

    def _props(self) -> None:
        """An insert for every thing that is handled or looked at, while it is."""
        for placed in self.blocking.props:
            cues = [c for c in self.blocking.cues if c.target == placed.prop]
            if not any(c.action in ("put_down", "pick_up", "read") for c in cues):
                continue
            shown = {c.beat for c in cues if c.action in ("put_down", "pick_up", "read", "look")}
            beats = [
                beat
                for beat, _, _ in self.timed
                if beat.id in shown and (beat.kind == "action" or len(shown) == 1)
            ]
            if beats:
                # it may be seen again under the words that answer it
                after = [b for b, _, _ in self.timed[self.order[beats[-1].id] + 1 :][:1]]
                beats += [b for b in after if b.kind == "line"]
                self._apply(_Situation("prop", [], beats, prop=placed.prop))

    def _left_behind(self) -> None:
        """Who stays watches who goes: their single holds on through the exit."""
        for beat, start, _ in self.timed:
            gone = {c.actor for c in self.blocking.cues if c.beat == beat.id and c.action == "exit"}
            if not gone:
                continue
            stay = [
                n
                for n, a in self.actors.items()
                if n not in gone and reading.place(reading.at(a, start)) is not None
            ]
            for name in stay:
                before = self.timed[self.order[beat.id] - 1][0].id
                single = [
                    s
                    for s in self.setups
                    if s.kind in ("single", "reaction")
                    and s.subjects == [name]
                    and before in s.beats
                ]
                for setup in single[:1]:
                    self._add_beats(setup, [beat.id])

    def _fill(self) -> None:
        """No beat without a setup."""
        for beat, _, _ in self.timed:
            if any(beat.id in setup.beats for setup in self.setups):
                continue
            wide = next((s for s in self.setups if s.kind in ("master", "establishing")), None)
            if wide is not None:
                self._add_beats(wide, [beat.id])

    # setups

    def _idiom(self, situation: _Situation) -> dict[str, Any] | None:
        fits = [
            idiom
            for idiom in _idioms()
            if idiom["situation"] == situation.name
            and idiom.get("tone", "") in ("", situation.tone)
            and idiom.get("lines", 0) <= situation.lines
        ]
        # the most particular one: a tone before none, more lines before fewer
        return max(fits, key=lambda i: (bool(i.get("tone")), i.get("lines", 0)), default=None)

    def _apply(self, situation: _Situation) -> None:
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

    def _subjects(self, which: str, situation: _Situation) -> list[list[str]]:
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
        self, idiom: str, row: dict[str, Any], subjects: list[str], situation: _Situation
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

    def _words(self, situation: _Situation, subjects: list[str]) -> dict[str, str]:
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

    # what the script and the rules of the house ask for

    def _directed(self) -> None:
        """Directing notes of the script: ``camera: slow push on MARA``."""
        for beat, _, _ in self.timed:
            for note in beat.directions:
                head, colon, wish = note.partition(":")
                if colon and head.strip().casefold() in ("camera", "shot"):
                    self._direct(beat, wish.strip())

    def _direct(self, beat: Beat, wish: str) -> None:
        low = wish.casefold()
        named = [
            a
            for a in self.actors
            if re.search(rf"(?<!\w){re.escape(a.replace('_', ' '))}(?!\w)", low)
        ]
        default = beat.speaker if beat.speaker in self.actors else next(iter(beat.people), "")
        subjects = named or [p for p in [default] if p in self.actors] or self._present([beat])[:1]
        move: Move = next((m for pattern, m in _MOVES if re.search(pattern, low)), "static")
        size = next((s for pattern, s in _SIZES if re.search(pattern, low)), None)
        speed: Speed = (
            "slow" if "slow" in low else "fast" if re.search("fast|quick", low) else "normal"
        )
        index = self.order[beat.id]
        beats = [b.id for b, _, _ in self.timed[index : index + 2]]
        other = next((p for p in self._present([beat]) if p not in subjects), "")
        line, side = (
            self.sides.get(frozenset((subjects[0], other)), ([], "any"))
            if subjects
            else ([], "any")
        )
        self.setups.append(
            Setup(
                id=str(len(self.setups)),
                kind="single"
                if len(subjects) == 1
                else "two_shot"
                if len(subjects) == 2
                else "master",
                idiom="as directed",
                size=size or ("MCU" if len(subjects) == 1 else "MLS"),
                view="three_quarter",
                subjects=subjects,
                move=move,
                speed=speed,
                rig="handheld"
                if move == "handheld"
                else "tripod"
                if move in ("static", "pan", "tilt", "zoom")
                else "dolly",
                beats=beats,
                line=line,
                side=side,  # type: ignore[arg-type]
                motive="" if move == "static" else f"The script asks for it: {wish}.",
                why=f"The script directs: {wish}.",
            )
        )

    def _calm(self) -> None:
        """At most a third of the dialogue setups move; what the script asked for stays."""
        talk = [s for s in self.setups if s.kind in _DIALOGUE]
        moving = [s for s in talk if s.move != "static" and s.idiom != "as directed"]
        asked = sum(s.move != "static" and s.idiom == "as directed" for s in talk)
        for setup in moving[max(len(talk) // 3 - asked, 0) :]:
            setup.move, setup.rig, setup.motive, setup.speed = "static", "tripod", "", "normal"

    def _add_beats(self, setup: Setup, beats: Sequence[str]) -> None:
        setup.beats = sorted({*setup.beats, *beats}, key=lambda beat: self.order[beat])

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
