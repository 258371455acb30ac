"""The actors' stages: voices, the scene in time and space, bodies.

Departments load when something is made: to say how a film stands, none is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from filmagent.documents import (
    Beat,
    LineReading,
    Scene,
    SceneBlocking,
    SceneTiming,
    SpokenLine,
    Voice,
    write_text,
)
from filmagent.documents.seeds import seed
from filmagent.errors import DocumentError, FilmError
from filmagent.film import clipping, shelves, voicing
from filmagent.film.production import Event, Film
from filmagent.film.records import Item, digest
from filmagent.film.writing import words
from filmagent.library import npz

_FEW = 5


@dataclass
class VoicesStage:
    """Every line recorded, with measured times; a line an item."""

    name: str = "voices"
    VERSION = 3

    def items(self, film: Film) -> Sequence[Item]:
        """One item a scene; inside it, lines whose words, voice and reading stand are kept."""
        items = []
        people, strays = voicing.recorded(film)
        for scene in film.breakdown.scenes:
            lines = [b for b in scene.beats if b.kind == "line"]
            if not lines:
                continue
            items.append(
                Item(
                    stage=self.name,
                    id=scene.id,
                    inputs={b.id: self._key(film, scene, b, people) for b in lines},
                    make=lambda scene=scene: self.make(film, scene),  # type: ignore[misc]
                    exists=lambda scene=scene: all(  # type: ignore[misc]
                        film.folder.line(scene.id, b.id).with_suffix(".json").exists()
                        for b in scene.beats
                        if b.kind == "line"
                    ),
                    seconds=0.3 * len(lines),
                )
            )
        if strays:
            items.append(_said_once(film, self.name, strays))
        return items

    def make(self, film: Film, scene: Scene) -> None:
        """Record the lines of a scene that are missing or changed."""
        readings = _readings(film, scene.id)
        people, _ = voicing.recorded(film)
        stale = [
            b for b in scene.beats if b.kind == "line" and not self._stands(film, scene, b, people)
        ]
        booth = voicing.booth(film)

        def record(beat: Beat) -> SpokenLine:
            wav = film.folder.line(scene.id, beat.id).with_suffix(".wav")
            wav.parent.mkdir(parents=True, exist_ok=True)
            line = booth.speak(
                beat, _voice(film, beat), readings.get(beat.id), wav, people.get(beat.id)
            )
            return line.model_copy(update={"wav": film.folder.relative(wav) if line.wav else ""})

        stopped: FilmError | None = None
        with ThreadPoolExecutor(film.workers) as pool:
            jobs = [(beat, pool.submit(record, beat)) for beat in stale]
            for beat, job in jobs:
                try:
                    line = job.result()
                except CancelledError:
                    continue
                except FilmError as error:
                    # a server that is down: what others have said by now is kept
                    stopped = stopped or error
                    pool.shutdown(cancel_futures=True)
                    continue
                path = film.folder.line(scene.id, beat.id).with_suffix(".json")
                write_text(path, line.model_dump_json(indent=1) + "\n")
                key = self._key(film, scene, beat, people)
                film.records.keep(f"line/{beat.id}", {"key": key})
                if line.note:
                    film.note(self.name, line.note)
        if stopped is not None:
            raise stopped

    def _key(self, film: Film, scene: Scene, beat: Beat, people: Mapping[str, Path]) -> str:
        reading = _readings(film, scene.id).get(beat.id)
        voice = _voice(film, beat)
        more: list[object] = []
        if beat.id in people:
            more.append(film.digests.file(people[beat.id]))
        if voice.engine == voicing.SPEECH and film.settings.speech is not None:
            more.append(film.settings.speech.model)
        return digest(beat.text, voice, reading, self.VERSION, *more)

    def _stands(self, film: Film, scene: Scene, beat: Beat, people: Mapping[str, Path]) -> bool:
        known = film.records.value(f"line/{beat.id}").get("key")
        there = film.folder.line(scene.id, beat.id).with_suffix(".json").exists()
        return there and known == self._key(film, scene, beat, people)


@dataclass
class TimingStage:
    """Names become places and times, a scene an item."""

    name: str = "timing"
    VERSION = 3

    def items(self, film: Film) -> Sequence[Item]:
        """One item a scene."""
        blocking = film.blocked()
        return [
            Item(
                stage=self.name,
                id=scene.id,
                inputs={
                    "scene": digest(words(scene)),
                    "blocking": digest(blocking[scene.id]),
                    "lines": digest([spoken.model_dump() for spoken in lines_of(film, scene)]),
                    "cast": digest(
                        _players(film), _years(film), _heights(film, blocking[scene.id])
                    ),
                    "set": film.digests.file(shelves.bake("sets", blocking[scene.id].set)),
                    "seed": str(film.settings.seed),
                    "version": str(self.VERSION),
                    **clipping.keys(film, [cue.action for cue in blocking[scene.id].cues]),
                },
                make=lambda scene=scene: self.make(film, scene),  # type: ignore[misc]
                exists=film.folder.timing(scene.id).exists,
            )
            for scene in film.breakdown.scenes
        ]

    def make(self, film: Film, scene: Scene) -> None:
        """Schedule one scene; times that need not change stay as they were."""
        from filmagent import stage

        path = film.folder.timing(scene.id)
        known = film.records.value(f"{self.name}/{scene.id}")
        previous = SceneTiming.read(path) if path.exists() and known else None
        blocking = next(s for s in film.blocking.scenes if s.scene == scene.id)
        timing = stage.schedule(
            scene,
            blocking,
            lines_of(film, scene),
            _players(film),
            seed(film.settings.seed, self.name, scene.id),
            previous,
            years=_years(film),
            heights=_heights(film, blocking),
        )
        film.put(path, timing)
        for problem in timing.problems:
            film.note(self.name, problem)


@dataclass
class PerformanceStage:
    """Bodies, faces, eyes and props in motion, a scene an item."""

    name: str = "performance"
    VERSION = 3

    def items(self, film: Film) -> Sequence[Item]:
        """One item a scene."""
        items = []
        for scene in film.scene_ids():
            timing = film.timing(scene)
            used = sorted({a.member for a in timing.actors})
            items.append(
                Item(
                    stage=self.name,
                    id=scene,
                    inputs={
                        "timing": film.digests.file(film.folder.timing(scene)),
                        "bodies": digest(
                            [film.digests.file(shelves.bake("cast", m)) for m in used]
                        ),
                        "props": digest(
                            [
                                film.digests.file(shelves.bake("props", p.model))
                                for p in timing.props
                            ]
                        ),
                        "fps": digest(film.settings.fps),
                        "seed": str(film.settings.seed),
                        "version": str(self.VERSION),
                        **clipping.keys(film, clipping.acted(timing)),
                    },
                    make=lambda scene=scene: self.make(film, scene),  # type: ignore[misc]
                    exists=lambda scene=scene, timing=timing: all(  # type: ignore[misc]
                        (film.folder.performance(scene) / f"{a.actor}.npz").exists()
                        for a in timing.actors
                    ),
                    seconds=0.1 * timing.duration * max(1, len(timing.actors)),
                )
            )
        return items

    def make(self, film: Film, scene: str) -> None:
        """Perform one scene."""
        from filmagent import cast

        timing = film.timing(scene)
        fps = film.settings.fps
        folder = film.folder.performance(scene)
        bodies = {}
        for number, actor in enumerate(timing.actors):
            acted = cast.perform(
                timing, actor.actor, fps, seed(film.settings.seed, self.name, scene)
            )
            bodies[actor.actor] = clipping.played(timing, actor, acted, fps)
            npz.save(folder / f"{actor.actor}.npz", bodies[actor.actor])
            film.listener(
                Event("progress", self.name, actor.actor, done=number + 1, total=len(timing.actors))
            )
        for prop, motion in cast.move_props(timing, bodies, fps).items():
            npz.save(folder / "props" / f"{prop}.npz", motion)


def lines_of(film: Film, scene: Scene) -> list[SpokenLine]:
    """The recorded lines of a scene, in order."""
    return [
        SpokenLine.model_validate_json(
            film.folder.line(scene.id, beat.id).with_suffix(".json").read_text(encoding="utf-8")
        )
        for beat in scene.beats
        if beat.kind == "line"
    ]


def _said_once(film: Film, stage: str, strays: list[str]) -> Item:
    """An item whose whole work is to say that sound files were dropped for no line."""
    names = ", ".join(strays[:_FEW]) + (f" and {len(strays) - _FEW} more" * (len(strays) > _FEW))
    text = (
        f"recordings/ holds {names}, which is no line's; name a file by its beat (1.4.wav) or by "
        "character and line (mara_3.wav)."
    )
    return Item(
        stage=stage,
        id="recordings",
        inputs={"strays": digest(strays)},
        make=lambda: film.note(stage, text),
        exists=lambda: True,
        seconds=0.01,
    )


def _voice(film: Film, beat: Beat) -> Voice:
    for character in film.breakdown.characters:
        if character.id == beat.speaker and character.voice:
            return character.voice
    raise DocumentError(
        f"breakdown.json: {beat.speaker} speaks in beat {beat.id} but has no voice; "
        "give the character one, or delete breakdown.json to have it cast again."
    )


def _readings(film: Film, scene: str) -> dict[str, LineReading]:
    blocking = next((s for s in film.blocking.scenes if s.scene == scene), None)
    return {r.beat: r for r in blocking.readings} if blocking else {}


def _years(film: Film) -> dict[str, int]:
    """How old the people are who play the characters: the old walk more slowly."""
    years = {m.name: m.years for m in film.catalogue.members}
    return {actor: years[member] for actor, member in _players(film).items() if member in years}


def _heights(film: Film, blocking: SceneBlocking) -> dict[str, float]:
    """How tall the members are who play the film's characters and a scene's extras, metres."""
    used = {*_players(film).values(), *(extra.member for extra in blocking.extras)}
    return {m.name: m.height for m in film.catalogue.members if m.name in used}


def _players(film: Film) -> dict[str, str]:
    return {c.id: c.member for c in film.breakdown.characters if c.member}
