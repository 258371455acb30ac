"""Coverage by idiom: the setups a scene is shot from, and why.

The scene is read as arrangements and moves (`filmagent.crew.house.arrangements`); each situation
takes its setups from ``idioms.toml``. Cameras are found later: a setup says whom to film, how
large, from where on the line of action, how it moves and during which beats it holds.
"""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from filmagent.crew.house import arrangements as reading
from filmagent.crew.house.arrangements import Arrangement
from filmagent.crew.house.directions import Directions
from filmagent.crew.house.slate import Situation, idioms, letters
from filmagent.documents.blocking import LineReading, SceneBlocking
from filmagent.documents.breakdown import Beat, Scene
from filmagent.documents.catalogue import Catalogue
from filmagent.documents.checks import WALKS
from filmagent.documents.shots import SceneCoverage
from filmagent.documents.timing import SceneTiming
from filmagent.errors import InputError
from filmagent.library import sets

__all__ = ["cover", "idioms", "letters"]

_LONG_WALK = 1.5
"""Seconds of walking from which the camera goes along."""
_STRONG = 0.62
"""Strength of a line from which the camera pushes in."""
_WORTH_A_CLOSE_UP = 0.42
"""Strength of a line from which even a short exchange gets close-ups."""
_MOODS = {
    "angry": "the anger has nowhere else to go",
    "sad": "it must be seen before it is hidden again",
    "afraid": "the fear is in the eyes",
    "happy": "the smile is worth the whole frame",
    "surprised": "the moment it is understood",
    "disgusted": "it shows before it is said",
    "neutral": "this is the line the scene was for",
}


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


class _Coverer(Directions):
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

    def _opening(self) -> None:
        first = [self.timed[0][0]]
        for beat, _, _ in self.timed[1:3]:
            if beat.kind == "line" and first[-1].kind == "line":
                break
            first.append(beat)
        people = self._present(first[:1]) or self._present(first)
        self._apply(
            Situation(
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
                    self._apply(Situation("entrance", [mover], [beat], mover=mover))
                elif cue.action == "exit":
                    self._apply(Situation("exit", [mover], [beat], mover=mover))
                elif cue.action == "follow":
                    self._apply(
                        Situation("chase", [mover], [beat, *after], mover=mover, b=cue.target)
                    )
                elif (
                    cue.action in WALKS
                    and not any(c.actor == mover and c.action in ("enter", "exit") for c in cues)
                    and self._walking(mover, start, end) >= _LONG_WALK
                ):
                    self._apply(Situation("walk", [mover], [beat], mover=mover))
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
                    self._apply(Situation("moving line", [speaker], [beat], mover=speaker))
        if moving and len(self.actors) > 1:
            self._apply(Situation("moves", self._present(moving), moving))

    def _after(self, beat: Beat) -> list[Beat]:
        """The beat after one, where its moves go on."""
        index = self.order[beat.id] + 1
        follows = [b for b, _, _ in self.timed[index : index + 1]]
        return [b for b in follows if b in self.read.moves]

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
            if self.actors:  # else the opening holds on the empty place already
                self._apply(Situation("nobody", [], event, arrangement))
            return
        if len(people) == 1:
            name = "solo" if len(event) > 1 or lines else "solo moment"
            self._apply(Situation(name, people, event, arrangement, a=people[0]))
            return
        a, b = reading.main_pair(arrangement, self.readings)
        line, side = self._side(arrangement, a, b)
        situation = Situation(
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

    def _peak(self, arrangement: Arrangement, situation: Situation) -> None:
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
            Situation(
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
                self._apply(Situation("prop", [], beats, prop=placed.prop))

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
