"""The crew's stages on paper: breakdown, blocking, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from filmagent import screenplay
from filmagent.documents import Blocking, Breakdown, Scene, SceneCoverage, ShotList
from filmagent.film import noted
from filmagent.film.crewing import apart, crew_key, crew_of, seed_of
from filmagent.film.production import Film
from filmagent.film.records import Item, digest, read_json


def words(scene: Scene) -> Any:
    """A scene as downstream stages read it: without source lines, which move when text above
    the scene does."""
    return scene.model_dump(mode="json", exclude={"span": True, "beats": {"__all__": {"span"}}})


@dataclass
class BreakdownStage:
    """The screenplay read: people, places, beats, and who plays whom."""

    name: str = "breakdown"
    VERSION = 2

    def items(self, film: Film) -> Sequence[Item]:
        """One item: the whole screenplay."""
        return [
            Item(
                stage=self.name,
                id="",
                inputs={
                    "screenplay": film.digests.file(film.folder.screenplay),
                    # idioms are for the shot list, which comes later
                    "catalogue": digest(film.catalogue.model_copy(update={"idioms": []})),
                    "settings": digest(film.settings.crew, film.settings.strict),
                    "version": str(self.VERSION),
                    **crew_key(film, self.name),
                },
                make=lambda: self.make(film),
                exists=film.folder.breakdown.exists,
            )
        ]

    def make(self, film: Film) -> None:
        """Read the screenplay and put the breakdown."""
        path = film.folder.breakdown
        previous = Breakdown.read(path) if path.exists() else None
        decided = film.records.value(self.name).get("crew")
        if previous is not None and decided != crew_key(film, self.name).get("crew"):
            # decided by another crew, or to be decided again
            previous = _undecided(film, previous)
        text = screenplay.read(film.folder.screenplay)
        made = crew_of(film, self.name).breakdown(text, film.catalogue, previous)
        film.put(path, made)
        for warning in made.warnings:
            film.note(self.name, warning)


@dataclass
class BlockingStage:
    """Who is where and does what, a scene an item."""

    name: str = "blocking"
    VERSION = 2

    def items(self, film: Film) -> Sequence[Item]:
        """One item a scene."""
        breakdown = film.breakdown
        standing = film.blocking.scenes if film.folder.blocking.exists() else []
        there = {s.scene for s in standing}
        return [
            Item(
                stage=self.name,
                id=scene.id,
                inputs={
                    "scene": digest(words(scene)),
                    "characters": digest(
                        [c for c in breakdown.characters if c.id in _named(scene)]
                    ),
                    "set": digest([s for s in film.catalogue.sets if s.name == scene.set]),
                    "actions": digest(film.catalogue.actions),
                    "seed": str(film.settings.seed),
                    "version": str(self.VERSION),
                    **noted.inputs(film, self.name, scene),
                    **crew_key(film, self.name),
                },
                make=lambda scene=scene: self.make(film, scene),  # type: ignore[misc]
                exists=lambda scene=scene: scene.id in there or _has(film, scene.id),  # type: ignore[misc]
                apart=apart(film),
            )
            for scene in breakdown.scenes
        ]

    def make(self, film: Film, scene: Scene) -> None:
        """Block one scene."""
        made = crew_of(film, self.name, scene.id).block(
            scene, film.breakdown, film.catalogue, seed_of(film, self.name, scene.id)
        )
        made = noted.blocked(film, scene, made)
        film.put_scene(film.folder.blocking, Blocking(scenes=[made]), scene.id)
        for reason in made.why:
            film.note(self.name, reason)


@dataclass
class CoverageStage:
    """The shot list, a scene an item."""

    name: str = "shotlist"
    VERSION = 2

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
                    "timing": film.digests.file(film.folder.timing(scene.id)),
                    "idioms": digest(film.catalogue.idioms),
                    "seed": str(film.settings.seed),
                    "version": str(self.VERSION),
                    **noted.inputs(film, self.name, scene),
                    **crew_key(film, self.name),
                },
                make=lambda scene=scene: self.make(film, scene),  # type: ignore[misc]
                exists=lambda scene=scene: coverage_of(film, scene.id) is not None,  # type: ignore[misc]
                apart=apart(film),
            )
            for scene in film.breakdown.scenes
        ]

    def make(self, film: Film, scene: Scene) -> None:
        """Cover one scene."""
        blocking = next(s for s in film.blocking.scenes if s.scene == scene.id)
        made = crew_of(film, self.name, scene.id).cover(
            scene,
            blocking,
            film.timing(scene.id),
            film.catalogue,
            seed_of(film, self.name, scene.id),
        )
        made = noted.covered(film, scene, made)
        film.put_scene(film.folder.shotlist, ShotList(scenes=[made]), scene.id)


def coverage_of(film: Film, scene: str) -> SceneCoverage | None:
    """A scene's coverage, if it stands."""
    if not film.folder.shotlist.exists():
        return None
    return next((s for s in film.shotlist.scenes if s.scene == scene), None)


def _undecided(film: Film, previous: Breakdown) -> Breakdown:
    """The breakdown before with the machine's casting and sets left open; a person's stay."""
    path = film.folder.breakdown
    base = read_json(film.folder.base / film.folder.relative(path)) or {}
    members = {c["id"]: c["member"] for c in base.get("characters", [])}
    sets = {s["id"]: s["set"] for s in base.get("scenes", [])}
    for character in previous.characters:
        if members.get(character.id) == character.member:
            character.member = ""
    for scene in previous.scenes:
        if sets.get(scene.id) == scene.set:
            scene.set = ""
    return previous


def _has(film: Film, scene: str) -> bool:
    return film.folder.blocking.exists() and any(s.scene == scene for s in film.blocking.scenes)


def _named(scene: Scene) -> set[str]:
    speakers = {b.speaker for b in scene.beats if b.speaker}
    return {*scene.people, *speakers, *(p for b in scene.beats for p in b.people)}
